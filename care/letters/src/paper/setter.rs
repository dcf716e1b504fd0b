//! Words as glyphs: shaped once each, for the words of a batch are mostly the same.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use krilla::text::{GlyphId, KrillaGlyph};
use rustybuzz::UnicodeBuffer;

use super::faces::{Faces, Place, Style};
use crate::Error;

/// A stretch of glyphs of one font, with the text that they stand for.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) place: Place,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// In ems.
    pub(super) width: f32,
}

/// A word, in ems.
pub(super) struct Word {
    pub(super) runs: Vec<Run>,
    pub(super) width: f32,
}

/// Shapes words and remembers them.
pub(super) struct Setter<'a> {
    faces: &'a Faces,
    known: HashMap<(Style, String), Rc<Word>>,
}

impl<'a> Setter<'a> {
    pub(super) fn new(faces: &'a Faces) -> Self {
        Self {
            faces,
            known: HashMap::new(),
        }
    }

    /// A word, or any text that stands on one line.
    ///
    /// # Errors
    /// [`Error::NoGlyph`].
    pub(super) fn word(&mut self, style: Style, text: &str) -> Result<Rc<Word>, Error> {
        let key = (style, text.to_owned());
        if let Some(word) = self.known.get(&key) {
            return Ok(Rc::clone(word));
        }
        let word = Rc::new(self.once(style, text)?);
        self.known.insert(key, Rc::clone(&word));
        Ok(word)
    }

    /// The same for what no other letter holds: it is not remembered.
    ///
    /// # Errors
    /// [`Error::NoGlyph`].
    pub(super) fn once(&self, style: Style, text: &str) -> Result<Word, Error> {
        let mut runs = Vec::new();
        for (place, part) in self.faces.runs(style, text)? {
            runs.push(self.shape(place, part)?);
        }
        let width = runs.iter().map(|run| run.width).sum();
        Ok(Word { runs, width })
    }

    fn shape(&self, place: Place, text: &str) -> Result<Run, Error> {
        let cut = self.faces.cut(place);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(&cut.face, &[], buffer);
        let starts: Vec<usize> = shaped
            .glyph_infos()
            .iter()
            .map(|info| info.cluster as usize)
            .collect();
        let mut glyphs = Vec::with_capacity(shaped.len());
        let mut width = 0.0;
        for (number, (info, position)) in shaped
            .glyph_infos()
            .iter()
            .zip(shaped.glyph_positions())
            .enumerate()
        {
            let range = covered(&starts, number, text.len());
            if info.glyph_id == 0 {
                let lacking = text[range].chars().next().unwrap_or_default();
                return Err(Error::NoGlyph(u32::from(lacking)));
            }
            let advance = cut.ems(position.x_advance);
            width += advance;
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                advance,
                cut.ems(position.x_offset),
                cut.ems(position.y_offset),
                cut.ems(position.y_advance),
                range,
                None,
            ));
        }
        Ok(Run {
            place,
            text: text.to_owned(),
            glyphs,
            width,
        })
    }
}

/// Which bytes of the text a glyph stands for: up to where the next cluster begins.
fn covered(starts: &[usize], number: usize, length: usize) -> Range<usize> {
    let start = starts[number];
    let next = starts[number..].iter().find(|other| **other != start);
    start..next.copied().unwrap_or(length)
}
