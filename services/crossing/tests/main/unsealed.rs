//! Sealed raw rows opened and read by their tags, before and after somebody opposes, over the real program.
//!
//! Dangers covered: a row of an opposed person that stays, or one that is kept without his tag so that nobody finds it; a row of
//! somebody else that goes with his; all rows gone, since the folder was called `.` or `..`.
//! Not a failure: a row that names nobody has no tag, and stays.

use std::collections::BTreeMap;
use std::fs;

use hygie_bronze::{Bronze, Key};
use serde_json::json;

use crate::{Home, of};

const KEY: &str = "DCT_ORD_NUM;FLX_DIS_DTD;FLX_EMT_NUM;FLX_EMT_ORD;FLX_EMT_TYP;FLX_TRT_DTD;ORG_CLE_NUM;PRS_ORD_NUM;REM_TYP_AFF";

/// A key that differs by its first column.
fn key(number: u32) -> String {
    format!("{number};2023-02-01;1;1;08;2023-01-20;01C;1;01")
}

/// Two persons, each with a line and its drug, an illness, a stay with its diagnosis, and a cause of death; a line of nobody's.
fn files(home: &Home) {
    let folder = home.path("claims");
    fs::create_dir(&folder).unwrap();
    let write = |name: &str, header: &str, rows: &[String]| {
        fs::write(
            folder.join(name),
            format!("{header}\n{}\n", rows.join("\n")),
        )
        .unwrap();
    };
    let both = |row: &dyn Fn(u32) -> String| [1, 2].map(row).to_vec();
    write(
        "IR_BEN_R.csv",
        "BEN_NIR_PSA;BEN_RNG_GEM;BEN_IDT_ANO;BEN_CDI_NIR;BEN_NAI_ANN;BEN_NAI_MOI;BEN_SEX_COD;BEN_RES_DPT;BEN_DCD_DTE",
        &both(&|at| format!("NUMBER{at};1;PERSON{at};00;1950;04;1;075;01/03/2023")),
    );
    let mut lines = both(&|at| {
        format!(
            "NUMBER{at};1;1;1950;075;2023-01-10;2023-01-10;3313;0;0;0;1;9.50;6.00;001000001;1;;{}",
            key(at)
        )
    });
    lines.push(format!(
        ";1;1;1950;075;2023-01-10;2023-01-10;3313;0;0;0;1;9.50;6.00;001000001;1;;{}",
        key(3)
    ));
    write(
        "ER_PRS_F_202302.csv",
        &format!(
            "BEN_NIR_PSA;BEN_RNG_GEM;BEN_SEX_COD;BEN_NAI_ANN;BEN_RES_DPT;EXE_SOI_DTD;EXE_SOI_DTF;PRS_NAT_REF;DPN_QLF;PRS_DPN_QLP;CPL_MAJ_TOP;PRS_ACT_QTE;PRS_PAI_MNT;BSE_REM_MNT;PFS_EXE_NUM;PSE_SPE_COD;ETB_PRE_FIN;{KEY}"
        ),
        &lines,
    );
    write(
        "ER_PHA_F_202302.csv",
        &format!("PHA_PRS_C13;PHA_ACT_QSN;{KEY}"),
        &both(&|at| format!("3400930000000;2;{}", key(at))),
    );
    write(
        "IR_IMB_R.csv",
        "BEN_NIR_PSA;BEN_RNG_GEM;IMB_ALD_DTD;IMB_ALD_DTF;IMB_ALD_NUM;IMB_ETM_NAT;MED_MTF_COD;MED_NCL_IDT",
        &both(&|at| format!("NUMBER{at};1;2020-01-01;;8;41;E119;CIM10")),
    );
    write(
        "T_MCO23C.csv",
        "ETA_NUM;RSA_NUM;NIR_ANO_17;RNG_BEN;EXE_SOI_DTD;EXE_SOI_DTF;NIR_RET;NAI_RET;SEX_RET;SEJ_RET;FHO_RET;PMS_RET;DAT_RET;COH_NAI_RET;COH_SEX_RET",
        &both(&|at| format!("750000001;{at};NUMBER{at};1;2023-02-01;2023-02-03;0;0;0;0;0;0;0;0;0")),
    );
    write(
        "T_MCO23B.csv",
        "ETA_NUM;RSA_NUM;DGN_PAL;DGN_REL;GRG_GHM",
        &both(&|at| format!("750000001;{at};I210;;05M041")),
    );
    write(
        "KI_CCI_R.csv",
        "BEN_IDT_ANO;BEN_DCD_DTE;DCD_CIM_COD",
        &both(&|at| format!("PERSON{at};2023-03-01;I219")),
    );
}

/// A raw row, and whose tag it bears.
type Raw = (Option<[u8; 16]>, String);

/// Of each table, the raw rows with their tags.
fn unsealed(home: &Home) -> BTreeMap<String, Vec<Raw>> {
    let key = Key::read(&home.keys().join("bronze.key")).unwrap();
    let bronze = Bronze::open(&home.path("bronze"), key, 1).unwrap();
    let mut tables = BTreeMap::<String, Vec<_>>::new();
    for part in bronze.parts().unwrap() {
        let mut reader = bronze.read(&part.table, &part.part).unwrap();
        while let Some(row) = reader.next_row().unwrap() {
            let text = String::from_utf8_lossy(row.raw).into_owned();
            let rows = tables.entry(part.table.clone()).or_default();
            rows.push((row.person, text));
        }
    }
    tables
}

/// Publishes that these persons of the insurer's table oppose.
fn oppose(home: &Home, persons: &[&str]) {
    let line = |(at, _): (usize, &&str)| {
        json!({
            "number": at, "at": 1, "system": "s", "ins": at.to_string(), "scope": "research", "opposed": true, "receipt": "R",
        })
    };
    let lines: Vec<_> = persons.iter().enumerate().map(line).collect();
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let steps = persons.iter().enumerate();
    let steps: String = steps
        .map(|(at, person)| format!("s;{at};{person}\n"))
        .collect();
    fs::write(home.path("lines"), lines).unwrap();
    fs::write(
        home.path("steps"),
        format!("system;ins;BEN_IDT_ANO\n{steps}"),
    )
    .unwrap();
    let [lines, steps, snapshots] =
        ["lines", "steps", "snapshots"].map(|name| home.path(name).to_str().unwrap().to_owned());
    let publish = [
        "opposed",
        "publish",
        "--lines",
        &lines,
        "--first-step",
        &steps,
        "--into",
        &snapshots,
    ];
    assert_eq!(home.json(&publish).0, 0);
}

#[test]
fn a_raw_row_of_whom_opposes_stays_or_another_goes_with_it() {
    let home = Home::new();
    files(&home);
    home.run(&["pseudonyms", "init"]);
    let path = |name: &str| home.path(name).to_str().unwrap().to_owned();
    let [claims, bronze, snapshots] = ["claims", "bronze", "snapshots"].map(path);
    home.run(&["bronze", "init", &bronze]);
    let oppose = |persons: &[&str]| oppose(&home, persons);
    let import = || {
        let arguments = [
            "snds", "import", &claims, "--into", &snapshots, "--bronze", &bronze,
        ];
        let (code, told) = home.json(&arguments);
        assert_eq!((code, &told["rejected"]), (1, &json!(1)), "{told}");
    };
    let names = ["PERSON1", "PERSON2"].map(|id| of(&home.keys(), id));
    // Each once; what names nobody is not asked here.
    let tags = |rows: &[Raw]| {
        let mut tags: Vec<_> = rows.iter().filter_map(|row| row.0).collect();
        tags.sort_unstable();
        tags
    };
    let mut all = names.to_vec();
    all.sort_unstable();
    oppose(&[]);
    import();
    let before = unsealed(&home);
    assert_eq!(before.len(), 7);
    for (table, rows) in &before {
        assert_eq!(tags(rows), all, "{table}");
    }
    let untagged = |rows: &[Raw]| rows.iter().any(|row| row.0.is_none());
    assert!(untagged(&before["ER_PRS_F"]));
    oppose(&["PERSON1"]);
    import();
    let after = unsealed(&home);
    assert_eq!(after.len(), 7);
    for (table, rows) in &before {
        let left = rows.iter().filter(|row| row.0 != Some(names[0]));
        assert_eq!(after[table], left.cloned().collect::<Vec<_>>(), "{table}");
        let theirs = |row: &Raw| row.1.contains("NUMBER1") || row.1.contains("PERSON1");
        assert!(!after[table].iter().any(theirs), "{table}");
    }
}

#[test]
fn rows_are_gone_when_their_folder_is_called_by_no_name() {
    let home = Home::new();
    files(&home);
    home.run(&["pseudonyms", "init"]);
    let [claims, snapshots] = ["claims", "snapshots"].map(|name| home.text(name));
    home.bronze();
    oppose(&home, &[]);
    let import = |folder: &str, bronze: &str| {
        let arguments = [
            "snds", "import", &claims, "--into", &snapshots, "--bronze", bronze,
        ];
        let (code, told) = home.json_in(folder, &arguments);
        assert_eq!((code, &told["rejected"]), (1, &json!(1)), "{told}");
    };
    import("", "bronze");
    let kept = unsealed(&home);
    assert_eq!(kept.len(), 7);
    for (folder, bronze) in [("bronze", "."), ("bronze/ER_PRS_F", ".."), ("", "bronze/.")] {
        import(folder, bronze);
        assert_eq!(unsealed(&home), kept, "{bronze}");
        assert!(home.path("bronze.units").is_dir());
    }
    cdm_into_this_folder(&home, &snapshots);
    let here = unsealed(&home).len();
    assert_eq!(here, kept.len() + 1, "and the CDM's table");
    let persons = home.table("NUMBER1;1;PERSON1;1\n");
    let rotated = home.rotate_in("bronze", &persons, &["--bronze", "."]);
    assert_eq!(rotated.0, 0);
    let (code, told) = home.json_in("bronze", &["bronze", "retag", "."]);
    assert_eq!((code, &told["units_deleted"]), (0, &json!(true)), "{told}");
    assert!(!home.path("bronze.units").exists());
    assert_eq!(unsealed(&home).len(), here);
}

fn cdm_into_this_folder(home: &Home, snapshots: &str) {
    fs::create_dir(home.path("cdm")).unwrap();
    let persons = "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id,person_source_value\n1,8507,1970,0,0,P1\n";
    fs::write(home.path("cdm/person.csv"), persons).unwrap();
    let cdm = home.text("cdm");
    let arguments = [
        "omop",
        "import",
        &cdm,
        "--ben-idt-ano",
        "--into",
        snapshots,
        "--bronze",
        ".",
    ];
    let (code, told) = home.json_in("bronze", &arguments);
    assert_eq!(code, 0, "{told}");
}
