//! A wire between the relying party and the provider, on which a test listens, changes answers, or cuts.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// An answer on its way.
#[derive(Clone, Debug)]
pub struct Passing {
    pub status: u16,
    pub head: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What a test does to the answer of a path.
pub type Change = Box<dyn Fn(&str, Passing) -> Passing + Send + Sync>;

/// The wire.
pub struct Middle {
    /// Where it is entered.
    pub address: String,
    shared: Arc<Shared>,
}

struct Shared {
    /// The provider's port; 0: it is down.
    port: AtomicU16,
    change: Mutex<Option<Change>>,
    asked: Mutex<HashMap<String, usize>>,
    bodies: Mutex<HashMap<String, Vec<u8>>>,
    tls: Option<Arc<ServerConfig>>,
}

impl Middle {
    /// A wire to nowhere yet; `tls` holds a chain and a key as PEM.
    pub fn new(tls: Option<(&str, &str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let scheme = if tls.is_some() {
            "https://localhost"
        } else {
            "http://127.0.0.1"
        };
        let shared = Arc::new(Shared {
            port: AtomicU16::new(0),
            change: Mutex::default(),
            asked: Mutex::default(),
            bodies: Mutex::default(),
            tls: tls.map(|(chain, key)| Arc::new(server(chain, key))),
        });
        let kept = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || shared.accept(stream));
            }
        });
        Self {
            address: format!("{scheme}:{port}"),
            shared: kept,
        }
    }

    /// Leads to this port from now on; 0 leads nowhere.
    pub fn lead(&self, port: u16) {
        self.shared.port.store(port, Ordering::SeqCst);
    }

    /// Changes answers from now on.
    pub fn change(&self, change: impl Fn(&str, Passing) -> Passing + Send + Sync + 'static) {
        *self.shared.change.lock().unwrap() = Some(Box::new(change));
    }

    /// Changes nothing any more.
    pub fn restore(&self) {
        *self.shared.change.lock().unwrap() = None;
    }

    /// What was last sent to a path.
    pub fn last(&self, path: &str) -> String {
        String::from_utf8(self.shared.bodies.lock().unwrap()[path].clone()).unwrap()
    }

    /// How often a path was asked.
    pub fn asked(&self, path: &str) -> usize {
        self.shared
            .asked
            .lock()
            .unwrap()
            .get(path)
            .copied()
            .unwrap_or(0)
    }
}

impl Shared {
    fn accept(&self, stream: TcpStream) {
        match &self.tls {
            None => self.pass(stream),
            Some(config) => {
                let connection = ServerConnection::new(Arc::clone(config)).unwrap();
                self.pass(StreamOwned::new(connection, stream));
            }
        }
    }

    /// One request and its answer; a connection that breaks is the other side's business.
    fn pass(&self, mut stream: impl Read + Write) {
        let Some((line, head, body)) = request(&mut stream) else {
            return;
        };
        let path = line.split(' ').nth(1).unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default().to_owned();
        *self.asked.lock().unwrap().entry(path.clone()).or_default() += 1;
        self.bodies
            .lock()
            .unwrap()
            .insert(path.clone(), body.clone());
        let port = self.port.load(Ordering::SeqCst);
        let Ok(mut onward) = TcpStream::connect(("127.0.0.1", port)) else {
            return;
        };
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        // HTTP/1.0 is answered without chunks, and the connection's end is the answer's.
        let line = line.replace("HTTP/1.1", "HTTP/1.0");
        let text =
            format!("{line}\r\n{head}x-forwarded-proto: {scheme}\r\nconnection: close\r\n\r\n");
        onward.write_all(text.as_bytes()).unwrap();
        onward.write_all(&body).unwrap();
        let mut bytes = Vec::new();
        onward.read_to_end(&mut bytes).unwrap();
        let mut passing = parse(&bytes);
        if let Some(change) = &*self.change.lock().unwrap() {
            passing = change(&path, passing);
        }
        let mut text = format!("HTTP/1.1 {} As it came\r\n", passing.status);
        for (name, value) in &passing.head {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!(
            "content-length: {}\r\nconnection: close\r\n\r\n",
            passing.body.len()
        ));
        let _ = stream.write_all(text.as_bytes());
        let _ = stream.write_all(&passing.body);
        let _ = stream.flush();
    }
}

/// The first line, the headers but for `connection`, and the body of a request.
fn request(stream: &mut impl Read) -> Option<(String, String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut one = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut one).ok()?;
        bytes.push(one[0]);
    }
    let text = String::from_utf8(bytes).ok()?;
    let (line, rest) = text.split_once("\r\n")?;
    let lines = rest.split("\r\n").filter(|line| !line.is_empty());
    let mut head = String::new();
    let mut length = 0;
    for line in lines {
        let lower = line.to_ascii_lowercase();
        if let Some(said) = lower.strip_prefix("content-length:") {
            length = said.trim().parse().ok()?;
        }
        if !lower.starts_with("connection:") {
            head.push_str(line);
            head.push_str("\r\n");
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((line.to_owned(), head, body))
}

fn parse(bytes: &[u8]) -> Passing {
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let text = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = text.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let head = lines.map(|line| line.split_once(':').unwrap());
    let head = head.map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
    let own = |name: &str| {
        ["content-length", "connection", "transfer-encoding"]
            .contains(&name.to_ascii_lowercase().as_str())
    };
    Passing {
        status: status.parse().unwrap(),
        head: head.filter(|(name, _)| !own(name)).collect(),
        body: bytes[end + 4..].to_vec(),
    }
}

fn server(chain: &str, key: &str) -> ServerConfig {
    let chain = CertificateDer::pem_slice_iter(chain.as_bytes());
    let chain = chain.collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    let provider = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider();
    ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap()
}
