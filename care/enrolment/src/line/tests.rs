//! Dangers: a line of a register that can't be printed on a letter, or be found again, is taken; one under a number of
//! nobody's is; a good one is refused.
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_record::NationalNumbers::{Any, Real};

use super::Insured;

fn somebody() -> Insured {
    Insured {
        ins_system: "urn:oid:1.2.250.1.213.1.4.10".to_owned(),
        ins: "163127847704294".to_owned(),
        family: "N’Guyên-Łukasz".to_owned(),
        given: "Zoë Ÿves".to_owned(),
        birth_date: "1963-12-05".to_owned(),
        birth_place: "2A004".to_owned(),
        sex: "female".to_owned(),
        address: vec!["12 rue de l’Église".to_owned(), "20000 AJACCIO".to_owned()],
        postcode: "20000".to_owned(),
        email: "zoe@example.org".to_owned(),
        phone: "+33601020304".to_owned(),
        regime: "01".to_owned(),
        representatives: vec!["262087503203977".to_owned()],
        previous_ins: Vec::new(),
        merged_into: String::new(),
        death_date: String::new(),
        language: "fr".to_owned(),
    }
}

#[test]
fn each_column_is_held_against_its_form() {
    assert_eq!(somebody().fault(Any), None);
    let bare = Insured {
        birth_place: String::new(),
        sex: String::new(),
        address: Vec::new(),
        postcode: String::new(),
        email: String::new(),
        phone: String::new(),
        regime: String::new(),
        representatives: Vec::new(),
        previous_ins: Vec::new(),
        ..somebody()
    };
    assert_eq!(bare.fault(Any), None);
    type Spoil = fn(&mut Insured);
    let spoilt: [(&str, Spoil); 15] = [
        ("death_date", |one| one.death_date = "yesterday".to_owned()),
        ("ins_system", |one| {
            one.ins_system = "urn:oid:1.2".to_owned()
        }),
        ("ins", |one| one.ins = "12".to_owned()),
        ("birth_date", |one| one.birth_date = "2020-02-31".to_owned()),
        ("family", |one| one.family = " ".to_owned()),
        ("given", |one| one.given = "A\nB".to_owned()),
        ("language", |one| one.language = "French".to_owned()),
        ("sex", |one| one.sex = "F".to_owned()),
        ("address", |one| one.address = vec![String::new(); 8]),
        ("postcode", |one| one.postcode = "690 01".to_owned()),
        ("email", |one| one.email = "zoe@localhost".to_owned()),
        ("phone", |one| one.phone = "06.01".to_owned()),
        ("birth_place", |one| one.birth_place = "Lyon 3e".to_owned()),
        ("regime", |one| one.regime = "régime".to_owned()),
        ("representatives", |one| {
            one.representatives = vec!["mother".to_owned()]
        }),
    ];
    for (column, spoil) in spoilt {
        let mut one = somebody();
        spoil(&mut one);
        assert_eq!(one.fault(Any).map(|fault| fault.column), Some(column));
    }
}

#[test]
fn a_number_of_nobodys_is_a_real_persons_or_is_refused_where_nobody_is_real() {
    let nir = |ins: &str| Insured {
        ins_system: "urn:oid:1.2.250.1.213.1.4.8".to_owned(),
        ins: ins.to_owned(),
        ..somebody()
    };
    let slip = "163127847704295".to_owned();
    let good = nir("163127847704294");
    let spoilt = [
        ("ins", somebody()),
        ("ins", nir(&slip)),
        (
            "previous_ins",
            Insured {
                previous_ins: vec!["2620875032039".to_owned(), slip.clone()],
                ..good.clone()
            },
        ),
        (
            "representatives",
            Insured {
                representatives: vec!["2620875032039".to_owned(), slip.clone()],
                ..good.clone()
            },
        ),
    ];
    for (column, one) in spoilt {
        assert_eq!(one.fault(Any), None);
        assert_eq!(one.fault(Real).map(|fault| fault.column), Some(column));
    }
    assert_eq!(
        (good.fault(Real), nir("1631278477042").fault(Real)),
        (None, None)
    );
}

#[test]
fn a_department_is_read_from_the_postcode() {
    for (postcode, department) in [
        ("69001", "69"),
        ("01000", "01"),
        ("97110", "971"),
        ("98800", "988"),
        ("", ""),
        ("2", ""),
    ] {
        let one = Insured {
            postcode: postcode.to_owned(),
            ..somebody()
        };
        assert_eq!(one.department(), department, "{postcode}");
    }
}
