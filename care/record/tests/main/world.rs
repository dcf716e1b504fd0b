//! A home with a keeper and a store of its own, a clock that tests move, and people who act.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use age::x25519::Identity;
use hygie_fhir::search::Criterion;
use hygie_keeper::{Client, Home, Keeper, Protection, Unlock, bind, init, load_issuer_key, serve};
use hygie_notice::wire::TrailLine;
use hygie_notice::{
    Act, ActorKind, ActorRef, Assertion, Clock, Custodian, IssuerKey, KeyStep, Millis, PersonId,
    Purpose, Stream, SystemEntropy,
};
use hygie_record::{
    Caller, Error, ImportEntry, ImportUnit, Item, NationalNumbers, Outcome, Query, Record, Taken,
};
use hygie_vault::{Sqlite, Vault};
use serde_json::{Value, json};
use std::fmt::Write;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A moment in September 2026, in milliseconds.
pub const NOW: Millis = 1_790_000_000_000;
pub const MINUTE: Millis = 60_000;
pub const DAY: Millis = 24 * 60 * MINUTE;
/// RPPS number of the doctor, and FINESS number of the hospital, of these tests.
pub const DOCTOR: &str = "10101010101";
pub const HOSPITAL: &str = "750100042";

/// How the looks of these tests at a trail are told from what they look for.
const LOOK: &str = "the test looks";

pub struct Hands(AtomicU64);

impl Clock for Hands {
    fn now(&self) -> Millis {
        self.0.load(Ordering::Relaxed)
    }
}

pub struct World {
    pub record: Arc<Record>,
    pub keeper: Client,
    clock: Arc<Hands>,
    demo: IssuerKey,
    operator: IssuerKey,
    dir: TempDir,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<Result<(), hygie_keeper::Error>>>,
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
        Self::on(dir).await
    }

    /// The home that lies in this folder, served.
    pub async fn on(dir: TempDir) -> Self {
        let home = Home::new(dir.path());
        let clock = Arc::new(Hands(AtomicU64::new(NOW)));
        let keeper = Keeper::start(
            &home,
            &Unlock::default(),
            clock.clone(),
            Arc::new(SystemEntropy),
        )
        .unwrap();
        let listener = bind(&keeper).unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            // A test that is over takes the folder away under a keeper that still runs: what it says then is heard
            // by whoever waits for its end, and by nobody else.
            serve(keeper, listener, stopped).await
        });
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
            stop: Some(stop),
            served: Some(served),
        }
    }

    /// Where all of it lies.
    pub fn home(&self) -> Home {
        Home::new(self.dir.path())
    }

    /// How many documents lie in the store.
    pub fn objects(&self) -> usize {
        let folders = std::fs::read_dir(self.dir.path().join("store/documents")).unwrap();
        let files = folders.map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
        files.map(Iterator::count).sum()
    }

    /// A second hand on the store's files, as a crashed process or the host has it.
    pub fn vault(&self) -> Vault<Sqlite> {
        let store: PathBuf = self.dir.path().join("store");
        Vault::new(Sqlite::open(&store).unwrap(), Arc::new(SystemEntropy))
    }

    /// The same home, where records are compacted every few entries.
    pub async fn compacting_each(mut self, entries: u64) -> Self {
        self.take_over(entries).await;
        self
    }

    /// Another process goes on with the home, and compacts records every few entries.
    pub async fn take_over(&mut self, entries: u64) {
        self.record.settled().await;
        let entries = NonZero::new(entries).unwrap();
        self.record = Arc::new(self.restarted().await.compacting_each(entries));
    }

    /// Another care process goes on with the home, and takes in these national numbers.
    pub async fn taking(mut self, numbers: NationalNumbers) -> Self {
        self.record.settled().await;
        self.record = Arc::new(self.restarted().await.taking(numbers));
        self
    }

    /// Another care process on the same home, with nothing in its memory.
    pub async fn restarted(&self) -> Record {
        Record::join(
            self.keeper.clone(),
            self.vault(),
            self.clock.clone(),
            Arc::new(SystemEntropy),
        )
        .await
        .unwrap()
    }

    /// Takes the keeper away.
    pub async fn stop_keeper(&mut self) {
        drop(self.stop.take());
        self.served.take().unwrap().await.unwrap().unwrap();
    }

    pub fn wait(&self, millis: Millis) {
        self.clock.0.fetch_add(millis, Ordering::Relaxed);
    }

    /// Sets the clock back.
    pub fn back(&self, millis: Millis) {
        self.clock.0.fetch_sub(millis, Ordering::Relaxed);
    }

    fn caller(&self, key: &IssuerKey, actor: ActorRef, purpose: Option<Purpose>) -> Caller {
        let assertion = key.assert(actor, self.clock.now(), 600, "jti".to_owned());
        self.record.caller(assertion.text(), purpose).unwrap()
    }

    /// A token of the demo issuer, as text.
    pub fn token(&self, actor: ActorRef) -> Assertion {
        self.demo
            .assert(actor, self.clock.now(), 600, "jti".to_owned())
    }

    pub fn by(&self, actor: ActorRef) -> Caller {
        self.caller(&self.demo, actor, None)
    }

    pub fn holder(&self, person: PersonId) -> Caller {
        let mut holder = actor(ActorKind::Holder, &person.to_string());
        holder.person = Some(person);
        self.by(holder)
    }

    pub fn doctor(&self) -> Caller {
        self.by(actor(ActorKind::Professional, DOCTOR))
    }

    pub fn hospital(&self) -> Caller {
        self.by(actor(ActorKind::Software, HOSPITAL))
    }

    pub fn importer(&self) -> Caller {
        self.caller(
            &self.operator,
            actor(ActorKind::Operator, "operator"),
            Some(Purpose::Import),
        )
    }

    pub fn exporter(&self) -> Caller {
        self.caller(
            &self.operator,
            actor(ActorKind::Operator, "operator"),
            Some(Purpose::Portability),
        )
    }

    /// The operator as he ends records.
    pub fn closer(&self) -> Caller {
        self.caller(
            &self.operator,
            actor(ActorKind::Operator, "operator"),
            Some(Purpose::Closure),
        )
    }

    /// Names custodians `keeper-1`…, any `threshold` of whom open together; gives their identities.
    pub async fn custody(&self, threshold: u8, of: usize) -> Vec<Identity> {
        let identities: Vec<Identity> = (0..of).map(|_| Identity::generate()).collect();
        let named = identities.iter().zip(1..);
        let custodians = named
            .map(|(identity, number)| Custodian {
                name: format!("keeper-{number}"),
                recipient: identity.to_public().to_string(),
            })
            .collect();
        let step = KeyStep::Custody {
            threshold,
            custodians,
        };
        let asked = self.keeper.keys(&self.closer().assertion, step).await;
        asked.unwrap();
        identities
    }

    /// Imports entries; the answers stand in the order of the entries.
    pub async fn import(
        &self,
        source: Option<&str>,
        entries: Vec<(Option<&str>, Value)>,
    ) -> Vec<Taken> {
        let count = entries.len();
        let mut taken = self
            .record
            .import(&self.importer(), unit(source, entries))
            .await
            .unwrap();
        taken.sort_by_key(|taken| taken.entry);
        let numbers: Vec<usize> = taken.iter().map(|taken| taken.entry).collect();
        assert_eq!(
            numbers,
            (0..count).collect::<Vec<_>>(),
            "one answer an entry"
        );
        taken
    }

    /// The same, for what became of each.
    pub async fn outcomes(
        &self,
        source: Option<&str>,
        entries: Vec<(Option<&str>, Value)>,
    ) -> Vec<Outcome> {
        let taken = self.import(source, entries).await;
        taken.iter().map(|taken| taken.outcome).collect()
    }

    /// A new person with nothing but a Patient.
    pub async fn person(&self) -> PersonId {
        let known = self.record.persons().await.unwrap();
        let url = format!("urn:uuid:00000000-0000-4000-8000-{:012}", known.len() + 1);
        let outcomes = self.outcomes(None, vec![(Some(&url), patient())]).await;
        assert_eq!(outcomes, [Outcome::Taken]);
        let persons = self.record.persons().await.unwrap();
        persons
            .into_iter()
            .find(|person| !known.contains(person))
            .unwrap()
    }

    /// Deposits an observation about `person`, and gives its id.
    pub async fn observe(&self, person: PersonId, text: &str) -> Arc<Item> {
        let content = observation(&format!("Patient/{person}"), text);
        self.deposit(&self.doctor(), "Observation", content)
            .await
            .unwrap()
    }

    pub async fn deposit(
        &self,
        caller: &Caller,
        kind: &str,
        content: Value,
    ) -> Result<Arc<Item>, Error> {
        let content = content.to_string();
        let done = self
            .record
            .deposit(caller, kind, content.as_bytes(), None)
            .await?;
        Ok(done.item)
    }

    /// All of one type that somebody sees of a record.
    pub async fn search(
        &self,
        caller: &Caller,
        person: PersonId,
        kind: &str,
    ) -> Result<Vec<Arc<Item>>, Error> {
        search(&self.record, caller, person, kind).await
    }

    /// All of one type that stands in the directory.
    pub async fn listed(&self, caller: &Caller, kind: &str) -> Result<Vec<Arc<Item>>, Error> {
        let found = self
            .record
            .search_directory(caller, &query(kind, &[]))
            .await?;
        Ok(found.matches)
    }

    /// The holder opens the record to the doctor.
    pub async fn authorise(&self, person: PersonId) {
        let consent = consent(person, &json!({}));
        self.deposit(&self.holder(person), "Consent", consent)
            .await
            .unwrap();
    }

    /// Everything of one type that the holder sees.
    pub async fn all(&self, person: PersonId, kind: &str) -> Vec<Arc<Item>> {
        self.search(&self.holder(person), person, kind)
            .await
            .unwrap()
    }

    /// The holder's trail without the lines of these tests' looks at it.
    pub async fn trail(&self, person: PersonId) -> Vec<TrailLine> {
        let account = self
            .record
            .account(&self.holder(person), person, LOOK)
            .await;
        let mut lines = account.unwrap().lines;
        lines.retain(|line| line.event.notice.what != LOOK);
        lines
    }

    /// The newest lines of the trail, in short: act, stream, and the verdict.
    pub async fn newest(&self, person: PersonId, count: usize) -> Vec<(Act, Stream, Option<bool>)> {
        let lines = self.trail(person).await;
        let short = lines.iter().map(|line| {
            let notice = &line.event.notice;
            (
                notice.act,
                notice.stream,
                notice.verdict.as_ref().map(|verdict| verdict.permitted),
            )
        });
        short.skip(lines.len() - count).collect()
    }

    /// How many leaves the ledger holds.
    pub async fn leaves(&self) -> u64 {
        self.record.ledger().await.unwrap().1
    }
}

/// All of one type that somebody sees of a record, asked of one process.
pub async fn search(
    record: &Record,
    caller: &Caller,
    person: PersonId,
    kind: &str,
) -> Result<Vec<Arc<Item>>, Error> {
    let found = record.search(caller, person, &query(kind, &[])).await?;
    Ok(found.matches)
}

pub fn actor(kind: ActorKind, id: &str) -> ActorRef {
    ActorRef {
        profession: (kind == ActorKind::Professional).then(|| "G15_10".to_owned()),
        ..ActorRef::new(kind, id)
    }
}

/// A unit of entries, each with its fullUrl or none.
pub fn unit(source: Option<&str>, entries: Vec<(Option<&str>, Value)>) -> ImportUnit {
    ImportUnit {
        source: source.unwrap_or("unnamed").to_owned(),
        named_source: source.is_some(),
        entries: entries
            .into_iter()
            .enumerate()
            .map(|(entry, (url, resource))| ImportEntry {
                entry,
                url: url.map(str::to_owned),
                resource: resource.to_string(),
            })
            .collect(),
    }
}

pub fn query(kind: &str, criteria: &[(&str, &str)]) -> Query {
    let mut what = kind.to_owned();
    for (name, value) in criteria {
        write!(what, " {name}={value}").unwrap();
    }
    Query {
        kind: Some(kind.to_owned()),
        criteria: criteria
            .iter()
            .map(|(name, value)| Criterion::parse(kind, name, value).unwrap())
            .collect(),
        what,
    }
}

pub fn patient() -> Value {
    json!({ "resourceType": "Patient", "name": [{ "family": "Durand" }] })
}

/// A Patient with an INS of the demonstration system.
pub fn insured(ins: &str, family: &str) -> Value {
    json!({
        "resourceType": "Patient",
        "identifier": [{ "system": "urn:oid:1.2.250.1.213.1.4.11", "value": ins }],
        "name": [{ "family": family }],
    })
}

pub fn observation(subject: &str, text: &str) -> Value {
    json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "text": text },
        "subject": { "reference": subject },
    })
}

pub fn practitioner(rpps: &str, family: &str) -> Value {
    json!({
        "resourceType": "Practitioner",
        "identifier": [{ "system": "https://rpps.esante.fr", "value": rpps }],
        "name": [{ "family": family }],
    })
}

/// The same resource under an id.
pub fn named(id: &str, mut resource: Value) -> Value {
    resource["id"] = json!(id);
    resource
}

/// The holder's permission for the doctor to read; `provision` changes members of its provision.
pub fn consent(person: PersonId, provision: &Value) -> Value {
    let mut consent = json!({
        "resourceType": "Consent",
        "status": "active",
        "scope": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/consentscope",
            "code": "patient-privacy",
        }] },
        "category": [{ "coding": [{ "system": "http://loinc.org", "code": "59284-0" }] }],
        "patient": { "reference": format!("Patient/{person}") },
        "policyRule": { "text": "reading" },
        "provision": {
            "type": "permit",
            "actor": [reader("https://rpps.esante.fr", DOCTOR)],
        },
    });
    for (name, value) in provision.as_object().unwrap() {
        consent["provision"][name] = value.clone();
    }
    consent
}

/// An actor of a Consent's provision.
pub fn reader(system: &str, value: &str) -> Value {
    json!({
        "role": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "PRCP" }] },
        "reference": { "identifier": { "system": system, "value": value } },
    })
}

/// The text of an item's code.
pub fn text_of(item: &Item) -> String {
    let code = item.resource().json().get("code").unwrap();
    code.get("text").unwrap().as_str().unwrap().to_owned()
}

pub fn is_refused<T>(outcome: Result<T, Error>) {
    match outcome {
        Err(Error::Refused) => {}
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("not refused"),
    }
}
