//! `hygie campaign`: letters to the insured wave by wave, what comes back, and how it goes.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::arguments::CampaignCommand;
use crate::output::{Exit, Output};
use crate::{Error, Home, reach};

/// What a slip's row holds; the last may be left out.
const COLUMNS_OF_SLIPS: [&str; 4] = ["ins", "birth_date", "reference", "scope"];
/// Slips sent at once.
const SLIPS: usize = 200;

/// Does what was asked.
///
/// # Errors
/// Those of reaching care, and its refusals.
pub async fn run(home: &Home, wish: CampaignCommand, output: &Output) -> Result<Exit, Error> {
    home.check()?;
    match wish {
        CampaignCommand::Announce {
            wave,
            departments,
            by,
        } => {
            let wish = json!({ "number": wave, "departments": departments, "by": by });
            let value = post(home, "/campaign/announce", &wish).await?;
            let text = match by.as_str() {
                "email" => format!(
                    "{} e-mails are on their way, {} persons have no address that takes one",
                    value["letters"], value["unreachable"]
                ),
                _ => format!(
                    "{} letters of {} pages left, {} persons have no address that a letter bears",
                    value["letters"], value["pages"], value["unreachable"]
                ),
            };
            output.show(&text, &value);
            Ok(Exit::Done)
        }
        CampaignCommand::Returned { file } => {
            let text = std::fs::read_to_string(&file)
                .map_err(|source| Error::file("read", &file, source))?;
            let references: Vec<&str> = text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .collect();
            let value = post(home, "/campaign/returned", &json!(references)).await?;
            returned(&value, output)
        }
        CampaignCommand::Slips { file, receipts } => slips(home, &file, &receipts, output).await,
        CampaignCommand::Make => {
            let value = post(home, "/campaign/make", &Value::Null).await?;
            let text = format!(
                "{} spaces made, of which {} were there; {} persons said no elsewhere",
                value["created"], value["there"], value["barred"]
            );
            output.show(&text, &value);
            Ok(Exit::Done)
        }
        CampaignCommand::Agents => {
            let answer =
                reach::with(home, async |client| client.get("/campaign/agents").await).await?;
            let value = parsed(&answer)?;
            output.show(&agents(&value), &value);
            Ok(Exit::Done)
        }
        CampaignCommand::Status => {
            let answer = reach::with(home, async |client| client.get("/campaign").await).await?;
            let value = parsed(&answer)?;
            output.show(&table(&value), &value);
            Ok(Exit::Done)
        }
    }
}

/// Takes slips, part by part; what came of each is written down before the next part goes.
async fn slips(home: &Home, file: &Path, receipts: &Path, output: &Output) -> Result<Exit, Error> {
    let wrong = |row: u64, why: &str| Error::Register {
        path: file.to_owned(),
        row,
        why: why.to_owned(),
    };
    let mut reader = csv::Reader::from_path(file).map_err(|_| wrong(0, "it can't be read"))?;
    let head = reader
        .headers()
        .map_err(|_| wrong(0, "it has no first line"))?;
    let columns: Vec<&str> = head.iter().collect();
    if columns != COLUMNS_OF_SLIPS[..3] && columns != COLUMNS_OF_SLIPS {
        return Err(wrong(
            0,
            "its columns are not ins,birth_date,reference, and scope where slips have one",
        ));
    }
    let mut slips = Vec::new();
    for (row, record) in (1..).zip(reader.records()) {
        let record =
            record.map_err(|_| wrong(row, "it does not have a cell a column, in UTF-8"))?;
        let cell = |place| record.get(place).unwrap_or_default();
        slips.push(json!({
            "ins": cell(0), "birth_date": cell(1), "reference": cell(2), "scope": cell(3),
        }));
    }
    let failed = |source| Error::file("write", receipts, source);
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(receipts);
    let mut written = made.map_err(failed)?;
    writeln!(written, "reference,outcome,number,at").map_err(failed)?;
    let (mut opposed, mut others) = (0, 0);
    for part in slips.chunks(SLIPS) {
        let value = post(home, "/opposition/slips", &json!(part)).await?;
        let answers = value["slips"].as_array().cloned().unwrap_or_default();
        for (slip, answer) in part.iter().zip(&answers) {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let outcome = text(&answer["outcome"]);
            *(if outcome == "opposed" {
                &mut opposed
            } else {
                &mut others
            }) += 1;
            let cells = [
                text(&slip["reference"]),
                outcome,
                text(&answer["number"]),
                text(&answer["at"]),
            ];
            writeln!(written, "{}", cells.join(",")).map_err(failed)?;
        }
        written.sync_all().map_err(failed)?;
    }
    let text = format!(
        "{opposed} oppose, {others} slips need a second look; see {}",
        receipts.display()
    );
    output.show(
        &text,
        &json!({ "opposed": opposed, "others": others, "receipts": receipts }),
    );
    Ok(if others == 0 {
        Exit::Done
    } else {
        Exit::Refused
    })
}

fn returned(value: &Value, output: &Output) -> Result<Exit, Error> {
    let unknown = value["unknown"].as_array().map_or(0, Vec::len);
    let text = format!(
        "{} persons wait for another letter, {} letters came back too late, {unknown} references are of no letter",
        value["waiting"], value["late"]
    );
    output.show(&text, value);
    Ok(if unknown == 0 {
        Exit::Done
    } else {
        Exit::Refused
    })
}

/// The columns of the dashboard.
const COLUMNS: [&str; 12] = [
    "persons",
    "sent",
    "emails",
    "returned",
    "opposed",
    "activated",
    "created",
    "announced",
    "waiting",
    "ended",
    "median_hours",
    "p99_hours",
];

fn table(value: &Value) -> String {
    let mut text = format!("{:>10} {:>4}", "department", "wave");
    for column in COLUMNS {
        text.push_str(&format!(" {column:>12}"));
    }
    for count in value["counts"].as_array().into_iter().flatten() {
        let department = count["department"].as_str().unwrap_or_default();
        text.push_str(&format!("\n{department:>10} {:>4}", cell(&count["wave"])));
        for column in COLUMNS {
            text.push_str(&format!(" {:>12}", cell(&count[column])));
        }
    }
    text
}

/// The columns of the agents' table.
const OF_AGENTS: [&str; 7] = [
    "recorded",
    "sampled",
    "confirmed",
    "not_confirmed",
    "not_reached",
    "waiting",
    "looked_at",
];

fn agents(value: &Value) -> String {
    let mut text = format!("{:>16}", "agent");
    for column in OF_AGENTS {
        text.push_str(&format!(" {column:>13}"));
    }
    for agent in value["agents"].as_array().into_iter().flatten() {
        let name = agent["agent"].as_str().unwrap_or_default();
        text.push_str(&format!("\n{:>16}", crate::alarms::printable(name)));
        for column in OF_AGENTS {
            text.push_str(&format!(" {:>13}", cell(&agent[column])));
        }
    }
    text
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Number(number) if number.is_f64() => {
            format!("{:.1}", number.as_f64().unwrap_or_default())
        }
        other => other.to_string(),
    }
}

async fn post(home: &Home, address: &str, wish: &Value) -> Result<Value, Error> {
    let body = wish.to_string().into_bytes();
    let answer = reach::with(home, async |client| client.post(address, body.into()).await).await?;
    parsed(&answer)
}

fn parsed(answer: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(answer).map_err(|_| Error::Protocol {
        why: "the answer is not of this version".to_owned(),
    })
}
