use super::*;

/// A small export of Athena, and a map.
pub fn athena(folder: &Path) -> (PathBuf, PathBuf) {
    let athena = folder.join("athena");
    fs::create_dir(&athena).unwrap();
    let tabs = |text: &str| text.replace('|', "\t");
    let concept = "concept_id|concept_name|domain_id|vocabulary_id|concept_class_id|standard_concept|concept_code|valid_start_date|valid_end_date|invalid_reason
201826|Type 2 \"diabetes\" mellitus|Condition|SNOMED|Disorder|S|44054006|20020131|20991231|
4000|Disorder of glucose|Condition|SNOMED|Disorder|S|1|20020131|20991231|
1567956|Type 2 diabetes mellitus|Condition|ICD10|ICD10 Hierarchy||E11|20070101|20991231|
700|Diabète sans complication|Condition|CIM10|CIM10 code||E11.9|20070101|20991231|
701|E11.9 elsewhere|Condition|ICD10|ICD10 code||E11.9|20070101|20991231|
312327|Acute myocardial infarction|Condition|SNOMED|Disorder|S|57054005|20020131|20991231|
999|An old one|Condition|SNOMED|Disorder||2|20020131|20100101|U
4001|Unrelated|Condition|SNOMED|Disorder|S|3|20020131|20991231|
4002|History of something|Observation|SNOMED|Situation|S|4|20020131|20991231|
";
    let relationship =
        "concept_id_1|concept_id_2|relationship_id|valid_start_date|valid_end_date|invalid_reason
1567956|201826|Maps to|20070101|20991231|
700|4002|Maps to|20070101|20991231|
700|201826|Maps to|20070101|20991231|
701|4001|Maps to|20070101|20991231|
999|312327|Maps to|20070101|20991231|
201826|4000|Is a|20070101|20991231|
201826|4001|Is a|20070101|20991231|
";
    let ancestor = "ancestor_concept_id|descendant_concept_id|min_levels_of_separation|max_levels_of_separation
4000|201826|1|2
201826|201826|0|0
4001|4001|0|0
";
    let vocabulary = "vocabulary_id|vocabulary_name|vocabulary_reference|vocabulary_version|vocabulary_concept_id
SNOMED|SNOMED International|http://www.snomed.org/|2024|44819097
RxNorm|RxNorm|x|y|44819104
";
    for (name, text) in [
        ("CONCEPT.csv", concept),
        ("CONCEPT_RELATIONSHIP.csv", relationship),
        ("CONCEPT_ANCESTOR.csv", ancestor),
        ("VOCABULARY.csv", vocabulary),
    ] {
        fs::write(athena.join(name), tabs(text)).unwrap();
    }
    let map = folder.join("SOURCE_TO_CONCEPT_MAP.csv");
    fs::write(
        &map,
        "source_code,source_concept_id,source_vocabulary_id,source_code_description,target_concept_id,target_vocabulary_id,valid_start_date,valid_end_date,invalid_reason
I21,0,SNDS CIM-10,,999,SNOMED,1970-01-01,2099-12-31,
K359,0,SNDS CIM-10,Appendicite,4002,SNOMED,1970-01-01,2099-12-31,
E119,0,SNDS CIM-10,,4001,SNOMED,1970-01-01,2099-12-31,D
X,0,Elsewhere,,4001,SNOMED,1970-01-01,2099-12-31,
1111,0,SNDS PRS_NAT,,0,None,1970-01-01,2099-12-31,
HHFA001,0,SNDS CCAM,,77777,SNOMED,1970-01-01,2099-12-31,
HHFA001,0,SNDS CCAM,,4001,SNOMED,1970-01-01,2099-12-31,
",
    )
    .unwrap();
    (athena, map)
}

fn with_both() -> Vocabulary {
    let folder = folder();
    let (athena, map) = athena(folder.path());
    let sources = Sources {
        athena: Some(athena),
        map: Some(map),
        ..of(folder.path())
    };
    Vocabulary::load(sources, &[]).unwrap()
}

#[test]
fn a_code_gets_the_standard_concept_and_keeps_its_own() {
    let mut vocabulary = with_both();
    let e11 = vocabulary.concept(System::Icd10, "E11").unwrap();
    assert_eq!((e11.standard, e11.domain), (201_826, Domain::Condition));
    assert!(e11.source >= FIRST);
    assert_eq!(row(&vocabulary, e11.source).standard_concept, None);
    assert_eq!(
        row(&vocabulary, 201_826).concept_name,
        "Type 2 \"diabetes\" mellitus"
    );
}

#[test]
fn of_several_targets_the_one_of_the_codes_domain_is_taken_and_the_french_twin_comes_first() {
    let e119 = with_both().concept(System::Icd10, "E11.9").unwrap();
    assert_eq!(e119.standard, 201_826);
}

#[test]
fn the_operators_map_comes_first_and_leads_on_from_what_is_no_longer_standard() {
    let mut vocabulary = with_both();
    assert_eq!(
        vocabulary.concept(System::Icd10, "I21").unwrap().standard,
        312_327
    );
    let elsewhere = vocabulary.concept(System::Icd10, "K35.9").unwrap();
    assert_eq!(
        (elsewhere.standard, elsewhere.domain),
        (4_002, Domain::Observation)
    );
    assert_eq!(
        row(&vocabulary, elsewhere.source).concept_name,
        "Appendicite"
    );
    assert_eq!(vocabulary.unlisted(), 0);
}

#[test]
fn what_athena_does_not_know_is_as_the_operator_says() {
    let act = with_both().concept(System::Ccam, "HHFA001").unwrap();
    assert_eq!((act.standard, act.domain), (77_777, Domain::Procedure));
}

#[test]
fn rows_of_the_map_that_lead_nowhere_are_counted() {
    let vocabulary = with_both();
    let found = vocabulary
        .findings()
        .iter()
        .find(|finding| finding.file.starts_with("SOURCE"));
    let found = found.unwrap();
    assert_eq!((found.rows, found.malformed, found.repeated), (7, 3, 1));
}

#[test]
fn only_what_codes_lead_to_is_kept_with_all_above() {
    let vocabulary = with_both();
    let foreign: HashSet<i32> = vocabulary
        .concepts()
        .iter()
        .map(|row| row.concept_id)
        .filter(|&id| id < FIRST)
        .collect();
    assert_eq!(foreign, HashSet::from([201_826, 4_000, 312_327, 4_002]));
    let levels: Vec<_> = above(&vocabulary, 201_826)
        .into_iter()
        .map(|(_, min, max)| (min, max))
        .collect();
    assert_eq!(levels, [(0, 0), (1, 2)]);
    assert!(vocabulary.relationships().iter().any(|row| {
        (row.concept_id_1, row.concept_id_2) == (201_826, 4_000) && row.relationship_id == "Is a"
    }));
    let rows = vocabulary.vocabularies();
    assert_eq!(rows.len(), 9);
    assert_eq!(rows[8].vocabulary_id, "SNOMED");
}

#[test]
fn a_map_alone_gives_targets_too() {
    let folder = folder();
    let (_, map) = athena(folder.path());
    let sources = Sources {
        map: Some(map),
        ..of(folder.path())
    };
    let mut vocabulary = Vocabulary::load(sources, &[]).unwrap();
    let concept = vocabulary.concept(System::Icd10, "I21").unwrap();
    assert_eq!((concept.standard, concept.domain), (999, Domain::Condition));
    assert!(vocabulary.relationships().iter().any(|row| {
        (row.concept_id_1, row.concept_id_2) == (concept.source, 999)
            && row.relationship_id == "Maps to"
    }));
}

#[test]
fn an_export_that_is_cut_is_refused_with_its_place() {
    let folder = folder();
    let (athena, _) = athena(folder.path());
    let path = athena.join("CONCEPT.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, &text[..text.len() - 40]).unwrap();
    let sources = Sources {
        athena: Some(athena),
        ..of(folder.path())
    };
    let error = Vocabulary::load(sources, &[]).unwrap_err();
    assert!(matches!(error, Error::Line { line: 10, .. }), "{error}");
}
