//! HTTP/1.1 over one kept connection, blocking and plain (RFC 9112): the client shares the server's cores, so it must
//! cost little. It speaks to our own server only, and understands no more than that sends.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use rustix::net;

use crate::failure::Failure;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bodies past this are not copied beside their head, in bytes.
const LARGE: usize = 64 * 1024;

/// A connection and its buffers.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    address: String,
    out: Vec<u8>,
    buffer: Vec<u8>,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    head: &'a str,
    /// The body, joined when it came in chunks.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// A header's value; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }
}

/// A request without what every request has.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// `GET`, `POST`…
    pub method: &'static str,
    /// Below `/fhir/`, or from the root.
    pub path: &'a str,
    /// The bearer's token.
    pub token: &'a str,
    /// The version that `If-Match` names.
    pub version: Option<&'a str>,
    /// The resource, or whatever `kind` says.
    pub body: &'a [u8],
    /// The body's media type.
    pub kind: &'static str,
    /// Header lines besides, each with its end.
    pub more: &'a str,
}

impl<'a> Ask<'a> {
    /// `GET`.
    pub fn get(path: &'a str, token: &'a str) -> Self {
        Self {
            method: "GET",
            path,
            token,
            version: None,
            body: b"",
            kind: "application/fhir+json",
            more: "",
        }
    }

    /// `POST` of a resource.
    pub fn post(path: &'a str, token: &'a str, body: &'a [u8]) -> Self {
        Self {
            method: "POST",
            body,
            ..Self::get(path, token)
        }
    }
}

fn connect(address: &str, source: Option<Ipv4Addr>) -> std::io::Result<TcpStream> {
    let Some(source) = source else {
        return TcpStream::connect(address);
    };
    let server: SocketAddr = address.parse().map_err(std::io::Error::other)?;
    let socket = net::socket(net::AddressFamily::INET, net::SocketType::STREAM, None)?;
    net::bind(&socket, &SocketAddr::from((source, 0)))?;
    net::connect(&socket, &server)?;
    Ok(TcpStream::from(socket))
}

impl Connection {
    /// Connects to `address`.
    pub fn open(address: &str) -> Result<Self, Failure> {
        Self::open_from(address, None)
    }

    /// The same from an address of this machine.
    pub fn open_from(address: &str, source: Option<Ipv4Addr>) -> Result<Self, Failure> {
        let stream = connect(address, source).map_err(Failure::doing("connecting"))?;
        stream
            .set_nodelay(true)
            .map_err(Failure::doing("connecting"))?;
        stream
            .set_read_timeout(Some(PATIENCE))
            .map_err(Failure::doing("connecting"))?;
        Ok(Self {
            stream,
            address: address.to_owned(),
            out: Vec::with_capacity(8 * 1024),
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends a request and reads its answer, which must have this status.
    pub fn send(&mut self, ask: Ask<'_>, wanted: u16) -> Result<Answer<'_>, Failure> {
        self.write(ask)
            .map_err(Failure::doing("sending a request"))?;
        let (end, length) = self.head()?;
        let whole = self.body(end, length)?;
        let (head, body) = self.buffer[..whole].split_at(end);
        let head = std::str::from_utf8(head).map_err(|_| form("a head that is not text"))?;
        let answer = Answer {
            status: status(head)?,
            head,
            body,
        };
        if answer.status == wanted {
            return Ok(answer);
        }
        let said = String::from_utf8_lossy(answer.body);
        Err(Failure::Answer {
            what: format!("{} {}", ask.method, ask.path),
            got: answer.status,
            wanted,
            said: said.chars().take(500).collect(),
        })
    }

    fn write(&mut self, ask: Ask<'_>) -> std::io::Result<()> {
        self.out.clear();
        let below = if ask.path.starts_with('/') {
            ""
        } else {
            "/fhir/"
        };
        write!(
            self.out,
            "{} {below}{} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n",
            ask.method, ask.path, self.address, ask.token
        )?;
        if let Some(version) = ask.version {
            write!(self.out, "If-Match: {version}\r\n")?;
        }
        if !ask.body.is_empty() {
            write!(
                self.out,
                "Content-Type: {}\r\nContent-Length: {}\r\n",
                ask.kind,
                ask.body.len()
            )?;
        }
        self.out.extend_from_slice(ask.more.as_bytes());
        self.out.extend_from_slice(b"\r\n");
        if ask.body.len() > LARGE {
            self.stream.write_all(&self.out)?;
            return self.stream.write_all(ask.body);
        }
        self.out.extend_from_slice(ask.body);
        self.stream.write_all(&self.out)
    }

    /// Reads at least to the end of the head: where it ends, and how long the body is (none: in chunks).
    fn head(&mut self) -> Result<(usize, Option<usize>), Failure> {
        self.buffer.clear();
        let end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.more()?;
        };
        let head = std::str::from_utf8(&self.buffer[..end])
            .map_err(|_| form("a head that is not text"))?;
        if matches!(status(head)?, 204 | 304) {
            return Ok((end, Some(0)));
        }
        if header(head, "transfer-encoding")
            .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
        {
            return Ok((end, None));
        }
        let length = header(head, "content-length").and_then(|length| length.parse().ok());
        match length {
            Some(length) => Ok((end, Some(length))),
            None => Err(form("a body without its length")),
        }
    }

    /// Reads the body; gives where the answer ends in the buffer.
    fn body(&mut self, end: usize, length: Option<usize>) -> Result<usize, Failure> {
        if let Some(length) = length {
            let filled = self.buffer.len();
            if filled < end + length {
                self.buffer.resize(end + length, 0);
                self.stream
                    .read_exact(&mut self.buffer[filled..])
                    .map_err(|_| form("an answer that is cut off"))?;
            }
            return Ok(end + length);
        }
        // Chunks are moved together where they lie: `joined` is where the body ends so far.
        let (mut joined, mut next) = (end, end);
        loop {
            let line = loop {
                if let Some(at) = find(&self.buffer[next..], b"\r\n") {
                    break at;
                }
                self.more()?;
            };
            let size = std::str::from_utf8(&self.buffer[next..next + line])
                .ok()
                .and_then(|size| usize::from_str_radix(size.trim(), 16).ok())
                .ok_or_else(|| form("a chunk without its size"))?;
            let begin = next + line + 2;
            while self.buffer.len() < begin + size + 2 {
                self.more()?;
            }
            self.buffer.copy_within(begin..begin + size, joined);
            joined += size;
            next = begin + size + 2;
            if size == 0 {
                return Ok(joined);
            }
        }
    }

    fn more(&mut self) -> Result<(), Failure> {
        let filled = self.buffer.len();
        self.buffer.resize(filled + filled.max(16 * 1024), 0);
        let count = self
            .stream
            .read(&mut self.buffer[filled..])
            .map_err(Failure::doing("reading an answer"))?;
        self.buffer.truncate(filled + count);
        if count == 0 {
            return Err(form("an answer that is cut off"));
        }
        Ok(())
    }
}

/// Where `wanted` begins.
pub fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn status(head: &str) -> Result<u16, Failure> {
    head.split(' ')
        .nth(1)
        .and_then(|word| word.parse().ok())
        .ok_or_else(|| form("an answer without a status"))
}

fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case(wanted).then_some(value.trim())
    })
}

fn form(what: &str) -> Failure {
    Failure::Form(format!("the server sent {what}"))
}

#[cfg(test)]
mod tests;
