//! What happens to claims on their way: they come late, are taken back and set right, and others stand beside them that
//! do not count. Nothing here changes what is true. Shares are chosen, near what users of the SNDS report.

use crate::calendar::Day;
use crate::care::professionals::colleague;
use crate::life::{Claim, Item, Life, Stay};
use crate::random::{Purpose, Random};
use crate::snds::lines::{Line, Teller};
use crate::snds::pages::Pages;
use crate::snds::tables::{PRS, WRONG};
use crate::tables::procedures::PROCEDURES;

/// Months between care and flow, and their weights; the last stands for 7 to 18 months: 3 %.
const LAGS: [u32; 7] = [720, 150, 60, 25, 10, 5, 30];
/// A line that should never have been, taken back whole.
const FALSE: f64 = 0.008;
/// A wrong quantity, taken back, and the right one.
const CORRECTED: f64 = 0.006;
/// One too many, of which one is taken back.
const PARTLY: f64 = 0.003;
/// A line for information: DPN_QLF or PRS_DPN_QLP is 71.
const INFORMATION: f64 = 0.012;
/// A visit's majoration on a line of its own: CPL_MAJ_TOP 2.
const MAJORATION: f64 = 0.05;
/// A complement, CPL_MAJ_TOP 1, which counts.
const COMPLEMENT: f64 = 0.01;
/// Stays of public hospitals whose procedures are in the claims too: ETE_IND_TAA 1.
const TWICE: f64 = 0.5;

/// The right quantity of a line, with what is asked for it, times `to` over `from`.
fn scaled(line: Line, claim: &Claim, to: i64) -> Line {
    let from = i64::from(claim.quantity);
    Line {
        quantity: to,
        charged: line.charged / from * to,
        paid: line.paid / from * to,
        ..line
    }
}

/// Writes all claims of a life, and what stands beside them.
pub fn tell(teller: &mut Teller<'_>, pages: &mut Pages, seed: u64) {
    let life: &Life = teller.life;
    let mut random = Random::new(seed, Purpose::Layout, life.person.number);
    for sheet in life.claims.chunk_by(|one, next| one.sheet == next.sheet) {
        let on = sheet.iter().map(|claim| claim.to).max().unwrap_or(0);
        let lag = lag(&mut random);
        teller.statement(on, lag);
        // What is set right comes in other statements: these are written when the sheet is done.
        let mut later = Vec::new();
        for claim in sheet {
            first(teller, pages, &mut random, claim, &mut later);
        }
        for (claim, lines) in later {
            teller.statement(on, lag + 1 + random.below(5) as usize);
            for line in lines.iter().flatten() {
                teller.write(pages, &claim, line);
            }
        }
    }
    for stay in &life.stays {
        if stay.hospital % 2 == 0 && random.chance(TWICE) {
            twice(teller, pages, &mut random, stay);
        }
    }
}

fn lag(random: &mut Random) -> usize {
    match random.weighted(LAGS.iter().copied()) {
        6 => 7 + random.below(12) as usize,
        at => at + 1,
    }
}

/// A claim, and the lines with which it is set right later.
type Later = Vec<(Claim, [Option<Line>; 2])>;

/// What comes in the claim's own statement; what will come later is remembered.
fn first(
    teller: &mut Teller<'_>,
    pages: &mut Pages,
    random: &mut Random,
    claim: &Claim,
    later: &mut Later,
) {
    let mut line = Line::of(claim);
    if random.chance(COMPLEMENT) {
        line.majoration = 1;
    }
    let quantity = i64::from(claim.quantity);
    let many = line.charged % quantity == 0 && line.paid % quantity == 0;
    let lot = random.unit();
    if many && lot < CORRECTED {
        let wrong = scaled(line, claim, quantity + 1);
        teller.write(pages, claim, &wrong);
        later.push((*claim, [Some(wrong.back()), Some(line)]));
    } else if many && lot < CORRECTED + PARTLY {
        teller.write(pages, claim, &scaled(line, claim, quantity + 1));
        later.push((*claim, [Some(scaled(line, claim, 1).back()), None]));
    } else {
        teller.write(pages, claim, &line);
    }
    beside(teller, pages, random, claim, line, later);
}

/// What stands beside a claim and does not count.
fn beside(
    teller: &mut Teller<'_>,
    pages: &mut Pages,
    random: &mut Random,
    claim: &Claim,
    line: Line,
    later: &mut Later,
) {
    if random.chance(FALSE) {
        // The same once more, or the same from somebody else.
        let performer = if random.chance(0.5) {
            colleague(claim.performer)
        } else {
            claim.performer
        };
        let never = Claim {
            performer,
            ..*claim
        };
        teller.write(pages, &never, &line);
        later.push((never, [Some(line.back()), None]));
    }
    if random.chance(INFORMATION) {
        let qualifiers = [(71, 0), (0, 71), (71, 71)][random.below(3) as usize];
        let told = Line { qualifiers, ..line };
        teller.write(pages, claim, &told);
    }
    if claim.item == Item::Plain && random.chance(MAJORATION) {
        let more = Line {
            majoration: 2,
            charged: 500,
            paid: 350,
            ..line
        };
        teller.write(pages, claim, &more);
    }
    let every = teller.form.wrong;
    if every > 0 && random.below(every) == 0 {
        wrong(teller, pages, random, claim);
    }
}

/// The procedures of a stay as a public hospital charges them: the PMSI has them already.
fn twice(teller: &mut Teller<'_>, pages: &mut Pages, random: &mut Random, stay: &Stay) {
    teller.statement(stay.to, lag(random));
    for procedure in &stay.procedures {
        let done = &PROCEDURES[usize::from(procedure.procedure)];
        let on: Day = stay.from + i32::from(procedure.after);
        let claim = Claim {
            from: on,
            to: on,
            nature: done.nature,
            item: Item::Procedure(procedure.procedure, procedure.activity),
            quantity: procedure.count.into(),
            charged: done.price,
            paid: done.price,
            specialty: 0,
            performer: 0,
            establishment: stay.hospital,
            sheet: 0,
        };
        let line = Line {
            activity_price: Some(1),
            ..Line::of(&claim)
        };
        teller.write(pages, &claim, &line);
    }
}

/// A line that nobody can take: the cell at fault is replaced after the line was written.
fn wrong(teller: &mut Teller<'_>, pages: &mut Pages, random: &mut Random, claim: &Claim) {
    let plain = Claim {
        item: Item::Plain,
        nature: 1111,
        establishment: 0,
        ..*claim
    };
    let file = teller.files.monthly(PRS, teller.month());
    let start = pages.pages[file].len();
    teller.write(pages, &plain, &Line::of(&plain));
    let page = &mut pages.pages[file];
    let text = String::from_utf8_lossy(&page[start..]).into_owned();
    page.truncate(start);
    // The cells of ER_PRS_F as they stand in its header.
    let (column, value, what) = [
        (6, "2023-02-31", "a date that is none"),
        (6, "", "no date"),
        (9, "deux", "a quantity in letters"),
        (10, "12-50", "an amount that is none"),
        (
            2,
            "NobodyKnowsThem00",
            "a person of whom IR_BEN_R knows nothing",
        ),
    ][random.below(5) as usize];
    let separator = char::from(teller.form.separator);
    for (at, cell) in text.split(separator).enumerate() {
        if at > 0 {
            page.push(teller.form.separator);
        }
        page.extend_from_slice(if at == column { value } else { cell }.as_bytes());
    }
    let (name, _) = teller.files.file(file);
    let key: Vec<u8> = teller
        .key()
        .iter()
        .map(|&byte| {
            if byte == teller.form.separator {
                b'/'
            } else {
                byte
            }
        })
        .collect();
    let list = &mut pages.pages[teller.files.truth(WRONG)];
    list.extend_from_slice(name.to_string_lossy().as_bytes());
    list.push(b';');
    list.extend_from_slice(&key);
    list.push(b';');
    list.extend_from_slice(what.as_bytes());
    list.push(b'\n');
}
