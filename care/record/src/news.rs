use std::sync::Arc;

use hygie_notice::{ActorKind, PersonId};

use crate::change::Letters;
use crate::door::Ask;
use crate::rights::RightsFolder;
use crate::{Caller, Record};

/// Tells people that something is new in their space, by letter. It must return at once.
pub trait News: Send + Sync {
    /// Something is new for this person, who wants letters there.
    fn new_for(&self, person: PersonId, to: &Letters);
}

impl Record {
    /// From now on people are told by `news`; only the first that is given here does it.
    pub fn tell_by(&self, news: Arc<dyn News>) {
        let _first = self.news.set(news);
    }

    /// Somebody else opened the record, or was refused: the person is told, where he wants to be.
    pub(crate) fn tell(&self, ask: &Ask<'_>, rights: &RightsFolder) {
        if is_at_home(ask.caller) {
            return;
        }
        if let (Some(news), Some(letters)) = (self.news.get(), rights.letters()) {
            news.new_for(ask.person, letters);
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
