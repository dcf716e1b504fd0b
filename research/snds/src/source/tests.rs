//! Covered: a file that is taken for another table; one that is passed over in silence.
//! Not a failure: a file that holds no table, which is named.

use super::*;

#[test]
fn files_are_known_by_their_names() {
    let dir = tempfile::tempdir().expect("a folder");
    for name in [
        "ER_PRS_F_202301.csv",
        "er_pha_f.parquet",
        "T_MCO23B.csv",
        "T_MCO23UM_1.csv",
        "IR_BEN_R.csv",
        "ER_PRS_FX.csv",
        "notes.txt",
        "T_MCO23Z.csv",
        "ER_PRS_F.zip",
    ] {
        std::fs::write(dir.path().join(name), "").expect("written");
    }
    let (sources, others) = find(dir.path()).expect("listed");
    let names: Vec<(&str, &str)> = sources
        .iter()
        .map(|source| (source.layout.table, source.part.as_str()))
        .collect();
    let expected = [
        ("ER_PHA_F", ""),
        ("ER_PRS_F", "202301"),
        ("IR_BEN_R", ""),
        ("T_MCOaaB", "23"),
        ("T_MCOaaUM", "23_1"),
    ];
    assert_eq!(names, expected);
    assert_eq!(
        others,
        ["ER_PRS_F.zip", "ER_PRS_FX.csv", "T_MCO23Z.csv", "notes.txt"]
    );
}
