use std::rc::Rc;

use super::Record;
use crate::bundle::refer;
use crate::day::Day;
use crate::json::{Json, fields, list, object};
use crate::providers::Who;
use crate::tables::trades::Trade;

const CLASSES: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

/// How someone is seen.
#[derive(Clone, Copy)]
pub enum Setting {
    Office,
    Home,
    Emergency,
    /// So many nights in the structure.
    Stay(i32),
}

/// An encounter: findings, orders and papers refer to it.
pub struct Visit {
    pub day: Day,
    pub who: Rc<Who>,
    /// None where someone acts for the person without seeing him, as a laboratory may.
    pub encounter: Option<String>,
    pub hour: i32,
}

impl Visit {
    /// The day on which someone leaves after so many nights.
    pub fn after(&self, nights: i32) -> Visit {
        Visit {
            day: self.day.plus(nights),
            who: Rc::clone(&self.who),
            encounter: self.encounter.clone(),
            hour: 11,
        }
    }
}

impl Record<'_> {
    /// Someone of this trade sees the person.
    pub fn visit(&mut self, day: Day, setting: Setting, trade: Trade, reason: &str) -> Visit {
        let who = self.who(trade);
        let (code, display, nights) = match setting {
            Setting::Office => ("AMB", "ambulatory", 0),
            Setting::Home => ("HH", "home health", 0),
            Setting::Emergency => ("EMER", "emergency", 0),
            Setting::Stay(nights) => ("IMP", "inpatient encounter", nights),
        };
        let hour = match setting {
            Setting::Emergency => self.random.within(0, 20),
            _ => self.random.within(8, 17),
        };
        let (from, to) = (self.random.within(0, 29), self.random.within(30, 59));
        let end = day.plus(nights);
        let last = if nights > 0 { 11 } else { hour };
        let fields = fields! {
            "status": "finished",
            "class": object! { "system": CLASSES, "code": code, "display": display },
            "subject": refer(&self.patient),
            "participant": list![object! { "individual": refer(&who.role) }],
            "period": object! { "start": day.at(hour, from), "end": end.at(last, to) },
            "reasonCode": list![object! { "text": reason.to_owned() }],
            "serviceProvider": refer(&who.structure),
        };
        let encounter = Some(self.add("Encounter", fields));
        Visit {
            day,
            who,
            encounter,
            hour,
        }
    }

    /// Someone of this trade does something for the person on this day.
    pub fn without_visit(&mut self, day: Day, trade: Trade) -> Visit {
        Visit {
            day,
            who: self.who(trade),
            encounter: None,
            hour: 9,
        }
    }

    /// Adds subject and encounter, which nearly everything of a visit has.
    pub(super) fn about(&self, visit: &Visit, fields: &mut Vec<(&'static str, Json)>) {
        fields.push(("subject", refer(&self.patient)));
        if let Some(encounter) = &visit.encounter {
            fields.push(("encounter", refer(encounter)));
        }
    }
}
