//! Dangers: a matrix that is half understood; a cell that nobody filled in taken for a yes; an example taken for
//! the law.
//! Not a failure: a profession without a row; it reads nothing by the matrix.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

fn actor(profession: Option<&str>) -> ActorRef {
    ActorRef {
        profession: profession.map(str::to_owned),
        ..ActorRef::new(ActorKind::Professional, "10001234567")
    }
}

#[test]
fn the_matrix_that_comes_with_the_program_says_that_it_is_an_example() {
    assert!(Matrix::example().is_example());
    assert!(
        !Matrix::parse("profession\t10\nG15_10\tyes")
            .unwrap()
            .is_example()
    );
}

#[test]
fn what_an_operator_does_not_say_is_thirty_days_and_real_people() {
    let terms = Terms::default();
    assert_eq!(terms.announcement, 2_592_000_000);
    assert!(!terms.synthetic && terms.regulation.is_empty() && terms.matrix.is_example());
}

#[test]
fn the_professions_of_a_matrix_are_those_of_its_rows() {
    let matrix = Matrix::parse("profession\t10\nG15_10\tyes\nsoftware\tno\n").unwrap();
    let professions: BTreeSet<&str> = matrix.rows.keys().map(String::as_str).collect();
    assert_eq!(professions, BTreeSet::from(["G15_10", "software"]));
}

#[test]
fn what_nobody_filled_in_is_refused() {
    let matrix = Matrix::parse("profession\t10\t11\t31\nG15_10\tyes\tno\t\n").unwrap();
    let doctor = actor(Some("G15_10"));
    assert!(matrix.lets(&doctor, Some(Category::Report)));
    for refused in [Category::Synthesis, Category::Imaging, Category::Plan] {
        assert!(!matrix.lets(&doctor, Some(refused)), "{refused:?}");
    }
    assert_eq!(matrix.cell("G15_10", Category::Synthesis), Some(false));
    assert_eq!(matrix.cell("G15_10", Category::Imaging), None);
    // A type of document without a class, a profession without a row, and nobody's profession.
    assert!(!matrix.lets(&doctor, None));
    assert!(!matrix.lets(&actor(Some("G15_21")), Some(Category::Report)));
    assert!(!matrix.lets(&actor(None), Some(Category::Report)));
    // Who somebody is, is in no matrix.
    assert!(matrix.lets(&actor(None), Some(Category::Identity)));
}

#[test]
fn a_speciality_reads_by_its_own_row_or_by_that_of_its_profession() {
    let text = "profession\t10\t11\nG15_10\tyes\tyes\nG15_10/SM25\tno\tyes\n";
    let matrix = Matrix::parse(text).unwrap();
    assert!(matrix.lets(&actor(Some("G15_10/SM04")), Some(Category::Report)));
    assert!(!matrix.lets(&actor(Some("G15_10/SM25")), Some(Category::Report)));
}

#[test]
fn software_has_a_row_of_its_own_and_no_profession() {
    let matrix = Matrix::parse("profession\t10\nsoftware\tyes\n").unwrap();
    let software = ActorRef {
        profession: Some("G15_10".to_owned()),
        ..ActorRef::new(ActorKind::Software, "750000001")
    };
    assert!(matrix.lets(&software, Some(Category::Report)));
    assert!(!matrix.lets(&actor(Some("software ")), Some(Category::Report)));
}

#[test]
fn a_matrix_that_does_not_fit_says_where_and_why() {
    for (text, line, word) in [
        ("", 1, "empty"),
        ("# only a comment\n", 1, "empty"),
        ("G15_10\tyes\n", 1, "profession"),
        ("profession\t12\n", 1, "`12`"),
        ("profession\tidentity\n", 1, "`identity`"),
        ("profession\t10\t10\n", 1, "two columns"),
        ("profession\t10\n", 1, "no profession"),
        ("profession\t10\n\nG15_10\tyes\tno\n", 3, "2 cells"),
        ("profession\t10\nG15_10\n", 2, "0 cells"),
        ("profession\t10\nG15_10\tYES\n", 2, "`YES`"),
        ("profession\t10\nDr Martin\tyes\n", 2, "Dr Martin"),
        ("profession\t10\nG15_10\tyes\nG15_10\tno\n", 3, "already"),
    ] {
        let fault = Matrix::parse(text).unwrap_err();
        assert_eq!(fault.line, line, "{text:?} {fault}");
        assert!(fault.to_string().contains(word), "{text:?} {fault}");
    }
}
