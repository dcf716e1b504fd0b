use std::path::PathBuf;

use clap::Subcommand;

/// The commands of the campaign.
#[derive(Debug, Subcommand)]
pub enum CampaignCommand {
    /// Write to everybody of a wave who waits for a letter; the batches lie in HOME/letters/print, sealed to the print shop
    Announce {
        /// The wave's number
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        wave: u32,
        /// Departments of the wave, as postcodes begin: 69,971; all when none is named
        #[arg(long, value_name = "LIST", value_delimiter = ',')]
        departments: Vec<String>,
        /// How: by post, or by e-mail to those who have an address; all others go on waiting
        #[arg(long, value_name = "WAY", default_value = "post", value_parser = ["post", "email"])]
        by: String,
    },
    /// Take the references of letters that came back, or the Message-IDs of e-mails, one a line: their six weeks stop
    Returned {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Take the slips that came by post: a CSV file of ins,birth_date,reference, where the reference names the picture of
    /// the slip; a fourth column scope, where slips say what they are about: space, research, professional:RPPS,
    /// structure:FINESS or project:ID
    Slips {
        /// The file
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
        /// A file that does not exist yet, for what came of each: reference, outcome, number of the receipt, time
        #[arg(long, value_name = "FILE")]
        receipts: PathBuf,
    },
    /// Make the spaces of those whose six weeks are over; a serving installation does so each hour
    Make,
    /// How the campaign goes, by department and wave
    Status,
    /// What each agent recorded by telephone, and what second agents found when they called back
    Agents,
}
