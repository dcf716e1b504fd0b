//! Stays: the return codes, and child tables joined one by one.

use std::collections::BTreeMap;
use std::path::Path;

use crate::main::naive::{Persons, date, later};
use crate::main::reading::{Row, rows};

/// Who, from when, until when.
type Stays = BTreeMap<(String, String), (String, String, String)>;

/// One year of the PMSI.
struct Year<'y> {
    folder: &'y Path,
    name: &'static str,
    stays: Stays,
    found: &'y mut Vec<Vec<String>>,
}

fn of(row: &Row) -> (String, String) {
    (row["ETA_NUM"].clone(), row["RSA_NUM"].clone())
}

/// The rows of stays, as the truth has them without amounts.
pub fn stays(folder: &Path, persons: &Persons, found: &mut Vec<Vec<String>>) {
    for name in ["22", "23"] {
        let mut year = Year {
            folder,
            name,
            stays: Stays::new(),
            found,
        };
        for row in year.table("C") {
            let mut codes = row.iter().filter(|cell| cell.0.ends_with("_RET"));
            if codes.all(|cell| cell.1 == "0") {
                let person = &persons[&(row["NIR_ANO_17"].clone(), row["RNG_BEN"].clone())];
                let [from, to] =
                    [&row["EXE_SOI_DTD"], &row["EXE_SOI_DTF"]].map(|text| date(text).unwrap());
                year.stays.insert(of(&row), (person.clone(), from, to));
            }
        }
        year.stays_and_diagnoses();
        year.procedures();
        year.units();
    }
}

impl Year<'_> {
    fn table(&self, table: &str) -> Vec<Row> {
        rows(self.folder, &format!("T_MCO{}{table}", self.name), b';')
    }

    fn put(
        &mut self,
        row: &Row,
        kind: &str,
        code: &str,
        dates: [&str; 2],
        quantity: &str,
        source: &str,
    ) {
        let Some((person, _, _)) = self.stays.get(&of(row)) else {
            return;
        };
        let stay = format!("{}/{}/{}", self.name, row["ETA_NUM"], row["RSA_NUM"]);
        let cells = [
            person, kind, code, dates[0], dates[1], quantity, source, "", &stay,
        ];
        self.found.push(cells.map(str::to_owned).to_vec());
    }

    fn dates(&self, row: &Row) -> Option<(String, String)> {
        let stay = self.stays.get(&of(row))?;
        Some((stay.1.clone(), stay.2.clone()))
    }

    fn stays_and_diagnoses(&mut self) {
        for row in self.table("B") {
            let Some((from, to)) = self.dates(&row) else {
                continue;
            };
            self.put(&row, "stay", &row["GRG_GHM"], [&from, &to], "", "MCO");
            self.put(
                &row,
                "condition",
                &row["DGN_PAL"],
                [&from, &to],
                "",
                "MCO-DP",
            );
            if !row["DGN_REL"].is_empty() {
                self.put(
                    &row,
                    "condition",
                    &row["DGN_REL"],
                    [&from, &to],
                    "",
                    "MCO-DR",
                );
            }
        }
        for row in self.table("D") {
            let Some((from, to)) = self.dates(&row) else {
                continue;
            };
            self.put(
                &row,
                "condition",
                &row["ASS_DGN"],
                [&from, &to],
                "",
                "MCO-DAS",
            );
        }
    }

    fn procedures(&mut self) {
        for row in self.table("A") {
            let Some((from, _)) = self.dates(&row) else {
                continue;
            };
            let on = later(&from, row["ENT_DAT_DEL"].parse().unwrap());
            self.put(
                &row,
                "procedure",
                &row["CDC_ACT"],
                [&on, &on],
                &row["NBR_EXE_ACT"],
                "MCO-A",
            );
        }
    }

    fn units(&mut self) {
        let mut units = self.table("UM");
        units.sort_by_key(|row| (of(row), row["UM_ORD_NUM"].parse::<i32>().unwrap()));
        let mut begun = BTreeMap::new();
        for row in units {
            let Some((from, _)) = self.dates(&row) else {
                continue;
            };
            let start: String = begun.remove(&of(&row)).unwrap_or(from);
            let end = later(&start, row["PAR_DUR_SEJ"].parse().unwrap());
            let nights = &row["PAR_DUR_SEJ"];
            self.put(
                &row,
                "detail",
                &row["UM_ORD_NUM"],
                [&start, &end],
                nights,
                "MCO-UM",
            );
            self.put(
                &row,
                "condition",
                &row["DGN_PAL"],
                [&start, &end],
                "",
                "UM-DP",
            );
            if !row["DGN_REL"].is_empty() {
                self.put(
                    &row,
                    "condition",
                    &row["DGN_REL"],
                    [&start, &end],
                    "",
                    "UM-DR",
                );
            }
            begun.insert(of(&row), end);
        }
    }
}
