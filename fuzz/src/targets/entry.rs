//! Entries as a store gives them back: first any bytes, then bytes that a key did seal.

use std::io::Read;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use hygie_notice::{DataKey, Entropy, Head, PersonId, Place, Stream, Subject};
use hygie_vault::{Claim, Committed, Error, Name, Past, Shelved, Store, Stored, Vault};
use tokio::runtime::Runtime;

/// One entry is all it holds.
struct One(Vec<u8>);

impl Store for One {
    async fn append_claiming(&self, _: Vec<Stored>, _: Vec<Claim>) -> Result<(), Error> {
        Err(Error::Unavailable("nothing is added here".into()))
    }

    async fn read(&self, subject: Subject, stream: Stream, _: u64) -> Result<Vec<Stored>, Error> {
        Ok(vec![Stored {
            subject,
            stream,
            sequence: 0,
            bytes: self.0.clone(),
        }])
    }

    async fn feed(&self, _: u64, _: usize) -> Result<Vec<Committed>, Error> {
        Ok(Vec::new())
    }

    async fn forget(&self, _: Subject, _: Past) -> Result<(), Error> {
        Ok(())
    }

    async fn shelved(
        &self,
        _: (u64, Name),
        _: u64,
        _: usize,
    ) -> Result<Vec<(u64, Shelved)>, Error> {
        Ok(Vec::new())
    }

    async fn object(&self, _: Name) -> Result<u64, Error> {
        Err(Error::DocumentAltered)
    }

    async fn object_bytes(&self, _: Name, _: Range<u64>) -> Result<Vec<u8>, Error> {
        Err(Error::DocumentAltered)
    }

    async fn shelve(&self, _: Shelved, _: &mut (dyn Read + Send)) -> Result<(), Error> {
        Err(Error::Unsupported("nothing is added here"))
    }
}

/// The same nonce each time: one key, one message, and nothing to keep secret.
pub struct Fixed;

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

const HEADER: usize = 8;
/// The version of a snapshot's form.
const SNAPSHOT: u8 = 2;

fn key() -> DataKey {
    DataKey::from_bytes(&[42; 32])
}

fn subject() -> Subject {
    Subject::person(PersonId::random(&Fixed))
}

/// What the vault makes of one stored entry behind an empty head.
fn read(bytes: Vec<u8>) -> Result<hygie_vault::Log, Error> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime without timers and sockets starts")
    });
    let vault = Vault::new(One(bytes), Arc::new(Fixed));
    runtime.block_on(vault.read(subject(), Stream::Content, &key(), Head::default()))
}

/// A stored entry: `header` as it is, `packed` sealed at its place.
fn seal(header: [u8; HEADER], packed: &[u8]) -> Vec<u8> {
    let [version, kind, d0, d1, e0, e1, e2, e3] = header;
    let place = Place {
        version,
        subject: subject(),
        stream: Stream::Content,
        sequence: 0,
        previous: [0; 32],
        epoch: u32::from_be_bytes([e0, e1, e2, e3]),
        kind,
        dictionary: u16::from_be_bytes([d0, d1]),
    };
    let mut bytes = header.to_vec();
    if version == SNAPSHOT {
        bytes.extend(place.previous);
    }
    bytes.extend(key().seal(&place, &Fixed, packed));
    bytes
}

fn written(plain: &[u8]) -> Vec<u8> {
    let mut packed = vec![1, 1, 0, 0, 0, 0, 0, 1];
    // A raw zstd frame (RFC 8878): magic, one segment with a size of one byte, one raw block.
    let size = u8::try_from(plain.len()).expect("seeds are short");
    let block = (u32::from(size) << 3) | 1;
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x20, size];
    frame.extend_from_slice(&block.to_le_bytes()[..3]);
    frame.extend_from_slice(plain);
    let length = u32::try_from(frame.len()).expect("seeds are short");
    packed.extend_from_slice(&length.to_be_bytes());
    packed.extend_from_slice(&frame);
    packed.resize(HEADER + 256, 0);
    packed
}

/// Any bytes in the place of an entry: only what the key sealed opens.
pub mod sealed {
    /// See the module.
    pub fn run(bytes: &[u8]) {
        let opened = super::read(bytes.to_vec());
        let own = seeds().iter().any(|seed| seed == bytes);
        assert_eq!(opened.is_ok(), own, "an entry opens that nobody sealed");
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let packed = super::written(b"what was deposited");
        let (header, rest) = packed.split_first_chunk().expect("it has a header");
        vec![super::seal(*header, rest)]
    }
}

/// A header and what the key sealed behind it, as a damaged or hostile writer would: it opens, then must unpack.
pub mod packed {
    /// See the module.
    pub fn run(bytes: &[u8]) {
        let Some((header, rest)) = bytes.split_first_chunk() else {
            return;
        };
        if let Ok(log) = super::read(super::seal(*header, rest)) {
            assert!(header[0] == super::SNAPSHOT || log.entries.len() == 1);
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let mut seeds = vec![super::written(b""), super::written(b"what was deposited")];
        let mut with_dictionary = super::written(b"with a dictionary");
        with_dictionary[3] = 1;
        seeds.push(with_dictionary);
        // A snapshot of one part: the number of parts stands before it.
        let mut snapshot = super::written(b"of one author");
        snapshot[0] = super::SNAPSHOT;
        snapshot.splice(super::HEADER..super::HEADER, [0, 0, 0, 1]);
        seeds.push(snapshot);
        seeds
    }
}
