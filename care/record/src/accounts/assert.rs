use hygie_notice::{ActorKind, ActorRef, symbols};

use super::{Accounts, LIFETIME};
use crate::{Caller, Error};

impl Accounts {
    /// Somebody who is signed in, at the door, in one of the roles of his account: a fresh assertion for the
    /// work of one request, which the keeper checks itself.
    ///
    /// # Errors
    /// [`Error::Unbelieved`] when this installation does not let the sign-in speak for such a role.
    pub fn caller(&self, role: &ActorRef) -> Result<Caller, Error> {
        // Its own role is for its own work alone.
        if role.kind == ActorKind::SignIn {
            return Err(Error::Refused);
        }
        let jti = symbols(self.record.entropy.as_ref(), 26);
        let now = self.record.clock.now();
        let assertion = self.key.assert(role.clone(), now, LIFETIME, jti);
        let mut caller = self.record.caller(assertion.text(), None)?;
        // Of a representative, a caller must keep whom he acts for.
        caller.actor = self.record.as_led(role.clone());
        if role.kind == ActorKind::Professional {
            caller.actor.person = None;
        }
        Ok(caller)
    }
}
