//! What an operator writes wrong is told at start, with the setting's name and what to write.

use hygie_web::oidc::{Provider, Settings};

const GOOD: &str = "name = \"test\"\nissuer = \"https://example.org/realm\"\nclient_id = \"us\"\nacr = [\"gold\"]\n";

fn told(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "secret").unwrap();
    std::fs::write(folder.path().join("empty"), " \n").unwrap();
    let text = text.replace(
        "SECRET",
        &format!("client_secret_file = \"{}\"", secret.display()),
    );
    let text = text.replace("FOLDER", &folder.path().display().to_string());
    let settings: Settings = match toml::from_str(&text) {
        Ok(settings) => settings,
        Err(error) => return error.message().to_owned(),
    };
    match Provider::new(&settings, "https://us.example/callback") {
        Ok(_) => "taken".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn with(more: &str) -> String {
    told(&format!("{GOOD}SECRET\n{more}"))
}

/// What is said when a line of the good settings is another.
fn instead(name: &str, line: &str) -> String {
    let kept = GOOD.lines().filter(|known| !known.starts_with(name));
    told(&format!(
        "{}\nSECRET\n{line}",
        kept.collect::<Vec<_>>().join("\n")
    ))
}

#[test]
fn an_address_or_a_level_that_is_not_safe_is_found_when_somebody_signs_in() {
    assert_eq!(with(""), "taken");
    let issuers = [
        (
            "http://example.org",
            "must begin with `https://` (`http://` only for a loopback address)",
        ),
        (
            "example.org",
            "must begin with `https://` (`http://` only for a loopback address)",
        ),
        (
            "/realm",
            "must be an absolute address, such as `https://example.org/realm`",
        ),
        (
            "https://user@example.org",
            "must be an address without user, fragment and letters beyond ASCII",
        ),
        (
            "https://example.org?x=1",
            "must be an address without a query",
        ),
    ];
    for (issuer, why) in issuers {
        let told = instead("issuer", &format!("issuer = \"{issuer}\""));
        assert_eq!(told, format!("provider `test`: `issuer` {why}"));
    }
    let levels = [
        (
            "",
            "is missing: name the words of this provider that are sure enough for a health space, or set `two_factors = true`",
        ),
        (
            "preset = \"franceconnect\"\nacr = [\"eidas1\", \"eidas2\"]",
            "has `eidas1`, whose level is `low`: not enough for a health space (PGSSI-S, EXI 01)",
        ),
        (
            "preset = \"franceconnect\"\nacr = [\"eidas9\"]",
            "has `eidas9`, which this provider does not send",
        ),
        ("acr = [\"a b\"]", "has `a b`, which is no word"),
    ];
    for (line, why) in levels {
        assert_eq!(
            instead("acr", line),
            format!("provider `test`: `acr` {why}")
        );
    }
}

#[test]
fn a_wrong_setting_is_found_when_somebody_signs_in() {
    let cases = [
        (
            instead("name", "name = \"A B\""),
            "provider `A B`: `name` must be 1 to 32 lower-case letters, digits and `-`",
        ),
        (
            with("scopes = [\"email\"]"),
            "provider `test`: `scopes` must have `openid` among them",
        ),
        (
            told(GOOD),
            "provider `test`: `client_secret_file` is missing, and so is `signing_key_file`: one of the two shows who this \
             client is",
        ),
        (
            with("discovery = \"http://127.0.0.1/here\""),
            "provider `test`: `discovery` must begin with `https://` as the issuer does",
        ),
        (
            with("[claims]\nnumber = \"x\""),
            "provider `test`: `claims` has `number`, which is no field of a citizen",
        ),
        (
            with("who = \"professional\""),
            "provider `test`: `claims` has no `number`, by which a professional is known",
        ),
        (
            with("[claims]\nemail = \"/emails/*\""),
            "provider `test`: `claims` has a `*` in `email`: only fields of a practice are many",
        ),
    ];
    for (told, expected) in cases {
        assert_eq!(told, expected);
    }
}

#[test]
fn a_file_or_a_claim_that_can_not_be_read_is_found_when_somebody_signs_in() {
    let key = "client_auth = \"private_key_jwt\"\nsigning_key_file = \"FOLDER/secret\"";
    let files = [
        (
            "client_secret_file = \"FOLDER/none\"",
            "`client_secret_file` can't be read",
        ),
        (
            "client_secret_file = \"FOLDER/empty\"",
            "`client_secret_file` is empty",
        ),
        (
            "SECRET\nencryption_key_file = \"FOLDER/empty\"",
            "`encryption_key_file` is no PKCS#8 key as PEM",
        ),
        (
            "SECRET\nauthorities = \"FOLDER/empty\"",
            "`authorities` can't be read",
        ),
        (
            "SECRET\nauthorities = \"FOLDER/none\"",
            "`authorities` can't be read",
        ),
        (key, "`signing_key_file` is no PKCS#8 key"),
    ];
    for (line, expected) in files {
        let told = told(&format!("{GOOD}{line}"));
        assert!(
            told.starts_with(&format!("provider `test`: {expected}")),
            "{told}"
        );
    }
    // What TOML itself finds has the line from whoever reads the file.
    let claims = |line: &str| with(&format!("[claims]\n{line}"));
    assert!(with("colour = 1").starts_with("unknown field `colour`"));
    assert!(claims("shoe_size = \"x\"").starts_with("unknown variant `shoe_size`"));
    assert!(claims("email = { form = \"x\" }").starts_with("unknown field `form`"));
    assert!(claims("email = { from = [] }").contains("the list of claims is empty"));
    assert!(claims("email = \"/a//b\"").contains("the claim `/a//b` has an empty step"));
    assert!(
        claims("email = 3")
            .contains("a claim's name, a list of them, or a table with `from` or `fixed`")
    );
}

#[test]
fn presets_are_read_as_they_are() {
    for (preset, who) in [
        ("franceconnect", "citizen"),
        ("pro-sante-connect", "professional"),
    ] {
        let text = GOOD.replace(
            "acr = [\"gold\"]",
            &format!("preset = \"{preset}\"\nwho = \"{who}\"\nSECRET"),
        );
        assert_eq!(told(&text), "taken", "{preset}");
    }
    // A professional of any provider, known by a claim of its own.
    let text = format!(
        "{GOOD}SECRET\nwho = \"professional\"\n[claims]\nnumber = {{ from = \"rpps\", is = \"rpps\" }}"
    );
    assert_eq!(told(&text), "taken");
}

#[test]
fn a_file_with_other_settings_hides_its_providers_or_their_faults() {
    let read = |text: &str| Settings::read(text).map(|all| all.len());
    assert_eq!(
        read("listen = \"127.0.0.1:1\"\n[limits]\nrequests = 1\n"),
        Ok(0)
    );
    let one = format!("log = \"info\"\n\n[[sign_in.provider]]\n{GOOD}");
    assert_eq!(read(&one), Ok(1));
    assert_eq!(
        read(&format!(
            "{one}\n[[sign_in.provider]]\n{GOOD}[sign_in.provider.claims]\nemail = \"mail\"\n"
        )),
        Ok(2)
    );
    let told = read(&format!("{one}colour = 1\n")).unwrap_err();
    assert!(
        told.starts_with("line 8: unknown setting `colour`"),
        "{told}"
    );
    let told = read("[sign_in]\nproviders = 1\n").unwrap_err();
    assert!(
        told.starts_with("line 2: unknown setting `providers`"),
        "{told}"
    );
}
