use super::*;

fn codes(vocabulary: &mut Vocabulary, system: System, code: &str) -> Vec<(String, i32)> {
    let concept = vocabulary.concept(system, code).unwrap();
    let above = above(vocabulary, concept.source).into_iter();
    above.map(|(code, min, _)| (code, min)).collect()
}

fn check(vocabulary: &mut Vocabulary, system: System, code: &str, expected: &[(&str, i32)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(code, level)| ((*code).to_owned(), *level))
        .collect();
    assert_eq!(codes(vocabulary, system, code), expected);
}

#[test]
fn a_diagnosis_climbs_to_its_chapter() {
    let chain = [
        ("E119", 0),
        ("E11", 1),
        ("E10-E14", 2),
        ("IV", 3),
        ("SNDS CIM-10", 4),
    ];
    check(&mut loaded(), System::Icd10, "E119", &chain);
}

#[test]
fn a_longer_code_hangs_under_the_longest_listed_beginning() {
    let vocabulary = &mut loaded();
    let chain = [
        ("E11908", 0),
        ("E119", 1),
        ("E11", 2),
        ("E10-E14", 3),
        ("IV", 4),
        ("SNDS CIM-10", 5),
    ];
    check(vocabulary, System::Icd10, "E11908", &chain);
    let chain = [
        ("J961+0", 0),
        ("J96", 1),
        ("J95-J99", 2),
        ("X", 3),
        ("SNDS CIM-10", 4),
    ];
    check(vocabulary, System::Icd10, "J96.1+0", &chain);
}

#[test]
fn a_category_of_no_block_hangs_under_its_chapter_or_the_root() {
    let vocabulary = &mut loaded();
    check(
        vocabulary,
        System::Icd10,
        "Z66",
        &[("Z66", 0), ("XXI", 1), ("SNDS CIM-10", 2)],
    );
    check(
        vocabulary,
        System::Icd10,
        "D49",
        &[("D49", 0), ("SNDS CIM-10", 1)],
    );
}

#[test]
fn an_act_climbs_letter_by_letter() {
    let chain = [
        ("HHFA001", 0),
        ("HHFA", 1),
        ("HHF", 2),
        ("HH", 3),
        ("H", 4),
        ("SNDS CCAM", 5),
    ];
    check(&mut loaded(), System::Ccam, "HHFA001", &chain);
}

#[test]
fn a_laboratory_act_is_of_its_group() {
    let vocabulary = &mut loaded();
    check(
        vocabulary,
        System::Nabm,
        "0552",
        &[("0552", 0), ("GRP 6", 1), ("SNDS NABM", 2)],
    );
    check(
        vocabulary,
        System::Nabm,
        "1577",
        &[("1577", 0), ("GRP 6", 1), ("SNDS NABM", 2)],
    );
    check(
        vocabulary,
        System::Nabm,
        "9",
        &[("0009", 0), ("SNDS NABM", 1)],
    );
    let rows = vocabulary.concepts();
    let group = rows.iter().find(|row| row.concept_code == "GRP 6").unwrap();
    assert_eq!(group.concept_name, "EXPLORATION GLUCIDIQUE");
    assert_eq!(group.standard_concept, Some('C'));
}

#[test]
fn a_package_reaches_its_class_even_where_levels_are_not_listed() {
    let chain = [
        ("3400930000014", 0),
        ("A10BA02", 1),
        ("SNDS CIP13", 1),
        ("A10BA", 2),
        ("A10B", 3),
        ("A10", 4),
        ("A", 5),
        ("SNDS ATC", 6),
    ];
    let vocabulary = &mut loaded();
    check(vocabulary, System::Cip13, "3400930000014", &chain);
    let alone = [("3400930000021", 0), ("SNDS CIP13", 1)];
    check(vocabulary, System::Cip13, "3400930000021", &alone);
}

#[test]
fn a_hospital_drug_reaches_its_class_where_it_is_given() {
    let codes = codes(&mut loaded(), System::Ucd, "3400892318245");
    assert!(codes.contains(&("B01AD12".to_owned(), 1)));
    assert!(codes.contains(&("SNDS UCD".to_owned(), 1)));
}

#[test]
fn a_device_is_of_its_chapter() {
    let vocabulary = &mut loaded();
    let chain = [
        ("1100028", 0),
        ("1.1.7", 1),
        ("1.1", 2),
        ("1", 3),
        ("SNDS LPP", 4),
    ];
    check(vocabulary, System::Lpp, "1100028", &chain);
    check(
        vocabulary,
        System::Lpp,
        "2193813",
        &[("2193813", 0), ("2", 1), ("SNDS LPP", 2)],
    );
}

#[test]
fn relationships_say_what_ancestors_say() {
    let mut vocabulary = loaded();
    vocabulary.concept(System::Icd10, "E11908").unwrap();
    let direct: HashSet<(i32, i32)> = vocabulary
        .ancestors()
        .iter()
        .filter(|row| row.min_levels_of_separation == 1)
        .map(|row| (row.descendant_concept_id, row.ancestor_concept_id))
        .collect();
    let rows = vocabulary.relationships();
    let pairs = |name: &str| -> HashSet<(i32, i32)> {
        let of = rows.iter().filter(|row| row.relationship_id == name);
        of.map(|row| (row.concept_id_1, row.concept_id_2)).collect()
    };
    assert_eq!(pairs("Is a"), direct);
    assert_eq!(
        pairs("Subsumes"),
        direct
            .iter()
            .map(|&(below, above)| (above, below))
            .collect()
    );
    let maps = pairs("Maps to");
    for row in vocabulary.concepts() {
        let itself = maps.contains(&(row.concept_id, row.concept_id));
        assert_eq!(
            itself,
            row.standard_concept == Some('S'),
            "{}",
            row.concept_code
        );
    }
}

/// What must hold of any hierarchy.
pub fn sound(vocabulary: &Vocabulary) {
    let rows = vocabulary.ancestors();
    let ids: HashSet<i32> = vocabulary
        .concepts()
        .iter()
        .map(|row| row.concept_id)
        .collect();
    let mut levels: HashMap<(i32, i32), (i32, i32)> = HashMap::new();
    let mut below: HashMap<i32, Vec<i32>> = HashMap::new();
    for row in &rows {
        let pair = (row.ancestor_concept_id, row.descendant_concept_id);
        let span = (row.min_levels_of_separation, row.max_levels_of_separation);
        assert!(levels.insert(pair, span).is_none(), "each pair once");
        assert!(ids.contains(&pair.0) && ids.contains(&pair.1));
        assert!(span.0 <= span.1);
        assert_eq!(pair.0 == pair.1, span.0 == 0, "no circle, and itself at 0");
        below.entry(pair.0).or_default().push(pair.1);
    }
    assert!(ids.iter().all(|&id| levels.get(&(id, id)) == Some(&(0, 0))));
    for (&(top, middle), &(min, max)) in &levels {
        for &bottom in &below[&middle] {
            let (lower, upper) = levels[&(middle, bottom)];
            let (least, most) = levels[&(top, bottom)];
            assert!(least <= min + lower && most >= max + upper, "ways add up");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_codes_come_the_hierarchy_is_sound_and_numbers_stay(
        codes in prop::collection::vec(
            prop_oneof![
                "[A-Z][0-9]{2}[0-9+]{0,3}".prop_map(|code| (System::Icd10, code)),
                "[A-Z]{4}[0-9]{3}".prop_map(|code| (System::Ccam, code)),
                "[A-C][0-9]{2}[A-C]{2}[0-9]{2}".prop_map(|code| (System::Atc, code)),
                "[1-9][0-9]{0,3}".prop_map(|code| (System::Nabm, code)),
                "[1-9][0-9]{6}".prop_map(|code| (System::Lpp, code)),
                "[1-9][0-9]{12}".prop_map(|code| (System::Cip13, code)),
            ],
            0..40,
        )
    ) {
        let mut vocabulary = loaded();
        let met: Vec<Concept> =
            codes.iter().map(|(system, code)| vocabulary.concept(*system, code).unwrap()).collect();
        sound(&vocabulary);
        let folder = folder();
        let mut next = Vocabulary::load(of(folder.path()), &vocabulary.concepts()).unwrap();
        sound(&next);
        for ((system, code), before) in codes.iter().zip(met) {
            prop_assert_eq!(next.concept(*system, code).unwrap(), before);
        }
        prop_assert_eq!(next.unlisted(), 0);
    }
}
