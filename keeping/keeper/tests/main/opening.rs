//! What opens, what does not, and what is written down either way.

use hygie_keeper::notice::wire::Failure;
use hygie_keeper::notice::{
    Act, ActorKind, Assertion, Head, IssuerKey, Notice, PersonId, Purpose, Stream, Subject,
    SubjectKind, SystemEntropy, Verdict,
};
use hygie_ledger::{Checkpoint, Verifier, verify};

use crate::world::{
    NOW, World, accounting, actor, creation, failure, is_assertion, is_notice, permitted, reading,
    refused,
};

#[tokio::test]
async fn no_key_is_out_before_its_notice_is_written() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    let before = keeper.size().await;
    let opened = keeper
        .read(&world, subject, "Observation?code=x")
        .await
        .unwrap();
    assert_eq!(keeper.size().await, before + 1);
    assert_eq!(
        (opened.receipt.index, opened.receipt.subject),
        (before, subject)
    );
    // The files follow the event within milliseconds; a proof waits for them.
    keeper.client.prove(opened.receipt.index).await.unwrap();
    assert_eq!(world.verify_ledger(), before + 1);
    let (_, lines) = keeper
        .client
        .trail(&world.holder(subject.id), accounting(subject), 0)
        .await
        .unwrap();
    let line = lines
        .iter()
        .find(|line| line.index == opened.receipt.index)
        .unwrap();
    assert_eq!(line.event.notice.what, "Observation?code=x");
    assert_eq!(
        (line.event.actor.id.as_str(), line.event.issuer.as_str()),
        ("10101010101", "demo")
    );
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn every_receipt_is_proved_in_the_ledger() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    let mut receipts = Vec::new();
    for _ in 0..5 {
        receipts.push(
            keeper
                .read(&world, subject, "x")
                .await
                .unwrap()
                .receipt
                .index,
        );
    }
    let verifier: Verifier = keeper
        .client
        .hello()
        .await
        .unwrap()
        .verifier
        .parse()
        .unwrap();
    keeper.client.prove(5).await.unwrap();
    let bundle = std::fs::read(world.home.ledger().join("tile/entries/000.p/6")).unwrap();
    for index in receipts {
        let proof = keeper.client.prove(index).await.unwrap();
        let checkpoint = Checkpoint::open(&proof.checkpoint, &verifier).unwrap();
        // Each entry stands behind two bytes of length.
        let at = usize::try_from(index).unwrap() * 35;
        let leaf = verify::leaf_hash(&bundle[at + 2..at + 35]);
        verify::inclusion(&leaf, index, checkpoint.size, &proof.path, &checkpoint.root).unwrap();
    }
    is_notice(keeper.client.prove(6).await);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn no_two_streams_share_a_key_and_none_changes() {
    let world = World::new();
    let keeper = world.start().await;
    let (one, other) = (keeper.create(&world).await, keeper.create(&world).await);
    let first = keeper.read(&world, one, "x").await.unwrap();
    let again = Notice {
        purpose: Purpose::Import,
        act: Act::Create,
        ..reading(one, "x")
    };
    let again = keeper.client.open(&world.operator(), again).await.unwrap();
    assert_eq!(again.key.expose(), first.key.expose());
    let stranger = keeper.read(&world, other, "x").await.unwrap();
    let rights = keeper
        .client
        .open(&world.operator(), creation(one))
        .await
        .unwrap();
    assert_ne!(stranger.key.expose(), first.key.expose());
    assert_ne!(rights.key.expose(), first.key.expose());
    assert_eq!((first.epoch, first.head), (1, Head::default()));
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_forged_expired_or_overreaching_token_opens_nothing() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    let size = keeper.size().await;
    let open = async |token: Assertion| keeper.client.open(&token, reading(subject, "x")).await;
    let forger = IssuerKey::from_seed("demo", &[1; 32]);
    let who = actor(ActorKind::Professional, "10101010101");
    is_assertion(open(forger.assert(who.clone(), NOW, 600, "j".to_owned())).await);
    let stranger = IssuerKey::from_seed("nobody", &[1; 32]);
    is_assertion(open(stranger.assert(who, NOW, 600, "j".to_owned())).await);
    is_assertion(open(world.token(actor(ActorKind::Operator, "ops"))).await);
    is_assertion(open(Assertion::from_text("no token")).await);
    let old = world.professional();
    world.wait(601_000);
    is_assertion(open(old).await);
    assert_eq!(keeper.size().await, size);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_holder_does_not_open_another_persons_record() {
    let world = World::new();
    let keeper = world.start().await;
    let (mine, other) = (keeper.create(&world).await, keeper.create(&world).await);
    let directory = Subject {
        kind: SubjectKind::Organisation,
        id: PersonId::random(&SystemEntropy),
    };
    keeper
        .client
        .open(&world.operator(), creation(directory))
        .await
        .unwrap();
    let holder = world.holder(mine.id);
    let own = |subject| Notice {
        purpose: Purpose::PatientRequest,
        ..reading(subject, "x")
    };
    keeper.client.open(&holder, own(mine)).await.unwrap();
    keeper.client.open(&holder, own(directory)).await.unwrap();
    is_notice(keeper.client.open(&holder, own(other)).await);
    is_notice(
        keeper
            .client
            .open(
                &holder,
                Notice {
                    act: Act::Deposit,
                    ..own(directory)
                },
            )
            .await,
    );
    let account = Subject {
        kind: SubjectKind::Account,
        id: mine.id,
    };
    is_notice(keeper.client.open(&holder, own(account)).await);
    // Nobody's token: a holder whose issuer did not say which person he is.
    is_notice(
        keeper
            .client
            .open(&world.token(actor(ActorKind::Holder, "x")), own(mine))
            .await,
    );
    keeper.stop().await.unwrap();
}

/// Content with no verdict, a refusing one, one without rules; acts, streams, purposes and sizes that
/// no verdict makes fit.
fn notices_without_a_fit_verdict(subject: Subject) -> Vec<Notice> {
    let good = || reading(subject, "x");
    let no_rules = permitted().map(|verdict| Verdict {
        rules: Vec::new(),
        ..verdict
    });
    vec![
        Notice {
            verdict: None,
            ..good()
        },
        Notice {
            verdict: refused(),
            ..good()
        },
        Notice {
            verdict: no_rules,
            ..good()
        },
        Notice {
            act: Act::Weigh,
            ..good()
        },
        Notice {
            act: Act::Account,
            ..good()
        },
        Notice {
            act: Act::Create,
            ..good()
        },
        Notice {
            stream: Stream::Trail,
            ..good()
        },
        Notice {
            purpose: Purpose::PatientRequest,
            ..good()
        },
        Notice {
            what: "x".repeat(2_049),
            ..good()
        },
        Notice {
            stream: Stream::Rights,
            act: Act::Share,
            verdict: None,
            ..good()
        },
        Notice {
            stream: Stream::Rights,
            act: Act::Weigh,
            ..good()
        },
    ]
}

#[tokio::test]
async fn content_does_not_open_without_a_verdict() {
    let world = World::new();
    let keeper = world.start().await;
    let subject = keeper.create(&world).await;
    let token = world.professional();
    let good = || reading(subject, "x");
    let size = keeper.size().await;
    for notice in notices_without_a_fit_verdict(subject) {
        is_notice(keeper.client.open(&token, notice).await);
    }
    assert_eq!(keeper.size().await, size);
    let weigh = Notice {
        stream: Stream::Rights,
        act: Act::Weigh,
        verdict: None,
        ..good()
    };
    keeper.client.open(&token, weigh).await.unwrap();
    keeper
        .client
        .open(
            &token,
            Notice {
                stream: Stream::Rights,
                act: Act::Share,
                ..good()
            },
        )
        .await
        .unwrap();
    keeper
        .client
        .open(
            &token,
            Notice {
                what: "x".repeat(2_048),
                ..good()
            },
        )
        .await
        .unwrap();
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_probe_of_a_subject_that_does_not_exist_leaves_a_line() {
    let world = World::new();
    let keeper = world.start().await;
    let nobody = Subject::person(PersonId::random(&SystemEntropy));
    let token = world.professional();
    assert_eq!(
        failure(keeper.client.open(&token, reading(nobody, "x")).await),
        Failure::UnknownSubject
    );
    assert_eq!(keeper.size().await, 1);
    let refusal = Notice {
        verdict: refused(),
        ..reading(nobody, "x")
    };
    assert_eq!(
        failure(keeper.client.refuse(&token, refusal).await),
        Failure::UnknownSubject
    );
    assert_eq!(keeper.size().await, 2);
    let trail = keeper
        .client
        .trail(&world.holder(nobody.id), accounting(nobody), 0)
        .await;
    assert_eq!(failure(trail), Failure::UnknownSubject);
    assert_eq!(keeper.size().await, 3);
    keeper.client.prove(2).await.unwrap();
    assert_eq!(world.verify_ledger(), 3);
    // The probe made nothing: the subject still does not exist.
    let head = Head {
        count: 1,
        hash: [1; 32],
    };
    let advanced = keeper
        .client
        .advance(nobody, Stream::Content, Head::default(), head)
        .await;
    assert_eq!(failure(advanced), Failure::UnknownSubject);
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_refusal_stands_in_the_trail_of_the_person_refused() {
    let world = World::new();
    let keeper = world.start().await;
    let (mine, other) = (keeper.create(&world).await, keeper.create(&world).await);
    let refusal = Notice {
        purpose: Purpose::PatientRequest,
        verdict: refused(),
        ..reading(mine, "what was tried")
    };
    let receipt = keeper
        .client
        .refuse(&world.holder(other.id), refusal.clone())
        .await
        .unwrap();
    let (_, lines) = keeper
        .client
        .trail(&world.holder(mine.id), accounting(mine), 0)
        .await
        .unwrap();
    let line = lines
        .iter()
        .find(|line| line.index == receipt.index)
        .unwrap();
    assert_eq!(line.event.notice, refusal);
    is_notice(
        keeper
            .client
            .refuse(&world.professional(), reading(mine, "x"))
            .await,
    );
    keeper.stop().await.unwrap();
}
