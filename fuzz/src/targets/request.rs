//! A real keeper on its socket: whatever comes over a connection, it answers the next one.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hygie_keeper::{Home, Keeper, Protection, Unlock, bind, init, load_issuer_key, serve};
use hygie_notice::wire::{self, Response};
use hygie_notice::{ActorKind, ActorRef, Assertion, Clock, Millis, SystemEntropy};
use tempfile::TempDir;

/// A moment in 2026, in milliseconds, that does not pass.
const NOW: Millis = 1_790_000_000_000;

struct Still;

impl Clock for Still {
    fn now(&self) -> Millis {
        NOW
    }
}

/// The keeper's home, for the life of the process: a static is never dropped, the folder is under `TMPDIR`.
fn home() -> &'static (TempDir, Home) {
    static HOME: OnceLock<(TempDir, Home)> = OnceLock::new();
    HOME.get_or_init(serving)
}

/// A new home, and a keeper that serves it as long as the process lives.
pub fn serving() -> (TempDir, Home) {
    let dir = tempfile::tempdir().expect("there is a temporary folder");
    let origin = "fuzz.example/access";
    let made = init(
        dir.path(),
        &Protection::KeyFile(None),
        true,
        origin,
        &SystemEntropy,
    );
    made.expect("the folder is empty");
    let home = Home::new(dir.path());
    let started = Keeper::start(
        &home,
        &Unlock::default(),
        Arc::new(Still),
        Arc::new(SystemEntropy),
    );
    let keeper = started.expect("the home was made just now");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime starts");
    let listener = {
        let _within = runtime.enter();
        bind(&keeper).expect("the socket's path is short")
    };
    std::thread::spawn(move || runtime.block_on(serve(keeper, listener, std::future::pending())));
    (dir, home)
}

/// What the operator of such a home shows the keeper.
pub fn operator(home: &Home) -> Assertion {
    let key = load_issuer_key(home.operator_key(), "operator").expect("init made it");
    let operator = ActorRef {
        kind: ActorKind::Operator,
        id: "ops".to_owned(),
        name: None,
        person: None,
        profession: None,
        sector: None,
        structure: None,
        team: None,
        scope: None,
    };
    key.assert(operator, NOW, 600, "jti".to_owned())
}

/// The bytes as one connection sends them. The last answer says whether the keeper still works.
pub fn run(bytes: &[u8]) {
    let socket = home().1.socket();
    converse(&socket, bytes);
    let answer = converse(&socket, &wire::encode(&wire::Request::Hello));
    let answer = answer.get(4..).expect("the keeper answers");
    let answer: Response = wire::decode(answer).expect("the keeper speaks its own protocol");
    assert!(matches!(answer, Response::Hello { .. }), "{answer:?}");
}

/// Sends bytes over a connection of its own; gives what came back.
pub fn converse(socket: &std::path::Path, bytes: &[u8]) -> Vec<u8> {
    let mut stream = UnixStream::connect(socket).expect("the keeper listens");
    let patience = Some(Duration::from_secs(20));
    stream
        .set_read_timeout(patience)
        .expect("sockets have timeouts");
    // The keeper closes with bytes of ours unread when they are no frames: not an error here.
    let _reset = stream.write_all(bytes);
    let _reset = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            panic!("the keeper hangs")
        }
        _ => answer,
    }
}

/// See [`crate::Target::seeds`].
pub fn seeds() -> Vec<Vec<u8>> {
    let assertion = operator(&home().1);
    let frames: Vec<Vec<u8>> = super::notice::requests(&assertion)
        .iter()
        .map(wire::encode)
        .collect();
    let mut seeds = frames.clone();
    seeds.push(frames.concat());
    seeds
}
