//! A flood of guessed codes. Dangers: a guess that succeeds; somebody who does not get through meanwhile, by his code, after
//! he asked for a new one, signed in, by telephone or by post; an answer whose time tells that a number is on the roll.
//! The pace that slows guessing is left aside here: what must hold does so without it. Times are printed with their
//! statistic and not asserted: on a busy machine they show no difference, and can't prove that there is none.

use std::sync::Arc;
use std::time::Instant;

use hygie_enrolment::{Answer, Attempt, Enrolment, Insured, Registration, Says, Slip, Told, Wish};

use crate::activations::{camille, own};
use crate::campaigns::{living, printing};
use crate::oppositions::{BORN, code};
use crate::world::World;

/// Guesses at a time.
const AT_ONCE: usize = 8;
const ALPHABET: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_guesses_and_everybody_gets_through() {
    flood(10_000, 250).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a million guesses: for ./test --long"]
async fn a_million_guesses_and_everybody_gets_through() {
    // Fewer among more guesses: each guess reads the whole page on which they stand.
    flood(1_000_000, 5_000).await;
}

/// So many guesses, and one person for each `share` of them.
async fn flood(guesses: usize, share: usize) {
    let world = Arc::new(World::new().await);
    let roll = Arc::new(printing(&world));
    let count = guesses / share;
    let people: Vec<String> = (0..count).map(|place| ins(1_000_000 + place)).collect();
    let callable = |ins: &String| Insured {
        phone: "+33199001234".to_owned(),
        ..living(ins, "69001")
    };
    let lines: Vec<_> = people.iter().map(callable).collect();
    let registered = roll.register(&lines, Registration::Codes).await.unwrap();
    let people: Arc<Vec<(String, String)>> = Arc::new(
        people
            .into_iter()
            .zip(registered.iter().map(|one| code(one).to_owned()))
            .collect(),
    );
    let workers = (0..AT_ONCE).map(|worker| {
        let (world, roll, people) = (Arc::clone(&world), Arc::clone(&roll), Arc::clone(&people));
        let own = (worker, guesses / AT_ONCE, share);
        tokio::spawn(async move { work(&world, &roll, &people, own).await })
    });
    let (mut known, mut unknown, mut through) = (Vec::new(), Vec::new(), 0);
    for worker in workers.collect::<Vec<_>>() {
        let times = worker.await.unwrap();
        known.extend(times.known);
        unknown.extend(times.unknown);
        through += times.through;
    }
    assert_eq!(through, count);
    assert_eq!(known.len() + unknown.len(), guesses);
    let (z, share) = mann_whitney(&known, &unknown);
    println!(
        "{guesses} guesses: none succeeded, {through} persons among them got through by the four ways; medians {} and {} us \
         for numbers on the roll and not; Mann-Whitney z {z:+.2}, A {share:.3}",
        median(&mut known),
        median(&mut unknown)
    );
}

#[derive(Default)]
struct Times {
    known: Vec<u64>,
    unknown: Vec<u64>,
    through: usize,
}

/// Guesses, and opposes for one of the people after each `share` of guesses.
async fn work(
    world: &World,
    roll: &Enrolment,
    people: &[(String, String)],
    (worker, guesses, share): (usize, usize, usize),
) -> Times {
    let mut times = Times::default();
    let mut dice = Dice(worker as u64 + 1);
    for guess in 0..guesses {
        let is_known = dice.next().is_multiple_of(2);
        let number = if is_known {
            people[dice.below(people.len())].0.clone()
        } else {
            ins(5_000_000 + dice.below(1_000_000))
        };
        let attempt = Attempt::read(&number, BORN, &dice.code()).ok().unwrap();
        let begun = Instant::now();
        let answer = roll.oppose(&attempt).await.unwrap();
        let took = u64::try_from(begun.elapsed().as_micros()).unwrap();
        assert!(matches!(answer, Answer::NotMatched));
        if is_known {
            &mut times.known
        } else {
            &mut times.unknown
        }
        .push(took);
        let place = guess / share * AT_ONCE + worker;
        if guess % share == 0 && place < people.len() {
            opposes(world, roll, &people[place], place).await;
            times.through += 1;
        }
    }
    times
}

/// One of the four ways, in turn.
async fn opposes(world: &World, roll: &Enrolment, (ins, code): &(String, String), place: usize) {
    let who = Wish::read(ins, BORN).ok().unwrap();
    let done = match place % 4 {
        0 => {
            roll.ask_for_code(&who).await.unwrap();
            let attempt = Attempt::read(ins, BORN, code).ok().unwrap();
            matches!(roll.oppose(&attempt).await.unwrap(), Answer::Done(_))
        }
        1 => {
            let answer = roll.oppose_signed_in(&camille(), &own(ins)).await.unwrap();
            matches!(answer, Answer::Done(_))
        }
        2 => {
            // An agent has his measure of persons a day.
            let agent = world.agent(&format!("agent-{}", place / 100));
            roll.look_up(&agent, &who).await.unwrap().unwrap();
            roll.call_back(&agent, &who).await.unwrap().unwrap();
            let told = roll.record_call(&agent, &who, Says::No).await.unwrap();
            matches!(told, Told::Done(_))
        }
        _ => {
            let slip = Slip::read(ins, BORN, &format!("scan-{place}"))
                .ok()
                .unwrap();
            matches!(roll.oppose_by_post(&slip).await.unwrap(), Answer::Done(_))
        }
    };
    assert!(done, "way {} of 4", place % 4 + 1);
}

/// Somebody's number, without its key.
fn ins(place: usize) -> String {
    format!("163127{place:07}")
}

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap() % limit
    }

    /// A code whose check fits, as a guesser knows to make it.
    fn code(&mut self) -> String {
        let symbols: Vec<usize> = (0..12).map(|_| self.below(32)).collect();
        let check = symbols
            .iter()
            .fold(0, |sum, symbol| (sum * 32 + symbol) % 37);
        let places = symbols.into_iter().chain([check]);
        places.map(|place| char::from(ALPHABET[place])).collect()
    }
}

fn median(times: &mut [u64]) -> u64 {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Of two samples: z of their ranks (normal approximation, ties shared), and how often one of the first is the greater.
fn mann_whitney(one: &[u64], other: &[u64]) -> (f64, f64) {
    let mut all: Vec<(u64, bool)> = one.iter().map(|time| (*time, true)).collect();
    all.extend(other.iter().map(|time| (*time, false)));
    all.sort_unstable();
    let (mut ranks, mut place) = (0.0, 0);
    while place < all.len() {
        let end = all[place..]
            .iter()
            .take_while(|(time, _)| *time == all[place].0)
            .count()
            + place;
        let shared = (place + end + 1) as f64 / 2.0;
        ranks += shared * all[place..end].iter().filter(|(_, first)| *first).count() as f64;
        place = end;
    }
    let (n, m) = (one.len() as f64, other.len() as f64);
    let u = ranks - n * (n + 1.0) / 2.0;
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    ((u - n * m / 2.0) / deviation, u / (n * m))
}
