//! What a person's rights may say: every state that a rule tells apart.

use hygie_notice::Millis;
use hygie_policy::{
    Authorisation, Care, Categories, Category, Emergency, Grantee, Mandate, NoResearch, Over,
    Rights, Role, Target,
};

use crate::world::{APP, DOCTOR, HOSPITAL, NOW, PROJECT, TEAM};

fn doctor() -> Grantee {
    Grantee::Professional(DOCTOR.to_owned())
}

fn hospital() -> Grantee {
    Grantee::Structure(HOSPITAL.to_owned())
}

fn team() -> Grantee {
    Grantee::Team(TEAM.to_owned())
}

fn few() -> Categories {
    Categories::default().with(Category::Prescription)
}

fn given(
    grantee: Grantee,
    over: Over,
    from: Option<Millis>,
    until: Option<Millis>,
) -> Authorisation {
    Authorisation {
        grantee,
        over,
        from,
        until,
    }
}

fn all(grantee: Grantee) -> Authorisation {
    given(grantee, Over::Classes(Categories::ALL), None, None)
}

/// Every state of authorisation.
pub fn authorisations() -> Vec<Vec<Authorisation>> {
    let classes = |grantee| given(grantee, Over::Classes(few()), None, None);
    let everything = || Over::Classes(Categories::ALL);
    let item = || Over::Item("DocumentReference/one".to_owned());
    vec![
        vec![],
        vec![all(doctor())],
        vec![given(doctor(), everything(), None, Some(NOW + 1))],
        // At the moment itself it no longer holds.
        vec![given(doctor(), everything(), None, Some(NOW))],
        // Not yet in force, and in force from this very moment.
        vec![given(doctor(), everything(), Some(NOW + 1), None)],
        vec![given(doctor(), everything(), Some(NOW), None)],
        vec![classes(doctor())],
        vec![given(doctor(), item(), None, Some(NOW + 1))],
        vec![given(doctor(), item(), None, Some(NOW))],
        vec![all(hospital())],
        vec![
            classes(hospital()),
            given(doctor(), everything(), None, Some(NOW - 1)),
        ],
        vec![all(team())],
        vec![classes(team())],
        vec![all(Grantee::App(APP.to_owned()))],
        vec![classes(Grantee::App(APP.to_owned()))],
        vec![given(
            Grantee::App(APP.to_owned()),
            everything(),
            None,
            Some(NOW),
        )],
        // The right numbers in the wrong kinds, and numbers that are none.
        vec![
            all(Grantee::Professional(HOSPITAL.to_owned())),
            all(Grantee::Structure(DOCTOR.to_owned())),
            all(Grantee::Team(HOSPITAL.to_owned())),
            all(Grantee::App(DOCTOR.to_owned())),
            all(Grantee::Professional(String::new())),
            all(Grantee::Structure(String::new())),
            all(Grantee::Team(String::new())),
            all(Grantee::App(String::new())),
        ],
    ]
}

fn mandate(account: &str, role: Role, until: Option<Millis>) -> Mandate {
    Mandate {
        account: account.to_owned(),
        role,
        classes: few(),
        from: None,
        until,
    }
}

fn emergency(until: Millis) -> Emergency {
    Emergency {
        professional: DOCTOR.to_owned(),
        from: NOW - 5,
        until,
    }
}

fn care(by: Grantee, until: Millis) -> Care {
    Care {
        by,
        from: NOW - 5,
        until,
    }
}

/// What else a person may say of who cares for him, alone and together.
fn of_care() -> Vec<Rights> {
    let nothing = Rights::default;
    let cared = |care: Vec<Care>| Rights { care, ..nothing() };
    let treated = |by: &str| Rights {
        treating: Some(by.to_owned()),
        ..nothing()
    };
    let declared = |until| Rights {
        emergencies: vec![emergency(until)],
        ..nothing()
    };
    vec![
        treated(DOCTOR),
        treated(""),
        cared(vec![care(hospital(), NOW + 1)]),
        cared(vec![care(team(), NOW + 1)]),
        cared(vec![care(hospital(), NOW)]),
        cared(vec![Care {
            from: NOW + 1,
            ..care(team(), NOW + 2)
        }]),
        Rights {
            no_presumption: true,
            ..cared(vec![care(hospital(), NOW + 1), care(team(), NOW + 1)])
        },
        declared(NOW + 1),
        declared(NOW),
        Rights {
            no_break_glass: true,
            ..declared(NOW + 1)
        },
        Rights {
            no_regulation: true,
            ..nothing()
        },
    ]
}

/// What may be said of who acts for a person, alone and together.
fn of_mandates() -> Vec<Rights> {
    let mandates = |mandates: Vec<Mandate>| Rights {
        mandates,
        ..Rights::default()
    };
    let parents = || {
        vec![
            mandate("mother", Role::Parent, None),
            mandate("guardian", Role::Guardian, Some(NOW + 1)),
        ]
    };
    let of_age = |day| Rights {
        of_age: Some(day),
        ..mandates(parents())
    };
    vec![
        mandates(parents()),
        of_age(NOW + 1),
        of_age(NOW),
        mandates(vec![
            mandate("guardian", Role::Guardian, Some(NOW)),
            mandate("mother", Role::Helper, Some(NOW)),
        ]),
        mandates(vec![
            mandate("neighbour", Role::Helper, Some(NOW + 1)),
            mandate("", Role::Guardian, None),
        ]),
        mandates(vec![
            mandate("mother", Role::Parent, None),
            mandate("mother", Role::Helper, None),
            Mandate {
                from: Some(NOW + 1),
                ..mandate("neighbour", Role::Helper, None)
            },
        ]),
    ]
}

/// What a person may refuse short of the space.
fn of_oppositions() -> Vec<Rights> {
    let unfed = |no_feeding: Vec<Grantee>| Rights {
        no_feeding,
        ..Rights::default()
    };
    let research = |all: bool, project: &str| Rights {
        no_research: NoResearch {
            all,
            projects: vec![project.to_owned()],
        },
        ..Rights::default()
    };
    vec![
        unfed(vec![doctor(), Grantee::Structure(String::new())]),
        unfed(vec![hospital(), Grantee::Professional(String::new())]),
        research(true, "another"),
        research(false, PROJECT),
        research(false, "another"),
    ]
}

/// What a restricted record may say besides.
fn of_restrictions() -> Vec<Rights> {
    let kept = |rights: Rights| Rights {
        restricted: true,
        ..rights
    };
    let given = |grantee| Rights {
        authorisations: vec![all(grantee)],
        ..Rights::default()
    };
    vec![
        kept(Rights::default()),
        kept(given(doctor())),
        kept(Rights {
            freed: Some(NOW),
            ..given(doctor())
        }),
        kept(Rights {
            freed: Some(NOW + 1),
            ..given(doctor())
        }),
        kept(given(hospital())),
        kept(given(Grantee::App(APP.to_owned()))),
        kept(Rights {
            emergencies: vec![emergency(NOW + 1)],
            ..given(doctor())
        }),
        kept(Rights {
            emergencies: vec![emergency(NOW)],
            ..given(doctor())
        }),
        kept(Rights {
            no_break_glass: true,
            emergencies: vec![emergency(NOW + 1)],
            mandates: vec![
                mandate("guardian", Role::Guardian, None),
                mandate("neighbour", Role::Helper, None),
            ],
            ..Rights::default()
        }),
    ]
}

/// Every authorisation state, blocked and not; what else may be said; opposed, closed.
pub fn rights() -> Vec<Rights> {
    let mut states = of_care();
    states.extend(of_mandates());
    states.extend(of_oppositions());
    states.extend(of_restrictions());
    for authorisations in authorisations() {
        states.push(Rights {
            authorisations,
            ..Rights::default()
        });
    }
    let blocks = [
        doctor(),
        hospital(),
        team(),
        Grantee::Professional(String::new()),
    ];
    let strong = [
        Rights {
            authorisations: vec![all(doctor())],
            treating: Some(DOCTOR.to_owned()),
            ..Rights::default()
        },
        Rights {
            authorisations: vec![all(hospital()), all(team())],
            ..Rights::default()
        },
        Rights {
            emergencies: vec![emergency(NOW + 1)],
            care: vec![care(hospital(), NOW + 1)],
            ..Rights::default()
        },
    ];
    for state in &strong {
        states.push(state.clone());
        for blocked in &blocks {
            states.push(Rights {
                blocked: vec![blocked.clone()],
                ..state.clone()
            });
        }
    }
    let parents = vec![
        mandate("mother", Role::Parent, None),
        mandate("neighbour", Role::Helper, None),
    ];
    for state in [
        strong[0].clone(),
        Rights {
            mandates: parents,
            ..Rights::default()
        },
        Rights::default(),
    ] {
        states.push(Rights {
            opposed: true,
            ..state.clone()
        });
        states.push(Rights {
            closed: true,
            ..state
        });
    }
    states
}

/// The rights that a target can depend on: nobody's govern the directory, the roll or an account, so that a few
/// states show that nothing slips in.
pub fn rights_for(target: Target, all: &[Rights]) -> &[Rights] {
    match target {
        Target::Directory | Target::Roll | Target::Account | Target::Oppositions => {
            &all[..all.len().min(4)]
        }
        Target::Record | Target::Trail | Target::Entry(_) | Target::Mark(..) => all,
    }
}
