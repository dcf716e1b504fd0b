//! Who sends documents and fetches them, without holding them in memory.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::harness::samples::{HOSPITAL, record};
use crate::harness::{Home, Serving};

/// The longest document.
pub const LONGEST: u64 = 100 * 1024 * 1024;
pub const BLOCK: usize = 1 << 20;

/// Bytes that are as long as they must be, and never in memory whole.
#[derive(Clone)]
pub struct Content {
    block: Vec<u8>,
    pub length: u64,
}

impl Content {
    pub fn new(seed: u32, length: u64) -> Self {
        let mut state = seed.wrapping_mul(2).wrapping_add(1);
        let block = (0..BLOCK).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        });
        Self {
            block: block.collect(),
            length,
        }
    }

    /// The bytes of one block: each has its number in front.
    pub fn at(&self, number: u64) -> Vec<u8> {
        let from = number * BLOCK as u64;
        let mut block = self.block.clone();
        block[..8].copy_from_slice(&number.to_be_bytes());
        block.truncate(
            usize::try_from(self.length.saturating_sub(from))
                .unwrap_or(BLOCK)
                .min(BLOCK),
        );
        block
    }

    pub fn blocks(&self) -> impl Iterator<Item = Vec<u8>> + '_ {
        (0..self.length.div_ceil(BLOCK as u64)).map(|number| self.at(number))
    }

    pub fn range(&self, from: u64, to: u64) -> Vec<u8> {
        let first = from / BLOCK as u64;
        let mut bytes = Vec::new();
        for number in first..=to / BLOCK as u64 {
            bytes.extend(self.at(number));
        }
        let skip = usize::try_from(from - first * BLOCK as u64).unwrap();
        let end = skip + usize::try_from(to - from).unwrap();
        bytes[skip..end].to_vec()
    }
}

/// An answer, up to its body.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: BufReader<TcpStream>,
}

impl Answer {
    pub fn header(&self, wanted: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then_some(value.trim())
        })
    }

    pub fn whole(mut self) -> Vec<u8> {
        let length = self.header("content-length").unwrap().parse().unwrap();
        let mut body = vec![0; length];
        self.body.read_exact(&mut body).unwrap();
        body
    }

    /// Holds the body against what it should be, as it comes.
    pub fn is(mut self, content: &Content) {
        let length: u64 = self.header("content-length").unwrap().parse().unwrap();
        assert_eq!(length, content.length);
        for (number, wanted) in content.blocks().enumerate() {
            let mut block = vec![0; wanted.len()];
            self.body.read_exact(&mut block).unwrap();
            assert!(block == wanted, "block {number} is another");
        }
    }
}

pub fn open(serving: &Serving<'_>, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(120)))
        .unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

pub fn head(method: &str, path: &str, token: &str, more: &str) -> String {
    format!(
        "{method} /fhir/{path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n{more}\r\n"
    )
}

pub fn answer(stream: TcpStream) -> Answer {
    let mut body = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let read = body.read_line(&mut head).unwrap();
        assert!(read > 0, "no answer: {head}");
    }
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body }
}

pub fn ask(serving: &Serving<'_>, method: &str, path: &str, token: &str, more: &str) -> Answer {
    answer(open(serving, &head(method, path, token, more)))
}

/// Uploads raw bytes; gives the id.
pub fn upload(serving: &Serving<'_>, person: &str, token: &str, content: &Content) -> Answer {
    let more = format!(
        "content-type: application/pdf\r\nx-security-context: Patient/{person}\r\n\
         prefer: return=minimal\r\ncontent-length: {}\r\n",
        content.length
    );
    let mut stream = open(serving, &head("POST", "Binary", token, &more));
    for block in content.blocks() {
        // A server that answers early does not read on.
        if stream.write_all(&block).is_err() {
            break;
        }
    }
    answer(stream)
}

pub fn location(answer: &Answer) -> String {
    let location = answer.header("location").unwrap();
    let path = location.split("/fhir/").nth(1).unwrap();
    path.split("/_history").next().unwrap().to_owned()
}

pub const RAW: &str = "accept: application/pdf\r\n";

pub fn objects(home: &Home) -> Vec<PathBuf> {
    let folder = home.dir.join("store/documents");
    let mut found = Vec::new();
    for folder in fs::read_dir(folder).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            found.push(file.unwrap().path());
        }
    }
    found
}

/// Waits until so many objects are left.
pub fn left(home: &Home, wanted: usize) {
    let end = Instant::now() + Duration::from_secs(20);
    while objects(home).len() != wanted {
        assert!(Instant::now() < end, "{:?}\n{}", objects(home), home.logs());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What care has in memory now, and had at most, in bytes.
pub fn memory(serving: &Serving<'_>) -> (u64, u64) {
    let pid = serving.pid("hygie-care").unwrap().as_raw_nonzero();
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib: u64 = line
            .unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap();
        kib * 1024
    };
    (field("VmRSS:"), field("VmHWM:"))
}

pub struct World {
    pub home: Home,
    pub person: String,
    pub software: String,
    pub holder: String,
}

impl World {
    pub fn new() -> Self {
        let home = Home::demo();
        home.import("record.json", &record("Martin"));
        let person = home.persons().remove(0);
        Self {
            software: home.token(&["--software", HOSPITAL]),
            holder: home.token(&["--holder", &person]),
            person,
            home,
        }
    }
}
