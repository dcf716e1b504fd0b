//! Lines of words within a column.

use super::faces::Style;
use super::setter::{Run, Setter};
use crate::Error;

/// A line that was broken: its runs, and its width in ems.
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    pub(super) width: f32,
}

/// Breaks a text at its spaces into lines of at most `measure` ems. `<<` and `>>` stand around what is bold; a line of the text ends a line. A word that is
/// wider than the column is broken anywhere.
///
/// # Errors
/// [`Error::NoGlyph`].
pub(super) fn lines(
    setter: &mut Setter<'_>,
    style: Style,
    text: &str,
    measure: f32,
) -> Result<Vec<Line>, Error> {
    let mut done = Vec::new();
    for part in text.split('\n') {
        let mut line = Line::new();
        let mut bold = false;
        for (number, word) in part.split(' ').enumerate() {
            if number > 0 {
                let space = setter.word(style, " ")?;
                line.space(&space.runs);
            }
            let pieces = pieces(word, &mut bold);
            let mut width = 0.0;
            for (strong, piece) in &pieces {
                width += setter.word(worn(style, *strong), piece)?.width;
            }
            if line.width + width > measure && !line.is_empty() {
                done.push(std::mem::replace(&mut line, Line::new()));
            }
            for (strong, piece) in pieces {
                let style = worn(style, strong);
                if width > measure {
                    anywhere(setter, style, piece, measure, &mut line, &mut done)?;
                } else {
                    let word = setter.word(style, piece)?;
                    line.add(&word.runs);
                }
            }
        }
        done.push(line);
    }
    Ok(done)
}

/// Puts a word symbol by symbol.
fn anywhere(
    setter: &mut Setter<'_>,
    style: Style,
    word: &str,
    measure: f32,
    line: &mut Line,
    done: &mut Vec<Line>,
) -> Result<(), Error> {
    for symbol in word.chars() {
        let one = setter.word(style, symbol.encode_utf8(&mut [0; 4]))?;
        if line.width + one.width > measure && !line.is_empty() {
            done.push(std::mem::replace(line, Line::new()));
        }
        line.add(&one.runs);
    }
    Ok(())
}

fn worn(style: Style, strong: bool) -> Style {
    if strong { Style::Bold } else { style }
}

/// A word's parts, bold or not.
fn pieces<'a>(word: &'a str, bold: &mut bool) -> Vec<(bool, &'a str)> {
    let mut pieces = Vec::new();
    let mut rest = word;
    loop {
        let mark = if *bold { ">>" } else { "<<" };
        let Some((before, after)) = rest.split_once(mark) else {
            break;
        };
        pieces.push((*bold, before));
        *bold = !*bold;
        rest = after;
    }
    pieces.push((*bold, rest));
    pieces.retain(|(_, piece)| !piece.is_empty());
    pieces
}

impl Line {
    fn new() -> Self {
        Self {
            runs: Vec::new(),
            width: 0.0,
        }
    }

    fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Words end with a space, at the end of a line too: whoever hears the letter must not hear two as one.
    fn space(&mut self, runs: &[Run]) {
        if !self.is_empty() {
            self.add(runs);
        }
    }

    fn add(&mut self, runs: &[Run]) {
        for run in runs {
            self.width += run.width;
            match self.runs.last_mut() {
                Some(last) if last.place == run.place => {
                    let begun = last.text.len();
                    last.text.push_str(&run.text);
                    last.width += run.width;
                    last.glyphs.extend(run.glyphs.iter().map(|glyph| {
                        let mut glyph = glyph.clone();
                        glyph.text_range =
                            glyph.text_range.start + begun..glyph.text_range.end + begun;
                        glyph
                    }));
                }
                _ => self.runs.push(run.clone()),
            }
        }
    }
}
