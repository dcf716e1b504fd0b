//! A random small record: who brings what, in which order, what mentions what, what is marked, shown to somebody,
//! announced, and what time goes by.

use hygie_notice::{ActorRef, Millis, PersonId};

use super::cast::{DOCTORS, HELPER, PHYSIOTHERAPIST, Sort, Standing, TEAM_DOCTOR, of_one_house};
use super::dice::Dice;
use super::sight::Hidden;

pub const KINDS: [&str; 8] = [
    "DocumentReference",
    "Observation",
    "Binary",
    "List",
    "DiagnosticReport",
    "Condition",
    "MedicationRequest",
    "Consent",
];
pub const DOCUMENT: usize = 0;
pub const BINARY: usize = 2;
const LIST: usize = 3;
pub const MEDICATION: usize = 6;
/// That one item is shown to one professional; the last of [`KINDS`].
pub const CONSENT: usize = 7;
/// Types of documents with their classes: reports, syntheses, a certificate, directives, and one that nobody knows.
pub const CODES: [(&str, Option<&str>); 6] = [
    ("11488-4", Some("10")),
    ("34112-3", Some("10")),
    ("60591-5", Some("11")),
    ("CERT_DECL", Some("52")),
    ("EXPPAT_3", Some("90")),
    ("00000-0", None),
];
/// The marks of visibility, in the order of [`Marks`].
pub const MARKS: [&str; 3] = [
    "MASQUE_PS",
    "INVISIBLE_PATIENT",
    "INVISIBLE_REPRESENTANTS_LEGAUX",
];
/// Masked, not announced, secret to representatives.
pub type Marks = [bool; 3];
/// Days that may go by at once.
const DAYS: [u64; 5] = [1, 10, 29, 30, 31];

/// How a resource mentions another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    Reference,
    Absolute,
    Versioned,
    /// By the unique id of a document.
    Logical,
    /// In a text.
    Told,
    /// As the bytes of a document.
    Attached,
}

#[derive(Debug, Clone)]
pub struct Version {
    pub by: usize,
    /// What it mentions; none for a deletion.
    pub links: Vec<(usize, Form)>,
    /// A place in [`CODES`].
    pub code: usize,
    /// Bears these marks already when it comes.
    pub marks: Marks,
    pub deleted: bool,
    /// To whom a Consent shows what it mentions.
    pub grantee: usize,
    /// Whether it came in: somebody may have been refused.
    pub happened: bool,
}

#[derive(Debug)]
pub struct Piece {
    pub kind: usize,
    pub versions: Vec<Version>,
    /// The marks of its newest content.
    pub borne: Marks,
    /// What was said last of each of its marks, beside its content.
    pub said: [Option<bool>; 3],
    /// Since when it waits to be announced.
    pub waiting: Option<Millis>,
    /// Once it is there: its id, and the id of each version.
    pub id: String,
    pub version_ids: Vec<String>,
}

impl Piece {
    fn new(kind: usize, version: Version) -> Self {
        Self {
            kind,
            versions: vec![version],
            borne: [false; 3],
            said: [None; 3],
            waiting: None,
            id: String::new(),
            version_ids: Vec::new(),
        }
    }

    /// The marks that it is shown with.
    pub fn marks(&self) -> Marks {
        [0, 1, 2].map(|mark| self.said[mark].unwrap_or(self.borne[mark]))
    }

    /// What came in of it.
    pub fn happened(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().filter(|version| version.happened)
    }
}

#[derive(Debug, Clone, Copy)]
pub enum Deed {
    /// The version of this number of a piece.
    Put(usize, usize),
    /// A mark of a piece is set, or taken away, by somebody: piece, who, mark.
    Mark(usize, usize, usize, bool),
    /// So many days go by.
    Wait(u64),
}

impl Deed {
    pub fn piece(self) -> Option<usize> {
        match self {
            Self::Put(piece, _) | Self::Mark(piece, ..) => Some(piece),
            Self::Wait(_) => None,
        }
    }
}

#[derive(Debug)]
pub struct Plan {
    pub number: u64,
    pub person: Option<PersonId>,
    /// Who asks afterwards, and as what.
    pub standing: Standing,
    pub pieces: Vec<Piece>,
    pub deeds: Vec<Deed>,
    /// What he must not notice.
    pub hidden: Hidden,
}

impl Plan {
    pub fn new(dice: &mut Dice, number: u64, sort: Sort) -> Self {
        let mut plan = Self {
            number,
            person: None,
            standing: Standing::new(dice, sort),
            pieces: Vec::new(),
            deeds: Vec::new(),
            hidden: Hidden::default(),
        };
        for _ in 0..8 + dice.below(9) {
            plan.deed(dice);
        }
        plan
    }

    /// Somebody of the cast, once the person is there.
    pub fn somebody(&self, who: usize) -> ActorRef {
        self.standing.somebody(who, self.person.unwrap())
    }

    fn deed(&mut self, dice: &mut Dice) {
        let piece = dice.below(self.pieces.len().max(1));
        let roll = if self.pieces.len() < 2 {
            0
        } else {
            dice.below(100)
        };
        let shows = match self.standing.sort {
            Sort::ShownOne => 70..94,
            Sort::Holder | Sort::Guardian | Sort::Parent => 82..94,
            _ => 88..94,
        };
        match roll {
            0..48 => {
                let kind = if dice.chance(45) {
                    DOCUMENT
                } else {
                    dice.below(CONSENT)
                };
                let by = *dice.pick(&self.standing.authors());
                let version = self.version(dice, kind, self.pieces.len(), by);
                self.begin(kind, version);
                if kind == BINARY {
                    self.attach(dice, self.pieces.len() - 1);
                }
            }
            48..64 if !self.gone(piece) => self.follow(dice, piece),
            roll if shows.contains(&roll) && self.pieces[piece].kind != CONSENT => {
                self.show(dice, piece);
            }
            64..94 if self.pieces[piece].kind == DOCUMENT && !self.gone(piece) => {
                let by = self.marker(dice, piece);
                let mark = dice.below(3);
                self.deeds
                    .push(Deed::Mark(piece, by, mark, dice.chance(70)));
            }
            94.. => self.deeds.push(Deed::Wait(*dice.pick(&DAYS))),
            _ => {}
        }
    }

    fn begin(&mut self, kind: usize, version: Version) {
        self.deeds.push(Deed::Put(self.pieces.len(), 0));
        self.pieces.push(Piece::new(kind, version));
    }

    /// Who brings bytes mostly brings documents that attach them, and somebody else names them too.
    fn attach(&mut self, dice: &mut Dice, bytes: usize) {
        let author = self.pieces[bytes].versions[0].by;
        let other = *dice.pick(&self.standing.authors());
        for by in [author, author, other] {
            if dice.chance(50) {
                let kind = *dice.pick(&[DOCUMENT, DOCUMENT, LIST]);
                let mut version = self.version(dice, kind, self.pieces.len(), by);
                let form = if kind == DOCUMENT {
                    Form::Attached
                } else {
                    Form::Reference
                };
                version.links = vec![(bytes, form)];
                self.begin(kind, version);
            }
        }
    }

    /// Another version of a piece, or its end.
    fn follow(&mut self, dice: &mut Dice, piece: usize) {
        let kind = self.pieces[piece].kind;
        let author = self.pieces[piece].versions[0].by;
        let mut version = self.version(dice, kind, piece, author);
        // Whoever corrects something mostly writes back what he read, with the marks that it is shown with.
        if dice.chance(60) {
            version.marks = self.pieces[piece].versions[0].marks;
            for deed in &self.deeds {
                if let Deed::Mark(marked, _, mark, set) = deed
                    && *marked == piece
                {
                    version.marks[*mark] = *set;
                }
            }
        }
        // A colleague of the house may correct what another of the house brought.
        let colleague = *dice.pick(&[1, 2, 4]);
        if dice.chance(30) && of_one_house(colleague, author) {
            version.by = colleague;
        }
        if kind == CONSENT {
            version.by = *dice.pick(self.standing.speakers());
        }
        if kind == CONSENT || dice.chance(35) {
            version.deleted = true;
            version.links.clear();
        }
        let number = self.pieces[piece].versions.len();
        self.deeds.push(Deed::Put(piece, number));
        self.pieces[piece].versions.push(version);
    }

    /// Somebody is shown one item by name.
    fn show(&mut self, dice: &mut Dice, piece: usize) {
        let by = *dice.pick(self.standing.speakers());
        let mut version = self.version(dice, CONSENT, self.pieces.len(), by);
        version.links = vec![(piece, Form::Reference)];
        version.grantee = match self.standing.sort {
            Sort::ShownOne if dice.chance(80) => self.standing.who,
            _ => *dice.pick(&[1, 2, 3, PHYSIOTHERAPIST, TEAM_DOCTOR]),
        };
        self.begin(CONSENT, version);
    }

    /// Who tries to change a mark: who speaks for the person, the author, the treating doctor, or anybody.
    fn marker(&self, dice: &mut Dice, piece: usize) -> usize {
        match dice.below(10) {
            0..4 => *dice.pick(self.standing.speakers()),
            4..7 => self.pieces[piece].versions[0].by,
            7 | 8 => self.standing.treating.unwrap_or(DOCTORS[0]),
            _ => *dice.pick(&[1, 2, 3, 4, HELPER]),
        }
    }

    fn gone(&self, piece: usize) -> bool {
        let last = self.pieces[piece].versions.last();
        last.is_some_and(|version| version.deleted)
    }

    fn version(&self, dice: &mut Dice, kind: usize, own: usize, by: usize) -> Version {
        let mut links = Vec::new();
        let bytes = |piece: &usize| self.pieces[*piece].kind == BINARY;
        let last_bytes = (0..self.pieces.len()).rev().find(bytes);
        for _ in 0..dice.below(3) {
            // Several often name the same bytes: then it matters which of them say what they are.
            let to = match last_bytes {
                Some(bytes) if dice.chance(30) => bytes,
                _ => dice.below(self.pieces.len().max(1)),
            };
            if self.pieces.is_empty() || to == own || kind == BINARY {
                continue;
            }
            let bytes = self.pieces[to].kind == BINARY;
            let form = match dice.below(8) {
                0 => Form::Absolute,
                1 => Form::Versioned,
                2 if self.pieces[to].kind == DOCUMENT => Form::Logical,
                3 => Form::Told,
                _ if kind == DOCUMENT && bytes => Form::Attached,
                _ => Form::Reference,
            };
            links.push((to, form));
        }
        let marked = kind == DOCUMENT;
        Version {
            by,
            links,
            code: dice.below(CODES.len()),
            marks: [22, 24, 22].map(|percent| dice.chance(percent) && marked),
            deleted: false,
            grantee: 0,
            happened: false,
        }
    }
}
