//! Stays as the PMSI MCO has them: a file of stays, one that joins them to persons, and their diagnoses, procedures and units.

use std::collections::BTreeMap;

use crate::calendar::{age, date};
use crate::life::{Life, Stay};
use crate::random::{Purpose, Random};
use crate::snds::form::Form;
use crate::snds::pages::{Files, Pages};
use crate::snds::tables::{A, B, C, D, UM};
use crate::snds::text;
use crate::tables::procedures::PROCEDURES;

/// The key of a stay, which is unique within the year in which it ended and comes again in others.
pub struct StayKey {
    /// The year of the file.
    pub year: i32,
    /// ETA_NUM.
    pub hospital: u32,
    /// RSA_NUM.
    pub number: u64,
}

/// The keys of a life's stays, in their order.
pub fn keys(life: &Life) -> Vec<StayKey> {
    let mut years = BTreeMap::new();
    let stays = life.stays.iter().map(|stay| {
        let year = date(stay.to).0;
        let count = years.entry(year).or_insert(0);
        *count += 1;
        StayKey {
            year,
            hospital: stay.hospital,
            number: life.person.number * 64 + *count,
        }
    });
    stays.collect()
}

/// Where rows go, and how they are spelt.
struct Clerk<'c> {
    form: &'c Form,
    files: &'c Files,
    key: &'c StayKey,
    pages: &'c mut Pages,
}

/// A cell.
enum Cell<'c> {
    Text(&'c str),
    Number(u64),
    Bytes(&'c [u8]),
}

/// All stays of a life.
pub fn file(form: &Form, files: &Files, life: &Life, pages: &mut Pages, seed: u64) {
    let mut random = Random::new(seed, Purpose::Lag, life.person.number);
    for (stay, key) in life.stays.iter().zip(&keys(life)) {
        let mut clerk = Clerk {
            form,
            files,
            key,
            pages,
        };
        clerk.stay(life, stay);
        clerk.join(life, stay, &mut random);
        clerk.children(stay);
    }
}

impl Clerk<'_> {
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) {
        let page = &mut self.pages.pages[self.files.yearly(table, self.key.year)];
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                page.push(self.form.separator);
            }
            match cell {
                Cell::Text(text) => page.extend_from_slice(text.as_bytes()),
                Cell::Number(number) => text::number(page, *number),
                Cell::Bytes(bytes) => page.extend_from_slice(bytes),
            }
        }
        page.push(b'\n');
        self.pages.rows += 1;
    }

    /// ETA_NUM and RSA_NUM.
    fn names(&self) -> (Vec<u8>, Vec<u8>) {
        let (mut hospital, mut number) = (Vec::new(), Vec::new());
        text::padded::<9>(&mut hospital, self.key.hospital.into());
        text::padded::<10>(&mut number, self.key.number);
        (hospital, number)
    }

    fn stay(&mut self, life: &Life, stay: &Stay) {
        let (hospital, number) = self.names();
        let (year, month, _) = date(stay.to);
        let procedures = stay
            .procedures
            .iter()
            .map(|procedure| u64::from(procedure.count))
            .sum();
        self.row(
            B,
            &[
                Cell::Number(age(life.person.born, stay.from) as u64),
                Cell::Text(if life.person.woman { "2" } else { "1" }),
                Cell::Text(stay.main),
                Cell::Text(stay.related.unwrap_or_default()),
                Cell::Bytes(&hospital),
                Cell::Text(stay.group),
                Cell::Number(procedures),
                Cell::Number(1 + stay.associated.len() as u64),
                Cell::Number(stay.units.len() as u64),
                Cell::Bytes(&number),
                Cell::Number((stay.to - stay.from) as u64),
                Cell::Number(year as u64),
                Cell::Text(MONTHS[month as usize - 1]),
            ],
        );
    }

    /// The row that says whose stay it is. Where the hospital did not know, one of nine return codes is not 0.
    fn join(&mut self, life: &Life, stay: &Stay, random: &mut Random) {
        let (hospital, number) = self.names();
        let mut codes = ["0"; 9];
        let fault = random.below(9) as usize;
        if !stay.identified {
            codes[fault] = ["1", "9"][random.below(2) as usize];
        }
        let mut nir: &[u8] = life.person.nir(stay.from);
        if !stay.identified && fault == 5 {
            nir = b"xxxxxxxxxxxxxxxxx";
        }
        let (year, month, _) = date(stay.to);
        let (entry, exit) = (
            written(text::compact, stay.from),
            written(text::compact, stay.to),
        );
        let (from, to) = (written(text::sas, stay.from), written(text::sas, stay.to));
        self.row(
            C,
            &[
                Cell::Text(codes[0]),
                Cell::Text(codes[1]),
                Cell::Text(codes[2]),
                Cell::Bytes(&entry),
                Cell::Bytes(&hospital),
                Cell::Bytes(&from),
                Cell::Bytes(&to),
                Cell::Text(codes[3]),
                Cell::Text(codes[4]),
                Cell::Bytes(nir),
                Cell::Text(codes[5]),
                Cell::Text(codes[6]),
                Cell::Number(life.person.rank.into()),
                Cell::Bytes(&number),
                Cell::Text(codes[7]),
                Cell::Text(codes[8]),
                Cell::Number(year as u64),
                Cell::Bytes(&exit),
                Cell::Text(MONTHS[month as usize - 1]),
            ],
        );
    }

    fn children(&mut self, stay: &Stay) {
        let (hospital, number) = self.names();
        for (order, code) in stay.associated.iter().enumerate() {
            let order = Cell::Number(order as u64 + 1);
            let cells = [
                Cell::Text(code),
                order,
                Cell::Bytes(&hospital),
                Cell::Bytes(&number),
            ];
            self.row(D, &cells);
        }
        for procedure in &stay.procedures {
            self.row(
                A,
                &[
                    Cell::Number(procedure.activity.into()),
                    Cell::Text(PROCEDURES[usize::from(procedure.procedure)].code),
                    Cell::Number(procedure.after.into()),
                    Cell::Bytes(&hospital),
                    Cell::Number(procedure.count.into()),
                    Cell::Text("0"),
                    Cell::Bytes(&number),
                ],
            );
        }
        for (order, unit) in stay.units.iter().enumerate() {
            self.row(
                UM,
                &[
                    Cell::Text(unit.main),
                    Cell::Text(unit.related.unwrap_or_default()),
                    Cell::Bytes(&hospital),
                    Cell::Number(unit.nights.into()),
                    Cell::Bytes(&number),
                    Cell::Number(order as u64 + 1),
                ],
            );
        }
    }
}

const MONTHS: [&str; 12] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12",
];

fn written(spell: fn(&mut Vec<u8>, i32), day: i32) -> Vec<u8> {
    let mut bytes = Vec::new();
    spell(&mut bytes, day);
    bytes
}
