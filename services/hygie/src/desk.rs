//! `hygie desk`: cases about people's rights over their data, as the operator sees them.

use std::path::Path;

use serde_json::{Value, json};

use crate::arguments::DeskCommand;
use crate::keys::write_private;
use crate::output::{Exit, Output};
use crate::{Error, Home, ending, export, reach};

/// Does what was asked.
///
/// # Errors
/// Those of reaching care, and its refusals; [`Error::File`], [`Error::ExportExists`].
pub async fn run(home: &Home, wish: DeskCommand, output: &Output) -> Result<Exit, Error> {
    home.check()?;
    match wish {
        DeskCommand::List { all } => {
            let value = post(home, "/desk", &json!({ "all": all })).await?;
            let cases = value["cases"].as_array().cloned().unwrap_or_default();
            let lines: Vec<String> = cases.iter().map(line).collect();
            let text = if lines.is_empty() {
                "no case waits for an answer".to_owned()
            } else {
                lines.join("\n")
            };
            output.show(&text, &value);
            Ok(Exit::Done)
        }
        DeskCommand::Show { number } => {
            let value = post(home, "/desk/show", &json!({ "number": number })).await?;
            output.show(&line(&value), &value);
            Ok(Exit::Done)
        }
        DeskCommand::File {
            right,
            person,
            contact,
            checked,
            received,
            text,
        } => {
            let said = std::fs::read_to_string(&text)
                .map_err(|source| Error::file("read", &text, source))?;
            let wish = json!({
                "kind": right,
                "person": person.map(|person| person.to_string()),
                "contact": contact,
                "checked": checked,
                "received": received.map(jiff::Timestamp::as_millisecond),
                "text": said,
            });
            let value = post(home, "/desk/file", &wish).await?;
            output.show(&line(&value), &value);
            Ok(Exit::Done)
        }
        DeskCommand::CarryOut {
            number,
            out,
            archive_years,
        } => carry_out(home, &number, &out, archive_years, output).await,
    }
}

/// The export is written before the case says that it was given; the proof of an erasure comes back with it, and can be
/// had again from `hygie erase`.
async fn carry_out(
    home: &Home,
    number: &str,
    out: &Path,
    years: Option<u8>,
    output: &Output,
) -> Result<Exit, Error> {
    let filed = post(home, "/desk/show", &json!({ "number": number })).await?;
    if out.exists() {
        return Err(Error::ExportExists {
            path: out.to_owned(),
        });
    }
    let granted = filed["state"] == "granted";
    if granted && filed["right"] == "portability" {
        let person = filed["person"].as_str().unwrap_or_default();
        let person = person.parse().map_err(|_| foreign())?;
        export::run(home, person, Some(out.to_owned()), output).await?;
    }
    let years = ending::years(home, years)?;
    let wish = json!({ "number": number, "years": years });
    let value = post(home, "/desk/carry-out", &wish).await?;
    if let Some(proof) = value["proof"].as_str() {
        write_private(out, proof.as_bytes())?;
        let text = format!("erased; the proof is in {}", out.display());
        output.show(&text, &value);
    }
    Ok(Exit::Done)
}

/// A case in one line.
fn line(case: &Value) -> String {
    let text = |name: &str| case[name].as_str().unwrap_or("-").to_owned();
    let late = if case["late"] == true { "  LATE" } else { "" };
    format!(
        "{}  {:<13}  {:<9}  due {}  {}{late}",
        text("number"),
        text("right"),
        text("state"),
        text("due"),
        text("officer"),
    )
}

async fn post(home: &Home, address: &str, wish: &Value) -> Result<Value, Error> {
    let body = wish.to_string().into_bytes();
    let answer = reach::with(home, async |client| client.post(address, body.into()).await).await?;
    serde_json::from_slice(&answer).map_err(|_| foreign())
}

fn foreign() -> Error {
    Error::Protocol {
        why: "the answer is not of this version".to_owned(),
    }
}
