//! A claim line of ER_PRS_F with its refined rows, all under one key of nine columns.

use crate::calendar::Day;
use crate::life::{Claim, Item, Life};
use crate::person::Person;
use crate::snds::form::Form;
use crate::snds::pages::{Files, Pages};
use crate::snds::tables::{BIO, CAM, ETE, PHA, PRS, TIP, UCD};
use crate::snds::text::{self, Dates};
use crate::tables::cip13;
use crate::tables::devices::DEVICES;
use crate::tables::hospital_drugs::HOSPITAL_DRUGS;
use crate::tables::laboratory::LABS;
use crate::tables::procedures::PROCEDURES;

/// How a line differs from the claim it is about.
#[derive(Clone, Copy)]
pub struct Line {
    /// PRS_ACT_QTE, and the quantity of the refined rows: negative where a line is taken back.
    pub quantity: i64,
    /// Cents.
    pub charged: i64,
    pub paid: i64,
    /// CPL_MAJ_TOP.
    pub majoration: u8,
    /// DPN_QLF and PRS_DPN_QLP.
    pub qualifiers: (u8, u8),
    /// ETE_IND_TAA, where there is a row of ER_ETE_F.
    pub activity_price: Option<u8>,
}

impl Line {
    /// Just as the claim is.
    pub fn of(claim: &Claim) -> Self {
        let hospital = matches!(claim.item, Item::HospitalDrug(_));
        Self {
            quantity: claim.quantity.into(),
            charged: claim.charged.into(),
            paid: claim.paid.into(),
            majoration: 0,
            qualifiers: (0, 0),
            activity_price: hospital.then_some(2),
        }
    }

    /// Taken back.
    pub fn back(self) -> Self {
        Self {
            quantity: -self.quantity,
            charged: -self.charged,
            paid: -self.paid,
            ..self
        }
    }
}

/// Writes one person's lines; knows the statement ("décompte") that is being written.
pub struct Teller<'t> {
    pub form: &'t Form,
    pub files: &'t Files,
    pub dates: &'t Dates,
    pub life: &'t Life,
    /// The columns of the person, under his first and his second number.
    who: [Vec<u8>; 2],
    statements: u64,
    lines: u64,
    /// The month of flow.
    month: usize,
    /// The day it came into the insurer's system.
    treated: Day,
    key: Vec<u8>,
}

impl<'t> Teller<'t> {
    pub fn new(form: &'t Form, files: &'t Files, dates: &'t Dates, life: &'t Life) -> Self {
        let who = [0, 1].map(|at| columns(form, &life.person, at));
        Self {
            form,
            files,
            dates,
            life,
            who,
            statements: 0,
            lines: 0,
            month: 1,
            treated: 0,
            key: Vec::with_capacity(80),
        }
    }

    /// What follows is another statement, made available `lag` months after the month of `on`.
    pub fn statement(&mut self, on: Day, lag: usize) {
        self.statements += 1;
        self.lines = 0;
        self.month = self.files.month(on) + lag;
        let begun = self.files.first_of(self.month - 1);
        self.treated = on.max(begun + (self.statements % 28) as i32);
    }

    /// The month of flow of the statement.
    pub fn month(&self) -> usize {
        self.month
    }

    /// The key of the next line. Neighbours in the numbering have the same numbers of statements and differ in the zero of
    /// FLX_EMT_NUM only: who reads keys as numbers joins one's drugs to the other's lines.
    fn make_key(&mut self) {
        let separator = self.form.separator;
        let pair = self.life.person.number / 2;
        let odd = self.life.person.number % 2 == 1;
        let key = &mut self.key;
        key.clear();
        text::padded::<9>(key, pair % 1_000_000 * 1000 + self.statements % 1000);
        key.push(separator);
        key.extend_from_slice(self.dates.of(self.files.first_of(self.month)));
        key.push(separator);
        key.extend_from_slice(if odd { b"03" } else { b"3" });
        key.push(separator);
        text::padded::<4>(key, pair / 1_000_000 * 10 + self.statements / 1000);
        key.extend_from_slice(&[separator, b'0', b'8', separator]);
        key.extend_from_slice(self.dates.of(self.treated));
        key.extend_from_slice(&[separator, b'0', b'1', b'C']);
        key.extend_from_slice(self.life.person.department.as_bytes());
        key.extend_from_slice(b"000");
        key.push(separator);
        self.lines += 1;
        text::padded::<5>(key, self.lines);
        key.extend_from_slice(&[separator, b'0', b'1', b'\n']);
    }

    /// The key of the line written last.
    pub fn key(&self) -> &[u8] {
        &self.key[..self.key.len() - 1]
    }

    /// One line and its refined rows.
    pub fn write(&mut self, pages: &mut Pages, claim: &Claim, line: &Line) {
        self.make_key();
        let renumbered = self.life.person.renumbered;
        let second = renumbered.is_none_or(|day| claim.from >= day);
        let who = &self.who[usize::from(second)];
        let page = &mut pages.pages[self.files.monthly(PRS, self.month)];
        let separator = self.form.separator;
        let mark = if self.form.decimal_comma { b',' } else { b'.' };
        page.extend_from_slice(who);
        page.extend_from_slice(self.dates.of(claim.from));
        page.push(separator);
        page.extend_from_slice(self.dates.of(claim.to));
        page.push(separator);
        text::hundredths(page, line.paid, mark);
        page.push(separator);
        text::hundredths(page, line.quantity * 100, mark);
        page.push(separator);
        text::hundredths(page, line.charged, mark);
        page.push(separator);
        for value in [line.majoration, line.qualifiers.0, line.qualifiers.1] {
            text::number(page, value.into());
            page.push(separator);
        }
        text::number(page, claim.nature.into());
        page.push(separator);
        if claim.establishment != 0 {
            text::padded::<8>(page, claim.establishment.into());
        }
        page.push(separator);
        if claim.performer != 0 {
            text::padded::<9>(page, claim.performer.into());
        }
        page.push(separator);
        text::number(page, claim.specialty.into());
        page.push(separator);
        page.extend_from_slice(&self.key);
        pages.lines += 1;
        pages.rows += 1;
        self.refined(pages, claim, line);
    }

    fn refined(&self, pages: &mut Pages, claim: &Claim, line: &Line) {
        if let Some(indicator) = line.activity_price {
            let page = self.page(pages, ETE);
            if claim.establishment != 0 {
                text::padded::<8>(page, claim.establishment.into());
            }
            page.extend_from_slice(&[self.form.separator, b'0', self.form.separator]);
            text::number(page, indicator.into());
            self.end(pages, ETE);
        }
        let quantity = line.quantity;
        match claim.item {
            Item::Plain => {}
            Item::Drug(drug) => {
                let page = self.page(pages, PHA);
                self.price(page, line);
                text::signed(page, quantity);
                self.cells(page, &[b"1", &cip13(drug)]);
                self.end(pages, PHA);
            }
            Item::HospitalDrug(drug) => {
                let page = self.page(pages, UCD);
                text::signed(page, quantity);
                self.cells(
                    page,
                    &[b"1", HOSPITAL_DRUGS[usize::from(drug)].ucd.as_bytes()],
                );
                self.end(pages, UCD);
            }
            Item::Procedure(procedure, activity) => {
                let page = self.page(pages, CAM);
                text::number(page, activity.into());
                self.cells(
                    page,
                    &[
                        b"1",
                        PROCEDURES[usize::from(procedure)].code.as_bytes(),
                        b"0",
                    ],
                );
                self.end(pages, CAM);
            }
            Item::Device(device) => {
                let page = self.page(pages, TIP);
                self.price(page, line);
                text::signed(page, quantity);
                self.cells(page, &[b"1", DEVICES[usize::from(device)].code.as_bytes()]);
                self.end(pages, TIP);
            }
            Item::Labs { first, count } => {
                let labs = &self.life.labs[first as usize..][..usize::from(count)];
                for (order, &lab) in labs.iter().enumerate() {
                    let page = self.page(pages, BIO);
                    text::signed(page, quantity);
                    page.push(self.form.separator);
                    text::number(page, order as u64 + 1);
                    self.cells(page, &[LABS[usize::from(lab)].code.as_bytes()]);
                    self.end(pages, BIO);
                }
            }
        }
    }

    fn page<'p>(&self, pages: &'p mut Pages, table: usize) -> &'p mut Vec<u8> {
        &mut pages.pages[self.files.monthly(table, self.month)]
    }

    /// Cells after another.
    fn cells(&self, page: &mut Vec<u8>, cells: &[&[u8]]) {
        for cell in cells {
            page.push(self.form.separator);
            page.extend_from_slice(cell);
        }
    }

    /// The price of one.
    fn price(&self, page: &mut Vec<u8>, line: &Line) {
        let mark = if self.form.decimal_comma { b',' } else { b'.' };
        text::hundredths(page, line.charged / line.quantity, mark);
        page.push(self.form.separator);
    }

    fn end(&self, pages: &mut Pages, table: usize) {
        let page = self.page(pages, table);
        page.push(self.form.separator);
        page.extend_from_slice(&self.key);
        pages.rows += 1;
    }
}

/// BEN_CDI_NIR, BEN_NAI_ANN, BEN_NIR_PSA, BEN_RNG_GEM, BEN_RES_DPT, BEN_SEX_COD.
fn columns(form: &Form, person: &Person, at: usize) -> Vec<u8> {
    let mut page = Vec::with_capacity(48);
    page.extend_from_slice(number_kind(person, at));
    page.push(form.separator);
    text::number(&mut page, crate::calendar::date(person.born).0 as u64);
    page.push(form.separator);
    page.extend_from_slice(&person.nirs[at]);
    page.push(form.separator);
    text::number(&mut page, person.rank.into());
    page.push(form.separator);
    page.extend_from_slice(person.department.as_bytes());
    page.push(form.separator);
    page.push(if person.woman { b'2' } else { b'1' });
    page.push(form.separator);
    page
}

/// BEN_CDI_NIR (IR_NIR_V): a provisional number, or the normal one.
pub fn number_kind(person: &Person, at: usize) -> &'static [u8] {
    if person.renumbered.is_some() && at == 0 {
        b"04"
    } else {
        b"00"
    }
}
