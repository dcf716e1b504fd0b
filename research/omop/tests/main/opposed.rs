//! Whoever opposes, in files that are faulty. Dangers: a row of his that is kept because something is wrong with it, with his row
//! of `person`, or with the row it leads to; a row about somebody who can be told that is kept without his name, so that no
//! purge finds it once he opposes.
//!
//! Not a failure: a row of which nobody can say whom it is about is kept without a name.

use super::world::{World, name};

/// Rows of B say CANARY, those of others do not.
const PERSON: &str = "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id,person_source_value,gender_source_value\n\
     11,8507,1970,0,0,A,\n";
const VISIT: &str = "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,visit_type_concept_id,visit_source_value\n\
     1,11,9202,2021-01-01,2021-01-01,32810,\n";
const CONDITION: &str = "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_type_concept_id,condition_source_value,visit_occurrence_id\n\
     1,11,201826,2021-02-01,32810,E11,1\n";

fn world(person: &str, visit: &str, condition: &str) -> World {
    let world = World::empty();
    world.write("person.csv", &format!("{PERSON}{person}"));
    world.write("visit_occurrence.csv", &format!("{VISIT}{visit}"));
    world.write(
        "condition_occurrence.csv",
        &format!("{CONDITION}{condition}"),
    );
    world
}

/// Imported with B among those who oppose nothing of his is kept, and `rows` are not counted among those that were refused;
/// imported without, all that is kept of his is his.
fn nothing_of_b(world: &World, rows: u64) {
    let report = world.import(&["B"]).unwrap();
    let kept = world.kept.rows();
    let his = kept.iter().find(|row| row.2.contains("CANARY"));
    assert_eq!(his, None, "kept, though he opposes");
    let opposed: u64 = report.files.iter().map(|file| file.opposed).sum();
    assert_eq!((opposed, report.opposed), (rows, 1));
    for file in &report.files {
        assert_eq!(file.accounted(), file.rows, "{}", file.name);
    }
    // The same files while nobody opposes: what is kept is found by the purge of the next import.
    world.import(&[]).unwrap();
    let kept = world.kept.rows();
    let his = |row: &&super::world::Raw| row.2.contains("CANARY");
    assert!(
        kept.iter().any(|row| his(&row)),
        "something of his is refused"
    );
    for row in kept.iter().filter(his) {
        assert_eq!(row.1, Some(name("B")), "{row:?}");
    }
    world.import(&["B"]).unwrap();
    assert!(!world.kept.rows().iter().any(|row| his(&row)));
}

#[test]
fn rows_with_another_number_of_fields_are_his() {
    let world = world(
        "12,8532,1980,0,0,B,CANARY\n",
        "5,12,9202,2021-01-01,2021-01-01,32810,CANARY, ward 3\n6,12,9202,CANARY\n",
        "5,12,201826,2021-02-01,32810,a CANARY, or two,5\n",
    );
    nothing_of_b(&world, 4);
}

#[test]
fn one_bad_cell_in_his_row_hides_nobody_from_the_list() {
    let events = |person: &str| {
        world(
            person,
            "5,12,9202,2021-01-01,2021-01-01,32810,CANARY\n",
            "5,12,201826,2021-02-01,32810,CANARY,5\n6,12,201826,31/02/2021,32810,CANARY,5\n",
        )
    };
    nothing_of_b(&events("12,8532,CANARY,0,0,B,\n"), 4);
    // Cut behind his name, and longer than the header.
    nothing_of_b(&events("12,8532,1980,0,0,B,CANARY,,\n"), 4);
    // A row without a number is told by its name.
    let nameless = "x,8532,1980,0,0,B,CANARY\n12,8532,x,0,0,B,CANARY\n";
    nothing_of_b(&events(nameless), 5);
}

#[test]
fn two_numbers_of_one_name_are_one_who_opposes() {
    let world = world(
        "12,8532,1980,0,0,B,CANARY\n13,8532,1980,0,0,B,CANARY\n",
        "5,12,9202,2021-01-01,2021-01-01,32810,CANARY, 1\n6,13,9202,2021-01-01,2021-01-01,32810,CANARY\n",
        "6,13,201826,2021-02-01,32810,CANARY,6\n7,13,201826,2021-02-01,32810,CANARY\n",
    );
    nothing_of_b(&world, 6);
}

#[test]
fn a_number_that_two_have_tells_nothing_once_one_of_them_opposes() {
    let person = "11,8532,1980,0,0,B,CANARY\n12,8532,1990,0,0,C,\n";
    let world = world(person, "6,12,9202,2021-01-01,2021-01-01,32810,\n", "");
    let report = world.import(&["B"]).unwrap();
    assert_eq!((report.persons, report.opposed), (1, 1));
    let rows = |table: &str| report.tables.get(table).copied().unwrap_or_default();
    assert_eq!((rows("person"), rows("visit_occurrence")), (1, 1));
    assert_eq!(rows("condition_occurrence"), 0);
    let kept = world.kept.rows();
    assert!(!kept.iter().any(|row| row.2.starts_with("11,")));
}

#[test]
fn what_leads_to_a_row_of_his_that_cannot_be_taken_is_his() {
    // A visit with a bad day, one with more fields; rows that name nobody, or nobody who is there, and lead to them.
    let world = world(
        "12,8532,1980,0,0,B,CANARY\n",
        "5,12,9202,x,2021-01-01,32810,CANARY\n6,12,9202,2021-01-01,2021-01-01,32810,CANARY,\n",
        "5,,201826,2021-02-01,32810,CANARY,5\n6,99,201826,2021-02-01,32810,CANARY,6\n",
    );
    let cost = "cost_id,cost_event_id,cost_domain_id,cost_type_concept_id,currency_concept_id,total_charge,revenue_code_source_value\n\
         1,1,Visit,32810,44818568,1,\n2,5,Visit,32810,44818568,1,CANARY\n3,6,Visit,32810,44818568,1,CANARY\n4,6,Visit,32810,44818568,1,CANARY,\n";
    world.write("cost.csv", cost);
    let fact = "domain_concept_id_1,fact_id_1,domain_concept_id_2,fact_id_2,relationship_concept_id,said\n\
         8,1,56,11,1,\n8,6,56,99,1,CANARY\n";
    world.write("fact_relationship.csv", fact);
    nothing_of_b(&world, 9);
}

#[test]
fn what_was_read_of_a_note_is_his_whose_note_it_is() {
    let world = world("12,8532,1980,0,0,B,CANARY\n", "", "");
    let note = "note_id,person_id,note_date,note_type_concept_id,note_class_concept_id,note_text,encoding_concept_id,language_concept_id\n\
         1,11,2021-02-01,32810,0,she was seen,0,0\n2,12,2021-02-01,32810,0,CANARY was seen,0,0\n3,12,2021-02-01,32810,0,CANARY, seen,0,0\n";
    world.write("note.csv", note);
    let read = "note_nlp_id,note_id,lexical_variant,nlp_date\n\
         1,1,she,2021-02-02\n2,2,CANARY,2021-02-02\n3,3,CANARY,2021-02-02\n4,3,CANARY,2021-02-02,\n";
    world.write("note_nlp.csv", read);
    nothing_of_b(&world, 6);
}

#[test]
fn a_row_whose_person_was_cut_is_kept_and_is_nobodys() {
    let world = world("", "7,1\n8\n", "");
    world.import(&["B"]).unwrap();
    let kept = world.kept.rows();
    for raw in ["7,1", "8"] {
        let row = kept.iter().find(|row| row.2 == raw).expect("it is kept");
        assert_eq!(row.1, None, "1 may be a part of 11");
        assert!(row.3.is_some());
    }
}

#[test]
fn a_row_that_has_the_number_of_his_is_refused_and_has_no_number_of_its_own() {
    let world = world(
        "12,8532,1980,0,0,B,CANARY\n",
        "5,12,9202,2021-01-01,2021-01-01,32810,CANARY\n5,11,9202,2021-01-01,2021-01-01,32810,mine\n",
        "2,11,201826,2021-02-01,32810,E11,5\n",
    );
    let report = world.import(&["B"]).unwrap();
    assert_eq!(report.tables["visit_occurrence"], 1);
    let kept = world.kept.rows();
    let row = kept.iter().find(|row| row.2.ends_with("mine")).unwrap();
    assert_eq!(row.1, Some(name("A")));
}
