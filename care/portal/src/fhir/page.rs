//! Paging links: where the next page begins, signed for this actor and this very question, so that a
//! link handed on or altered opens nothing.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hygie_fhir::Fault;
use hygie_record::Caller;
use hygie_record::notice::Entropy;

use super::Problem;
use super::question::Question;

/// Signs and checks page tokens. The key lives as long as the process: after a restart a search is
/// begun anew.
pub struct Seal(hmac::Key);

impl Seal {
    /// A seal with a random key.
    pub fn drawn(entropy: &dyn Entropy) -> Self {
        let mut key = [0; 32];
        entropy.fill(&mut key);
        Self(hmac::Key::new(hmac::HMAC_SHA256, &key))
    }

    /// Where the asked page begins: 0 without a token.
    pub fn resume(
        &self,
        caller: &Caller,
        path: &str,
        question: &Question,
    ) -> Result<usize, Problem> {
        let Some(token) = question.page()? else {
            return Ok(0);
        };
        let forged = || {
            Problem::bad_search(Fault::error(
                "value",
                "_page",
                "this page link is not yours, not of this search, or from before a restart; search anew",
            ))
        };
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| forged())?;
        let (offset, tag) = bytes.split_first_chunk::<8>().ok_or_else(forged)?;
        let offset = u64::from_be_bytes(*offset);
        let message = message(caller, path, question, offset);
        hmac::verify(&self.0, &message, tag).map_err(|_| forged())?;
        usize::try_from(offset).map_err(|_| forged())
    }

    /// The token of the page that begins at `offset`.
    pub fn token(&self, caller: &Caller, path: &str, question: &Question, offset: usize) -> String {
        let offset = u64::try_from(offset).expect("an offset fits 64 bits");
        let tag = hmac::sign(&self.0, &message(caller, path, question, offset));
        let mut bytes = offset.to_be_bytes().to_vec();
        bytes.extend_from_slice(tag.as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

fn message(caller: &Caller, path: &str, question: &Question, offset: u64) -> Vec<u8> {
    let offset = offset.to_string();
    let words = question.words();
    let parts = [
        caller.actor.kind.word(),
        &caller.actor.id,
        path,
        &words,
        &offset,
    ];
    parts.join("\n").into_bytes()
}
