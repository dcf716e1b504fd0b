//! A small extraction, and what it must become: every rule once, every table once.

use hygie_snapshot::{Order, Scan, Values};

use super::*;

pub(super) const KEY: &str = "DCT_ORD_NUM FLX_DIS_DTD FLX_EMT_NUM FLX_EMT_ORD FLX_EMT_TYP FLX_TRT_DTD ORG_CLE_NUM PRS_ORD_NUM REM_TYP_AFF";
pub(super) const LINE: &str = "BEN_NIR_PSA BEN_RNG_GEM BEN_SEX_COD BEN_NAI_ANN BEN_RES_DPT EXE_SOI_DTD EXE_SOI_DTF PRS_NAT_REF DPN_QLF PRS_DPN_QLP CPL_MAJ_TOP PRS_ACT_QTE PRS_PAI_MNT BSE_REM_MNT PFS_EXE_NUM PSE_SPE_COD";

fn key(number: u32, flow: &str) -> String {
    format!("{number} {flow} 1 1 1 {flow} 01C {number:04} 0")
}

/// A line: its key, person and rank, day, nature, the three qualifiers, quantity, charged, paid, professional.
fn line(number: u32, flow: &str, rest: &str) -> String {
    let f: Vec<&str> = rest.split_whitespace().collect();
    format!(
        "{} {} {} 1 1950 075 {} - {} {} {} {} {} {} {} {} 01",
        key(number, flow),
        f[0],
        f[1],
        f[2],
        f[3],
        f[4],
        f[5],
        f[6],
        f[7],
        f[8],
        f[9],
        f[10]
    )
}

fn told(number: u32, flow: &str, rest: &str) -> String {
    format!("{} {rest}", key(number, flow))
}

/// Writes the extraction.
pub(super) fn files(world: &World) {
    claims(world);
    let put = |name: &str, columns: &str, rows: &[&str]| world.file(name, columns, rows);
    put(
        "IR_BEN_R.csv",
        "BEN_NIR_PSA BEN_RNG_GEM BEN_IDT_ANO BEN_CDI_NIR BEN_NAI_ANN BEN_NAI_MOI BEN_SEX_COD BEN_RES_DPT BEN_DCD_DTE",
        &[
            "PSA-1 1 ANO-1 00 1950 03 1 075 -",
            "PSA-1bis 1 ANO-1 00 1950 03 1 075 -",
            "TWIN 1 ANO-2 00 2020 06 2 02A -",
            "TWIN 2 ANO-3 00 2020 06 1 02A -",
            "PSA-4 1 ANO-4 00 1930 01 2 974 20/02/2023",
            "PSA-5 1 ANO-5 04 1960 01 2 974 -",
        ],
    );
    put(
        "IR_IMB_R.csv",
        "BEN_NIR_PSA BEN_RNG_GEM IMB_ALD_DTD IMB_ALD_DTF IMB_ALD_NUM IMB_ETM_NAT MED_MTF_COD MED_NCL_IDT",
        &[
            "PSA-1 1 2019-05-01 2024-05-01 8 41 E119 CIM10",
            "PSA-1 1 2021-05-01 - - 11 S820 CIM10",
            "PSA-1 1 2019-05-01 - 8 41 250 CIM9",
        ],
    );
    let c = "ETA_NUM RSA_NUM NIR_ANO_17 RNG_BEN EXE_SOI_DTD EXE_SOI_DTF NIR_RET NAI_RET SEX_RET SEJ_RET FHO_RET PMS_RET DAT_RET COH_NAI_RET COH_SEX_RET";
    put(
        "T_MCO23C.csv",
        c,
        &[
            "E1 1 PSA-4 1 01FEB2023:00:00:00 10FEB2023:00:00:00 0 0 0 0 0 0 0 0 0",
            "E1 2 PSA-1 1 01FEB2023:00:00:00 02FEB2023:00:00:00 0 0 1 0 0 0 0 0 0",
        ],
    );
    put(
        "T_MCO23B.csv",
        "ETA_NUM RSA_NUM DGN_PAL DGN_REL GRG_GHM",
        &[
            "E1 1 I210 I10 05M041",
            "E1 2 J189 - 04M051",
            "E9 9 J189 - 04M051",
        ],
    );
    put(
        "T_MCO23UM.csv",
        "ETA_NUM RSA_NUM UM_ORD_NUM DGN_PAL DGN_REL PAR_DUR_SEJ",
        &["E1 1 2 I210 - 6", "E1 1 1 R074 - 3"],
    );
    put(
        "T_MCO23D.csv",
        "ETA_NUM RSA_NUM ASS_DGN",
        &["E1 1 E119", "E1 1 E119", "E1 2 E119"],
    );
    put(
        "T_MCO23A.csv",
        "ETA_NUM RSA_NUM CDC_ACT ENT_DAT_DEL NBR_EXE_ACT",
        &["E1 1 DDAF001 1 1"],
    );
    put(
        "KI_CCI_R.csv",
        "BEN_IDT_ANO BEN_DCD_DTE DCD_CIM_COD",
        &["ANO-4 2023-02-20 I219", "ANO-9 2023-02-20 I219"],
    );
    put(
        "KI_ECD_R.csv",
        "BEN_IDT_ANO BEN_DCD_DTE ECD_CIM_COD",
        &["ANO-4 2023-02-20 I50"],
    );
    std::fs::write(world.from.path().join("LISEZMOI.txt"), "").expect("written");
}

fn claims(world: &World) {
    let put = |name: &str, columns: &str, rows: &[String]| {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        world.file(name, columns, &rows);
    };
    let jan = "31/01/2023";
    put(
        "ER_PRS_F_202301.csv",
        &format!("{KEY} {LINE}"),
        &[
            line(1, jan, "PSA-1 1 02/01/2023 3313 0 0 0 1 10.00 6.50 77"),
            line(2, jan, "PSA-1bis 1 03/01/2023 1111 0 0 0 1 25 16,5 88"),
            line(3, jan, "PSA-1 1 03/01/2023 1111 71 0 0 1 25 16.5 88"),
            line(4, jan, "PSA-1 1 03/01/2023 1111 0 0 2 1 5 3.5 88"),
            line(5, jan, "TWIN 1 05/01/2023 3313 0 0 0 1 4 4 77"),
            line(6, jan, "TWIN 2 05/01/2023 3313 0 0 0 1 4 4 77"),
            line(7, jan, "PSA-4 1 06/01/2023 1111 0 0 0 1 90 90 99"),
            line(7, jan, "PSA-4 1 06/01/2023 1111 0 0 0 1 90 90 99"),
            line(8, jan, "PSA-4 1 07/01/2023 3313 0 0 0 3 12 12 77"),
            line(9, jan, "NOBODY 1 08/01/2023 1111 0 0 0 1 25 16 88"),
            line(10, jan, "PSA-4 1 32/01/2023 1111 0 0 0 1 25 16 88"),
            line(11, jan, "PSA-4 1 09/01/2023 1321 0 0 0 2 50 30 66"),
            line(12, jan, "PSA-5 1 09/01/2023 1111 0 0 0 1 25 16 88"),
        ],
    );
    put(
        "ER_PHA_F_202301.csv",
        &format!("{KEY} PHA_PRS_C13 PHA_ACT_QSN"),
        &[
            told(1, jan, "3400930000011 2"),
            told(5, jan, "3400930000011 1"),
            told(6, jan, "3400930000028 1"),
            told(8, jan, "3400930000028 3"),
            told(99, jan, "3400930000028 1"),
            told(2, jan, "nothing 1"),
        ],
    );
    put(
        "ER_ETE_F_202301.csv",
        &format!("{KEY} ETE_IND_TAA"),
        &[told(7, jan, "1")],
    );
    put(
        "ER_CAM_F_202301.csv",
        &format!("{KEY} CAM_PRS_IDE CAM_ACT_COD"),
        &[told(11, jan, "AHQP001 1")],
    );
    february(world);
}

/// A month later two of three packs are taken back, and one delivery altogether.
fn february(world: &World) {
    let put = |name: &str, columns: &str, rows: &[String]| {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        world.file(name, columns, &rows);
    };
    let feb = "28/02/2023";
    put(
        "ER_PRS_F_202302.csv",
        &format!("{KEY} {LINE}"),
        &[
            line(1, feb, "PSA-4 1 07/01/2023 3313 0 0 0 -2 -8 -8 77"),
            line(2, feb, "TWIN 1 05/01/2023 3313 0 0 0 -1 -4 -4 77"),
            line(3, feb, "PSA-1 1 10/02/2023 3211 0 0 0 1 30 18 55"),
        ],
    );
    put(
        "ER_PHA_F_202302.csv",
        &format!("{KEY} PHA_PRS_C13 PHA_ACT_QSN"),
        &[
            told(1, feb, "3400930000028 -2"),
            told(2, feb, "3400930000011 -1"),
        ],
    );
    put(
        "ER_BIO_F_202302.csv",
        &format!("{KEY} BIO_PRS_IDE BIO_ACT_QSN"),
        &[told(3, feb, "0221 1"), told(3, feb, "1104 1")],
    );
}

/// The rows of a table, in words: pseudonym, then the columns that are named.
fn rows(world: &World, table: &str, columns: &[&str]) -> Vec<String> {
    let snapshot = world.snapshots().latest().expect("read");
    snapshot.verify().expect("its files are the signed ones");
    let scan = Scan::new(&snapshot, &Opposed::default()).expect("made");
    let names = names(&scan);
    let codes = codes(&scan);
    let mut lines = Vec::new();
    for file in scan.files(table, Order::ByPerson).expect("there") {
        let mut with = vec!["person_id"];
        with.extend(columns);
        let batch = scan.read(file, &with).expect("read");
        for row in 0..batch.table.rows() {
            let mut line = Vec::new();
            for column in batch.table.columns() {
                line.push(match &column.values {
                    Values::Int(list) if column.name == "person_id" => names[&list[row]].clone(),
                    Values::Int(list) if list[row] == Values::NO_INT => "-".to_owned(),
                    Values::Int(list) if column.name.ends_with("concept_id") => codes
                        .get(&list[row])
                        .cloned()
                        .unwrap_or_else(|| list[row].to_string()),
                    Values::Date(list) if list[row] == Values::NO_INT => "-".to_owned(),
                    // Days are counted from 2023-01-01.
                    Values::Date(list) => (list[row] - 19_358).to_string(),
                    Values::Int(list) => list[row].to_string(),
                    Values::Number(list) => list[row].to_string(),
                    other => text(other)[row].clone(),
                });
            }
            lines.push(line.join(" ").trim_end().to_owned());
        }
    }
    lines.sort();
    lines
}

fn names(scan: &Scan<'_>) -> BTreeMap<i32, String> {
    let mut names = BTreeMap::new();
    for file in scan.files("person", Order::ByPerson).expect("there") {
        let batch = scan.read(file, &["person_id", "pseudonym"]).expect("read");
        let Some(Values::Pseudonym(list)) = batch.table.column("pseudonym") else {
            panic!("pseudonyms")
        };
        let persons = batch
            .table
            .column("person_id")
            .and_then(Values::ints)
            .expect("numbers");
        let text = |name: &[u8; 16]| {
            String::from_utf8_lossy(name)
                .trim_end_matches('.')
                .to_owned()
        };
        names.extend(persons.iter().copied().zip(list.iter().map(text)));
    }
    names
}

fn codes(scan: &Scan<'_>) -> BTreeMap<i32, String> {
    let concepts = &scan.files("concept", Order::Plain).expect("there")[0];
    let batch = scan
        .read(concepts, &["concept_id", "concept_code"])
        .expect("read");
    let ids = batch
        .table
        .column("concept_id")
        .and_then(Values::ints)
        .expect("numbers");
    ids.iter()
        .copied()
        .zip(text(batch.table.column("concept_code").expect("there")))
        .collect()
}

fn text(values: &Values) -> Vec<String> {
    let Values::Text { at, words } = values else {
        return Vec::new();
    };
    at.iter()
        .map(|place| words.get(*place as usize).cloned().unwrap_or_default())
        .collect()
}

#[test]
fn every_row_becomes_what_it_means() {
    let world = World::new();
    files(&world);
    let report = world.run(|_| {}).expect("imported");
    for file in &report.files {
        assert_eq!(file.rows, file.accounted(), "{}: {file:?}", file.name);
    }
    assert_eq!(report.not_read, ["LISEZMOI.txt"]);
    let drugs = rows(
        &world,
        "drug_exposure",
        &["drug_concept_id", "drug_exposure_start_date", "quantity"],
    );
    assert_eq!(
        drugs,
        [
            "ANO-1 3400930000011 1 2",
            "ANO-3 3400930000028 4 1",
            "ANO-4 3400930000028 6 1"
        ]
    );
    let acts = rows(
        &world,
        "procedure_occurrence",
        &["procedure_concept_id", "procedure_date", "quantity"],
    );
    assert_eq!(
        acts,
        [
            "ANO-1 1111 2 1",
            "ANO-4 AHQP001 8 2",
            "ANO-4 DDAF001 32 1",
            "ANO-5 1111 8 1",
            "NOBODY#1 1111 7 1"
        ]
    );
    // A line went into the delivery that it lessened, two went with the delivery that never was, and a diagnosis that was
    // said twice of a stay was said once.
    assert_eq!(
        (report.netted, report.persons, report.unreferenced),
        (4, 6, 1)
    );
}

fn imported() -> World {
    let world = World::new();
    files(&world);
    world.run(|_| {}).expect("imported");
    world
}

#[test]
fn measurements_and_diagnoses_are_those_of_their_lines_and_stays() {
    let world = imported();
    let labs = rows(
        &world,
        "measurement",
        &["measurement_concept_id", "measurement_date"],
    );
    assert_eq!(labs, ["ANO-1 0221 40", "ANO-1 1104 40"]);
    let conditions = rows(
        &world,
        "condition_occurrence",
        &[
            "condition_concept_id",
            "condition_start_date",
            "condition_status_concept_id",
            "condition_type_concept_id",
        ],
    );
    assert_eq!(
        conditions,
        [
            "ANO-1 E119 -1341 - 32813",
            "ANO-4 E119 31 32908 32810",
            "ANO-4 I10 31 32908 32810",
            "ANO-4 I210 31 32902 32810",
            "ANO-4 I219 50 32902 32815",
            "ANO-4 I50 50 32908 32815",
            "ANO-4 R074 31 32908 32810",
        ]
    );
}

#[test]
fn stays_and_meetings_are_visits() {
    let world = imported();
    let visits = rows(
        &world,
        "visit_occurrence",
        &[
            "visit_concept_id",
            "visit_start_date",
            "visit_end_date",
            "visit_source_value",
        ],
    );
    assert_eq!(
        visits,
        [
            "ANO-1 9202 2 -",
            "ANO-4 9201 31 40 05M041",
            "ANO-4 9202 8 -",
            "ANO-5 9202 8 -",
            "NOBODY#1 9202 7 -"
        ]
    );
    let details = rows(
        &world,
        "visit_detail",
        &["visit_detail_start_date", "visit_detail_end_date"],
    );
    assert_eq!(details, ["ANO-4 31 34", "ANO-4 34 40"]);
    assert_eq!(
        rows(&world, "death", &["death_date", "cause_concept_id"]),
        ["ANO-4 50 I219"]
    );
}

#[test]
fn amounts_stand_at_the_first_event_of_their_line() {
    let world = imported();
    let costs = rows(
        &world,
        "drug_exposure",
        &["drug_exposure_start_date", "total_charge", "paid_by_payer"],
    );
    assert_eq!(costs, ["ANO-1 1 10 6.5", "ANO-3 4 4 4", "ANO-4 6 4 4"]);
    let costs = rows(
        &world,
        "procedure_occurrence",
        &["procedure_date", "total_charge", "paid_by_payer"],
    );
    assert_eq!(
        costs,
        [
            "ANO-1 2 25 16.5",
            "ANO-4 32 NaN NaN",
            "ANO-4 8 50 30",
            "ANO-5 8 25 16",
            "NOBODY#1 7 25 16",
        ]
    );
    let costs = rows(&world, "measurement", &["total_charge", "paid_by_payer"]);
    assert_eq!(costs, ["ANO-1 30 18", "ANO-1 NaN NaN"]);
}

#[test]
fn persons_are_what_the_reference_and_else_their_claims_say() {
    let world = imported();
    let persons = rows(
        &world,
        "person",
        &["gender_concept_id", "year_of_birth", "location_id"],
    );
    assert_eq!(
        persons,
        [
            "ANO-1 8507 1950 2",
            "ANO-2 8532 2020 1",
            "ANO-3 8507 2020 1",
            "ANO-4 8532 1930 3",
            "ANO-5 8532 1960 3",
            "NOBODY#1 8507 1950 2",
        ]
    );
}

#[test]
fn each_rule_removes_what_it_names() {
    let world = World::new();
    files(&world);
    let report = world.run(|_| {}).expect("imported");
    let named = [
        Rule::InformationOnly,
        Rule::Majorations,
        Rule::CountedByPmsi,
        Rule::RepeatedKey,
        Rule::LongTermOnly,
        Rule::ReturnCodes,
    ];
    for rule in named {
        assert_eq!(report.removed(rule), 1, "{rule:?}");
    }
    let file = |name: &str| {
        report
            .files
            .iter()
            .find(|file| file.name == name)
            .expect("a file")
            .clone()
    };
    let drugs = file("ER_PHA_F_202301.csv");
    assert_eq!(
        (drugs.taken, drugs.rejected.values().sum::<u64>()),
        (4, 2),
        "{drugs:?}"
    );
    assert_eq!(file("ER_ETE_F_202301.csv").followed, 1);
    assert_eq!(
        file("T_MCO23D.csv").followed,
        1,
        "it was about a stay of somebody else"
    );
    for rule in named.into_iter().chain([Rule::TwinRank]) {
        let report = world
            .run(|import| assert!(import.rules.set(rule, false)))
            .expect("imported");
        assert_eq!(report.removed(rule), 0, "{rule:?}");
        for file in &report.files {
            assert_eq!(file.rows, file.accounted(), "{rule:?} off, {}", file.name);
        }
    }
    let report = world
        .run(|import| assert!(import.rules.set(Rule::FlowLag, true)))
        .expect("imported");
    assert!(report.removed(Rule::FlowLag) > 0);
    let report = world.run(|import| assert!(import.rules.set(Rule::RealNumber, true)));
    assert_eq!(report.expect("imported").removed(Rule::RealNumber), 1);
    let report = world
        .run(|import| assert!(!import.rules.set(Rule::Opposed, false)))
        .expect("imported");
    assert_eq!(report.opposed, 0);
}

#[test]
fn an_exemption_for_another_reason_becomes_an_illness() {
    let world = World::new();
    files(&world);
    let columns = "BEN_NIR_PSA BEN_RNG_GEM IMB_ALD_DTD IMB_ALD_DTF IMB_ALD_NUM IMB_ETM_NAT MED_MTF_COD MED_NCL_IDT";
    let natures = [
        "41", "43.0", "045", "0", "11", "12", "13", "47", "55", "99", "-", "x",
    ];
    let rows = (1..)
        .zip(natures)
        .map(|(day, nature)| format!("PSA-1 1 2019-05-{day:02} - - {nature} E119 CIM10"));
    let rows: Vec<String> = rows.collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    world.file("IR_IMB_R.csv", columns, &rows);
    let report = world.run(|_| {}).expect("imported");
    let mut files = report.files.iter();
    let file = files.find(|file| file.table == "IR_IMB_R").expect("read");
    let refused = file.rejected.values().sum::<u64>();
    assert_eq!(
        (file.rows, file.accounted(), refused, file.taken),
        (12, 12, 1, 3)
    );
    assert_eq!(file.removed[&Rule::LongTermOnly], 8);
    let told = || rows_of_illnesses(&world).len();
    assert_eq!(told(), 3);
    // Where a study wants all of them, it says so.
    world
        .run(|import| assert!(import.rules.set(Rule::LongTermOnly, false)))
        .expect("imported");
    assert_eq!(told(), 11);
}

fn rows_of_illnesses(world: &World) -> Vec<String> {
    let what = ["condition_start_date", "condition_type_concept_id"];
    let all = rows(world, "condition_occurrence", &what).into_iter();
    all.filter(|row| row.ends_with("32813")).collect()
}

#[test]
fn an_operation_counts_twice_because_an_anaesthetist_was_there() {
    let world = World::new();
    files(&world);
    world.file(
        "T_MCO23A.csv",
        "ETA_NUM RSA_NUM CDC_ACT ACV_ACT ENT_DAT_DEL NBR_EXE_ACT",
        &["E1 1 DDAF001 4 1 1", "E1 1 DDAF001 1 1 1"],
    );
    let jan = "31/01/2023";
    let acts = [told(11, jan, "AHQP001 4"), told(11, jan, "AHQP001 1")];
    let acts: Vec<&str> = acts.iter().map(String::as_str).collect();
    let columns = format!("{KEY} CAM_PRS_IDE CAM_ACT_COD");
    world.file("ER_CAM_F_202301.csv", &columns, &acts);
    world.run(|_| {}).expect("imported");
    let what = [
        "procedure_concept_id",
        "procedure_date",
        "modifier_source_value",
    ];
    let acts = rows(&world, "procedure_occurrence", &what);
    // The first activity is what the code says, and is not written.
    assert_eq!(
        acts,
        [
            "ANO-1 1111 2",
            "ANO-4 AHQP001 8",
            "ANO-4 AHQP001 8 4",
            "ANO-4 DDAF001 32",
            "ANO-4 DDAF001 32 4",
            "ANO-5 1111 8",
            "NOBODY#1 1111 7",
        ]
    );
}
