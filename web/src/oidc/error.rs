use std::fmt;

use thiserror::Error;

/// Which of a provider's addresses was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its description of itself.
    Discovery,
    /// Its public keys.
    Keys,
    /// Where a code is exchanged.
    Token,
    /// Where claims about the person are told.
    Userinfo,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discovery => "discovery document",
            Self::Keys => "keys",
            Self::Token => "token endpoint",
            Self::Userinfo => "userinfo endpoint",
        })
    }
}

/// Why nobody is signed in. The texts are for the operator's log and hold nothing of a person: no code, no
/// token, no claim's value; words of a provider appear only where a standard lists them.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Error {
    /// A setting is wrong; found at start.
    #[error("provider `{provider}`: `{setting}` {why}")]
    Setting {
        /// The provider's name.
        provider: String,
        /// The setting's name.
        setting: &'static str,
        /// What is wrong with it, and what to write.
        why: String,
    },
    /// The provider can't be reached: nothing was decided, and another try may succeed.
    #[error("the provider's {part} can't be reached: {why}")]
    Unreachable {
        /// Which of its addresses.
        part: Part,
        /// What failed.
        why: String,
    },
    /// The provider answered what the protocol does not know.
    #[error("the provider's {part} answered what is not to be used: {why}")]
    Answer {
        /// Which of its addresses.
        part: Part,
        /// What is wrong with the answer.
        why: String,
    },
    /// The token endpoint refused (RFC 6749, section 5.2).
    #[error("the provider's token endpoint refused: `{code}`")]
    Token {
        /// One of the standard's codes, else `unknown`.
        code: &'static str,
    },
    /// The provider sent the person back with an error of its own (RFC 6749, section 4.1.2.1).
    #[error("the provider sent back the error `{code}`")]
    Provider {
        /// One of the standards' codes, else `unknown`.
        code: &'static str,
    },
    /// The person, or the provider for him, said no (`access_denied`).
    #[error("the sign-in was refused at the provider")]
    Denied,
    /// The callback's query is none that a provider sends.
    #[error("the callback's query is malformed: {0}")]
    Callback(&'static str),
    /// This browser began no sign-in, or another one, or it is used up.
    #[error("the callback's `state` belongs to no sign-in begun in this browser")]
    State,
    /// The sign-in was begun too long ago.
    #[error("the sign-in was begun more than ten minutes ago; begin again")]
    Late,
    /// Another issuer answers than the one that was asked (RFC 9207).
    #[error("the callback comes from another issuer than the one that was asked")]
    CallbackIssuer,
    /// A token is no JWS or JWE that is taken here.
    #[error("a token of the provider can't be read: {0}")]
    Malformed(&'static str),
    /// A token is signed in a way that is not taken: `none`, a shared secret, or another than asked.
    #[error("a token of the provider is not signed as it must be: {0}")]
    Algorithm(&'static str),
    /// The provider publishes no key that fits the token.
    #[error("the provider publishes no key for its token")]
    UnknownKey,
    /// A signature does not verify.
    #[error("the signature of a token of the provider is wrong")]
    Signature,
    /// A token is sealed, and not to our key.
    #[error("a token of the provider does not open with our key")]
    Sealed,
    /// A claim of the ID token is not as section 3.1.3.7 wants it.
    #[error("the ID token's `{claim}` {why}")]
    Claim {
        /// The claim's name.
        claim: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The person signed in less surely than is wanted.
    #[error("the sign-in is not sure enough: {0}")]
    Level(&'static str),
    /// Userinfo speaks of somebody else, or not as it must (section 5.3.4).
    #[error("the provider's userinfo {0}")]
    Userinfo(&'static str),
    /// A claim that the mapping needs is missing or malformed.
    #[error("the claim for `{field}` {why}")]
    Mapping {
        /// The field of the mapping.
        field: &'static str,
        /// What is wrong.
        why: &'static str,
    },
}

impl Error {
    /// Whether another try, later, may succeed without anybody changing anything.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::Provider {
                    code: "temporarily_unavailable" | "server_error"
                }
        )
    }
}

/// The codes of errors that may be repeated in a log (RFC 6749, sections 4.1.2.1 and 5.2; Core, section 3.1.2.6).
const CODES: [&str; 21] = [
    "access_denied",
    "account_selection_required",
    "consent_required",
    "interaction_required",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_request_object",
    "invalid_request_uri",
    "invalid_scope",
    "invalid_target",
    "login_required",
    "registration_not_supported",
    "request_not_supported",
    "request_uri_not_supported",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unmet_authentication_requirements",
    "unsupported_grant_type",
    "unsupported_response_type",
];

/// The code as the standard writes it; what is none of them may hold anything, and is not repeated.
pub(super) fn known(code: &str) -> &'static str {
    CODES
        .into_iter()
        .find(|known| *known == code)
        .unwrap_or("unknown")
}
