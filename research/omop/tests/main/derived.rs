//! A snapshot of claims, which holds what claims say once: what the CDM repeats is there again in an export.

use hygie_omop::{Export, Form};
use hygie_snapshot::{Building, Manifest, Opposed, Snapshots, Table, Values};

use super::world::{World, name, signer};

fn text(words: &[&str]) -> Values {
    Values::text(words.iter().map(|word| Some(*word)))
}

fn days(days: &[i32]) -> Values {
    Values::Date(days.to_vec())
}

/// Persons 1 and 2, of whom the second has no year of birth; a meeting with professional 7, and an act in it.
fn claims(world: &World) {
    let building = Building::begin(&world.path("snapshots"), 1, 1).unwrap();
    let person = Table::new()
        .with("person_id", Values::Int(vec![1, 2]))
        .with("pseudonym", Values::Pseudonym(vec![name("A"), name("B")]))
        .with("gender_concept_id", Values::Int(vec![8507, 8532]))
        .with("year_of_birth", Values::Int(vec![1970, Values::NO_INT]));
    building.persons("person", 0, &person).unwrap();
    let visit = Table::new()
        .with("visit_occurrence_id", Values::Long(vec![1]))
        .with("person_id", Values::Int(vec![1]))
        .with("visit_concept_id", Values::Int(vec![9202]))
        .with("visit_start_date", days(&[18_000]))
        .with("visit_end_date", days(&[Values::NO_INT]))
        .with("visit_type_concept_id", Values::Int(vec![32_810]))
        .with("provider_id", Values::Int(vec![7]));
    building.events("visit_occurrence", 0, &visit).unwrap();
    // Without a number of its own.
    let procedure = Table::new()
        .with("person_id", Values::Int(vec![1, 1, 2]))
        .with(
            "procedure_concept_id",
            Values::Int(vec![2_000_000_001, 2_000_000_001, 2_000_000_001]),
        )
        .with("procedure_date", days(&[18_000, 18_010, 18_000]))
        .with(
            "procedure_end_date",
            days(&[Values::NO_INT, 18_012, Values::NO_INT]),
        )
        .with("procedure_type_concept_id", Values::Int(vec![32_810; 3]))
        .with("quantity", Values::Int(vec![1; 3]))
        .with("total_charge", Values::Number(vec![26.5, f64::NAN, 9.0]))
        .with("paid_by_payer", Values::Number(vec![18.55, f64::NAN, 9.0]))
        .with(
            "provider_id",
            Values::Int(vec![Values::NO_INT, 8, Values::NO_INT]),
        )
        .with(
            "visit_occurrence_id",
            Values::Long(vec![1, Values::NO_LONG, Values::NO_LONG]),
        );
    building
        .events("procedure_occurrence", 0, &procedure)
        .unwrap();
    let concept = Table::new()
        .with("concept_id", Values::Int(vec![2_000_000_001]))
        .with("concept_name", text(&["Consultation, \"longue\""]))
        .with("domain_id", text(&["Procedure"]))
        .with("vocabulary_id", text(&["PRS_NAT"]))
        .with("concept_class_id", text(&["PRS_NAT"]))
        .with("concept_code", text(&["1111"]))
        .with("valid_start_date", days(&[0]))
        .with("valid_end_date", days(&[40_000]));
    building.plain("concept", &concept).unwrap();
    let head = Manifest {
        format: 1,
        number: 0,
        continues: None,
        made_at: 0,
        schema: "OMOP CDM 5.4".to_owned(),
        buckets: 0,
        pseudonyms: String::new(),
        opposed_list: 0,
        opposed_hash: String::new(),
        sources: Vec::new(),
        rules: Vec::new(),
        tables: Vec::new(),
    };
    building.publish(head, &signer()).unwrap();
}

#[test]
fn what_claims_say_once_stands_wherever_the_cdm_repeats_it() {
    let world = World::empty();
    claims(&world);
    let verifier = signer().verifier().clone();
    let snapshots = Snapshots::new(&world.path("snapshots"), verifier);
    let exported = Export {
        snapshot: &snapshots.latest().unwrap(),
        opposed: &|| Ok(Opposed::default()),
        out: &world.path("out"),
        form: Form::Csv,
        name: None,
    }
    .run()
    .unwrap();
    assert_eq!(exported.without_birth_year, 1);
    let file = |name: &str| {
        let path = world.path("out").join(format!("{name}.csv"));
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(file("person"), ["1,8507,1970,,,,0,0,,,,,,,,,,"]);
    assert_eq!(
        file("visit_occurrence"),
        ["1,1,9202,2019-04-14,,2019-04-14,,32810,7,,,,,,,,"]
    );
    assert_eq!(
        file("procedure_occurrence"),
        [
            "1,1,2000000001,2019-04-14,,2019-04-14,,32810,,1,7,1,,1111,2000000001,",
            "2,1,2000000001,2019-04-24,,2019-04-26,,32810,,1,8,,,1111,2000000001,",
        ]
    );
    assert_eq!(
        file("cost"),
        ["1,1,Procedure,32810,44818568,26.5,,,18.55,,,,,,,,,,,,,"]
    );
    assert_eq!(
        file("concept"),
        [
            "2000000001,\"Consultation, \"\"longue\"\"\",Procedure,PRS_NAT,PRS_NAT,,1111,1970-01-01,2079-07-08,"
        ]
    );
    assert!(file("drug_exposure").is_empty());
}
