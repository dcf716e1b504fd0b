//! What custodians and operators give back, and what lies under a tombstone.

use hygie_keeper::notice::{Ended, EndingProof, How, PersonId, SystemEntropy};
use hygie_ledger::Inclusion;

/// A custodian's opened share.
pub mod share {
    use hygie_keeper::{Share, reassembled};

    /// The smallest that there is.
    const TEXT: &str = "hygie share 1\nof epoch 1\ncustodian a\nthreshold 1\nindex 1\n\
        set 00000000000000000000000000000000\n\
        check 0000000000000000000000000000000000000000000000000000000000000000\nshare 00\n";

    /// See the module.
    pub fn run(bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        if let Ok(share) = Share::parse(text) {
            assert!(share.text().as_str() == text, "a share has two spellings");
            let secret = reassembled(&[share.clone(), share]);
            assert!(secret.is_err(), "a check that nobody computed is met");
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        [
            "epoch 1",
            "root",
            "record 00000000000000000000000000",
            "trail 00000000000000000000000000",
        ]
        .map(|part| TEXT.replace("epoch 1", part).into_bytes())
        .to_vec()
    }
}

/// The archive of an ended record, as the keeper finds it in its wrapping.
pub mod archive {
    /// See the module.
    pub fn run(bytes: &[u8]) {
        let _read = hygie_keeper::reads_archive(bytes);
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        vec![hygie_keeper::sample_archive()]
    }
}

/// The proof that a record ended.
pub mod proof {
    use super::{Ended, EndingProof, How, Inclusion, PersonId, SystemEntropy};

    /// See the module.
    pub fn run(bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        if let Ok(proof) = EndingProof::parse(text) {
            let again = EndingProof::parse(&proof.to_string());
            assert!(
                again.is_ok_and(|again| again == proof),
                "it is not read as it was printed"
            );
            let key = "log+00000000+AQ==".parse();
            assert!(
                key.is_err() || proof.verify(&key.expect("it was read")).is_err(),
                "a proof that nobody signed verifies"
            );
        }
    }

    /// See [`crate::Target::seeds`].
    pub fn seeds() -> Vec<Vec<u8>> {
        let ended = Ended {
            how: How::Erased,
            at: 1,
            until: 2,
            index: 3,
            event: vec![0xa0].into(),
            leaf_key: [1; 32].into(),
        };
        let inclusion = Inclusion {
            entry: vec![1; 33],
            index: 3,
            path: vec![[2; 32]; 2],
            checkpoint: "log\n4\nAAAA\n\n\u{2014} log AAAA\n".to_owned(),
        };
        let person = PersonId::random(&SystemEntropy);
        vec![
            EndingProof::of(person, &ended, inclusion)
                .to_string()
                .into_bytes(),
        ]
    }
}
