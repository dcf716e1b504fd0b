//! Dangers covered: a concept gets another number in the next snapshot, or two get one; a code falls out of its hierarchy, or
//! into a circle; an unlisted code is dropped; an operator's own concepts are overwritten; a file of the wrong shape is read
//! as if it were right; a map gives a code a concept that is not valid.
//!
//! Not a failure: numbers of unlisted codes follow the order in which they are met.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{
    AncestorRow, Concept, ConceptRow, Domain, Error, FIRST, Malformed, Sources, System, Vocabulary,
};

mod hierarchies;
mod published;
mod standards;

/// A folder of small nomenclatures of our own.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "IR_CIM_V.csv",
        "CIM_COD;CIM_LIB;VER_CPT_DTE\nE11;Diabète de type 2;02JUL2017:00:00:00\nE119;Diabète de type 2, sans complication;\n\
         I21;Infarctus aigu du myocarde;\nXXX;Sans objet;\nE119;une deuxième fois;\n",
    );
    write(
        "IR_CCAM_V63.csv",
        "\"CAM_PRS_IDE_COD\";\"CAM_PRS_IDE_LIB\";\"CAM_PRS_RGT\"\n\"HHFA001\";\"Appendicectomie,\npar abord direct\";\"ADC\"\n\
         \"HHFA011\";\"Appendicectomie ; autre\";\"ADC\"\n\"NT_09\";\"note\";\"ADC\"\n",
    );
    write(
        "IR_BIO_R.csv",
        "BIO_PRS_IDE;BIO_INF_LIB;BIO_CRE_DAT;BIO_SUP_DAT;BIO_PHY_GRP;BIO_GRP_LIB\n552;GLYCEMIE;01JAN1996:00:00:00;;6;EXPLORATION GLUCIDIQUE\n\
         1577;HBA1C;01JAN1996:00:00:00;31DEC2019:00:00:00;6.000000;\n9;SEULE;;;;\n",
    );
    write(
        "openmedic_ATC1.csv",
        "ATC1;Libellé ATC1\nA;Système digestif et métabolisme\n",
    );
    write(
        "openmedic_ATC2.csv",
        "ATC2;Libellé ATC2\nA10;MEDICAMENTS DU DIABETE\n",
    );
    write(
        "openmedic_ATC5.csv",
        "ATC5;Libellé ATC5\nA10BA02;METFORMINE\n",
    );
    write(
        "IR_PHA_R.csv",
        "PHA_CIP_C13;PHA_ATC_CLA;PHA_NOM_PA\n3400930000014;A10BA02;METFORMINE\n3400930000021;;SANS CLASSE\n0;;rien\n",
    );
    write(
        "NU_UCD_R.csv",
        "UCD_UCD_COD;UCD_DSN_LIB\n0000009231824;CEPROTIN 500 UI/5 ML\n",
    );
    write("IR_UCD_R.csv", "UCD_UCD_COD;UCD_ATC_CLA\n9231824;B01AD12\n");
    write(
        "NT_LPP.csv",
        "LPP_PRS_IDE;LPP_RED_LIB;LPP_VAL_DTF;LPP_ARB_CHA;LPP_ARB_SC1;LPP_ARB_SC2\n1100028;COLLYRE;;1;1;7\n2193813;\"COLLIER \"\"MINI\"\"\";01FEB2006:00:00:00;2;0;0\n",
    );
    write(
        "IR_NAT_V.csv",
        "PRS_NAT;PRS_NAT_LIB\n0;SANS OBJET\n1111;CONSULTATION COTEE C\n",
    );
    folder
}

fn of(folder: &Path) -> Sources {
    Sources {
        nomenclatures: Some(folder.to_owned()),
        ..Sources::default()
    }
}

fn loaded() -> Vocabulary {
    let folder = folder();
    Vocabulary::load(of(folder.path()), &[]).unwrap()
}

/// What of one concept is above it, by code, with levels.
fn above(vocabulary: &Vocabulary, id: i32) -> Vec<(String, i32, i32)> {
    let names: HashMap<i32, String> = vocabulary
        .concepts()
        .into_iter()
        .map(|row| (row.concept_id, row.concept_code))
        .collect();
    let mut rows: Vec<_> = vocabulary
        .ancestors()
        .into_iter()
        .filter(|row| row.descendant_concept_id == id)
        .map(|row| {
            let AncestorRow {
                min_levels_of_separation: min,
                max_levels_of_separation: max,
                ..
            } = row;
            (names[&row.ancestor_concept_id].clone(), min, max)
        })
        .collect();
    rows.sort_by_key(|(code, min, _)| (*min, code.clone()));
    rows
}

fn row(vocabulary: &Vocabulary, id: i32) -> ConceptRow {
    let rows = vocabulary.concepts().into_iter();
    rows.into_iter().find(|row| row.concept_id == id).unwrap()
}

#[test]
fn numbers_are_dense_from_the_first_and_in_order() {
    let rows = loaded().concepts();
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row.concept_id, FIRST + i32::try_from(at).unwrap());
    }
    let keys: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                System::of_vocabulary(&row.vocabulary_id).unwrap(),
                row.concept_code.clone(),
            )
        })
        .collect();
    assert!(keys.is_sorted());
    assert_eq!(loaded().concepts(), rows, "a second reading numbers alike");
}

#[test]
fn a_concept_keeps_its_number_and_new_ones_go_on() {
    let folder = folder();
    let mut before = Vocabulary::load(of(folder.path()), &[]).unwrap();
    before.concept(System::Icd10, "E1198").unwrap();
    before.concept(System::Nature, "3313").unwrap();
    let earlier = before.concepts();
    fs::write(
        folder.path().join("IR_CIM_V.csv"),
        "CIM_COD;CIM_LIB\nA000;Choléra\nE119;Diabète de type 2, autre libellé\n",
    )
    .unwrap();
    let mut after = Vocabulary::load(of(folder.path()), &earlier).unwrap();
    let rows: HashMap<_, _> = after
        .concepts()
        .into_iter()
        .map(|row| ((row.vocabulary_id.clone(), row.concept_code.clone()), row))
        .collect();
    let mut highest = 0;
    for old in &earlier {
        let new = &rows[&(old.vocabulary_id.clone(), old.concept_code.clone())];
        assert_eq!(new.concept_id, old.concept_id);
        highest = highest.max(old.concept_id);
    }
    let cholera = after.concept(System::Icd10, "A00.0").unwrap();
    assert!(cholera.source > highest);
    let myocardial = after.concept(System::Icd10, "I21").unwrap();
    assert_eq!(
        row(&after, myocardial.source).concept_name,
        "Infarctus aigu du myocarde"
    );
    let renamed = after.concept(System::Icd10, "E119").unwrap();
    assert_eq!(
        row(&after, renamed.source).concept_name,
        "Diabète de type 2, autre libellé"
    );
    let distinct: HashSet<i32> = after.concepts().iter().map(|row| row.concept_id).collect();
    assert_eq!(distinct.len(), after.concepts().len());
}

#[test]
fn an_operators_own_concepts_keep_their_numbers() {
    let folder = folder();
    let mut own = loaded().concepts()[0].clone();
    own.vocabulary_id = "Ours".to_owned();
    own.concept_id = FIRST + 5_000;
    let vocabulary = Vocabulary::load(of(folder.path()), &[own]).unwrap();
    assert!(
        vocabulary
            .concepts()
            .iter()
            .all(|row| row.concept_id > FIRST + 5_000)
    );
}

#[test]
fn an_earlier_list_that_gives_a_number_or_a_code_twice_is_refused() {
    let rows = loaded().concepts();
    let mut number = rows.clone();
    number[1].concept_id = number[0].concept_id;
    let refused = Vocabulary::load(Sources::default(), &number);
    assert!(matches!(refused, Err(Error::Earlier(_))));
    let mut code = rows;
    code[1].concept_code = code[0].concept_code.clone();
    code[1].vocabulary_id = code[0].vocabulary_id.clone();
    assert!(matches!(
        Vocabulary::load(Sources::default(), &code),
        Err(Error::Earlier(_))
    ));
}

#[test]
fn an_earlier_code_that_is_none_is_refused() {
    let mut rows = loaded().concepts();
    rows[1].concept_code = "€€€€".to_owned();
    let refused = Vocabulary::load(Sources::default(), &rows);
    assert!(matches!(refused, Err(Error::Earlier(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_stands_in_a_file_it_is_read_or_refused(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "([A-Z0-9;,\"\n\r\t é]{0,12}\n){0,12}".prop_map(String::into_bytes),
        ]
    ) {
        let folder = folder();
        let mut text = b"CIM_COD;CIM_LIB\n".to_vec();
        text.extend(&bytes);
        fs::write(folder.path().join("IR_CIM_V.csv"), text).unwrap();
        if let Ok(vocabulary) = Vocabulary::load(of(folder.path()), &[]) {
            hierarchies::sound(&vocabulary);
        }
        let (athena, map) = standards::athena(folder.path());
        fs::write(&map, &bytes).unwrap();
        fs::write(athena.join("CONCEPT.csv"), &bytes).unwrap();
        let sources = Sources { athena: Some(athena), map: Some(map), ..of(folder.path()) };
        let _read_or_refused = Vocabulary::load(sources, &[]);
    }
}

#[test]
fn without_any_file_every_code_still_becomes_a_concept() {
    let mut vocabulary = Vocabulary::load(Sources::default(), &[]).unwrap();
    for (system, code) in [
        (System::Icd10, "E119"),
        (System::Ccam, "HHFA001"),
        (System::Nabm, "552"),
        (System::Cip13, "3400930000014"),
        (System::Ucd, "9231824"),
        (System::Atc, "A10BA02"),
        (System::Lpp, "1100028"),
        (System::Nature, "1111"),
    ] {
        let concept = vocabulary.concept(system, code).unwrap();
        assert_eq!(concept.source, concept.standard);
        assert_eq!(concept.domain, system.domain());
        assert!(
            above(&vocabulary, concept.source)
                .iter()
                .any(|(code, ..)| code == system.vocabulary_id())
        );
    }
    assert_eq!(vocabulary.unlisted(), 8);
    assert!(vocabulary.findings().is_empty());
}

#[test]
fn an_unlisted_code_is_named_by_itself_and_counted_once() {
    let mut vocabulary = loaded();
    let first = vocabulary.concept(System::Icd10, "E11.98").unwrap();
    let again = vocabulary.concept(System::Icd10, "E1198").unwrap();
    assert_eq!(first, again);
    assert_eq!(vocabulary.unlisted(), 1);
    assert_eq!(row(&vocabulary, first.source).concept_name, "E1198");
    assert_eq!(vocabulary.known(System::Icd10, "E11.98"), Some(first));
    assert_eq!(vocabulary.known(System::Icd10, "E11.97"), None);
}

#[test]
fn a_malformed_code_makes_no_concept() {
    let mut vocabulary = loaded();
    let before = vocabulary.concepts().len();
    let form = Malformed::Form(System::Icd10);
    assert_eq!(vocabulary.concept(System::Icd10, "diabète"), Err(form));
    assert_eq!(
        vocabulary.concept(System::Icd10, ""),
        Err(Malformed::Absent)
    );
    assert_eq!(vocabulary.concepts().len(), before);
    assert_eq!(
        form.to_string(),
        "it has not the form of a code of SNDS CIM-10"
    );
}

#[test]
fn every_row_of_a_file_is_accounted_for() {
    let vocabulary = loaded();
    let finding = |file: &str| {
        let found = vocabulary
            .findings()
            .iter()
            .find(|finding| finding.file == file);
        let found = found.unwrap();
        (found.rows, found.malformed, found.repeated)
    };
    assert_eq!(finding("IR_CIM_V.csv"), (5, 1, 1));
    assert_eq!(finding("IR_CCAM_V63.csv"), (3, 1, 0));
    assert_eq!(finding("IR_BIO_R.csv"), (3, 0, 0));
    assert_eq!(finding("IR_PHA_R.csv"), (3, 1, 0));
    assert_eq!(finding("IR_UCD_R.csv"), (1, 0, 0));
}

#[test]
fn a_newer_edition_names_and_an_older_one_adds() {
    let folder = folder();
    let older = "CAM_PRS_IDE_COD;CAM_PRS_IDE_LIB\nHHFA001;ancien libellé\nAAAA001;acte supprimé\n";
    fs::write(folder.path().join("IR_CCAM_V9.csv"), older).unwrap();
    let mut vocabulary = Vocabulary::load(of(folder.path()), &[]).unwrap();
    let both = vocabulary.concept(System::Ccam, "HHFA001").unwrap();
    assert_eq!(
        row(&vocabulary, both.source).concept_name,
        "Appendicectomie, par abord direct"
    );
    vocabulary.concept(System::Ccam, "AAAA001").unwrap();
    assert_eq!(vocabulary.unlisted(), 0);
    let rows = vocabulary.vocabularies();
    let ccam = rows
        .iter()
        .find(|row| row.vocabulary_id == "SNDS CCAM")
        .unwrap();
    assert_eq!(ccam.vocabulary_version.as_deref(), Some("IR_CCAM_V63"));
}

#[test]
fn a_file_without_its_column_is_refused_by_name() {
    let folder = folder();
    fs::write(
        folder.path().join("IR_CIM_V.csv"),
        "CODE;LIBELLE\nE11;Diabète\n",
    )
    .unwrap();
    let error = Vocabulary::load(of(folder.path()), &[]).unwrap_err();
    assert!(matches!(
        error,
        Error::Column {
            column: "CIM_COD",
            ..
        }
    ));
}

#[test]
fn an_older_encoding_is_read() {
    let folder = folder();
    fs::write(
        folder.path().join("IR_NAT_V.csv"),
        b"PRS_NAT,PRS_NAT_LIB\n1111,SUPPL\xc9MENT \x9c\n",
    )
    .unwrap();
    let mut vocabulary = Vocabulary::load(of(folder.path()), &[]).unwrap();
    let concept = vocabulary.concept(System::Nature, "1111").unwrap();
    assert_eq!(
        row(&vocabulary, concept.source).concept_name,
        "SUPPLÉMENT œ"
    );
}

#[test]
fn dates_of_a_code_are_kept_and_a_code_that_ended_is_one() {
    let mut vocabulary = loaded();
    let ended = vocabulary.concept(System::Nabm, "1577").unwrap();
    let ended = row(&vocabulary, ended.source);
    assert_eq!(
        (ended.valid_start_date, ended.valid_end_date),
        (9_496, 18_261)
    );
    assert_eq!(
        (ended.invalid_reason, ended.standard_concept),
        (None, Some('S'))
    );
}
