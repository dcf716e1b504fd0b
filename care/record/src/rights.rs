use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use hygie_notice::{Head, Millis};
use hygie_policy::{
    Authorisation, Care, Categories, Category, Emergency, Grantee, Mandate, NoResearch, Over,
    Rights, Role,
};

use crate::change::{Letters, MandateForm, Put, Right, RightsChange, Wishes};
use crate::folder::Lineage;
use crate::identity::{Says, Told};
use crate::item::Item;
use crate::masking::{Masks, Said as Marked};
use crate::{Error, Refusal, Scope};

mod joined;

pub(crate) use joined::JoinedRights;

/// The opened `rights` stream: what policy reads, and the Consents that say it.
#[derive(Default, Clone)]
pub(crate) struct RightsFolder {
    /// What each Consent that still holds says, by its id.
    said: Vec<(String, Said)>,
    /// For the holder to read back, with their versions.
    pub consents: Vec<Arc<Lineage>>,
    /// What was said of the marks of items after they were deposited.
    pub masks: Masks,
    /// Whether the person opposes the space.
    pub opposed: bool,
    /// What the person refuses short of that, in the order in which it was said.
    pub refusals: Vec<Refusal>,
    /// The cases that restrict the record, each with the moment at which it no longer does, where one was said.
    restricted: Vec<(String, Option<Millis>)>,
    /// What the person wishes.
    pub wishes: Wishes,
    /// Who acts for the person, by the id of the mandate.
    pub mandates: Vec<(String, MandateForm)>,
    /// What the register told of him since his space was made, oldest first.
    pub told: Vec<Told>,
    /// The records that were joined to this one.
    pub joined: Vec<JoinedRights>,
    emergencies: Vec<Emergency>,
    of_age: Option<Millis>,
    /// Where the log ended when this was read, with those of the joined records ([`Head::over`]).
    pub head: Head,
    /// Plain bytes it was built from: what it costs to keep in memory, roughly.
    pub weight: usize,
    /// What policy reads, once it was asked for.
    rights: OnceLock<Rights>,
}

#[derive(Clone)]
enum Said {
    Authorise(Authorisation),
    Treat(String),
    Block(Grantee),
    Care(Care),
}

impl RightsFolder {
    /// Applies one entry of the log.
    pub fn apply(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let change: RightsChange = crate::change::decode(bytes)?;
        self.weight += bytes.len();
        self.rights = OnceLock::new();
        let by = (change.at, Arc::new(change.author));
        let right = match said(change.right) {
            Ok((put, said)) => {
                self.said.extend(said.map(|said| (put.id.clone(), said)));
                self.begin(Item::of(&put, by.0, by.1)?);
                return Ok(());
            }
            Err(right) => right,
        };
        match right {
            Right::Authorise { .. }
            | Right::Block { .. }
            | Right::Care { .. }
            | Right::Case { .. } => {}
            Right::TakeBack { put } => {
                self.said.retain(|(id, _)| *id != put.id);
                let item = Item::of(&put, by.0, by.1)?;
                self.follow(&put, item);
            }
            Right::Oppose { .. } => self.opposed = true,
            Right::Relent { .. } => self.opposed = false,
            Right::Restrict { case } => self.restricted.push((case, None)),
            Right::Release { case, from } => self.release(&case, from),
            // Said once more it holds since it was said first.
            Right::Refuse { scope, receipt } if !self.refuses(&scope) => {
                let at = by.0;
                self.refusals.push(Refusal { scope, at, receipt });
            }
            Right::Refuse { .. } => {}
            Right::Allow { scope, .. } => self.refusals.retain(|one| one.scope != scope),
            Right::Mask {
                item,
                masked,
                mark,
                place,
            } => {
                let place = masked.then_some(place);
                let said = Marked { place, at: by.0 };
                self.masks.say(item, mark.into(), said);
            }
            Right::Emergency {
                professional,
                from,
                until,
                ..
            } => self.emergencies.push(Emergency {
                professional,
                from,
                until,
            }),
            Right::Wish(wishes) => self.wish(wishes),
            Right::Mandate { id, mandate } => {
                self.mandates.retain(|(known, _)| *known != id);
                self.mandates.push((id, mandate));
            }
            Right::EndMandate { id } => self.mandates.retain(|(known, _)| *known != id),
            Right::OfAge { at } => self.of_age = at,
            Right::Identify { version, identity } => self.told.push(Told {
                at: by.0,
                author: by.1,
                version,
                says: Says::Identity(Box::new(identity)),
            }),
        }
        Ok(())
    }

    /// A case restricts the record no more, at once or from a moment on.
    fn release(&mut self, case: &str, from: Option<Millis>) {
        match from {
            None => self.restricted.retain(|one| one.0 != case),
            Some(_) => {
                let own = self.restricted.iter_mut().filter(|one| one.0 == case);
                own.for_each(|one| one.1 = from);
            }
        }
    }

    fn wish(&mut self, wishes: Wishes) {
        let known = &mut self.wishes;
        known.presumption = wishes.presumption.or(known.presumption);
        known.break_glass = wishes.break_glass.or(known.break_glass);
        known.regulation = wishes.regulation.or(known.regulation);
        if wishes.letters.is_some() {
            known.letters = wishes.letters;
        }
    }

    /// Whether the person opposes this.
    pub fn refuses(&self, scope: &Scope) -> bool {
        match scope {
            Scope::Space => self.opposed,
            scope => self.refusals.iter().any(|one| one.scope == *scope),
        }
    }

    /// Where letters to the person go.
    pub fn letters(&self) -> Option<&Letters> {
        let letters = self.wishes.letters.as_ref();
        letters.filter(|letters| !letters.address.is_empty())
    }

    /// The parents who act for a minor at this moment and are told of what is new: by which accounts, and where.
    pub fn parents(&self, now: Millis) -> impl Iterator<Item = (&str, &Letters)> {
        let minor = self.of_age.is_some_and(|at| now < at);
        let acting = self.mandates.iter().map(|(_, form)| form);
        let acting = acting.filter(move |form| minor && form.is_parent(now));
        acting.filter_map(|form| {
            let letters = form.letters.as_ref()?;
            (!letters.address.is_empty()).then_some((form.account.as_str(), letters))
        })
    }

    /// What policy reads.
    pub fn rights(&self) -> &Rights {
        self.rights.get_or_init(|| {
            let mut rights = Rights {
                opposed: self.opposed,
                restricted: !self.restricted.is_empty(),
                // While one case of them says of no end, there is none.
                freed: self
                    .restricted
                    .iter()
                    .try_fold(0, |end, (_, from)| from.map(|from| from.max(end))),
                no_presumption: self.wishes.presumption == Some(false),
                no_break_glass: self.wishes.break_glass == Some(false),
                no_regulation: self.wishes.regulation == Some(false),
                emergencies: self.emergencies.clone(),
                of_age: self.of_age,
                mandates: self
                    .mandates
                    .iter()
                    .filter_map(|(_, form)| mandate(form))
                    .collect(),
                ..Rights::default()
            };
            refused(&self.refusals, &mut rights);
            for (_, said) in &self.said {
                match said {
                    Said::Authorise(authorisation) => {
                        rights.authorisations.push(authorisation.clone())
                    }
                    Said::Treat(rpps) => rights.treating = Some(rpps.clone()),
                    Said::Block(grantee) => rights.blocked.push(grantee.clone()),
                    Said::Care(care) => rights.care.push(care.clone()),
                }
            }
            rights
        })
    }

    /// The same, had the Consents among these (`Type/id`) never been said.
    pub fn without(&self, unsaid: &HashSet<String>) -> Self {
        let mut rest = Self {
            rights: OnceLock::new(),
            ..self.clone()
        };
        let counts = |reference: &str| !unsaid.contains(reference);
        rest.said.retain(|(id, _)| counts(&format!("Consent/{id}")));
        rest.consents
            .retain(|lineage| counts(&lineage.newest().reference()));
        rest
    }

    /// The Consent of this id.
    pub fn consent(&self, id: &str) -> Option<&Arc<Lineage>> {
        self.consents
            .iter()
            .find(|lineage| lineage.newest().resource().id() == Some(id))
    }

    fn begin(&mut self, item: Item) {
        self.consents.push(Arc::new(Lineage::begin(Arc::new(item))));
    }

    fn follow(&mut self, put: &Put, item: Item) {
        let found = self
            .consents
            .iter_mut()
            .find(|lineage| lineage.newest().resource().id() == Some(&put.id));
        if let Some(lineage) = found {
            Arc::make_mut(lineage).add(Arc::new(item));
        }
    }
}

/// Says of rights what is refused.
fn refused(refusals: &[Refusal], rights: &mut Rights) {
    let NoResearch { all, projects } = &mut rights.no_research;
    for refusal in refusals {
        match &refusal.scope {
            Scope::Space => {}
            Scope::Research => *all = true,
            Scope::Project(id) => projects.push(id.clone()),
            Scope::Professional(number) => {
                rights
                    .no_feeding
                    .push(Grantee::Professional(number.clone()));
            }
            Scope::Structure(number) => {
                rights.no_feeding.push(Grantee::Structure(number.clone()));
            }
        }
    }
}

/// The Consent of a right, and what it says (nothing where it names nobody); the right itself where no Consent says it.
#[expect(
    clippy::result_large_err,
    reason = "what no Consent says is handed back, once an entry"
)]
fn said(right: Right) -> Result<(Put, Option<Said>), Right> {
    Ok(match right {
        Right::Authorise {
            put,
            professional,
            treating: true,
            ..
        } => (put, professional.map(Said::Treat)),
        Right::Authorise {
            put,
            professional,
            structure,
            team,
            app,
            classes,
            item,
            from,
            until,
            treating: false,
        } => {
            let over = item.map_or(Over::Classes(classes_of(classes.as_deref())), Over::Item);
            let grantee = grantee(professional, structure, team, app);
            let said = grantee.map(|grantee| {
                Said::Authorise(Authorisation {
                    grantee,
                    over,
                    from,
                    until,
                })
            });
            (put, said)
        }
        Right::Block {
            put,
            professional,
            structure,
            team,
        } => (
            put,
            grantee(professional, structure, team, None).map(Said::Block),
        ),
        Right::Care {
            put,
            structure,
            team,
            from,
            until,
        } => {
            let by = grantee(None, structure, team, None);
            (put, by.map(|by| Said::Care(Care { by, from, until })))
        }
        other => return Err(other),
    })
}

fn grantee(
    professional: Option<String>,
    structure: Option<String>,
    team: Option<String>,
    app: Option<String>,
) -> Option<Grantee> {
    professional
        .map(Grantee::Professional)
        .or(structure.map(Grantee::Structure))
        .or(team.map(Grantee::Team))
        .or(app.map(Grantee::App))
}

/// The classes of these codes; all where none are named.
fn classes_of(codes: Option<&[String]>) -> Categories {
    codes.map_or(Categories::ALL, |codes| {
        let named = codes.iter().filter_map(|code| Category::from_code(code));
        named.collect()
    })
}

/// A mandate as policy reads it; none of a role that is not known.
fn mandate(form: &MandateForm) -> Option<Mandate> {
    Some(Mandate {
        account: form.account.clone(),
        role: role(&form.role)?,
        classes: classes_of(form.classes.as_deref()),
        from: form.from,
        until: form.until,
    })
}

/// The role of a word.
pub(crate) fn role(word: &str) -> Option<Role> {
    match word {
        "parent" => Some(Role::Parent),
        "guardian" => Some(Role::Guardian),
        "helper" => Some(Role::Helper),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
