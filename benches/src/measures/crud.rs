//! A mix of 40 % create, 40 % read, 15 % update with If-Match and 5 % delete of Observations of 1.4 KB, over HTTP:
//! each client is a professional or a structure's software with patients who authorised it.

use crate::content;
use crate::crowd::{Round, round};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::http::{Ask, Connection};
use crate::installation::Home;
use crate::peers::{HELIOS_CRUD, HELIOS_CRUD_P50, HELIOS_CRUD_P99};
use crate::process::Cost;
use crate::random::Random;
use crate::world::{Cast, World};

/// Observations that each client has before anything counts.
const BEFORE: usize = 10;
/// The names of the kinds, by number.
const KINDS: [&str; 4] = ["create", "read", "update", "delete"];

struct Client<'a> {
    home: &'a Home,
    cast: &'a mut Cast,
    connection: Connection,
    random: Random,
    own: Vec<Own>,
}

/// An Observation of this client.
struct Own {
    /// `Observation/…`.
    path: String,
    version: String,
    patient: usize,
}

pub fn run(world: &mut World) -> Result<Vec<Figure>, Failure> {
    let scale = world.scale;
    let base = world.base()?;
    let serving = base.home.serve()?;
    let home = base.home.clone();
    let mut clients = Vec::new();
    for (cast, number) in base.cast(&scale, &serving)?.iter_mut().zip(1..) {
        let mut client = Client {
            home: &home,
            cast,
            connection: Connection::open(&serving.address)?,
            random: Random::new(number),
            own: Vec::new(),
        };
        for _ in 0..BEFORE {
            client.create()?;
        }
        clients.push(client);
    }
    let mut rounds = Vec::new();
    for _ in 0..scale.runs {
        rounds.push(round(&mut clients, serving.pids, &scale, Client::step)?);
    }
    drop(clients);
    serving.stop()?;
    let work = format!(
        "{} clients, keep-alive, 1.4 KB Observations: 40 % create, 40 % read, 15 % update with If-Match, 5 % delete, \
         in the records of {} patients; policy, ledger, sealing and fsync on",
        scale.clients,
        scale.clients * scale.patients
    );
    Ok(shown(&rounds, &work))
}

fn shown(rounds: &[Round], work: &str) -> Vec<Figure> {
    let each = |value: &dyn Fn(&Round) -> f64| rounds.iter().map(value).collect();
    let costs: Vec<Cost> = rounds.iter().map(|round| round.cost).collect();
    let mut figures = vec![
        Figure::new("crud/mix", "requests/s", work, each(&Round::rate))
            .beside(&[HELIOS_CRUD])
            .costing(&costs),
        Figure::new(
            "crud/mix-p50",
            "ms",
            work,
            each(&|round| round.latency(0.5)),
        )
        .beside(&[HELIOS_CRUD_P50]),
        Figure::new(
            "crud/mix-p99",
            "ms",
            work,
            each(&|round| round.latency(0.99)),
        )
        .beside(&[HELIOS_CRUD_P99]),
    ];
    for (name, kind) in KINDS.iter().zip(0..) {
        for (part, share) in [("p50", 0.5), ("p99", 0.99)] {
            let name = format!("crud/{name}-{part}");
            figures.push(Figure::new(
                &name,
                "ms",
                work,
                each(&|round| round.latency_of(kind, share)),
            ));
        }
    }
    figures
}

impl Client<'_> {
    /// One request of the mix; gives its kind.
    fn step(&mut self) -> Result<usize, Failure> {
        let die = self.random.below(100);
        if die < 40 || self.own.is_empty() {
            self.create().map(|()| 0)
        } else if die < 80 {
            self.read().map(|()| 1)
        } else if die < 95 {
            self.update().map(|()| 2)
        } else {
            self.delete().map(|()| 3)
        }
    }

    fn create(&mut self) -> Result<(), Failure> {
        let patient = self.random.below(self.cast.patients.len());
        let body = self.content(patient, None);
        let token = self.cast.actor.token(self.home)?;
        let answer = self
            .connection
            .send(Ask::post("Observation", token, body.as_bytes()), 201)?;
        let path = answer
            .header("location")
            .and_then(|location| location.split("/fhir/").nth(1)?.split("/_history/").next())
            .ok_or_else(|| Failure::Form("a create without its Location".to_owned()))?
            .to_owned();
        let version = version(answer.header("etag"))?;
        self.own.push(Own {
            path,
            version,
            patient,
        });
        Ok(())
    }

    fn read(&mut self) -> Result<(), Failure> {
        let own = &self.own[self.random.below(self.own.len())];
        let token = self.cast.actor.token(self.home)?;
        let answer = self.connection.send(Ask::get(&own.path, token), 200)?;
        if version(answer.header("etag"))? == own.version {
            return Ok(());
        }
        Err(Failure::Form(
            "a read gave another version than the one acknowledged last".to_owned(),
        ))
    }

    fn update(&mut self) -> Result<(), Failure> {
        let place = self.random.below(self.own.len());
        let id = self.own[place].path.rsplit('/').next().map(str::to_owned);
        let body = self.content(self.own[place].patient, id.as_deref());
        let own = &mut self.own[place];
        let token = self.cast.actor.token(self.home)?;
        let ask = Ask {
            method: "PUT",
            version: Some(&own.version),
            ..Ask::post(&own.path, token, body.as_bytes())
        };
        own.version = version(self.connection.send(ask, 200)?.header("etag"))?;
        Ok(())
    }

    fn delete(&mut self) -> Result<(), Failure> {
        let own = self.own.swap_remove(self.random.below(self.own.len()));
        let token = self.cast.actor.token(self.home)?;
        let ask = Ask {
            method: "DELETE",
            ..Ask::get(&own.path, token)
        };
        self.connection.send(ask, 204).map(|_| ())
    }

    fn content(&mut self, patient: usize, id: Option<&str>) -> String {
        let subject = format!("Patient/{}", self.cast.patients[patient]);
        content::observation(&mut self.random, &subject, id).to_string()
    }
}

fn version(etag: Option<&str>) -> Result<String, Failure> {
    etag.map(str::to_owned)
        .ok_or_else(|| Failure::Form("an answer without its ETag".to_owned()))
}
