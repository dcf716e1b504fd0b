//! A life as values: what truly happened to a person, before anybody laid it out in files.

use crate::calendar::Day;
use crate::care::live;
use crate::course::{Course, course};
use crate::person::{Person, person};
use crate::plan::Plan;

/// One thing done or sold, as the insurer would count it if nobody ever made a mistake.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// The day it was begun, and the day it ended.
    pub from: Day,
    pub to: Day,
    /// PRS_NAT_REF.
    pub nature: u16,
    /// What exactly.
    pub item: Item,
    /// At least 1.
    pub quantity: u16,
    /// Cents asked for, all of `quantity`.
    pub charged: u32,
    /// Cents reimbursed.
    pub paid: u32,
    /// PSE_SPE_COD, 0 where there is none.
    pub specialty: u8,
    /// PFS_EXE_NUM, from 1 without a gap, written with nine digits; 0 for nobody in town.
    pub performer: u32,
    /// ETB_PRE_FIN, from 1, written with eight digits; 0 for none.
    pub establishment: u32,
    /// Claims of one sheet are sent together.
    pub sheet: u32,
}

/// The refined part of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// None: the nature says it all.
    Plain,
    /// A place in [`crate::tables::drugs::DRUGS`].
    Drug(u8),
    /// A place in [`crate::tables::hospital_drugs::HOSPITAL_DRUGS`].
    HospitalDrug(u8),
    /// A place in [`crate::tables::procedures::PROCEDURES`], and CAM_ACT_COD: 1 the procedure itself, 4 its anaesthesia.
    Procedure(u8, u8),
    /// `count` analyses of a laboratory from this place of [`Life::labs`] on, one of each; no code comes twice.
    Labs { first: u32, count: u8 },
    /// A place in [`crate::tables::devices::DEVICES`].
    Device(u8),
}

/// A stay in a hospital (PMSI MCO), sessions too.
#[derive(Clone, Debug)]
pub struct Stay {
    /// First and last day.
    pub from: Day,
    pub to: Day,
    /// ETA_NUM, from 1, written with nine digits.
    pub hospital: u32,
    /// GRG_GHM.
    pub group: &'static str,
    /// DGN_PAL.
    pub main: &'static str,
    /// DGN_REL.
    pub related: Option<&'static str>,
    /// ASS_DGN, none twice.
    pub associated: Vec<&'static str>,
    /// What was done.
    pub procedures: Vec<HospitalProcedure>,
    /// Where, in order; at least one.
    pub units: Vec<Unit>,
    /// Whether the hospital knew who it was. Where it did not, a return code of the file that joins stays to persons is
    /// not 0, and no honest reader can count the stay.
    pub identified: bool,
}

/// A procedure of a stay.
#[derive(Clone, Copy, Debug)]
pub struct HospitalProcedure {
    /// A place in [`crate::tables::procedures::PROCEDURES`].
    pub procedure: u8,
    /// ACV_ACT: 1 the procedure, 4 its anaesthesia.
    pub activity: u8,
    /// Days since the stay began.
    pub after: u16,
    /// NBR_EXE_ACT.
    pub count: u8,
}

/// A part of a stay in one unit.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    /// DGN_PAL of the part.
    pub main: &'static str,
    /// DGN_REL of the part.
    pub related: Option<&'static str>,
    /// PAR_DUR_SEJ: nights.
    pub nights: u16,
}

/// A long-term illness as the insurer's doctors recognised it (IR_IMB_R).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illness {
    /// IMB_ALD_NUM.
    pub number: u8,
    /// MED_MTF_COD, ICD-10.
    pub code: &'static str,
    /// From when.
    pub from: Day,
    /// Until when, inclusive; for ever without.
    pub until: Option<Day>,
}

/// The end of a life, with its causes.
#[derive(Clone, Debug)]
pub struct Death {
    /// When.
    pub on: Day,
    /// DCD_CIM_COD; without, the certificate never reached the registry (or could not be matched).
    pub cause: Option<&'static str>,
    /// ECD_CIM_COD: all causes of the certificate, the initial one first, none twice.
    pub causes: Vec<&'static str>,
}

/// All that happened to a person within the time observed.
pub struct Life {
    /// Who.
    pub person: Person,
    /// His true events, those before the time observed too.
    pub course: Course,
    /// What was claimed.
    pub claims: Vec<Claim>,
    /// Places in [`crate::tables::laboratory::LABS`], which [`Item::Labs`] speaks of.
    pub labs: Vec<u8>,
    /// Where he lay.
    pub stays: Vec<Stay>,
    /// What was recognised, before the time observed too.
    pub illnesses: Vec<Illness>,
    /// How it ended.
    pub death: Option<Death>,
}

/// The life of the person of this number: nobody else's is needed for it.
pub fn life(plan: &Plan, number: u64) -> Life {
    let person = person(plan, number);
    let mut path = Course::default();
    course(plan, &person, &mut path);
    let mut life = Life {
        person,
        course: path,
        claims: Vec::new(),
        labs: Vec::new(),
        stays: Vec::new(),
        illnesses: Vec::new(),
        death: None,
    };
    live(plan, &mut life);
    life
}
