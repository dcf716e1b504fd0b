//! A provider that runs, the wire to it, and a relying party of it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use hygie_web::oidc::{Error, Pending, Provider, Settings, Signed};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::Browser;
use crate::middle::Middle;
use crate::people::{CALLBACK, SECRET, claims, people};

/// A provider and the wire to it. It ends with this value.
pub struct House {
    pub middle: Middle,
    pub folder: TempDir,
    child: Child,
    /// Kept open: the provider says more on it.
    _said: BufReader<ChildStdout>,
    port: u16,
    script: PathBuf,
}

impl House {
    /// A provider with these clients; none, with a line that says so, where the package is not installed.
    pub fn new(test: &str, clients: &Value) -> Option<Self> {
        Self::over(test, Middle::new(None), clients)
    }

    /// The same over a wire that was laid before.
    pub fn over(test: &str, middle: Middle, clients: &Value) -> Option<Self> {
        let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let installed = workspace.join("target/clients");
        if !installed.join("node_modules/oidc-provider").exists() {
            println!(
                "skipped: {test} (oidc-provider is not installed; ./test installs it where there is npm)"
            );
            return None;
        }
        // A module is looked for beside the script that imports it.
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("with_oidc_provider-{}-{number}.mjs", std::process::id());
        let script = installed.join(name);
        std::fs::copy(
            workspace.join("journeys/clients/with_oidc_provider.mjs"),
            &script,
        )
        .unwrap();
        let told = json!({
            "issuer": middle.address, "clients": clients, "claims": claims(), "people": people(),
        });
        let mut child = Command::new("node")
            .arg(&script)
            .env("HYGIE_OIDC", told.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let port = u16::try_from(ready["port"].as_u64().unwrap()).unwrap();
        middle.lead(port);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), format!("{SECRET}\n")).unwrap();
        Some(Self {
            middle,
            folder,
            child,
            _said: said,
            port,
            script,
        })
    }

    /// The provider as `client` sees it, with what `more` says in TOML.
    pub fn provider(&self, client: &str, more: &str) -> Provider {
        self.try_provider(client, more).unwrap()
    }

    /// The same, where it may fail.
    pub fn try_provider(&self, client: &str, more: &str) -> Result<Provider, Error> {
        let secret = self.folder.path().join("secret");
        let text = format!(
            "name = \"test\"\nissuer = \"{}\"\nclient_id = \"{client}\"\nclient_secret_file = \"{}\"\n{more}",
            self.middle.address,
            secret.display()
        );
        Provider::new(&toml::from_str::<Settings>(&text).unwrap(), CALLBACK)
    }

    /// Ends the provider's answers, or lets it answer again.
    pub fn up(&self, up: bool) {
        self.middle.lead(if up { self.port } else { 0 });
    }

    /// Gives the provider new keys.
    pub fn rotate(&self) {
        let page = Browser::new().ask(&format!("http://127.0.0.1:{}/rotate", self.port), Some(""));
        assert_eq!(page.status, 204);
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.script);
    }
}

/// The clock.
pub fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

/// Bytes that nobody can predict.
pub fn fill(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).unwrap();
}

/// A sign-in begun at the clock `at`.
pub async fn begin(provider: &Provider, at: u64) -> (String, Pending) {
    provider.begin(at, false, &mut fill).await.unwrap()
}

/// A whole sign-in of `account` in a new browser.
pub async fn sign_in(provider: &Provider, account: &str) -> Result<Signed, Error> {
    sign_in_at(provider, account, now()).await
}

/// The same by a clock that stands elsewhere.
pub async fn sign_in_at(provider: &Provider, account: &str, at: u64) -> Result<Signed, Error> {
    let (url, pending) = provider.begin(at, false, &mut fill).await?;
    let query = Browser::new().sign_in(&url, account, "yes");
    provider.finish(pending, &query, at).await
}
