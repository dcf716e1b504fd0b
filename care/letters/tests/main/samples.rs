//! Letters of invented people, one of each kind, in every wording.

use hygie_letters::{Choice, Code, Matter, Moment, Opposed, Post, Postal, Sender, Wording};
use jiff::civil::{Date, date};

use crate::world::NOW;

pub const CODE: &str = "7K2M-Q9XR-4TWB-*";
pub const REVERSAL: &str = "N3HD-0YVC-8PZA-5";
pub const DAY: Date = date(2026, 12, 1);
pub const UNTIL: Date = date(2027, 1, 12);

/// As a ledger of twenty million leaves proves one (C2SP tlog-proof).
pub fn proof() -> String {
    let way = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n".repeat(25);
    format!(
        "c2sp.org/tlog-proof@v1\nindex 20852011\n{way}\nrecords.example/access\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\u{2014} records.example/access Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )
}

pub fn sender() -> Sender {
    let lines = [
        "Espace santé",
        "Centre de traitement des oppositions",
        "CS 10042",
        "59777 LILLE CEDEX",
    ];
    Sender {
        name: "Espace santé".to_owned(),
        address: Postal::new(lines, "59777").unwrap(),
        telephone: "01 99 00 12 34".to_owned(),
        hours: [
            "du lundi au vendredi, de 8 h 30 à 18 h"
                .replace("8 h 30", "8\u{a0}h\u{a0}30")
                .replace("18 h", "18\u{a0}h"),
            "Monday to Friday, 8.30 am to 6 pm".to_owned(),
        ],
        site: "https://espace-sante.example".parse().unwrap(),
    }
}

/// Seven lines of 38 characters, as long as the norm lets them be.
pub fn longest() -> Postal {
    let lines = [
        "MADAME MAXIMILIENNE-WALBURGA WŒSTEŸNWM",
        "CHEZ MONSIEUR ALEXANDRE VANDERMEERSCHE",
        "APPARTEMENT 1204 ESCALIER W MEZZANINES",
        "RÉSIDENCE LES GRANDS MARRONNIERS BÂT W",
        "1234 BIS AVENUE DU GÉNÉRAL-DE-GAULLE W",
        "LIEU-DIT LA CROIX DES QUATRE CHEMINS W",
        "97419 SAINT-PHILIPPE-DE-LA-RÉUNION WWW",
    ];
    assert!(lines.iter().all(|line| line.chars().count() == 38));
    Postal::new(lines, "97419").unwrap()
}

pub fn camille() -> Postal {
    let lines = ["MADAME CAMILLE DURAND", "12 RUE DES LILAS", "59000 LILLE"];
    Postal::new(lines, "59000").unwrap()
}

/// A confirmation of this.
fn confirmation(opposed: Opposed) -> Matter {
    Matter::Confirmation {
        opposed,
        number: "9WKD-27QH-M4XT".to_owned(),
        at: Moment {
            at: NOW + 345,
            offset: 120,
        },
        reversal: REVERSAL.parse().unwrap(),
        until: date(2027, 1, 1),
    }
}

pub fn matters() -> Vec<(&'static str, Matter)> {
    let code: Code = CODE.parse().unwrap();
    let at = Moment {
        at: NOW + 345,
        offset: 120,
    };
    let number = "9WKD-27QH-M4XT".to_owned();
    let mut matters = of_age();
    matters.extend([
        (
            "announcement",
            Matter::Announcement {
                code: code.clone(),
                until: UNTIL,
            },
        ),
        ("new-code", Matter::NewCode { code, until: UNTIL }),
        ("confirmation", confirmation(Opposed::Space)),
        (
            "confirmation-project",
            confirmation(Opposed::Project("diabetes-2027".to_owned())),
        ),
        (
            "receipt",
            Matter::Receipt {
                choice: Choice::No,
                number: number.clone(),
                at,
                proof: proof(),
            },
        ),
        (
            "receipt-back",
            Matter::Receipt {
                choice: Choice::Yes,
                number: number.clone(),
                at,
                proof: proof(),
            },
        ),
        (
            "receipt-refused",
            Matter::Receipt {
                choice: Choice::Refuses,
                number: number.clone(),
                at,
                proof: proof(),
            },
        ),
        (
            "receipt-allowed",
            Matter::Receipt {
                choice: Choice::Allows,
                number,
                at,
                proof: proof(),
            },
        ),
        ("created", Matter::Created(date(2027, 1, 13))),
        ("activated", Matter::Activated(at)),
        ("activated-child", Matter::ActivatedForChild(at)),
        ("closed", Matter::Closed(DAY)),
        ("erasure", Matter::Erasure(date(2027, 2, 1))),
        ("erased", Matter::Erased { at, proof: proof() }),
    ]);
    matters
}

fn of_age() -> Vec<(&'static str, Matter)> {
    let of_age = |opposed| Matter::OfAge {
        code: CODE.parse().unwrap(),
        until: UNTIL,
        opposed,
    };
    vec![("of-age", of_age(false)), ("of-age-opposed", of_age(true))]
}

pub fn post(to: Postal, wording: Wording, matter: Matter) -> Post {
    Post {
        to,
        wording,
        reference: "2b7n-204".to_owned(),
        on: DAY,
        matter,
    }
}
