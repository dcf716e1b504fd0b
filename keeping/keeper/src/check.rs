//! What a notice must be, whatever care decided: the second pair of eyes on each opening.
//! INVARIANT (decide before open): content opens only with a permitting verdict and its rules.

use hygie_notice::wire::Failure;
use hygie_notice::{
    Act, ActorKind, ActorStep, Claims, Head, Notice, PersonId, Purpose, Stream, Subject,
    SubjectKind, Verdict,
};

use crate::backup::BACKUP;

/// Longest `what`, in bytes.
const WHAT: usize = 2_048;
/// Longest request id, in bytes.
const REQUEST: usize = 64;
/// Most rules of a verdict, and the longest name of one, in bytes.
const RULES: usize = 64;
const RULE: usize = 128;
/// Longest actor, all its texts together, in bytes.
const ACTOR: usize = 1_024;

/// Longest reason of a suspension, in bytes.
const REASON: usize = 500;

/// Most years that custodians keep what they get, and most shares at once.
const YEARS: u8 = 50;
const SHARES: usize = 64;

type Checked = Result<(), Failure>;

fn refuse(why: &str) -> Checked {
    Err(Failure::Notice(why.to_owned()))
}

/// Whether this actor may open by this notice.
pub(crate) fn opening(claims: &Claims, notice: &Notice) -> Checked {
    sizes(claims, notice)?;
    purpose(claims, notice)?;
    holder_at_home(claims, notice)?;
    roll(claims, notice)?;
    agents(claims, notice)?;
    accounts(claims, notice)?;
    no_alarms(notice)?;
    if notice.act == Act::Account {
        return refuse("a trail is read by its own request, not opened");
    }
    if matches!(
        notice.act,
        Act::Erase | Act::Close | Act::Reopen | Act::Keep | Act::Review | Act::Suspend
    ) {
        return refuse("records are ended, keys and alarms looked after by requests of their own");
    }
    if matches!(notice.purpose, Purpose::Closure | Purpose::Keeping) {
        return refuse("nothing is opened for this purpose");
    }
    if notice.act == Act::Create
        && !matches!(
            claims.actor.kind,
            ActorKind::Operator | ActorKind::Enrolment | ActorKind::SignIn
        )
        && !helps(claims, notice)
    {
        return refuse("only the operator, the roll and the sign-in make subjects");
    }
    match notice.stream {
        Stream::Trail => refuse("the trail's key never leaves the keeper"),
        Stream::Content if notice.act == Act::Weigh => refuse("weighing opens `rights` only"),
        Stream::Content => permitted(notice),
        Stream::Rights => match (notice.act, &notice.verdict) {
            (Act::Weigh, Some(_)) => refuse("a weighing comes before its verdict"),
            (Act::Weigh | Act::Create, None) => Ok(()),
            _ => permitted(notice),
        },
    }
}

/// Whether this opening may rest on rights that were weighed before: `content` alone, since whoever
/// writes `rights`, or makes a subject, weighs at that moment.
pub(crate) fn weighed(notice: &Notice, head: Option<Head>) -> Checked {
    if head.is_none() || notice.stream == Stream::Content {
        return Ok(());
    }
    refuse("only the opening of `content` says where `rights` ended")
}

/// Whether this is a refusal that can be written down. Purpose and subject are not looked at:
/// what was refused may be wrong in exactly these, and stands in the trail for it.
pub(crate) fn refusal(claims: &Claims, notice: &Notice) -> Checked {
    sizes(claims, notice)?;
    no_alarms(notice)?;
    match &notice.verdict {
        Some(Verdict {
            permitted: false, ..
        }) => Ok(()),
        _ => refuse("a refusal needs a verdict that refuses"),
    }
}

/// Whether this actor may read this trail: the person it is about, or the operator who hands
/// over everything kept about that person (GDPR art. 15 and 20).
pub(crate) fn accounting(claims: &Claims, notice: &Notice) -> Checked {
    sizes(claims, notice)?;
    purpose(claims, notice)?;
    no_alarms(notice)?;
    if notice.stream != Stream::Trail || notice.act != Act::Account {
        return refuse("a trail is read with act `account` on stream `trail`");
    }
    if matches!(&notice.verdict, Some(verdict) if !verdict.permitted) {
        return refuse("the verdict refuses");
    }
    match claims.actor.kind {
        ActorKind::Holder | ActorKind::Representative
            if own(claims) == Some(notice.subject.id)
                && notice.subject.kind == SubjectKind::Person =>
        {
            Ok(())
        }
        ActorKind::Operator if notice.purpose == Purpose::Portability => Ok(()),
        _ => refuse(
            "a trail is read by its holder or who represents him, or by the operator for portability",
        ),
    }
}

/// Whether this actor may be given what proves this trail, the key of its leaves with it: whoever may read it, where it
/// is a person's.
pub(crate) fn proving(claims: &Claims, notice: &Notice) -> Checked {
    accounting(claims, notice)?;
    if notice.subject.kind == SubjectKind::Person {
        return Ok(());
    }
    refuse("only a person's trail is proved")
}

/// Whether this actor may look identifiers up.
pub(crate) fn look_up(claims: &Claims) -> Checked {
    match claims.actor.kind {
        ActorKind::Operator
        | ActorKind::Professional
        | ActorKind::Software
        | ActorKind::Enrolment
        | ActorKind::SignIn => Ok(()),
        _ => refuse("this role looks no identifiers up"),
    }
}

/// Alarms are the keeper's own lines: nobody writes into their chain by a notice, nor opens it.
fn no_alarms(notice: &Notice) -> Checked {
    if notice.subject == Subject::alarms() {
        return refuse("alarms are read and written by requests of their own");
    }
    Ok(())
}

/// Whether this actor may read alarms and review them. That he did is written down by the keeper itself.
pub(crate) fn alarms(claims: &Claims) -> Checked {
    match claims.actor.kind {
        ActorKind::Operator => Ok(()),
        _ => refuse("only the operator reads alarms and reviews them"),
    }
}

/// Whether this is an agent who rings about another.
pub(crate) fn unconfirmed(claims: &Claims, agent: &str, receipt: &str) -> Checked {
    if claims.actor.kind != ActorKind::Support {
        return refuse("only an agent rings about what another recorded");
    }
    if claims.actor.id == agent {
        return refuse("an agent rings about what another recorded, and not about himself");
    }
    if agent.is_empty() || agent.len() > ACTOR || receipt.is_empty() || receipt.len() > REQUEST {
        return refuse("the agent's name or the receipt's number is missing or too long");
    }
    Ok(())
}

/// Whether this actor may cut others off, and this one can be: the operator could let nobody in again if he cut
/// himself off.
pub(crate) fn actor(claims: &Claims, step: &ActorStep) -> Checked {
    if claims.actor.kind != ActorKind::Operator {
        return refuse("only the operator suspends actors");
    }
    let (kind, id, reason) = match step {
        ActorStep::Suspend { kind, id, reason } => (*kind, id, reason.as_str()),
        ActorStep::Resume { kind, id } => (*kind, id, ""),
        ActorStep::List => return Ok(()),
    };
    if kind == ActorKind::Operator {
        return refuse(
            "an operator is not suspended but loses his key: replace it, or his account",
        );
    }
    if id.is_empty() || id.len() > ACTOR {
        return refuse("an actor's number has 1 to 1,024 bytes");
    }
    if reason.len() > REASON {
        return refuse("the reason is longer than 500 bytes");
    }
    Ok(())
}

/// Whether this actor may look after keys. What he does is written down by the keeper itself.
pub(crate) fn keys(claims: &Claims) -> Checked {
    match claims.actor.kind {
        ActorKind::Operator => Ok(()),
        _ => refuse("only the operator looks after keys"),
    }
}

/// Whether this notice may end a record, decided by a rule: the operator's, for that purpose; that of who closes his own
/// space, or the one he represents; and enrolment's, to erase what was closed, whose time the sequencer looks at.
pub(crate) fn ending(claims: &Claims, notice: &Notice, years: u8) -> Checked {
    let person = notice.subject.kind == SubjectKind::Person;
    match (claims.actor.kind, notice.act) {
        (ActorKind::Holder | ActorKind::Representative, Act::Close)
            if person && own(claims) == Some(notice.subject.id) =>
        {
            sizes(claims, notice)?;
            purpose(claims, notice)?;
            permitted(notice)?;
        }
        (ActorKind::Enrolment, Act::Erase) if person => {
            sizes(claims, notice)?;
            purpose(claims, notice)?;
            permitted(notice)?;
        }
        _ => closure(claims, notice)?,
    }
    if !matches!(notice.act, Act::Erase | Act::Close) {
        return refuse("a record is ended with act `erase` or `close`");
    }
    if (1..=YEARS).contains(&years) {
        Ok(())
    } else {
        refuse("custodians keep what they get for 1 to 50 years")
    }
}

/// Whether this notice may join another person's record to its subject's: as the register says, which enrolment follows.
pub(crate) fn joining(claims: &Claims, notice: &Notice, other: Subject) -> Checked {
    sizes(claims, notice)?;
    purpose(claims, notice)?;
    if claims.actor.kind != ActorKind::Enrolment || notice.purpose != Purpose::Enrolment {
        return refuse("records are joined by enrolment");
    }
    if notice.act != Act::Amend || notice.stream != Stream::Trail {
        return refuse("records are joined with act `amend` on stream `trail`");
    }
    if notice.subject.kind != SubjectKind::Person || notice.subject == other {
        return refuse("a person's record is joined to another's");
    }
    permitted(notice)
}

/// Whether this notice may bring a closed record back.
pub(crate) fn reopening(claims: &Claims, notice: &Notice, shares: usize) -> Checked {
    closure(claims, notice)?;
    if notice.act != Act::Reopen {
        return refuse("a record is reopened with act `reopen`");
    }
    if shares > SHARES {
        return refuse("more than 64 shares");
    }
    Ok(())
}

fn closure(claims: &Claims, notice: &Notice) -> Checked {
    sizes(claims, notice)?;
    purpose(claims, notice)?;
    if claims.actor.kind != ActorKind::Operator || notice.purpose != Purpose::Closure {
        return refuse("records are ended and reopened by the operator, for the purpose `closure`");
    }
    if notice.subject.kind != SubjectKind::Person {
        return refuse("only a person's record is ended or reopened");
    }
    permitted(notice)
}

/// Whether this is the manifest of a backup, and the operator's. Nothing that the ledger's key signs
/// may be taken for another: a checkpoint's first line is a ledger's name, which holds no space.
pub(crate) fn backup(claims: &Claims, manifest: &str) -> Checked {
    if claims.actor.kind != ActorKind::Operator {
        return refuse("only the operator makes backups");
    }
    if manifest.starts_with(BACKUP) {
        Ok(())
    } else {
        refuse("the manifest of a backup begins with its version")
    }
}

fn sizes(claims: &Claims, notice: &Notice) -> Checked {
    let actor = &claims.actor;
    let texts = [
        &actor.name,
        &actor.profession,
        &actor.sector,
        &actor.structure,
        &actor.team,
        &actor.scope,
    ];
    let length = actor.id.len() + texts.into_iter().flatten().map(String::len).sum::<usize>();
    if length > ACTOR {
        return refuse("the actor's names and numbers are longer than 1,024 bytes");
    }
    if notice.what.len() > WHAT {
        return refuse("`what` is longer than 2,048 bytes");
    }
    if notice.request.0.is_empty() || notice.request.0.len() > REQUEST {
        return refuse("the request id is empty or longer than 64 bytes");
    }
    let rules = notice
        .verdict
        .as_ref()
        .map_or(&[][..], |verdict| &verdict.rules);
    if rules.len() > RULES || rules.iter().any(|rule| rule.len() > RULE) {
        return refuse("the verdict names more than 64 rules, or one longer than 128 bytes");
    }
    Ok(())
}

fn purpose(claims: &Claims, notice: &Notice) -> Checked {
    if claims.actor.kind.may_claim(notice.purpose) {
        return Ok(());
    }
    refuse("this role may not claim this purpose")
}

/// Whoever acts for one person opens that person's record alone, whatever care decided.
fn holder_at_home(claims: &Claims, notice: &Notice) -> Checked {
    if !matches!(
        claims.actor.kind,
        ActorKind::Holder | ActorKind::Representative | ActorKind::App
    ) {
        return Ok(());
    }
    match notice.subject.kind {
        SubjectKind::Person if own(claims) == Some(notice.subject.id) => Ok(()),
        SubjectKind::Organisation if matches!(notice.act, Act::Read | Act::Search | Act::Weigh) => {
            Ok(())
        }
        _ => refuse("a holder, and who acts for him, opens his record, and reads the directory"),
    }
}

/// Accounts are opened by the sign-in alone, and the sign-in opens nothing else.
fn accounts(claims: &Claims, notice: &Notice) -> Checked {
    let sign_in = claims.actor.kind == ActorKind::SignIn;
    match (notice.subject.kind, notice.stream, notice.act) {
        (SubjectKind::Account, Stream::Content, Act::Create | Act::Read | Act::Amend)
            if sign_in =>
        {
            Ok(())
        }
        (SubjectKind::Account, ..) => {
            refuse("an account is opened by the sign-in, on stream `content`")
        }
        _ if sign_in => refuse("the sign-in opens accounts alone"),
        _ => Ok(()),
    }
}

/// Whether an agent helps somebody to oppose.
fn helps(claims: &Claims, notice: &Notice) -> bool {
    claims.actor.kind == ActorKind::Support && notice.purpose == Purpose::Enrolment
}

/// An agent who helps somebody on the telephone opens the page of the roll that holds him, and of his logs `rights`:
/// to say that he was looked up, and to write what he says. Nothing else opens for that purpose, content least of all.
fn agents(claims: &Claims, notice: &Notice) -> Checked {
    if !helps(claims, notice) {
        return Ok(());
    }
    match (notice.subject.kind, notice.stream, notice.act) {
        (SubjectKind::Roll, Stream::Content, Act::Search | Act::Deposit | Act::Oppose)
        | (
            SubjectKind::Person,
            Stream::Rights,
            Act::Create | Act::Weigh | Act::Search | Act::Oppose,
        ) => Ok(()),
        _ => refuse(
            "an agent who helps somebody opens a page of the roll, and the person's `rights`",
        ),
    }
}

/// The roll is opened for enrolment alone, but for agents who help ([`agents`]) and the list of oppositions, which the
/// crossing reads, and nothing beside. Enrolment opens nothing else: of a person's logs `rights`, to make them, weigh
/// them, write the opposition, what the register corrects and a minor's parents, and write and read in his cases; and
/// `content` while it is empty, to begin a record.
fn roll(claims: &Claims, notice: &Notice) -> Checked {
    if helps(claims, notice) {
        return Ok(());
    }
    let enrolment = claims.actor.kind == ActorKind::Enrolment;
    let crossing = claims.actor.kind == ActorKind::Crossing;
    match (notice.subject.kind, notice.stream, notice.act) {
        (
            SubjectKind::Roll,
            Stream::Content,
            Act::Create | Act::Deposit | Act::Search | Act::Oppose,
        ) if enrolment => Ok(()),
        (SubjectKind::Roll, Stream::Content, Act::Read)
            if crossing && notice.subject.sheet().is_some() =>
        {
            Ok(())
        }
        // So that it is refused by the rules that the person set, and by their names.
        (SubjectKind::Person, Stream::Rights, Act::Weigh) if crossing => Ok(()),
        _ if crossing => {
            refuse("the crossing reads the list of oppositions, and opens nothing else")
        }
        (SubjectKind::Roll, ..) => {
            refuse("a page of the roll is opened by enrolment, on stream `content`")
        }
        (
            SubjectKind::Person,
            Stream::Rights,
            Act::Create | Act::Weigh | Act::Oppose | Act::Amend | Act::Appoint | Act::Case,
        ) if enrolment => Ok(()),
        // To begin a record: the sequencer hands over no key of one in which something stands.
        (SubjectKind::Person, Stream::Content, Act::Deposit) if enrolment => Ok(()),
        (_, _, Act::Oppose) => {
            refuse("an opposition is written by enrolment, on a person's `rights`")
        }
        _ if enrolment => refuse(
            "enrolment opens the roll, a person's `rights` for an opposition, who he is, his parents, or a case, and a record to begin it",
        ),
        _ => Ok(()),
    }
}

/// The person a holder is.
fn own(claims: &Claims) -> Option<PersonId> {
    claims.actor.person
}

fn permitted(notice: &Notice) -> Checked {
    match &notice.verdict {
        Some(verdict) if verdict.permitted && !verdict.rules.is_empty() => Ok(()),
        _ => refuse("this opening needs a verdict that permits it, with its rules"),
    }
}

#[cfg(test)]
mod tests;
