//! The marks of visibility (value set J08): masked to professionals, not yet announced to the person, invisible to
//! who acts for him. They stand in a document's `securityLabel` when it is deposited; later changes stand in
//! `rights`, so that they make no version, ETag or lastUpdated that others could see.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use hygie_fhir::Json;
use hygie_notice::Millis;
use hygie_policy::{Mark, Marks};

use crate::Error;
use crate::folder::Lineage;

/// The member of a resource that has the marks.
pub const LABELS: &str = "securityLabel";
/// The code system of the marks of visibility.
const SYSTEM: &str = "urn:oid:1.2.250.1.213.1.1.4.13";
/// Neither restricted nor masked (v3-Confidentiality).
const NORMAL: &str = "N";

/// What was said of one mark of an item after it was deposited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The mark's place among the labels, or none for an item that does not bear it any more.
    pub place: Option<usize>,
    /// Since when.
    pub at: Millis,
}

/// What was said of the visibility of items (`Type/id`) after they were deposited, by mark.
#[derive(Debug, Clone, Default)]
pub struct Masks(HashMap<String, [Option<Said>; 3]>);

impl Masks {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes what was said. A mark that is set again keeps its day: nothing is kept back for ever.
    pub fn say(&mut self, item: String, mark: Mark, said: Said) {
        let known = &mut self.0.entry(item).or_default()[mark as usize];
        let since = known.filter(|known| known.place.is_some() && said.place.is_some());
        *known = Some(Said {
            at: since.map_or(said.at, |known| known.at),
            ..said
        });
    }

    /// Takes over what was said of a joined record's items.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    fn of(&self, lineage: &Lineage) -> [Option<Said>; 3] {
        if self.0.is_empty() {
            return [None; 3];
        }
        let said = self.0.get(&lineage.newest().reference());
        said.copied().unwrap_or_default()
    }
}

/// The code of a mark.
fn code(mark: Mark) -> &'static str {
    match mark {
        Mark::Masked => "MASQUE_PS",
        Mark::Unannounced => "INVISIBLE_PATIENT",
        Mark::Secret => "INVISIBLE_REPRESENTANTS_LEGAUX",
    }
}

/// The marks that an item bears now. What waits to be announced for longer than `announcement` (milliseconds) is
/// announced: it is not kept back for ever.
pub fn marks(lineage: &Lineage, masks: &Masks, now: Millis, announcement: Millis) -> Marks {
    // A deletion says nothing of visibility: what was marked stays so, with its history.
    let content = lineage.versions().iter().rev().find(|item| !item.deleted);
    let mut marks = content.map(|item| item.marks).unwrap_or_default();
    let mut since = marked_since(lineage);
    for (mark, said) in Mark::ALL.into_iter().zip(masks.of(lineage)) {
        if let Some(said) = said {
            marks = marks.with(mark, said.place.is_some());
            // What was said later is the last word, whatever an update repeats: it neither shortens the wait nor
            // begins it anew.
            if mark == Mark::Unannounced {
                since = said.at;
            }
        }
    }
    let over = now >= since.saturating_add(announcement);
    marks.with(Mark::Unannounced, marks.unannounced && !over)
}

/// Since when the content, and each version before it without a gap, waits to be announced: an update that marks what
/// was shown begins anew, and one that only repeats the mark does not.
fn marked_since(lineage: &Lineage) -> Millis {
    let contents = lineage.versions().iter().rev().filter(|item| !item.deleted);
    let marked = contents.take_while(|item| item.marks.unannounced);
    let first = marked.last().unwrap_or(&lineage.versions()[0]);
    first.updated
}

/// The marks that a resource bears.
pub fn marks_of(resource: &Json) -> Marks {
    let labels = labels(resource);
    let borne = |mark| labels.iter().any(|label| bears(label, mark));
    Mark::ALL.into_iter().fold(Marks::default(), |marks, mark| {
        marks.with(mark, borne(mark))
    })
}

/// A lineage as those who may see it read it: with the marks that hold now.
pub fn shown(lineage: &Arc<Lineage>, masks: &Masks) -> Arc<Lineage> {
    let newest = lineage.newest();
    if newest.deleted {
        return Arc::clone(lineage);
    }
    let mut marks = newest.marks;
    let mut resource = None;
    for (mark, said) in Mark::ALL.into_iter().zip(masks.of(lineage)) {
        let Some(said) = said.filter(|said| said.place.is_some() != marks.has(mark)) else {
            continue;
        };
        let changed = resource.get_or_insert_with(|| newest.resource().clone());
        let labels = marked(changed.json(), mark, said.place);
        changed.set_member(LABELS, labels);
        marks = marks.with(mark, said.place.is_some());
    }
    match resource {
        None => Arc::clone(lineage),
        Some(resource) => Arc::new(lineage.with_newest(newest.remarked(resource, marks))),
    }
}

/// The labels with a mark added or taken away; `None` when no label is left.
fn marked(resource: &Json, mark: Mark, place: Option<usize>) -> Option<Json> {
    let kept = labels(resource).iter().filter(|label| !bears(label, mark));
    let mut labels: Vec<Json> = kept.cloned().collect();
    if let Some(place) = place {
        let coding = Json::object([
            ("system", Json::String(SYSTEM.into())),
            ("code", Json::String(code(mark).into())),
        ]);
        let label = Json::object([("coding", Json::array([coding]))]);
        labels.insert(place.min(labels.len()), label);
    }
    (!labels.is_empty()).then(|| Json::array(labels))
}

/// Which marks a patch of a document's labels sets, each with its place among them, or takes away: `before` and
/// `after` are the document as it is shown, without and with the patch. Another label may make way for a mark, and
/// `N` (normal) take its place, as in the DMP's draft (TD3.3a, TD3.3b); the other labels stay as their author wrote
/// them, and a patch that says more is refused.
///
/// # Errors
/// [`Error::Unprocessable`] for every other change.
pub fn asked(before: &Json, after: &Json) -> Result<Vec<(Mark, Option<usize>)>, Error> {
    let [was, is] = [before, after].map(|resource| {
        let codings = labels(resource).iter().flat_map(codings);
        let codes = codings.filter_map(|coding| coding.get("code")?.as_str());
        codes.collect::<BTreeSet<&str>>()
    });
    let changed: Vec<Mark> = Mark::ALL
        .into_iter()
        .filter(|mark| was.contains(code(*mark)) != is.contains(code(*mark)))
        .collect();
    let of_marks = |word: &&&str| Mark::ALL.into_iter().any(|mark| code(mark) == **word);
    let mut new = is.difference(&was).filter(|word| !of_marks(word));
    let changes = !changed.is_empty();
    if new.all(|code| changes && *code == NORMAL) && (changes || was == is) {
        let place = |mark| labels(after).iter().position(|label| bears(label, mark));
        return Ok(changed
            .into_iter()
            .map(|mark| (mark, place(mark)))
            .collect());
    }
    Err(Error::Unprocessable(
        "a patch of `securityLabel` puts marks of visibility (MASQUE_PS, INVISIBLE_PATIENT, \
         INVISIBLE_REPRESENTANTS_LEGAUX) or takes them away; other labels are changed by an update",
    ))
}

fn labels(resource: &Json) -> &[Json] {
    resource.get(LABELS).map(Json::items).unwrap_or_default()
}

fn codings(label: &Json) -> &[Json] {
    label.get("coding").map(Json::items).unwrap_or_default()
}

/// The code alone decides: senders differ in how they write the system (OID, or the national address).
fn bears(label: &Json, mark: Mark) -> bool {
    let mut codes = codings(label)
        .iter()
        .filter_map(|coding| coding.get("code")?.as_str());
    codes.any(|word| word == code(mark))
}
