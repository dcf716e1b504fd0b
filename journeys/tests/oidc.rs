//! People sign in at a real, certified provider of identities (npm `oidc-provider`), in a real browser, on the pages
//! of real processes: FranceConnect's habits for citizens, Pro Santé Connect's for professionals.
//!
//! Dangers: the browser's own rules (CSP, cookies of another site's way back) break the way out or back; somebody gets
//! into a space that nobody linked to him, or with a level too low; a professional acts in a place that is not his; a
//! callback that somebody else began is followed; somebody who signed out is still in, here or there; an operator's
//! slip in the settings is told by silence.
//! Not a failure: a machine on which the provider is not installed (`./test` installs it): that is said.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::harness::browser::{Browser, served};
use crate::harness::{Home, free_address};

const SECRET: &str = "a secret of more than 32 characters, say";

/// The provider; it ends with this value.
pub struct Provider {
    child: Child,
    _said: BufReader<ChildStdout>,
    script: PathBuf,
    issuer: String,
}

impl Provider {
    /// A provider that knows the site at `address`; none, with a line that says so, where it is not installed.
    pub fn start(test: &str, address: &str) -> Option<Self> {
        let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let installed = workspace.join("target/clients");
        if !installed.join("node_modules/oidc-provider").exists() {
            println!(
                "skipped: {test} (oidc-provider is not installed; ./test installs it where there is npm)"
            );
            return None;
        }
        // A module is looked for beside the script that imports it.
        let script = installed.join(format!(
            "with_oidc_provider-{}-{test}.mjs",
            std::process::id()
        ));
        std::fs::copy(
            workspace.join("journeys/clients/with_oidc_provider.mjs"),
            &script,
        )
        .unwrap();
        let mut child = Command::new("node")
            .arg(&script)
            .env("HYGIE_OIDC", told(&site(address)).to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Some(Self {
            child,
            _said: said,
            script,
            issuer: ready["issuer"].as_str().unwrap().to_owned(),
        })
    }

    /// Both habits of it, as an operator writes them.
    pub fn settings(&self, home: &Home) -> String {
        let secret = home.file("secret", SECRET);
        let issuer = &self.issuer;
        format!(
            r#"
            [[sign_in.provider]]
            name = "citizens"
            preset = "franceconnect"
            issuer = "{issuer}"
            client_id = "citizens"
            client_secret_file = "{secret}"

            [[sign_in.provider]]
            name = "professionals"
            preset = "pro-sante-connect"
            issuer = "{issuer}"
            discovery = ".well-known/openid-configuration"
            client_id = "professionals"
            client_secret_file = "{secret}"
            "#
        )
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _waited = self.child.wait();
        let _gone = std::fs::remove_file(&self.script);
    }
}

/// The name that browsers know this machine by.
pub fn site(address: &str) -> String {
    address.replace("127.0.0.1", "http://localhost")
}

/// Clients, claims and people of the provider.
fn told(site: &str) -> Value {
    let client = |name: &str| {
        json!({
            "client_id": name,
            "client_secret": SECRET,
            "redirect_uris": [format!("{site}/signin/oidc/{name}/callback")],
            "post_logout_redirect_uris": [format!("{site}/signin")],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "client_secret_post",
            "id_token_signed_response_alg": "ES256",
        })
    };
    let mut citizens = client("citizens");
    citizens["userinfo_signed_response_alg"] = json!("ES256");
    let professionals = client("professionals");
    let camille = json!({ "given_name": "Camille", "family_name": "DURAND", "birthdate": "1990-01-02", "gender": "female" });
    let zoe = json!({ "given_name": "Zoé Élodie", "family_name": "LEFÈVRE", "birthdate": "1962-08-17", "gender": "female", "birthplace": "35238" });
    let activity = |sector: &str, finess: &str, name: &str| json!({ "codeSecteurDactivite": sector, "numeroFinessSite": finess, "raisonSocialeSite": name });
    let doctor = json!({
        "SubjectNameID": "810101010101",
        "SubjectRefPro": { "exercices": [
            { "codeProfession": "10", "nomDexercice": "Martin", "prenomDexercice": "Dominique", "activities": [
                activity("SA07", "", "CABINET DU DR MARTIN"), activity("SA01", "750100042", "HOPITAL DES TESTS") ] },
            { "codeProfession": "21", "nomDexercice": "Martin", "prenomDexercice": "Dominique", "activities": [] },
        ] },
    });
    let person =
        |acr: &str, amr: Value, claims: &Value| json!({ "acr": acr, "amr": amr, "claims": claims });
    json!({
        "clients": [citizens, professionals],
        "claims": {
            "given_name": ["given_name"], "family_name": ["family_name"], "birthdate": ["birthdate"], "gender": ["gender"],
            "preferred_username": ["preferred_username"], "birthplace": ["birthplace"], "birthcountry": ["birthcountry"],
            "email": ["email"], "scope_all": ["SubjectNameID", "SubjectRefPro"],
        },
        "people": {
            "camille": person("eidas2", json!(["pin", "pop", "mfa"]), &camille),
            "camille-low": person("eidas1", json!(["pwd"]), &camille),
            "zoe": person("eidas2", json!(["pin", "pop", "mfa"]), &zoe),
            "dominique": person("eidas1", json!(["sc", "pin"]), &doctor),
        },
    })
}

pub fn title(browser: &Browser, title: &str) {
    browser.title(title);
}

/// Goes from our sign-in page to the provider, and says who he is there.
fn at_the_provider(browser: &Browser, (name, account): (&str, &str), answer: &str) {
    browser.push(&format!("a[href^='/signin/oidc/{name}']"));
    say_who(browser, account, answer);
}

pub fn say_who(browser: &Browser, account: &str, answer: &str) {
    title(browser, "Who are you?");
    browser.look(&format!(
        "document.querySelector('[name=account]').value = {account:?}"
    ));
    browser.go_on(&format!(
        "document.querySelector('[value={answer}]').click()"
    ));
}

pub fn serving(home: &Home, address: &str) -> Command {
    home.command(&["--json", "serve", "--listen", address])
}

#[test]
fn a_citizen_gets_into_a_space_that_nobody_linked_to_him() {
    let address = free_address();
    let Some(provider) = Provider::start("a-citizen", &address) else {
        return;
    };
    let home = Home::demo();
    std::fs::write(home.dir.join("hygie.toml"), provider.settings(&home)).unwrap();
    let serving = home.serve_by(serving(&home, &address), &address);
    let patient = json!({ "resourceType": "Bundle", "type": "collection", "entry": [
        { "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001", "resource": { "resourceType": "Patient" } },
    ] });
    home.import("patient.json", &patient);
    let person = home.persons().pop().unwrap();
    home.done(&[
        "account",
        "add",
        "camille",
        "--holder",
        &person,
        "--name",
        "Camille Durand",
    ]);
    let (browser, site) = (Browser::start(), site(&address));
    browser.open(&format!("{site}/signin?lang=fr"));
    title(&browser, "Me connecter");
    browser.check("fr-signin-providers");
    refusals(&browser);
    at_the_provider(&browser, ("citizens", "camille"), "yes");
    // He is asked which space is his (`activation.rs` goes on from there), and is in none.
    title(&browser, "Activer mon espace santé");
    browser.check("fr-no-space");
    // The operator vouches that both are of one person; once more changes nothing, and another's it can't become.
    let link = |login: &str| {
        home.run(&[
            "account",
            "link",
            login,
            "--issuer",
            &provider.issuer,
            "--subject",
            "camille",
        ])
    };
    assert_eq!(link("camille").code, 0);
    assert_eq!(link("camille").code, 0);
    home.done(&["account", "add", "helper", "--support"]);
    assert_eq!(link("helper").code, 1);
    assert_eq!(link("nobody").code, 1);
    browser.push("main a[href^='/signin']");
    title(&browser, "Me connecter");
    at_the_provider(&browser, ("citizens", "camille"), "yes");
    title(&browser, "Espace santé");
    assert!(
        browser.text().contains("Pour moi-même (Camille Durand)"),
        "{}",
        browser.text()
    );
    // Proving it again leads there and back to where he was.
    browser.open(&format!("{site}/signin/again?next=/account"));
    title(&browser, "Confirmez que c’est vous");
    browser.check("fr-again-provider");
    at_the_provider(&browser, ("citizens", "camille"), "yes");
    title(&browser, "Mon compte");
    signs_out(&browser, &site);
    serving.stop();
}

/// Not sure enough, and a no: nobody is in, and each is told what to do.
fn refusals(browser: &Browser) {
    for (account, answer, text) in [
        ("camille-low", "yes", "ne suffit pas pour un espace santé"),
        ("camille", "no", "Rien n’a été transmis"),
    ] {
        at_the_provider(browser, ("citizens", account), answer);
        title(browser, "Me connecter");
        assert!(browser.text().contains(text), "{}", browser.text());
        browser.check(&format!("fr-{account}-{answer}"));
        browser.push("main a[href^='/signin']");
        title(browser, "Me connecter");
    }
}

/// Out here, and then out at the provider too: nobody comes back in his place.
fn signs_out(browser: &Browser, site: &str) {
    browser.push("nav form button");
    title(browser, "Vous êtes déconnecté ici");
    assert!(
        browser
            .text()
            .contains("Vous restez connecté chez FranceConnect")
    );
    browser.check("fr-signed-out-here");
    browser.push("main a.button");
    title(browser, "Sign out here too?");
    browser.go_on("document.querySelector('[value=yes]').click()");
    browser.wait(&format!("location.href.startsWith('{site}/signin')"));
    browser.open(&format!("{site}/account"));
    browser.wait("location.pathname === '/signin'");
}

#[test]
fn a_professional_acts_in_a_place_that_is_not_his() {
    let address = free_address();
    let Some(provider) = Provider::start("a-professional", &address) else {
        return;
    };
    let home = Home::demo();
    std::fs::write(home.dir.join("hygie.toml"), provider.settings(&home)).unwrap();
    let serving = home.serve_by(serving(&home, &address), &address);
    let (browser, site) = (Browser::start(), site(&address));
    // A callback that was begun nowhere, or elsewhere.
    browser.open(&format!(
        "{site}/signin/oidc/professionals/callback?code=x&state=y"
    ));
    browser.wait("document.body.innerText.includes('not begun in this browser')");
    browser.open(&format!("{site}/signin?lang=fr&next=/account"));
    title(&browser, "Me connecter");
    at_the_provider(&browser, ("professionals", "dominique"), "yes");
    title(&browser, "À quel titre agissez-vous ?");
    let text = browser.text();
    assert!(
        text.contains("Médecin, CABINET DU DR MARTIN")
            && text.contains("Médecin, HOPITAL DES TESTS"),
        "{text}"
    );
    // What has no sector may be an insurer's: nobody acts in it.
    assert!(!text.contains("Pharmacien"), "{text}");
    browser.check("fr-practices");
    browser.look("document.querySelectorAll('[name=role]')[1].click()");
    browser.push("main form button");
    title(&browser, "Mon compte");
    let text = browser.text();
    assert!(
        text.contains("Vous êtes connecté par Pro Santé Connect"),
        "{text}"
    );
    assert!(
        text.contains("Dominique Martin, structure 750100042"),
        "{text}"
    );
    browser.check("fr-account-provider");
    browser.open(&format!("{site}/"));
    title(&browser, "Espace santé");
    assert!(
        browser
            .text()
            .contains("Chaque ouverture d’un dossier est montrée")
    );
    browser.push("nav form button");
    title(&browser, "Vous êtes déconnecté ici");
    // The provider is down: it is said, and the other ways stay.
    drop(provider);
    serving.kill_and_wait(&["hygie-care"]);
    served(&address);
    browser.open(&format!("{site}/signin?lang=fr"));
    title(&browser, "Me connecter");
    browser.push("a[href^='/signin/oidc/professionals']");
    browser.wait("document.body.innerText.includes('Pro Santé Connect ne répond pas')");
    browser.check("fr-provider-down");
    serving.stop();
}

#[test]
fn a_slip_in_the_settings_of_a_provider_is_told_by_silence() {
    let home = Home::demo();
    let secret = home.file("secret", SECRET);
    let good = format!(
        "[[sign_in.provider]]\nname = \"one\"\nissuer = \"https://issuer.example\"\nclient_id = \"us\"\n\
         client_secret_file = \"{secret}\"\nacr = [\"gold\"]\n"
    );
    let told = |text: &str| {
        std::fs::write(home.dir.join("hygie.toml"), text).unwrap();
        let finished = home.run(&["serve", "--listen", "127.0.0.1:0"]);
        assert_ne!(finished.code, 0, "{finished:?}");
        finished.stderr
    };
    let said = told(&format!("log = \"info\"\n\n{good}colour = 1\n"));
    assert!(
        said.contains("line 9") && said.contains("unknown setting `colour`"),
        "{said}"
    );
    let said = told(&format!(
        "{good}\n[[sign_in.provider]]\n{}",
        &good[good.find("name").unwrap()..].replace("https", "http")
    ));
    assert!(
        said.contains("line 8") && said.contains("`issuer` must begin with `https://`"),
        "{said}"
    );
}
