//! Covered: a row that can't be read and is about somebody who can be told: it stays without his tag, so that nothing purges
//! it; one of somebody who opposes that is kept for it; care of somebody who opposes that becomes a stranger's, because his
//! row of the reference is refused; a field that was cut and is believed.
//! Not a failure: rows without a tag of which nobody can say whom they are about: cut before or within what names him, or
//! told of a line that is none.

use super::spilled::{LITTLE, alike};
use super::worked::{KEY, LINE};
use super::*;

const BENEFICIARIES: &str = "BEN_NIR_PSA BEN_RNG_GEM BEN_IDT_ANO BEN_CDI_NIR BEN_NAI_ANN BEN_NAI_MOI BEN_SEX_COD BEN_RES_DPT BEN_DCD_DTE";
const STAYS: &str = "ETA_NUM RSA_NUM NIR_ANO_17 RNG_BEN EXE_SOI_DTD EXE_SOI_DTF NIR_RET NAI_RET SEX_RET SEJ_RET FHO_RET PMS_RET DAT_RET COH_NAI_RET COH_SEX_RET";

/// Their first fields are told apart by a number, so that each is found in bronze.
fn files(world: &World) {
    let put = |name: &str, columns: &str, rows: &[&str]| world.file(name, columns, rows);
    put(
        "IR_BEN_R.csv",
        BENEFICIARIES,
        &[
            "PSA-1 1 ANO-1 00 1950 03 1 075 -",
            "PSA-2 1 ANO-2 00 1951 03 1 075 -",
            "B1 1 ANO-3 00 1950 03 1 075 31/02/2020",
            "B2 1 ANO-2 00 1950 03 1 075 31/02/2020",
            "- 1 ANO-4 00 1950 03 1 075 -",
            "B3 1 ANO-3 00",
            "B4 1 ANO-3",
        ],
    );
    put(
        "IR_IMB_R.csv",
        "BEN_NIR_PSA BEN_RNG_GEM IMB_ALD_DTD IMB_ALD_DTF IMB_ALD_NUM IMB_ETM_NAT MED_MTF_COD MED_NCL_IDT",
        &["PSA-1 1 2019-05-01", "PSA-2 1 2019-05-01", "PSA-1 1"],
    );
    put(
        "KI_ECD_R.csv",
        "BEN_IDT_ANO BEN_DCD_DTE ECD_CIM_COD",
        &["ANO-1 2023-02-20", "ANO-2 2023-02-20", "ANO-1"],
    );
    put(
        "T_MCO23C.csv",
        STAYS,
        &[
            "E1 1 PSA-1 1 01/02/2023 10/02/2023 0 0 0 0 0 0 0 0 0",
            "E1 2 PSA-2 1 01/02/2023 10/02/2023 0 0 0 0 0 0 0 0 0",
            "E2 3 PSA-1 1 01/02/2023",
            "E2 4 PSA-2 1 01/02/2023",
            "E2 5 PSA-9 1 01/02/2023",
            "E2 6 PSA-1 1",
            "- 7 PSA-1 1 01/02/2023 10/02/2023 0 0 0 0 0 0 0 0 0",
            "- 8 PSA-2 1 01/02/2023 10/02/2023 0 0 0 0 0 0 0 0 0",
            "E3 9 PSA-9 1 01/02/2023 10/02/2023 0 0 0 0 0 0 0 0 0",
            "E3 9 PSA-1 1 01/02/2023 10/02/2023 0 0 0 0 0 0 0 0 0",
            "E3 9 PSA-2 1 01/02/2023 10/02/2023 0 0 0 0 0 0 0 0 0",
            "E4 10 PSA-2 1 01/02/2023 10/02/2023 0 0 0 0 0 0 0 0 0",
            "E4 10 PSA-1 1 01/02/2023 10/02/2023 0 0 0 0 0 0 0 0 0",
        ],
    );
    put(
        "T_MCO23B.csv",
        "ETA_NUM RSA_NUM DGN_PAL DGN_REL GRG_GHM",
        &[
            "E1 1 I210",
            "E1 2 I210",
            "E1 1",
            "E9 9 I210",
            "E4 10 I210 - 05M041",
        ],
    );
    claims(world);
}

/// The key of a line, and what follows.
fn of(number: u32, rest: &str) -> String {
    format!("{number} 31/01/2023 1 1 1 31/01/2023 01C {number:04} 0 {rest}")
}

fn claims(world: &World) {
    let whole = "1 1950 075 02/01/2023 - 3313 0 0 0 1 10.00 6.50 77 01";
    let put = |name: &str, columns: &str, rows: &[String]| {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        world.file(name, &format!("{KEY} {columns}"), &rows);
    };
    let no_key = |person: &str| of(3, &format!("{person} 1 {whole}")).replacen("31/01", "41/01", 1);
    put(
        "ER_PRS_F_202301.csv",
        LINE,
        &[
            of(1, &format!("PSA-1 1 {whole}")),
            of(2, &format!("PSA-2 1 {whole}")),
            no_key("PSA-1"),
            no_key("PSA-2"),
            of(4, "PSA-1 1 1"),
            of(5, "PSA-2 1 1"),
            of(6, "PSA-9 1 1 1950"),
            of(7, "PSA-8 1 1 1950"),
            of(8, "PSA-1 1"),
            of(9, &format!("PSA-1 1 {whole} more")),
            of(10, &format!("PSA-2 1 {whole} more")),
        ],
    );
    put(
        "ER_PHA_F_202301.csv",
        "PHA_PRS_C13 PHA_ACT_QSN",
        &[
            of(1, "3400930000011 2"),
            of(1, "unreadable 2"),
            of(1, "3400930000011"),
            of(2, "unreadable 3"),
            of(2, "3400930000011"),
            of(4, "3400930000011"),
            of(1, "").trim_end().to_owned(),
        ],
    );
}

/// The tags of the rows of a table that begin so.
fn tags(world: &World, table: &str, begin: &str) -> Vec<Option<String>> {
    let rows = world.kept.rows().into_iter();
    let found = rows.filter(|(of, _, raw)| of == table && raw.starts_with(begin));
    let text = |tag: [u8; 16]| {
        String::from_utf8_lossy(&tag)
            .trim_end_matches('.')
            .to_owned()
    };
    found.map(|(_, tag, _)| tag.map(text)).collect()
}

#[test]
fn a_row_that_can_not_be_read_is_kept_under_whom_it_names() {
    let world = World::new();
    files(&world);
    let opposed = Opposed::new(3, [name("ANO-2"), name("PSA-8#1")]);
    let report = world.run_without(&opposed, |_| {}).expect("imported");
    for file in &report.files {
        assert_eq!(file.rows, file.accounted(), "{}: {file:?}", file.name);
    }
    let is = |table: &str, begin: &str, wanted: &[Option<&str>]| {
        let tags = tags(&world, table, begin);
        let tags: Vec<Option<&str>> = tags.iter().map(Option::as_deref).collect();
        assert_eq!(tags, wanted, "{table} {begin}");
    };
    let (none, one) = (&[][..], &[Some("ANO-1")][..]);
    is("IR_BEN_R", "B1;", &[Some("ANO-3")]);
    is("IR_BEN_R", "B2;", none);
    is("IR_BEN_R", ";1;ANO-4", &[Some("ANO-4")]);
    is("IR_BEN_R", "B3;", &[Some("ANO-3")]);
    is("IR_BEN_R", "B4;", &[None]);
    is("IR_IMB_R", "PSA-1;", &[Some("ANO-1"), None]);
    is("IR_IMB_R", "PSA-2;", none);
    is("KI_ECD_R", "ANO-1", &[Some("ANO-1"), None]);
    is("KI_ECD_R", "ANO-2", none);
    is("T_MCOaaC", "E2;3;", one);
    is("T_MCOaaC", "E2;4;", none);
    is("T_MCOaaC", "E2;5;", &[Some("PSA-9#1")]);
    is("T_MCOaaC", "E2;6;", &[None]);
    is("T_MCOaaC", ";7;", one);
    is("T_MCOaaC", ";8;", none);
    // One stay of several: each row is whose it says, and what is told apart is the first's.
    is("T_MCOaaC", "E3;9;", &[Some("PSA-9#1"), Some("ANO-1")]);
    is("T_MCOaaC", "E4;10;", one);
    is("T_MCOaaB", "E4;10;", none);
    is("T_MCOaaB", "E1;1;I210", one);
    is("T_MCOaaB", "E1;1", &[Some("ANO-1"), None]);
    is("T_MCOaaB", "E1;2", none);
    is("T_MCOaaB", "E9;9", &[None]);
    let line = |number: u32, tags| is("ER_PRS_F", &format!("{number};"), tags);
    line(2, none);
    line(3, one);
    line(4, one);
    line(5, none);
    line(6, &[Some("PSA-9#1")]);
    line(7, none);
    line(8, &[None]);
    line(9, one);
    line(10, none);
    is("ER_PHA_F", "2;", none);
    // Its line can't be read: nobody says whom it is about.
    is("ER_PHA_F", "4;", &[None]);
    let mut told = tags(&world, "ER_PHA_F", "1;");
    told.sort();
    let his = || Some("ANO-1".to_owned());
    assert_eq!(told, [None, his(), his(), his()]);
}

/// Care of somebody whose row of the reference is not taken, under a number of it.
fn care(world: &World, reference: &str) {
    world.file(
        "IR_BEN_R.csv",
        BENEFICIARIES,
        &["PSA-1 1 ANO-1 00 1950 03 1 075 -", reference],
    );
    let whole = "1 1950 075 02/01/2023 - 3313 0 0 0 1 10.00 6.50 77 01";
    let lines = [
        of(1, &format!("PSA-1 1 {whole}")),
        of(2, &format!("PSA-2 1 {whole}")),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    world.file("ER_PRS_F_202301.csv", &format!("{KEY} {LINE}"), &lines);
    world.file(
        "T_MCO23C.csv",
        STAYS,
        &["E1 1 PSA-2 1 01/02/2023 10/02/2023 0 0 0 0 0 0 0 0 0"],
    );
    world.file(
        "IR_IMB_R.csv",
        "BEN_NIR_PSA BEN_RNG_GEM IMB_ALD_DTD IMB_ALD_DTF IMB_ALD_NUM IMB_ETM_NAT MED_MTF_COD MED_NCL_IDT",
        &["PSA-2 1 2019-05-01 - 8 41 E119 CIM10"],
    );
}

#[test]
fn who_opposes_is_not_seen_because_his_row_of_the_reference_is_refused() {
    let opposed = Opposed::new(3, [name("ANO-2")]);
    for (reference, real) in [
        ("PSA-2 1 ANO-2 00 1951 03 1 075 31/02/2020", false),
        ("PSA-2 1 ANO-2 04 1951 03 1 075 -", true),
        ("PSA-2 1 ANO-2 00 1951", false),
        ("PSA-2 1 ANO-2 00 1951 03 1 075 - more", false),
    ] {
        let world = World::new();
        care(&world, reference);
        let report = world.run_without(&opposed, |import| {
            assert!(import.rules.set(Rule::RealNumber, real));
        });
        let report = report.expect("imported");
        assert_eq!(report.removed(Rule::Opposed), 4, "{reference}");
        assert_eq!(
            (report.persons, report.unreferenced, report.opposed),
            (1, 0, 1),
            "{reference}"
        );
        for (table, tag, raw) in world.kept.rows() {
            assert_eq!(tag, Some(name("ANO-1")), "{table} {raw}");
        }
    }
}

#[test]
fn a_number_of_two_persons_tells_nothing_when_one_of_them_opposes() {
    let two = [
        "PSA-2 1 ANO-2 00 1951 03 1 075 -",
        "PSA-2 1 ANO-3 00 1951 03 1 075 -",
    ];
    for who in ["ANO-2", "ANO-3"] {
        let opposed = Opposed::new(3, [name(who)]);
        let world = World::new();
        care(&world, "");
        world.file("IR_BEN_R.csv", BENEFICIARIES, &two);
        let report = world.run_without(&opposed, |_| {}).expect("imported");
        assert_eq!((report.ambiguous, report.opposed), (1, 1), "{who}");
        assert_eq!(report.removed(Rule::Opposed), 4, "{who}");
        let kept = world.kept.rows();
        assert!(
            kept.iter()
                .all(|(table, _, raw)| table == "IR_BEN_R" || raw.contains("PSA-1")),
            "{who}"
        );
    }
    // Who opposes later took part in what is told of the other: nobody can part them.
    let world = World::new();
    care(&world, "");
    world.file("IR_BEN_R.csv", BENEFICIARIES, &two);
    assert_eq!(world.run(|_| {}).expect("imported").ambiguous, 1);
    world.append(&Opposed::default()).expect("nothing is new");
    let opposed = Opposed::new(3, [name("ANO-3")]);
    let error = world
        .append(&opposed)
        .expect_err("it is not his alone")
        .to_string();
    assert!(
        error.contains("1 numbers are of several persons"),
        "{error}"
    );
    let opposed = Opposed::new(3, [name("ANO-2")]);
    world
        .append(&opposed)
        .expect("what is told is his, and goes");
}

#[test]
fn what_is_refused_is_so_whatever_the_memory() {
    let world = World::new();
    files(&world);
    let opposed = Opposed::new(3, [name("ANO-2"), name("PSA-8#1")]);
    alike(&world, LITTLE, &opposed);
}

#[test]
fn a_stray_quote_puts_lines_of_who_opposes_under_another_name() {
    let world = World::new();
    care(&world, "PSA-2 1 ANO-2 00 1951 03 1 075 -");
    let rest = |department: &str| {
        format!("1 1950 {department} 02/01/2023 - 3313 0 0 0 1 10.00 6.50 77 01")
    };
    // As one record they would have as many fields as the header.
    let lines = [
        of(1, &format!("PSA-1 1 {}", rest("\"075"))),
        of(2, &format!("PSA-2 1 {}", rest("075"))),
        of(3, &format!("PSA-1 1 {}", rest("\"075"))),
        of(4, &format!("PSA-1 1 {}", rest("075"))),
        // Nobody can say where he stands in it.
        format!("\"{}", of(5, "PSA-2 1 1 1950")),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    world.file("ER_PRS_F_202301.csv", &format!("{KEY} {LINE}"), &lines);
    let opposed = Opposed::new(3, [name("ANO-2")]);
    let report = world.run_without(&opposed, |_| {}).expect("imported");
    let mut files = report.files.iter();
    let file = files.find(|file| file.table == "ER_PRS_F").expect("read");
    assert_eq!((file.rows, file.accounted(), file.taken), (5, 5, 1));
    assert_eq!(file.removed[&Rule::Opposed], 2);
    assert_eq!(file.rejected.values().sum::<u64>(), 2);
    let kept = world.kept.rows().into_iter();
    let kept = kept.filter(|(table, _, _)| table == "ER_PRS_F");
    let kept: Vec<_> = kept.collect();
    assert_eq!(kept.len(), 3);
    for (_, tag, raw) in kept {
        assert_eq!(tag, Some(name("ANO-1")), "{raw}");
        assert!(!raw.contains("PSA-2"), "{raw}");
    }
}

/// A short history of PSA-1 and PSA-2.
fn short(world: &World) {
    care(world, "PSA-2 1 ANO-2 00 1951 03 1 075 -");
}

#[test]
fn a_row_of_a_year_without_ranks_is_kept_under_whom_it_names() {
    let world = World::new();
    short(&world);
    let columns: Vec<&str> = STAYS.split(' ').collect();
    let early: Vec<&str> = columns
        .iter()
        .copied()
        .filter(|one| *one != "RNG_BEN")
        .collect();
    let rows = ["E1 1 PSA-1 01/02/2014", "E1 2 PSA-2 01/02/2014"];
    world.file("T_MCO14C.csv", &early.join(" "), &rows);
    let opposed = Opposed::new(3, [name("ANO-2")]);
    world.run_without(&opposed, |_| {}).expect("imported");
    assert_eq!(
        tags(&world, "T_MCOaaC", "E1;1;"),
        [Some("ANO-1".to_owned())]
    );
    assert!(tags(&world, "T_MCOaaC", "E1;2;").is_empty());
}

/// Rows that have a field too many, and stand before it or behind it.
fn longer(world: &World) {
    short(world);
    let whole = "1 1950 075 02/01/2023 - 3313 0 0 0 1 10.00 6.50 77 01";
    let put = |name: &str, columns: &str, rows: &[String]| {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        world.file(name, &format!("{KEY} {columns}"), &rows);
    };
    let lines = [
        of(1, &format!("PSA-1 1 {whole}")),
        of(2, &format!("PSA-2 1 {whole}")),
        of(3, &format!("more PSA-1 1 {whole}")),
        of(4, &format!("more PSA-2 1 {whole}")),
        of(5, &format!("PSA-1 more 1 {whole}")),
        of(6, &format!("PSA-2 more 1 {whole}")),
        of(7, &format!("PSA-9 1 {whole} more")),
        of(8, &format!("PSA-9 {} {whole}", "more ".repeat(20))),
    ];
    put("ER_PRS_F_202301.csv", LINE, &lines);
    let told = [
        of(1, "3400930000011 2 more"),
        of(2, "3400930000011 2 more"),
        format!("more {}", of(2, "3400930000011 2")),
    ];
    put("ER_PHA_F_202301.csv", "PHA_PRS_C13 PHA_ACT_QSN", &told);
    world.file(
        "KI_ECD_R.csv",
        "BEN_IDT_ANO BEN_DCD_DTE ECD_CIM_COD",
        &["more ANO-1 2023-02-20 I50", "more ANO-2 2023-02-20 I50"],
    );
}

#[test]
fn a_row_with_a_field_too_many_is_believed_where_it_is_shifted() {
    let world = World::new();
    longer(&world);
    let opposed = Opposed::new(3, [name("ANO-2")]);
    let report = world.run_without(&opposed, |_| {}).expect("imported");
    for file in &report.files {
        assert_eq!(file.rows, file.accounted(), "{}: {file:?}", file.name);
    }
    let one = || vec![Some("ANO-1".to_owned())];
    let line = |number: u32| tags(&world, "ER_PRS_F", &format!("{number};"));
    assert_eq!([line(1), line(3), line(5)], [one(), one(), one()]);
    // Whom the reference does not know nobody can tell from what stands beside him.
    assert_eq!(line(7), [None]);
    assert_eq!(tags(&world, "ER_PHA_F", "1;"), one());
    assert_eq!(tags(&world, "KI_ECD_R", "more;ANO-1"), one());
    // Who opposes may be meant by all of these.
    for number in [2, 4, 6, 8] {
        assert!(line(number).is_empty(), "{number}");
    }
    for (table, _, raw) in world.kept.rows() {
        assert!(
            !raw.contains("PSA-2") && !raw.contains("ANO-2"),
            "{table} {raw}"
        );
        assert!(table != "ER_PHA_F" || raw.starts_with("1;"), "{raw}");
    }
    world.kept.clear();
    alike(&world, LITTLE, &opposed);
}

#[test]
fn where_nobody_opposes_a_longer_row_is_kept_under_no_one() {
    let world = World::new();
    longer(&world);
    world.run(|_| {}).expect("imported");
    let two = || vec![Some("ANO-2".to_owned())];
    let line = |number: u32| tags(&world, "ER_PRS_F", &format!("{number};"));
    assert_eq!([line(4), line(6)], [two(), two()]);
    assert_eq!([line(7), line(8)], [[None], [None]]);
    assert_eq!(tags(&world, "ER_PHA_F", "more;"), [None]);
    assert_eq!(tags(&world, "ER_PHA_F", "2;"), two());
}
