//! The values of each dimension of the enumeration.

use std::sync::LazyLock;

use hygie_notice::{Act, ActorKind, ActorRef, Entropy, Millis, PersonId, Purpose};
use hygie_policy::{Authorisation, Class, Grantee, Rights, Target};

pub const NOW: Millis = 1_800_000_000_000;
pub const FORBIDDEN_SECTORS: [&str; 6] = ["SA23", "SA66", "SA44", "SA13", "SA45", "SA48"];

pub const ACTS: [Act; Act::ALL.len()] = Act::ALL;
pub const PURPOSES: [Purpose; Purpose::ALL.len()] = Purpose::ALL;
pub const TARGETS: [Target; 13] = [
    Target::Account,
    Target::Record,
    Target::Directory,
    Target::Roll,
    Target::Trail,
    entry(false, false, false),
    entry(false, false, true),
    entry(false, true, false),
    entry(false, true, true),
    entry(true, false, false),
    entry(true, false, true),
    entry(true, true, false),
    entry(true, true, true),
];

const fn entry(own: bool, of_structure: bool, masked: bool) -> Target {
    Target::Entry(Class {
        own,
        of_structure,
        masked,
    })
}

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

fn actor(kind: ActorKind, id: &str) -> ActorRef {
    ActorRef {
        kind,
        id: id.to_owned(),
        name: None,
        person: None,
        profession: None,
        sector: None,
        structure: None,
        team: None,
        scope: None,
    }
}

/// Every kind of actor, in every relation to the person that a rule tells apart.
pub fn actors() -> Vec<ActorRef> {
    let holder = |id: &str, person| ActorRef {
        person,
        ..actor(ActorKind::Holder, id)
    };
    let with = |kind, id: &str, structure: &str| ActorRef {
        structure: Some(structure.to_owned()),
        ..actor(kind, id)
    };
    vec![
        holder(&HOLDER.to_string(), Some(*HOLDER)),
        holder(&STRANGER.to_string(), Some(*STRANGER)),
        // An id without the person it should stand for proves nothing.
        holder(&HOLDER.to_string(), None),
        actor(ActorKind::Professional, DOCTOR),
        actor(ActorKind::Professional, ""),
        // A structure's number in the place of a professional's is not the structure.
        actor(ActorKind::Professional, HOSPITAL),
        with(ActorKind::Professional, DOCTOR, HOSPITAL),
        with(ActorKind::Professional, OTHER_DOCTOR, HOSPITAL),
        with(ActorKind::Professional, OTHER_DOCTOR, OTHER_HOSPITAL),
        with(ActorKind::Professional, OTHER_DOCTOR, ""),
        actor(ActorKind::Software, HOSPITAL),
        actor(ActorKind::Software, DOCTOR),
        // Software that says it acts for another structure than its own.
        with(ActorKind::Software, OTHER_HOSPITAL, HOSPITAL),
        // The same numbers in other roles give nothing.
        with(ActorKind::Operator, DOCTOR, HOSPITAL),
        ActorRef {
            person: Some(*HOLDER),
            ..actor(ActorKind::Operator, "operator")
        },
        ActorRef {
            person: Some(*HOLDER),
            ..actor(ActorKind::Enrolment, "enrolment")
        },
        actor(ActorKind::SignIn, "sign-in"),
        ActorRef {
            person: Some(*HOLDER),
            ..actor(ActorKind::Representative, "parent")
        },
        actor(ActorKind::Support, "support"),
        actor(ActorKind::App, "app"),
        actor(ActorKind::Crossing, "crossing"),
        ActorRef {
            person: Some(*HOLDER),
            ..actor(ActorKind::Professional, OTHER_DOCTOR)
        },
    ]
}

/// The actor in a sector.
pub fn in_sector(actor: &ActorRef, sector: Option<&str>) -> ActorRef {
    ActorRef {
        sector: sector.map(str::to_owned),
        ..actor.clone()
    }
}

/// Every state of authorisation that a rule tells apart.
pub fn authorisations() -> Vec<Vec<Authorisation>> {
    let to = |grantee: Grantee, until| Authorisation {
        grantee,
        from: None,
        until,
    };
    let from = |grantee: Grantee, from| Authorisation {
        grantee,
        from: Some(from),
        until: None,
    };
    let doctor = || Grantee::Professional(DOCTOR.to_owned());
    let hospital = || Grantee::Structure(HOSPITAL.to_owned());
    vec![
        vec![],
        vec![to(doctor(), None)],
        vec![to(doctor(), Some(NOW + 1))],
        // At the moment itself it no longer holds.
        vec![to(doctor(), Some(NOW))],
        // Not yet in force, and in force from this very moment.
        vec![from(doctor(), NOW + 1)],
        vec![from(doctor(), NOW)],
        vec![to(hospital(), None)],
        vec![to(hospital(), Some(NOW - 1))],
        // Expired for the one, in force for the other.
        vec![to(doctor(), Some(0)), to(hospital(), Some(Millis::MAX))],
        // The right numbers in the wrong kinds, and numbers that are none.
        vec![
            to(Grantee::Professional(HOSPITAL.to_owned()), None),
            to(Grantee::Structure(DOCTOR.to_owned()), None),
            to(Grantee::Professional(String::new()), None),
            to(Grantee::Structure(String::new()), None),
        ],
    ]
}

/// Every authorisation state × opposed, closed, or somebody blocked.
pub fn rights() -> Vec<Rights> {
    let mut all = Vec::new();
    for authorisations in authorisations() {
        for (opposed, closed) in [(false, false), (true, false), (false, true)] {
            all.push(Rights {
                authorisations: authorisations.clone(),
                blocked: Vec::new(),
                opposed,
                closed,
            });
        }
        for blocked in [
            Grantee::Professional(DOCTOR.to_owned()),
            Grantee::Structure(HOSPITAL.to_owned()),
            Grantee::Professional(String::new()),
        ] {
            all.push(Rights {
                authorisations: authorisations.clone(),
                blocked: vec![blocked],
                ..Rights::default()
            });
        }
    }
    all
}

/// The rights that a target can depend on: items are decided after the record, and nobody's rights govern
/// the trail, the directory or the roll, so that a few states show that nothing else slips in.
pub fn rights_for(target: Target, all: &[Rights]) -> &[Rights] {
    match target {
        Target::Record => all,
        Target::Trail | Target::Directory | Target::Roll | Target::Account | Target::Entry(_) => {
            &all[..all.len().min(4)]
        }
    }
}
