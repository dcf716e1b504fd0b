//! Search within one record, small and large: by patient and code, and sorted by date. Alone for latency, in a crowd
//! for what two cores can do, and cold, which opens the whole record: as the first question after a start, and behind
//! one about another record.

use std::time::Instant;

use crate::actors::Actor;
use crate::content::MEASURES;
use crate::crowd::{Round, microseconds, milliseconds, round};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::http::{Ask, Connection, find};
use crate::installation::Home;
use crate::peers::{HELIOS_SEARCH_CODE, HELIOS_SEARCH_CODE_P99, HELIOS_SEARCH_DATE, Peer};
use crate::process::Cost;
use crate::scale::Scale;
use crate::statistics::percentile;
use crate::world::World;

/// The number of the actor that asks.
const SOFTWARE: usize = 5_003;

/// A question.
struct Question {
    name: &'static str,
    /// Behind `Observation?patient=…`.
    words: String,
    rate: Peer,
    p99: Option<Peer>,
}

fn questions() -> [Question; 2] {
    [
        Question {
            name: "code",
            words: format!("&code=http://loinc.org%7C{}", MEASURES[0].0),
            rate: HELIOS_SEARCH_CODE,
            p99: Some(HELIOS_SEARCH_CODE_P99),
        },
        Question {
            name: "date",
            words: "&_sort=-date".to_owned(),
            rate: HELIOS_SEARCH_DATE,
            p99: None,
        },
    ]
}

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let scale = world.scale;
    let base = world.base()?;
    let mut figures = Vec::new();
    let [small, large] = scale.records;
    for (size, other) in [(small, large), (large, small)] {
        let person = base.record(size)?;
        let other = base.record(other)?;
        let home = base.home.clone();
        let mut actor = Actor::new(&home, SOFTWARE)?;
        let serving = home.serve()?;
        let mut connection = Connection::open(&serving.address)?;
        actor.be_authorised(&home, &mut connection, &person)?;
        actor.be_authorised(&home, &mut connection, &other)?;
        drop(connection);
        serving.stop()?;
        let paths =
            questions().map(|question| format!("Observation?patient={person}{}", question.words));
        let cold = Cold {
            size,
            search: paths[0].clone(),
            read: format!("Patient/{person}"),
            other: format!("Patient/{other}"),
        };
        figures.extend(cold.run(&home, &scale, &mut actor)?);
        for (question, path) in questions().iter().zip(&paths) {
            figures.extend(warm(&home, &scale, &mut actor, question, (size, path))?);
        }
    }
    Ok(figures)
}

/// What is asked of a record that is not in memory.
struct Cold {
    size: usize,
    search: String,
    read: String,
    /// A read in another record.
    other: String,
}

impl Cold {
    fn run(&self, home: &Home, scale: &Scale, actor: &mut Actor) -> Result<[Figure; 3], Failure> {
        let Self {
            search,
            read,
            other,
            ..
        } = self;
        let asked = [(None, search), (Some(other), search), (Some(other), read)];
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..scale.runs {
            for (times, (before, path)) in times.iter_mut().zip(asked) {
                times.push(once(home, actor, before, path)?);
            }
        }
        let [first, cold, open] = times;
        let figure = |name: &str, work: &str, times| {
            let size = self.size;
            let work = format!("{work}, in a record of {size} resources: all of it is opened");
            Figure::new(&format!("search/{size}/{name}"), "ms", &work, times)
        };
        Ok([
            figure("first", "the first request after a start, a search", first),
            figure("cold", "a search, after a read of another record", cold),
            figure("open", "a read, after one of another record", open),
        ])
    }
}

/// How long a request takes, in milliseconds, after a start and perhaps another request.
fn once(
    home: &Home,
    actor: &mut Actor,
    before: Option<&String>,
    path: &str,
) -> Result<f64, Failure> {
    let serving = home.serve()?;
    let mut connection = Connection::open(&serving.address)?;
    let token = actor.token(home)?;
    if let Some(other) = before {
        connection.send(Ask::get(other, token), 200)?;
    }
    let since = Instant::now();
    connection.send(Ask::get(path, token), 200)?;
    let time = milliseconds(microseconds(since.elapsed()));
    drop(connection);
    serving.stop()?;
    Ok(time)
}

fn warm(
    home: &Home,
    scale: &Scale,
    actor: &mut Actor,
    question: &Question,
    (size, path): (usize, &str),
) -> Result<Vec<Figure>, Failure> {
    let serving = home.serve()?;
    let (mut p50, mut p99, mut rounds) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..scale.runs {
        let token = actor.token(home)?.to_owned();
        let ask = |connection: &mut Connection| {
            let answer = connection.send(Ask::get(path, &token), 200)?;
            matched(answer.body).map(|()| 0)
        };
        let mut clients = (0..scale.clients)
            .map(|_| Connection::open(&serving.address))
            .collect::<Result<Vec<_>, _>>()?;
        // Opens the record; the cold question has its own figure.
        ask(&mut clients[0])?;
        let mut alone = Vec::with_capacity(scale.alone);
        for _ in 0..scale.alone {
            let since = Instant::now();
            ask(&mut clients[0])?;
            alone.push(microseconds(since.elapsed()));
        }
        alone.sort_unstable();
        p50.push(milliseconds(percentile(&alone, 0.5)));
        p99.push(milliseconds(percentile(&alone, 0.99)));
        rounds.push(round(&mut clients, serving.pids, scale, ask)?);
    }
    serving.stop()?;
    let name = |part: &str| format!("search/{size}/{}{part}", question.name);
    let work = |clients: usize| {
        let words = question.words.trim_start_matches('&');
        format!(
            "{clients} client(s), Observation?patient={{person}}&{words} in a record of {size} resources, warm, 50 a page"
        )
    };
    let costs: Vec<Cost> = rounds.iter().map(|round| round.cost).collect();
    let each = |value: &dyn Fn(&Round) -> f64| rounds.iter().map(value).collect();
    let crowd = work(scale.clients);
    Ok(vec![
        Figure::new(&name("-p50"), "ms", &work(1), p50),
        Figure::new(&name("-p99"), "ms", &work(1), p99),
        Figure::new(&name("-crowd"), "requests/s", &crowd, each(&Round::rate))
            .beside(&[question.rate])
            .costing(&costs),
        Figure::new(
            &name("-crowd-p99"),
            "ms",
            &crowd,
            each(&|round| round.latency(0.99)),
        )
        .beside(question.p99.as_slice()),
    ])
}

/// A page with something on it: an empty answer is soon given.
fn matched(body: &[u8]) -> Result<(), Failure> {
    if find(body, b"\"resourceType\":\"Observation\"").is_some() && body.ends_with(b"}") {
        return Ok(());
    }
    Err(Failure::Form("a search found nothing".to_owned()))
}
