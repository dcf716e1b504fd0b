//! A disk that keeps what was synced, and of the rest whatever it likes.
//!
//! After a power cut, of what was written and not synced: each sector of a file holds any one of its
//! later states; the file's length is any of its later lengths; each name in a directory holds any
//! of its later meanings, whatever the file behind it holds. A rename happens whole or not at all.
//! This is what POSIX leaves open, and what file systems were seen to do (Pillai et al., "All File
//! Systems Are Not Created Equal", OSDI 2014). Not modelled: a synced sector that goes bad (the
//! tests of tampering do that), and a disk that lies about syncs.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::workload::Mark;

/// A file or directory, whatever its name; 0 is the home itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub usize);

/// What a program did.
#[derive(Debug, Clone)]
pub enum Op {
    Create {
        parent: Node,
        name: String,
        node: Node,
        directory: bool,
    },
    Rename {
        parent: Node,
        from: String,
        to: String,
        node: Node,
    },
    Remove {
        parent: Node,
        name: String,
    },
    Write {
        node: Node,
        offset: usize,
        data: Vec<u8>,
    },
    Truncate {
        node: Node,
        length: usize,
    },
    Sync {
        node: Node,
    },
    Mark(Mark),
    /// A step that was left out.
    Idle,
}

/// An operation, and how many had ended when it began: a sync covers no more than those.
#[derive(Debug, Clone)]
pub struct Step {
    pub op: Op,
    pub since: usize,
    /// Which file, relative to the home, for those who look for one.
    pub path: PathBuf,
}

/// What of a file is not synced.
enum Change {
    Write { offset: usize, data: Vec<u8> },
    Truncate { length: usize },
}

/// What of a directory is not synced: names and their new meanings, all at once.
type Names = Vec<(String, Option<Node>)>;

enum Thing {
    File {
        synced: Vec<u8>,
        pending: Vec<(usize, Change)>,
    },
    Directory {
        synced: BTreeMap<String, Node>,
        pending: Vec<(usize, Names)>,
    },
}

/// The disk at one moment.
pub struct Disk {
    things: BTreeMap<Node, Thing>,
    /// The last step that changed what is synced: with the choices it names a state.
    settled: usize,
}

/// Small and the same everywhere: SplitMix64 (Steele et al., OOPSLA 2014).
#[derive(Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(end).unwrap()).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// How a power cut chooses.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// Nothing that was not synced.
    Nothing,
    /// All of it.
    Everything,
    /// What began before this step, and of this step a part.
    Before(usize),
    /// Each operation by itself, with this chance.
    Each(usize),
    /// Each sector by itself, with this chance.
    Torn(usize),
}

/// What is left of the disk behind a power cut.
pub struct Wreck {
    files: Vec<(PathBuf, Vec<u8>)>,
    directories: Vec<PathBuf>,
    /// The same for the same state; another for another, but for rare luck.
    pub state: u64,
}

impl Default for Disk {
    fn default() -> Self {
        let root = Thing::directory();
        Self {
            things: BTreeMap::from([(Node(0), root)]),
            settled: 0,
        }
    }
}

impl Thing {
    fn directory() -> Self {
        Self::Directory {
            synced: BTreeMap::new(),
            pending: Vec::new(),
        }
    }

    fn file() -> Self {
        Self::File {
            synced: Vec::new(),
            pending: Vec::new(),
        }
    }
}

impl Disk {
    /// Does the step with this number.
    pub fn take(&mut self, number: usize, step: &Step) {
        match &step.op {
            Op::Create {
                parent,
                name,
                node,
                directory,
            } => {
                let made = if *directory {
                    Thing::directory()
                } else {
                    Thing::file()
                };
                self.things.insert(*node, made);
                self.rename(number, *parent, vec![(name.clone(), Some(*node))]);
            }
            Op::Rename {
                parent,
                from,
                to,
                node,
            } => {
                let names = vec![(from.clone(), None), (to.clone(), Some(*node))];
                self.rename(number, *parent, names);
            }
            Op::Remove { parent, name } => {
                self.rename(number, *parent, vec![(name.clone(), None)]);
            }
            Op::Write { node, offset, data } => {
                let change = Change::Write {
                    offset: *offset,
                    data: data.clone(),
                };
                self.change(number, *node, change);
            }
            Op::Truncate { node, length } => {
                self.change(number, *node, Change::Truncate { length: *length });
            }
            Op::Sync { node } => {
                self.sync(*node, step.since);
                self.settled = number;
            }
            Op::Mark(_) | Op::Idle => {}
        }
    }

    fn rename(&mut self, number: usize, parent: Node, names: Names) {
        match self.things.get_mut(&parent) {
            Some(Thing::Directory { pending, .. }) => pending.push((number, names)),
            _ => panic!("no directory"),
        }
    }

    fn change(&mut self, number: usize, node: Node, change: Change) {
        match self.things.get_mut(&node) {
            Some(Thing::File { pending, .. }) => pending.push((number, change)),
            _ => panic!("no file"),
        }
    }

    /// What ended before step `since` is on the disk for good.
    fn sync(&mut self, node: Node, since: usize) {
        match self.things.get_mut(&node).unwrap() {
            Thing::File { synced, pending } => {
                let later = pending.partition_point(|(number, _)| *number < since);
                for (_, change) in pending.drain(..later) {
                    match change {
                        Change::Write { offset, data } => put(synced, offset, &data),
                        Change::Truncate { length } => synced.resize(length, 0),
                    }
                }
            }
            Thing::Directory { synced, pending } => {
                let later = pending.partition_point(|(number, _)| *number < since);
                for (_, names) in pending.drain(..later) {
                    apply(synced, &names);
                }
            }
        }
    }

    /// Cuts the power.
    pub fn cut(&self, dice: &mut Dice) -> Wreck {
        let numbers: Vec<usize> = self.pending();
        let fate = |dice: &mut Dice| match dice.below(8) {
            0 => Fate::Nothing,
            1 => Fate::Everything,
            2 | 3 if !numbers.is_empty() => Fate::Before(numbers[dice.below(numbers.len())]),
            4 => Fate::Each(10 + dice.below(81)),
            _ => Fate::Torn(10 + dice.below(81)),
        };
        // Names and contents are chosen apart: journals write the one before the other, or behind it.
        let (names, contents) = (fate(dice), fate(dice));
        let sector = if dice.chance(50) { 512 } else { 4096 };
        let mut wreck = Wreck {
            files: Vec::new(),
            directories: Vec::new(),
            state: 0,
        };
        let mut state = DefaultHasher::new();
        self.settled.hash(&mut state);
        let mut walk = Walk {
            disk: self,
            names,
            contents,
            sector,
            state: &mut state,
            dice,
        };
        walk.directory(Node(0), Path::new(""), &mut wreck);
        wreck.state = state.finish();
        wreck
    }

    /// The numbers of the steps that are not synced.
    fn pending(&self) -> Vec<usize> {
        let mut numbers: Vec<usize> = self
            .things
            .values()
            .flat_map(|thing| match thing {
                Thing::File { pending, .. } => pending.iter().map(|(number, _)| *number).collect(),
                Thing::Directory { pending, .. } => pending
                    .iter()
                    .map(|(number, _)| *number)
                    .collect::<Vec<_>>(),
            })
            .collect();
        numbers.sort_unstable();
        numbers
    }
}

/// One power cut's way through the tree.
struct Walk<'a> {
    disk: &'a Disk,
    names: Fate,
    contents: Fate,
    sector: usize,
    state: &'a mut DefaultHasher,
    dice: &'a mut Dice,
}

impl Walk<'_> {
    fn directory(&mut self, node: Node, path: &Path, wreck: &mut Wreck) {
        let Thing::Directory { synced, pending } = &self.disk.things[&node] else {
            panic!("no directory");
        };
        wreck.directories.push(path.to_owned());
        let mut names = synced.clone();
        for (number, change) in pending {
            let kept = match self.names {
                Fate::Nothing => false,
                Fate::Everything => true,
                Fate::Before(cut) => *number <= cut,
                Fate::Each(percent) | Fate::Torn(percent) => self.dice.chance(percent),
            };
            if kept {
                number.hash(self.state);
                apply(&mut names, change);
            }
        }
        for (name, node) in names {
            let path = path.join(name);
            match &self.disk.things[&node] {
                Thing::Directory { .. } => self.directory(node, &path, wreck),
                Thing::File { synced, pending } => {
                    let content = self.file(synced, pending);
                    wreck.files.push((path, content));
                }
            }
        }
    }

    /// What is left of a file.
    fn file(&mut self, synced: &[u8], pending: &[(usize, Change)]) -> Vec<u8> {
        let mut content = synced.to_vec();
        if pending.is_empty() {
            return content;
        }
        let (reached, length) = self.choose(synced.len(), pending);
        for (number, change) in pending {
            let (begin, end) = change.span(content.len());
            if content.len() < end {
                content.resize(end, 0);
            }
            for sector in begin / self.sector..end.div_ceil(self.sector) {
                if reached.get(&sector).is_none_or(|last| last < number) {
                    continue;
                }
                let from = begin.max(sector * self.sector);
                let to = end.min((sector + 1) * self.sector);
                match change {
                    Change::Write { offset, data } => {
                        put(&mut content, from, &data[from - offset..to - offset]);
                    }
                    Change::Truncate { .. } => content[from..to].fill(0),
                }
            }
        }
        content.resize(length, 0);
        content
    }

    /// Which change was the last to reach each sector, and how long the file is. The last took the ones before it
    /// along: they are one page in memory.
    fn choose(
        &mut self,
        synced: usize,
        pending: &[(usize, Change)],
    ) -> (BTreeMap<usize, usize>, usize) {
        let mut reached = BTreeMap::new();
        let (mut extent, mut wanted) = (synced, synced);
        let mut lengths = vec![synced];
        let percent = match self.contents {
            Fate::Torn(percent) => percent,
            _ => 50,
        };
        for (number, change) in pending {
            let mut whole = self.whole(*number);
            if matches!(change, Change::Truncate { .. }) {
                // The end of a file is cut off by one change of its inode: it is gone, or it is there.
                whole = Some(whole.unwrap_or_else(|| self.dice.chance(percent)));
            }
            let (begin, end) = change.span(extent);
            let mut any = whole == Some(true);
            for sector in begin / self.sector..end.div_ceil(self.sector) {
                if whole.unwrap_or_else(|| self.dice.chance(percent)) {
                    any = true;
                    reached.insert(sector, *number);
                    (sector, *number).hash(self.state);
                }
            }
            let length = match change {
                Change::Write { .. } => lengths[lengths.len() - 1].max(end),
                Change::Truncate { length } => {
                    if !any {
                        continue;
                    }
                    lengths.clear();
                    *length
                }
            };
            lengths.push(length);
            extent = extent.max(length);
            if any {
                wanted = length;
            }
        }
        let length = match self.contents {
            Fate::Nothing => synced,
            Fate::Each(_) | Fate::Torn(_) if self.dice.chance(50) => {
                lengths[self.dice.below(lengths.len())]
            }
            _ => wanted,
        };
        length.hash(self.state);
        (reached, length)
    }

    /// Whether all of a change reaches the disk, or nothing; `None` where each sector is chosen by itself.
    fn whole(&mut self, number: usize) -> Option<bool> {
        match self.contents {
            Fate::Nothing => Some(false),
            Fate::Everything => Some(true),
            Fate::Before(cut) if number == cut => None,
            Fate::Before(cut) => Some(number < cut),
            Fate::Each(percent) => Some(self.dice.chance(percent)),
            Fate::Torn(_) => None,
        }
    }
}

impl Change {
    /// The bytes it changes, in a file of this length.
    fn span(&self, length: usize) -> (usize, usize) {
        match self {
            Self::Write { offset, data } => (*offset, offset + data.len()),
            Self::Truncate { length: new } => (*new, length.max(*new)),
        }
    }
}

impl Wreck {
    /// Lays the wreck out as files below `dir`, in the place of what is there.
    pub fn lay(&self, dir: &Path) {
        let _none = fs::remove_dir_all(dir);
        for directory in &self.directories {
            fs::create_dir(dir.join(directory)).unwrap();
        }
        for (path, content) in &self.files {
            fs::write(dir.join(path), content).unwrap();
        }
    }
}

fn put(content: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[offset..end].copy_from_slice(data);
}

fn apply(names: &mut BTreeMap<String, Node>, change: &Names) {
    for (name, node) in change {
        match node {
            Some(node) => names.insert(name.clone(), *node),
            None => names.remove(name),
        };
    }
}
