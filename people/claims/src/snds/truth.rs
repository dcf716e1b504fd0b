//! What is true, written from the life and never from the layout: an importer that keeps to the rules finds these rows.
//!
//! `truth/events.csv` (`;`, UTF-8, dates `YYYY-MM-DD`, in the order of persons):
//!
//! | column | what |
//! | --- | --- |
//! | `person` | BEN_IDT_ANO |
//! | `kind` | `drug`, `procedure`, `measurement`, `device`, `condition`, `stay`, `detail`, `death` |
//! | `code` | CIP13 or UCD; CCAM, or PRS_NAT_REF of a line without refined rows; NABM; LPP; ICD-10; GHM; UM_ORD_NUM; cause or nothing |
//! | `start`, `end` | first and last day; an illness without an end has none |
//! | `quantity` | above 0; nothing for stays, conditions, deaths; nights for `detail` |
//! | `paid`, `charged` | euros with two decimals, claims only |
//! | `source` | `PHA` `UCD` `CAM` `BIO` `TIP` `PRS`, `MCO` `MCO-DP` `MCO-DR` `MCO-DAS` `MCO-A` `MCO-UM` `UM-DP` `UM-DR`, `ALD`, `BEN` `CCI` `ECD` |
//! | `nature` | PRS_NAT_REF; IMB_ALD_NUM for `ALD` |
//! | `activity` | CAM_ACT_COD; ACV_ACT for `MCO-A` |
//! | `specialty`, `performer`, `establishment` | PSE_SPE_COD, PFS_EXE_NUM, ETB_PRE_FIN |
//! | `stay` | two digits of the year of the file, `/`, ETA_NUM, `/`, RSA_NUM |
//!
//! Claims that are the same in everything but quantity and amounts are one event: lines cannot tell them apart from a
//! regularisation. A laboratory's sheet is one claim line with many analyses: its amounts stand at the analysis whose code is
//! the smallest number, the others have 0.00, so that sums over events are sums over lines.

use crate::calendar::{Day, date};
use crate::life::{Claim, Item, Life, Stay};
use crate::snds::hospital::{StayKey, keys};
use crate::snds::pages::{Files, Pages};
use crate::snds::tables::{COURSE, EVENTS, PERSONS};
use crate::snds::text;
use crate::tables::cip13;
use crate::tables::devices::DEVICES;
use crate::tables::hospital_drugs::HOSPITAL_DRUGS;
use crate::tables::laboratory::LABS;
use crate::tables::procedures::PROCEDURES;

/// All rows of one life.
pub fn tell(files: &Files, life: &Life, pages: &mut Pages) {
    claims(files, life, pages);
    stays(files, life, pages);
    rest(files, life, pages);
}

/// A code of at most 13 letters, sorted as text.
#[derive(Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Code([u8; 13]);

impl Code {
    fn new(code: &[u8]) -> Self {
        let mut bytes = [0; 13];
        bytes[..code.len()].copy_from_slice(code);
        Self(bytes)
    }

    fn text(&self) -> &[u8] {
        let end = self.0.iter().position(|&byte| byte == 0);
        &self.0[..end.unwrap_or(13)]
    }
}

/// One row; what does not apply is empty.
#[derive(Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    kind: &'static str,
    code: Code,
    start: Day,
    end: Option<Day>,
    source: &'static str,
    nature: Option<u16>,
    activity: Option<u8>,
    specialty: Option<u8>,
    performer: u32,
    establishment: u32,
    /// Year of the file, ETA_NUM, RSA_NUM.
    stay: Option<(i32, u32, u64)>,
    /// Quantity, and cents paid and charged: last, so that rows of one event come together.
    quantity: Option<u32>,
    money: Option<(u32, u32)>,
}

fn put(files: &Files, life: &Life, pages: &mut Pages, row: &Row) {
    let page = &mut pages.pages[files.truth(EVENTS)];
    page.extend_from_slice(&life.person.ano);
    for text in [row.kind.as_bytes(), row.code.text()] {
        page.push(b';');
        page.extend_from_slice(text);
    }
    for day in [Some(row.start), row.end] {
        page.push(b';');
        if let Some(day) = day {
            page.extend_from_slice(&text::iso(day));
        }
    }
    page.push(b';');
    if let Some(quantity) = row.quantity {
        text::number(page, quantity.into());
    }
    for cents in [
        row.money.map(|money| money.0),
        row.money.map(|money| money.1),
    ] {
        page.push(b';');
        if let Some(cents) = cents {
            text::hundredths(page, cents.into(), b'.');
        }
    }
    page.push(b';');
    page.extend_from_slice(row.source.as_bytes());
    for value in [
        row.nature,
        row.activity.map(u16::from),
        row.specialty.map(u16::from),
    ] {
        page.push(b';');
        if let Some(value) = value {
            text::number(page, value.into());
        }
    }
    page.push(b';');
    if row.performer != 0 {
        text::padded::<9>(page, row.performer.into());
    }
    page.push(b';');
    if row.establishment != 0 {
        text::padded::<8>(page, row.establishment.into());
    }
    page.push(b';');
    if let Some((year, hospital, number)) = row.stay {
        text::padded::<2>(page, year as u64);
        page.push(b'/');
        text::padded::<9>(page, hospital.into());
        page.push(b'/');
        text::padded::<10>(page, number);
    }
    page.push(b'\n');
    pages.events += 1;
}

fn claims(files: &Files, life: &Life, pages: &mut Pages) {
    let mut rows: Vec<Row> = Vec::with_capacity(life.claims.len() * 2);
    for claim in &life.claims {
        expand(life, claim, &mut rows);
    }
    rows.sort_unstable();
    let same = |one: &Row, other: &Row| {
        let name = |row: &Row| Row {
            quantity: None,
            money: None,
            ..*row
        };
        name(one) == name(other)
    };
    for event in rows.chunk_by(same) {
        let mut row = event[0];
        row.quantity = Some(event.iter().filter_map(|one| one.quantity).sum());
        let money = event.iter().filter_map(|one| one.money);
        row.money = Some(money.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1)));
        put(files, life, pages, &row);
    }
}

fn expand(life: &Life, claim: &Claim, rows: &mut Vec<Row>) {
    let row = Row {
        start: claim.from,
        end: Some(claim.to),
        nature: Some(claim.nature),
        specialty: Some(claim.specialty),
        performer: claim.performer,
        establishment: claim.establishment,
        quantity: Some(claim.quantity.into()),
        money: Some((claim.paid, claim.charged)),
        ..Row::default()
    };
    let is = |kind, source, code: &[u8]| Row {
        kind,
        source,
        code: Code::new(code),
        ..row
    };
    match claim.item {
        Item::Plain => rows.push(is("procedure", "PRS", claim.nature.to_string().as_bytes())),
        Item::Drug(drug) => rows.push(is("drug", "PHA", &cip13(drug))),
        Item::HospitalDrug(drug) => {
            rows.push(is(
                "drug",
                "UCD",
                HOSPITAL_DRUGS[usize::from(drug)].ucd.as_bytes(),
            ));
        }
        Item::Procedure(procedure, activity) => rows.push(Row {
            activity: Some(activity),
            ..is(
                "procedure",
                "CAM",
                PROCEDURES[usize::from(procedure)].code.as_bytes(),
            )
        }),
        Item::Device(device) => {
            rows.push(is(
                "device",
                "TIP",
                DEVICES[usize::from(device)].code.as_bytes(),
            ));
        }
        Item::Labs { first, count } => {
            let labs = &life.labs[first as usize..][..usize::from(count)];
            let codes = labs.iter().map(|&lab| LABS[usize::from(lab)].code);
            let smallest = codes.clone().min_by_key(|code| (code.len(), *code));
            rows.extend(codes.map(|code| Row {
                money: if Some(code) == smallest {
                    row.money
                } else {
                    Some((0, 0))
                },
                ..is("measurement", "BIO", code.as_bytes())
            }));
        }
    }
}

fn stays(files: &Files, life: &Life, pages: &mut Pages) {
    for (stay, key) in life.stays.iter().zip(keys(life)) {
        if stay.identified {
            for row in of_stay(stay, &key) {
                put(files, life, pages, &row);
            }
        }
    }
}

fn of_stay(stay: &Stay, key: &StayKey) -> Vec<Row> {
    let is = |kind, source, code: &str, start, end| Row {
        kind,
        source,
        code: Code::new(code.as_bytes()),
        start,
        end: Some(end),
        stay: Some((key.year % 100, key.hospital, key.number)),
        ..Row::default()
    };
    let (from, to) = (stay.from, stay.to);
    let mut rows = vec![
        is("stay", "MCO", stay.group, from, to),
        is("condition", "MCO-DP", stay.main, from, to),
    ];
    let related = stay.related.iter();
    rows.extend(related.map(|code| is("condition", "MCO-DR", code, from, to)));
    let associated = stay.associated.iter();
    rows.extend(associated.map(|code| is("condition", "MCO-DAS", code, from, to)));
    for done in &stay.procedures {
        let on = from + i32::from(done.after);
        let code = PROCEDURES[usize::from(done.procedure)].code;
        rows.push(Row {
            activity: Some(done.activity),
            quantity: Some(done.count.into()),
            ..is("procedure", "MCO-A", code, on, on)
        });
    }
    let mut start = from;
    for (order, unit) in stay.units.iter().enumerate() {
        let end = start + i32::from(unit.nights);
        rows.push(Row {
            quantity: Some(unit.nights.into()),
            ..is("detail", "MCO-UM", &(order + 1).to_string(), start, end)
        });
        rows.push(is("condition", "UM-DP", unit.main, start, end));
        let related = unit.related.iter();
        rows.extend(related.map(|code| is("condition", "UM-DR", code, start, end)));
        start = end;
    }
    rows
}

fn rest(files: &Files, life: &Life, pages: &mut Pages) {
    for illness in &life.illnesses {
        let row = Row {
            kind: "condition",
            source: "ALD",
            code: Code::new(illness.code.as_bytes()),
            start: illness.from,
            end: illness.until,
            nature: Some(illness.number.into()),
            ..Row::default()
        };
        put(files, life, pages, &row);
    }
    let mut died = String::new();
    if let Some(death) = &life.death {
        died = String::from_utf8_lossy(&text::iso(death.on)).into_owned();
        let is = |source, code: &str| Row {
            kind: "death",
            source,
            code: Code::new(code.as_bytes()),
            start: death.on,
            end: Some(death.on),
            ..Row::default()
        };
        put(files, life, pages, &is("BEN", ""));
        if let Some(cause) = death.cause {
            put(files, life, pages, &is("CCI", cause));
        }
        for code in &death.causes {
            put(files, life, pages, &is("ECD", code));
        }
    }
    let person = &life.person;
    let ano = String::from_utf8_lossy(&person.ano);
    let (year, month, _) = date(person.born);
    let sex = if person.woman { 2 } else { 1 };
    let department = person.department;
    let line = format!("{ano};{year};{month};{sex};{department};{died}\n");
    pages.pages[files.truth(PERSONS)].extend_from_slice(line.as_bytes());
    for &(event, day) in life.course.events() {
        let name = crate::hazards::hazards()[event as usize].name;
        let page = &mut pages.pages[files.truth(COURSE)];
        page.extend_from_slice(format!("{ano};{name};").as_bytes());
        page.extend_from_slice(&text::iso(day));
        page.push(b'\n');
    }
}
