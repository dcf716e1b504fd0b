//! `hygie-people claims --snapshot`: an invented nation as a snapshot, with no files between.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use hygie_people_claims::{Making, Plan, Signer, snapshot};

use super::{Direct, rate};

/// The name under which it is signed: not the crossing's.
const NAME: &str = "hygie/invented";

/// Makes it, and says how much, how fast, and by which key it is believed.
pub fn run(
    plan: &Plan,
    wish: &Direct,
    (out, threads): (&Path, usize),
    json: bool,
) -> Result<(), String> {
    let signer = signer(wish.key.as_deref())?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let making = Making {
        threads,
        buckets: wish.buckets,
        signer: &signer,
        now_s: now.map_or(0, |now| i64::try_from(now.as_secs()).unwrap_or(0)),
        progress: &|done, of| {
            if !json && (done % 16 == 0 || done == of) {
                eprintln!("{done} of {of} buckets");
            }
        },
    };
    let begun = Instant::now();
    let made = snapshot(plan, &making, out).map_err(|error| error.to_string())?;
    let seconds = begun.elapsed().as_secs_f64();
    let (persons, lines, bytes) = (made.persons, made.lines, made.bytes);
    let rows: u64 = made.tables.values().sum();
    let key = signer.verifier();
    if json {
        println!(
            "{{\"persons\":{persons},\"lines\":{lines},\"rows\":{rows},\"bytes\":{bytes},\"seconds\":{seconds:.3},\"verifier\":\"{key}\"}}"
        );
    } else {
        println!(
            "{persons} persons, {lines} claim lines, {rows} rows of tables, {bytes} bytes in {}: {seconds:.1} s, {:.0} lines/s\nbelieved by {key}, in snapshots.vkey",
            out.display(),
            rate(lines, seconds)
        );
    }
    Ok(())
}

/// The key in a file, made when there is none; without a file, one that nobody keeps.
fn signer(path: Option<&Path>) -> Result<Signer, String> {
    let mut seed = [0; 32];
    match path {
        None => fresh(&mut seed)?,
        Some(path) => {
            let failed = |error: std::io::Error| format!("the key `{}`: {error}", path.display());
            match fs::read(path) {
                Ok(bytes) => {
                    seed = bytes.try_into().map_err(|_| {
                        format!(
                            "`{}` is no key of 32 bytes; give another file",
                            path.display()
                        )
                    })?;
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    fresh(&mut seed)?;
                    let mut options = OpenOptions::new();
                    let file = options.write(true).create_new(true).mode(0o600).open(path);
                    file.and_then(|mut file| file.write_all(&seed))
                        .map_err(failed)?;
                }
                Err(error) => return Err(failed(error)),
            }
        }
    }
    Signer::from_seed(NAME, &seed).map_err(|error| error.to_string())
}

fn fresh(seed: &mut [u8; 32]) -> Result<(), String> {
    aws_lc_rs::rand::fill(seed).map_err(|_| "the system gives no chance for a key".to_owned())
}
