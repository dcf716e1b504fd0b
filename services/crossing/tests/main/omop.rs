//! `omop import`, killed and out of space. Dangers: half a snapshot; rows of persons that stay on a disk after the process
//! that let them wait there; another snapshot than an import that nobody disturbed makes. And two hospitals whose own numbers
//! make one person of two, so that one opposes and the other disappears; somebody whom the list names and no import knows.

use std::fmt::Write as _;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::*;

/// A crossing with keys, bronze and lists of the opposed, and a CDM of so many persons.
fn with(persons: u64) -> Home {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    let path = |name: &str| home.path(name).to_str().unwrap().to_owned();
    home.run(&["bronze", "init", &path("bronze")]);
    fs::write(home.path("lines"), "").unwrap();
    fs::write(home.path("first"), "system,ins,BEN_IDT_ANO\n").unwrap();
    for into in ["snapshots", "once"] {
        let arguments = [
            "opposed",
            "publish",
            "--lines",
            &path("lines"),
            "--first-step",
            &path("first"),
            "--into",
            &path(into),
        ];
        assert_eq!(home.json(&arguments).0, 0);
    }
    fs::create_dir(home.path("cdm")).unwrap();
    let mut text =
        "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id\n"
            .to_owned();
    for person in 0..persons {
        writeln!(text, "{person},8507,{},0,0", 1930 + person % 80).unwrap();
    }
    fs::write(home.path("cdm/person.csv"), &text).unwrap();
    text.clear();
    text.push_str("measurement_id,person_id,measurement_concept_id,measurement_date,measurement_type_concept_id,measurement_source_value\n");
    for row in 0..persons * 30 {
        let (person, day) = (row * 7 % persons, 1 + row % 28);
        let concept = 3_000_000 + row % 50;
        writeln!(
            text,
            "{row},{person},{concept},2021-03-{day:02},32810,code {concept}"
        )
        .unwrap();
    }
    fs::write(home.path("cdm/measurement.csv"), &text).unwrap();
    home
}

fn import(home: &Home, into: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hygie-crossing"));
    command
        .env("HYGIE_CROSSING_KEYS", home.keys())
        .args([
            "omop",
            "import",
            "--json",
            "--source",
            "here",
            "--buckets",
            "4",
        ])
        .args(["--budget", "64", "--threads", "2"])
        .arg(home.path("cdm"))
        .arg("--into")
        .arg(home.path(into))
        .arg("--bronze")
        .arg(home.path("bronze"));
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The tables of the snapshot, with every file's hash.
fn tables(home: &Home, into: &str) -> Value {
    let into = home.path(into);
    let (code, verified) = home.json(&["snapshots", "verify", into.to_str().unwrap()]);
    assert_eq!(code, 0, "{verified}");
    home.json(&["snapshots", "show", into.to_str().unwrap()]).1["tables"].take()
}

#[test]
fn an_import_that_is_killed_shows_nothing_and_the_next_comes_to_the_same_end() {
    let home = with(2000);
    let done = import(&home, "once").output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let said: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(said["taken"], json!(62_000));
    for kill in 1..=6 {
        let mut import = import(&home, "snapshots").spawn().unwrap();
        sleep(Duration::from_millis(kill * 60));
        import.kill().unwrap();
        import.wait().unwrap();
        if home.path("snapshots/1").exists() {
            break;
        }
        let (code, _) = home.json(&[
            "snapshots",
            "show",
            home.path("snapshots").to_str().unwrap(),
        ]);
        assert_ne!(code, 0, "there is none");
    }
    if !home.path("snapshots/1").exists() {
        let done = import(&home, "snapshots").output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }
    assert_eq!(tables(&home, "snapshots"), tables(&home, "once"));
    assert!(!home.path("bronze.spill").exists());
    assert!(!home.path("snapshots/.building-1").exists());
    let (code, _) = home.json(&["bronze", "verify", home.path("bronze").to_str().unwrap()]);
    assert_eq!(code, 0);
}

#[test]
fn a_full_disk_is_said_and_the_next_try_is_whole() {
    let home = with(300);
    let snapshots = home.path("snapshots");
    let aside = home.path("aside");
    fs::rename(&snapshots, &aside).unwrap();
    fs::create_dir(&snapshots).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k,mode=700", "none"])
        .arg(&snapshots)
        .output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        println!(
            "skipped: a_full_disk_is_said_and_the_next_try_is_whole (nobody may mount a small file system here)"
        );
        return;
    }
    let _mounted = Mounted(snapshots.clone());
    let copy = |from: PathBuf, to: &Path| {
        let copied = Command::new("cp")
            .arg("-a")
            .arg(from.join("."))
            .arg(to)
            .status();
        assert!(copied.unwrap().success());
    };
    copy(aside, &snapshots);
    let full = import(&home, "snapshots").output().unwrap();
    assert_eq!(full.status.code(), Some(1), "{full:?}");
    let said = String::from_utf8_lossy(&full.stderr);
    assert!(
        said.contains("No space left") && said.contains("snapshots"),
        "{said}"
    );
    assert!(!snapshots.join("1").exists());
    assert!(!home.path("bronze.spill").exists());
    let more = Command::new("mount")
        .args(["-o", "remount,size=16m"])
        .arg(&snapshots)
        .status();
    assert!(more.unwrap().success());
    let done = import(&home, "snapshots").output().unwrap();
    assert!(done.status.success(), "{done:?}");
    tables(&home, "snapshots");
}

/// Publishes that one person opposes, whom the table of the first step calls like this.
fn opposes(home: &Home, name: &str) {
    let line = json!({
        "number": 0, "at": 1, "system": "S", "ins": "1", "scope": "research", "opposed": true, "receipt": "R",
    });
    fs::write(home.path("lines"), format!("{line}\n")).unwrap();
    fs::write(
        home.path("first"),
        format!("system,ins,BEN_IDT_ANO\nS,1,{name}\n"),
    )
    .unwrap();
    let [lines, first, into] = ["lines", "first", "snapshots"].map(|name| home.text(name));
    let files = ["--lines", &lines, "--first-step", &first, "--into", &into];
    let published = home.json(&[&["opposed", "publish"][..], &files].concat());
    assert_eq!(published.0, 0, "{published:?}");
}

/// Imports a CDM of one person whom it calls 17; who was taken, and who opposes.
fn seventeen(home: &Home, said: &[&str]) -> (u64, u64) {
    let [cdm, into, bronze] = ["cdm", "snapshots", "bronze"].map(|name| home.text(name));
    let folders = ["--into", &into, "--bronze", &bronze];
    let import = ["omop", "import", &cdm];
    let (code, done) = home.json(&[&import[..], &folders, said].concat());
    assert_eq!(code, 0, "{done}");
    let count = |what: &str| done["report"][what].as_u64().unwrap();
    (count("persons"), count("opposed"))
}

/// A home with a CDM of one person whom it calls 17.
fn hospital() -> Home {
    let home = Home::new();
    home.run(&["pseudonyms", "init"]);
    home.bronze();
    fs::create_dir(home.path("cdm")).unwrap();
    let persons = "person_id,gender_concept_id,year_of_birth,race_concept_id,ethnicity_concept_id,person_source_value\n1,8507,1970,0,0,17\n";
    fs::write(home.path("cdm/person.csv"), persons).unwrap();
    home
}

#[test]
fn the_numbers_of_two_hospitals_are_two_persons_and_each_is_told_to_oppose() {
    let (north, south) = (["--source", "north"], ["--source", "south"]);
    let nation = ["--ben-idt-ano"];
    let nation_too = ["--ben-idt-ano", "--source", "north"];
    // Whoever is called so by one of them opposes, and nobody else.
    for (name, oppose) in [
        ("omop:north:value:17", [1, 0, 0, 0]),
        ("omop:south:value:17", [0, 1, 0, 0]),
        ("17", [0, 0, 1, 1]),
        // A person without a value whose number is 17: none of these.
        ("omop:north:17", [0, 0, 0, 0]),
    ] {
        // A home each: a list keeps whom the table before it named.
        let home = hospital();
        opposes(&home, name);
        let said = [&north[..], &south, &nation, &nation_too];
        let opposed = said.map(|said| seventeen(&home, said));
        assert_eq!(
            opposed,
            oppose.map(|opposed| (1 - opposed, opposed)),
            "{name}"
        );
    }
    let home = hospital();
    // Who says neither is asked; a name that could be another's is none.
    let [cdm, into, bronze] = ["cdm", "snapshots", "bronze"].map(|name| home.text(name));
    let import = ["omop", "import", &cdm, "--into", &into, "--bronze", &bronze];
    for said in [&[][..], &["--source", "north:value"], &["--source", ""]] {
        let refused = home.run(&[&import[..], said].concat());
        assert_eq!(refused.status.code(), Some(2), "{said:?}");
    }
}

struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
