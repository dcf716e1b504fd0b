use std::path::{Path, PathBuf};

use clap::Args;
use hygie_keeper::Home;
use hygie_record::NationalNumbers;
use hygie_record::policy::{Matrix, Terms};

use super::Error;

/// Milliseconds of a day.
const DAY: u64 = 24 * 3_600_000;

/// What the operator lays down for all spaces.
#[derive(Args)]
pub struct Laid {
    /// The matrix of authorisations, which profession reads which class of documents: a tab-separated table. Without it
    /// an example is used, which is not the law's.
    #[arg(long, env = "HYGIE_MATRIX")]
    matrix: Option<PathBuf>,
    /// FINESS numbers of the centres that regulate emergency calls (SAMU, centre 15), separated by commas.
    #[arg(long, env = "HYGIE_REGULATION_CENTRES", value_delimiter = ',')]
    regulation_centres: Vec<String>,
    /// Days after which what was not announced to the person opens to him.
    #[arg(long, env = "HYGIE_ANNOUNCEMENT_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(0..=365))]
    announcement_days: u16,
    /// Which national numbers of persons are taken in: `real`, or `any` where nobody is real. By default `real`, and
    /// `any` in a home for demonstrations.
    #[arg(long, env = "HYGIE_NATIONAL_NUMBERS")]
    pub national_numbers: Option<NationalNumbers>,
}

impl Laid {
    /// Reads and checks it. In a home for demonstrations all people are invented.
    ///
    /// # Errors
    /// [`Error::Matrix`] names the line at fault; [`Error::Io`].
    pub fn terms(&self, home: &Path) -> Result<Terms, Error> {
        let matrix = match &self.matrix {
            None => Matrix::example(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|source| {
                    Error::Io("the matrix of authorisations can't be read", source)
                })?;
                Matrix::parse(&text).map_err(|fault| Error::Matrix(path.clone(), fault))?
            }
        };
        if matrix.is_example() {
            tracing::warn!(
                "the matrix of authorisations is an example, and not that of the arrêté"
            );
        }
        Ok(Terms {
            matrix,
            regulation: self.regulation_centres.iter().cloned().collect(),
            announcement: u64::from(self.announcement_days) * DAY,
            synthetic: Home::new(home).demo_key().exists(),
        })
    }
}
