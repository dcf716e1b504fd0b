//! Covered: numbers that are others because a file writes them otherwise than another; what every row of a table needs and a
//! few lack, or a file of years before it was asked.
//! Not a failure: a column of the key, which is text: zeros in front of it count.

use super::worked::files;
use super::*;

/// Writes a file anew: each cell is what `cell` makes of it and its column.
fn rewrite(world: &World, file: &str, cell: impl Fn(&str, &str) -> Option<String>) {
    let path = world.from.path().join(file);
    let text = std::fs::read_to_string(&path).expect("read");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let columns: Vec<&str> = header.split(';').collect();
    let line = |line: &str| {
        let cells = columns.iter().zip(line.split(';'));
        let cells = cells.filter_map(|(column, text)| cell(column, text));
        cells.collect::<Vec<_>>().join(";") + "\n"
    };
    let there = |column: &&&str| cell(column, "").is_some();
    let there: Vec<&str> = columns.iter().filter(there).copied().collect();
    let header = there.join(";") + "\n";
    let text: String = std::iter::once(header).chain(lines.map(line)).collect();
    std::fs::write(&path, text).expect("written");
}

/// The names of the files.
fn names(world: &World) -> Vec<String> {
    let list = std::fs::read_dir(world.from.path()).expect("listed");
    let names = list.map(|entry| entry.expect("listed").file_name());
    let names = names.map(|name| name.into_string().expect("text"));
    names.filter(|name| name.ends_with(".csv")).collect()
}

#[test]
fn a_number_is_the_same_however_it_is_written() {
    let numbers = [
        "BEN_RNG_GEM",
        "RNG_BEN",
        "BEN_SEX_COD",
        "BEN_CDI_NIR",
        "ETE_IND_TAA",
        "DPN_QLF",
        "PRS_DPN_QLP",
        "CPL_MAJ_TOP",
        "PRS_ACT_QTE",
        "PHA_ACT_QSN",
        "BIO_ACT_QSN",
        "UM_ORD_NUM",
        "PAR_DUR_SEJ",
        "ENT_DAT_DEL",
        "NBR_EXE_ACT",
    ];
    let plain = World::new();
    files(&plain);
    let other = World::new();
    files(&other);
    for name in names(&other) {
        rewrite(&other, &name, |column, text| {
            let number = numbers.contains(&column) || column.ends_with("_RET");
            let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
            Some(match text {
                _ if number && digits => format!("0{text}.0"),
                _ => text.to_owned(),
            })
        });
    }
    for world in [&plain, &other] {
        let report = world.run(|import| assert!(import.rules.set(Rule::RealNumber, true)));
        let report = report.expect("imported");
        assert_eq!(report.removed(Rule::CountedByPmsi), 1);
        assert_eq!(report.removed(Rule::ReturnCodes), 1);
        assert_eq!(report.removed(Rule::RealNumber), 1);
    }
    assert_eq!(plain.hashes(1), other.hashes(1));
}

#[test]
fn the_lag_of_a_flow_that_no_file_names_is_not_passed_over() {
    for named in ["ER_PRS_F", "ER_PRS_F_ALL"] {
        let world = World::new();
        files(&world);
        let from = world.from.path();
        std::fs::rename(
            from.join("ER_PRS_F_202301.csv"),
            from.join(format!("{named}.csv")),
        )
        .expect("renamed");
        world.run(|_| {}).expect("imported, for the rule is off");
        let refused = world.run(|import| assert!(import.rules.set(Rule::FlowLag, true)));
        let why = refused.expect_err("which flow is the last").to_string();
        assert!(
            why.contains("flow-lag") && why.contains("month of flow"),
            "{why}"
        );
    }
}

#[test]
fn a_line_without_the_quantity_that_it_needs_is_refused() {
    let world = World::new();
    files(&world);
    let before = world.run(|_| {}).expect("imported");
    rewrite(&world, "ER_PRS_F_202301.csv", |column, text| {
        Some(if column == "PRS_ACT_QTE" {
            String::new()
        } else {
            text.to_owned()
        })
    });
    let report = world.run(|_| {}).expect("imported");
    let lines = report
        .files
        .iter()
        .find(|file| file.name == "ER_PRS_F_202301.csv");
    let lines = lines.expect("a file");
    assert_eq!(lines.rows, lines.accounted());
    // Those of a nature alone, and of an act; deliveries count by themselves.
    assert_eq!(lines.rejected["it has no PRS_ACT_QTE"], 4, "{lines:?}");
    assert_eq!(
        report.tables["drug_exposure"],
        before.tables["drug_exposure"]
    );
    assert_eq!(
        report.netted, before.netted,
        "what is refused is not summed away"
    );
}

/// The stays as those of another year, without what a year did not have yet.
fn stays(world: &World, year: &str, without: &[&str]) {
    files(world);
    rewrite(world, "T_MCO23C.csv", |column, text| {
        (!without.contains(&column)).then(|| text.to_owned())
    });
    for name in names(world)
        .iter()
        .filter(|name| name.starts_with("T_MCO23"))
    {
        let from = world.from.path();
        let to = name.replace("T_MCO23", &format!("T_MCO{year}"));
        std::fs::rename(from.join(name), from.join(to)).expect("renamed");
    }
}

#[test]
fn a_year_before_columns_were_asked_is_not_refused_for_them() {
    let coherence = ["COH_NAI_RET", "COH_SEX_RET"];
    for (year, without) in [
        ("09", &["COH_NAI_RET", "COH_SEX_RET", "RNG_BEN"][..]),
        ("12", &coherence[..]),
        ("14", &["RNG_BEN"][..]),
        ("23", &[][..]),
    ] {
        let world = World::new();
        stays(&world, year, without);
        let report = world.run(|_| {}).expect("imported");
        assert_eq!(report.removed(Rule::ReturnCodes), 1, "{year}");
        assert_eq!(report.tables["visit_detail"], 2, "{year}");
    }
    for (year, without) in [("13", &coherence[..1]), ("15", &["RNG_BEN"][..])] {
        let world = World::new();
        stays(&world, year, without);
        let why = world.run(|_| {}).expect_err("it has them").to_string();
        assert!(why.contains(without[0]), "{why}");
    }
    // Where they were asked, no answer is none.
    let world = World::new();
    files(&world);
    rewrite(&world, "T_MCO23C.csv", |column, text| {
        Some(if coherence.contains(&column) {
            String::new()
        } else {
            text.to_owned()
        })
    });
    let report = world.run(|_| {}).expect("imported");
    assert_eq!(report.removed(Rule::ReturnCodes), 2);
}
