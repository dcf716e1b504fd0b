//! INVARIANT (place-bound): what somebody moved in the tables, doubled or took away is never read as what was written.
//!
//! Failures covered: entries, keys, heads, events and tags that changed places in the tables, were doubled or taken
//! away, by somebody who can write SQL: read as something that was never written.
//!
//! Not a failure: what nobody reads any more, since the keeper counts it no longer or not yet.

use std::path::Path;

use rusqlite::Connection;

use crate::house::House;
use crate::tamper::{Ending, Files, Homes, Tally, Truth, homes, runtime, scratch};

const STORE: &str = "store/vault.db";
const KEYS: &str = "keeper/keys.db";

/// A statement for each two rows of a table.
fn each_two(home: &Path, table: &str, key: &str, make: impl Fn(i64, i64) -> String) -> Vec<String> {
    let db = Connection::open(home).unwrap();
    let query = format!("SELECT {key} FROM {table} ORDER BY 1");
    let rows: Vec<i64> = db
        .prepare(&query)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let twos = rows
        .iter()
        .flat_map(|one| rows.iter().map(move |other| (*one, *other)));
    // Of a long table every third pair: the others differ in nothing but their numbers.
    let step = if rows.len() > 20 { 3 } else { 1 };
    twos.filter(|(one, other)| one < other)
        .step_by(step)
        .map(|(one, other)| make(one, other))
        .collect()
}

/// Exchanges columns of two rows, past any uniqueness.
fn exchange(table: &str, key: &str, columns: &[&str], one: i64, other: i64) -> String {
    let names = columns.join(", ");
    let free: String = columns
        .iter()
        .filter(|column| **column == "sequence" || **column == "number")
        .map(|column| {
            format!("UPDATE {table} SET {column} = -1 - {column} WHERE {key} IN ({one}, {other});")
        })
        .collect();
    format!(
        "CREATE TEMP TABLE kept AS SELECT {key} AS place, {names} FROM {table} WHERE {key} IN ({one}, {other});
         {free}
         UPDATE {table} SET ({names}) = (SELECT {names} FROM temp.kept WHERE place = {other}) WHERE {key} = {one};
         UPDATE {table} SET ({names}) = (SELECT {names} FROM temp.kept WHERE place = {one}) WHERE {key} = {other};"
    )
}

/// What is done, in words, and the statements that do it, each by itself.
type Changes = Vec<(&'static str, Vec<String>)>;

/// Exchanges of columns, for each two entries or events.
fn exchanges(
    table: &'static str,
    key: &'static str,
    columns: &'static [&'static str],
) -> impl Fn(i64, i64) -> String {
    move |one, other| exchange(table, key, columns, one, other)
}

fn of_store(store: &Path) -> Changes {
    let each = |columns| {
        let exchange = exchanges("entry", "position", columns);
        each_two(store, "entry", "position", exchange)
    };
    let doubled = each_two(store, "entry", "position", |one, other| {
        format!(
            "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE position = {one})
             WHERE position = {other}"
        )
    });
    let gone = each_two(store, "entry", "position", |one, other| {
        format!("DELETE FROM entry WHERE position BETWEEN {one} AND {other}")
    });
    vec![
        ("bytes of two entries", each(&["bytes"])),
        (
            "places of two entries",
            each(&["subject", "stream", "sequence"]),
        ),
        ("an entry doubled over another", doubled),
        ("entries gone", gone),
        (
            "subjects and streams exchanged",
            vec![exchange_subjects("entry"), exchange_streams("entry")],
        ),
    ]
}

fn of_keys(keys: &Path) -> Changes {
    let each = |columns| {
        let exchange = exchanges("events", "idx", columns);
        each_two(keys, "events", "idx", exchange)
    };
    let gone = each_two(keys, "events", "idx", |one, other| {
        format!("DELETE FROM events WHERE idx BETWEEN {one} AND {other}")
    });
    let tags = [
        "CREATE TEMP TABLE kept AS SELECT min(bound) AS one, max(bound) AS other FROM tags;
         UPDATE tags SET bound = CASE bound WHEN (SELECT one FROM temp.kept)
           THEN (SELECT other FROM temp.kept) ELSE (SELECT one FROM temp.kept) END
         WHERE bound IN (SELECT one FROM temp.kept UNION SELECT other FROM temp.kept);",
        "UPDATE tags SET bound = substr(bound, 1, 17);",
    ];
    vec![
        ("sealed events", each(&["sealed"])),
        (
            "events but for their index",
            each(&["subject", "number", "previous", "leaf", "sealed"]),
        ),
        (
            "events but for index and leaf",
            each(&["subject", "number", "previous", "sealed"]),
        ),
        ("events gone", gone),
        (
            "keys and heads exchanged",
            vec![
                exchange_subjects("keys"),
                exchange_streams("keys"),
                exchange_subjects("streams"),
            ],
        ),
        ("look-ups by number", tags.map(str::to_owned).to_vec()),
    ]
}

/// The two persons of a table change their names.
fn exchange_subjects(table: &str) -> String {
    let one = format!("(SELECT min(subject) FROM {table} WHERE hex(subject) LIKE '01%')");
    let other = format!("(SELECT max(subject) FROM {table} WHERE hex(subject) LIKE '01%')");
    format!(
        "PRAGMA foreign_keys = OFF;
         CREATE TEMP TABLE names AS SELECT {one} AS one, {other} AS other;
         UPDATE {table} SET subject = x'ff' WHERE subject = (SELECT one FROM temp.names);
         UPDATE {table} SET subject = (SELECT one FROM temp.names) WHERE subject = (SELECT other FROM temp.names);
         UPDATE {table} SET subject = (SELECT other FROM temp.names) WHERE subject = x'ff';"
    )
}

/// `rights` and `content` change places, for everybody.
fn exchange_streams(table: &str) -> String {
    format!(
        "PRAGMA foreign_keys = OFF;
         UPDATE {table} SET stream = stream + 10 WHERE stream IN (1, 2);
         UPDATE {table} SET stream = 13 - stream WHERE stream > 10;"
    )
}

#[test]
fn a_row_in_anothers_place_is_read_as_something_that_was_never_written() {
    let Homes { rested, .. } = homes(2, 2);
    let (files, truth) = rested;
    let (runtime, scratch) = (runtime(), scratch());
    let home = scratch.path().join("home");
    files.lay(&home);
    let tally = Tally::default();
    let changes = [
        (STORE, of_store(&home.join(STORE))),
        (KEYS, of_keys(&home.join(KEYS))),
    ];
    let each = changes.into_iter().flat_map(|(path, changes)| {
        let each = changes.into_iter();
        each.flat_map(move |(what, all)| all.into_iter().map(move |one| (path, what, one)))
    });
    for (path, what, statement) in each {
        files.lay(&home);
        let db = Connection::open(home.join(path)).unwrap();
        db.execute_batch(&statement)
            .unwrap_or_else(|why| panic!("{statement}: {why}"));
        db.close().unwrap();
        match runtime.block_on(truth.look(&home, None)) {
            Ok((Ending::Older, _)) => panic!("{path}, {what}: a trail ends too early"),
            Ok((ending, _)) => tally.add(&format!("{path}: {what}"), ending),
            Err(why) => panic!("{path}, {what}: {why}\n{statement}"),
        }
    }
    tally.print();
}

/// A day in the life of a home: its files in the evening before, its files now, and what is true now.
struct Days {
    yesterday: Files,
    today: Files,
    truth: Truth,
}

/// `notes` more are written for the first person today; the second is only read.
fn days(notes: usize) -> Days {
    let scratch = scratch();
    let home = scratch.path().join("home");
    let Homes { rested, .. } = homes(2, 2);
    let (yesterday, _) = rested;
    yesterday.lay(&home);
    let truth = runtime().block_on(async {
        let house = House::open(&home).await.unwrap();
        let person = house.record.persons().await.unwrap()[0];
        for note in 0..notes {
            house
                .observe(person, &format!("today {note}"))
                .await
                .unwrap();
        }
        let truth = Truth::of(&house).await;
        house.close().await.unwrap();
        truth
    });
    Days {
        yesterday,
        today: Files::of(&home),
        truth,
    }
}

/// The parts of a home that may be of another day.
const PARTS: [(&str, &[&str]); 3] = [
    ("store", &["store/"]),
    ("keys", &["keeper/keys.db"]),
    ("ledger", &["keeper/ledger/"]),
];

/// Today's files, but for the `old` parts, which are yesterday's.
fn mixed(days: &Days, old: &[&[&str]]) -> Files {
    let is_old = |path: &Path| {
        let path = path.to_string_lossy();
        old.iter()
            .any(|begins| begins.iter().any(|begin| path.starts_with(begin)))
    };
    let today = days.today.0.iter().filter(|(path, _)| !is_old(path));
    let yesterday = days.yesterday.0.iter().filter(|(path, _)| is_old(path));
    Files(
        today
            .chain(yesterday)
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect(),
    )
}

/// How a home with some of yesterday's parts is met.
fn meet(days: &Days, chosen: usize, checkpoint: Option<&str>) -> (Vec<&'static str>, Ending) {
    let scratch = scratch();
    let home = scratch.path().join("home");
    let parts = PARTS.iter().enumerate();
    let (names, old): (Vec<&str>, Vec<_>) = parts
        .filter(|(part, _)| chosen >> part & 1 == 1)
        .map(|(_, (name, begins))| (*name, *begins))
        .unzip();
    mixed(days, &old).lay(&home);
    let look = runtime().block_on(days.truth.look(&home, checkpoint));
    let (ending, why) = look.unwrap();
    println!("yesterday's {names:?}: {ending:?} {why}");
    (names, ending)
}

const ALL: usize = 7;

#[test]
fn some_of_yesterdays_files_pass_for_todays() {
    let days = days(3);
    for chosen in 1..ALL {
        let (names, ending) = meet(&days, chosen, None);
        if names == ["ledger"] {
            // The ledger is made again from the events, which are today's.
            assert_eq!(ending, Ending::Harmless);
        } else {
            assert!(
                matches!(ending, Ending::Closed | Ending::Refused),
                "{names:?}"
            );
        }
    }
}

/// Nothing in the entries tells of a reading; that care saw the ledger go further does.
#[test]
fn yesterdays_keeper_passes_where_records_were_only_read_since() {
    for notes in [0, 1] {
        let days = days(notes);
        for chosen in 1..ALL {
            let (names, ending) = meet(&days, chosen, None);
            match names[..] {
                ["ledger"] => assert_eq!(ending, Ending::Harmless),
                // The store has nothing of today, and nobody can tell its files apart.
                ["store"] | ["store", "ledger"] if notes == 0 => {
                    assert_eq!(ending, Ending::Harmless);
                }
                ["store"] | ["store", "ledger"] => assert_eq!(ending, Ending::Refused),
                _ => assert_eq!(ending, Ending::Closed, "{names:?}"),
            }
        }
    }
}

#[test]
fn all_of_yesterdays_files_pass_where_todays_checkpoint_is_known() {
    let days = days(3);
    // By themselves they are a good home: nothing in it can know that there was a later day.
    let short = runtime().block_on(async {
        let scratch = scratch();
        let home = scratch.path().join("home");
        days.yesterday.lay(&home);
        let house = House::open(&home).await.unwrap();
        let persons = house.record.persons().await.unwrap();
        let found = house.search(persons[0], "Observation", "yesterday").await;
        house.close().await.unwrap();
        found.unwrap().len()
    });
    assert_eq!(short, 3);
    let checkpoint = days.today.0.get(Path::new("keeper/ledger/checkpoint"));
    let checkpoint = String::from_utf8(checkpoint.unwrap().clone()).unwrap();
    for chosen in 1..=ALL {
        // What was read last lies behind yesterday's end in every part but the store.
        let (names, ending) = meet(&days, chosen, Some(&checkpoint));
        match names[..] {
            ["ledger"] => assert_eq!(ending, Ending::Harmless),
            ["store"] | ["store", "ledger"] => assert_eq!(ending, Ending::Refused),
            _ => assert_eq!(ending, Ending::Closed, "{names:?}"),
        }
    }
    let (_, ending) = meet(&days, 0, Some(&checkpoint));
    assert_eq!(
        ending,
        Ending::Harmless,
        "today's files go on from today's checkpoint"
    );
}
