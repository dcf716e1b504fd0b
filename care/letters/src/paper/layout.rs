//! A letter on pages of A4: where each part stands.

use super::block::Block;
use super::faces::Style;
use super::flow::{Line, lines};
use super::setter::Setter;
use super::sheet::{Ink, Mark, Own, PAPER, Role, Sheets, mm};
use super::wording::Wording;
use crate::Error;

/// Left and right edge of the text.
pub(super) const LEFT: f32 = mm(22.0);
pub(super) const RIGHT: f32 = PAPER.0 - mm(20.0);
const TOP: f32 = mm(20.0);
/// Below it stands the foot of the page.
pub(super) const BOTTOM: f32 = PAPER.1 - mm(19.0);

/// Sizes of type, larger in letters that are easy to read; leading in parts of the size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) body: f32,
    pub(super) title: f32,
    pub(super) heading: f32,
    pub(super) small: f32,
    pub(super) code: f32,
    pub(super) leading: f32,
    /// Between two parts.
    pub(super) gap: f32,
}

impl Look {
    pub(super) fn of(wording: Wording) -> Self {
        match wording {
            Wording::French | Wording::English => Self {
                body: 11.0,
                title: 19.0,
                heading: 13.5,
                small: 9.0,
                code: 22.0,
                leading: 1.4,
                gap: 8.0,
            },
            Wording::EasyFrench => Self {
                body: 13.5,
                title: 22.0,
                heading: 16.0,
                small: 10.5,
                code: 23.0,
                leading: 1.4,
                gap: 9.0,
            },
        }
    }
}

/// How a piece of text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) style: Style,
    pub(super) size: f32,
    pub(super) ink: Ink,
}

/// A letter while it is laid out.
pub(super) struct Layout<'s, 'a> {
    pub(super) setter: &'s mut Setter<'a>,
    pub(super) sheets: Sheets,
    pub(super) look: Look,
    /// Where the next part begins.
    pub(super) y: f32,
}

impl<'s, 'a> Layout<'s, 'a> {
    pub(super) fn new(setter: &'s mut Setter<'a>, look: Look) -> Self {
        let mut sheets = Sheets::default();
        sheets.pages.push(Vec::new());
        Self {
            setter,
            sheets,
            look,
            y: TOP,
        }
    }

    pub(super) fn blocks(&mut self, blocks: &[Block]) -> Result<(), Error> {
        for block in blocks {
            self.block(block)?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Result<(), Error> {
        let look = self.look;
        match block {
            Block::Title(text) => self.heading(1, text, look.title),
            Block::Heading(text) => {
                self.y += look.gap * 0.8;
                self.heading(2, text, look.heading)
            }
            Block::Text(text) => self.paragraph(Role::Paragraph, text, self.plain(look.body)),
            Block::Machine(text) => {
                self.sheets.own = Some(Own::Other);
                let small = self.plain(look.small.min(9.0));
                self.paragraph(Role::Paragraph, text, small)?;
                self.sheets.own = None;
                Ok(())
            }
            Block::Passage(text, tag) => {
                let quiet = Type {
                    ink: Ink::Quiet,
                    ..self.plain(look.small)
                };
                self.paragraph(Role::Foreign(tag), text, quiet)
            }
            Block::Steps(text) => self.steps(text),
            Block::Facts(facts) => self.facts(facts),
            Block::Code(panel) => self.panel(panel),
            Block::Slip(slip) => self.slip(slip),
            Block::Turn => {
                self.turn();
                Ok(())
            }
        }
    }

    pub(super) fn plain(&self, size: f32) -> Type {
        Type {
            style: Style::Plain,
            size,
            ink: Ink::Text,
        }
    }

    pub(super) fn bold(&self, size: f32, ink: Ink) -> Type {
        Type {
            style: Style::Bold,
            size,
            ink,
        }
    }

    /// What comes next begins a page.
    pub(super) fn turn(&mut self) {
        self.sheets.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Turns the page unless so much fits on it.
    pub(super) fn room(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.turn();
        }
    }

    pub(super) fn heading(&mut self, level: u16, text: &str, size: f32) -> Result<(), Error> {
        // A heading does not stand alone at the foot of a page.
        self.room(size * self.look.leading + 3.0 * self.look.body * self.look.leading);
        let page = self.sheets.pages.len() - 1;
        self.sheets
            .headings
            .push((level, text.to_owned(), page, self.y));
        let node = self
            .sheets
            .node(None, Role::Heading(level, text.to_owned()));
        let broken = self.broken(self.bold(size, Ink::Accent), text, RIGHT - LEFT)?;
        self.set(Some(node), broken, self.bold(size, Ink::Accent), LEFT, 1.2);
        self.y += self.look.gap * if level == 1 { 1.4 } else { 0.5 };
        Ok(())
    }

    pub(super) fn paragraph(&mut self, role: Role, text: &str, kind: Type) -> Result<(), Error> {
        let node = self.sheets.node(None, role);
        let broken = self.broken(kind, text, RIGHT - LEFT)?;
        self.set(Some(node), broken, kind, LEFT, self.look.leading);
        self.y += self.look.gap;
        Ok(())
    }

    fn steps(&mut self, text: &str) -> Result<(), Error> {
        const INDENT: f32 = 20.0;
        let list = self.sheets.node(None, Role::Steps);
        let kind = self.plain(self.look.body);
        for (number, item) in text.split("\n\n").enumerate() {
            let broken = self.broken(kind, item, RIGHT - LEFT - INDENT)?;
            self.room(broken.len() as f32 * kind.size * self.look.leading);
            let node = self.sheets.node(Some(list), Role::Item);
            let label = self.sheets.node(Some(node), Role::Label);
            let digit = format!("{}. ", number + 1);
            let mark = self.bold(kind.size, Ink::Accent);
            self.one(Some(label), &digit, mark, LEFT, self.y)?;
            let body = self.sheets.node(Some(node), Role::Body);
            self.set(Some(body), broken, kind, LEFT + INDENT, self.look.leading);
            self.y += self.look.gap * 0.6;
        }
        self.y += self.look.gap * 0.4;
        Ok(())
    }

    fn facts(&mut self, facts: &[(String, String)]) -> Result<(), Error> {
        let look = self.look;
        for (name, value) in facts {
            self.room(3.0 * look.body * look.leading);
            let node = self.sheets.node(None, Role::Paragraph);
            let quiet = Type {
                ink: Ink::Quiet,
                ..self.plain(look.small)
            };
            self.one(Some(node), &format!("{name} "), quiet, LEFT, self.y)?;
            self.y += look.small * look.leading;
            let strong = self.bold(look.body + 1.0, Ink::Text);
            let broken = self.broken(strong, value, RIGHT - LEFT)?;
            self.sheets.own = Some(Own::Other);
            self.set(Some(node), broken, strong, LEFT, look.leading);
            self.sheets.own = None;
            self.y += look.gap * 0.7;
        }
        self.y += look.gap * 0.3;
        Ok(())
    }

    /// A text in lines no wider than `width`.
    pub(super) fn broken(
        &mut self,
        kind: Type,
        text: &str,
        width: f32,
    ) -> Result<Vec<Line>, Error> {
        lines(self.setter, kind.style, text, width / kind.size)
    }

    /// Sets lines below each other, over pages if need be.
    pub(super) fn set(
        &mut self,
        node: Option<usize>,
        lines: Vec<Line>,
        kind: Type,
        x: f32,
        leading: f32,
    ) {
        let height = kind.size * leading;
        for line in lines {
            self.room(height);
            let y = baseline(self.y, kind.size, leading);
            if !line.runs.is_empty() {
                let (size, ink, runs) = (kind.size, kind.ink, line.runs);
                self.sheets.put(
                    node,
                    Mark::Line {
                        x,
                        y,
                        size,
                        ink,
                        runs,
                    },
                );
            }
            self.y += height;
        }
    }

    /// Sets one line at a place, whatever its width.
    pub(super) fn one(
        &mut self,
        node: Option<usize>,
        text: &str,
        kind: Type,
        x: f32,
        top: f32,
    ) -> Result<f32, Error> {
        let word = self.setter.word(kind.style, text)?;
        let y = baseline(top, kind.size, self.look.leading);
        let (size, ink, runs) = (kind.size, kind.ink, word.runs.clone());
        self.sheets.put(
            node,
            Mark::Line {
                x,
                y,
                size,
                ink,
                runs,
            },
        );
        Ok(word.width * kind.size)
    }
}

/// Where the letters of a line stand, below its top.
fn baseline(top: f32, size: f32, leading: f32) -> f32 {
    top + size * (leading / 2.0 + 0.34)
}
