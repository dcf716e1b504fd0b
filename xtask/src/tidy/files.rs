//! The text files of the workspace that are written by hand.

use std::fs;
use std::path::{Path, PathBuf};

use super::Error;

/// Folders that hold nothing of ours, or nothing written by hand.
const SKIPPED: [&str; 5] = [".git", "target", "demo-home", "generated", "corpus"];
/// What is read as text, by ending; the scripts at the top have none.
const ENDINGS: [&str; 8] = [
    "rs",
    "md",
    "toml",
    "sh",
    "cedar",
    "cedarschema",
    "txt",
    "sql",
];
const SCRIPTS: [&str; 4] = ["test", "demo", "bench", ".ci/run"];

/// A file and its text.
pub struct Source {
    /// Relative to the workspace, with `/`.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

impl Source {
    /// Whether it is Rust.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// How many lines.
    pub fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// Whether only tests see it: a file or a folder called tests.
    pub fn is_test(&self) -> bool {
        self.path
            .split('/')
            .any(|part| part == "tests" || part == "tests.rs")
    }
}

/// Every text file under `root`, in the order of paths.
pub fn read(root: &Path) -> Result<Vec<Source>, Error> {
    let mut sources = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let unreadable = |error| Error::Unreadable(folder.display().to_string(), error);
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                if !SKIPPED.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if let Some(place) = wanted(root, &path) {
                let text = fs::read_to_string(&path)
                    .map_err(|error| Error::Unreadable(place.clone(), error))?;
                sources.push(Source { path: place, text });
            }
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(sources)
}

/// The path below `root`, when the file is one to read.
fn wanted(root: &Path, path: &Path) -> Option<String> {
    let parts: PathBuf = path.strip_prefix(root).ok()?.to_path_buf();
    let place = parts.to_string_lossy().replace('\\', "/");
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let text = ENDINGS.contains(&&*ending) || SCRIPTS.contains(&place.as_str());
    text.then_some(place)
}
