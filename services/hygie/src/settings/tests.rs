//! Failures covered: a file that wins over what was said on the command line; a mistyped setting that is passed
//! over; an error that does not say where; a template that is not what the code does; two homes on one machine
//! that want one health port; an origin that lets everybody in.
//! Not failures: a home without the file.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::Path;

use clap::{CommandFactory, Parser};

use super::read::TEMPLATE;
use super::{Budgets, File, Letters, NationalNumbers, Settings, write_template};
use crate::arguments::{Arguments, Command, Serve};
use crate::{Error, Home};

fn file(text: &str) -> File {
    File::read(text, Path::new("hygie.toml")).unwrap()
}

fn refused(text: &str) -> (usize, String) {
    match File::read(text, Path::new("hygie.toml")) {
        Err(Error::Settings { line, why, .. }) => (line, why),
        other => panic!("`{text}` is refused: {other:?}"),
    }
}

fn given(words: &str) -> Serve {
    let line = format!("hygie serve {words}");
    match Arguments::try_parse_from(line.split_whitespace())
        .unwrap()
        .command
    {
        Command::Serve(given) => *given,
        _ => panic!("`{line}` serves"),
    }
}

const ALL: &str = r#"
listen = "127.0.0.1:1"
base_url = "https://file.example/fhir"
health_listen = "127.0.0.1:2"
cors_origins = ["https://file.example"]
checkpoint = "/file"
log = "warn"
restart_pause = 50
session_idle = 60
"#;

#[test]
fn the_file_wins_over_defaults_and_what_was_said_wins_over_the_file() {
    let from_file = Settings::settle(Serve::default(), file(ALL));
    assert_eq!(from_file.listen, "127.0.0.1:1".parse().unwrap());
    assert_eq!(
        from_file.base_url.unwrap().to_string(),
        "https://file.example/fhir"
    );
    assert_eq!(from_file.health, Some("127.0.0.1:2".parse().unwrap()));
    assert_eq!(
        from_file.cors_origins[0].to_string(),
        "https://file.example"
    );
    assert_eq!(from_file.log.word(), "warn");
    assert_eq!(from_file.checkpoint, Some("/file".into()));
    assert_eq!(from_file.restart_pause.duration().as_millis(), 50);

    let seconds = |settings: &Settings| settings.session_idle.map(|idle| idle.seconds());
    assert_eq!(
        seconds(&Settings::settle(Serve::default(), file(ALL))),
        Some(60)
    );
    let numbers = |words| Settings::settle(given(words), file("national_numbers = \"any\""));
    assert_eq!(numbers("").national_numbers, Some(NationalNumbers::Any));
    let real = numbers("--national-numbers real").national_numbers;
    assert_eq!(real, Some(NationalNumbers::Real));
    let both = Settings::settle(given("--session-idle 7"), file(ALL));
    assert_eq!(seconds(&both), Some(7));

    let words = "--listen [::1]:3 --base-url http://said.example --health-listen off \
                 --cors-origins https://a.example,https://b.example:1 --log debug --restart-pause 7 \
                 --checkpoint said";
    let said = Settings::settle(given(words), file(ALL));
    assert_eq!(said.listen, "[::1]:3".parse().unwrap());
    assert_eq!(said.base_url.unwrap().to_string(), "http://said.example");
    assert_eq!(said.health, None);
    let origins: Vec<_> = said.cors_origins.iter().map(ToString::to_string).collect();
    assert_eq!(origins, ["https://a.example", "https://b.example:1"]);
    assert_eq!(said.log.word(), "debug");
    assert_eq!(said.checkpoint, Some("said".into()));
    assert_eq!(said.restart_pause.duration().as_millis(), 7);

    let both = Settings::settle(
        given("--budgets-care 10 --budgets-import off"),
        file("[budgets]\ncare = 20\nexport = \"off\""),
    );
    assert_eq!(
        both.budgets.words(),
        [
            "--budgets-care=10",
            "--budgets-import=off",
            "--budgets-export=off"
        ]
    );
    // What is said of one setting leaves the others to the file.
    let one = Settings::settle(given("--log error"), file(ALL));
    assert_eq!(
        (one.listen, one.log.word()),
        ("127.0.0.1:1".parse().unwrap(), "error")
    );
}

#[test]
fn an_unknown_setting_is_refused_with_its_name_and_line() {
    let (line, why) = refused("# words\nlog = \"info\"\n\nlisten_on = \"127.0.0.1:1\"\n");
    assert_eq!(line, 4);
    assert!(why.contains("unknown setting `listen_on`"), "{why}");
    assert!(
        why.contains("`health_listen`"),
        "it says what there is: {why}"
    );
    let (line, why) = refused("log = \"info\"\n[care]\nlisten = \"127.0.0.1:1\"\n");
    assert_eq!(line, 2);
    assert!(why.contains("`care`"), "{why}");
}

#[test]
fn a_bad_value_is_refused_with_the_line_where_it_begins() {
    for (text, line) in [
        ("listen = \"localhost\"", 1),
        ("listen = 8480", 1),
        ("\nhealth_listen = \"on\"", 2),
        ("\n\nbase_url = \"records.example\"", 3),
        ("base_url = \"https://records.example/fhir/\"", 1),
        ("cors_origins = [\"*\"]", 1),
        (
            "cors_origins = [\n \"https://a.example\",\n \"https://*.example\"]",
            1,
        ),
        ("cors_origins = [\"https://a.example/\"]", 1),
        ("cors_origins = \"https://a.example\"", 1),
        ("log = \"loud\"", 1),
        ("session_idle = 0", 1),
        ("session_idle = 3601", 1),
        ("session_idle = \"long\"", 1),
        ("national_numbers = \"all\"", 1),
        ("national_numbers = true", 1),
        ("restart_pause = 0", 1),
        ("restart_pause = \"soon\"", 1),
        ("[letters]\nminutes = 0", 2),
        ("[letters]\nserver = \"smtps://a\"", 2),
        ("[budgets]\ncare = -1", 2),
        ("[budgets]\ncare = 100000001", 2),
        ("[budgets]\ncare = \"many\"", 2),
        ("[budgets]\n\nreading = 1", 3),
        ("[limits]\nrequests = 0", 2),
        ("[limits]\nrequests = \"many\"", 2),
        ("[limits]\n\nrequest = 1", 3),
        ("log = \"info\"\nlog = \"warn\"", 2),
        ("log = \"info\nlisten = 1", 1),
    ] {
        let (found, why) = refused(text);
        assert_eq!(found, line, "{text}: {why}");
        assert!(!why.is_empty() && !why.contains('\n'), "{why}");
    }
}

fn keepers_budgets() -> Budgets {
    let of = hygie_keeper::Budgets::default();
    Budgets {
        care: Some(of.care),
        deposit: Some(of.deposit),
        software: Some(of.software),
        app: Some(of.app),
        import: Some(of.import),
        export: Some(of.export),
        crossing: Some(of.crossing),
        support: Some(of.support),
        others: Some(of.others),
    }
}

#[test]
fn the_template_is_the_defaults_and_names_every_setting_with_its_variable() {
    let defaults = Settings::settle(Serve::default(), File::default());
    let silent = Settings::settle(Serve::default(), file(TEMPLATE));
    assert_eq!(silent, defaults);
    let is_setting = |line: &str| {
        line.strip_prefix('#')
            .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(' '))
    };
    let settings_of = |text: &str| -> String {
        let lines = text.lines().filter(|line| is_setting(line));
        lines.map(|line| format!("{}\n", &line[1..])).collect()
    };
    let (before, limits) = TEMPLATE.split_once("\n[limits]\n").unwrap();
    let (before, budgets) = before.split_once("\n[budgets]\n").unwrap();
    let (before, letters) = before.split_once("\n[letters]\n").unwrap();
    let letters = settings_of(letters);
    let post = Settings::settle(Serve::default(), file(&format!("[letters]\n{letters}")));
    // Their defaults are care's.
    assert_eq!(post.letters.variables().len(), Letters::VARIABLES.len());
    let (spoken, budgets) = (settings_of(before), settings_of(budgets));
    let limits = settings_of(limits);
    let load = Settings::settle(Serve::default(), file(&format!("[limits]\n{limits}")));
    // Their defaults are the keeper's own.
    let persons = Settings::settle(Serve::default(), file(&format!("[budgets]\n{budgets}")));
    assert_eq!(persons.budgets, keepers_budgets());
    assert_eq!(persons.budgets.words().len(), Budgets::VARIABLES.len());
    // Their defaults are care's; a journey holds these lines against them.
    assert_eq!(load.limits.words().len(), limits.lines().count());
    let mut said = Settings::settle(Serve::default(), file(&spoken));
    assert_eq!(
        said.base_url.take().unwrap().to_string(),
        format!("http://{}/fhir", defaults.listen)
    );
    assert!(said.checkpoint.take().is_some() && said.matrix.take().is_some());
    assert!(said.session_idle.take().is_some());
    // Without a word it depends on the home; this is the word of one that is no demonstration.
    assert_eq!(said.national_numbers.take(), Some(NationalNumbers::Real));
    assert_eq!(said, defaults);

    let command = Arguments::command();
    let mut settings = 0;
    let commands = ["serve", "backup", "erase"].map(|name| command.find_subcommand(name).unwrap());
    for argument in commands
        .into_iter()
        .flat_map(clap::Command::get_arguments)
        .filter(|known| known.get_env().is_some())
    {
        let name = argument.get_id().as_str();
        let variable = argument.get_env().unwrap().to_str().unwrap();
        assert_eq!(variable, format!("HYGIE_{}", name.to_uppercase()));
        let name = name.strip_prefix("limits_").unwrap_or(name);
        let name = name.strip_prefix("budgets_").unwrap_or(name);
        let name = name.strip_prefix("letters_").unwrap_or(name);
        let told = format!("# Environment: {variable}\n#{name} = ");
        assert!(TEMPLATE.contains(&told), "{name} is explained");
        settings += 1;
    }
    let told = [&spoken, &letters, &budgets, &limits].map(|part| part.lines().count());
    assert_eq!(settings, told.iter().sum::<usize>());
}

#[test]
fn a_second_home_on_one_machine_does_not_want_the_health_port_of_the_first() {
    let settled = |words: &str, text: &str| Settings::settle(given(words), file(text)).health;
    let default = Some("127.0.0.1:8481".parse().unwrap());
    assert_eq!(settled("", ""), default);
    assert_eq!(settled("--listen 127.0.0.1:8480", ""), default);
    assert_eq!(settled("--listen 127.0.0.1:0", ""), None);
    assert_eq!(settled("", "listen = \"127.0.0.1:9480\""), None);
    let own = Some("127.0.0.1:9481".parse().unwrap());
    assert_eq!(
        settled("--listen 127.0.0.1:9480 --health-listen 127.0.0.1:9481", ""),
        own
    );
    assert_eq!(settled("", "health_listen = \"off\""), None);
}

#[test]
fn settings_that_were_laid_ready_are_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::new(dir.path().to_owned());
    assert_eq!(
        Settings::of(&home, Serve::default()).unwrap(),
        Settings::settle(Serve::default(), File::default())
    );
    write_template(&home).unwrap();
    assert_eq!(std::fs::read_to_string(home.settings()).unwrap(), TEMPLATE);
    std::fs::write(home.settings(), "log = \"warn\"\n").unwrap();
    write_template(&home).unwrap();
    let settings = Settings::of(&home, Serve::default()).unwrap();
    assert_eq!(settings.log.word(), "warn");
}
