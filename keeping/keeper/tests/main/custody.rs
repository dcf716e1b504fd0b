//! Who keeps shares, and what they are good for.
//!
//! Failures covered: a backup that nobody could ever bring back; one that holds the keys of the epochs, and
//! so outlives every erasure; too few custodians who open, or the wrong ones who are believed; a share that
//! opens for somebody else, or is left open on the disk; a root key that is lost with its passphrase.
//! Not a failure: shares of an earlier splitting, which open the same key until it is rotated away.

use std::fs;
use std::path::{Path, PathBuf};

use hygie_keeper::notice::wire::Failure;
use hygie_keeper::notice::{Custodian, KeyStep, Subject, SystemEntropy};
use hygie_keeper::{
    Error, Home, Passphrase, Proceed, Protection, Share, Unlock, backup, recover_root, restore,
};
use rusqlite::Connection;

use crate::backups::{grown, moved, parts, proceed};
use crate::world::{World, copy, failure};

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Whether a file holds these bytes.
pub fn holds(path: &Path, needle: &[u8]) -> bool {
    // The ledger's files are replaced while they are looked at.
    let bytes = fs::read(path).unwrap_or_default();
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// The wrapped keys of the living epochs, read out of a copy of the home's database.
pub fn keks(home: &Home) -> Vec<(u32, Vec<u8>)> {
    let db = Connection::open(home.keeper().join("keys.db")).unwrap();
    let mut query = db
        .prepare("SELECT epoch, wrapped FROM keks ORDER BY epoch")
        .unwrap();
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// What is kept apart of a home that was lost: everything but its database.
fn apart(home: &Home) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let kept = Home::new(dir.path());
    copy(home.keeper(), kept.keeper());
    copy(&home.operator_key(), &kept.operator_key());
    for name in ["keys.db", "keys.db-wal", "keys.db-shm"] {
        let _ = fs::remove_file(kept.keeper().join(name));
    }
    dir
}

#[tokio::test]
async fn a_backup_is_made_that_nobody_could_bring_back() {
    let world = World::new();
    let keeper = world.start().await;
    let files = parts(&world, &["1.part"]);
    let error = backup(&world.home, 0, &files[0]).unwrap_err();
    assert!(matches!(error, Error::NoCustody), "{error}");
    assert!(!files[0].exists());
    keeper.custody(&world, 2, 3).await;
    backup(&world.home, 0, &files[0]).unwrap();
    keeper.stop().await.unwrap();
    // INVARIANT (keys are random): no backup holds the key of an epoch.
    let (_, wrapped) = keks(&world.home).remove(0);
    assert!(holds(&world.home.keeper().join("keys.db"), &wrapped));
    assert!(!holds(&files[0], &wrapped));
}

#[tokio::test]
async fn a_lost_home_comes_back_by_too_few_or_never() {
    let world = World::new();
    let keeper = world.start().await;
    let custodians = keeper.custody(&world, 2, 3).await;
    let (subject, head) = grown(&world, &keeper, 3).await;
    let files = parts(&world, &["1.part"]);
    backup(&world.home, 0, &files[0]).unwrap();
    keeper.stop().await.unwrap();
    let shares = world.shares("epoch-1", &custodians);
    let other = World::new();
    let running = other.start().await;
    let strangers = running.custody(&other, 2, 3).await;
    running.stop().await.unwrap();
    let foreign = other.shares("epoch-1", &strangers);
    let root = world.shares("root", &custodians);

    let kept = apart(&world.home);
    let keys = Home::new(kept.path());
    let (world, _dir) = moved(world);
    let attempt = |given: &[&Share]| {
        let given: Vec<Share> = given.iter().map(|share| (*share).clone()).collect();
        restore(&world.home, &keys, &Unlock::default(), &given, &files)
    };
    for one in &shares {
        let error = attempt(&[one]).unwrap_err();
        let wanted = matches!(
            error,
            Error::SharesWanted {
                given: 1,
                threshold: Some(2),
                ..
            }
        );
        assert!(wanted, "{error}");
        // Twice the same is one.
        assert!(attempt(&[one, one]).is_err());
    }
    let error = attempt(&[]).unwrap_err();
    assert!(error.to_string().contains("epoch 1"), "{error}");
    for wrong in [&foreign[0], &root[0]] {
        let error = attempt(&[&shares[0], &shares[1], wrong]).unwrap_err();
        assert!(matches!(error, Error::ShareForeign { .. }), "{error}");
    }
    attempt(&[&shares[2], &shares[0]]).unwrap();
    proceed(&world, &Proceed::NewEpoch).unwrap();
    let keeper = world.start().await;
    let opened = keeper.read(&world, subject, "after all").await.unwrap();
    assert_eq!(opened.head, head);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_share_lies_open_or_opens_for_another() {
    let world = World::new();
    let keeper = world.start().await;
    let custodians = keeper.custody(&world, 2, 3).await;
    let shares = world.shares("epoch-1", &custodians);
    for path in files(&world.home.custody()) {
        assert!(!holds(&path, b"hygie share"));
        let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&path).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }
    let sealed = fs::read(world.home.custody().join("epoch-1/keeper-1.age")).unwrap();
    assert!(age::decrypt(&custodians[1], &sealed).is_err());
    // Others are named: their shares are others, and do not fit together with the ones before.
    let others = keeper.custody(&world, 2, 2).await;
    let anew = world.shares("epoch-1", &others);
    assert!(!world.home.custody().join("epoch-1/keeper-3.age").exists());
    let files = parts(&world, &["1.part"]);
    backup(&world.home, 0, &files[0]).unwrap();
    keeper.stop().await.unwrap();
    let kept = apart(&world.home);
    let keys = Home::new(kept.path());
    let (world, _dir) = moved(world);
    let attempt = |given: [&Share; 2]| {
        let given = given.map(Clone::clone);
        restore(&world.home, &keys, &Unlock::default(), &given, &files)
    };
    let error = attempt([&shares[0], &anew[1]]).unwrap_err();
    assert!(matches!(error, Error::SharesWanted { .. }), "{error}");
    // Until a rotation those before open the same key: the operator is told to have them destroyed.
    attempt([&shares[0], &shares[1]]).unwrap();
}

#[tokio::test]
async fn custodians_that_cannot_be_are_believed() {
    let world = World::new();
    let keeper = world.start().await;
    let recipient = || age::x25519::Identity::generate().to_public().to_string();
    let one = |name: &str, recipient: String| Custodian {
        name: name.to_owned(),
        recipient,
    };
    let (same, other) = (recipient(), recipient());
    for (threshold, custodians) in [
        (0, vec![one("a", recipient())]),
        (2, vec![one("a", recipient())]),
        (1, vec![]),
        (1, vec![one("a", recipient()), one("a", recipient())]),
        (1, vec![one("a", same.clone()), one("b", same)]),
        (1, vec![one("../a", recipient())]),
        (1, vec![one("", recipient())]),
        (1, vec![one("a", "age1nobody".to_owned())]),
        (
            1,
            (0..33)
                .map(|n| one(&format!("a{n}"), recipient()))
                .collect(),
        ),
    ] {
        let step = KeyStep::Custody {
            threshold,
            custodians,
        };
        let refused = failure(keeper.client.keys(&world.operator(), step).await);
        assert!(matches!(refused, Failure::Notice(_)), "{refused}");
    }
    assert!(!world.home.custody().exists());
    let step = KeyStep::Custody {
        threshold: 1,
        custodians: vec![one("a", other)],
    };
    let refused = failure(keeper.client.keys(&world.professional(), step).await);
    assert!(matches!(refused, Failure::Notice(_)), "{refused}");
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_root_key_is_lost_with_its_passphrase() {
    let passphrase = |words: &str| Passphrase::new(words.to_owned());
    let forgotten = Unlock {
        key_file: None,
        passphrase: Some(passphrase("correct horse battery")),
    };
    let world = World::protected(&Protection::Passphrase(passphrase("correct horse battery")));
    let keeper = world.start_with(&forgotten).await;
    let custodians = keeper.custody(&world, 2, 3).await;
    let subject: Subject = keeper.create(&world).await;
    let shares = world.shares("root", &custodians);
    let epoch = world.shares("epoch-1", &custodians);
    let file = world.dir.path().join("new.key");
    let protection = Protection::KeyFile(Some(file.clone()));
    let recover = |shares: &[Share]| recover_root(&world.home, shares, &protection, &SystemEntropy);
    let error = recover(&shares).unwrap_err();
    assert!(matches!(error, Error::Locked), "{error}");
    keeper.stop().await.unwrap();
    let error = recover(&shares[..1]).unwrap_err();
    assert!(matches!(error, Error::SharesWanted { .. }), "{error}");
    let error = recover(&epoch).unwrap_err();
    assert!(matches!(error, Error::ShareForeign { .. }), "{error}");
    recover(&shares[1..]).unwrap();
    assert!(
        world.keeper(&forgotten).is_ok(),
        "the key file lies where it was recorded"
    );
    fs::rename(&file, world.dir.path().join("elsewhere")).unwrap();
    assert!(
        world.keeper(&forgotten).is_err(),
        "the passphrase opens nothing any more"
    );
    fs::rename(world.dir.path().join("elsewhere"), &file).unwrap();
    let keeper = world.start_with(&Unlock::default()).await;
    keeper.read(&world, subject, "after all").await.unwrap();
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_home_of_the_first_form_breaks() {
    let world = World::new();
    let keeper = world.start().await;
    let (subject, head) = grown(&world, &keeper, 2).await;
    keeper.stop().await.unwrap();
    let db = || Connection::open(world.home.keeper().join("keys.db")).unwrap();
    let first = "DROP TABLE ended; DROP TABLE epochs;
        DROP TABLE met; DROP TABLE suspended; DROP TABLE reviews; DROP TABLE joined; DELETE FROM facts WHERE name = 'root-check';
        PRAGMA user_version = 1;";
    db().execute_batch(first).unwrap();
    let keeper = world.start().await;
    assert_eq!(
        keeper
            .read(&world, subject, "as before")
            .await
            .unwrap()
            .head,
        head
    );
    let custodians = keeper.custody(&world, 1, 1).await;
    keeper.rotate(&world).await;
    assert_eq!(
        keeper.read(&world, subject, "after").await.unwrap().head,
        head
    );
    keeper.stop().await.unwrap();
    assert_eq!(world.shares("epoch-2", &custodians).len(), 1);
    // A later form is not guessed at.
    db().execute_batch("PRAGMA user_version = 5;").unwrap();
    let error = world.keeper(&Unlock::default()).unwrap_err();
    assert!(matches!(error, Error::Malformed { .. }), "{error}");
}
