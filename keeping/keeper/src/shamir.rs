//! Shamir's secret sharing over GF(256), by `blahaj`, with our own source of randomness.

use std::convert::Infallible;

use blahaj::{Share, Sharks};
use hygie_notice::Entropy;
use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

/// Our entropy as the crate wants it.
struct Random<'a>(&'a dyn Entropy);

impl TryRng for Random<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

/// [`Entropy`] is unpredictable by contract.
impl TryCryptoRng for Random<'_> {}

/// `of` shares of `secret`, any `threshold` of which give it back, and fewer tell nothing. Share number
/// `i` (from 1) is the `i`-th. `threshold` is 1 to `of`, `of` at most 255.
pub(crate) fn split(
    secret: &[u8],
    threshold: u8,
    of: usize,
    entropy: &dyn Entropy,
) -> Vec<Zeroizing<Vec<u8>>> {
    Sharks(threshold)
        .dealer_rng(secret, &mut Random(entropy))
        .take(of)
        // The first byte is the share's number, which we keep beside it.
        .map(|share| Zeroizing::new(Vec::from(&share)[1..].to_vec()))
        .collect()
}

/// The secret of these shares, each with its number: the right one only when they are of one splitting, and as
/// many as its threshold. `None` when no share could be meant.
pub(crate) fn combine(shares: &[(u8, &[u8])]) -> Option<Zeroizing<Vec<u8>>> {
    let threshold = u8::try_from(shares.len()).ok()?;
    let shares: Vec<Share> = shares
        .iter()
        .map(|(index, bytes)| {
            let numbered = Zeroizing::new([&[*index], *bytes].concat());
            Share::try_from(numbered.as_slice()).ok()
        })
        .collect::<Option<_>>()?;
    Sharks(threshold).recover(&shares).ok().map(Zeroizing::new)
}
