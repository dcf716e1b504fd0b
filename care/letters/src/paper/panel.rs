//! The parts that are more than lines: the panel with a code, and the slip at the foot.

use super::block::{Panel, Slip, Square};
use super::faces::Style;
use super::layout::{BOTTOM, LEFT, Layout, RIGHT, Type};
use super::sheet::{Area, Ink, Mark, Own, Role, mm};
use super::square::dark;
use crate::Error;

const PAD: f32 = 12.0;
/// A QR code with its light margin: squares of about 0.8 mm, which telephones read at arm's length.
const SIDE: f32 = mm(34.0);
/// How high the slip is.
const SLIP: f32 = mm(76.0);

impl Layout<'_, '_> {
    /// A code in large groups, and beside it the QR code.
    pub(super) fn panel(&mut self, panel: &Panel) -> Result<(), Error> {
        let look = self.look;
        let beside = if panel.square.is_some() {
            SIDE + PAD
        } else {
            0.0
        };
        let width = RIGHT - LEFT - 2.0 * PAD - beside;
        let label = self.bold(look.body, Ink::Accent);
        let small = self.plain(look.small + 0.5);
        let mut hints = Vec::new();
        for hint in &panel.hints {
            hints.push(self.broken(small, hint, width)?);
        }
        let rows: usize = hints.iter().map(Vec::len).sum();
        let text = look.leading
            * (label.size + look.code + rows as f32 * small.size + hints.len() as f32 * 3.0);
        let image = SIDE + look.small * look.leading;
        let inner = match panel.square {
            Some(_) => text.max(image),
            None => text,
        };
        self.room(inner + 2.0 * PAD);
        let top = self.y;
        let area = |x, y, width, height| Area {
            x,
            y,
            width,
            height,
        };
        let whole = area(LEFT, top, RIGHT - LEFT, inner + 2.0 * PAD);
        self.sheets.put(None, Mark::Fill(whole, Ink::Pale));
        let edge = area(LEFT, top, 3.0, whole.height);
        self.sheets.put(None, Mark::Fill(edge, Ink::Accent));
        self.y = top + PAD + (inner - text) / 2.0;
        let x = LEFT + PAD;
        let node = self.sheets.node(None, Role::Paragraph);
        self.one(Some(node), &format!("{} ", panel.label), label, x, self.y)?;
        self.y += label.size * look.leading;
        let code = Type {
            style: Style::Code,
            size: look.code,
            ink: Ink::Text,
        };
        self.sheets.own = Some(Own::Code);
        self.one(Some(node), &panel.code, code, x, self.y)?;
        self.sheets.own = None;
        self.y += code.size * look.leading;
        for lines in hints {
            self.y += 3.0;
            let node = self.sheets.node(None, Role::Paragraph);
            self.set(Some(node), lines, small, x, look.leading);
        }
        if let Some(square) = &panel.square {
            self.square(
                square,
                RIGHT - PAD - SIDE,
                top + PAD + (inner - image) / 2.0,
            )?;
        }
        self.y = top + whole.height + look.gap * 1.6;
        Ok(())
    }

    fn square(&mut self, square: &Square, x: f32, y: f32) -> Result<(), Error> {
        let area = Area {
            x,
            y,
            width: SIDE,
            height: SIDE,
        };
        self.sheets.put(None, Mark::Fill(area, Ink::White));
        let page = self.sheets.pages.len() - 1;
        let shown = Role::Figure(square.alternative.clone(), page, area);
        let node = self.sheets.node(None, shown);
        let squares = dark(&square.url, x, y, SIDE)?;
        self.sheets.put(Some(node), Mark::Squares(squares));
        let kind = self.bold(self.look.small, Ink::Accent);
        let width = self.setter.word(kind.style, &square.caption)?.width * kind.size;
        let node = self.sheets.node(None, Role::Paragraph);
        let x = x + (SIDE - width) / 2.0;
        self.one(Some(node), &square.caption, kind, x, y + SIDE)?;
        Ok(())
    }

    /// What is cut off: at the foot of the page, or of the next where there is no room.
    pub(super) fn slip(&mut self, slip: &Slip) -> Result<(), Error> {
        self.room(SLIP);
        self.y = BOTTOM - SLIP;
        let look = self.look;
        let edge = Mark::Rule {
            x: 0.0,
            y: self.y,
            width: super::sheet::PAPER.0,
            dashed: true,
        };
        self.sheets.put(None, edge);
        let quiet = Type {
            ink: Ink::Quiet,
            ..self.plain(look.small)
        };
        self.y += 3.0;
        let node = self.sheets.node(None, Role::Paragraph);
        self.one(Some(node), &slip.cut, quiet, LEFT, self.y)?;
        self.y += look.small * look.leading + 3.0;
        self.heading(2, &slip.title, look.heading)?;
        self.paragraph(Role::Paragraph, &slip.say, self.plain(look.body))?;
        let top = self.y;
        self.fields(&slip.fields, mm(98.0))?;
        self.y = top;
        self.aside(slip, LEFT + mm(106.0), top)
    }

    /// Names of what is written by hand, and a line for each.
    fn fields(&mut self, fields: &[String], width: f32) -> Result<(), Error> {
        let kind = self.plain(self.look.small);
        let height = (BOTTOM - self.y) / fields.len() as f32;
        for field in fields {
            let node = self.sheets.node(None, Role::Paragraph);
            self.one(Some(node), &format!("{field} "), kind, LEFT, self.y)?;
            self.y += height;
            let line = Mark::Rule {
                x: LEFT,
                y: self.y - 3.0,
                width,
                dashed: false,
            };
            self.sheets.put(None, line);
        }
        Ok(())
    }

    /// The code, by which the slip finds its way, and where to send it.
    fn aside(&mut self, slip: &Slip, x: f32, top: f32) -> Result<(), Error> {
        let look = self.look;
        let kind = self.plain(look.small.min(9.5));
        let (name, code) = &slip.code;
        let node = self.sheets.node(None, Role::Paragraph);
        self.one(Some(node), &format!("{name} "), kind, x, top)?;
        self.y = top + kind.size * look.leading;
        let mono = Type {
            style: Style::Code,
            size: 13.0,
            ink: Ink::Text,
        };
        self.sheets.own = Some(Own::Code);
        self.one(Some(node), code, mono, x, self.y)?;
        self.sheets.own = None;
        self.y += mono.size * look.leading + look.gap;
        let node = self.sheets.node(None, Role::Paragraph);
        self.one(Some(node), &format!("{} ", slip.to), kind, x, self.y)?;
        self.y += kind.size * look.leading;
        let node = self.sheets.node(None, Role::Paragraph);
        for line in &slip.address {
            let mut strong = self.bold(kind.size, Ink::Text);
            let width = self.setter.word(strong.style, line)?.width;
            strong.size = strong.size.min((RIGHT - x) / width);
            self.one(Some(node), &format!("{line} "), strong, x, self.y)?;
            self.y += kind.size * 1.3;
        }
        Ok(())
    }
}
