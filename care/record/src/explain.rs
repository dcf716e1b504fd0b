use std::collections::HashSet;
use std::sync::Arc;

use hygie_notice::{Act, ActorRef, Millis, PersonId, Purpose};
use hygie_policy::{Class, Decision, Target};

use crate::bytes::Shown;
use crate::door::Ask;
use crate::folder::{Folder, Lineage};
use crate::rights::RightsFolder;
use crate::view::{Decided, Sight, hidden, sees_consents};
use crate::{Caller, Error, Record, masking};

/// What somebody would see of a record now, and by which rules.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Whether he gets into the record at all.
    pub record: Decision,
    /// Each item that who asks may see, in order of arrival.
    pub items: Vec<Explained>,
}

/// Whether somebody would see an item.
#[derive(Debug, Clone)]
pub struct Explained {
    /// `Type/id`.
    pub reference: String,
    /// A name of it for people: its title, its text, or its type.
    pub title: Option<String>,
    /// When its newest version was acknowledged.
    pub updated: Millis,
    /// Whether he would see it.
    pub shown: bool,
    /// What decides about it. An item that policy would show is not shown all the same where it tells of one that is
    /// hidden, or where he does not get in.
    pub decision: Decision,
}

impl Record {
    /// "See as": what `other` would see now of this record, item by item, and which rule decides. Only what the caller
    /// may see himself is told of, and what is hidden from him changes nothing of what is told.
    ///
    /// # Errors
    /// [`Error::Refused`] for all but the holder, who represents him, and support on invented people.
    pub async fn explain(
        &self,
        caller: &Caller,
        person: PersonId,
        other: &ActorRef,
        purpose: Purpose,
    ) -> Result<Explanation, Error> {
        let ask = Ask {
            caller,
            person,
            act: Act::Explain,
            what: format!("$see-as?kind={}", other.kind.word()),
        };
        let entered = self.enter(&ask).await?;
        let person = entered.person;
        let folder = self
            .folder_told(entered.receipt, &entered.desk, &entered.rights)
            .await?;
        let now = self.clock.now();
        let sight = |caller, rights| Sight {
            caller,
            person,
            rights,
            terms: &self.terms,
            now,
        };
        let own = sight(caller, entered.rights.rights());
        // Support acts for nobody, and is told of every item: the people are invented, or policy had refused it above.
        let not_told = if sees_consents(&own) {
            hidden(&folder, &entered.rights, &own, Act::Read)
        } else {
            HashSet::new()
        };
        // A record in which what is not told was never there, nor whom it was shown to (INVARIANT masked is absent).
        let (folder, rights) = (folder.without(&not_told), entered.rights.without(&not_told));
        let as_other = Caller {
            assertion: caller.assertion.clone(),
            actor: self.as_led(other.clone()),
            purpose,
        };
        let theirs = sight(&as_other, rights.rights());
        let not_shown = hidden(&folder, &rights, &theirs, Act::Read);
        let record = theirs.decision(Act::Read, Target::Record);
        let lineages = folder.lineages().iter();
        let current = lineages.filter(|lineage| lineage.current().is_some());
        let items = current.map(|lineage| {
            let newest = masking::shown(lineage, &rights.masks);
            let newest = newest.newest();
            let reference = newest.reference();
            let class = class_of(&folder, &rights, &theirs, lineage, &not_shown);
            Explained {
                title: title(newest.resource().json()),
                updated: newest.updated,
                shown: record.permits() && !not_shown.contains(&reference),
                decision: theirs.decision(Act::Read, Target::Entry(class)),
                reference,
            }
        });
        Ok(Explanation {
            items: items.collect(),
            record,
        })
    }
}

/// The class by which an item shows, or does not.
fn class_of(
    folder: &Folder,
    rights: &RightsFolder,
    sight: &Sight<'_>,
    lineage: &Arc<Lineage>,
    not_shown: &HashSet<String>,
) -> Class {
    let mut all = folder.bytes().iter();
    let found = all.find(|bytes| Arc::ptr_eq(&folder.lineages()[bytes.place], lineage));
    let shown = Shown {
        folder,
        rights,
        sight,
    };
    let hidden = |namer: &Lineage| not_shown.contains(&namer.newest().reference());
    let mut decided = Decided::of(sight, Act::Read);
    let through = found.and_then(|bytes| shown.class(bytes, &mut decided, hidden));
    through.unwrap_or_else(|| sight.class(lineage, rights))
}

/// What people call a resource: its title, its text, or the name of its code.
pub fn title(json: &hygie_fhir::Json) -> Option<String> {
    let text = |concept: &hygie_fhir::Json| {
        let text = concept.get("text").and_then(hygie_fhir::Json::as_str);
        let codings = concept
            .get("coding")
            .map(hygie_fhir::Json::items)
            .unwrap_or_default();
        let display = codings
            .iter()
            .find_map(|coding| coding.get("display")?.as_str());
        text.or(display).map(str::to_owned)
    };
    let plain = ["description", "title"]
        .iter()
        .find_map(|name| json.get(name)?.as_str());
    let names = [
        "code",
        "type",
        "vaccineCode",
        "medicationCodeableConcept",
        "category",
    ];
    let coded = || {
        names.iter().find_map(|name| match json.get(name)? {
            hygie_fhir::Json::Array(several) => several.iter().find_map(text),
            one => text(one),
        })
    };
    plain.map(str::to_owned).or_else(coded)
}
