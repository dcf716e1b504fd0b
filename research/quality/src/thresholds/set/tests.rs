//! Covered: a file that sets another check, table or percent than it says; one that sets nothing in silence; an error that
//! does not say where, or what there is; defaults that can't be read back.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn at(check: Check, table: &'static str) -> At {
    At {
        check,
        table,
        column: None,
    }
}

fn read(text: &str) -> Result<Thresholds, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("thresholds.toml");
    fs::write(&path, text).unwrap();
    Thresholds::read(&path).map_err(|error| {
        let text = error.to_string();
        assert!(text.contains("thresholds.toml"), "{text}");
        text
    })
}

#[test]
fn a_threshold_of_one_table_goes_before_that_of_all() {
    let text =
        "# ours\nconcept_mapped = 7\nquantity = 2.5\n\n[measurement]\nconcept_mapped = 20.0\n";
    let set = read(text).unwrap();
    let of = |check, table| set.of(at(check, table));
    assert_eq!(
        of(Check::ConceptMapped, "measurement"),
        (20.0, SetBy::Operator)
    );
    assert_eq!(
        of(Check::ConceptMapped, "drug_exposure"),
        (7.0, SetBy::Operator)
    );
    assert_eq!(of(Check::Quantity, "measurement"), (2.5, SetBy::Operator));
    assert_eq!(of(Check::SexKnown, "person"), (1.0, SetBy::Default));
    assert_eq!(read("").unwrap(), Thresholds::default());
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_with_what_there_is() {
    let wrong = [
        (
            "\nconcept_maped = 5.0\n",
            "line 2",
            "`concept_maped`; there are table_present, required",
        ),
        (
            "[mesurement]\nconcept_mapped = 5\n",
            "line 1",
            "`mesurement` that is examined; there are person, ",
        ),
        (
            "[death]\ndeath_date = 1\n",
            "line 2",
            "no check `death_date`",
        ),
        (
            "[death]\n\nquantity = 1\n",
            "line 3",
            "`quantity` is not made of `death`; there are required, unique_key",
        ),
        ("quantity = 100.5\n", "line 1", "`100.5` is no percent"),
        ("quantity = -1\n", "line 1", "`-1` is no percent"),
        ("quantity = nan\n", "line 1", "`nan` is no percent"),
        ("\n\nquantity = \"1\"\n", "line 3", "no string"),
        ("quantity = 0x1\n", "line 1", "no integer"),
        ("quantity = 1\nquantity = 2\n", "line 2", "no TOML"),
        ("quantity: 1\n", "line 1", "no TOML"),
    ];
    for (text, line, why) in wrong {
        let error = read(text).unwrap_err();
        assert!(
            error.contains(line) && error.contains(why),
            "{text}: {error}"
        );
    }
}

#[test]
fn the_defaults_can_be_read_back_and_name_every_source() {
    let text = Thresholds::print_defaults();
    let set = read(&text).unwrap();
    for entry in TABLE {
        let (percent, by) = set.of(at(entry.check, "person"));
        assert_eq!(
            (percent, by),
            (entry.percent, SetBy::Operator),
            "{}",
            entry.name
        );
        assert!(text.contains(entry.source));
    }
}

#[test]
fn every_check_is_made_of_some_table() {
    let made: Vec<Check> = verdicts::tables()
        .into_iter()
        .flat_map(verdicts::made)
        .collect();
    for entry in TABLE {
        assert!(made.contains(&entry.check), "{}", entry.name);
    }
}
