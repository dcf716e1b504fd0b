//! A home with a keeper, a store and the FHIR API over them; every answer is checked as it comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use hygie_enrolment::{Calendar, Enrolment};
use hygie_fhir::{Limits, Resource, check};
use hygie_keeper::{
    Allowance, Budgets, Client, Home, Keeper, Protection, Terms, Unlock, bind, init,
    load_issuer_key, serve,
};
use hygie_notice::{
    ActorKind, ActorRef, Clock, Entropy, IssuerKey, Millis, PersonId, SystemEntropy,
};
use hygie_portal::{PageSettings, Settings, Site, admin_router, pages_router, router};
use hygie_record::accounts::Accounts;
use hygie_record::policy::Terms as Laid;
use hygie_record::{Record, Roll};
use hygie_vault::{Sqlite, Vault};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

/// A moment in September 2026, in milliseconds.
pub const NOW: Millis = 1_790_000_000_000;
pub const BASE: &str = "https://care.example/fhir";
/// The RPPS number of the doctor of these tests.
pub const DOCTOR: &str = "10101010101";

pub struct Hands(AtomicU64);

impl Clock for Hands {
    fn now(&self) -> Millis {
        self.0.load(Ordering::Relaxed)
    }
}

pub struct World {
    pub record: Arc<Record>,
    /// The roll below the enrolment of this world.
    pub roll: Roll,
    pub accounts: Arc<Accounts>,
    pub demo: IssuerKey,
    pub operator: IssuerKey,
    app: Router,
    admin: Router,
    pages: Router,
    clock: Arc<Hands>,
    dir: TempDir,
}

/// An answer, already found sound.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }

    /// Its status and the first issue's code: what clients act on.
    pub fn refusal(&self) -> (u16, String) {
        let json = self.json();
        assert_eq!(json["resourceType"], "OperationOutcome", "{json}");
        let code = json["issue"][0]["code"].as_str().unwrap().to_owned();
        (self.status.as_u16(), code)
    }

    /// The same with the FHIRPath of the fault; empty where there is none.
    pub fn fault(&self) -> (u16, String, String) {
        let (status, code) = self.refusal();
        let place = self.json()["issue"][0]["expression"][0].clone();
        (status, code, place.as_str().unwrap_or_default().to_owned())
    }

    /// `Type/id` of the entries, without the base.
    pub fn entries(&self) -> Vec<String> {
        let json = self.json();
        let entries = json["entry"].as_array().cloned().unwrap_or_default();
        let urls = entries
            .iter()
            .map(|entry| entry["fullUrl"].as_str().unwrap());
        urls.map(|url| url.strip_prefix(&format!("{BASE}/")).unwrap().to_owned())
            .collect()
    }

    /// Path and query of the next page.
    pub fn next(&self) -> Option<String> {
        let json = self.json();
        let links = json["link"].as_array().unwrap();
        let next = links.iter().find(|link| link["relation"] == "next")?;
        let url = next["url"].as_str().unwrap();
        Some(url.strip_prefix(BASE).unwrap().to_owned())
    }
}

impl World {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::drawing(Arc::new(SystemEntropy), Laid::default(), dir).await
    }

    /// A world in which a professional may read so many persons in a day.
    pub async fn reading_at_most(persons: u64) -> Self {
        let budgets = Budgets {
            care: Allowance::of(persons).unwrap(),
            ..Budgets::default()
        };
        let dir = tempfile::tempdir().unwrap();
        Self::under((budgets, Laid::default()), Arc::new(SystemEntropy), dir).await
    }

    /// A world in which the operator laid this down for all spaces.
    pub async fn laid(laid: Laid) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::drawing(Arc::new(SystemEntropy), laid, dir).await
    }

    /// A world in this folder, of such an operator, whose records draw their ids from `entropy`; its keys are as
    /// random as any.
    pub async fn drawing(entropy: Arc<dyn Entropy>, laid: Laid, dir: TempDir) -> Self {
        Self::under((Budgets::default(), laid), entropy, dir).await
    }

    async fn under(
        (budgets, laid): (Budgets, Laid),
        entropy: Arc<dyn Entropy>,
        dir: TempDir,
    ) -> Self {
        let key_file = Protection::KeyFile(None);
        init(
            dir.path(),
            &key_file,
            true,
            "test.example/access",
            &SystemEntropy,
        )
        .unwrap();
        let home = Home::new(dir.path());
        let clock = Arc::new(Hands(AtomicU64::new(NOW)));
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
        tokio::spawn(serve(keeper, listener, std::future::pending()));
        let keeper = Client::connect(home.socket()).await.unwrap();
        let store = Sqlite::open(&dir.path().join("store")).unwrap();
        let vault = Vault::new(store, Arc::new(SystemEntropy));
        let record = Record::join(keeper, vault, clock.clone(), entropy)
            .await
            .unwrap();
        let record = Arc::new(record.under(laid));
        let settings = Settings {
            base: BASE.to_owned(),
            ..Settings::default()
        };
        let enrolment = Arc::new(Enrolment::new(
            roll(&record, &home),
            Calendar::of("Europe/Paris").unwrap(),
            None,
        ));
        let key = load_issuer_key(home.sign_in_key(), "sign-in").unwrap();
        let accounts = Arc::new(Accounts::new(Arc::clone(&record), key));
        let origin = PageSettings {
            base: BASE.to_owned(),
            idle: None,
            zone: Some(hygie_portal::TimeZone::get("Europe/Paris").unwrap()),
        };
        let site = Site::new(Arc::clone(&enrolment), Arc::clone(&accounts), &origin);
        Self {
            app: router(Arc::clone(&enrolment), Arc::clone(&record), settings),
            admin: admin_router(enrolment, Arc::clone(&accounts), BASE.to_owned()),
            pages: pages_router(Arc::new(site)),
            accounts,
            roll: roll(&record, &home),
            record,
            demo: load_issuer_key(home.demo_key(), "demo").unwrap(),
            operator: load_issuer_key(home.operator_key(), "operator").unwrap(),
            clock,
            dir,
        }
    }

    /// Sets the clock.
    pub fn at(&self, now: Millis) {
        self.clock.0.store(now, Ordering::Relaxed);
    }

    pub fn wait(&self, millis: Millis) {
        self.clock.0.fetch_add(millis, Ordering::Relaxed);
    }

    pub fn token(&self, actor: ActorRef) -> String {
        let now = self.clock.now();
        self.demo
            .assert(actor, now, 600, "jti".to_owned())
            .text()
            .to_owned()
    }

    pub fn holder(&self, person: PersonId) -> String {
        let mut holder = actor(ActorKind::Holder, &person.to_string());
        holder.person = Some(person);
        self.token(holder)
    }

    pub fn doctor(&self) -> String {
        self.token(actor(ActorKind::Professional, DOCTOR))
    }

    /// A token of `actor` by one of the home's own issuers: `crossing`, `enrolment` or `sign-in`.
    pub fn vouched(&self, issuer: &str, actor: ActorRef) -> String {
        let home = Home::new(self.dir.path());
        let file = match issuer {
            "crossing" => home.crossing_key(),
            "enrolment" => home.enrolment_key(),
            _ => home.sign_in_key(),
        };
        let key = load_issuer_key(file, issuer).unwrap();
        key.assert(actor, self.clock.now(), 600, "jti".to_owned())
            .text()
            .to_owned()
    }

    pub fn operator(&self) -> String {
        let operator = actor(ActorKind::Operator, "operator");
        let now = self.clock.now();
        self.operator
            .assert(operator, now, 600, "jti".to_owned())
            .text()
            .to_owned()
    }

    /// Sends a request to the FHIR API, and checks what holds for every answer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let answer = answered(self.app.clone(), request).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        if answer.status == StatusCode::UNAUTHORIZED {
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
        let kind = answer
            .headers
            .get("content-type")
            .map_or("", |kind| kind.to_str().unwrap());
        if !answer.body.is_empty() && kind.starts_with("application/fhir+json") {
            let resource = Resource::parse(&answer.body, &Limits::default()).unwrap();
            let faults = check(&resource);
            assert_eq!(faults, [], "{}", String::from_utf8_lossy(&answer.body));
        } else if answer.status.is_client_error() || answer.status.is_server_error() {
            panic!("{} is no OperationOutcome: {kind}", answer.status);
        }
        answer
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        self.send(
            request(Method::GET, token, path)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub async fn post(&self, token: &str, path: &str, content: &Value) -> Answer {
        self.write(Method::POST, token, path, content).await
    }

    pub async fn write(&self, method: Method, token: &str, path: &str, content: &Value) -> Answer {
        let request = request(method, token, path).header("content-type", "application/fhir+json");
        self.send(request.body(Body::from(content.to_string())).unwrap())
            .await
    }

    /// Sends a request to the operator's socket.
    pub async fn ask(&self, method: Method, token: &str, path: &str, content: Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        let body = Body::from(content.to_string());
        answered(self.admin.clone(), request.body(body).unwrap()).await
    }

    /// An answer of the operator's socket.
    pub async fn at_the_socket(&self, request: Request<Body>) -> Answer {
        answered(self.admin.clone(), request).await
    }

    /// An answer of the pages.
    pub async fn at_the_pages(&self, request: Request<Body>) -> Answer {
        answered(self.pages.clone(), request).await
    }

    /// An answer as it came, with nothing checked.
    pub async fn unchecked(&self, request: Request<Body>) -> Answer {
        answered(self.app.clone(), request).await
    }

    /// A request with more headers.
    pub async fn send_with(
        &self,
        token: &str,
        path: &str,
        (header, value): (&str, &str),
    ) -> Answer {
        let request = request(Method::GET, token, path).header(header, value);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A new person with nothing but a Patient.
    pub async fn person(&self) -> PersonId {
        let known = self.record.persons().await.unwrap();
        let url = format!("urn:uuid:00000000-0000-4000-8000-{:012}", known.len() + 1);
        let patient = json!({ "resourceType": "Patient", "name": [{ "family": "Durand" }] });
        let unit = json!({
            "source": "unnamed",
            "named_source": false,
            "entries": [{ "entry": 0, "url": url, "resource": patient.to_string() }],
        });
        let answer = self
            .ask(Method::POST, &self.operator(), "/import", unit)
            .await;
        assert_eq!(answer.json()["outcomes"][0]["outcome"], "taken");
        let persons = self.record.persons().await.unwrap();
        persons
            .into_iter()
            .find(|person| !known.contains(person))
            .unwrap()
    }

    /// Deposits an observation, and gives its id.
    pub async fn observe(&self, person: PersonId, text: &str) -> String {
        let content = observation(person, text);
        let answer = self.post(&self.doctor(), "/Observation", &content).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// The holder opens the record to the doctor.
    pub async fn authorise(&self, person: PersonId) {
        let answer = self
            .post(&self.holder(person), "/Consent", &consent(person))
            .await;
        assert_eq!(answer.status, StatusCode::CREATED);
    }
}

/// The roll of a home.
fn roll(record: &Arc<Record>, home: &Home) -> Roll {
    let key = load_issuer_key(home.enrolment_key(), "enrolment").unwrap();
    Roll::new(Arc::clone(record), key)
}

async fn answered(app: Router, request: Request<Body>) -> Answer {
    let (parts, body) = app.oneshot(request).await.unwrap().into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: body.collect().await.unwrap().to_bytes().to_vec(),
    }
}

/// A request to the FHIR API; an empty token is none.
pub fn request(method: Method, token: &str, path: &str) -> http::request::Builder {
    let request = Request::builder()
        .method(method)
        .uri(format!("/fhir{path}"));
    if token.is_empty() {
        return request;
    }
    request.header("authorization", format!("Bearer {token}"))
}

pub fn actor(kind: ActorKind, id: &str) -> ActorRef {
    ActorRef {
        profession: (kind == ActorKind::Professional).then(|| "G15_10".to_owned()),
        ..ActorRef::new(kind, id)
    }
}

pub fn observation(person: PersonId, text: &str) -> Value {
    json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "text": text },
        "subject": { "reference": format!("Patient/{person}") },
    })
}

/// The holder's permission for the doctor to read.
pub fn consent(person: PersonId) -> Value {
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
                "reference": { "identifier": { "system": "https://rpps.esante.fr", "value": DOCTOR } },
            }],
        },
    })
}
