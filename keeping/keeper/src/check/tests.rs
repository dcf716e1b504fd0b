//! Failures covered: every role, act, stream, purpose and kind of verdict on one's own and another's
//! subject, against the rules said another way; sizes at their limits.
//! Not a failure: what care alone can know (authorisations, masks, blocks).
#![allow(clippy::unwrap_used, reason = "tests")]

use hygie_notice::{
    Act, ActorKind, ActorRef, Claims, Notice, PersonId, Purpose, RequestId, Stream, Subject,
    SubjectKind, SystemEntropy, Verdict,
};

const ROLES: [ActorKind; ActorKind::ALL.len()] = ActorKind::ALL;
const ACTS: [Act; Act::ALL.len()] = Act::ALL;
const PURPOSES: [Purpose; Purpose::ALL.len()] = Purpose::ALL;
const KINDS: [SubjectKind; 4] = [
    SubjectKind::Person,
    SubjectKind::Organisation,
    SubjectKind::Account,
    SubjectKind::Roll,
];

fn claims(kind: ActorKind, person: Option<PersonId>) -> Claims {
    Claims {
        iss: "demo".to_owned(),
        iat: 0,
        exp: 0,
        jti: String::new(),
        actor: ActorRef {
            kind,
            id: "x".to_owned(),
            name: None,
            person,
            profession: None,
            sector: None,
            structure: None,
            team: None,
            scope: None,
        },
    }
}

fn notice(subject: Subject) -> Notice {
    Notice {
        subject,
        stream: Stream::Content,
        act: Act::Read,
        purpose: Purpose::Treatment,
        what: String::new(),
        verdict: verdicts()[3].clone(),
        request: RequestId("r".to_owned()),
    }
}

/// None, refusing, permitting without a rule, permitting by a rule.
fn verdicts() -> [Option<Verdict>; 4] {
    let verdict = |permitted, rules: &[&str]| {
        let rules = rules.iter().map(|rule| (*rule).to_owned()).collect();
        Some(Verdict { permitted, rules })
    };
    [
        None,
        verdict(false, &[]),
        verdict(true, &[]),
        verdict(true, &["rule"]),
    ]
}

/// All notices there are, but for their texts.
fn every_notice(id: PersonId) -> Vec<Notice> {
    let mut notices = Vec::new();
    let subjects = KINDS.map(|kind| Subject { kind, id }).into_iter();
    for subject in subjects.chain([Subject::oppositions(3)]) {
        for stream in [Stream::Rights, Stream::Content, Stream::Trail] {
            for act in ACTS {
                for purpose in PURPOSES {
                    for verdict in verdicts() {
                        notices.push(Notice {
                            stream,
                            act,
                            purpose,
                            verdict,
                            ..notice(subject)
                        });
                    }
                }
            }
        }
    }
    notices
}

fn wrong_purpose(role: ActorKind, purpose: Purpose) -> bool {
    match purpose {
        Purpose::Treatment => !matches!(role, ActorKind::Professional | ActorKind::Software),
        Purpose::PatientRequest => !matches!(
            role,
            ActorKind::Holder | ActorKind::Representative | ActorKind::App
        ),
        Purpose::Import | Purpose::Portability => role != ActorKind::Operator,
        Purpose::Enrolment => !matches!(role, ActorKind::Enrolment | ActorKind::Support),
        Purpose::Regulation => role != ActorKind::Professional,
        Purpose::Research => role != ActorKind::Crossing,
        Purpose::SignIn => role != ActorKind::SignIn,
        Purpose::Training => role != ActorKind::Support,
        // For these nothing is opened, by anybody.
        Purpose::Closure | Purpose::Keeping => true,
    }
}

/// The list of oppositions, to be read; a person's rights, to be weighed.
fn is_the_crossings(notice: &Notice) -> bool {
    let Notice {
        subject,
        stream,
        act,
        ..
    } = notice;
    let person = subject.kind == SubjectKind::Person;
    (subject.sheet().is_some() && *stream == Stream::Content && *act == Act::Read)
        || (person && *stream == Stream::Rights && *act == Act::Weigh)
}

/// The rules of opening once more, as sentences that each forbid.
fn forbidden(role: ActorKind, own: bool, notice: &Notice) -> bool {
    let permits = notice.verdict == verdicts()[3];
    let wrong_purpose = wrong_purpose(role, notice.purpose);
    let reads = matches!(notice.act, Act::Read | Act::Search | Act::Weigh);
    let for_one = matches!(
        role,
        ActorKind::Holder | ActorKind::Representative | ActorKind::App
    );
    let stranger = for_one
        && !(notice.subject.kind == SubjectKind::Person && own)
        && !(notice.subject.kind == SubjectKind::Organisation && reads);
    let enrolment = role == ActorKind::Enrolment;
    let sign_in = role == ActorKind::SignIn;
    let agent = role == ActorKind::Support && notice.purpose == Purpose::Enrolment;
    let no_maker = notice.act == Act::Create
        && !enrolment
        && !sign_in
        && !agent
        && role != ActorKind::Operator;
    let account = notice.subject.kind == SubjectKind::Account;
    let on_an_account = account
        && notice.stream == Stream::Content
        && matches!(notice.act, Act::Create | Act::Read | Act::Amend);
    let others_accounts = if sign_in { !on_an_account } else { account };
    let needs_no_verdict =
        notice.stream == Stream::Rights && matches!(notice.act, Act::Weigh | Act::Create);
    let undecided = !(permits || (needs_no_verdict && notice.verdict.is_none()));
    wrong_purpose
        || stranger
        || no_maker
        || outside_its_part(role, notice)
        || others_accounts
        || undecided
        || notice.stream == Stream::Trail
        || matches!(
            notice.act,
            Act::Account
                | Act::Erase
                | Act::Close
                | Act::Reopen
                | Act::Keep
                | Act::Review
                | Act::Suspend
        )
        || (notice.act == Act::Weigh
            && (notice.stream == Stream::Content || notice.verdict.is_some()))
}

/// Whether somebody opens what only others, or nobody, open in his role: the roll, and what the roll's people write.
fn outside_its_part(role: ActorKind, notice: &Notice) -> bool {
    let roll = notice.subject.kind == SubjectKind::Roll;
    let agent = role == ActorKind::Support && notice.purpose == Purpose::Enrolment;
    let on_the_roll = roll
        && notice.stream == Stream::Content
        && matches!(
            notice.act,
            Act::Create | Act::Deposit | Act::Search | Act::Oppose
        );
    let on_rights = notice.subject.kind == SubjectKind::Person
        && notice.stream == Stream::Rights
        && matches!(
            notice.act,
            Act::Create | Act::Weigh | Act::Oppose | Act::Amend | Act::Appoint | Act::Case
        );
    let begins = notice.subject.kind == SubjectKind::Person
        && notice.stream == Stream::Content
        && notice.act == Act::Deposit;
    let looks_up = notice.subject.kind == SubjectKind::Person
        && notice.stream == Stream::Rights
        && notice.act == Act::Search;
    if role == ActorKind::Enrolment {
        !(on_the_roll || on_rights || begins)
    } else if agent {
        !(on_the_roll && notice.act != Act::Create
            || on_rights && !matches!(notice.act, Act::Amend | Act::Appoint | Act::Case)
            || looks_up)
    } else if role == ActorKind::Crossing {
        !is_the_crossings(notice)
    } else {
        roll || notice.act == Act::Oppose
    }
}

#[test]
fn no_opening_passes_that_a_rule_forbids() {
    let (id, other) = (
        PersonId::random(&SystemEntropy),
        PersonId::random(&SystemEntropy),
    );
    let (mut passed, mut refused) = (0, 0);
    for role in ROLES {
        for person in [Some(id), Some(other), None] {
            for notice in every_notice(id) {
                let outcome = super::opening(&claims(role, person), &notice);
                let expected = forbidden(role, person == Some(id), &notice);
                assert_eq!(
                    outcome.is_err(),
                    expected,
                    "{role:?} {notice:?} {:?}",
                    notice.verdict
                );
                if expected { refused += 1 } else { passed += 1 }
            }
        }
    }
    println!("openings: {passed} pass, {refused} are refused");
    assert!(passed > 100 && refused > passed);
}

#[test]
fn no_record_is_ended_by_a_stranger() {
    let id = PersonId::random(&SystemEntropy);
    let mut passed = 0;
    for role in ROLES {
        for notice in every_notice(id) {
            let allowed = |acts: &[Act]| {
                role == ActorKind::Operator
                    && notice.purpose == Purpose::Closure
                    && notice.subject.kind == SubjectKind::Person
                    && notice.verdict == verdicts()[3]
                    && acts.contains(&notice.act)
            };
            let claims = claims(role, Some(id));
            let ends = super::ending(&claims, &notice, 10).is_ok();
            let by_rule =
                notice.subject.kind == SubjectKind::Person && notice.verdict == verdicts()[3];
            let closes_own = matches!(role, ActorKind::Holder | ActorKind::Representative)
                && notice.purpose == Purpose::PatientRequest
                && notice.act == Act::Close;
            // What was closed, once its time is over, which is looked at where it is known.
            let clears = role == ActorKind::Enrolment
                && notice.purpose == Purpose::Enrolment
                && notice.act == Act::Erase;
            assert_eq!(
                ends,
                allowed(&[Act::Erase, Act::Close]) || by_rule && (closes_own || clears),
                "{role:?} {notice:?}"
            );
            let strangers = super::ending(&self::claims(role, None), &notice, 10).is_ok();
            assert!(!(strangers && closes_own), "{role:?} {notice:?}");
            let reopens = super::reopening(&claims, &notice, 2).is_ok();
            assert_eq!(reopens, allowed(&[Act::Reopen]), "{role:?} {notice:?}");
            passed += usize::from(ends) + usize::from(reopens);
            for years in [0, 51] {
                assert!(super::ending(&claims, &notice, years).is_err());
            }
            assert!(super::reopening(&claims, &notice, 65).is_err());
        }
        assert_eq!(
            super::keys(&claims(role, None)).is_ok(),
            role == ActorKind::Operator
        );
    }
    // Three acts of the operator, one of each who closes his own, one of enrolment; on each of three streams.
    assert_eq!(passed, 18);
}

#[test]
fn no_trail_is_read_by_somebody_else() {
    let (id, other) = (
        PersonId::random(&SystemEntropy),
        PersonId::random(&SystemEntropy),
    );
    for role in ROLES {
        for person in [Some(id), Some(other), None] {
            for notice in every_notice(id) {
                let holder = matches!(role, ActorKind::Holder | ActorKind::Representative)
                    && person == Some(id)
                    && notice.subject.kind == SubjectKind::Person
                    && notice.purpose == Purpose::PatientRequest;
                let porter = role == ActorKind::Operator && notice.purpose == Purpose::Portability;
                let form = notice.stream == Stream::Trail
                    && notice.act == Act::Account
                    && notice
                        .verdict
                        .as_ref()
                        .is_none_or(|verdict| verdict.permitted);
                let outcome = super::accounting(&claims(role, person), &notice);
                assert_eq!(
                    outcome.is_ok(),
                    form && (holder || porter),
                    "{role:?} {notice:?}"
                );
            }
        }
    }
}

#[test]
fn a_notice_longer_than_its_limits_is_refused() {
    let claims = claims(ActorKind::Professional, None);
    let good = notice(Subject::person(PersonId::random(&SystemEntropy)));
    let rules = |count: usize, length: usize| {
        Some(Verdict {
            permitted: true,
            rules: vec!["x".repeat(length); count],
        })
    };
    let fits = [
        Notice {
            what: "x".repeat(2_048),
            ..good.clone()
        },
        Notice {
            verdict: rules(64, 128),
            ..good.clone()
        },
        Notice {
            request: RequestId("x".repeat(64)),
            ..good.clone()
        },
    ];
    let bad = [
        Notice {
            what: "x".repeat(2_049),
            ..good.clone()
        },
        Notice {
            verdict: rules(65, 1),
            ..good.clone()
        },
        Notice {
            verdict: rules(1, 129),
            ..good.clone()
        },
        Notice {
            request: RequestId("x".repeat(65)),
            ..good.clone()
        },
        Notice {
            request: RequestId(String::new()),
            ..good.clone()
        },
    ];
    assert!(
        fits.iter()
            .all(|notice| super::opening(&claims, notice).is_ok())
    );
    assert!(
        bad.iter()
            .all(|notice| super::opening(&claims, notice).is_err())
    );
    let mut long = claims;
    long.actor.name = Some("x".repeat(1_024));
    assert!(super::opening(&long, &good).is_err());
}
