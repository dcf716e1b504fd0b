//! What a trail is proved with: who is given it, whether it holds, and what the public ledger tells without it.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use hygie_keeper::Client;
use hygie_keeper::notice::wire::{Committed, Failure};
use hygie_keeper::notice::{
    Act, ActorKind, Notice, PersonId, Purpose, Stream, Subject, SystemEntropy,
};
use hygie_proof::{Line, Trail, Verifier};

use crate::world::{
    Running, World, accounting, actor, ending, failure, is_notice, permitted, reading,
};

/// Everything of a person's trail, asked for by the person, as a file.
async fn proved(world: &World, keeper: &Running, subject: Subject) -> Trail {
    let holder = world.holder(subject.id);
    let page = keeper.client.committed(&holder, accounting(subject), 0);
    let Committed {
        receipt,
        leaf_key,
        events,
    } = page.await.unwrap();
    assert_eq!(events.last().unwrap().index, receipt.index);
    let lines: Vec<Line> = events
        .into_iter()
        .map(|line| Line {
            index: line.index,
            event: line.event.into_vec(),
            words: line.words.map(|words| words.bytes()),
        })
        .collect();
    let leaves = lines.iter().map(|line| line.index).collect();
    // At once, though the ledger's files lag.
    let cover = keeper.client.cover(0, None, leaves).await.unwrap();
    Trail {
        version: Trail::VERSION,
        person: subject.id.to_string(),
        verifier: verifier(keeper).await,
        leaf_key: leaf_key.into_array(),
        lines,
        cover: cover.hashes,
        checkpoint: cover.checkpoint,
    }
}

async fn verifier(keeper: &Running) -> Verifier {
    let hello = keeper.client.hello().await.unwrap();
    hello.verifier.parse().unwrap()
}

#[tokio::test]
async fn a_proof_lacks_an_event_or_does_not_hold() {
    let world = World::new();
    let keeper = world.start().await;
    let persons = [
        keeper.create(&world).await,
        keeper.create(&world).await,
        keeper.create(&world).await,
    ];
    for round in 0..3 {
        for (number, subject) in persons.iter().enumerate() {
            for read in 0..=number {
                let what = format!("Observation/{round}-{read}");
                keeper.read(&world, *subject, &what).await.unwrap();
            }
        }
        for (number, subject) in persons.iter().enumerate() {
            let trail = proved(&world, &keeper, *subject).await;
            let checked = trail.check(&verifier(&keeper).await).unwrap();
            // Its making, its readings, and each proof's own line.
            let events = 1 + (round + 1) * (number + 1) + round + 1;
            assert_eq!(checked.events.len(), events);
            assert_eq!(checked.first().number, 0);
            let last = checked.last();
            assert_eq!(
                (last.act.as_str(), last.role.as_str()),
                ("account", "holder")
            );
            assert_eq!(Trail::parse(&trail.to_string()), Ok(trail));
        }
    }
    assert_eq!(world.verify_ledger(), keeper.size().await);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn somebody_else_is_given_the_key_of_a_persons_leaves() {
    let world = World::new();
    let keeper = world.start().await;
    let (mine, other) = (keeper.create(&world).await, keeper.create(&world).await);
    let ask = async |token, notice| keeper.client.committed(&token, notice, 0).await;
    is_notice(ask(world.holder(other.id), accounting(mine)).await);
    for kind in ActorKind::ALL {
        // Who represents the person is given what the person is: policy says who that is.
        if matches!(
            kind,
            ActorKind::Holder | ActorKind::Representative | ActorKind::Operator
        ) {
            continue;
        }
        for purpose in Purpose::ALL {
            let notice = Notice {
                purpose,
                ..accounting(mine)
            };
            let mut who = actor(kind, "10101010101");
            who.person = Some(mine.id);
            let refused = failure(ask(world.token(who), notice).await);
            // Some roles are not the demo issuer's to give at all.
            assert!(
                matches!(refused, Failure::Notice(_) | Failure::Assertion(_)),
                "{refused}"
            );
        }
    }
    let portability = |subject| Notice {
        purpose: Purpose::Portability,
        verdict: permitted(),
        ..accounting(subject)
    };
    let import = Notice {
        purpose: Purpose::Import,
        ..portability(mine)
    };
    is_notice(ask(world.operator(), import).await);
    is_notice(ask(world.operator(), portability(Subject::directory())).await);
    let reads = Notice {
        purpose: Purpose::PatientRequest,
        ..reading(mine, "x")
    };
    is_notice(ask(world.holder(mine.id), reads).await);
    let content = Notice {
        stream: Stream::Content,
        ..accounting(mine)
    };
    is_notice(ask(world.holder(mine.id), content).await);
    let nobody = Subject::person(PersonId::random(&SystemEntropy));
    assert_eq!(
        failure(ask(world.operator(), portability(nobody)).await),
        Failure::UnknownSubject
    );
    // Whoever may, does so in writing.
    let before = keeper.size().await;
    let page = ask(world.operator(), portability(mine)).await.unwrap();
    assert_eq!(keeper.size().await, before + 1);
    assert_eq!(page.events.last().unwrap().index, before);
    assert!(!format!("{page:?}").contains("account"));
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn what_ended_is_proved_to_somebody() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.custody(&world, 1, 1).await;
    for (act, ended) in [(Act::Close, Failure::Closed), (Act::Erase, Failure::Erased)] {
        let subject = keeper.create(&world).await;
        let notice = ending(subject, act);
        keeper
            .client
            .end(&world.operator(), notice, 1)
            .await
            .unwrap();
        let asked = keeper
            .client
            .committed(&world.holder(subject.id), accounting(subject), 0)
            .await;
        assert_eq!(failure(asked), ended);
    }
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_cover_that_makes_no_sense_stops_the_keeper() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.create(&world).await;
    let size = keeper.size().await;
    let ask = async |from, to, leaves| keeper.client.cover(from, to, leaves).await;
    let many = u64::try_from(Client::LEAVES).unwrap() + 1;
    is_notice(ask(0, None, (0..many).collect()).await);
    is_notice(ask(0, None, vec![0, 0]).await);
    is_notice(ask(0, None, vec![size]).await);
    is_notice(ask(0, Some(size + 1), Vec::new()).await);
    is_notice(ask(0, Some(u64::MAX), vec![u64::MAX]).await);
    is_notice(ask(size, None, vec![0]).await);
    ask(0, None, vec![0]).await.unwrap();
    keeper.stop().await.unwrap();
}

/// What anybody reads in the published files.
async fn entries(keeper: &Running) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    for index in 0..keeper.size().await {
        entries.push(keeper.client.prove(index).await.unwrap().entry);
    }
    entries
}

#[tokio::test]
async fn public_tiles_tell_that_two_persons_had_the_same_done_to_them() {
    let world = World::new();
    let keeper = world.start().await;
    let (one, two) = (keeper.create(&world).await, keeper.create(&world).await);
    // The same acts, by the same actor, in the same words, of the same request, at the same time; and once more.
    for _ in 0..2 {
        let notice = reading(one, "Observation?code=1234");
        for subject in [one, two] {
            let notice = Notice {
                subject,
                ..notice.clone()
            };
            keeper
                .client
                .open(&world.professional(), notice)
                .await
                .unwrap();
        }
    }
    let trails = [
        proved(&world, &keeper, one).await,
        proved(&world, &keeper, two).await,
    ];
    let published = entries(&keeper).await;
    // Every entry is 33 bytes, none is there twice, and each leaf is known by its own person's key alone.
    let all: BTreeSet<&[u8]> = published.iter().map(Vec::as_slice).collect();
    assert_eq!(all.len(), published.len());
    assert!(
        published
            .iter()
            .all(|entry| entry.len() == 33 && entry[0] == 1)
    );
    let guesses = guessed(&published, &trails);
    println!("ledger: {guesses} guesses at leaves without their key, none found");
    // Bits of leaves of the same act of two persons agree as often as those of strangers do: about half.
    let pairs = trails[0].lines.iter().zip(&trails[1].lines);
    let (mut same, mut bits) = (0, 0);
    for (one, two) in pairs {
        let [one, two] =
            [one, two].map(|line| &published[usize::try_from(line.index).unwrap()][1..]);
        same += one
            .iter()
            .zip(two)
            .map(|(one, two)| (one ^ two).count_zeros())
            .sum::<u32>();
        bits += 256;
    }
    assert!(
        same * 10 > bits * 4 && same * 10 < bits * 6,
        "{same} of {bits}"
    );
    keeper.stop().await.unwrap();
}

/// Each leaf is the one of its own key, and no other's; gives how many guesses were made.
fn guessed(published: &[Vec<u8>], trails: &[Trail; 2]) -> usize {
    let leaf = |key: &[u8], event: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        [&[1], hmac::sign(&key, event).as_ref()].concat()
    };
    let mut guesses = 0;
    for (own, other) in [(0, 1), (1, 0)] {
        let (own, other) = (&trails[own], &trails[other]);
        for Line { index, event, .. } in &own.lines {
            let place = usize::try_from(*index).unwrap();
            assert_eq!(published[place], leaf(&own.leaf_key, event));
            // Whoever knows an event to the last byte, and whatever public or another's there is, finds it nowhere.
            let plain = [&[1], digest(&SHA256, event).as_ref()].concat();
            let tries = [
                plain,
                leaf(&other.leaf_key, event),
                leaf(&[], event),
                leaf(&[0; 32], event),
                leaf(own.person.as_bytes(), event),
                leaf(own.verifier.to_string().as_bytes(), event),
                leaf(event, &own.leaf_key),
            ];
            assert!(
                !published.iter().any(|entry| tries.contains(entry)),
                "a leaf is found without its key"
            );
            guesses += tries.len();
        }
    }
    guesses
}
