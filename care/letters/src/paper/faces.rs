//! The fonts of letters (care/letters/fonts, each under the SIL Open Font License), and which of them has a character.

use krilla::text::Font;
use rustybuzz::Face;

use crate::Error;

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Style {
    Plain,
    Bold,
    /// Every symbol as wide as the next.
    Code,
}

/// One font, as it is measured and as it is embedded.
pub(super) struct Cut {
    pub(super) face: Face<'static>,
    pub(super) font: Font,
    em: f32,
}

impl Cut {
    fn read(bytes: &'static [u8]) -> Self {
        let face = Face::from_slice(bytes, 0).expect("a font of the house is one");
        Self {
            em: face.units_per_em() as f32,
            font: Font::new(bytes.into(), 0).expect("a font of the house is one"),
            face,
        }
    }

    /// Units of the font as parts of an em.
    pub(super) fn ems(&self, units: i32) -> f32 {
        units as f32 / self.em
    }

    fn has(&self, symbol: char) -> bool {
        self.face.glyph_index(symbol).is_some()
    }
}

/// All fonts.
pub(super) struct Faces([Cut; 4]);

/// Which of them.
pub(super) type Place = usize;

const EUROPEAN: Place = 3;

impl Faces {
    pub(super) fn read() -> Self {
        Self([
            Cut::read(include_bytes!(
                "../../fonts/AtkinsonHyperlegible-Regular.ttf"
            )),
            Cut::read(include_bytes!("../../fonts/AtkinsonHyperlegible-Bold.ttf")),
            Cut::read(include_bytes!(
                "../../fonts/AtkinsonHyperlegibleMono-Bold.ttf"
            )),
            // Greek, Cyrillic and rare Latin letters, which the others lack.
            Cut::read(include_bytes!("../../fonts/NotoSans-European.ttf")),
        ])
    }

    pub(super) fn cut(&self, place: Place) -> &Cut {
        &self.0[place]
    }

    /// The text in runs, each with a font that has all of its characters. A letter stays with the accents behind it.
    ///
    /// # Errors
    /// [`Error::NoGlyph`] with the character that no font has.
    pub(super) fn runs<'a>(
        &self,
        style: Style,
        text: &'a str,
    ) -> Result<Vec<(Place, &'a str)>, Error> {
        let first = match style {
            Style::Plain => 0,
            Style::Bold => 1,
            Style::Code => 2,
        };
        let mut runs: Vec<(Place, &str)> = Vec::new();
        let mut begun = 0;
        let mut rest = text.char_indices().peekable();
        while let Some((start, base)) = rest.next() {
            let mut cluster = vec![base];
            while let Some((_, mark)) = rest.next_if(|(_, next)| is_mark(*next)) {
                cluster.push(mark);
            }
            let end = rest.peek().map_or(text.len(), |(next, _)| *next);
            let place = [first, EUROPEAN]
                .into_iter()
                .find(|place| cluster.iter().all(|one| self.0[*place].has(*one)))
                .ok_or_else(|| self.missing(&cluster))?;
            match runs.last_mut() {
                Some((last, run)) if *last == place => *run = &text[begun..end],
                _ => {
                    begun = start;
                    runs.push((place, &text[start..end]));
                }
            }
        }
        Ok(runs)
    }

    fn missing(&self, cluster: &[char]) -> Error {
        let lacking = cluster.iter().find(|one| !self.0[EUROPEAN].has(**one));
        Error::NoGlyph(u32::from(*lacking.unwrap_or(&cluster[0])))
    }
}

/// Accents that stand on the letter before them.
fn is_mark(symbol: char) -> bool {
    matches!(symbol, '\u{300}'..='\u{36f}')
}
