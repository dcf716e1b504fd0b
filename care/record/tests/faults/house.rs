//! A home that can be opened wherever its files lie, by the code that the programs run.

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hygie_fhir::Json;
use hygie_keeper::{Client, Home, Keeper, Protection, Unlock, bind, init, load_issuer_key, serve};
use hygie_notice::wire::TrailLine;
use hygie_notice::{
    Act, ActorKind, ActorRef, Clock, IssuerKey, Millis, Notice, Opened, PersonId, Purpose,
    RequestId, Stream, Subject, SystemEntropy, Verdict,
};
use hygie_record::{Caller, ImportEntry, ImportUnit, Outcome, Query, Record, Seen};
use hygie_vault::{Sqlite, Vault};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A moment in September 2026, in milliseconds.
const NOW: Millis = 1_790_000_000_000;
/// How the looks of these tests at a trail are told from what they look for.
const LOOK: &str = "the test looks";

/// A machine with more work than this test is no fault of the keeper.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// The INS of demonstrations.
const INS: &str = "urn:oid:1.2.250.1.213.1.4.11";

struct Still;

impl Clock for Still {
    fn now(&self) -> Millis {
        NOW
    }
}

/// Keeper and record of one home, running in this process.
pub struct House {
    pub record: Arc<Record>,
    pub keeper: Client,
    /// How far the ledger was seen to go.
    pub seen: Seen,
    demo: IssuerKey,
    operator: IssuerKey,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<Result<(), hygie_keeper::Error>>,
}

/// Makes the keeper, as `hygie init` does.
pub fn make(dir: &Path) -> Result<(), String> {
    init(
        dir,
        &Protection::KeyFile(None),
        true,
        "test.example/access",
        &SystemEntropy,
    )
    .map_err(text)
}

/// An error as these tests tell it.
pub fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Every few entries, so that small homes have snapshots, and entries behind them.
const OCCASION: NonZero<u64> = NonZero::new(3).unwrap();

impl House {
    /// Starts keeper and record on a home, as the programs do; recovers what a crash left.
    pub async fn open(dir: &Path) -> Result<Self, String> {
        Self::open_since(dir, None).await
    }

    /// The same, where the ledger goes on from a checkpoint.
    pub async fn open_since(dir: &Path, checkpoint: Option<&str>) -> Result<Self, String> {
        let home = Home::new(dir);
        let clock = Arc::new(Still);
        let entropy = Arc::new(SystemEntropy);
        let unlock = Unlock::default();
        let keeper =
            Keeper::start_since(&home, &unlock, checkpoint, clock.clone(), entropy.clone())
                .map_err(text)?;
        let listener = bind(&keeper).map_err(text)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(serve(keeper, listener, async {
            let _ended = stopped.await;
        }));
        let opened = Self::join(dir, &home, clock).await;
        match opened {
            Ok((record, keeper, seen, demo, operator)) => Ok(Self {
                record: Arc::new(record),
                keeper,
                seen,
                demo,
                operator,
                stop: Some(stop),
                served,
            }),
            Err(why) => {
                drop(stop);
                let _told = served.await;
                Err(why)
            }
        }
    }

    async fn join(
        dir: &Path,
        home: &Home,
        clock: Arc<Still>,
    ) -> Result<(Record, Client, Seen, IssuerKey, IssuerKey), String> {
        // As on a home whose store is a folder yet to be made.
        let store = Sqlite::open(&dir.join("store")).map_err(text)?;
        let vault = Vault::new(store, Arc::new(SystemEntropy));
        let keeper = Client::connect(home.socket()).await.map_err(text)?;
        let keeper = keeper.with_patience(PATIENCE);
        let record = Record::join(keeper.clone(), vault, clock, Arc::new(SystemEntropy))
            .await
            .map_err(text)?
            .compacting_each(OCCASION);
        let path = dir.join("store/seen");
        let seen = Seen::hold(&record, &path).await.map_err(text)?;
        let demo = load_issuer_key(home.demo_key(), "demo").map_err(text)?;
        let operator = load_issuer_key(home.operator_key(), "operator").map_err(text)?;
        Ok((record, keeper, seen, demo, operator))
    }

    /// Stops everything in order; says how the keeper ended.
    pub async fn close(mut self) -> Result<(), String> {
        self.record.settled().await;
        // As care does when it stops.
        let noted = self.seen.note(&self.record).await.map_err(text);
        drop(self.stop.take());
        drop(self.record);
        drop(self.keeper);
        self.served.await.map_err(text)?.map_err(text)?;
        noted
    }

    pub fn holder(&self, person: PersonId) -> Result<Caller, String> {
        let mut actor = actor(ActorKind::Holder, &person.to_string());
        actor.person = Some(person);
        self.caller(&self.demo, actor, None)
    }

    pub fn doctor(&self) -> Result<Caller, String> {
        let doctor = actor(ActorKind::Professional, "10101010101");
        self.caller(&self.demo, doctor, None)
    }

    /// The operator, for a purpose.
    pub fn by_operator(&self, operator: ActorRef, purpose: Purpose) -> Result<Caller, String> {
        self.caller(&self.operator, operator, Some(purpose))
    }

    fn caller(
        &self,
        key: &IssuerKey,
        actor: ActorRef,
        purpose: Option<Purpose>,
    ) -> Result<Caller, String> {
        let assertion = key.assert(actor, NOW, 600, "jti".to_owned());
        self.record.caller(assertion.text(), purpose).map_err(text)
    }

    /// A stream's key and head, for whom the operator's import may open it.
    pub async fn opened(&self, subject: Subject, stream: Stream) -> Result<Opened, String> {
        let operator = actor(ActorKind::Operator, "operator");
        let caller = self.caller(&self.operator, operator, Some(Purpose::Import))?;
        let permitted = Verdict {
            permitted: true,
            rules: vec!["operator-imports".to_owned()],
        };
        let (act, verdict) = match stream {
            Stream::Rights => (Act::Weigh, None),
            _ => (Act::Deposit, Some(permitted)),
        };
        let notice = Notice {
            subject,
            stream,
            act,
            purpose: Purpose::Import,
            what: "a test".to_owned(),
            verdict,
            request: RequestId::random(&SystemEntropy),
        };
        let opened = self.keeper.open(&caller.assertion, notice).await;
        opened.map_err(text)
    }

    /// Imports a Patient and one observation; gives the person's id.
    pub async fn import(&self, name: &str, note: &str) -> Result<PersonId, String> {
        let operator = actor(ActorKind::Operator, "operator");
        let caller = self.caller(&self.operator, operator, Some(Purpose::Import))?;
        let before = self.record.persons().await.map_err(text)?;
        let number = 1_630_178_477_000 + before.len();
        let patient = json!({
            "resourceType": "Patient",
            "identifier": [{ "system": INS, "value": format!("{number}{:02}", 97 - number % 97) }],
            "name": [{ "family": name }],
        });
        let entries = [
            ("urn:uuid:1", patient),
            ("urn:uuid:2", observation("urn:uuid:1", note)),
        ];
        let unit = ImportUnit {
            source: name.to_owned(),
            named_source: true,
            entries: entries
                .into_iter()
                .enumerate()
                .map(|(entry, (url, resource))| ImportEntry {
                    entry,
                    url: Some(url.to_owned()),
                    resource: resource.to_string(),
                })
                .collect(),
        };
        let taken = self.record.import(&caller, unit).await.map_err(text)?;
        if taken.iter().any(|taken| taken.outcome != Outcome::Taken) {
            return Err("an entry of the import was not taken".to_owned());
        }
        let after = self.record.persons().await.map_err(text)?;
        let mut new = after.into_iter().filter(|person| !before.contains(person));
        new.next().ok_or_else(|| "nobody came".to_owned())
    }

    /// Who has this national identifier.
    pub async fn identified(&self, value: &str) -> Result<PersonId, String> {
        let caller = self.doctor()?;
        let question = format!("{INS}|{value}");
        let found = self.record.person_identified(&caller, &question).await;
        found.map_err(text)
    }

    /// Deposits an observation by the doctor; gives its id.
    pub async fn observe(&self, person: PersonId, note: &str) -> Result<String, String> {
        let content = observation(&format!("Patient/{person}"), note);
        let caller = self.doctor()?;
        self.deposit(&caller, "Observation", &content).await
    }

    pub async fn deposit(
        &self,
        caller: &Caller,
        kind: &str,
        content: &Value,
    ) -> Result<String, String> {
        let bytes = content.to_string();
        let done = self
            .record
            .deposit(caller, kind, bytes.as_bytes(), None)
            .await
            .map_err(text)?;
        let id = done.item.resource().id();
        Ok(id.expect("what is stored has an id").to_owned())
    }

    /// Deposits a document of several pieces by the doctor; gives its id.
    pub async fn send(&self, person: PersonId, document: u8) -> Result<String, String> {
        let content = json!({
            "resourceType": "Binary",
            "contentType": "application/octet-stream",
            "securityContext": { "reference": format!("Patient/{person}") },
            "data": STANDARD.encode(document_of(document)),
        });
        let caller = self.doctor()?;
        self.deposit(&caller, "Binary", &content).await
    }

    /// Every document of a record, by id, read to its end.
    pub async fn documents(&self, person: PersonId) -> Result<Vec<(String, Vec<u8>)>, String> {
        let told = self.documents_told(person).await?.into_iter();
        told.map(|(id, bytes, why)| match why {
            None => Ok((id, bytes)),
            Some(why) => Err(format!("{id}: {why}")),
        })
        .collect()
    }

    /// Every document of a record, by id: what is given of it, and why no more is.
    pub async fn documents_told(
        &self,
        person: PersonId,
    ) -> Result<Vec<(String, Vec<u8>, Option<String>)>, String> {
        let query = Query {
            kind: Some("Binary".to_owned()),
            criteria: Vec::new(),
            what: LOOK.to_owned(),
        };
        let caller = self.holder(person)?;
        let found = self.record.search(&caller, person, &query).await;
        let mut documents = Vec::new();
        for item in found.map_err(text)?.matches {
            let id = item.id().to_owned();
            let Some(Json::Elsewhere(data)) = item.resource().json().get("data") else {
                return Err(format!("{id} has no document"));
            };
            let mut bytes = Vec::new();
            let read = async {
                let mut reader = self.record.document(data, 0..u64::MAX).await?;
                loop {
                    let next = reader.next().await?;
                    if next.is_empty() {
                        return Ok::<_, hygie_record::Error>(());
                    }
                    bytes.extend(next);
                }
            };
            let why = read.await.err().map(text);
            documents.push((id, bytes, why));
        }
        Ok(documents)
    }

    /// The holder opens the record to the doctor: a write of `rights`.
    pub async fn authorise(&self, person: PersonId) -> Result<String, String> {
        let caller = self.holder(person)?;
        self.deposit(&caller, "Consent", &consent(person)).await
    }

    /// Everything of one kind that the holder sees, as JSON by id; `what` stands in his trail.
    pub async fn search(
        &self,
        person: PersonId,
        kind: &str,
        what: &str,
    ) -> Result<Vec<(String, Value)>, String> {
        let query = Query {
            kind: Some(kind.to_owned()),
            criteria: Vec::new(),
            what: what.to_owned(),
        };
        let caller = self.holder(person)?;
        let found = self.record.search(&caller, person, &query).await;
        let items = found.map_err(text)?.matches;
        let told = items.iter().map(|item| {
            let id = item.id().to_owned();
            let value = serde_json::from_slice(&item.resource().print()).map_err(text)?;
            Ok((id, value))
        });
        told.collect()
    }

    /// The holder's trail, without the lines of these tests' looks at it.
    pub async fn trail(&self, person: PersonId) -> Result<Vec<TrailLine>, String> {
        let caller = self.holder(person)?;
        let page = self.record.account(&caller, person, LOOK).await;
        let mut lines = page.map_err(text)?.lines;
        lines.retain(|line| line.event.notice.what != LOOK);
        Ok(lines)
    }
}

fn actor(kind: ActorKind, id: &str) -> ActorRef {
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

/// The operator.
pub fn actor_of_operator() -> ActorRef {
    actor(ActorKind::Operator, "operator")
}

/// The bytes of a document of this number.
pub fn document_of(number: u8) -> Vec<u8> {
    let bytes = (0..150_000_u32).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[1] ^ number);
    bytes.collect()
}

/// An observation that says `note`.
pub fn observation(subject: &str, note: &str) -> Value {
    json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "text": "a note" },
        "subject": { "reference": subject },
        "note": [{ "text": note }],
    })
}

fn consent(person: PersonId) -> Value {
    json!({
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
            "actor": [{
                "role": { "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                    "code": "PRCP",
                }] },
                "reference": { "identifier": {
                    "system": "https://rpps.esante.fr", "value": "10101010101",
                } },
            }],
        },
    })
}
