//! What is done, sold and diagnosed here: codes with their public labels, and the population.
//! Codes and labels are facts, taken from the open nomenclatures named in each file; only those used stand here.

pub mod atc;
pub mod devices;
pub mod diagnoses;
pub mod drugs;
pub mod hospital_drugs;
pub mod laboratory;
pub mod natures;
pub mod population;
pub mod procedures;
pub mod professionals;

use devices::DEVICES;
use drugs::DRUGS;
use laboratory::LABS;
use procedures::PROCEDURES;

/// A drug of a pharmacy in town.
pub struct Drug {
    /// Level 5 of ATC.
    pub atc: &'static str,
    /// What Open Medic calls the substance.
    pub substance: &'static str,
    /// One box.
    pub pack: &'static str,
    /// Cents a box.
    pub price: u32,
    /// PRS_NAT_REF, which says the rate it is reimbursed at.
    pub nature: u16,
}

/// A hospital drug with its own price.
pub struct HospitalDrug {
    /// 13 digits, the leading zeros too.
    pub ucd: &'static str,
    pub name: &'static str,
    pub laboratory: &'static str,
    pub atc: &'static str,
    /// Cents a unit.
    pub price: u32,
}

/// A procedure of the CCAM.
pub struct Procedure {
    pub code: &'static str,
    pub label: &'static str,
    /// PRS_NAT_REF in town.
    pub nature: u16,
    /// Cents.
    pub price: u32,
}

/// An analysis of a laboratory.
pub struct Lab {
    /// NABM, as BIO_PRS_IDE has it: without leading zeros.
    pub code: &'static str,
    pub label: &'static str,
    /// How many letters B it counts.
    pub coefficient: u32,
}

/// A device, or its hire.
pub struct Device {
    /// LPP.
    pub code: &'static str,
    pub label: &'static str,
    pub nature: u16,
    /// Cents.
    pub price: u32,
}

const fn drug(
    atc: &'static str,
    substance: &'static str,
    pack: &'static str,
    price: u32,
    nature: u16,
) -> Drug {
    Drug {
        atc,
        substance,
        pack,
        price,
        nature,
    }
}

const fn hospital_drug(
    ucd: &'static str,
    name: &'static str,
    laboratory: &'static str,
    atc: &'static str,
    price: u32,
) -> HospitalDrug {
    HospitalDrug {
        ucd,
        name,
        laboratory,
        atc,
        price,
    }
}

const fn procedure(code: &'static str, label: &'static str, nature: u16, price: u32) -> Procedure {
    Procedure {
        code,
        label,
        nature,
        price,
    }
}

const fn lab(code: &'static str, label: &'static str, coefficient: u32) -> Lab {
    Lab {
        code,
        label,
        coefficient,
    }
}

const fn device(code: &'static str, label: &'static str, nature: u16, price: u32) -> Device {
    Device {
        code,
        label,
        nature,
        price,
    }
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Looks a code up while the program is compiled; a code that is not in its table does not compile.
macro_rules! look_up {
    ($name:ident, $table:ident, $field:ident) => {
        #[doc = concat!("The place of a code in [`", stringify!($table), "`].")]
        pub const fn $name(code: &str) -> u8 {
            let mut at = 0;
            while !same($table[at as usize].$field, code) {
                at += 1;
            }
            at
        }
    };
}

look_up!(drug_of, DRUGS, atc);
look_up!(procedure_of, PROCEDURES, code);
look_up!(lab_of, LABS, code);
look_up!(device_of, DEVICES, code);

/// The invented CIP13 of a drug: `3400999`, five digits, and the check digit of EAN-13.
pub const fn cip13(drug: u8) -> [u8; 13] {
    let mut digits = *b"3400999000000";
    let mut rest = 10_000 + 7 * drug as u32;
    let mut at = 11;
    while at > 6 {
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        at -= 1;
    }
    let mut sum = 0;
    at = 0;
    while at < 12 {
        sum += (digits[at] - b'0') as u32 * if at % 2 == 0 { 1 } else { 3 };
        at += 1;
    }
    digits[12] = b'0' + ((10 - sum % 10) % 10) as u8;
    digits
}

/// The rate, in per cent, at which a nature is reimbursed, without ALD.
pub const fn rate(nature: u16) -> u32 {
    match nature {
        3311 | 3317 | 3320 | 2111 | 1322 => 100,
        3313 | 3331 | 3332 => 65,
        3312 => 30,
        3341 => 15,
        3211 | 3111 | 3112 | 3122 | 3125 | 3132 | 3511..=3531 => 60,
        _ => 70,
    }
}

#[cfg(test)]
mod tests;
