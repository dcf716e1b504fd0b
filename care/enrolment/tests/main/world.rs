//! A home with a keeper and a store of its own, and a clock that tests move.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use age::x25519::Identity;
use hygie_keeper::{Client, Home, Keeper, Protection, Unlock, bind, init, load_issuer_key, serve};
use hygie_record::notice::wire::TrailLine;
use hygie_record::notice::{
    ActorKind, ActorRef, Clock, Custodian, IssuerKey, KeyStep, Millis, PersonId, Purpose,
    SystemEntropy,
};
use hygie_record::{Caller, ImportEntry, ImportUnit, Outcome, Record};
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
        let keeper = Keeper::start(
            &home,
            &Unlock::default(),
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

    pub fn holder(&self, person: PersonId) -> Caller {
        let holder = ActorRef {
            person: Some(person),
            ..actor(ActorKind::Holder, &person.to_string())
        };
        self.caller(&self.demo, holder, None)
    }

    pub fn operator(&self, purpose: Purpose) -> Caller {
        self.caller(
            &self.operator,
            actor(ActorKind::Operator, "operator"),
            Some(purpose),
        )
    }

    /// Names one custodian: without any, no record ends.
    pub async fn custody(&self) {
        let custodian = Custodian {
            name: "one".to_owned(),
            recipient: Identity::generate().to_public().to_string(),
        };
        let step = KeyStep::Custody {
            threshold: 1,
            custodians: vec![custodian],
        };
        let operator = self.operator(Purpose::Keeping);
        self.keeper.keys(&operator.assertion, step).await.unwrap();
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
