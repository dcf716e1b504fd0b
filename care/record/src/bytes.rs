//! What bytes (Binary, and a Bundle kept whole) are: they say nothing of themselves, so that they are what the items
//! that name them are. Bytes that no item names are of no class, like a document of an unknown type: they are kept,
//! and shown to their author, the holder and who acts for him in everything.
//!
//! - Items of content that name them come first; items of management (a List, a Provenance) and of identity say what
//!   they are only where nothing else does.
//! - They show to whom one such item shows, by a version that somebody else wrote; what the caller wrote himself
//!   brings nothing back but bytes of his own (a helper's, an app's: the rules show nothing to them because it is theirs).
//! - A mark on an item of the bytes' own author hides them from whom it hides the item, whoever else names them:
//!   he may mark what is his. Somebody else's marks hide his item alone, or anybody could hide what another brought.

use std::collections::HashMap;
use std::sync::Arc;

use hygie_notice::ActorRef;
use hygie_policy::{Category, Class, Marks};

use crate::folder::{Folder, Lineage};
use crate::rights::RightsFolder;
use crate::view::{Decided, Sight, same};

/// Bytes of a record, and what names them.
#[derive(Debug, Clone)]
pub(crate) struct Bytes {
    /// Their place in the folder.
    pub place: usize,
    /// Each version that names them: the place of its lineage, and who wrote it.
    pub namers: Vec<(usize, Arc<ActorRef>)>,
}

/// Whether a resource of this type is bytes.
pub(crate) fn are(kind: &str) -> bool {
    matches!(kind, "Binary" | "Bundle")
}

/// The bytes among these, and what names each.
pub(crate) fn of(lineages: &[Arc<Lineage>]) -> Vec<Bytes> {
    let all = lineages.iter().enumerate();
    let bytes = all.filter(|(_, lineage)| are(lineage.newest().kind()));
    let named = |place| Bytes {
        place,
        namers: Vec::new(),
    };
    let mut found: Vec<Bytes> = bytes.map(|(place, _)| named(place)).collect();
    let places: HashMap<&str, usize> = found
        .iter()
        .enumerate()
        .map(|(at, bytes)| (lineages[bytes.place].newest().id(), at))
        .collect();
    if places.is_empty() {
        return found;
    }
    for (namer, lineage) in lineages.iter().enumerate() {
        for item in lineage.versions() {
            for id in item.ids() {
                if let Some(at) = places.get(id.as_str())
                    && found[*at].place != namer
                {
                    found[*at].namers.push((namer, Arc::clone(&item.author)));
                }
            }
        }
    }
    found
}

/// What decides about bytes for one caller.
pub(crate) struct Shown<'a> {
    /// All there is.
    pub folder: &'a Folder,
    /// Marks that were set later.
    pub rights: &'a RightsFolder,
    /// Who looks.
    pub sight: &'a Sight<'a>,
}

impl Shown<'_> {
    /// The class under which the caller sees these bytes; none where he does not. `hidden` says what of the rest he
    /// does not see.
    pub fn class(
        &self,
        bytes: &Bytes,
        decided: &mut Decided<'_>,
        hidden: impl Fn(&Lineage) -> bool,
    ) -> Option<Class> {
        let lineages = self.folder.lineages();
        let (lineage, actor) = (&lineages[bytes.place], &self.sight.caller.actor);
        let alone = self.sight.class(lineage, self.rights);
        let by_itself = decided.permits(alone);
        let own = same(lineage.author(), actor);
        if own && by_itself {
            return Some(alone);
        }
        let classes: Vec<(Class, &Lineage, &ActorRef)> = bytes
            .namers
            .iter()
            // He knows of what he brought: what is hidden from him neither takes it away nor says what it is.
            .filter(|(place, _)| !own || !hidden(&lineages[*place]))
            .map(|(place, author)| {
                let namer = &lineages[*place];
                let class = self.sight.class(namer, self.rights);
                (class, namer.as_ref(), author.as_ref())
            })
            .collect();
        let mut kept = false;
        for (class, namer, _) in &classes {
            let is_hidden = hidden(namer);
            kept |= is_hidden;
            // Hidden by its mark: without it, it would show.
            let unmarked = Class {
                marks: Marks::default(),
                ..*class
            };
            if is_hidden
                && same(namer.author(), lineage.author())
                && *class != unmarked
                && !decided.permits(*class)
                && decided.permits(unmarked)
            {
                return None;
            }
        }
        let is_content = |class: &Class| {
            !matches!(
                class.category,
                Some(Category::Management | Category::Identity)
            )
        };
        let any_content = classes.iter().any(|(class, ..)| is_content(class));
        let telling = classes
            .iter()
            .filter(|(class, ..)| is_content(class) || !any_content)
            .filter(|(_, namer, author)| !hidden(namer) && (own || !same(author, actor)));
        let mut through = telling.map(|(class, ..)| Class {
            category: class.category,
            emergency: class.emergency,
            granted: alone.granted || class.granted,
            ..alone
        });
        let shown = through.find(|class| decided.permits(*class));
        shown.or((by_itself && !kept).then_some(alone))
    }
}
