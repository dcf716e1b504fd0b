//! The insured, their long-term illnesses, and the causes of their deaths.

use crate::calendar::{Day, date, day};
use crate::life::{Illness, Life};
use crate::snds::form::Form;
use crate::snds::lines::number_kind;
use crate::snds::pages::{Files, Pages};
use crate::snds::tables::{BEN, CCI, ECD, IMB};
use crate::snds::text;
use crate::tables::diagnoses::DIAGNOSES;

/// The day that stands for none (SNDS documentation: missing dates are 01/01/1600).
const NEVER: Day = day(1600, 1, 1);

/// One row for each number a person had, under the same BEN_IDT_ANO; illnesses stand under each of them.
pub fn file(form: &Form, files: &Files, life: &Life, pages: &mut Pages) {
    let numbers = if life.person.renumbered.is_some() {
        0..2
    } else {
        1..2
    };
    for at in numbers {
        insured(form, &mut pages.pages[files.whole(BEN)], life, at);
        pages.rows += 1;
        for illness in &life.illnesses {
            let exemption = Exemption {
                number: illness.number,
                nature: "41",
                from: illness.from,
                until: illness.until,
            };
            let page = &mut pages.pages[files.whole(IMB)];
            exempt(form, page, (life, at), (illness, &exemption));
            pages.rows += 1;
            if let Some(nature) = other(life) {
                let exemption = Exemption {
                    number: 0,
                    nature,
                    from: illness.from + LATER,
                    ..exemption
                };
                exempt(form, page, (life, at), (illness, &exemption));
                pages.rows += 1;
            }
        }
    }
    causes(form, files, life, pages);
}

/// Why and how long somebody does not pay his share.
struct Exemption {
    /// IMB_ALD_NUM; 0 for none.
    number: u8,
    /// IMB_ETM_NAT.
    nature: &'static str,
    from: Day,
    until: Option<Day>,
}

/// Days after which an illness exempts some for another reason too. Chosen.
const LATER: Day = 180;

/// For which other reason: a disease of work (12) or invalidity (13) exempts too, under the same code, and is told in the same
/// table; no long-term illness, and so no truth. The nature of exemption by nomenclature IR_ETM_V.
fn other(life: &Life) -> Option<&'static str> {
    match life.person.number % 8 {
        3 => Some("12"),
        5 => Some("13"),
        _ => None,
    }
}

fn exempt(
    form: &Form,
    page: &mut Vec<u8>,
    (life, at): (&Life, usize),
    (illness, exemption): (&Illness, &Exemption),
) {
    page.extend_from_slice(&life.person.nirs[at]);
    page.push(form.separator);
    text::number(page, life.person.rank.into());
    page.push(form.separator);
    text::sas(page, exemption.from);
    page.push(form.separator);
    text::sas(page, exemption.until.unwrap_or(NEVER));
    page.push(form.separator);
    if exemption.number > 0 {
        text::number(page, exemption.number.into());
    }
    page.push(form.separator);
    form.row(page, &[exemption.nature, illness.code, "CIM10"]);
}

fn insured(form: &Form, page: &mut Vec<u8>, life: &Life, at: usize) {
    let person = &life.person;
    let (year, month, _) = date(person.born);
    page.extend_from_slice(&person.nirs[at]);
    page.push(form.separator);
    text::number(page, person.rank.into());
    page.push(form.separator);
    page.extend_from_slice(&person.ano);
    page.extend_from_slice(&[form.separator, b'1', form.separator]);
    page.extend_from_slice(number_kind(person, at));
    page.push(form.separator);
    text::number(page, year as u64);
    page.push(form.separator);
    text::padded::<2>(page, month as u64);
    page.push(form.separator);
    page.push(if person.woman { b'2' } else { b'1' });
    page.push(form.separator);
    let died = life.death.as_ref().map_or(NEVER, |death| death.on);
    text::french(page, died);
    page.push(form.separator);
    let (year, month, _) = date(died);
    text::number(page, year as u64 * 100 + month as u64);
    page.push(form.separator);
    page.extend_from_slice(person.department.as_bytes());
    page.push(form.separator);
    page.push(if life.claims.is_empty() { b'0' } else { b'1' });
    page.push(b'\n');
}

fn causes(form: &Form, files: &Files, life: &Life, pages: &mut Pages) {
    let Some(death) = &life.death else { return };
    let Some(initial) = death.cause else { return };
    let on = text::iso(death.on);
    // The certificate's own number says as little as the person's.
    let certificate = |page: &mut Vec<u8>| {
        page.push(b'D');
        page.extend(life.person.ano.iter().rev());
        page.push(form.separator);
        page.extend_from_slice(&life.person.ano);
        page.push(form.separator);
    };
    let page = &mut pages.pages[files.whole(CCI)];
    certificate(page);
    page.extend_from_slice(&on);
    page.push(form.separator);
    form.row(page, &[initial]);
    pages.rows += 1;
    for (at, code) in death.causes.iter().enumerate() {
        let page = &mut pages.pages[files.whole(ECD)];
        certificate(page);
        text::number(page, at as u64 + 1);
        page.push(form.separator);
        text::number(page, at as u64 + 1);
        page.push(form.separator);
        let label = DIAGNOSES.iter().find(|row| row.0 == *code);
        form.cell(page, label.map_or("", |row| row.1));
        page.push(form.separator);
        form.cell(page, code);
        page.push(form.separator);
        page.extend_from_slice(&on);
        page.push(b'\n');
        pages.rows += 1;
    }
}
