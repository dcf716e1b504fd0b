//! Dangers: somebody taken for another (a twin, a sister, a namesake); somebody not known again for an accent, a hyphen, a
//! second given name, or a place that one side does not know. Not a failure: a name that was changed, and that the
//! register does not know of.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::Traits;
use crate::Insured;

fn insured(family: &str, given: &str) -> Insured {
    Insured {
        family: family.to_owned(),
        given: given.to_owned(),
        birth_date: "1963-12-05".to_owned(),
        birth_place: "69123".to_owned(),
        sex: "female".to_owned(),
        ..Insured::default()
    }
}

fn traits(family: &str, given: &str) -> Traits {
    Traits {
        family: family.to_owned(),
        given: given.to_owned(),
        birth: "1963-12-05".to_owned(),
        place: "69123".to_owned(),
        sex: "female".to_owned(),
    }
}

#[test]
fn the_same_person_written_otherwise() {
    for (roll, told) in [
        (("Durand", "Camille, Lou"), ("DURAND", "Camille Lou")),
        (("DURAND", "CAMILLE"), ("Durand", "Camille Lou Anne")),
        (("Lefèvre", "Zoé Élodie"), ("LEFEVRE", "ZOE")),
        (("Le Goff", "Jean-Pierre"), ("LE-GOFF", "JEAN PIERRE ANDRE")),
        (("LEGOFF", "Jean-Pierre"), ("Le Goff", "Jean-Pierre")),
        (("D’Œuvre", "Loïc"), ("D'OEUVRE", "LOIC")),
        (
            ("de la Tour d'Auvergne", "Guy"),
            ("DE LA TOUR D AUVERGNE", "Guy Marie"),
        ),
        (("Strauß", "Jürgen"), ("STRAUSS", "Jurgen")),
        (("e\u{301}tienne", "Noe\u{308}l"), ("Étienne", "Noël")),
    ] {
        assert!(
            traits(told.0, told.1).are_of(&insured(roll.0, roll.1)),
            "{roll:?}"
        );
        assert!(
            traits(roll.0, roll.1).are_of(&insured(told.0, told.1)),
            "{told:?}"
        );
    }
}

#[test]
fn another_person() {
    for (roll, told) in [
        (("Durand", "Camille"), ("Durant", "Camille")),
        (("Durand", "Camille Lou"), ("Durand", "Lou Camille")),
        // Twins: same birth, same place, same name of the family.
        (("Durand", "Marie-Claire"), ("Durand", "Marie")),
        (("Durand", "Marie-Claire"), ("Durand", "Marie Louise")),
        (("Durand", "Marie-Claire Anne"), ("Durand", "Marie")),
        (("Durand", "Camille Lou"), ("Durand", "Camille Anne")),
        (("Durand", "Camille"), ("Durand", "")),
        (("Durand", "Camille"), ("", "Camille")),
        (("Durand", "Camille"), ("-", "'")),
    ] {
        assert!(
            !traits(told.0, told.1).are_of(&insured(roll.0, roll.1)),
            "{roll:?} {told:?}"
        );
        assert!(
            !traits(roll.0, roll.1).are_of(&insured(told.0, told.1)),
            "{told:?} {roll:?}"
        );
    }
}

#[test]
fn what_one_side_does_not_know_is_no_difference_and_what_both_know_is() {
    let line = insured("Durand", "Camille");
    let same = traits("Durand", "Camille");
    for (place, sex, fits) in [
        ("", "", true),
        ("69123", "", true),
        ("", "female", true),
        ("", "divers", true),
        ("69124", "female", false),
        ("99217", "", false),
        ("69123", "male", false),
    ] {
        let told = Traits {
            place: place.to_owned(),
            sex: sex.to_owned(),
            ..same.clone()
        };
        assert_eq!(told.are_of(&line), fits, "{place} {sex}");
    }
    for birth in ["1963-12-06", "1963-12", ""] {
        let told = Traits {
            birth: birth.to_owned(),
            ..same.clone()
        };
        assert!(!told.are_of(&line), "{birth}");
    }
    assert!(
        !Traits::default().are_of(&Insured::default()),
        "nobody is nobody"
    );
    assert_eq!(format!("{same:?}"), "Traits(…)");
}

proptest! {
    /// Case, accents and marks between words never tell two apart, and a letter always does.
    #[test]
    fn spelling(family in "[A-Za-zéèçïô]{2,12}( [A-Za-zéè]{1,8}){0,2}", given in "[A-Za-zéï]{2,9}") {
        let line = insured(&family, &given);
        let shouted = family.to_uppercase().replace(' ', "-");
        prop_assert!(traits(&shouted, &given.to_lowercase()).are_of(&line));
        let changed = format!("{family}x");
        prop_assert!(!traits(&changed, &given).are_of(&line));
    }
}
