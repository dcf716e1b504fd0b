use super::*;

/// The nomenclatures as they are published, where the folder is.
fn published(test: &str) -> Option<Vocabulary> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/snds/nomenclatures");
    if !folder.exists() {
        println!("skipped: {test} (no ../shared)");
        return None;
    }
    Some(Vocabulary::load(of(&folder), &[]).unwrap())
}

fn finding(vocabulary: &Vocabulary, file: &str) -> (u64, u64, u64) {
    let found = vocabulary
        .findings()
        .iter()
        .find(|finding| finding.file == file);
    found
        .map(|found| (found.rows, found.malformed, found.repeated))
        .unwrap()
}

#[test]
fn the_published_nomenclatures_are_read_to_the_last_row() {
    let Some(vocabulary) = published("the_published_nomenclatures_are_read_to_the_last_row") else {
        return;
    };
    assert_eq!(finding(&vocabulary, "IR_CIM_V.csv"), (18_334, 3, 0));
    assert_eq!(finding(&vocabulary, "IR_CCAM_V63.csv"), (8_161, 1, 0));
    assert_eq!(finding(&vocabulary, "IR_BIO_R.csv"), (1_076, 0, 0));
    assert_eq!(finding(&vocabulary, "NU_UCD_R.csv"), (1_812, 0, 0));
    assert_eq!(finding(&vocabulary, "NT_LPP.csv"), (19_717, 0, 0));
    assert_eq!(finding(&vocabulary, "IR_NAT_V.csv"), (1_348, 0, 0));
    for row in vocabulary.concepts() {
        let widths = [
            (row.concept_name.chars().count(), 255),
            (row.domain_id.len(), 20),
            (row.vocabulary_id.len(), 20),
            (row.concept_class_id.len(), 20),
            (row.concept_code.len(), 50),
        ];
        assert!(
            widths
                .iter()
                .all(|(width, most)| (1..=*most).contains(width)),
            "the CDM's widths"
        );
    }
    let listed = |system: System, classes: &[&str]| {
        let rows = vocabulary.concepts().into_iter();
        rows.filter(|row| row.vocabulary_id == system.vocabulary_id())
            .filter(|row| classes.contains(&row.concept_class_id.as_str()))
            .count()
    };
    assert_eq!(listed(System::Icd10, &["Chapter"]), 22);
    assert_eq!(listed(System::Icd10, &["Block"]), 236);
    assert!(listed(System::Icd10, &["Category", "Subcategory"]) >= 18_331);
    assert_eq!(listed(System::Ccam, &["Act"]), 8_160);
    assert_eq!(listed(System::Nabm, &["Group"]), 30);
}

#[test]
fn every_published_category_lies_in_a_block_and_a_chapter() {
    let Some(vocabulary) = published("every_published_category_lies_in_a_block_and_a_chapter")
    else {
        return;
    };
    let class: HashMap<i32, String> = vocabulary
        .concepts()
        .into_iter()
        .filter(|row| row.vocabulary_id == System::Icd10.vocabulary_id())
        .map(|row| (row.concept_id, row.concept_class_id))
        .collect();
    let mut above: HashMap<i32, Vec<&str>> = HashMap::new();
    for row in vocabulary.ancestors() {
        if let (Some(of), Some(_)) = (
            class.get(&row.ancestor_concept_id),
            class.get(&row.descendant_concept_id),
        ) {
            above.entry(row.descendant_concept_id).or_default().push(of);
        }
    }
    for (id, of) in &class {
        if of == "Category" || of == "Subcategory" {
            let count = |wanted: &str| above[id].iter().filter(|&&found| found == wanted).count();
            assert_eq!(
                (count("Category"), count("Block"), count("Chapter")),
                (1, 1, 1),
                "{id}"
            );
        }
    }
}

#[test]
fn the_published_hierarchy_is_sound() {
    if let Some(vocabulary) = published("the_published_hierarchy_is_sound") {
        hierarchies::sound(&vocabulary);
        let diabetes = vocabulary.concepts();
        let diabetes = diabetes
            .iter()
            .find(|row| row.concept_code == "A10")
            .unwrap();
        assert_eq!(diabetes.vocabulary_id, "SNDS ATC", "ICD-10 lists no A10");
        assert_eq!(diabetes.concept_name, "MEDICAMENTS DU DIABETE");
    }
}
