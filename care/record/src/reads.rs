use hygie_notice::{Stream, SubjectKind};

use crate::folder::Folder;
use crate::rights::RightsFolder;
use crate::{accounts, roll};

/// Whether `plain` is an entry's content that this version reads, in such a stream of such a subject. It tells
/// nothing else of it: for checks of what a store holds once opened, and for the fuzzers.
pub fn reads(kind: SubjectKind, stream: Stream, plain: &[u8]) -> bool {
    match (kind, stream) {
        (_, Stream::Trail) => false,
        (SubjectKind::Roll, _) => roll::reads(plain),
        (SubjectKind::Account, _) => accounts::reads(plain),
        (_, Stream::Rights) => RightsFolder::default().apply(plain).is_ok(),
        (_, Stream::Content) => Folder::default().apply(plain).is_ok(),
    }
}
