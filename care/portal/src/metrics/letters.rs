//! What became of letters: counts, of nobody.

use std::fmt::{Result, Write};

use hygie_letters::Figures;

/// Prints the figures of letters.
pub(super) fn print(text: &mut String, figures: &Figures) -> Result {
    let name = "hygie_letters_waiting";
    writeln!(
        text,
        "# HELP {name} Letters that wait or are on their way.\n# TYPE {name} gauge\n{name} {}",
        figures.waiting
    )?;
    let name = "hygie_letters";
    writeln!(
        text,
        "# HELP {name} Letters by what became of them.\n# TYPE {name} counter"
    )?;
    for (kind, count) in figures.all() {
        writeln!(text, "{name}_total{{kind=\"{kind}\"}} {count}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    //! Failures covered: a figure that a scraper can't read.
    #![allow(clippy::unwrap_used, reason = "tests")]

    use hygie_letters::Figures;

    #[test]
    fn a_figure_that_no_scraper_reads() {
        let figures = Figures {
            waiting: 2,
            lost: 3,
            ..Figures::default()
        };
        let mut text = String::new();
        super::print(&mut text, &figures).unwrap();
        for line in [
            "hygie_letters_waiting 2",
            "hygie_letters_total{kind=\"lost\"} 3",
            "hygie_letters_total{kind=\"sent\"} 0",
        ] {
            assert!(text.lines().any(|there| there == line), "{line}\n{text}");
        }
    }
}
