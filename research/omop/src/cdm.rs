//! What the CDM 5.4 says of its tables (<https://ohdsi.github.io/CommonDataModel/cdm54.html>), and how a snapshot holds them.

use hygie_snapshot::Event;

pub(crate) use crate::tables::TABLES;

/// A table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CdmTable {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
}

/// A field of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) key: Key,
}

/// The CDM's data types; lengths of text do not matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Integer,
    Float,
    Text,
    Date,
    /// `datetime`, without a zone.
    Instant,
}

/// Whether a whole number is a row's number: its own, or that of a row of this table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    None,
    Own,
    Of(&'static str),
}

/// How a snapshot holds a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// By person, in two orders.
    Events,
    /// By person.
    Persons,
    /// As it is.
    Nobody,
}

/// What a number that may be of several tables is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Text: the name of a domain.
    Domain,
    /// The concept of a domain.
    DomainConcept,
    /// The concept of a field, of vocabulary `CDM`.
    FieldConcept,
}

/// Numbers of rows of any table: table, field, the field that says of which, and how it says so.
pub(crate) const REFERENCES: &[(&str, &str, &str, Whose)] = &[
    ("cost", "cost_event_id", "cost_domain_id", Whose::Domain),
    (
        "fact_relationship",
        "fact_id_1",
        "domain_concept_id_1",
        Whose::DomainConcept,
    ),
    (
        "fact_relationship",
        "fact_id_2",
        "domain_concept_id_2",
        Whose::DomainConcept,
    ),
    (
        "episode_event",
        "event_id",
        "episode_event_field_concept_id",
        Whose::FieldConcept,
    ),
    (
        "measurement",
        "measurement_event_id",
        "meas_event_field_concept_id",
        Whose::FieldConcept,
    ),
    (
        "observation",
        "observation_event_id",
        "obs_event_field_concept_id",
        Whose::FieldConcept,
    ),
];

/// Domains by name and concept (Athena, vocabulary `Domain`), each with the table of its rows.
pub(crate) const DOMAINS: &[(&str, i32, &str)] = &[
    ("Visit", 8, "visit_occurrence"),
    ("Procedure", 10, "procedure_occurrence"),
    ("Drug", 13, "drug_exposure"),
    ("Device", 17, "device_exposure"),
    ("Condition", 19, "condition_occurrence"),
    ("Measurement", 21, "measurement"),
    ("Observation", 27, "observation"),
    ("Specimen", 36, "specimen"),
    ("Person", 56, "person"),
];

/// The type of an amount, `Claim`, and its currency, `Euro`: those of a row of `cost` whose amounts stand at its event.
pub(crate) const CLAIM: i32 = 32_810;
pub(crate) const EURO: i32 = 44_818_568;

impl CdmTable {
    /// The table of this name, in small letters.
    pub(crate) fn named(name: &str) -> Option<&'static CdmTable> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// Where a field stands.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// Where its own number stands, if an import numbers its rows anew: concepts keep theirs.
    pub(crate) fn own(&self) -> Option<usize> {
        let own = self.fields.iter().position(|field| field.key == Key::Own);
        own.filter(|_| self.name != "concept")
    }

    /// Where the person stands whom a row is about, where it names one.
    pub(crate) fn person(&self) -> Option<usize> {
        self.place(if self.name == "cohort" {
            "subject_id"
        } else {
            "person_id"
        })
    }

    /// Whether an import gives a field's numbers anew.
    pub(crate) fn renumbered(&self, place: usize) -> bool {
        match self.fields[place].key {
            Key::Own => self.own().is_some(),
            Key::Of(_) => true,
            Key::None => self.person() == Some(place),
        }
    }

    /// How a snapshot holds it.
    pub(crate) fn about(&self) -> About {
        if Event::named(self.name).is_some() {
            return About::Events;
        }
        let by_way = [
            "cohort",
            "cost",
            "episode_event",
            "fact_relationship",
            "note_nlp",
        ];
        if self.place("person_id").is_some() || by_way.contains(&self.name) {
            About::Persons
        } else {
            About::Nobody
        }
    }

    /// Whether a whole number may need 64 bits: those of persons' rows do, all others have 32.
    pub(crate) fn wide(&self, field: &Field) -> bool {
        let of_persons = |table: &str| {
            table != "person"
                && CdmTable::named(table).is_some_and(|table| table.about() != About::Nobody)
        };
        match field.key {
            Key::Own => of_persons(self.name),
            Key::Of(table) => of_persons(table),
            Key::None => REFERENCES
                .iter()
                .any(|(table, name, ..)| (*table, *name) == (self.name, field.name)),
        }
    }
}

#[cfg(test)]
mod tests;
