//! What stands above every letter, where the windows of envelopes are, and what stands below every page.
//!
//! The letter is folded in three (99 mm) for a French DL envelope of 220 × 110 mm, whose window of 100 × 45 mm stands
//! 20 mm from its right edge and from its lower one. Paper has 10 mm of play across and 11 mm down in it: what stands 100
//! to 190 mm from the left and 45 to 79 mm from the top is seen however the paper lies, and nothing else may stand
//! between 90 and 200 mm, and 34 and 90 mm.

use super::faces::Style;
use super::layout::{LEFT, Layout, RIGHT, Type};
use super::matter::Sender;
use super::postal::Postal;
use super::sheet::{Area, Ink, Mark, Own, PAPER, Placed, Role, mm};
use crate::Error;

/// What is always seen through the window.
pub(super) const WINDOW: Area = Area {
    x: mm(100.0),
    y: mm(45.0),
    width: mm(90.0),
    height: mm(34.0),
};
/// The first line below the window's play.
const BELOW: f32 = mm(92.0);

impl Layout<'_, '_> {
    /// Sender, address and date.
    pub(super) fn head(
        &mut self,
        sender: &Sender,
        to: &Postal,
        written: &str,
    ) -> Result<(), Error> {
        let bar = Area {
            x: LEFT,
            y: mm(15.0),
            width: mm(14.0),
            height: 3.0,
        };
        self.sheets.put(None, Mark::Fill(bar, Ink::Accent));
        self.y = mm(18.0);
        let node = self.sheets.node(None, Role::Paragraph);
        let name = self.bold(15.0, Ink::Accent);
        let broken = self.broken(name, &sender.name, mm(66.0))?;
        self.set(Some(node), broken, name, LEFT, 1.25);
        self.y += 3.0;
        let node = self.sheets.node(None, Role::Paragraph);
        let small = Type {
            ink: Ink::Quiet,
            ..self.plain(9.0)
        };
        // The name stands above already.
        let lines = sender.address.lines().iter();
        let lines = lines.skip_while(|line| **line == sender.name);
        let site = sender.site_in_print();
        for line in lines.chain([&sender.telephone, &site]) {
            let broken = self.broken(small, &format!("{line} "), mm(66.0))?;
            self.set(Some(node), broken, small, LEFT, 1.35);
        }
        self.address(to)?;
        self.y = BELOW;
        let kind = self.plain(self.look.body);
        let width = self.setter.word(kind.style, written)?.width * kind.size;
        let node = self.sheets.node(None, Role::Paragraph);
        self.one(Some(node), written, kind, RIGHT - width, self.y)?;
        self.y += kind.size * self.look.leading + self.look.gap;
        Ok(())
    }

    /// The address, in the window whatever its lines hold: smaller where it must be.
    pub(super) fn address(&mut self, to: &Postal) -> Result<(), Error> {
        let mut words = Vec::new();
        for line in to.lines() {
            // Behind the last symbol a space: it is heard, and not seen.
            words.push(self.setter.once(Style::Plain, &format!("{line} "))?);
        }
        if words.is_empty() {
            return Ok(());
        }
        let widest = words.iter().map(|word| word.width).fold(0.0, f32::max);
        let kind = self.plain((WINDOW.width / widest).min(10.5));
        let leading = WINDOW.height / 7.0;
        let node = self.sheets.node(None, Role::Paragraph);
        self.sheets.own = Some(Own::Address);
        for (number, word) in words.into_iter().enumerate() {
            let y = WINDOW.y + (number as f32 + 0.5) * leading + 0.34 * kind.size;
            let (x, size, ink, runs) = (WINDOW.x, kind.size, kind.ink, word.runs);
            let mark = Mark::Line {
                x,
                y,
                size,
                ink,
                runs,
            };
            self.sheets.put(Some(node), mark);
        }
        self.sheets.own = None;
        Ok(())
    }

    /// Who writes, and the number of each page; for the eye alone.
    pub(super) fn foot(
        &mut self,
        reply: &str,
        numbered: impl Fn(usize, usize) -> String,
    ) -> Result<(), Error> {
        let kind = Type {
            ink: Ink::Quiet,
            ..self.plain(8.5)
        };
        let y = PAPER.1 - mm(10.0);
        let count = self.sheets.pages.len();
        for page in 0..count {
            let mut right = RIGHT;
            for text in [numbered(page + 1, count), reply.to_owned()] {
                let word = self.setter.word(kind.style, &text)?;
                let x = if right == RIGHT {
                    right - word.width * kind.size
                } else {
                    LEFT
                };
                let (size, ink, runs) = (kind.size, kind.ink, word.runs.clone());
                let mark = Mark::Line {
                    x,
                    y,
                    size,
                    ink,
                    runs,
                };
                self.sheets.pages[page].push(Placed {
                    mark,
                    leaf: None,
                    own: None,
                });
                right = x;
            }
        }
        Ok(())
    }
}
