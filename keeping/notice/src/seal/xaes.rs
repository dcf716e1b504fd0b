//! XAES-256-GCM, the extended-nonce AEAD of c2sp.org/XAES-256-GCM: a 192-bit nonce may be
//! random for 2^80 messages, so that a restored backup can never make one repeat.

use aws_lc_rs::cipher::{AES_256, EncryptingKey, UnboundCipherKey};
use zeroize::Zeroizing;

use super::{gcm_open, gcm_seal};
use crate::Error;

/// Encrypts and authenticates `plain`; the 16-byte tag stands behind the ciphertext.
pub fn seal(key: &[u8; 32], nonce: &[u8; 24], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let (derived, rest) = derive(key, nonce);
    gcm_seal(&derived, &rest, aad, plain)
}

/// Checks and decrypts what [`seal`] made.
///
/// # Errors
/// [`Error::SealBroken`] when anything differs.
pub fn open(key: &[u8; 32], nonce: &[u8; 24], aad: &[u8], cipher: &[u8]) -> Result<Vec<u8>, Error> {
    let (derived, rest) = derive(key, nonce);
    gcm_open(&derived, &rest, aad, cipher)
}

/// The one-message key from the nonce's first 12 bytes (NIST SP 800-108r1 with AES-CMAC, as the
/// specification unrolls it), and the 12 bytes that remain for GCM.
fn derive(key: &[u8; 32], nonce: &[u8; 24]) -> (Zeroizing<[u8; 32]>, [u8; 12]) {
    let mask = subkey(block(key, [0; 16]));
    let mut derived = Zeroizing::new([0; 32]);
    for counter in 1..=2u8 {
        let mut message = [0; 16];
        message[..4].copy_from_slice(&[0, counter, b'X', 0]);
        message[4..].copy_from_slice(&nonce[..12]);
        for (byte, mask) in message.iter_mut().zip(mask) {
            *byte ^= mask;
        }
        let half = usize::from(counter - 1) * 16;
        derived[half..half + 16].copy_from_slice(&block(key, message));
    }
    let rest = nonce[12..].try_into().expect("24 − 12 = 12 bytes");
    (derived, rest)
}

/// CMAC's first subkey (NIST SP 800-38B): shift left by one bit, and fold the carry back.
fn subkey(block: [u8; 16]) -> [u8; 16] {
    let number = u128::from_be_bytes(block);
    let carry = (number >> 127) * 0x87;
    ((number << 1) ^ carry).to_be_bytes()
}

/// One raw AES-256 block.
fn block(key: &[u8; 32], input: [u8; 16]) -> [u8; 16] {
    let key = UnboundCipherKey::new(&AES_256, key).expect("the key has 32 bytes");
    let cipher = EncryptingKey::ecb(key).expect("AES-256 has a block mode");
    let mut bytes = input;
    cipher.encrypt(&mut bytes).expect("16 bytes are one block");
    bytes
}
