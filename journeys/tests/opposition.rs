//! Somebody without an account says no, in a real browser, by keyboard alone, on a narrow screen.
//!
//! Dangers: a page that a browser's rules (CSP, form handling) break; a field that the keyboard does not
//! reach, or a focus that cannot be seen; a page wider than its screen; a receipt that only its own server
//! believes; an opposition after which an import makes the space all the same.
//! Not a failure: fonts and colours, which screenshots are looked at for (`HYGIE_SCREENSHOTS=DIR`).

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use ureq::Agent;

use crate::harness::{Home, free_address};

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
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const PATIENCE: Duration = Duration::from_secs(20);

/// Chromium, spoken to by the W3C WebDriver protocol.
struct Browser {
    driver: Child,
    agent: Agent,
    base: String,
}

impl Browser {
    fn start() -> Self {
        let address = free_address();
        let port = address.rsplit(':').next().unwrap();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed (./test says how)");
        let config = Agent::config_builder().timeout_global(Some(PATIENCE));
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
                Ok(mut answer) => break read(&mut answer),
                Err(error) if begun.elapsed() > PATIENCE => panic!("no browser: {error}"),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        };
        let id = session["sessionId"].as_str().unwrap();
        browser.base = format!("{}/session/{id}", browser.base);
        browser
    }

    fn post(&self, verb: &str, body: &Value) -> Value {
        let url = format!("{}/{verb}", self.base);
        read(&mut self.agent.post(url).send(body.to_string()).unwrap())
    }

    fn open(&self, url: &str) {
        self.post("url", &json!({ "url": url }));
    }

    /// Presses the keys of a text, one after the other.
    fn press(&self, keys: &str) {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        let source = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("actions", &json!({ "actions": [source] }));
    }

    /// What a script reads out of the page. Pages have none of their own.
    fn look(&self, script: &str) -> Value {
        let script = format!("return {script}");
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    fn wait(&self, script: &str) {
        let begun = Instant::now();
        while self.look(script) != json!(true) {
            let page = self.look("document.body.innerText");
            assert!(begun.elapsed() < PATIENCE, "not so: {script}\n{page}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The page fits its screen; a picture of it for whoever wants to look.
    fn check(&self, name: &str) {
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

fn read(answer: &mut ureq::http::Response<ureq::Body>) -> Value {
    let text = answer
        .body_mut()
        .with_config()
        .limit(1 << 24)
        .read_to_string()
        .unwrap();
    let mut said: Value = serde_json::from_str(&text).unwrap();
    said["value"].take()
}

/// One of the two languages, and the person who reads it.
struct Reader {
    language: &'static str,
    ins: &'static str,
    born: &'static str,
    slip: &'static str,
    done: &'static str,
}

const READERS: [Reader; 2] = [
    Reader {
        language: "fr",
        ins: "163127847704294",
        born: "05/12/1963",
        slip: "faute de frappe",
        done: "Votre opposition est enregistrée",
    },
    Reader {
        language: "en",
        ins: "2620875032039",
        born: "17/8/1962",
        slip: "typing mistake",
        done: "Your opposition is recorded",
    },
];

const REGISTER: &str = "ins_system,ins,family,given,birth_date,language\n\
    urn:oid:1.2.250.1.213.1.4.11,163127847704294,Durand,\"Camille, Lou\",1963-12-05,fr\n\
    urn:oid:1.2.250.1.213.1.4.11,262087503203977,Martin,Zoé,1962-08-17,en\n";

#[test]
fn a_person_without_an_account_cannot_say_no_by_keyboard() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    let register = home.file("register.csv", REGISTER);
    let said = home.done(&["--json", "register", &register]).json();
    assert_eq!((&said["added"], &said["rejected"]), (&json!(2), &json!(0)));
    let codes = std::fs::read_to_string(said["codes"].as_str().unwrap()).unwrap();
    let browser = Browser::start();
    for (reader, line) in READERS.iter().zip(codes.lines()) {
        let code = line.split(',').nth(1).unwrap();
        opposes(&browser, &address, reader, code);
        let script = "new TextDecoder().decode(Uint8Array.from(atob(\
            document.querySelector('a[download]').href.split(',')[1]), c => c.charCodeAt(0)))";
        let receipt = browser.look(script).as_str().unwrap().to_owned();
        let file = home.file(&format!("receipt-{}.txt", reader.language), &receipt);
        // Offline: with the public key alone.
        let key = home.dir.join("keeper/ledger.vkey");
        let key = key.to_str().unwrap();
        home.done(&["ledger", "verify", "--proof", &file, "--key", key]);
        let forged = home.file("forged.txt", &receipt.replacen("\nindex ", "\nindex 1", 1));
        let forged = home.run(&["ledger", "verify", "--proof", &forged, "--key", key]);
        assert_eq!(forged.code, 4, "{forged:?}");
    }
    let system = "urn:oid:1.2.250.1.213.1.4.11";
    let patient = json!({
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{ "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001", "resource": {
            "resourceType": "Patient",
            "identifier": [{ "system": system, "value": READERS[0].ins }],
        } }],
    });
    let patient = home.file("patient.json", &patient.to_string());
    let refused = home.run(&["--json", "import", &patient]);
    assert_eq!((refused.code, &refused.json()["rejected"]), (1, &json!(1)));
    assert!(home.persons().is_empty());
    serving.stop();
}

/// Fills the form in, with a slip first, by keyboard alone.
fn opposes(browser: &Browser, address: &str, reader: &Reader, code: &str) {
    let Reader {
        language,
        ins,
        born,
        slip,
        done,
    } = reader;
    browser.open(&format!("http://{address}/opposition?lang={language}"));
    assert_eq!(
        browser.look("document.documentElement.lang"),
        json!(language)
    );
    browser.check(&format!("{language}-form"));
    // Past the link to the content and the other language, to the first field.
    browser.press(&format!("{TAB}{TAB}{TAB}"));
    assert_eq!(browser.look("document.activeElement.id"), json!("ins"));
    let outline =
        browser.look("parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2");
    assert_eq!(outline, json!(true), "the focus can be seen");
    let wrong = &code[..code.len() - 3];
    browser.press(&format!("{ins}{TAB}{born}{TAB}{wrong}{TAB}{ENTER}"));
    browser.wait("document.querySelectorAll('[aria-invalid=true]').length === 1");
    let fault = browser.look("document.getElementById('code-fault').innerText");
    assert!(fault.as_str().unwrap().contains(slip), "{fault}");
    browser.check(&format!("{language}-slip"));
    // Skip link, language, the link to the faulty field: Enter there goes to it; what is there is typed over.
    browser.press(&format!("{TAB}{TAB}{TAB}{ENTER}"));
    browser.wait("document.activeElement.id === 'code'");
    let rest = &code[code.len() - 3..];
    browser.press(&format!("\u{e010}{}{TAB}{ENTER}", rest.to_lowercase()));
    browser.wait(&format!(
        "document.querySelector('h1').innerText === '{done}'"
    ));
    browser.check(&format!("{language}-receipt"));
}
