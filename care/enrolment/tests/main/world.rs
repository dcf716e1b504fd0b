//! A home with a keeper and a store of its own, and a clock that tests move.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use age::x25519::Identity;
use hygie_keeper::{
    Budgets, Client, Home, Keeper, Protection, Terms, Unlock, bind, init, load_issuer_key, serve,
};
use hygie_record::notice::wire::TrailLine;
use hygie_record::notice::{
    ActorKind, ActorRef, Clock, Custodian, IssuerKey, KeyAnswer, KeyStep, Millis, PersonId,
    Purpose, Subject, SystemEntropy,
};
use hygie_record::{Caller, ImportEntry, ImportUnit, Outcome, Record, Roll};
use hygie_vault::{Sqlite, Vault};
use serde_json::Value;
use tempfile::TempDir;

pub struct Hands(AtomicU64);

impl Clock for Hands {
    fn now(&self) -> Millis {
        self.0.load(Ordering::Relaxed)
    }
}

pub struct World {
    pub record: Arc<Record>,
    pub keeper: Client,
    pub dir: TempDir,
    clock: Arc<Hands>,
    demo: IssuerKey,
    operator: IssuerKey,
}

impl World {
    pub async fn new() -> Self {
        Self::under(Budgets::default()).await
    }

    /// A world in which actors may meet so many persons in a day.
    pub async fn under(budgets: Budgets) -> Self {
        let dir = tempfile::tempdir().unwrap();
        init(
            dir.path(),
            &Protection::KeyFile(None),
            true,
            "test.example/access",
            &SystemEntropy,
        )
        .unwrap();
        let home = Home::new(dir.path());
        let clock = Arc::new(Hands(AtomicU64::new(1_790_000_000_000)));
        let terms = Terms {
            known: None,
            budgets,
        };
        let keeper = Keeper::start_under(
            &home,
            &Unlock::default(),
            terms,
            clock.clone(),
            Arc::new(SystemEntropy),
        )
        .unwrap();
        let listener = bind(&keeper).unwrap();
        tokio::spawn(async move { serve(keeper, listener, std::future::pending()).await });
        let keeper = Client::connect(home.socket()).await.unwrap();
        let store = Vault::new(
            Sqlite::open(&dir.path().join("store")).unwrap(),
            Arc::new(SystemEntropy),
        );
        let record = Record::join(
            keeper.clone(),
            store,
            clock.clone(),
            Arc::new(SystemEntropy),
        )
        .await
        .unwrap();
        Self {
            record: Arc::new(record),
            keeper,
            clock,
            demo: load_issuer_key(home.demo_key(), "demo").unwrap(),
            operator: load_issuer_key(home.operator_key(), "operator").unwrap(),
            dir,
        }
    }

    /// Another care process on the same home, with nothing in its memory.
    pub async fn restarted(&self) -> Record {
        let store = Sqlite::open(&self.dir.path().join("store")).unwrap();
        Record::join(
            self.keeper.clone(),
            Vault::new(store, Arc::new(SystemEntropy)),
            self.clock.clone(),
            Arc::new(SystemEntropy),
        )
        .await
        .unwrap()
    }

    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    pub fn wait(&self, millis: Millis) {
        self.clock.0.fetch_add(millis, Ordering::Relaxed);
    }

    fn caller(&self, key: &IssuerKey, actor: ActorRef, purpose: Option<Purpose>) -> Caller {
        let assertion = key.assert(actor, self.now(), 600, "jti".to_owned());
        self.record.caller(assertion.text(), purpose).unwrap()
    }

    pub fn doctor(&self) -> Caller {
        self.caller(
            &self.demo,
            actor(ActorKind::Professional, "10101010101"),
            None,
        )
    }

    /// The crossing, for a research project.
    pub fn crossing(&self, project: Option<&str>) -> Caller {
        let key = Home::new(self.dir.path()).crossing_key();
        let key = load_issuer_key(key, "crossing").unwrap();
        let crossing = ActorRef {
            scope: project.map(str::to_owned),
            ..actor(ActorKind::Crossing, "crossing")
        };
        self.caller(&key, crossing, None)
    }

    /// A professional by his number, for a structure.
    pub fn professional(&self, rpps: &str, structure: Option<&str>) -> Caller {
        let professional = ActorRef {
            structure: structure.map(str::to_owned),
            ..actor(ActorKind::Professional, rpps)
        };
        self.caller(&self.demo, professional, None)
    }

    /// The software of a structure.
    pub fn software(&self, finess: &str) -> Caller {
        self.caller(&self.demo, actor(ActorKind::Software, finess), None)
    }

    /// Somebody of support, of this name.
    pub fn agent(&self, name: &str) -> Caller {
        self.caller(&self.demo, actor(ActorKind::Support, name), None)
    }

    pub fn holder(&self, person: PersonId) -> Caller {
        let holder = ActorRef {
            person: Some(person),
            ..actor(ActorKind::Holder, &person.to_string())
        };
        self.caller(&self.demo, holder, None)
    }

    /// Somebody who acts for a person under this account.
    pub fn representative(&self, account: &str, person: PersonId) -> Caller {
        let acts = ActorRef {
            person: Some(person),
            ..actor(ActorKind::Representative, account)
        };
        self.caller(&self.demo, acts, None)
    }

    pub fn operator(&self, purpose: Purpose) -> Caller {
        self.caller(
            &self.operator,
            actor(ActorKind::Operator, "operator"),
            Some(purpose),
        )
    }

    /// Names custodians: without any, no record ends.
    pub async fn custody(&self) {
        self.custodians(1).await;
    }

    /// Names so many custodians, two of whom open together where there are two.
    pub async fn custodians(&self, of: usize) -> Vec<Identity> {
        let identities: Vec<Identity> = (0..of).map(|_| Identity::generate()).collect();
        let named = identities.iter().zip(1..);
        let custodians = named.map(|(identity, number)| Custodian {
            name: format!("keeper-{number}"),
            recipient: identity.to_public().to_string(),
        });
        let step = KeyStep::Custody {
            threshold: of.min(2).try_into().unwrap(),
            custodians: custodians.collect(),
        };
        let operator = self.operator(Purpose::Keeping);
        self.keeper.keys(&operator.assertion, step).await.unwrap();
        identities
    }

    /// The opened shares of an archive, by custodian.
    pub async fn shares(&self, person: PersonId, identities: &[Identity]) -> Vec<Vec<String>> {
        let subject = Subject::person(person);
        let operator = self.operator(Purpose::Keeping);
        let step = KeyStep::Archive { subject };
        let answer = self.keeper.keys(&operator.assertion, step).await;
        let KeyAnswer::Archive { shares, .. } = answer.unwrap() else {
            panic!("no archive");
        };
        let of = |(number, identity): (usize, &Identity)| {
            let name = format!("keeper-{number}.");
            let own = shares.iter().filter(|(one, _)| one.starts_with(&name));
            own.map(|(_, sealed)| {
                String::from_utf8(age::decrypt(identity, sealed).unwrap()).unwrap()
            })
            .collect()
        };
        (1..).zip(identities).map(of).collect()
    }

    /// As the roll itself comes to the door.
    pub fn enrolment(&self) -> Caller {
        self.roll().caller()
    }

    /// The roll below enrolment.
    pub fn roll(&self) -> Roll {
        let key = load_issuer_key(Home::new(self.dir.path()).enrolment_key(), "enrolment").unwrap();
        Roll::new(self.record.clone(), key)
    }

    pub async fn purge(&self) {
        let operator = self.operator(Purpose::Keeping);
        let purged = self.keeper.keys(&operator.assertion, KeyStep::Purge);
        purged.await.unwrap();
    }

    /// Imports entries; what became of each, in their order.
    pub async fn outcomes(&self, entries: Vec<(Option<&str>, Value)>) -> Vec<Outcome> {
        let entries = entries
            .into_iter()
            .enumerate()
            .map(|(entry, (url, resource))| ImportEntry {
                entry,
                url: url.map(str::to_owned),
                resource: resource.to_string(),
            });
        let unit = ImportUnit {
            source: "unnamed".to_owned(),
            named_source: false,
            entries: entries.collect(),
        };
        let mut taken = self
            .record
            .import(&self.operator(Purpose::Import), unit)
            .await
            .unwrap();
        taken.sort_by_key(|taken| taken.entry);
        taken.iter().map(|taken| taken.outcome).collect()
    }

    pub async fn trail(&self, person: PersonId) -> Vec<TrailLine> {
        self.record
            .account(&self.holder(person), person, "trail")
            .await
            .unwrap()
            .lines
    }

    /// How many leaves the ledger holds.
    pub async fn leaves(&self) -> u64 {
        self.record.ledger().await.unwrap().1
    }
}

pub fn actor(kind: ActorKind, id: &str) -> ActorRef {
    ActorRef {
        kind,
        id: id.to_owned(),
        name: None,
        person: None,
        profession: None,
        sector: None,
        structure: None,
        team: None,
        scope: None,
    }
}
