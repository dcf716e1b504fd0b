//! A home with a running keeper, a clock that tests move, and people who act.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use age::x25519::Identity;
use hygie_keeper::notice::wire::Failure;
use hygie_keeper::notice::{
    Act, ActorKind, ActorRef, Assertion, Clock, Custodian, IssuerKey, KeyStep, Millis, Notice,
    Opened, PersonId, Purpose, RequestId, Stream, Subject, SystemEntropy, Verdict,
};
use hygie_keeper::{
    Budgets, Client, Error, Home, Keeper, Measures, Protection, Share, Terms, Unlock, bind, init,
    load_issuer_key, serve,
};
use hygie_ledger::{Folder, Verifier, verify};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A moment in 2026, in milliseconds.
pub const NOW: Millis = 1_790_000_000_000;

pub struct Hands(AtomicU64);

impl Clock for Hands {
    fn now(&self) -> Millis {
        self.0.load(Ordering::Relaxed)
    }
}

pub struct World {
    pub dir: TempDir,
    pub home: Home,
    pub clock: Arc<Hands>,
    pub demo: IssuerKey,
    pub operator: IssuerKey,
    /// How many persons each actor may meet in a day; the defaults, unless a test says otherwise.
    pub budgets: Budgets,
}

pub struct Running {
    pub client: Client,
    pub measures: Arc<Measures>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), Error>>,
}

impl Running {
    /// Stops the keeper and says how it ended.
    pub async fn stop(self) -> Result<(), Error> {
        let _ = self.stop.send(());
        self.served.await.unwrap()
    }

    /// Waits for the keeper to end by itself.
    pub async fn end(self) -> Result<(), Error> {
        self.served.await.unwrap()
    }

    pub async fn size(&self) -> u64 {
        self.client.hello().await.unwrap().size
    }
}

impl World {
    pub fn new() -> Self {
        Self::protected(&Protection::KeyFile(None))
    }

    pub fn protected(protection: &Protection) -> Self {
        let dir = tempfile::tempdir().unwrap();
        init(
            dir.path(),
            protection,
            true,
            "test.example/access",
            &SystemEntropy,
        )
        .unwrap();
        let home = Home::new(dir.path());
        Self {
            demo: load_issuer_key(home.demo_key(), "demo").unwrap(),
            operator: load_issuer_key(home.operator_key(), "operator").unwrap(),
            clock: Arc::new(Hands(AtomicU64::new(NOW))),
            budgets: Budgets::default(),
            home,
            dir,
        }
    }

    pub fn keeper(&self, unlock: &Unlock) -> Result<Keeper, Error> {
        let terms = Terms {
            known: None,
            budgets: self.budgets,
        };
        Keeper::start_under(
            &self.home,
            unlock,
            terms,
            self.clock.clone(),
            Arc::new(SystemEntropy),
        )
    }

    pub async fn start(&self) -> Running {
        self.start_with(&Unlock::default()).await
    }

    pub async fn start_with(&self, unlock: &Unlock) -> Running {
        let keeper = self.keeper(unlock).unwrap();
        let measures = keeper.measures();
        let listener = bind(&keeper).unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(serve(keeper, listener, async {
            let _ = stopped.await;
        }));
        let client = Client::connect(self.home.socket()).await.unwrap();
        Running {
            client,
            measures,
            stop,
            served,
        }
    }

    /// Moves the clock on.
    pub fn wait(&self, millis: Millis) {
        self.clock.0.fetch_add(millis, Ordering::Relaxed);
    }

    /// Sets the clock back.
    pub fn back(&self, millis: Millis) {
        self.clock.0.fetch_sub(millis, Ordering::Relaxed);
    }

    /// A token of the demo issuer, for ten minutes.
    pub fn token(&self, actor: ActorRef) -> Assertion {
        self.demo
            .assert(actor, self.clock.now(), 600, "jti".to_owned())
    }

    pub fn operator(&self) -> Assertion {
        self.operator.assert(
            actor(ActorKind::Operator, "ops"),
            self.clock.now(),
            600,
            "jti".to_owned(),
        )
    }

    pub fn professional(&self) -> Assertion {
        self.token(actor(ActorKind::Professional, "10101010101"))
    }

    pub fn holder(&self, person: PersonId) -> Assertion {
        let mut holder = actor(ActorKind::Holder, "account");
        holder.person = Some(person);
        self.token(holder)
    }

    /// The custodians' shares of a part, opened: what lies in `keeper/custody/FOLDER`.
    pub fn shares(&self, folder: &str, custodians: &[Identity]) -> Vec<Share> {
        let named = custodians.iter().zip(1..);
        named
            .map(|(identity, number)| {
                let place = self.home.custody().join(folder);
                let sealed = fs::read(place.join(format!("keeper-{number}.age"))).unwrap();
                opened(identity, &sealed)
            })
            .collect()
    }

    /// What anyone can check: the whole ledger, with its public key only. Returns its size.
    pub fn verify_ledger(&self) -> u64 {
        let key: Verifier = fs::read_to_string(self.home.verifier())
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        verify::folder(&Folder::open(self.home.ledger()).unwrap(), &key)
            .unwrap()
            .size
    }
}

impl Running {
    /// Names custodians `keeper-1`…, any `threshold` of whom open together; gives their identities.
    pub async fn custody(&self, world: &World, threshold: u8, of: usize) -> Vec<Identity> {
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
        self.client.keys(&world.operator(), step).await.unwrap();
        identities
    }

    /// Makes a person's keys.
    pub async fn create(&self, world: &World) -> Subject {
        let subject = Subject::person(PersonId::random(&SystemEntropy));
        self.client
            .open(&world.operator(), creation(subject))
            .await
            .unwrap();
        subject
    }

    /// Opens content as a professional whom the rules permit.
    pub async fn read(&self, world: &World, subject: Subject, what: &str) -> Result<Opened, Error> {
        self.client
            .open(&world.professional(), reading(subject, what))
            .await
    }
}

/// A share, opened by its custodian.
pub fn opened(identity: &Identity, sealed: &[u8]) -> Share {
    let plain = age::decrypt(identity, sealed).unwrap();
    Share::parse(std::str::from_utf8(&plain).unwrap()).unwrap()
}

/// The operator's notice of an ending.
pub fn ending(subject: Subject, act: Act) -> Notice {
    Notice {
        stream: Stream::Trail,
        act,
        purpose: Purpose::Closure,
        ..reading(subject, "")
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

pub fn permitted() -> Option<Verdict> {
    Some(Verdict {
        permitted: true,
        rules: vec!["a-rule".to_owned()],
    })
}

pub fn refused() -> Option<Verdict> {
    Some(Verdict {
        permitted: false,
        rules: Vec::new(),
    })
}

pub fn reading(subject: Subject, what: &str) -> Notice {
    Notice {
        subject,
        stream: Stream::Content,
        act: Act::Read,
        purpose: Purpose::Treatment,
        what: what.to_owned(),
        verdict: permitted(),
        request: RequestId::random(&SystemEntropy),
    }
}

pub fn creation(subject: Subject) -> Notice {
    Notice {
        stream: Stream::Rights,
        act: Act::Create,
        purpose: Purpose::Import,
        verdict: None,
        ..reading(subject, "import")
    }
}

/// A holder's reading of his own trail.
pub fn accounting(subject: Subject) -> Notice {
    Notice {
        stream: Stream::Trail,
        act: Act::Account,
        purpose: Purpose::PatientRequest,
        verdict: None,
        ..reading(subject, "trail")
    }
}

/// The failure that a refused request got.
pub fn failure<T>(outcome: Result<T, Error>) -> Failure {
    match outcome {
        Err(Error::Refused(failure)) => failure,
        Err(other) => panic!("not refused: {other}"),
        Ok(_) => panic!("not refused at all"),
    }
}

pub fn is_notice<T>(outcome: Result<T, Error>) {
    let failure = failure(outcome);
    assert!(matches!(failure, Failure::Notice(_)), "{failure}");
}

pub fn is_assertion<T>(outcome: Result<T, Error>) {
    let failure = failure(outcome);
    assert!(matches!(failure, Failure::Assertion(_)), "{failure}");
}

/// Copies a file or a folder, in the place of what is there.
pub fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        let _ = fs::remove_dir_all(to);
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}
