//! A real browser.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use ureq::Agent;

use super::free_address;

/// What the browser is started with: no window, no sandbox (tests run as root), no talk to its maker.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
/// The key.
pub const TAB: &str = "\u{e004}";
/// The key.
pub const ENTER: &str = "\u{e007}";
const PATIENCE: Duration = Duration::from_secs(20);

/// Chromium, spoken to by the W3C WebDriver protocol.
pub struct Browser {
    driver: Child,
    agent: Agent,
    base: String,
}

impl Browser {
    /// A narrow screen, on which nothing was looked at yet.
    pub fn start() -> Self {
        let address = free_address();
        let port = address.rsplit(':').next().unwrap();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed (./test says how)");
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false);
        let mut browser = Self {
            driver,
            agent: config.build().into(),
            base: format!("http://{address}"),
        };
        let screen = json!({ "deviceMetrics": { "width": 360, "height": 740, "pixelRatio": 1 } });
        let options = json!({ "args": FLAGS, "mobileEmulation": screen });
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let begun = Instant::now();
        let session = loop {
            let url = format!("{}/session", browser.base);
            match browser.agent.post(url).send(wanted.to_string()) {
                Ok(mut answer) if answer.status() == 200 => break read(&mut answer),
                answer if begun.elapsed() > PATIENCE => panic!("no browser: {answer:?}"),
                _ => std::thread::sleep(Duration::from_millis(100)),
            }
        };
        let id = session["sessionId"].as_str().unwrap();
        browser.base = format!("{}/session/{id}", browser.base);
        browser
    }

    /// A command of the protocol.
    #[track_caller]
    pub fn post(&self, verb: &str, body: &Value) -> Value {
        let url = format!("{}/{verb}", self.base);
        let mut answer = self.agent.post(url).send(body.to_string()).unwrap();
        let (status, said) = (answer.status(), read(&mut answer));
        assert!(status.is_success(), "{verb} {body}: {said}");
        said
    }

    /// Goes to an address.
    pub fn open(&self, url: &str) {
        self.post("url", &json!({ "url": url }));
    }

    /// Presses the keys of a text, one after the other.
    pub fn press(&self, keys: &str) {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        let source = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("actions", &json!({ "actions": [source] }));
    }

    /// Presses a key while another is held.
    pub fn press_with(&self, held: &str, key: &str) {
        let stroke = |kind: &str, key: &str| json!({ "type": kind, "value": key });
        let strokes = [
            stroke("keyDown", held),
            stroke("keyDown", key),
            stroke("keyUp", key),
            stroke("keyUp", held),
        ];
        let source = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("actions", &json!({ "actions": [source] }));
    }

    /// What a script reads out of the page. Pages have none of their own.
    pub fn look(&self, script: &str) -> Value {
        let script = format!("return {script}");
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until a script says so.
    pub fn wait(&self, script: &str) {
        let begun = Instant::now();
        while self.glance(script) != Some(json!(true)) {
            if begun.elapsed() > PATIENCE {
                panic!("not so: {script}\n{}", self.text());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The same as [`Self::look`]; none when the page went away meanwhile.
    fn glance(&self, script: &str) -> Option<Value> {
        let url = format!("{}/execute/sync", self.base);
        let body = json!({ "script": format!("return {script}"), "args": [] });
        let mut answer = self.agent.post(url).send(body.to_string()).ok()?;
        (answer.status() == 200).then(|| read(&mut answer))
    }

    /// Has the page do what leads away from it, without waiting for what comes of it.
    pub fn go_on(&self, script: &str) {
        self.look(&format!("setTimeout(() => {{ {script} }}, 0)"));
    }

    /// Presses the tabulator until what a selector names has the focus, which can be seen: whoever has a keyboard
    /// alone gets there.
    pub fn reach(&self, selector: &str) {
        let there = format!("document.activeElement === document.querySelector({selector:?})");
        let presses = (0..60).find(|_| {
            self.press(TAB);
            self.look(&there) == json!(true)
        });
        let page = self.look("document.body.innerText");
        assert!(presses.is_some(), "not reached: {selector}\n{page}");
        let outline =
            self.look("parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2");
        assert_eq!(outline, json!(true), "the focus on {selector} can be seen");
    }

    /// Reaches a button or a link, and presses it.
    pub fn push(&self, selector: &str) {
        self.reach(selector);
        self.press(ENTER);
    }

    /// Reaches a field, and types.
    pub fn fill(&self, selector: &str, text: &str) {
        self.reach(selector);
        self.press(text);
    }

    /// What can be read on the page; a space at which no line is broken reads as any other.
    pub fn text(&self) -> String {
        let text = self.look("document.body.innerText.replaceAll('\\u00a0', ' ')");
        text.as_str().unwrap().to_owned()
    }

    /// Waits until the page of this title is there, whole.
    pub fn title(&self, title: &str) {
        self.wait(&format!(
            "document.readyState === 'complete' && document.querySelector('h1')?.innerText.replaceAll('\\u00a0', ' ') === {title:?}"
        ));
    }

    /// Forbids scripts of pages, or lets them run again.
    pub fn forbid_scripts(&self, forbidden: bool) {
        let command = json!({ "cmd": "Emulation.setScriptExecutionDisabled", "params": { "value": forbidden } });
        self.post("goog/cdp/execute", &command);
    }

    /// Gives the browser a device that holds passkeys, and whose owner is there (WebDriver, WebAuthn Level 3).
    pub fn authenticator(&self) -> String {
        let device = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
        });
        let id = self.post("webauthn/authenticator", &device);
        id.as_str().unwrap().to_owned()
    }

    /// The passkeys that a device holds.
    pub fn credentials(&self, authenticator: &str) -> Vec<Value> {
        let url = format!(
            "{}/webauthn/authenticator/{authenticator}/credentials",
            self.base
        );
        let all = read(&mut self.agent.get(url).call().unwrap());
        all.as_array().unwrap().clone()
    }

    /// Takes the device away.
    pub fn remove(&self, authenticator: &str) {
        let url = format!("{}/webauthn/authenticator/{authenticator}", self.base);
        self.agent.delete(url).call().unwrap();
    }

    /// The page fits its screen; a picture of it for whoever wants to look.
    pub fn check(&self, name: &str) {
        assert_eq!(
            self.look("document.documentElement.scrollWidth <= window.innerWidth"),
            json!(true),
            "{name} is wider than its screen"
        );
        let Ok(dir) = std::env::var("HYGIE_SCREENSHOTS") else {
            return;
        };
        let save = |name: String, shot: &Value| {
            let picture = STANDARD.decode(shot.as_str().unwrap()).unwrap();
            std::fs::write(format!("{dir}/{name}.png"), picture).unwrap();
        };
        let url = format!("{}/screenshot", self.base);
        save(
            name.to_owned(),
            &read(&mut self.agent.get(url).call().unwrap()),
        );
        // What lies below the screen's end too, by Chromium's own word for it.
        let whole = json!({ "captureBeyondViewport": true });
        let command = json!({ "cmd": "Page.captureScreenshot", "params": whole });
        let shot = self.post("goog/cdp/execute", &command);
        save(format!("{name}-whole"), &shot["data"]);
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The session's end closes the browser; the driver itself is ended then.
        let _closed = self.agent.delete(&self.base).call();
        let _ended = self.driver.kill();
        let _waited = self.driver.wait();
    }
}

/// Waits until pages are shown there again, after what showed them was killed: that one's port may still take
/// connections while it dies.
pub fn served(address: &str) {
    let begun = Instant::now();
    while ureq::get(format!("http://{address}/signin"))
        .call()
        .is_err()
    {
        assert!(begun.elapsed() < PATIENCE, "nothing is served at {address}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn read(answer: &mut ureq::http::Response<ureq::Body>) -> Value {
    let text = answer
        .body_mut()
        .with_config()
        .limit(1 << 24)
        .read_to_string()
        .unwrap();
    assert_eq!(answer.status(), 200, "{text}");
    let mut said: Value = serde_json::from_str(&text).unwrap();
    said["value"].take()
}
