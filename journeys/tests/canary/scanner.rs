//! Finds words in files, in every form in which they could lie there unsealed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// How deep compressed frames are opened within one another.
const DEPTH: usize = 4;
/// How much of a frame is looked at, in bytes.
const LIMIT: u64 = 64 * 1024 * 1024;

/// How a word looks in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    Raw,
    UpperCase,
    Utf16Le,
    Utf16Be,
    HexLower,
    HexUpper,
    /// As part of base64, so many bytes after the beginning of a group of three.
    Base64(usize),
}

/// All forms.
pub const FORMS: [Form; 9] = [
    Form::Raw,
    Form::UpperCase,
    Form::Utf16Le,
    Form::Utf16Be,
    Form::HexLower,
    Form::HexUpper,
    Form::Base64(0),
    Form::Base64(1),
    Form::Base64(2),
];

impl Form {
    /// The bytes to look for.
    pub fn of(self, word: &str) -> Vec<u8> {
        let units = || word.encode_utf16();
        let hex = |upper: bool| {
            let digits = word.bytes().map(|byte| {
                if upper {
                    format!("{byte:02X}")
                } else {
                    format!("{byte:02x}")
                }
            });
            digits.collect::<String>().into_bytes()
        };
        match self {
            Self::Raw => word.as_bytes().to_vec(),
            Self::UpperCase => word.to_uppercase().into_bytes(),
            Self::Utf16Le => units().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => units().flat_map(u16::to_be_bytes).collect(),
            Self::HexLower => hex(false),
            Self::HexUpper => hex(true),
            Self::Base64(before) => {
                let mut bytes = vec![0; before];
                bytes.extend_from_slice(word.as_bytes());
                let text = STANDARD_NO_PAD.encode(&bytes).into_bytes();
                // Only characters that the word alone decides: those that share bits with its neighbours go.
                let first = (before * 8).div_ceil(6);
                let last = bytes.len() * 8 / 6;
                text[first..last].to_vec()
            }
        }
    }
}

/// A word, where it was found.
pub type Found = BTreeSet<(usize, Form)>;

/// What a search of a folder found.
pub struct Report {
    pub files: usize,
    pub found: BTreeMap<PathBuf, Found>,
}

/// The number of a word, a form, and the word in that form.
type Pattern = (usize, Form, Vec<u8>);

/// Words to look for.
pub struct Scanner {
    words: usize,
    /// Patterns by their first four bytes.
    patterns: HashMap<[u8; 4], Vec<Pattern>>,
    /// Which pairs of bytes begin a pattern.
    begins: Vec<bool>,
}

impl Scanner {
    /// A scanner for `words`, which are lower case and longer than ten bytes.
    pub fn new(words: &[String]) -> Self {
        let mut scanner = Self {
            words: words.len(),
            patterns: HashMap::new(),
            begins: vec![false; 1 << 16],
        };
        for (number, word) in words.iter().enumerate() {
            for form in FORMS {
                let pattern = form.of(word);
                scanner.begins[pair(&pattern)] = true;
                let head = [pattern[0], pattern[1], pattern[2], pattern[3]];
                scanner
                    .patterns
                    .entry(head)
                    .or_default()
                    .push((number, form, pattern));
            }
        }
        scanner
    }

    pub fn words(&self) -> usize {
        self.words
    }

    pub fn forms(&self) -> usize {
        FORMS.len()
    }

    /// Searches every file of a folder, and the names of the files.
    pub fn scan_folder(&self, folder: &Path) -> Report {
        let mut report = Report {
            files: 0,
            found: BTreeMap::new(),
        };
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let mut found = self.scan(path.to_str().unwrap().as_bytes());
                let kind = fs::symlink_metadata(&path).unwrap().file_type();
                if kind.is_dir() {
                    folders.push(path.clone());
                } else if kind.is_file() {
                    report.files += 1;
                    found.extend(self.scan(&fs::read(&path).unwrap()));
                }
                if !found.is_empty() {
                    report.found.insert(path, found);
                }
            }
        }
        report
    }

    /// Searches bytes, and what is compressed in them.
    pub fn scan(&self, bytes: &[u8]) -> Found {
        let mut found = Found::new();
        self.search(bytes, DEPTH, &mut found);
        found
    }

    fn search(&self, bytes: &[u8], depth: usize, found: &mut Found) {
        for place in 0..bytes.len().saturating_sub(3) {
            let rest = &bytes[place..];
            if self.begins[pair(rest)] {
                let head = [rest[0], rest[1], rest[2], rest[3]];
                for (number, form, pattern) in self.patterns.get(&head).into_iter().flatten() {
                    if rest.starts_with(pattern) {
                        found.insert((*number, *form));
                    }
                }
            }
            if depth == 0 {
                continue;
            }
            let plain = match rest {
                [0x28, 0xB5, 0x2F, 0xFD, ..] => zstd::Decoder::new(rest)
                    .map(|frame| all(frame.single_frame()))
                    .ok(),
                [0x1F, 0x8B, 0x08, ..] => Some(all(flate2::read::GzDecoder::new(rest))),
                _ => None,
            };
            if let Some(plain) = plain.filter(|plain| !plain.is_empty()) {
                self.search(&plain, depth - 1, found);
            }
        }
    }
}

fn pair(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

/// What can be read of a frame, even when it breaks off.
fn all(frame: impl Read) -> Vec<u8> {
    let mut plain = Vec::new();
    let _cut_off = frame.take(LIMIT).read_to_end(&mut plain);
    plain
}
