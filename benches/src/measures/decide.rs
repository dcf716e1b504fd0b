//! What the rules cost, asked in this process: an item of which nothing was decided yet, an item again, and whole records.
//! A decision rests on facts that name nobody and is remembered by them (decisions/0021); each run asks for another
//! actor, of whom nothing was decided.

use std::collections::HashSet;
use std::time::Instant;

use hygie_policy::{
    Act, ActorKind, ActorRef, Authorisation, Care, Categories, Category, Class, Grantee, Marks,
    Matrix, Millis, Over, PersonId, Purpose, Request, Rights, Target, Terms, decide,
};

use crate::failure::Failure;
use crate::figure::Figure;
use crate::random::Random;
use crate::world::World;

/// Documents of a record.
const DOCUMENTS: usize = 1_000;
/// Times that a record is decided again: one alone is over before a clock sees it.
const AGAIN: u32 = 100;
const NOW: Millis = 1_795_000_000_000;
const RPPS: &str = "10101010101";

/// Runs in which somebody is somebody else to the person.
const CASTS: u32 = 4;

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let person: PersonId = "0123456789abcdefghjkmnpqrs"
        .parse()
        .map_err(|_| Failure::Form("not the id of a person".to_owned()))?;
    let terms = Terms {
        matrix: Matrix::example(),
        ..Terms::default()
    };
    let documents = documents(&mut Random::new(7));
    let (mut first, mut again, mut item, mut cold) = (vec![], vec![], vec![], vec![]);
    // What Cedar makes of its rules once, and not again.
    let _rules = hygie_policy::rule_names();
    let kinds = documents.iter().collect::<HashSet<_>>().len();
    for cast in 0..world.scale.runs.min(CASTS) {
        let (actor, rights) = somebody(cast);
        let asks = |class: &Class| {
            decide(&Request {
                actor: &actor,
                act: Act::Read,
                purpose: Purpose::Treatment,
                target: Target::Entry(*class),
                person: Some(person),
                rights: &rights,
                terms: &terms,
                now: NOW,
            })
        };
        let begun = Instant::now();
        let shown = documents.iter().filter(|class| asks(class).permits());
        std::hint::black_box(shown.count());
        let whole = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        for _ in 0..AGAIN {
            let shown = documents.iter().filter(|class| asks(class).permits());
            std::hint::black_box(shown.count());
        }
        let remembered = begun.elapsed().as_secs_f64() / f64::from(AGAIN);
        first.push(whole * 1e3);
        again.push(remembered * 1e3);
        item.push(remembered * 1e6 / DOCUMENTS as f64);
        cold.push((whole - remembered) * 1e6 / kinds as f64);
    }
    let of = format!("{DOCUMENTS} documents of {kinds} classes");
    Ok(vec![
        Figure::new(
            "decide/record-first",
            "ms",
            &format!(
                "{of}, each decided, for an actor of whom nothing was decided yet; aim below 2"
            ),
            first,
        ),
        Figure::new(
            "decide/record",
            "ms",
            &format!("{of}, each decided, again"),
            again,
        ),
        Figure::new("decide/item", "us", "one of these documents, again", item),
        Figure::new(
            "decide/class",
            "us",
            "a class of documents the first time, Cedar evaluating 66 rules where facts differ from all before",
            cold,
        ),
    ])
}

/// Documents as a record has them: of every class, most plain, some masked, some of the actor or of his house.
fn documents(random: &mut Random) -> Vec<Class> {
    let mut document = || Class {
        category: Some(Category::ALL[random.below(Category::ALL.len() - 1)]),
        emergency: random.below(10) == 0,
        own: random.below(20) == 0,
        of_structure: random.below(10) == 0,
        granted: random.below(100) == 0,
        in_scope: false,
        marks: Marks {
            masked: random.below(20) == 0,
            unannounced: random.below(50) == 0,
            secret: random.below(100) == 0,
        },
    };
    (0..DOCUMENTS).map(|_| document()).collect()
}

/// A doctor, and what the person lets him: authorised for all, treating, of the team that cares, authorised for results.
fn somebody(cast: u32) -> (ActorRef, Rights) {
    let mut actor = ActorRef::new(ActorKind::Professional, RPPS);
    actor.profession = Some("G15_10".to_owned());
    actor.sector = Some("SA01".to_owned());
    actor.structure = Some("750100042".to_owned());
    let mut rights = Rights::default();
    let authorised = |classes: Categories| Authorisation {
        grantee: Grantee::Professional(RPPS.to_owned()),
        over: Over::Classes(classes),
        from: None,
        until: None,
    };
    match cast {
        0 => rights
            .authorisations
            .push(authorised(Category::ALL.into_iter().collect())),
        1 => rights.treating = Some(RPPS.to_owned()),
        2 => rights.care.push(Care {
            by: Grantee::Structure("750100042".to_owned()),
            from: 0,
            until: Millis::MAX,
        }),
        _ => rights
            .authorisations
            .push(authorised([Category::Report].into_iter().collect())),
    }
    (actor, rights)
}
