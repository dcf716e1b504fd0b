//! What waits outlives a kill. This program starts itself again as the one that is killed.
//!
//! Failures covered: a letter that nobody gets any more after a kill; one that goes more than once more for each kill; more
//! than those on their way that go once more; two letters within the interval after a quiet end; an outbox of another key.
//! Not a failure: that what was on its way goes again.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use hygie_letters::{Language, Mailbox, Notifier, Outbox, Pace};
use hygie_notice::{DataKey, Entropy, PersonId, SystemClock, SystemEntropy};

use crate::world::{address, site, until};

/// Says to this program where it works, and that it is the one to be killed.
const PLACE: &str = "HYGIE_TEST_OUTBOX";
/// Says how many get news.
const NEWS: &str = "HYGIE_TEST_NEWS";
/// Letters on their way at once.
const ROOM: usize = 8;

struct Numbered(u32);

impl Entropy for Numbered {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
        bytes[..4].copy_from_slice(&self.0.to_be_bytes());
    }
}

fn outbox(dir: &Path, key: u8) -> Outbox {
    let key = DataKey::from_bytes(&[key; 32]);
    Outbox::new(dir.join("outbox"), key, Arc::new(SystemEntropy))
}

fn notifier(dir: &Path) -> Notifier {
    let from = address("no-reply@records.example");
    let mailbox = Mailbox::folder(dir.join("mailbox"), from, Arc::new(SystemEntropy));
    let pace = Pace {
        first: Duration::from_millis(500),
        ..Pace::default()
    };
    let clock = Arc::new(SystemClock);
    Notifier::keeping(mailbox, clock, site(), pace, outbox(dir, 7)).unwrap()
}

/// How many letters each address got.
fn arrived(dir: &Path) -> BTreeMap<String, usize> {
    let mut arrived = BTreeMap::new();
    for entry in fs::read_dir(dir.join("mailbox")).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "eml") {
            let text = fs::read_to_string(path).unwrap();
            let to = text.lines().find_map(|line| line.strip_prefix("To: "));
            *arrived.entry(to.unwrap().to_owned()).or_default() += 1;
        }
    }
    arrived
}

/// What the killed program does; nothing when it is not asked to.
#[tokio::test]
async fn the_one_that_is_killed() {
    let Some(dir) = env::var_os(PLACE).map(PathBuf::from) else {
        return;
    };
    let notifier = notifier(&dir);
    let news: u32 = env::var(NEWS).unwrap().parse().unwrap();
    for number in 0..news {
        let to = address(&format!("p{number}@home.example"));
        notifier.new_for(PersonId::random(&Numbered(number)), to, Language::French);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    println!("\nkept");
    until(&notifier, |figures| figures.waiting == 0).await;
    notifier.close(Duration::from_secs(5)).await;
    println!("\nempty");
}

fn start(dir: &Path, news: u32) -> (Child, impl FnMut(&str)) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "outbox::the_one_that_is_killed", "--nocapture"])
        .env(PLACE, dir)
        .env(NEWS, news.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = move |word: &str| {
        let found = lines.any(|line| line.unwrap() == word);
        assert!(found, "it ended before it said `{word}`");
    };
    (child, said)
}

#[test]
fn a_letter_that_waits_is_lost_with_the_program() {
    let (mut kills, mut more) = (0, 0);
    for (round, pauses) in [[0, 150], [230, 20], [260, 300]].into_iter().enumerate() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let mut news = 200;
        for pause in pauses {
            let (mut child, mut said) = start(dir, news);
            said("kept");
            std::thread::sleep(Duration::from_millis(pause));
            child.kill().unwrap();
            child.wait().unwrap();
            news = 0;
            let sealed = fs::read(dir.join("outbox")).unwrap();
            assert!(!String::from_utf8_lossy(&sealed).contains("home.example"));
        }
        let before = arrived(dir).len();
        let (mut child, mut said) = start(dir, 0);
        said("empty");
        child.wait().unwrap();
        let arrived = arrived(dir);
        assert_eq!(arrived.len(), 200, "round {round}: each got one");
        assert!(arrived.values().all(|count| *count <= 1 + pauses.len()));
        let again = arrived.values().sum::<usize>() - 200;
        assert!(
            again <= ROOM * pauses.len(),
            "round {round}: {again} went again"
        );
        println!("letters: {before} of 200 went before the last start, {again} went again");
        (kills, more) = (kills + pauses.len(), more + again);
    }
    println!("letters: {kills} kills, {more} letters too many, none too few");
}

#[tokio::test]
async fn a_quiet_end_forgets_who_got_a_letter_or_what_waits() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let one = PersonId::random(&Numbered(1));
    let first = notifier(dir);
    first.new_for(one, address("p1@home.example"), Language::English);
    until(&first, |figures| figures.sent == 1).await;
    first.close(Duration::from_secs(5)).await;
    drop(first);
    // News within the hour wait for it, in the next program too.
    let second = notifier(dir);
    second.new_for(one, address("p1@home.example"), Language::English);
    second.close(Duration::from_secs(5)).await;
    drop(second);
    let third = notifier(dir);
    assert_eq!(third.figures().waiting, 1);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(third.figures().waiting, 1);
    assert_eq!(arrived(dir).values().sum::<usize>(), 1);
    drop(third);
    let from = address("no-reply@records.example");
    let mailbox = Mailbox::folder(dir.join("mailbox"), from, Arc::new(SystemEntropy));
    let other = outbox(dir, 8);
    let clock = Arc::new(SystemClock);
    assert!(Notifier::keeping(mailbox, clock, site(), Pace::default(), other).is_err());
}
