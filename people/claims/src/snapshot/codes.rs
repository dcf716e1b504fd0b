//! Every code that a life may name, as a concept.

use std::collections::HashMap;

use hygie_snds::Error;
use hygie_snds::direct::{Code, code};
use hygie_snds::vocabulary::{System, Vocabulary};

use crate::tables::cip13;
use crate::tables::devices::DEVICES;
use crate::tables::diagnoses::DIAGNOSES;
use crate::tables::drugs::DRUGS;
use crate::tables::hospital_drugs::HOSPITAL_DRUGS;
use crate::tables::laboratory::LABS;
use crate::tables::natures::NATURES;
use crate::tables::procedures::PROCEDURES;

/// By the places of the tables; natures and diagnoses by what lives call them.
pub struct Codes {
    pub drugs: Vec<Code>,
    pub hospital_drugs: Vec<Code>,
    pub procedures: Vec<Code>,
    pub labs: Vec<Code>,
    pub devices: Vec<Code>,
    natures: HashMap<u16, Code>,
    diagnoses: HashMap<&'static str, Code>,
}

impl Codes {
    /// Looks all of them up.
    pub fn of(vocabulary: &mut Vocabulary) -> Result<Codes, Error> {
        let mut list = |system, codes: &mut dyn Iterator<Item = String>| {
            codes
                .map(|text| code(vocabulary, system, &text))
                .collect::<Result<Vec<Code>, Error>>()
        };
        let texts = |bytes: [u8; 13]| bytes.map(char::from).iter().collect::<String>();
        let drugs = (0u8..).zip(DRUGS).map(|(at, _)| texts(cip13(at)));
        let natures = NATURES.iter().map(|row| row.0);
        let diagnoses = DIAGNOSES.iter().map(|row| row.0);
        Ok(Codes {
            drugs: list(System::Cip13, &mut { drugs })?,
            hospital_drugs: list(
                System::Ucd,
                &mut HOSPITAL_DRUGS.iter().map(|one| one.ucd.to_owned()),
            )?,
            procedures: list(
                System::Ccam,
                &mut PROCEDURES.iter().map(|one| one.code.to_owned()),
            )?,
            labs: list(
                System::Nabm,
                &mut LABS.iter().map(|one| one.code.to_owned()),
            )?,
            devices: list(
                System::Lpp,
                &mut DEVICES.iter().map(|one| one.code.to_owned()),
            )?,
            natures: natures
                .clone()
                .zip(list(
                    System::Nature,
                    &mut natures.map(|code| code.to_string()),
                )?)
                .collect(),
            diagnoses: diagnoses
                .clone()
                .zip(list(System::Icd10, &mut diagnoses.map(str::to_owned))?)
                .collect(),
        })
    }

    /// Of a nature of claim lines.
    pub fn nature(&self, nature: u16) -> Code {
        self.natures[&nature]
    }

    /// Of a diagnosis.
    pub fn diagnosis(&self, code: &'static str) -> Code {
        self.diagnoses[code]
    }
}
