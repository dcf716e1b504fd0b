//! A random small record: who brings what, in which order, what mentions what, and what is masked; and
//! what of it one observer must not notice, said once more, apart from the code.

use std::collections::HashSet;

use hygie_notice::{ActorKind, ActorRef, PersonId};
use serde_json::{Value, json};

use super::dice::Dice;
use crate::world::{BASE, actor};

pub const KINDS: [&str; 6] = [
    "DocumentReference",
    "Observation",
    "Binary",
    "List",
    "DiagnosticReport",
    "Condition",
];
pub const CODES: [&str; 3] = ["11488-4", "34112-3", "60591-5"];
/// Everybody who brings something; 0 is the holder.
pub const CAST: usize = 6;
const HOUSE: &str = "750100042";

/// Somebody of the cast.
pub fn somebody(who: usize, person: PersonId) -> ActorRef {
    let professional = |id: &str| actor(ActorKind::Professional, id);
    let of_house = |id: &str| ActorRef {
        structure: Some(HOUSE.to_owned()),
        ..professional(id)
    };
    match who {
        0 => ActorRef {
            person: Some(person),
            ..actor(ActorKind::Holder, &person.to_string())
        },
        1 => of_house("10101010101"),
        2 => of_house("10101010200"),
        3 => professional("10101010309"),
        4 => actor(ActorKind::Software, HOUSE),
        _ => actor(ActorKind::Software, "750200033"),
    }
}

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
    pub code: usize,
    /// Bears the mark already when it comes.
    pub marked: bool,
    pub deleted: bool,
}

#[derive(Debug)]
pub struct Piece {
    pub kind: usize,
    pub versions: Vec<Version>,
    /// What was said last of its visibility.
    pub said: Option<bool>,
    /// Once it is there: its id, and the id of each version.
    pub id: String,
    pub version_ids: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
pub enum Deed {
    /// The version of this number of a piece.
    Put(usize, usize),
    /// A piece is masked, or shown, by somebody.
    Mask(usize, usize, bool),
}

impl Deed {
    pub fn piece(self) -> usize {
        match self {
            Self::Put(piece, _) | Self::Mask(piece, ..) => piece,
        }
    }
}

#[derive(Debug)]
pub struct Plan {
    pub number: u64,
    pub person: Option<PersonId>,
    /// Who asks afterwards.
    pub observer: usize,
    /// Whether the holder lets him read, and whether he is blocked all the same.
    pub reads: bool,
    pub blocked: bool,
    pub pieces: Vec<Piece>,
    pub deeds: Vec<Deed>,
    /// What he must not notice.
    pub hidden: HashSet<usize>,
}

impl Plan {
    pub fn new(dice: &mut Dice, number: u64) -> Self {
        let mut plan = Self {
            number,
            person: None,
            observer: if dice.chance(4) {
                0
            } else {
                1 + dice.below(CAST - 1)
            },
            reads: dice.chance(85),
            blocked: dice.chance(5),
            pieces: Vec::new(),
            deeds: Vec::new(),
            hidden: HashSet::new(),
        };
        for _ in 0..6 + dice.below(9) {
            plan.deed(dice);
        }
        plan
    }

    fn deed(&mut self, dice: &mut Dice) {
        let piece = dice.below(self.pieces.len().max(1));
        let roll = if self.pieces.len() < 2 {
            0
        } else {
            dice.below(100)
        };
        match roll {
            0..55 => {
                let kind = if dice.chance(45) {
                    0
                } else {
                    dice.below(KINDS.len())
                };
                let version = self.version(dice, kind, self.pieces.len(), dice_author);
                self.deeds.push(Deed::Put(self.pieces.len(), 0));
                self.pieces.push(Piece {
                    kind,
                    versions: vec![version],
                    said: None,
                    id: String::new(),
                    version_ids: Vec::new(),
                });
            }
            55..75 if !self.gone(piece) => {
                let author = self.pieces[piece].versions[0].by;
                let mut version = self.version(dice, self.pieces[piece].kind, piece, |_| author);
                // A colleague of the house may correct what another of the house brought.
                let colleague = 1 + dice.below(4);
                if dice.chance(30) && colleague != 3 && matches!(author, 1 | 2 | 4) {
                    version.by = colleague;
                }
                if dice.chance(35) {
                    version.deleted = true;
                    version.links.clear();
                }
                self.deeds
                    .push(Deed::Put(piece, self.pieces[piece].versions.len()));
                self.pieces[piece].versions.push(version);
            }
            75.. if self.pieces[piece].kind == 0 && !self.gone(piece) => {
                let author = self.pieces[piece].versions[0].by;
                let by = if dice.chance(60) { 0 } else { author };
                let masked = dice.chance(75);
                self.deeds.push(Deed::Mask(piece, by, masked));
            }
            _ => {}
        }
    }

    fn gone(&self, piece: usize) -> bool {
        self.pieces[piece]
            .versions
            .last()
            .is_some_and(|version| version.deleted)
    }

    fn version(
        &self,
        dice: &mut Dice,
        kind: usize,
        own: usize,
        by: impl Fn(&mut Dice) -> usize,
    ) -> Version {
        let mut links = Vec::new();
        for _ in 0..dice.below(3) {
            let to = dice.below(self.pieces.len().max(1));
            if self.pieces.is_empty() || to == own || KINDS[kind] == "Binary" {
                continue;
            }
            let bytes = KINDS[self.pieces[to].kind] == "Binary";
            let form = match dice.below(8) {
                0 => Form::Absolute,
                1 => Form::Versioned,
                2 if self.pieces[to].kind == 0 => Form::Logical,
                3 => Form::Told,
                _ if kind == 0 && bytes => Form::Attached,
                _ => Form::Reference,
            };
            links.push((to, form));
        }
        Version {
            by: by(dice),
            links,
            code: dice.below(CODES.len()),
            marked: kind == 0 && dice.chance(35),
            deleted: false,
        }
    }

    /// The unique id of a document.
    pub fn unique(&self, piece: usize) -> Value {
        json!({ "system": "urn:ietf:rfc:3986", "value": format!("urn:oid:1.2.{}.{piece}", self.number) })
    }

    pub fn reference(&self, piece: usize) -> String {
        format!(
            "{}/{}",
            KINDS[self.pieces[piece].kind], self.pieces[piece].id
        )
    }

    fn is_masked(&self, piece: usize) -> bool {
        let piece = &self.pieces[piece];
        let content = piece.versions.iter().rev().find(|version| !version.deleted);
        piece
            .said
            .unwrap_or(content.is_some_and(|version| version.marked))
    }

    /// Whether the observer sees a piece for itself: his own always; what is not masked where he may read, or where
    /// his house brought it, unless he is blocked.
    fn is_visible(&self, piece: usize) -> bool {
        let of_house = |who: usize| matches!(who, 1 | 2 | 4);
        let brought = of_house(self.pieces[piece].versions[0].by) && of_house(self.observer);
        self.is_own(piece) || !self.is_masked(piece) && !self.blocked && (self.reads || brought)
    }

    fn is_own(&self, piece: usize) -> bool {
        self.pieces[piece].versions[0].by == self.observer
    }

    /// What a piece mentions in any version, or only in those that others than the observer wrote.
    fn links(&self, piece: usize, of_others: bool) -> Vec<(usize, Form)> {
        let versions = self.pieces[piece].versions.iter();
        versions
            .filter(|version| !of_others || version.by != self.observer)
            .flat_map(|version| version.links.iter().copied())
            .collect()
    }

    /// What the observer must not notice: what is masked and not his; what others say of it; and the
    /// bytes that only such items name.
    pub fn hide(&mut self) {
        // From the holder nothing is hidden.
        if self.observer == 0 {
            return;
        }
        let all = 0..self.pieces.len();
        let mut hidden: HashSet<usize> = all
            .clone()
            .filter(|piece| !self.is_visible(*piece))
            .collect();
        loop {
            let before = hidden.len();
            for piece in all.clone() {
                if self
                    .links(piece, true)
                    .iter()
                    .any(|(to, _)| hidden.contains(to))
                {
                    hidden.insert(piece);
                }
            }
            let mut attached = HashSet::new();
            let mut shown = HashSet::new();
            for piece in all.clone() {
                if hidden.contains(&piece) {
                    let links = self.links(piece, false);
                    attached.extend(
                        links
                            .iter()
                            .filter(|link| {
                                link.1 != Form::Logical
                                    && KINDS[self.pieces[link.0].kind] == "Binary"
                            })
                            .map(|link| link.0),
                    );
                } else {
                    let links = self.links(piece, true);
                    shown.extend(
                        links
                            .iter()
                            .filter(|link| link.1 != Form::Logical)
                            .map(|link| link.0),
                    );
                }
            }
            hidden.extend(
                attached
                    .difference(&shown)
                    .filter(|piece| !self.is_own(**piece)),
            );
            if hidden.len() == before {
                break;
            }
        }
        self.hidden = hidden;
    }

    /// The content of a version, with the ids that are known by now.
    pub fn content(&self, piece: usize, version: &Version) -> Value {
        let kind = KINDS[self.pieces[piece].kind];
        let code =
            json!({ "coding": [{ "system": "http://loinc.org", "code": CODES[version.code] }] });
        let subject = json!({ "reference": format!("Patient/{}", self.person.unwrap()) });
        let mut content = match kind {
            "DocumentReference" => json!({
                "masterIdentifier": self.unique(piece), "status": "current", "type": code,
                "securityLabel": labels(version.marked),
            }),
            "Observation" => {
                json!({ "status": "final", "code": code, "effectiveDateTime": "2026-03-04" })
            }
            "DiagnosticReport" => json!({ "status": "final", "code": code }),
            "Condition" => json!({ "code": code, "recordedDate": "2026-01-02" }),
            "List" => json!({ "status": "current", "mode": "working", "code": code }),
            _ => {
                json!({ "contentType": "text/plain", "data": "aGVsbG8=", "securityContext": subject })
            }
        };
        content["resourceType"] = json!(kind);
        if kind != "Binary" {
            content["subject"] = subject;
        }
        if !self.pieces[piece].id.is_empty() {
            content["id"] = json!(self.pieces[piece].id);
        }
        for (to, form) in &version.links {
            self.link(kind, &mut content, *to, *form);
        }
        if kind == "DocumentReference" && content["content"].is_null() {
            content["content"] = json!([{ "attachment": { "title": "none" } }]);
        }
        content
    }

    fn link(&self, kind: &str, content: &mut Value, to: usize, form: Form) {
        let target = &self.pieces[to];
        let reference = self.reference(to);
        let text = match form {
            Form::Absolute => format!("{BASE}/{reference}"),
            Form::Versioned => {
                let version = target.version_ids.first().map_or("1", String::as_str);
                format!("{reference}/_history/{version}")
            }
            _ => reference,
        };
        let to_kind = KINDS[target.kind];
        let (member, value) = match (form, kind) {
            (Form::Attached, _) => ("content", json!({ "attachment": { "url": text } })),
            (Form::Told, _) => ("extension", told(&format!("see {text}."))),
            (Form::Logical, _) => ("extension", about(json!({ "identifier": self.unique(to) }))),
            (_, "List") => ("entry", json!({ "item": { "reference": text } })),
            (_, "Condition") => ("evidence", json!({ "detail": [{ "reference": text }] })),
            (_, "Observation") if matches!(to_kind, "Observation" | "DocumentReference") => {
                ("derivedFrom", json!({ "reference": text }))
            }
            (_, "DiagnosticReport") if to_kind == "Observation" => {
                ("result", json!({ "reference": text }))
            }
            (_, "DiagnosticReport") if to_kind == "Binary" => {
                ("presentedForm", json!({ "url": text }))
            }
            (_, "DocumentReference") if to_kind == "DocumentReference" => (
                "relatesTo",
                json!({ "code": "appends", "target": { "reference": text } }),
            ),
            _ => ("extension", about(json!({ "reference": text }))),
        };
        if content[member].is_null() {
            content[member] = json!([]);
        }
        content[member].as_array_mut().unwrap().push(value);
    }
}

/// Somebody of the cast, the holder seldom.
fn dice_author(dice: &mut Dice) -> usize {
    if dice.chance(10) {
        0
    } else {
        1 + dice.below(CAST - 1)
    }
}

fn told(text: &str) -> Value {
    json!({ "url": "http://example.org/told", "valueString": text })
}

fn about(reference: Value) -> Value {
    json!({ "url": "http://example.org/about", "valueReference": reference })
}

/// A document's labels, with the mark or without it.
pub fn labels(marked: bool) -> Value {
    let normal = json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N" }] });
    let mark =
        json!({ "coding": [{ "system": "urn:oid:1.2.250.1.213.1.1.4.13", "code": "MASQUE_PS" }] });
    if marked {
        json!([mark, normal])
    } else {
        json!([normal])
    }
}
