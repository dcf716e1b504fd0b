use std::sync::Arc;

use hygie_notice::{ActorKind, PersonId};

use crate::change::Letters;
use crate::door::Ask;
use crate::rights::RightsFolder;
use crate::{Caller, Record};

/// Tells people that something is new in their space, by letter. It must return at once.
pub trait News: Send + Sync {
    /// Something is new for this person, who wants letters there. A parent is told of his children by the id of his
    /// account: however many they are, it is one letter.
    fn new_for(&self, person: PersonId, to: &Letters);
}

impl Record {
    /// From now on people are told by `news`; only the first that is given here does it.
    pub fn tell_by(&self, news: Arc<dyn News>) {
        let _first = self.news.set(news);
    }

    /// Somebody else opened the record, or was refused: the person is told, where he wants to be, and a minor's parents
    /// are, but for what they do themselves. Nobody is told twice at one address.
    pub(crate) fn tell(&self, ask: &Ask<'_>, rights: &RightsFolder) {
        let Some(news) = self.news.get().filter(|_| !is_at_home(ask.caller)) else {
            return;
        };
        let mut told = Vec::new();
        if let Some(letters) = rights.letters() {
            news.new_for(ask.person, letters);
            told.push(letters.address.as_str());
        }
        for (account, letters) in rights.parents(self.clock.now()) {
            let mut known = told.iter();
            let again = known.any(|one| one.eq_ignore_ascii_case(&letters.address));
            if again || is_by(ask.caller, account) {
                continue;
            }
            if let Ok(account) = account.parse() {
                news.new_for(account, letters);
                told.push(&letters.address);
            }
        }
    }

    /// Something is new for a person who said nowhere yet where he wants to be told: he is told where the roll knows him.
    pub fn tell_there(&self, person: PersonId, to: &Letters) {
        if let (Some(news), false) = (self.news.get(), to.address.is_empty()) {
            news.new_for(person, to);
        }
    }
}

/// What the holder does himself is no news to him.
fn is_at_home(caller: &Caller) -> bool {
    caller.actor.kind == ActorKind::Holder
}

/// What somebody does who acts by this account is no news to its owner.
fn is_by(caller: &Caller, account: &str) -> bool {
    caller.actor.kind == ActorKind::Representative && caller.actor.id == account
}
