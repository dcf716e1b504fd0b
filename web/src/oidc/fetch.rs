use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::address::Address;
use super::{Error, Part};

/// The longest answer taken, in bytes: discovery, keys, tokens and claims are some KiB.
const ANSWER: usize = 256 * 1024;
/// How long one question may take, from name to last byte.
const PATIENCE: Duration = Duration::from_secs(10);
/// Where systems keep the certificate authorities they trust, as PEM: Debian and its kin, Fedora and its kin, Alpine.
const AUTHORITIES: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

/// How a request says who asks.
pub(super) enum Credentials<'a> {
    None,
    /// RFC 6749, section 2.3.1.
    Basic {
        id: &'a str,
        secret: &'a str,
    },
    /// RFC 6750, section 2.1.
    Bearer(&'a str),
}

/// An answer: its status, its media type without parameters, its bytes.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) media: String,
    pub(super) body: Bytes,
}

/// Asks providers: one connection a question, no redirect followed, nothing kept.
pub(super) struct Fetch {
    tls: TlsConnector,
}

impl Fetch {
    /// Trusts the authorities of `file`, or those of the system.
    ///
    /// # Errors
    /// What is wrong with the file, in words that follow the setting's name.
    pub(super) fn new(file: Option<&Path>) -> Result<Self, String> {
        let system = || {
            AUTHORITIES
                .map(PathBuf::from)
                .into_iter()
                .find(|path| path.exists())
        };
        let mut roots = RootCertStore::empty();
        if let Some(path) = file.map(Path::to_path_buf).or_else(system) {
            let read = |why: &str| format!("can't be read (`{}`): {why}", path.display());
            let certificates =
                CertificateDer::pem_file_iter(&path).map_err(|error| read(&error.to_string()))?;
            let certificates = certificates
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| read(&error.to_string()))?;
            // A system's list may hold a certificate too old to parse; one file of ours may not be all of them.
            let (taken, _) = roots.add_parsable_certificates(certificates);
            if taken == 0 {
                return Err(read("it holds no certificate"));
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the library has the versions that it calls safe")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
        })
    }

    /// Asks for what lies at `address`.
    pub(super) async fn get(
        &self,
        part: Part,
        address: &Address,
        accept: &str,
        credentials: Credentials<'_>,
    ) -> Result<Reply, Error> {
        let request = Request::get(address.target()).header(header::ACCEPT, accept);
        self.ask(part, address, request, credentials, String::new())
            .await
    }

    /// Sends a form to `address`.
    pub(super) async fn post(
        &self,
        part: Part,
        address: &Address,
        form: String,
        credentials: Credentials<'_>,
    ) -> Result<Reply, Error> {
        let request = Request::post(address.target())
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(part, address, request, credentials, form).await
    }

    async fn ask(
        &self,
        part: Part,
        address: &Address,
        request: axum::http::request::Builder,
        credentials: Credentials<'_>,
        body: String,
    ) -> Result<Reply, Error> {
        let request = request
            .header(header::HOST, address.authority())
            .header(header::USER_AGENT, "hygie");
        let request = match credentials {
            Credentials::None => request,
            Credentials::Basic { id, secret } => {
                let pair = format!(
                    "{}:{}",
                    super::form::escape(id),
                    super::form::escape(secret)
                );
                let word = format!("Basic {}", STANDARD.encode(pair));
                request.header(header::AUTHORIZATION, word)
            }
            Credentials::Bearer(token) => {
                request.header(header::AUTHORIZATION, format!("Bearer {token}"))
            }
        };
        // A token with a line break in it is no header: the provider's fault, and said as such.
        let request = request
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| Error::Answer {
                part,
                why: "its token can't be sent in a header".to_owned(),
            })?;
        let unreachable = |why: String| Error::Unreachable { part, why };
        let reply = tokio::time::timeout(PATIENCE, self.exchange(address, request)).await;
        match reply {
            Ok(reply) => reply.map_err(unreachable),
            Err(_) => Err(unreachable(format!(
                "no answer within {} seconds",
                PATIENCE.as_secs()
            ))),
        }
    }

    async fn exchange(
        &self,
        address: &Address,
        request: Request<Full<Bytes>>,
    ) -> Result<Reply, String> {
        let stream = connect(address).await?;
        if !address.is_secure() {
            return speak(stream, request).await;
        }
        let name = ServerName::try_from(address.host().to_owned())
            .map_err(|_| "its host is no name for a certificate".to_owned())?;
        let stream = self.tls.connect(name, stream).await;
        speak(stream.map_err(|error| error.to_string())?, request).await
    }
}

async fn connect(address: &Address) -> Result<TcpStream, String> {
    let found = tokio::net::lookup_host((address.host(), address.port()))
        .await
        .map_err(|error| format!("its name is not found: {error}"))?;
    let mut last = "its name has no address".to_owned();
    for place in found {
        // Without TLS only this machine is spoken to, whatever a resolver says of `localhost`.
        if !address.is_secure() && !place.ip().is_loopback() {
            continue;
        }
        match TcpStream::connect(place).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}

async fn speak<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Reply, String>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let text = |error: hyper::Error| error.to_string();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(text)?;
    // The connection is driven here and not by a task of its own: who stops waiting ends it.
    let driven = async {
        let _ = connection.await;
        std::future::pending::<Infallible>().await
    };
    let answer = async {
        let answer = sender.send_request(request).await.map_err(text)?;
        let media = answer
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .map(|media| media.trim().to_ascii_lowercase())
            .unwrap_or_default();
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), ANSWER).collect().await;
        let body = body.map_err(|error| error.to_string())?.to_bytes();
        Ok(Reply {
            status,
            media,
            body,
        })
    };
    tokio::select! {
        answer = answer => answer,
        never = driven => match never {},
    }
}
