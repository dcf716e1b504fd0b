//! What strace wrote down about a process, as operations on files.
//!
//! Lines come in the order in which calls ended, and a call that ended is seen before anything that
//! its thread, or whoever it told, did next: a mark behind a sync in the trace was made behind it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::disk::{Node, Op, Step};
use crate::workload::Mark;

/// All that changes files, or could.
const CALLS: &str = "open,openat,openat2,creat,close,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,\
    rmdir,link,linkat,symlink,symlinkat,write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,\
    splice,truncate,ftruncate,fallocate,fsync,fdatasync,sync,syncfs,sync_file_range,lseek,mmap,msync,\
    io_uring_setup,ioctl";

/// Runs `program` under strace; why not, where it can't be.
pub fn record(program: &mut Command, to: &Path) -> Result<(), String> {
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-y", "-xx", "-s", "16777216", "--seccomp-bpf"])
        .args(["-e", "signal=none", "-e", &format!("trace={CALLS}"), "-o"])
        .arg(to)
        .arg(program.get_program())
        .args(program.get_args());
    for (name, value) in program.get_envs() {
        strace.env(name, value.unwrap_or_default());
    }
    let done = strace.output().map_err(|error| error.to_string())?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    Err(said + &String::from_utf8_lossy(&done.stdout))
}

/// Reads traces of one home into steps.
pub struct Reader {
    home: PathBuf,
    marks: PathBuf,
    /// The names as they were at each moment: directories and files by path.
    names: BTreeMap<PathBuf, Node>,
    nodes: usize,
    steps: Vec<Step>,
}

/// One process's descriptors: where each stands in its file, and whether it appends.
#[derive(Default)]
struct Descriptors(HashMap<u32, (u64, bool)>);

/// A call as it was written down.
struct Call<'a> {
    name: &'a str,
    arguments: Vec<&'a str>,
    result: i64,
}

impl Reader {
    pub fn new(home: &Path, marks: &Path) -> Self {
        let home = home.to_owned();
        Self {
            names: BTreeMap::from([(home.clone(), Node(0))]),
            home,
            marks: marks.to_owned(),
            nodes: 1,
            steps: Vec::new(),
        }
    }

    pub fn steps(self) -> Vec<Step> {
        self.steps
    }

    /// Reads the trace of one process and its threads.
    pub fn read(&mut self, trace: &Path) {
        let text = fs::read_to_string(trace).unwrap();
        let mut descriptors = Descriptors::default();
        let mut begun: HashMap<&str, (String, usize)> = HashMap::new();
        for line in text.lines() {
            let (thread, rest) = line.split_once(' ').unwrap();
            let rest = rest.trim_start();
            if rest.starts_with("+++") || rest.starts_with("---") {
                continue;
            }
            if let Some(begin) = rest.strip_suffix(" <unfinished ...>") {
                begun.insert(thread, (begin.to_owned(), self.steps.len()));
                continue;
            }
            let (whole, since) = match rest.strip_prefix("<... ") {
                Some(resumed) => {
                    let (begin, since) = begun.remove(thread).unwrap();
                    let (_, end) = resumed.split_once(" resumed>").unwrap();
                    (begin + end, since)
                }
                None => (rest.to_owned(), self.steps.len()),
            };
            let call = parse(&whole).unwrap_or_else(|| panic!("no call: {whole:.200}"));
            self.call(&call, since, &mut descriptors);
        }
    }

    fn inside(&self, path: &Path) -> bool {
        path.starts_with(&self.home)
            && path.extension().is_none_or(|end| end != "sock")
            // Shared memory between SQLite's connections: no power cut leaves it, no recovery reads it.
            && !path.to_string_lossy().ends_with("-shm")
    }

    fn push(&mut self, op: Op, since: usize, path: &Path) {
        let path = path.strip_prefix(&self.home).unwrap_or(path).to_owned();
        self.steps.push(Step { op, since, path });
    }

    fn call(&mut self, call: &Call<'_>, since: usize, descriptors: &mut Descriptors) {
        let first = call.arguments.first().copied().unwrap_or_default();
        match call.name {
            "lseek" if call.result >= 0 => {
                if let (Some((fd, _)), Ok(to)) = (descriptor(first), u64::try_from(call.result)) {
                    descriptors.0.entry(fd).or_default().0 = to;
                }
            }
            "write" | "pwrite64" => self.write(call, since, descriptors),
            "fsync" | "fdatasync" => self.sync(call, since),
            "open" | "openat" => self.open(call, since, descriptors),
            "ftruncate" | "mkdir" | "rename" | "unlink" | "rmdir" if call.result == 0 => {
                self.change(call, since);
            }
            "mmap" => {
                // INVARIANT of this method: nothing of a home is written through memory.
                let mapped = call.arguments.get(4).and_then(|word| descriptor(word));
                if let Some((_, path)) = mapped
                    && self.inside(&path)
                    && call.arguments[3].contains("MAP_SHARED")
                {
                    panic!(
                        "{} is mapped: the trace does not show what is written",
                        path.display()
                    );
                }
            }
            "close" | "lseek" | "ioctl" | "ftruncate" | "mkdir" | "rename" | "unlink" | "rmdir" => {
            }
            other => {
                let touches = |word: &&str| {
                    let path = descriptor(word)
                        .map(|(_, path)| path)
                        .or_else(|| quoted(word));
                    path.is_some_and(|path| self.inside(&path))
                };
                assert!(
                    call.result < 0 || !call.arguments.iter().any(touches),
                    "`{other}` on a file of the home is no call that this reader knows"
                );
            }
        }
    }

    fn write(&mut self, call: &Call<'_>, since: usize, descriptors: &mut Descriptors) {
        let Some((fd, path)) = descriptor(call.arguments[0]) else {
            return;
        };
        if call.result < 0 {
            return;
        }
        let length = usize::try_from(call.result).unwrap();
        if path == self.marks {
            let line = unhex(call.arguments[1]).unwrap();
            let mark: Mark = serde_json::from_slice(&line).unwrap();
            self.push(Op::Mark(mark), since, &path);
        } else if self.inside(&path) {
            let Some(node) = self.names.get(&path).copied() else {
                assert!(path.to_string_lossy().ends_with("(deleted)"), "{path:?}");
                return;
            };
            let mut data = unhex(call.arguments[1]).unwrap();
            data.truncate(length);
            let stands = descriptors.0.entry(fd).or_default();
            assert!(!stands.1, "nothing in a home is written by appending");
            let offset = if call.name == "pwrite64" {
                call.arguments[3].parse().unwrap()
            } else {
                let offset = stands.0;
                stands.0 += u64::try_from(length).unwrap();
                offset
            };
            let offset = usize::try_from(offset).unwrap();
            self.push(Op::Write { node, offset, data }, since, &path);
        }
    }

    fn sync(&mut self, call: &Call<'_>, since: usize) {
        let (_, path) = descriptor(call.arguments[0]).unwrap();
        if call.result == 0
            && self.inside(&path)
            && let Some(node) = self.names.get(&path).copied()
        {
            self.push(Op::Sync { node }, since, &path);
        }
    }

    fn open(&mut self, call: &Call<'_>, since: usize, descriptors: &mut Descriptors) {
        let words = &call.arguments[usize::from(call.name == "openat")..];
        let Some(path) = quoted(words[0]).filter(|path| self.inside(path)) else {
            return;
        };
        let Ok(fd) = u32::try_from(call.result) else {
            return;
        };
        let appends = words[1].contains("O_APPEND");
        descriptors.0.insert(fd, (0, appends));
        if let Some(node) = self.names.get(&path).copied() {
            if words[1].contains("O_TRUNC") {
                self.push(Op::Truncate { node, length: 0 }, since, &path);
            }
        } else if words[1].contains("O_CREAT") {
            let node = self.name(&path);
            let (parent, name) = self.place(&path);
            let made = Op::Create {
                parent,
                name,
                node,
                directory: false,
            };
            self.push(made, since, &path);
        }
    }

    fn change(&mut self, call: &Call<'_>, since: usize) {
        if call.name == "ftruncate" {
            let (_, path) = descriptor(call.arguments[0]).unwrap();
            if self.inside(&path) {
                let length = call.arguments[1].parse().unwrap();
                let node = self.names[&path];
                self.push(Op::Truncate { node, length }, since, &path);
            }
            return;
        }
        let path = quoted(call.arguments[0]).unwrap();
        if !self.inside(&path) {
            return;
        }
        let (parent, name) = self.place(&path);
        match call.name {
            "mkdir" => {
                let node = self.name(&path);
                let made = Op::Create {
                    parent,
                    name,
                    node,
                    directory: true,
                };
                self.push(made, since, &path);
            }
            "rename" => {
                let target = quoted(call.arguments[1]).unwrap();
                let (beside, to) = self.place(&target);
                assert_eq!(parent, beside, "a rename within one directory");
                self.moved(&path, &target);
                let node = self.names[&target];
                let renamed = Op::Rename {
                    parent,
                    from: name,
                    to,
                    node,
                };
                self.push(renamed, since, &target);
            }
            _ => {
                if self.names.remove(&path).is_some() {
                    self.push(Op::Remove { parent, name }, since, &path);
                }
            }
        }
    }

    fn name(&mut self, path: &Path) -> Node {
        let node = Node(self.nodes);
        self.nodes += 1;
        self.names.insert(path.to_owned(), node);
        node
    }

    fn place(&self, path: &Path) -> (Node, String) {
        let parent = self.names[path.parent().unwrap()];
        (
            parent,
            path.file_name().unwrap().to_str().unwrap().to_owned(),
        )
    }

    /// A path that moves takes those below it along.
    fn moved(&mut self, from: &Path, to: &Path) {
        let below: Vec<PathBuf> = self
            .names
            .range(from.to_owned()..)
            .map(|(path, _)| path.clone())
            .filter(|path| path.starts_with(from))
            .collect();
        for path in below {
            let node = self.names.remove(&path).unwrap();
            let rest = path.strip_prefix(from).unwrap();
            let target = if rest.as_os_str().is_empty() {
                to.to_owned()
            } else {
                to.join(rest)
            };
            self.names.insert(target, node);
        }
    }
}

/// `name(arguments) = result`; hexadecimal strings hold no comma and no parenthesis.
fn parse(line: &str) -> Option<Call<'_>> {
    let (name, rest) = line.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let arguments = arguments.trim_end().strip_suffix(')')?;
    let word = result.split([' ', '<']).next()?;
    let result = match word.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16).ok()?,
        None => word.parse().unwrap_or(-1),
    };
    Some(Call {
        name,
        arguments: arguments.split(", ").collect(),
        result,
    })
}

/// `7<path>`: a descriptor, and where its file lies.
fn descriptor(word: &str) -> Option<(u32, PathBuf)> {
    let (fd, path) = word.strip_suffix('>')?.split_once('<')?;
    let path = String::from_utf8(hex(path)?).ok()?;
    Some((fd.parse().ok()?, PathBuf::from(path)))
}

fn quoted(word: &str) -> Option<PathBuf> {
    let path = String::from_utf8(unhex(word)?).ok()?;
    Some(PathBuf::from(path))
}

fn unhex(word: &str) -> Option<Vec<u8>> {
    hex(word.strip_prefix('"')?.strip_suffix('"')?)
}

/// `\x68\x69`.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let bytes = text.as_bytes().chunks(4);
    bytes
        .map(|group| match group {
            [b'\\', b'x', high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}
