//! Pages as values: what stands where, and which part of the letter it belongs to. All lengths are in points, from the
//! top left corner.

use super::setter::Run;

/// A4, in points.
pub(super) const PAPER: (f32, f32) = (595.276, 841.89);

/// Millimetres as points.
pub(super) const fn mm(millimetres: f32) -> f32 {
    millimetres * 72.0 / 25.4
}

/// The colours of a letter: text, the one accent (contrast with white 9.9:1), quiet text (7.0:1), and what stands
/// behind a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Accent,
    Quiet,
    Pale,
    White,
}

impl Ink {
    /// Red, green, blue.
    pub(super) fn rgb(self) -> (u8, u8, u8) {
        match self {
            Self::Text => (0x16, 0x16, 0x16),
            Self::Accent => (0x12, 0x3f, 0x7a),
            Self::Quiet => (0x59, 0x59, 0x59),
            Self::Pale => (0xed, 0xf2, 0xf9),
            Self::White => (0xff, 0xff, 0xff),
        }
    }
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// What is drawn.
pub(super) enum Mark {
    /// Text on one line, its left end on the baseline.
    Line {
        x: f32,
        y: f32,
        size: f32,
        ink: Ink,
        runs: Vec<Run>,
    },
    Fill(Area, Ink),
    /// A line from the left to the right, dashed or not.
    Rule {
        x: f32,
        y: f32,
        width: f32,
        dashed: bool,
    },
    /// The dark squares of a QR code.
    Squares(Vec<Area>),
}

/// What is one person's own in a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    Address,
    Code,
    Other,
}

/// Something drawn, and the leaf of the tree it belongs to; what has none is for the eye alone.
pub(super) struct Placed {
    pub(super) mark: Mark,
    pub(super) leaf: Option<usize>,
    /// What differs from one person's letter to the next's; all else is drawn once a batch.
    pub(super) own: Option<Own>,
}

/// What a part of the letter is to those who don't see it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    Heading(u16, String),
    Paragraph,
    /// A paragraph in another language.
    Foreign(&'static str),
    Steps,
    Item,
    Label,
    Body,
    /// An image on a page, with what it shows.
    Figure(String, usize, Area),
}

/// A node of the tree, its children in the order in which they are read.
pub(super) struct Node {
    pub(super) role: Role,
    pub(super) children: Vec<Child>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Child {
    Node(usize),
    Leaf(usize),
}

/// A letter laid out.
#[derive(Default)]
pub(super) struct Sheets {
    pub(super) pages: Vec<Vec<Placed>>,
    pub(super) nodes: Vec<Node>,
    /// Those that stand in no other.
    pub(super) roots: Vec<usize>,
    pub(super) leaves: usize,
    /// Whether what is drawn now is one person's own.
    pub(super) own: Option<Own>,
    /// Headings: level, text, page and height on it.
    pub(super) headings: Vec<(u16, String, usize, f32)>,
}

impl Sheets {
    /// A new node within `parent`, or at the top.
    pub(super) fn node(&mut self, parent: Option<usize>, role: Role) -> usize {
        let node = self.nodes.len();
        self.nodes.push(Node {
            role,
            children: Vec::new(),
        });
        match parent {
            Some(parent) => self.nodes[parent].children.push(Child::Node(node)),
            None => self.roots.push(node),
        }
        node
    }

    /// Draws on the last page, for a node or for the eye alone.
    pub(super) fn put(&mut self, node: Option<usize>, mark: Mark) {
        let leaf = node.map(|node| {
            let leaf = self.leaves;
            self.leaves += 1;
            self.nodes[node].children.push(Child::Leaf(leaf));
            leaf
        });
        if self.pages.is_empty() {
            self.pages.push(Vec::new());
        }
        if let Some(page) = self.pages.last_mut() {
            let own = self.own;
            page.push(Placed { mark, leaf, own });
        }
    }
}
