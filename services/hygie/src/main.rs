//! The launcher and operator's tool of a home: makes it, serves it, brings records in and out, verifies its ledger.
//! It opens no store and holds no data key: all it does with records goes through the care service.
#![forbid(unsafe_code)]

mod account;
mod actor;
mod alarms;
mod arguments;
mod backup;
mod campaign;
mod client;
mod crossing;
mod demo_token;
mod desk;
mod ended;
mod ending;
mod error;
mod export;
mod home;
mod import;
mod init;
mod keys;
mod ledger;
mod lock;
mod mandate;
#[path = "../../output.rs"]
mod output;
mod passphrase;
mod persons;
mod programs;
mod prove;
mod reach;
mod register;
mod restore;
mod serve;
mod services;
mod settings;
mod status;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use clap::Parser;
use hygie_keeper::notice::{Clock, SystemClock};

use arguments::{Arguments, Command, LedgerCommand};
use error::Error;
use home::Home;
use output::{Exit, Output};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return output::usage(&error),
    };
    let output = Output::new(arguments.json);
    match run(arguments, &output).await {
        Ok(exit) => exit.into(),
        Err(error) => output.fail(&error).into(),
    }
}

/// Does what was asked; the one place where commands meet the words of the command line.
async fn run(arguments: Arguments, output: &Output) -> Result<Exit, Error> {
    let home = Home::new(arguments.home);
    match arguments.command {
        Command::Init(wish) => init::run(&home, &wish, output).await,
        Command::Serve(given) => serve::run(&home, *given, output).await,
        Command::Import(wish) => import::run(&home, &wish, output).await,
        Command::Campaign(wish) => campaign::run(&home, wish, output).await,
        Command::Crossing(wish) => crossing::run(&home, wish, output).await,
        Command::Desk(wish) => desk::run(&home, wish, output).await,
        Command::Register(wish) => register::run(&home, wish, output).await,
        Command::Persons => persons::run(&home, output).await,
        Command::Export { person, out } => export::run(&home, person, out, output).await,
        Command::Backup {
            dir,
            backup_recipients,
        } => backup::run(&home, &dir, &backup_recipients, output).await,
        Command::BackupIdentity { file } => backup::identity(&file, output),
        Command::Restore(wish) => restore::run(&home, &wish, output).await,
        Command::Proceed(wish) => restore::go_on(&home, &wish, output).await,
        Command::Drill(wish) => restore::drill(&home, &wish, output).await,
        Command::Status => status::run(&home, output).await,
        Command::Keys { command } => keys::run(&home, command, output).await,
        Command::Erase {
            person,
            out,
            archive_years,
        } => ending::erase(&home, person, out, archive_years, output).await,
        Command::Close {
            person,
            archive_years,
        } => ending::close(&home, person, archive_years, output).await,
        Command::Reopen { person, shares } => ending::reopen(&home, person, &shares, output).await,
        Command::Ledger { command } => match command {
            LedgerCommand::Verify {
                proof: Some(proof),
                key,
                ..
            } => ledger::verify_proof(&home, &proof, key, output),
            LedgerCommand::Verify {
                ledger,
                key,
                checkpoint,
                ..
            } => ledger::verify(&home, ledger, key, checkpoint, output),
            LedgerCommand::Prove { person, out } => prove::prove(&home, person, out, output).await,
            LedgerCommand::Check { file, key, events } => {
                prove::check(&home, &file, key, events, output)
            }
        },
        Command::Actor { command } => actor::run(&home, command, output).await,
        Command::Alarms(wish) => alarms::run(&home, wish, output).await,
        Command::Account { command } => account::run(&home, command, output).await,
        Command::Mandate { command } => mandate::run(&home, command, output).await,
        Command::DemoToken(wish) => demo_token::run(&home, &wish, output),
        Command::DemoCode { secret } => account::code(&secret, SystemClock.now(), output),
    }
}

/// Something people should know while a command works.
fn note(text: &str) {
    eprintln!("hygie: {text}");
}
