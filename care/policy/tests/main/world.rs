//! Who acts, for what, on what.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use hygie_notice::{Act, ActorKind, ActorRef, Entropy, Millis, PersonId, Purpose};
use hygie_policy::{Category, Class, Mark, Marks, Matrix, Target, Terms};

pub const NOW: Millis = 1_800_000_000_000;
pub const FORBIDDEN_SECTORS: [&str; 6] = ["SA23", "SA66", "SA44", "SA13", "SA45", "SA48"];

pub const ACTS: [Act; Act::ALL.len()] = Act::ALL;
pub const PURPOSES: [Purpose; Purpose::ALL.len()] = Purpose::ALL;

struct Fixed(u8);

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// The person whose space the requests are about, and another.
pub static HOLDER: LazyLock<PersonId> = LazyLock::new(|| PersonId::random(&Fixed(1)));
pub static STRANGER: LazyLock<PersonId> = LazyLock::new(|| PersonId::random(&Fixed(2)));

pub const DOCTOR: &str = "10001234567";
pub const OTHER_DOCTOR: &str = "10007654321";
pub const HOSPITAL: &str = "750000001";
pub const OTHER_HOSPITAL: &str = "690000002";
pub const SAMU: &str = "330000003";
pub const TEAM: &str = "cpts-lyon-3";
pub const APP: &str = "pas-a-pas";
pub const PROJECT: &str = "diabetes-2027";

/// A doctor reads all, a pharmacist what he needs to dispense, a nurse has no row, a midwife an empty one.
pub const MATRIX: &str = "\
profession\t10\t11\t31\t42\t43\t44\t45\t52\t60\t90\t95
G15_10\tyes\tyes\tyes\tyes\tyes\tyes\tyes\tyes\tyes\tyes\tyes
software\tyes\tyes\tyes\tyes\tyes\tyes\tyes\tyes\tyes\tyes\tyes
G15_21\tno\tno\tno\tyes\tyes\tno\tno\tno\tno\t\t
G15_50\t\t\t\t\t\t\t\t\t\t\t
";

/// What the operator lays down; with invented people, or real ones.
pub fn terms(synthetic: bool) -> Terms {
    Terms {
        matrix: Matrix::parse(MATRIX).unwrap(),
        regulation: BTreeSet::from([SAMU.to_owned()]),
        announcement: 1,
        synthetic,
    }
}

pub fn actor(kind: ActorKind, id: &str) -> ActorRef {
    ActorRef::new(kind, id)
}

/// Professionals in every relation that a rule tells apart, without profession or sector.
fn professionals() -> Vec<ActorRef> {
    let with = |id: &str, structure: &str, team: &str| ActorRef {
        structure: Some(structure.to_owned()).filter(|finess| !finess.is_empty()),
        team: Some(team.to_owned()).filter(|team| !team.is_empty()),
        ..actor(ActorKind::Professional, id)
    };
    vec![
        with(DOCTOR, "", ""),
        with(DOCTOR, HOSPITAL, ""),
        with(OTHER_DOCTOR, HOSPITAL, ""),
        with(OTHER_DOCTOR, OTHER_HOSPITAL, TEAM),
        with(OTHER_DOCTOR, SAMU, ""),
        with(DOCTOR, SAMU, TEAM),
        with("", "", ""),
        // A structure's number in the place of a professional's is not the structure.
        with(HOSPITAL, "", ""),
        ActorRef {
            structure: Some(String::new()),
            team: Some(String::new()),
            person: Some(*HOLDER),
            ..actor(ActorKind::Professional, OTHER_DOCTOR)
        },
    ]
}

/// Professionals by profession: one who reads all, one who reads little, one without a cell, one without a row, none.
pub fn carers() -> Vec<ActorRef> {
    let professions = [
        Some("G15_10/SM04"),
        Some("G15_21"),
        Some("G15_50"),
        Some("G15_60"),
        None,
    ];
    let each = |one: ActorRef| {
        professions.map(|profession| ActorRef {
            profession: profession.map(str::to_owned),
            ..one.clone()
        })
    };
    let software = [
        actor(ActorKind::Software, HOSPITAL),
        actor(ActorKind::Software, ""),
        actor(ActorKind::Software, DOCTOR),
        // Software that says it acts for another structure than its own.
        ActorRef {
            structure: Some(HOSPITAL.to_owned()),
            team: Some(TEAM.to_owned()),
            ..actor(ActorKind::Software, OTHER_HOSPITAL)
        },
    ];
    professionals()
        .into_iter()
        .flat_map(each)
        .chain(software)
        .collect()
}

/// All who do not give care.
pub fn others() -> Vec<ActorRef> {
    let of = |kind, id: &str, person: Option<PersonId>| ActorRef {
        person,
        ..actor(kind, id)
    };
    let (own, other) = (Some(*HOLDER), Some(*STRANGER));
    let app = |scope: &str, person| ActorRef {
        scope: Some(scope.to_owned()),
        ..of(ActorKind::App, APP, person)
    };
    vec![
        of(ActorKind::Holder, "account", own),
        of(ActorKind::Holder, "account", other),
        // An id without the person it should stand for proves nothing.
        of(ActorKind::Holder, &HOLDER.to_string(), None),
        of(ActorKind::Representative, "mother", own),
        of(ActorKind::Representative, "mother", other),
        of(ActorKind::Representative, "mother", None),
        of(ActorKind::Representative, "guardian", own),
        of(ActorKind::Representative, "neighbour", own),
        of(ActorKind::Representative, "", own),
        app("patient/*.rs", own),
        app("patient/*.rs", other),
        app("patient/Observation.rs patient/Observation.c", own),
        app("patient/*.write", own),
        app("openid", own),
        of(ActorKind::App, APP, own),
        of(ActorKind::App, "other-app", own),
        // The same numbers in other roles give nothing.
        ActorRef {
            structure: Some(HOSPITAL.to_owned()),
            team: Some(TEAM.to_owned()),
            ..of(ActorKind::Operator, DOCTOR, own)
        },
        of(ActorKind::Enrolment, "enrolment", own),
        of(ActorKind::Support, "support", own),
        of(ActorKind::Crossing, "crossing", own),
        ActorRef {
            scope: Some(PROJECT.to_owned()),
            ..of(ActorKind::Crossing, "crossing", None)
        },
        of(ActorKind::SignIn, "sign-in", own),
        of(ActorKind::Officer, "officer", own),
    ]
}

pub fn actors() -> Vec<ActorRef> {
    others().into_iter().chain(carers()).collect()
}

/// The actor in a sector.
pub fn in_sector(actor: &ActorRef, sector: Option<&str>) -> ActorRef {
    ActorRef {
        sector: sector.map(str::to_owned),
        ..actor.clone()
    }
}

/// Every class that this kind of actor can meet: category × marks × authorship × what else counts for him.
pub fn classes(kind: ActorKind) -> Vec<Class> {
    let professional = kind == ActorKind::Professional;
    let both = |counts: bool| {
        if counts {
            &[false, true][..]
        } else {
            &[false][..]
        }
    };
    let every = [(false, false), (true, false), (false, true)];
    let special = if professional {
        &every[..]
    } else {
        &every[..1]
    };
    let categories = Category::ALL.into_iter().map(Some).chain([None]);
    let mut classes = Vec::new();
    for category in categories {
        for marks in 0..8 {
            for (own, of_structure) in [(false, false), (false, true), (true, false)] {
                for (granted, emergency) in special {
                    for in_scope in both(kind == ActorKind::App) {
                        classes.push(Class {
                            category,
                            emergency: *emergency,
                            own,
                            of_structure,
                            granted: *granted,
                            in_scope: *in_scope,
                            marks: Marks {
                                masked: marks & 1 != 0,
                                unannounced: marks & 2 != 0,
                                secret: marks & 4 != 0,
                            },
                        });
                    }
                }
            }
        }
    }
    classes
}

/// A few classes of each kind, for what does not depend on all of them.
pub fn few_classes() -> Vec<Class> {
    classes(ActorKind::Professional)
        .into_iter()
        .step_by(11)
        .collect()
}

/// What is no item.
pub const PLAIN: [Target; 6] = [
    Target::Record,
    Target::Trail,
    Target::Directory,
    Target::Roll,
    Target::Account,
    Target::Oppositions,
];

/// Each mark of a few items.
pub fn marks() -> Vec<Target> {
    let few = few_classes().into_iter().step_by(5);
    few.flat_map(|class| Mark::ALL.map(|mark| Target::Mark(class, mark)))
        .collect()
}
