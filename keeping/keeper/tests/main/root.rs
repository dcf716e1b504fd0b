//! What protects the root key, what `init` makes, and what is never shown.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hygie_keeper::notice::{Issuer, SystemEntropy};
use hygie_keeper::{Error, Home, Passphrase, Protection, Unlock, init, load_issuer_key};

use crate::world::World;

fn words(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

#[tokio::test]
async fn a_wrong_passphrase_does_not_open_the_root() {
    let world = World::protected(&Protection::Passphrase(words("correct horse battery")));
    let with = |passphrase| Unlock {
        key_file: None,
        passphrase,
    };
    let missing = world.keeper(&with(None)).unwrap_err();
    assert!(matches!(missing, Error::PassphraseWanted), "{missing}");
    let wrong = world
        .keeper(&with(Some(words("correct horse batterz"))))
        .unwrap_err();
    assert!(matches!(wrong, Error::WrongSecret), "{wrong}");
    assert!(wrong.to_string().contains("give the one that init used"));
    world
        .keeper(&with(Some(words("correct horse battery"))))
        .unwrap();
    // The words are in no file, and there is no key file beside them.
    assert!(!world.home.keeper().join("root.key").exists());
    let root = fs::read_to_string(world.home.keeper().join("root")).unwrap();
    assert!(root.contains("argon2id") && !root.contains("horse"));
}

/// Whose assertions the home believes.
fn issuers(home: &Home) -> Vec<Issuer> {
    serde_json::from_slice(&fs::read(home.issuers()).unwrap()).unwrap()
}

/// Takes the sign-in out of the list of whom the home believes.
fn before_sign_in(home: &Home) {
    let mut left = issuers(home);
    left.retain(|issuer| issuer.name != "sign-in");
    fs::write(home.issuers(), serde_json::to_vec_pretty(&left).unwrap()).unwrap();
}

#[tokio::test]
async fn a_home_of_before_people_signed_in_is_left_without_their_key() {
    let world = World::new();
    let path = world.home.sign_in_key();
    let (born, key) = (issuers(&world.home), fs::read(&path).unwrap());
    before_sign_in(&world.home);
    fs::remove_file(&path).unwrap();
    world.start().await.stop().await.unwrap();
    let made = issuers(&world.home);
    let (last, first) = (made.last().unwrap(), born.last().unwrap());
    assert_eq!((&last.name, &last.kinds), (&first.name, &first.kinds));
    assert_ne!(fs::read(&path).unwrap(), key);
    assert_eq!(made.len(), born.len());
    for private in [&path, &world.home.issuers()] {
        assert_eq!(
            fs::metadata(private).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    assert_eq!(
        load_issuer_key(&path, "sign-in")
            .unwrap()
            .issuer(&last.kinds)
            .key,
        last.key
    );
    // Once; a crash before the list was written leaves the key, which is then believed.
    let (key, list) = (
        fs::read(&path).unwrap(),
        fs::read(world.home.issuers()).unwrap(),
    );
    world.start().await.stop().await.unwrap();
    before_sign_in(&world.home);
    world.start().await.stop().await.unwrap();
    assert_eq!(fs::read(&path).unwrap(), key);
    assert_eq!(fs::read(world.home.issuers()).unwrap(), list);
    // One that was taken away is not replaced.
    fs::remove_file(&path).unwrap();
    world.start().await.stop().await.unwrap();
    assert!(!path.exists());
    assert_eq!(fs::read(world.home.issuers()).unwrap(), list);
}

#[test]
fn a_damaged_root_file_cannot_take_hours_or_all_memory() {
    let world = World::protected(&Protection::Passphrase(words("correct horse battery")));
    let path = world.home.keeper().join("root");
    let text = fs::read_to_string(&path).unwrap();
    for (said, asked) in [
        ("memory_kib = 65536", "memory_kib = 4294967295"),
        ("passes = 3", "passes = 4294967295"),
        ("lanes = 4", "lanes = 16777215"),
    ] {
        assert!(text.contains(said), "{text}");
        fs::write(&path, text.replace(said, asked)).unwrap();
        let unlock = Unlock {
            key_file: None,
            passphrase: Some(words("correct horse battery")),
        };
        let error = world.keeper(&unlock).unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{asked}: {error}");
    }
}

#[test]
fn a_short_passphrase_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let short = Protection::Passphrase(words("elevenchars"));
    let error = init(dir.path(), &short, false, "x/access", &SystemEntropy).unwrap_err();
    assert!(matches!(error, Error::PassphraseShort), "{error}");
}

#[tokio::test]
async fn a_wrong_key_file_does_not_open_the_root() {
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("stick.key");
    let world = World::protected(&Protection::KeyFile(Some(path.clone())));
    assert!(!world.home.keeper().join("root.key").exists());
    world.keeper(&Unlock::default()).unwrap();
    let moved = elsewhere.path().join("moved.key");
    fs::rename(&path, &moved).unwrap();
    let missing = world.keeper(&Unlock::default()).unwrap_err();
    assert!(
        matches!(&missing, Error::Missing(missing) if *missing == path),
        "{missing}"
    );
    world
        .keeper(&Unlock {
            key_file: Some(moved),
            passphrase: None,
        })
        .unwrap();
    let other = World::new().dir.keep();
    let wrong = Unlock {
        key_file: Some(other.join("keeper/root.key")),
        passphrase: None,
    };
    let error = world.keeper(&wrong).unwrap_err();
    assert!(matches!(error, Error::WrongSecret), "{error}");
    let short = elsewhere.path().join("short.key");
    fs::write(&short, "AAAA\n").unwrap();
    let error = world
        .keeper(&Unlock {
            key_file: Some(short),
            passphrase: None,
        })
        .unwrap_err();
    assert!(matches!(error, Error::Malformed { .. }), "{error}");
    fs::remove_dir_all(other).unwrap();
}

#[test]
fn a_second_init_overwrites_nothing() {
    let world = World::new();
    let key = fs::read(world.home.operator_key()).unwrap();
    let again = |dir: &Path| {
        init(
            dir,
            &Protection::KeyFile(None),
            false,
            "x/access",
            &SystemEntropy,
        )
    };
    let error = again(world.dir.path()).unwrap_err();
    assert!(matches!(error, Error::Exists(_)), "{error}");
    // Nor does it take an operator's key whose keeper is away.
    fs::rename(world.home.keeper(), world.dir.path().join("away")).unwrap();
    let error = again(world.dir.path()).unwrap_err();
    assert!(matches!(error, Error::Exists(_)), "{error}");
    assert_eq!(fs::read(world.home.operator_key()).unwrap(), key);
    let fresh = tempfile::tempdir().unwrap();
    for origin in ["", "with space/access", "a+b", "a\nb"] {
        let error = init(
            fresh.path(),
            &Protection::KeyFile(None),
            false,
            origin,
            &SystemEntropy,
        )
        .unwrap_err();
        assert!(matches!(error, Error::OriginMalformed(_)), "{error}");
    }
}

#[tokio::test]
async fn others_on_the_machine_do_not_read_the_keepers_files() {
    let world = World::new();
    let keeper = world.start().await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(world.home.keeper()), 0o700);
    assert_eq!(mode(&world.home.ledger()), 0o700);
    assert_eq!(mode(&world.home.socket()), 0o600);
    assert_eq!(mode(world.home.socket().parent().unwrap()), 0o700);
    assert_eq!(mode(&world.home.operator_key()), 0o600);
    for entry in fs::read_dir(world.home.keeper()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
    keeper.stop().await.unwrap();
}

#[test]
fn a_home_that_is_no_demo_trusts_no_demo_issuer() {
    let dir = tempfile::tempdir().unwrap();
    init(
        dir.path(),
        &Protection::KeyFile(None),
        false,
        "x/access",
        &SystemEntropy,
    )
    .unwrap();
    let home = Home::new(dir.path());
    assert!(!home.demo_key().exists());
    let issuers = fs::read_to_string(home.issuers()).unwrap();
    assert!(issuers.contains("operator") && !issuers.contains("demo"));
}

#[tokio::test]
async fn no_secret_is_printed() {
    let world = World::new();
    let opened = {
        let keeper = world.start().await;
        let subject = keeper.create(&world).await;
        let opened = keeper.read(&world, subject, "x").await.unwrap();
        keeper.stop().await.unwrap();
        opened
    };
    let key = opened.key.expose();
    let printed = format!("{opened:?}");
    assert!(!printed.contains(&format!("{key:?}")[1..20]), "{printed}");
    let unlock = Unlock {
        key_file: None,
        passphrase: Some(words("correct horse battery")),
    };
    assert!(!format!("{unlock:?}").contains("horse"));
    let protection = Protection::Passphrase(words("correct horse battery"));
    assert!(!format!("{protection:?}").contains("horse"));
    let keeper = world.keeper(&Unlock::default()).unwrap();
    let seed = fs::read_to_string(world.home.keeper().join("root.key")).unwrap();
    assert!(!format!("{keeper:?}").contains(seed.trim()));
}

#[test]
fn an_init_that_was_cut_off_stands_in_the_way_of_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::new(dir.path());
    let make = || {
        init(
            dir.path(),
            &Protection::KeyFile(None),
            false,
            "x/access",
            &SystemEntropy,
        )
    };
    make().unwrap();
    let key = fs::read(home.operator_key()).unwrap();
    // The power went before the keeper's folder got its name.
    fs::rename(home.keeper(), dir.path().join("keeper.new")).unwrap();
    make().unwrap();
    assert!(!dir.path().join("keeper.new").exists());
    assert_ne!(fs::read(home.operator_key()).unwrap(), key);
    assert!(load_issuer_key(home.operator_key(), "operator").is_ok());
}
