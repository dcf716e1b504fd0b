//! Many letters as one document for a print shop: for eyes and presses alone, without a tree. Fonts, and whatever
//! letters have in common, stand in it once.

use std::collections::HashMap;

use krilla::geom::Size;
use krilla::graphic::Graphic;
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};

use super::draw::{About, draw, metadata};
use super::faces::Faces;
use super::sheet::{Mark, PAPER, Placed, Sheets};
use crate::Error;

/// The document while it grows. All of it is in memory until it ends: which glyphs its fonts need is known only then.
pub(super) struct Press<'a> {
    document: Document,
    faces: &'a Faces,
    /// What pages have in common, by what it shows and where.
    common: HashMap<Vec<u8>, Graphic>,
    pages: usize,
}

impl<'a> Press<'a> {
    pub(super) fn new(faces: &'a Faces, about: &About<'_>) -> Self {
        let mut document = Document::new_with(SerializeSettings {
            enable_tagging: false,
            ..SerializeSettings::default()
        });
        document.set_metadata(metadata(about));
        Self {
            document,
            faces,
            common: HashMap::new(),
            pages: 0,
        }
    }

    /// Adds a letter; gives its first and last page, from 1.
    pub(super) fn add(&mut self, sheets: &Sheets) -> (usize, usize) {
        let first = self.pages + 1;
        for marks in &sheets.pages {
            self.page(marks);
        }
        (first, self.pages)
    }

    fn page(&mut self, marks: &[Placed]) {
        self.pages += 1;
        let size = Size::from_wh(PAPER.0, PAPER.1).expect("A4 is a size");
        let mut page = self.document.start_page_with(PageSettings::new(size));
        let mut surface = page.surface();
        let common = marks.iter().filter(|placed| !placed.own);
        let known = self.common.entry(shown(common.clone()));
        let graphic = known.or_insert_with(|| {
            let mut builder = surface.stream_builder();
            let mut drawn = builder.surface();
            for placed in common {
                draw(&mut drawn, self.faces, &placed.mark);
            }
            drawn.finish();
            Graphic::new(builder.finish(), false)
        });
        surface.draw_graphic(graphic.clone());
        for placed in marks.iter().filter(|placed| placed.own) {
            draw(&mut surface, self.faces, &placed.mark);
        }
        surface.finish();
        page.finish();
    }

    /// The document.
    ///
    /// # Errors
    /// [`Error::Unprintable`].
    pub(super) fn finish(self) -> Result<Vec<u8>, Error> {
        self.document.finish().map_err(|_| Error::Unprintable)
    }
}

/// All that tells two drawings apart.
fn shown<'p>(marks: impl Iterator<Item = &'p Placed>) -> Vec<u8> {
    let mut shown = Vec::new();
    for placed in marks {
        let numbers = match &placed.mark {
            Mark::Line {
                x,
                y,
                size,
                ink,
                runs,
            } => {
                for run in runs {
                    shown.push(u8::try_from(run.place).unwrap_or(u8::MAX));
                    shown.extend(run.text.as_bytes());
                }
                [*x, *y, *size, f32::from(*ink as u8), 0.0]
            }
            Mark::Fill(area, ink) => [
                area.x,
                area.y,
                area.width,
                area.height,
                f32::from(*ink as u8),
            ],
            Mark::Rule {
                x,
                y,
                width,
                dashed,
            } => [*x, *y, *width, f32::from(u8::from(*dashed)), 1.0],
            Mark::Squares(areas) => {
                for area in areas {
                    let corners = [area.x, area.y, area.width];
                    shown.extend(corners.iter().flat_map(|corner| corner.to_le_bytes()));
                }
                [2.0; 5]
            }
        };
        shown.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        shown.push(0);
    }
    shown
}
