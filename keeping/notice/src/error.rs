/// What can be wrong with what was said to the keeper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A person id is 26 lower-case Crockford base-32 characters of 128 bits.
    #[error("the person id is not 26 lower-case Crockford base-32 characters; copy it whole")]
    PersonIdMalformed,
    /// The assertion is no compact JWS, or its claims are not ours.
    #[error("the token is malformed; ask for a new one")]
    AssertionMalformed,
    /// No trusted issuer made this assertion, or it was altered.
    #[error("the token's signature is not that of a trusted issuer; sign in again")]
    AssertionForged,
    /// The assertion is past its end, not yet valid, or valid for too long.
    #[error("the token is not valid at this time; sign in again")]
    AssertionExpired,
    /// The issuer is trusted, but not for this kind of actor.
    #[error("the token's issuer may not speak for this kind of actor")]
    IssuerOverreach,
    /// The ciphertext does not open here: altered, moved, or of another key.
    #[error("a sealed entry does not open at its place; restore it from a backup")]
    SealBroken,
    /// A proof that proves nothing.
    #[error("the proof does not hold: {0}")]
    ProofMalformed(&'static str),
    /// A frame is not of this protocol's form or version.
    #[error("a message of the keeper's protocol is malformed: {0}")]
    WireMalformed(&'static str),
}
