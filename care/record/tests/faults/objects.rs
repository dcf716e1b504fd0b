//! Documents whose objects changed places in the store, while the home runs and before it starts.
//!
//! Failures covered: an object that was exchanged with another person's, or with another of the same person; one
//! that was laid over another; one out of a copy of the home, which has its keys, that went on by itself; one that is
//! gone. Each is read as something that was never sent, or keeps what was not touched from being read.
//! Not failures: that a document whose object is not its own is refused; that an object nobody refers to stays.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use hygie_notice::PersonId;

use crate::house::{House, document_of, make};
use crate::tamper::{Files, runtime, scratch};

/// Each document of a home by its id, and each person.
struct Sent {
    persons: Vec<PersonId>,
    documents: BTreeMap<String, Vec<u8>>,
}

impl Sent {
    /// Two documents for each of two persons, all of one length.
    async fn of(house: &House) -> Self {
        let (mut persons, mut documents) = (Vec::new(), BTreeMap::new());
        for number in 0..2 {
            let name = format!("person {number}");
            let person = house.import(&name, &name).await.unwrap();
            for document in [2 * number, 2 * number + 1] {
                let id = house.send(person, document).await.unwrap();
                documents.insert(id, document_of(document));
            }
            persons.push(person);
        }
        Self { persons, documents }
    }

    /// Reads all; gives the ids of those that are refused. What is given is what was sent, or its beginning.
    async fn refused(&self, house: &House) -> BTreeSet<String> {
        let (mut refused, mut told) = (BTreeSet::new(), 0);
        for person in &self.persons {
            for (id, bytes, why) in house.documents_told(*person).await.unwrap() {
                let sent = &self.documents[&id];
                told += 1;
                match why {
                    None => assert!(bytes == *sent, "{id} is another"),
                    Some(_) => {
                        assert!(sent.starts_with(&bytes), "{id} begins as another");
                        refused.insert(id);
                    }
                }
            }
        }
        assert_eq!(told, self.documents.len(), "a document is not told of");
        refused
    }
}

/// The objects of a home, by their paths within it.
fn objects(files: &Files) -> BTreeMap<PathBuf, Vec<u8>> {
    let all = files.0.iter();
    all.filter(|(path, _)| path.starts_with("store/documents"))
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .collect()
}

/// What a host does to the objects: which lies where; none where it is taken away.
type Change = Vec<(PathBuf, Option<Vec<u8>>)>;

fn lay(home: &Path, change: &Change) {
    for (path, bytes) in change {
        let path = home.join(path);
        match bytes {
            Some(bytes) => {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
            None => fs::remove_file(path).unwrap(),
        }
    }
}

/// Each object taken away, each foreign one laid over each, each laid over another, every two exchanged.
fn changes(
    objects: &BTreeMap<PathBuf, Vec<u8>>,
    foreign: &BTreeMap<PathBuf, Vec<u8>>,
) -> [(&'static str, Vec<Change>); 4] {
    let (mut gone, mut strange) = (Vec::new(), Vec::new());
    let (mut over, mut exchanged) = (Vec::new(), Vec::new());
    for (one, bytes) in objects {
        gone.push(vec![(one.clone(), None)]);
        for from in foreign.values() {
            strange.push(vec![(one.clone(), Some(from.clone()))]);
        }
        for (other, others) in objects.iter().filter(|(other, _)| *other != one) {
            let here = (one.clone(), Some(others.clone()));
            over.push(vec![here.clone()]);
            if one < other {
                exchanged.push(vec![here, (other.clone(), Some(bytes.clone()))]);
            }
        }
    }
    [
        ("taken away", gone),
        ("of a copy", strange),
        ("laid over", over),
        ("exchanged", exchanged),
    ]
}

/// A home, at rest, and the objects that a copy of it has besides, whose documents have the same length.
async fn homes(at: &Path) -> (Sent, Files, BTreeMap<PathBuf, Vec<u8>>) {
    let dir = at.join("home");
    fs::create_dir(&dir).unwrap();
    make(&dir).unwrap();
    let house = House::open(&dir).await.unwrap();
    let sent = Sent::of(&house).await;
    house.close().await.unwrap();
    let files = Files::of(&dir);

    let copy = at.join("copy");
    files.lay(&copy);
    let house = House::open(&copy).await.unwrap();
    for (person, document) in sent.persons.iter().zip(4..) {
        house.send(*person, document).await.unwrap();
    }
    house.close().await.unwrap();
    let (here, mut foreign) = (objects(&files), objects(&Files::of(&copy)));
    assert_eq!((here.len(), foreign.len()), (4, 6));
    foreign.retain(|path, _| !here.contains_key(path));
    (sent, files, foreign)
}

#[test]
fn an_object_in_the_place_of_another_is_read() {
    let scratch = scratch();
    runtime().block_on(async {
        let (sent, files, foreign) = homes(scratch.path()).await;
        let dir = scratch.path().join("home");
        let objects = objects(&files);
        let all = objects.values().chain(foreign.values());
        let lengths: BTreeSet<usize> = all.map(Vec::len).collect();
        assert_eq!(lengths.len(), 1, "their lengths tell them apart");

        let house = House::open(&dir).await.unwrap();
        assert!(sent.refused(&house).await.is_empty());
        // Whose object one is, is learned from what is refused without it.
        let mut whose: BTreeMap<PathBuf, String> = BTreeMap::new();
        let kinds = changes(&objects, &foreign);
        for (kind, changes) in &kinds {
            for change in changes {
                lay(&dir, change);
                let refused = sent.refused(&house).await;
                if let [(path, None)] = &change[..] {
                    assert_eq!(refused.len(), 1, "one was taken away");
                    whose.insert(path.clone(), refused.first().unwrap().clone());
                }
                assert_eq!(refused, touched(change, &whose), "{kind}");
                let back = change.iter().map(|(path, _)| path.clone());
                lay(
                    &dir,
                    &back
                        .map(|path| (path.clone(), objects.get(&path).cloned()))
                        .collect(),
                );
            }
            println!("{:3} {kind}: refused, and all others read", changes.len());
        }
        assert_eq!(whose.values().collect::<BTreeSet<_>>().len(), 4);
        assert!(
            sent.refused(&house).await.is_empty(),
            "all are as they were"
        );
        house.close().await.unwrap();

        // The same before a start, and objects that nobody refers to beside them.
        for (_, changes) in &kinds {
            let change = &changes[changes.len() / 2];
            files.lay(&dir);
            let strangers = foreign.iter();
            lay(
                &dir,
                &strangers
                    .map(|(path, bytes)| (path.clone(), Some(bytes.clone())))
                    .collect(),
            );
            lay(&dir, change);
            let house = House::open(&dir).await.unwrap();
            assert_eq!(sent.refused(&house).await, touched(change, &whose));
            house.close().await.unwrap();
        }
    });
}

/// The documents whose objects a change touches.
fn touched(change: &Change, whose: &BTreeMap<PathBuf, String>) -> BTreeSet<String> {
    change.iter().map(|(path, _)| whose[path].clone()).collect()
}
