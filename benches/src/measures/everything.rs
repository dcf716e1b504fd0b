//! `$everything` of a record of some 350 KB, in one page, asked for by software that the patient authorised.

use crate::actors::Actor;
use crate::crowd::{Round, float, round};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::http::{Ask, Connection, find};
use crate::peers::HELIOS_EVERYTHING;
use crate::process::Cost;
use crate::world::World;

/// The number of the actor that asks: the software of a hospital, and none of the CRUD mix's.
const SOFTWARE: usize = 5_001;

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let scale = world.scale;
    let base = world.base()?;
    let person = base.record(scale.everything)?;
    let serving = base.home.serve()?;
    let home = base.home.clone();
    let mut actor = Actor::new(&home, SOFTWARE)?;
    actor.be_authorised(&home, &mut Connection::open(&serving.address)?, &person)?;
    let path = format!("Patient/{person}/$everything?_count=1000");
    // The Patient, and the Observations about him.
    let total = format!("\"total\":{},", scale.everything + 1);
    let mut rounds = Vec::new();
    let mut bytes = 0;
    for _ in 0..scale.runs {
        let token = actor.token(&home)?.to_owned();
        let mut clients = (0..scale.clients)
            .map(|_| Connection::open(&serving.address))
            .collect::<Result<Vec<_>, _>>()?;
        rounds.push(round(&mut clients, serving.pids, &scale, |connection| {
            let answer = connection.send(Ask::get(&path, &token), 200)?;
            check(answer.body, &total).map(|()| 0)
        })?);
        bytes = clients[0].send(Ask::get(&path, &token), 200)?.body.len();
    }
    serving.stop()?;
    let work = format!(
        "{} clients, $everything of one record, {} resources and {:.0} KB an answer",
        scale.clients,
        scale.everything + 1,
        float(bytes) / 1_000.0
    );
    let each = |value: &dyn Fn(&Round) -> f64| rounds.iter().map(value).collect();
    let costs: Vec<Cost> = rounds.iter().map(|round| round.cost).collect();
    Ok(vec![
        Figure::new("everything", "requests/s", &work, each(&Round::rate))
            .beside(&[HELIOS_EVERYTHING])
            .costing(&costs),
        Figure::new(
            "everything-p50",
            "ms",
            &work,
            each(&|round| round.latency(0.5)),
        ),
        Figure::new(
            "everything-p99",
            "ms",
            &work,
            each(&|round| round.latency(0.99)),
        ),
    ])
}

/// The whole Bundle: its number of matches, and its end.
fn check(body: &[u8], total: &str) -> Result<(), Failure> {
    if find(&body[..body.len().min(300)], total.as_bytes()).is_some() && body.ends_with(b"}") {
        return Ok(());
    }
    Err(Failure::Form(
        "an answer of $everything does not have all of the record".to_owned(),
    ))
}
