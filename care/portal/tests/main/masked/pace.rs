//! Whether time tells: the same requests to a record and to its twin without what is hidden, one after the other, which
//! of them first being chosen by dice. Printed by kind of request: both medians, their difference, and the Mann–Whitney
//! U test (normal approximation with ties): z, the two-sided p, and A, the chance that an answer of the full record
//! takes longer than one of its twin (0.5: time tells nothing; Vargha and Delaney). As both of a pair meet the same
//! moment, the part of pairs in which the full record took longer is told too, with the z of the sign test, which sees
//! less of the noise. Records that hide nothing are timed besides: what differs there is the measurement itself.
//! Nothing is asserted of speed.

use std::collections::BTreeMap;
use std::time::Duration;

use super::ask;
use super::cast::Sort;
use super::dice::Dice;
use super::plan::Plan;
use super::twins::{Pair, Twins};

/// Timed requests of one record.
const TIMED: usize = 60;
const HOMES: u64 = 30;
/// What a professional or a representative asks most; changes are timed too, refused and done.
const KINDS: [&str; 12] = [
    "read",
    "version",
    "history",
    "history of a type",
    "search",
    "everything",
    "binary",
    "create on a condition",
    "update",
    "delete",
    "patch",
    "see-as",
];

/// Times so many pairs of records that hide something, and what comes between them of records that hide nothing.
pub async fn measure(seed: u64, wanted: usize) {
    let mut twins = Twins::new().await;
    let (mut hiding, mut nothing) = (BTreeMap::new(), BTreeMap::new());
    let (mut pairs, mut record) = (0, 0);
    while pairs < wanted {
        record += 1;
        if record % HOMES == 0 {
            twins = Twins::new().await;
        }
        let mut dice = Dice::new(seed ^ record);
        let sort = *dice.pick(&Sort::ALL);
        let mut plan = Plan::new(&mut dice, record, sort);
        let whose = format!("seed {seed:#x}, record {record}");
        twins.grow(&mut plan, &whose).await;
        let hides = !plan.hidden.pieces.is_empty();
        let times: &mut BTreeMap<&str, Vec<Pair>> = if hides { &mut hiding } else { &mut nothing };
        for _ in 0..TIMED {
            let kind = *dice.pick(&KINDS);
            let asked = ask::of(&mut dice, &plan, kind, twins.last());
            let pair = twins.time(&plan, &asked, dice.chance(50), &whose).await;
            times.entry(kind).or_default().push(pair);
            pairs += usize::from(hides);
        }
    }
    println!("{pairs} pairs of records that hide something (times in microseconds)");
    print(&hiding);
    println!(
        "{} pairs of records that hide nothing",
        nothing.values().map(Vec::len).sum::<usize>()
    );
    print(&nothing);
    assert!(pairs >= wanted.min(2_000));
}

fn print(times: &BTreeMap<&str, Vec<Pair>>) {
    println!("  request | pairs | full | without | difference | z | p | A | longer | z of signs");
    let all: Vec<Pair> = times.values().flatten().copied().collect();
    let rows = times.iter().map(|(kind, pairs)| (*kind, pairs.clone()));
    for (kind, pairs) in rows.chain([("all", all)]) {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let full: Vec<f64> = pairs.iter().map(|pair| micros(pair.0)).collect();
        let without: Vec<f64> = pairs.iter().map(|pair| micros(pair.1)).collect();
        let (one, other) = (median(&full), median(&without));
        let (z, p, a) = mann_whitney(&full, &without);
        let (longer, sign) = signs(&pairs);
        println!(
            "  {kind} | {} | {one:.0} | {other:.0} | {:+.0} | {z:+.2} | {p:.3} | {a:.3} | {longer:.3} | {sign:+.2}",
            pairs.len(),
            one - other
        );
    }
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The part of pairs in which the full record took longer, and the z of the sign test.
fn signs(pairs: &[Pair]) -> (f64, f64) {
    let all = count(pairs.len());
    let longer = count(pairs.iter().filter(|pair| pair.0 > pair.1).count());
    (longer / all, (longer - all / 2.0) / (all / 4.0).sqrt())
}

/// z and p of the Mann–Whitney U test, and U as a part of all pairs.
fn mann_whitney(one: &[f64], other: &[f64]) -> (f64, f64, f64) {
    let mut all: Vec<(f64, bool)> = one.iter().map(|time| (*time, true)).collect();
    all.extend(other.iter().map(|time| (*time, false)));
    all.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut ranks, mut ties, mut place) = (0.0, 0.0, 0);
    while place < all.len() {
        let alike = all[place..]
            .iter()
            .take_while(|(time, _)| *time == all[place].0)
            .count();
        let rank = count(place) + (count(alike) + 1.0) / 2.0;
        let ours = all[place..place + alike]
            .iter()
            .filter(|(_, ours)| *ours)
            .count();
        ranks += rank * count(ours);
        ties += count(alike).powi(3) - count(alike);
        place += alike;
    }
    let (n, m) = (count(one.len()), count(other.len()));
    let (u, sum) = (ranks - n * (n + 1.0) / 2.0, n + m);
    let variance = n * m / 12.0 * (sum + 1.0 - ties / (sum * (sum - 1.0)));
    let z = (u - n * m / 2.0) / variance.sqrt();
    (z, two_sided(z), u / (n * m))
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

/// The two-sided p of a z, by Abramowitz and Stegun 26.2.17 (error below 10⁻⁷).
fn two_sided(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let terms = [
        0.319_381_530,
        -0.356_563_782,
        1.781_477_937,
        -1.821_255_978,
        1.330_274_429,
    ];
    let sum = terms.iter().rev().fold(0.0, |sum, term| (sum + term) * t);
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    2.0 * density * sum
}

#[test]
fn a_statistic_that_is_not_the_one_it_is_called() {
    let one = [1.1, 2.2, 3.3, 4.4, 9.9];
    let other = [0.5, 2.2, 5.0, 6.0, 7.0];
    let (z, p, a) = mann_whitney(&one, &other);
    // By hand: of 25 pairs 11 are won and one is drawn.
    assert!((a - 11.5 / 25.0).abs() < 1e-9, "{a}");
    assert!(z < 0.0 && z > -0.3 && p > 0.8 && p < 0.9, "{z} {p}");
    assert!((two_sided(1.959_964) - 0.05).abs() < 1e-6);
    let (_, p, a) = mann_whitney(&[5.0; 40], &[1.0; 40]);
    assert!(p < 1e-9 && (a - 1.0).abs() < 1e-9);
}
