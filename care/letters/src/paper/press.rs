//! Many letters as one document for a print shop: for eyes and presses alone, without a tree. Fonts, and whatever
//! letters have in common, stand in it once. Letters that differ in address and code alone are laid out once, as a form.

use std::collections::HashMap;

use krilla::geom::Size;
use krilla::graphic::Graphic;
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};

use super::draw::{About, draw, metadata};
use super::faces::Faces;
use super::setter::Word;
use super::sheet::{Ink, Mark, Own, PAPER, Placed, Sheets};
use crate::Error;

/// The document while it grows. All of it is in memory until it ends: which glyphs its fonts need is known only then.
pub(super) struct Press<'a> {
    document: Document,
    faces: &'a Faces,
    /// What pages have in common, by what it shows and where.
    common: HashMap<Vec<u8>, Graphic>,
    pages: usize,
}

/// A letter of which many are printed: for each page what is always the same, and where the rest stands.
pub(super) struct Form(Vec<(Graphic, Vec<Slot>)>);

enum Slot {
    Address,
    /// Left end, baseline, size, ink.
    Code(f32, f32, f32, Ink),
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
        let faces = self.faces;
        for marks in &sheets.pages {
            let own = marks.iter().filter(|placed| placed.own.is_some());
            let known = self.common.entry(shown(common(marks)));
            let graphic = |surface: &mut Surface<'_>| {
                let drawn = known.or_insert_with(|| draw_once(surface, faces, marks));
                drawn.clone()
            };
            let own = own.map(|placed| &placed.mark);
            page(&mut self.document, faces, graphic, own);
            self.pages += 1;
        }
        (first, self.pages)
    }

    /// What letters like this one, which was added, have in common; `None` where they differ in more than address and
    /// code.
    pub(super) fn form(&self, sheets: &Sheets) -> Option<Form> {
        let mut pages = Vec::new();
        for marks in &sheets.pages {
            let mut slots = Vec::new();
            for placed in marks {
                match (placed.own, &placed.mark) {
                    (None, _) => {}
                    (Some(Own::Address), _) => slots.push(Slot::Address),
                    (
                        Some(Own::Code),
                        Mark::Line {
                            x, y, size, ink, ..
                        },
                    ) => {
                        slots.push(Slot::Code(*x, *y, *size, *ink));
                    }
                    _ => return None,
                }
            }
            // An address has several lines.
            slots.dedup_by(|one, other| matches!((one, other), (Slot::Address, Slot::Address)));
            let graphic = self.common.get(&shown(common(marks)))?;
            pages.push((graphic.clone(), slots));
        }
        Some(Form(pages))
    }

    /// Adds a letter of this form, with an address as it is laid out, and a code; gives its first and last page.
    pub(super) fn fill(&mut self, form: &Form, address: &[Placed], code: &Word) -> (usize, usize) {
        let first = self.pages + 1;
        for (graphic, slots) in &form.0 {
            let mut codes = Vec::new();
            let mut lines = Vec::new();
            for slot in slots {
                match slot {
                    Slot::Address => lines.extend(address.iter().map(|placed| &placed.mark)),
                    Slot::Code(x, y, size, ink) => codes.push(Mark::Line {
                        x: *x,
                        y: *y,
                        size: *size,
                        ink: *ink,
                        runs: code.runs.clone(),
                    }),
                }
            }
            let own = lines.into_iter().chain(&codes);
            page(&mut self.document, self.faces, |_| graphic.clone(), own);
            self.pages += 1;
        }
        (first, self.pages)
    }

    /// The document.
    ///
    /// # Errors
    /// [`Error::Unprintable`].
    pub(super) fn finish(self) -> Result<Vec<u8>, Error> {
        self.document.finish().map_err(|_| Error::Unprintable)
    }
}

/// Adds a page: what it has in common with others, and what is its own.
fn page<'m>(
    document: &mut Document,
    faces: &Faces,
    graphic: impl FnOnce(&mut Surface<'_>) -> Graphic,
    own: impl Iterator<Item = &'m Mark>,
) {
    let size = Size::from_wh(PAPER.0, PAPER.1).expect("A4 is a size");
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    let graphic = graphic(&mut surface);
    surface.draw_graphic(graphic);
    for mark in own {
        draw(&mut surface, faces, mark);
    }
    surface.finish();
    page.finish();
}

/// What is the same in other letters.
fn common(marks: &[Placed]) -> impl Iterator<Item = &Placed> {
    marks.iter().filter(|placed| placed.own.is_none())
}

fn draw_once(surface: &mut Surface<'_>, faces: &Faces, marks: &[Placed]) -> Graphic {
    let mut builder = surface.stream_builder();
    let mut drawn = builder.surface();
    for placed in common(marks) {
        draw(&mut drawn, faces, &placed.mark);
    }
    drawn.finish();
    Graphic::new(builder.finish(), false)
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
