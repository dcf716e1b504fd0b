//! The verifier: holds what is seen of a person against what the clients know, and settles what they could not know.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::model::{Count, Line, Lineage, Right, Share, Version};
use super::seen::{Seen, Trace, bare, reference};

/// How care says that it looks at what the trail names.
const LOOK: &str = "what the trail names";

/// Every objection to what is seen; none when it is what the clients know. What was pending is settled then.
///
/// `base` is what stood in the record before anybody wrote; `before` the trail as it was last seen.
pub fn objections(
    shares: &mut [&mut Share],
    base: &[Value],
    before: &[Trace],
    seen: &Seen,
) -> Vec<String> {
    let mut check = Check {
        past: by_reference(&seen.past),
        objections: Vec::new(),
    };
    check.everything_sent(shares);
    for share in shares.iter_mut() {
        check.together(share);
    }
    let lineages = shares.iter_mut().flat_map(|share| &mut share.lineages);
    for lineage in lineages {
        check.lineage(lineage);
    }
    check.current(shares, base, seen);
    for share in shares.iter_mut() {
        for right in &mut share.rights {
            check.right(right, seen);
        }
    }
    check.trail(shares, before, &seen.trail);
    check.objections
}

struct Check<'a> {
    past: BTreeMap<&'a str, Vec<&'a Version>>,
    objections: Vec<String>,
}

fn by_reference(past: &[(String, Version)]) -> BTreeMap<&str, Vec<&Version>> {
    let mut sorted: BTreeMap<&str, Vec<&Version>> = BTreeMap::new();
    for (reference, version) in past {
        sorted.entry(reference).or_default().push(version);
    }
    sorted
}

/// The business identifier of a resource's first version.
fn mark<'a>(versions: &[&'a Version]) -> Option<&'a str> {
    let content = versions.first()?.content.as_ref()?;
    content["identifier"][0]["value"].as_str()
}

impl<'a> Check<'a> {
    fn object(&mut self, words: String) {
        self.objections.push(words);
    }

    /// The past of the resource with this mark.
    fn of_mark(&self, wanted: &str) -> Option<(&'a str, &[&'a Version])> {
        let mut found = self.past.iter();
        found
            .find(|(_, versions)| mark(versions) == Some(wanted))
            .map(|(reference, versions)| (*reference, versions.as_slice()))
    }

    /// Nothing is there that nobody sent, or twice.
    fn everything_sent(&mut self, shares: &[&mut Share]) {
        let lineages = shares.iter().flat_map(|share| &share.lineages);
        let sent: BTreeSet<&str> = lineages.map(|lineage| lineage.mark.as_str()).collect();
        let mut met = BTreeSet::new();
        let mut objections = Vec::new();
        for (reference, versions) in &self.past {
            match mark(versions) {
                Some(mark) if !sent.contains(mark) => {
                    objections.push(format!("{reference}: nobody sent {mark}"));
                }
                Some(mark) if !met.insert(mark) => {
                    objections.push(format!("{reference}: {mark} is there twice"));
                }
                Some(_) => {}
                None => objections.push(format!("{reference} begins with nothing that was sent")),
            }
        }
        self.objections.extend(objections);
    }

    /// A request that was not answered made all of its versions or none.
    fn together(&mut self, share: &Share) {
        let mut requests: BTreeMap<u64, Vec<(&str, bool)>> = BTreeMap::new();
        for lineage in &share.lineages {
            if let Some(pending) = &lineage.pending {
                let seen = self.of_mark(&lineage.mark);
                let happened = seen.is_some_and(|(_, past)| past.len() > lineage.versions.len());
                let marks = requests.entry(pending.together).or_default();
                marks.push((&lineage.mark, happened));
            }
        }
        for marks in requests.values() {
            if marks.iter().any(|(_, happened)| *happened != marks[0].1) {
                self.object(format!("a transaction is half there: {marks:?}"));
            }
        }
    }

    /// The resource's past is what was acknowledged, and at most the one version that was not answered.
    fn lineage(&mut self, lineage: &mut Lineage) {
        let mark = lineage.mark.clone();
        let Some((reference, past)) = self.of_mark(&mark) else {
            if !lineage.versions.is_empty() {
                self.object(format!("{mark} was acknowledged and is gone"));
            }
            lineage.pending = None;
            return;
        };
        let past = past.to_vec();
        if lineage.id.is_some() && lineage.reference().as_deref() != Some(reference) {
            self.object(format!("{mark} has another id than was acknowledged"));
        }
        for (place, version) in lineage.versions.iter().enumerate() {
            match past.get(place) {
                None => self.object(format!("version {place} of {mark} is gone")),
                Some(seen) if seen.tag != version.tag => {
                    self.object(format!("version {place} of {mark} has another id"));
                }
                Some(seen) if seen.content != version.content => {
                    self.object(format!("version {place} of {mark} has another content"));
                }
                Some(_) => {}
            }
        }
        // Somebody else may have made a shared one, with the one content that it has.
        let more = past.get(lineage.versions.len()..).unwrap_or_default();
        let made = lineage.shared && lineage.versions.is_empty();
        match (more, lineage.pending.take()) {
            ([], _) => {}
            ([one], Some(pending)) if one.content == pending.content => {
                let id = reference.split_once('/').unwrap().1;
                lineage.acknowledge(id, &one.tag, pending.content);
            }
            ([_], None) if made => {}
            _ => self.object(format!(
                "{mark} has {} versions more than were acknowledged",
                more.len()
            )),
        }
    }

    /// What stands now: the newest versions, the base, and the masks; to the holder and to each doctor.
    fn current(&mut self, shares: &mut [&mut Share], base: &[Value], seen: &Seen) {
        let mut now: BTreeMap<String, &Value> = BTreeMap::new();
        for resource in &seen.everything {
            if now.insert(reference(resource), resource).is_some() {
                self.object(format!("{} is shown twice", reference(resource)));
            }
        }
        for resource in base {
            if now.remove(&reference(resource)) != Some(resource) {
                self.object(format!("{} is not as it was", reference(resource)));
            }
        }
        now.retain(|reference, _| !reference.starts_with("Consent/"));
        let mut objections = Vec::new();
        for (reference, versions) in &self.past {
            let newest = versions.last().and_then(|version| version.content.as_ref());
            match (now.remove(*reference), newest) {
                (None, Some(_)) => objections.push(format!("{reference} is not shown")),
                (Some(_), None) => objections.push(format!("{reference} is deleted and shown")),
                (Some(shown), Some(newest)) if bare(shown) != *newest => {
                    objections.push(format!("{reference} is shown at another version"));
                }
                _ => {}
            }
        }
        objections.extend(
            now.keys()
                .map(|reference| format!("{reference} has no past")),
        );
        self.objections.extend(objections);
        self.masks(shares, seen);
    }

    fn masks(&mut self, shares: &mut [&mut Share], seen: &Seen) {
        let labels = |resource: &Value| resource["securityLabel"].to_string().contains("MASQUE_PS");
        let masked: BTreeMap<String, bool> = seen
            .everything
            .iter()
            .map(|resource| (reference(resource), labels(resource)))
            .collect();
        for lineage in shares.iter_mut().flat_map(|share| &mut share.lineages) {
            let shown = lineage.reference().and_then(|at| masked.get(&at));
            if let Some(shown) = shown {
                if *shown != lineage.masked && Some(*shown) != lineage.masking {
                    let mark = &lineage.mark;
                    self.objections
                        .push(format!("the mask of {mark} is not as acknowledged"));
                }
                lineage.masked = *shown;
            }
            lineage.masking = None;
        }
        let visible: BTreeSet<&str> = masked
            .iter()
            .filter(|(reference, masked)| reference.starts_with("DocumentReference/") && !**masked)
            .map(|(reference, _)| reference.as_str())
            .collect();
        for (doctor, found) in &seen.sights {
            let Some(found) = found else { continue };
            let set: BTreeSet<&str> = found.iter().map(String::as_str).collect();
            if set.len() != found.len() || set != visible {
                self.object(format!("doctor {doctor} does not find what is not masked"));
            }
        }
    }

    fn right(&mut self, right: &mut Right, seen: &Seen) {
        let doctor = right.doctor;
        let holds: Vec<&str> = seen
            .everything
            .iter()
            .filter(|resource| resource["resourceType"] == "Consent")
            .filter(|consent| consent["provision"].to_string().contains(doctor))
            .map(|consent| consent["id"].as_str().unwrap())
            .collect();
        let granted = match holds[..] {
            [] => false,
            [_] => true,
            _ => return self.object(format!("doctor {doctor} is authorised twice")),
        };
        let known = right.consent.is_some();
        if granted != known && right.pending.take() != Some(granted) {
            self.object(format!(
                "doctor {doctor}'s authorisation is not as acknowledged"
            ));
        }
        if granted && known && right.consent.as_deref() != Some(holds[0]) {
            self.object(format!("doctor {doctor}'s authorisation is another one"));
        }
        let sight = seen.sights.iter().find(|(who, _)| *who == doctor);
        if sight.is_some_and(|(_, found)| found.is_some() != granted) {
            self.object(format!(
                "doctor {doctor} reads otherwise than his authorisation says"
            ));
        }
        right.pending = None;
        right.consent = holds.first().map(|id| (*id).to_owned());
    }

    /// The trail only grows, has no gap, and holds each answered request and none that was not sent.
    fn trail(&mut self, shares: &[&mut Share], before: &[Trace], trail: &[Trace]) {
        if !trail.starts_with(before) {
            self.object("the trail's past has changed".to_owned());
        }
        for (number, trace) in trail.iter().enumerate() {
            if u64::try_from(number) != Ok(trace.number) {
                self.object(format!("the trail has a gap at its line {number}"));
                break;
            }
        }
        if trail.windows(2).any(|pair| pair[0].leaf >= pair[1].leaf) {
            self.object("the trail is not in the ledger's order".to_owned());
        }
        let mut lines: BTreeMap<&Line, u64> = BTreeMap::new();
        for line in trail.iter().filter_map(|trace| trace.line.as_ref()) {
            *lines.entry(line).or_default() += 1;
        }
        let mut asked: BTreeMap<&Line, Count> = BTreeMap::new();
        for (line, count) in shares.iter().flat_map(|share| &share.asked) {
            let all = asked.entry(line).or_default();
            all.answered += count.answered;
            all.sent += count.sent;
        }
        for (line, count) in &asked {
            let there = lines.remove(line).unwrap_or_default();
            if there < count.answered || there > count.sent {
                self.object(format!("{there} lines for {count:?} of {line:?}"));
            }
        }
        // Who reads the trail looks, in a line of its own, whether what it names may be told.
        let looked = |line: &&&Line| line.act == "read" && line.what == LOOK && line.permitted;
        for line in lines.keys().filter(|line| !looked(line)) {
            self.object(format!("nobody asked {line:?}"));
        }
    }
}
