//! Months of flow appended to a snapshot, each by a program that is killed at some moment and started again.
//!
//! Dangers: a month appended that tells another history than all months at once; half a snapshot; somebody who opposes
//! between two months and stays in a byte; what is kept between imports that names somebody in the open.
//! Not a failure: a program that was done before it was killed, and then has nothing to do.

use super::*;

impl Crossing {
    fn append_command(&self, from: &str) -> Command {
        let [from, into, bronze, nomenclatures] =
            [from, "snapshots", "bronze", "claims/nomenclatures"].map(|name| self.text(name));
        let mut arguments = vec![
            "snds", "append", &from, "--into", &into, "--bronze", &bronze,
        ];
        if Path::new(&nomenclatures).is_dir() {
            arguments.extend(["--nomenclatures", &nomenclatures]);
        }
        self.command(&arguments)
    }

    fn append(&self, from: &str) -> Value {
        let output = self.append_command(from).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Takes the files of the last months of flow out of the claims, each month into a folder of its own.
    fn held_back(&self, months: usize) -> Vec<String> {
        let month = |path: &Path| {
            let stem = path.file_stem()?.to_str()?.strip_prefix("ER_")?;
            Some(stem.rsplit('_').next()?.to_owned())
        };
        let files: Vec<PathBuf> = fs::read_dir(self.path("claims"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        let all: BTreeSet<String> = files.iter().filter_map(|path| month(path)).collect();
        let last: Vec<String> = all.into_iter().rev().take(months).collect();
        for path in &files {
            let Some(month) = month(path).filter(|month| last.contains(month)) else {
                continue;
            };
            fs::create_dir_all(self.path(&month)).unwrap();
            fs::rename(path, self.path(&month).join(path.file_name().unwrap())).unwrap();
        }
        last.into_iter().rev().collect()
    }

    /// Appends a month by a program that is killed, and by one that is not.
    fn append_twice(&self, month: &str, killed_after: Duration) {
        let before = self.manifest("snapshots");
        let mut child = self
            .append_command(month)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(killed_after);
        child.kill().unwrap();
        child.wait().unwrap();
        let report = self.append(month);
        let after = self.manifest("snapshots");
        assert_eq!(after["continues"], before["number"]);
        let appended = &report["report"]["appended"];
        if appended["nothing"] == false {
            println!(
                "{month}: {} files linked, {} written, {} rows, {} s",
                appended["linked"],
                appended["written"],
                appended["written_rows"],
                report["seconds"]
            );
        }
    }

    /// Who opposes by now is nowhere after the next one, even if it brings nothing else.
    fn oppose_between(&self, test: &str, month: &str) {
        let persons = fs::read_to_string(self.path("claims/truth/persons.csv")).unwrap();
        let persons = persons.lines().skip(1).step_by(100);
        let opposed: Vec<String> = persons
            .map(|line| line.split(';').next().unwrap().to_owned())
            .collect();
        self.oppose(&opposed);
        let report = self.append(month);
        let appended = &report["report"]["appended"];
        assert!(appended["forgotten"].as_u64().unwrap() > 0, "{report}");
        let [before, after] = ["4", "5"].map(|number| {
            let folder = self.text("snapshots");
            let manifest = self.done(&["snapshots", "show", &folder, "--number", number]);
            rows(&manifest, "person")
        });
        assert_eq!(before - after, opposed.len() as u64);
        let folders = ["snapshots/5", "bronze", "bronze.units"];
        let list = "snapshots/opposed-2";
        self.nowhere(list, opposed.len(), &folders);
        // Pages are pressed: their columns are read too, and where they still are they are found.
        let [four, five] =
            ["snapshots/4", "snapshots/5"].map(|snapshot| self.of_list(test, snapshot, list));
        if let Some((four, five)) = four.zip(five) {
            assert_eq!(four["pseudonyms"], opposed.len());
            assert_eq!(five["pseudonyms"], 0);
        }
    }

    /// Who opposes by now is nowhere after a renewal, neither in what is kept, and the next month continues it.
    fn oppose_and_renew(&self) {
        let persons = fs::read_to_string(self.path("claims/truth/persons.csv")).unwrap();
        let persons = persons.lines().skip(1).step_by(50);
        let opposed: Vec<String> = persons
            .map(|line| line.split(';').next().unwrap().to_owned())
            .collect();
        self.oppose(&opposed);
        let [snapshots, bronze] = ["snapshots", "bronze"].map(|name| self.text(name));
        let rows = || {
            self.done(&["bronze", "verify", &bronze])["rows"]
                .as_u64()
                .unwrap()
        };
        let before = rows();
        let told = self.done(&["snapshots", "renew", &snapshots, "--bronze", &bronze]);
        let lost = told["bronze"]["rows"].as_u64().unwrap();
        assert!(
            lost > 0 && told["bronze"]["bytes"].as_u64().unwrap() > 0,
            "{told}"
        );
        assert_eq!(before - lost, rows());
        assert!(told["units"]["written"].as_u64().unwrap() > 0, "{told}");
        assert!(!self.path("bronze.units/5").exists());
        self.nowhere("snapshots/opposed-3", opposed.len(), &["snapshots/6"]);
        println!("renewed: {told}");
    }

    /// What is kept between imports names nobody in the open.
    fn nothing_in_the_open(&self) {
        let persons = fs::read_to_string(self.path("claims/IR_BEN_R.csv")).unwrap();
        let person = persons.lines().nth(1).unwrap();
        let number = person.split(';').next().unwrap().as_bytes();
        for entry in fs::read_dir(self.path("bronze.units/5")).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(number.len()).any(|part| part == number));
            assert!(!bytes.windows(8).any(|part| part == b"provider"));
        }
    }
}

#[test]
fn months_appended_one_by_one_tell_the_histories_even_when_they_are_killed() {
    const TEST: &str = "months_appended_one_by_one_tell_the_histories_even_when_they_are_killed";
    let crossing = Crossing::with(1500);
    let months = crossing.held_back(3);
    crossing.import();
    let mut chance = Chance::of(Chance::seed("HYGIE_CLAIMS_SEED"), 2);
    for month in &months {
        crossing.append_twice(month, Duration::from_millis(chance.below(1500)));
    }
    crossing.truth(TEST, "snapshots/4");
    hub(&crossing, "snapshots", &crossing.manifest("snapshots"));
    crossing.oppose_between(TEST, &months[2]);
    crossing.nothing_in_the_open();
    crossing.oppose_and_renew();
    let report = crossing.append(&months[2]);
    assert_eq!(report["report"]["appended"]["nothing"], true, "{report}");
    crossing.done(&["bronze", "verify", &crossing.text("bronze")]);
}
