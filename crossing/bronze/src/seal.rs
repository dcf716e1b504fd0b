//! Files that another crate lays out and that lie beside bronze: sealed piece by piece under the same key, so that any piece
//! is read without the others.

use aws_lc_rs::aead::Nonce;
use zstd::bulk::{compress, decompress};

use crate::frame::{Cipher, Kind, Place, bound};
use crate::{Bronze, Key};

/// zstd's quickest common level.
const LEVEL: i32 = 1;
/// Folders of tables have no such name: no file of bronze opens as one of these, nor one of these as a file of bronze.
const TABLE: &str = "beside/";
/// The longest piece, in clear: a GiB.
const LONGEST: u32 = 1 << 30;

/// What seals one file: AES-256-GCM under a key of that file alone. Each piece is compressed, and bound to its number.
pub struct Seal(Cipher);

/// What stands in clear at a file's begin: 32 random bytes, and the commitment to its key.
pub type Head = [u8; 64];

impl Bronze {
    /// A seal for a new file of this name, and the head by which it is found again.
    pub fn seal(&self, name: &str) -> (Seal, Head) {
        let mut head = [0; 64];
        let (salt, commitment) = head.split_at_mut(32);
        aws_lc_rs::rand::fill(salt)
            .expect("the system's generator does not fail once it is seeded");
        let salt: &[u8; 32] = (&*salt).try_into().expect("32 bytes were split off");
        let (cipher, own) = cipher(&self.key, name, self.epoch, salt);
        commitment.copy_from_slice(&own);
        (Seal(cipher), head)
    }

    /// The seal of a file of this name; none when the head is another file's, or was made under another key or epoch.
    pub fn seal_of(&self, name: &str, head: &Head) -> Option<Seal> {
        let (salt, commitment) = head.split_at(32);
        let salt = salt.try_into().expect("32 bytes were split off");
        let (cipher, own) = cipher(&self.key, name, self.epoch, salt);
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(commitment, &own);
        same.is_ok().then_some(Seal(cipher))
    }
}

fn cipher(key: &Key, name: &str, epoch: u32, salt: &[u8; 32]) -> (Cipher, [u8; 32]) {
    let place = Place {
        table: TABLE,
        part: name,
        epoch,
    };
    Cipher::new(key, place, salt)
}

impl Seal {
    /// Seals the piece of this number; no two pieces of a file have one.
    ///
    /// # Panics
    /// When it is longer than a GiB: whoever lays out a file parts it.
    pub fn seal(&self, number: u64, plain: &[u8]) -> Vec<u8> {
        let length = u32::try_from(plain.len()).ok();
        let length = length
            .filter(|length| *length <= LONGEST)
            .expect("a piece is at most a GiB");
        let mut piece = length.to_be_bytes().to_vec();
        piece.extend(compress(plain, LEVEL).expect("zstd takes any bytes"));
        let nonce = self
            .0
            .0
            .seal_in_place_append_tag(bound(Kind::Rows, number), &mut piece)
            .expect("a piece is shorter than GCM's 64 GiB");
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut piece);
        sealed
    }

    /// Opens the piece of this number; none when it is not what was sealed.
    pub fn open(&self, number: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(12)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut piece = sealed.to_vec();
        let opened = self
            .0
            .0
            .open_in_place(nonce, bound(Kind::Rows, number), &mut piece);
        let (length, pressed) = opened.ok()?.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length);
        let plain = decompress(pressed, usize::try_from(length.min(LONGEST)).ok()?).ok()?;
        (plain.len() == length as usize).then_some(plain)
    }
}
