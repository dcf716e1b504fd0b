//! The record as one actor may see it. Whatever answers a request works on a view and can't reach the
//! folder behind it (INVARIANT masked is absent).

use std::collections::HashSet;
use std::sync::Arc;

use hygie_notice::{Act, ActorKind, ActorRef, Millis, PersonId};
use hygie_policy::{Class, Decision, Mark, Request, Rights, Scopes, Target, Terms, decide};

use crate::bytes::{self, Shown};
use crate::folder::{Folder, Lineage};
use crate::item::Item;
use crate::nature::Nature;
use crate::rights::RightsFolder;
use crate::{Caller, masking, mentions};

/// What is visible, in order of first arrival.
pub(crate) struct View {
    /// Each visible resource with its versions.
    pub lineages: Vec<Arc<Lineage>>,
}

impl View {
    /// The current items.
    pub fn items(&self) -> impl Iterator<Item = &Arc<Item>> {
        self.lineages.iter().filter_map(|lineage| lineage.current())
    }

    /// The visible resource of this type and id.
    pub fn lineage(&self, kind: &str, id: &str) -> Option<&Arc<Lineage>> {
        self.lineages.iter().find(|lineage| {
            let newest = lineage.newest();
            newest.kind() == kind && newest.id() == id
        })
    }
}

/// Who looks, and under which rights.
pub(crate) struct Sight<'a> {
    /// Who looks.
    pub caller: &'a Caller,
    /// Whose record.
    pub person: PersonId,
    /// What the person allows.
    pub rights: &'a Rights,
    /// What the operator laid down.
    pub terms: &'a Terms,
    /// When.
    pub now: Millis,
}

impl Sight<'_> {
    /// Whether policy lets this caller do `act` to an item of this class.
    pub fn permits(&self, act: Act, class: Class) -> bool {
        self.decision(act, Target::Entry(class)).permits()
    }

    /// Whether policy lets this caller set or take away a mark of an item of this class.
    pub fn permits_mark(&self, class: Class, mark: Mark) -> bool {
        self.decision(Act::Mask, Target::Mark(class, mark))
            .permits()
    }

    /// Whether policy lets him set or take away any mark of such an item.
    pub fn permits_any_mark(&self, class: Class) -> bool {
        let mut marks = Mark::ALL.into_iter();
        marks.any(|mark| self.permits_mark(class, mark))
    }

    /// What policy says, and by which rules.
    pub fn decision(&self, act: Act, target: Target) -> Decision {
        decide(&Request {
            actor: &self.caller.actor,
            act,
            purpose: self.caller.purpose,
            target,
            person: Some(self.person),
            rights: self.rights,
            terms: self.terms,
            now: self.now,
        })
    }

    /// The class of an item for this caller.
    pub fn class(&self, lineage: &Lineage, rights: &RightsFolder) -> Class {
        let actor = &self.caller.actor;
        let shown = || {
            self.rights
                .shows(actor, &lineage.newest().reference(), self.now)
        };
        Class {
            marks: masking::marks(lineage, &rights.masks, self.now, self.terms.announcement),
            granted: self.rights.shows_items() && shown(),
            ..self.class_of(lineage.author(), lineage.nature())
        }
    }

    /// The class of what somebody made that nothing marks, and that is shown to nobody by name.
    fn class_of(&self, author: &ActorRef, nature: Nature) -> Class {
        let actor = &self.caller.actor;
        let structure = structure_of(actor);
        let scopes = || Scopes::parse(actor.scope.as_deref().unwrap_or_default());
        Class {
            category: nature.category,
            emergency: nature.emergency,
            own: same(author, actor),
            of_structure: structure.is_some() && structure == structure_of(author),
            in_scope: actor.kind == ActorKind::App && scopes().read(nature.kind),
            ..Class::default()
        }
    }
}

/// What policy says of each class, asked once: a record of a thousand items has a handful of them.
pub(crate) struct Decided<'a> {
    sight: &'a Sight<'a>,
    act: Act,
    classes: Vec<(Class, bool)>,
}

impl<'a> Decided<'a> {
    /// For one act.
    pub fn of(sight: &'a Sight<'a>, act: Act) -> Self {
        Self {
            sight,
            act,
            classes: Vec::new(),
        }
    }

    /// Whether policy lets the caller do it to an item of this class.
    pub fn permits(&mut self, class: Class) -> bool {
        let mut known = self.classes.iter();
        if let Some((_, permitted)) = known.find(|(known, _)| *known == class) {
            return *permitted;
        }
        let permitted = self.sight.permits(self.act, class);
        self.classes.push((class, permitted));
        permitted
    }
}

/// The structure somebody acts for: software is known by it.
fn structure_of(actor: &ActorRef) -> Option<&str> {
    match actor.kind {
        ActorKind::Software => Some(&actor.id),
        ActorKind::Professional => actor.structure.as_deref(),
        _ => None,
    }
}

/// Whether two references mean one actor.
pub(crate) fn same(one: &ActorRef, other: &ActorRef) -> bool {
    one.kind == other.kind
        && match one.kind {
            ActorKind::Holder => one.person == other.person,
            _ => one.id == other.id,
        }
}

/// One item (`Type/id`) as this caller may see it: what [`view`] would have under that name.
pub(crate) fn view_of(
    folder: &Folder,
    rights: &RightsFolder,
    sight: &Sight<'_>,
    act: Act,
    reference: &str,
) -> Option<Arc<Lineage>> {
    let hidden = || hidden(folder, rights, sight, act).contains(reference);
    if let Some(lineage) = folder.lineage(reference) {
        return (!hidden()).then(|| masking::shown(lineage, &rights.masks));
    }
    let id = reference.strip_prefix("Consent/")?;
    let consent = sees_consents(sight).then(|| rights.consent(id))?;
    consent.filter(|_| !hidden()).cloned()
}

/// Who is authorised is the holder's own affair: a professional does not learn of the others.
pub(crate) fn sees_consents(sight: &Sight<'_>) -> bool {
    match sight.caller.actor.kind {
        ActorKind::Holder | ActorKind::Operator => true,
        ActorKind::Representative => sight.decision(Act::Share, Target::Record).permits(),
        _ => false,
    }
}

/// Filters a folder for one caller; `act` is what items are decided for.
pub(crate) fn view(folder: &Folder, rights: &RightsFolder, sight: &Sight<'_>, act: Act) -> View {
    let hidden = hidden(folder, rights, sight, act);
    view_without(folder.lineages(), rights, sight, &hidden)
}

/// The same, with what is hidden found already.
pub(crate) fn view_without(
    lineages: &[Arc<Lineage>],
    rights: &RightsFolder,
    sight: &Sight<'_>,
    hidden: &HashSet<String>,
) -> View {
    let seen = |lineage: &&Arc<Lineage>| {
        hidden.is_empty() || !hidden.contains(&lineage.newest().reference())
    };
    let mut lineages: Vec<Arc<Lineage>> = lineages
        .iter()
        .filter(seen)
        .map(|lineage| masking::shown(lineage, &rights.masks))
        .collect();
    if sees_consents(sight) {
        lineages.extend(rights.consents.iter().filter(seen).cloned());
    }
    View { lineages }
}

/// What of a folder a caller must not notice, as `Type/id`: what policy hides from him, and what would
/// tell that it exists, Consents among it.
pub(crate) fn hidden(
    folder: &Folder,
    rights: &RightsFolder,
    sight: &Sight<'_>,
    act: Act,
) -> HashSet<String> {
    let mut decided = Decided::of(sight, act);
    let mut hidden = Hidden::default();
    let shown = Shown {
        folder,
        rights,
        sight,
    };
    // Mostly nothing is marked, and all there is falls into few classes: whoever may see each of them sees all.
    let (mut plain, mut bytes) = (!folder.marked && rights.masks.is_empty(), true);
    for (author, nature) in folder.natures() {
        let permitted = decided.permits(sight.class_of(author, nature));
        *(if bytes::are(nature.kind) {
            &mut bytes
        } else {
            &mut plain
        }) &= permitted;
    }
    if plain && bytes {
        return hidden.references;
    }
    if !plain {
        for lineage in folder.lineages() {
            let bytes = bytes::are(lineage.newest().kind());
            if !bytes && !decided.permits(sight.class(lineage, rights)) {
                hidden.add(lineage);
            }
        }
    }
    // A Consent that shows one item to somebody names it.
    let consents = if sees_consents(sight) {
        &rights.consents[..]
    } else {
        &[]
    };
    hidden.follow_bytes(&shown, &mut decided);
    while hidden.follow([folder.lineages(), consents], &sight.caller.actor) {
        hidden.follow_bytes(&shown, &mut decided);
    }
    hidden.references
}

/// What is hidden so far, and the names by which other resources may tell of it.
#[derive(Default)]
struct Hidden {
    references: HashSet<String>,
    /// Ids, and unique ids as `system|value`.
    names: HashSet<String>,
}

impl Hidden {
    fn add(&mut self, lineage: &Lineage) {
        self.references.insert(lineage.newest().reference());
        for item in lineage.versions() {
            self.names.extend(item.resource().id().map(str::to_owned));
            self.names.extend(mentions::unique_name(item.resource()));
        }
    }

    fn contains(&self, lineage: &Lineage) -> bool {
        self.references.contains(&lineage.newest().reference())
    }

    /// Hides what mentions a hidden item in any version; whether anything is hidden that was not. What the caller
    /// wrote himself tells him nothing, and stays.
    fn follow(&mut self, lineages: [&[Arc<Lineage>]; 2], actor: &ActorRef) -> bool {
        let before = self.references.len();
        // Nothing is read for it where nothing is hidden.
        if before > 0 {
            for lineage in lineages.into_iter().flatten() {
                if !self.contains(lineage) && self.tells(lineage, actor) {
                    self.add(lineage);
                }
            }
        }
        self.references.len() != before
    }

    /// Hides the bytes that nothing shows any more.
    fn follow_bytes(&mut self, shown: &Shown<'_>, decided: &mut Decided<'_>) {
        loop {
            let before = self.references.len();
            for bytes in shown.folder.bytes() {
                let lineage = &shown.folder.lineages()[bytes.place];
                if self.contains(lineage) {
                    continue;
                }
                let class = shown.class(bytes, decided, |namer| self.contains(namer));
                if class.is_none() {
                    self.add(lineage);
                }
            }
            if self.references.len() == before {
                return;
            }
        }
    }

    /// Whether a version that somebody else than `actor` wrote mentions what is hidden.
    fn tells(&self, lineage: &Lineage, actor: &ActorRef) -> bool {
        let others = lineage
            .versions()
            .iter()
            .filter(|item| !same(&item.author, actor));
        let mut mentions = others.map(|item| item.mentions());
        mentions.any(|mentions| {
            let mut names = mentions.ids.iter().chain(&mentions.identifiers);
            names.any(|name| self.names.contains(name))
        })
    }
}
