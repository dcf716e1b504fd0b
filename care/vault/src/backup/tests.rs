//! Failures covered: an entry that a backup misses or doubles, over any number of parts; one committed
//! while the backup was made that comes back without its head; a part that is cut, altered, missing or
//! out of order and is taken all the same; an erased person who comes back; a snapshot whose older entries
//! are in an earlier part, in none, or in both.
//! Not a failure: entries behind the heads, which the backup does not promise.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;

use hygie_notice::{DataKey, PersonId, SystemEntropy};
use proptest::prelude::*;

use super::*;
use crate::{Memory, Vault};

type Heads = HashMap<(Subject, Stream), Head>;

struct World {
    vault: Vault<Memory>,
    persons: Vec<(Subject, DataKey)>,
    heads: Heads,
}

impl World {
    fn of(persons: usize) -> Self {
        let persons = (0..persons)
            .map(|_| {
                let subject = Subject::person(PersonId::random(&SystemEntropy));
                (subject, DataKey::random(&SystemEntropy))
            })
            .collect();
        Self {
            vault: Vault::new(Memory::default(), Arc::new(SystemEntropy)),
            persons,
            heads: Heads::new(),
        }
    }

    async fn write(&mut self, person: usize, stream: Stream) {
        let (subject, key) = &self.persons[person];
        let place = (*subject, stream);
        let head = self.heads.get(&place).copied().unwrap_or_default();
        let plain = format!("entry {}", head.count);
        let next = self
            .vault
            .append(key, 1, head, *subject, stream, 1, plain.as_bytes())
            .await
            .unwrap();
        self.heads.insert(place, next);
    }

    /// A snapshot of all that was written; what it holds is dropped or not.
    async fn compact(&mut self, person: usize, stream: Stream, dropping: bool) {
        let (subject, key) = &self.persons[person];
        let place = (*subject, stream);
        let head = self.heads.get(&place).copied().unwrap_or_default();
        let parts = vec![format!("{} entries", head.count).into_bytes()];
        let next = self
            .vault
            .append_snapshot(key, 1, head, *subject, stream, 3, parts)
            .await
            .unwrap();
        if dropping {
            let dropped = self.vault.forget_before(*subject, stream, head.count);
            dropped.await.unwrap();
        }
        self.heads.insert(place, next);
    }

    async fn part(&self, after: u64) -> Vec<u8> {
        let mut backup = self.vault.backup(after).await.unwrap();
        let mut part = Vec::new();
        loop {
            let bytes = backup.next().await.unwrap();
            if bytes.is_empty() {
                return part;
            }
            part.extend(bytes);
        }
    }
}

fn position(part: &[u8]) -> u64 {
    u64::from_be_bytes(part[part.len() - 8..].try_into().unwrap())
}

async fn restored(heads: &Heads, parts: &[Vec<u8>]) -> Result<(Vault<Memory>, Restored), Error> {
    let vault = Vault::new(Memory::default(), Arc::new(SystemEntropy));
    let parts = parts
        .iter()
        .map(|part| Box::new(io::Cursor::new(part.clone())) as Box<dyn Read + Send>)
        .collect();
    let done = vault.restore(heads, parts).await?;
    Ok((vault, done))
}

fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_entry_is_missing_or_doubled(
        writes in prop::collection::vec((0..4_usize, any::<bool>(), any::<bool>(), 0..9_u8), 0..120),
    ) {
        now(async {
            let mut world = World::of(4);
            let (mut parts, mut after) = (Vec::new(), 0);
            let mut dropped = false;
            for (person, rights, cut, compact) in writes {
                let stream = if rights { Stream::Rights } else { Stream::Content };
                world.write(person, stream).await;
                if compact < 2 {
                    world.compact(person, stream, compact == 0).await;
                    dropped |= compact == 0;
                }
                if cut {
                    let part = world.part(after).await;
                    after = position(&part);
                    parts.push(part);
                }
            }
            parts.push(world.part(after).await);
            let (vault, done) = restored(&world.heads, &parts).await.unwrap();
            assert!(dropped || done.left == 0);
            assert!(dropped || done.entries == world.heads.values().map(|head| head.count).sum::<u64>());
            for (subject, key) in &world.persons {
                for stream in [Stream::Rights, Stream::Content] {
                    let head = world.heads.get(&(*subject, stream)).copied().unwrap_or_default();
                    let before = world.vault.read(*subject, stream, key, head).await.unwrap();
                    let now = vault.read(*subject, stream, key, head).await.unwrap();
                    assert_eq!((before.entries, before.head, before.begin), (now.entries, now.head, now.begin));
                }
            }
        });
    }
}

#[tokio::test]
async fn an_entry_without_its_head_comes_back() {
    let mut world = World::of(2);
    world.write(0, Stream::Content).await;
    let heads = world.heads.clone();
    world.write(0, Stream::Content).await;
    world.write(1, Stream::Content).await;
    let part = world.part(0).await;
    let (vault, done) = restored(&heads, std::slice::from_ref(&part)).await.unwrap();
    assert_eq!(
        done,
        Restored {
            entries: 1,
            left: 2,
            documents: 0,
        }
    );
    let (gone, key) = &world.persons[1];
    let log = vault
        .read(*gone, Stream::Content, key, Head::default())
        .await
        .unwrap();
    assert!(log.entries.is_empty());
    // The next backup has them, with their heads.
    let (_, done) = restored(&world.heads, &[part]).await.unwrap();
    assert_eq!(done.left, 0);
}

#[tokio::test]
async fn a_part_that_is_cut_altered_or_missing_is_taken() {
    let mut world = World::of(2);
    for step in 0..6 {
        world.write(step % 2, Stream::Content).await;
    }
    let first = world.part(0).await;
    let after = position(&first);
    world.write(0, Stream::Content).await;
    let second = world.part(after).await;
    let heads = world.heads.clone();
    let good = restored(&heads, &[first.clone(), second.clone()]).await;
    assert_eq!(good.unwrap().1.entries, 7);
    for cut in 0..first.len() {
        let parts = [first[..cut].to_vec(), second.clone()];
        assert!(restored(&heads, &parts).await.is_err(), "cut at {cut}");
    }
    for byte in 0..first.len() {
        let mut altered = first.clone();
        altered[byte] ^= 1;
        let outcome = restored(&heads, &[altered, second.clone()]).await;
        // The position at the end is for the next backup to go on from; it holds no entry.
        let harmless = byte >= first.len() - 8;
        assert_eq!(outcome.is_ok(), harmless, "byte {byte}");
    }
    for parts in [
        vec![first.clone()],
        vec![second.clone()],
        vec![second, first],
    ] {
        assert!(restored(&heads, &parts).await.is_err());
    }
}
