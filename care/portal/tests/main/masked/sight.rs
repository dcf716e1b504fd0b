//! What of a record one observer must not notice, said once more, apart from the code: from the rules
//! (`care/policy/rules/table.tsv`), the example's matrix, and decision 0021.

use std::collections::HashSet;

use hygie_notice::Millis;

use super::cast::{APP, HELPER, HOLDER, LEGAL, PHYSIOTHERAPIST, SUPPORT, Sort, UNLISTED};
use super::cast::{Classes, of_one_house};
use super::plan::{BINARY, CODES, CONSENT, DOCUMENT, Form, KINDS, MEDICATION, Marks, Plan};

/// Thirty days, after which whatever waits to be announced opens.
const ANNOUNCEMENT: Millis = 30 * 24 * 3_600_000;

/// What the observer must not notice, and why.
#[derive(Debug, Default)]
pub struct Hidden {
    pub pieces: HashSet<usize>,
    /// Some of it would show but for this mark.
    pub by_mark: Marks,
    /// Some of it is not his to read, whatever it bears.
    pub by_right: bool,
    /// Some of it would show but for what it tells of something else.
    pub by_telling: bool,
    /// Some of it would show but for a mark that was set after the deposit.
    pub by_later_mark: bool,
    /// Some of it, or of the rest, came with a mark that was taken back.
    pub taken_back: bool,
    /// Something opened because it waited its time.
    pub opened: bool,
}

/// What rules ask of an item: its class of documents, whether an emergency shows it, and whether the person shows it
/// to the observer by name.
struct Nature {
    class: Option<&'static str>,
    emergency: bool,
    granted: bool,
}

/// No marks.
const PLAIN: Marks = [false; 3];

/// Whether classes that were named hold a class. What has no class is in none, not even in all.
fn named(classes: &Classes, class: Option<&str>) -> bool {
    class.is_some_and(|class| classes.as_ref().is_none_or(|named| named.contains(&class)))
}

impl Plan {
    /// The marks in force: what waits to be announced for thirty days is announced.
    fn in_force(&self, piece: usize, now: Millis) -> Marks {
        let [masked, unannounced, secret] = self.pieces[piece].marks();
        let waits = self.pieces[piece]
            .waiting
            .is_some_and(|since| now < since + ANNOUNCEMENT);
        [masked, unannounced && waits, secret]
    }

    fn nature(&self, piece: usize) -> Nature {
        let it = &self.pieces[piece];
        let content = it.happened().filter(|version| !version.deleted).last();
        let code = content.map_or(0, |version| version.code);
        let (class, emergency) = match KINDS[it.kind] {
            "DocumentReference" => (
                CODES[code].1,
                matches!(CODES[code].0, "60591-5" | "EXPPAT_3"),
            ),
            // Bytes say nothing of themselves: see `bytes_show`.
            "Binary" => (None, false),
            "MedicationRequest" => (Some("42"), it.kind == MEDICATION),
            "Condition" => (Some("11"), false),
            "List" => (Some("95"), false),
            _ => (Some("10"), false),
        };
        Nature {
            class,
            emergency,
            granted: self.is_granted(piece),
        }
    }

    /// What the matrix gives the observer's profession: a doctor and software all of these classes, a
    /// physiotherapist few, a profession without a row none.
    fn in_matrix(&self, class: Option<&str>) -> bool {
        match (self.standing.who, class) {
            (_, None) => false,
            (UNLISTED, _) => false,
            (PHYSIOTHERAPIST, Some(class)) => matches!(class, "10" | "11" | "42" | "90"),
            _ => true,
        }
    }

    fn came_with(&self, piece: usize, mark: usize) -> bool {
        self.pieces[piece]
            .happened()
            .any(|version| version.marks[mark])
    }

    fn is_own(&self, piece: usize) -> bool {
        self.pieces[piece].versions[0].by == self.standing.who
    }

    /// Whether the person shows the observer this very item.
    fn is_granted(&self, piece: usize) -> bool {
        self.pieces.iter().any(|consent| {
            let said = &consent.versions[0];
            consent.kind == CONSENT
                && said.grantee == self.standing.who
                && said.links[0].0 == piece
                && consent.happened().all(|version| !version.deleted)
        })
    }

    /// Who is authorised is read by the person, and by who represents him.
    pub fn sees_consents(&self) -> bool {
        matches!(
            self.standing.sort,
            Sort::Holder | Sort::Guardian | Sort::Parent
        )
    }

    /// Whether the rules let the observer into the record, to read.
    fn is_let_in(&self) -> bool {
        let standing = &self.standing;
        let shown_one = (0..self.pieces.len()).any(|piece| self.is_granted(piece));
        let [no_team, no_emergency, no_regulation] = standing.refuses;
        match standing.sort {
            Sort::Holder => !standing.minor,
            Sort::Guardian | Sort::Parent | Sort::HelperOfAll | Sort::HelperOfSome => true,
            Sort::App => true,
            Sort::Blocked | Sort::Support => false,
            Sort::Regulating => !no_regulation,
            Sort::OfTeam if !no_team => true,
            Sort::Breaking if !no_emergency => true,
            _ => {
                let treating = standing.treating == Some(standing.who);
                standing.reads.is_some() || treating || shown_one
            }
        }
    }

    /// The status by which the observer must be answered who reads a piece.
    pub fn expects(&self, piece: usize) -> u16 {
        let of_others = self.pieces[piece].kind == CONSENT && !self.sees_consents();
        if !self.is_let_in() {
            403
        } else if of_others || self.hidden.pieces.contains(&piece) {
            404
        } else if self.pieces[piece].happened().any(|version| version.deleted) {
            410
        } else {
            200
        }
    }

    /// Whether the rules show a piece to the observer, if it bears these marks.
    fn shows(&self, piece: usize, marks: Marks) -> bool {
        self.shows_as(piece, &self.nature(piece), marks)
    }

    /// The same, if the piece were of this nature.
    fn shows_as(
        &self,
        piece: usize,
        nature: &Nature,
        [masked, unannounced, secret]: Marks,
    ) -> bool {
        let (who, own) = (self.standing.who, self.is_own(piece));
        let class = nature.class;
        if self.pieces[piece].kind == CONSENT {
            return self.sees_consents() && !(self.standing.minor && who == HOLDER);
        }
        // Whoever acts for the person sees no secrets of his; nobody but professionals, what is not announced.
        let to_person = own || !unannounced;
        let to_others = own || !unannounced && !secret;
        match who {
            HOLDER => !self.standing.minor && to_person,
            LEGAL => to_others,
            HELPER => {
                let mandate = self.standing.helper.as_ref();
                mandate.is_some_and(|classes| named(classes, class)) && to_others
            }
            APP => {
                let let_in = self.standing.app.as_ref();
                let scoped = self.standing.scope == "patient/*.crs"
                    || matches!(self.pieces[piece].kind, DOCUMENT | BINARY);
                let_in.is_some_and(|classes| named(classes, class)) && scoped && to_others
            }
            SUPPORT => false,
            _ => self.shows_to_professional(piece, nature, masked),
        }
    }

    fn shows_to_professional(&self, piece: usize, nature: &Nature, masked: bool) -> bool {
        let standing = &self.standing;
        let Nature {
            class,
            emergency,
            granted,
        } = *nature;
        let own = self.is_own(piece);
        let treating = standing.treating == Some(standing.who);
        let [no_team, no_emergency, no_regulation] = standing.refuses;
        let permitted = own
            || of_one_house(standing.who, self.pieces[piece].versions[0].by)
            || standing
                .reads
                .as_ref()
                .is_some_and(|classes| named(classes, class))
            || granted
            || treating
            || standing.sort == Sort::OfTeam && !no_team
            || standing.sort == Sort::Breaking && !no_emergency && emergency
            || standing.sort == Sort::Regulating && !no_regulation;
        let forbidden = standing.sort == Sort::Blocked && !own
            || masked && !own && !treating && !granted
            || !self.in_matrix(class) && !own;
        permitted && !forbidden
    }

    /// Whether bytes show to the observer while this much is hidden from him. They are what the items that name them
    /// are (0021); without any they are of no class, like a document whose type nobody knows.
    fn bytes_show(&self, bytes: usize, hidden: &HashSet<usize>, now: Millis) -> bool {
        let first = |piece: usize| self.pieces[piece].versions[0].by;
        let seen = |namer: usize| !hidden.contains(&namer);
        let alone = self.shows(bytes, PLAIN);
        let mut namers = self.namers(bytes);
        if self.is_own(bytes) {
            // He knows of them: what is hidden from him takes nothing away, and what he wrote counts.
            namers.retain(|(namer, _)| seen(*namer));
            return alone || self.names_show(bytes, &namers, |_, _| true);
        }
        // Who brought them may mark what is his, whoever else names them.
        let marked = |namer: usize| {
            let marks = self.in_force(namer, now);
            first(namer) == first(bytes) && !self.shows(namer, marks) && self.shows(namer, PLAIN)
        };
        if namers.iter().any(|(namer, _)| marked(*namer)) {
            return false;
        }
        // By themselves while nothing hidden names them; or through what somebody else than the observer wrote.
        let open = namers.iter().all(|(namer, _)| seen(*namer));
        let who = self.standing.who;
        alone && open || self.names_show(bytes, &namers, |namer, by| seen(namer) && by != who)
    }

    /// Whether a piece is not there at all in the twin. Bytes of his own the observer knows: nothing names them that he
    /// sees, and once he names them himself they show to him again.
    pub fn is_absent(&self, piece: usize) -> bool {
        let known = self.is_own(piece) && self.pieces[piece].kind == BINARY;
        self.hidden.pieces.contains(&piece) && !known
    }

    /// What names bytes, and who wrote the version that does.
    fn namers(&self, bytes: usize) -> Vec<(usize, usize)> {
        let mut namers = Vec::new();
        for (place, piece) in self.pieces.iter().enumerate() {
            for version in piece.happened().filter(|_| piece.kind != CONSENT) {
                let names = |link: &(usize, Form)| link.0 == bytes && link.1 != Form::Logical;
                if version.links.iter().any(names) {
                    namers.push((place, version.by));
                }
            }
        }
        namers
    }

    /// Whether one of the namers that count shows the bytes. Lists say nothing where something else names them.
    fn names_show(
        &self,
        bytes: usize,
        namers: &[(usize, usize)],
        counts: impl Fn(usize, usize) -> bool,
    ) -> bool {
        let is_list = |namer: usize| KINDS[self.pieces[namer].kind] == "List";
        let only_lists = namers.iter().all(|(namer, _)| is_list(*namer));
        let mut namers = namers
            .iter()
            .filter(|(namer, by)| (only_lists || !is_list(*namer)) && counts(*namer, *by));
        namers.any(|(namer, _)| {
            let nature = self.nature(*namer);
            let nature = Nature {
                granted: nature.granted || self.is_granted(bytes),
                ..nature
            };
            self.shows_as(bytes, &nature, PLAIN)
        })
    }

    /// Whether the rules let somebody set or take away a mark, of what he reaches.
    pub fn may_mark(&self, who: usize, piece: usize, mark: usize) -> bool {
        match who {
            HOLDER => !self.standing.minor && mark != 1,
            LEGAL => mark == 0,
            HELPER | APP | SUPPORT => false,
            _ => {
                let announces = self.standing.treating == Some(who) && mark != 0;
                self.pieces[piece].versions[0].by == who || announces
            }
        }
    }

    /// What a piece mentions in any version that others than the observer wrote.
    fn links_of_others(&self, piece: usize) -> Vec<(usize, Form)> {
        let versions = self.pieces[piece].happened();
        versions
            .filter(|version| version.by != self.standing.who)
            .flat_map(|version| version.links.iter().copied())
            .collect()
    }

    /// What the observer must not notice: what the rules hide from him; what others say of it; and bytes as what names
    /// them is.
    pub fn hide(&mut self, now: Millis) {
        let known = |piece: &usize| self.pieces[*piece].kind != CONSENT || self.sees_consents();
        let all: Vec<usize> = (0..self.pieces.len()).filter(known).collect();
        let mut hidden = Hidden::default();
        for piece in all.iter().copied() {
            let marks = self.in_force(piece, now);
            let said = self.pieces[piece].said;
            hidden.taken_back |=
                (0..3).any(|mark| said[mark] == Some(false) && self.came_with(piece, mark));
            hidden.opened |= marks != self.pieces[piece].marks();
            if self.pieces[piece].kind == BINARY {
                if !self.bytes_show(piece, &HashSet::new(), now) {
                    hidden.pieces.insert(piece);
                }
                continue;
            }
            if self.shows(piece, marks) {
                continue;
            }
            hidden.pieces.insert(piece);
            hidden.by_right |= !self.shows(piece, PLAIN);
            for mark in 0..3 {
                let mut without = marks;
                without[mark] = false;
                let shows = self.shows(piece, without);
                hidden.by_mark[mark] |= shows;
                hidden.by_later_mark |= shows && said[mark] == Some(true);
            }
        }
        let ruled = hidden.pieces.len();
        while self.follow_hidden(&all, &mut hidden.pieces, now) {}
        hidden.by_telling = hidden.pieces.len() > ruled;
        self.hidden = hidden;
    }

    /// Hides what tells of something hidden, and the bytes that do not show any more; whether there was anything.
    fn follow_hidden(&self, all: &[usize], hidden: &mut HashSet<usize>, now: Millis) -> bool {
        let before = hidden.len();
        for piece in all.iter().copied() {
            let links = self.links_of_others(piece);
            let tells = links.iter().any(|(to, _)| hidden.contains(to));
            let bytes = self.pieces[piece].kind == BINARY;
            if tells || bytes && !self.bytes_show(piece, hidden, now) {
                hidden.insert(piece);
            }
        }
        hidden.len() > before
    }
}
