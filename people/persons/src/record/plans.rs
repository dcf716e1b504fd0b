use super::findings::ICD_10;
use super::{Record, Visit};
use crate::bundle::{code, concept, refer};
use crate::json::{Json, fields, list, object};
use crate::tables::trades::Trade;

const ALLERGIES: &str = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
const ALLERGIES_KNOWN: &str =
    "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
const FLAGS: &str = "http://terminology.hl7.org/CodeSystem/flag-category";

impl Record<'_> {
    /// An allergy, in words.
    pub fn allergy(&mut self, visit: &Visit, words: &'static str, reaction: &'static str) {
        let fields = fields! {
            "clinicalStatus": code(ALLERGIES, "active"),
            "verificationStatus": code(ALLERGIES_KNOWN, "confirmed"),
            "type": "allergy",
            "category": list!["environment"],
            "criticality": "low",
            "code": object! { "text": words },
            "patient": refer(&self.patient),
            "recordedDate": visit.day.to_string(),
            "recorder": refer(&visit.who.role),
            "reaction": list![object! {
                "manifestation": list![object! { "text": reaction }],
                "severity": "mild",
            }],
        };
        self.add("AllergyIntolerance", fields);
    }

    /// Something that whoever opens the record should see first.
    pub fn flag(&mut self, visit: &Visit, words: &'static str) {
        let fields = fields! {
            "status": "active",
            "category": list![code(FLAGS, "safety")],
            "code": object! { "text": words },
            "subject": refer(&self.patient),
            "period": object! { "start": visit.day.to_string() },
            "author": refer(&visit.who.role),
        };
        self.add("Flag", fields);
    }

    /// A long-term disease (ALD) of the list of article D. 160-4 CSS: the time in which its care is
    /// paid in full.
    pub fn long_disease(&mut self, visit: &Visit, words: &'static str, condition: &str) {
        let fields = fields! {
            "status": "active",
            "type": list![object! { "text": words }],
            "diagnosis": list![object! { "condition": refer(condition) }],
            "patient": refer(&self.patient),
            "managingOrganization": refer(&visit.who.structure),
            "period": object! { "start": visit.day.to_string() },
            "careManager": refer(&visit.who.role),
        };
        self.add("EpisodeOfCare", fields);
    }

    /// A team for someone's care at home, with the helper if there is one.
    pub fn team(&mut self, visit: &Visit, trades: &[Trade], helper: Option<&str>) -> String {
        let mut members: Vec<Json> = Vec::new();
        for trade in trades {
            let who = self.who(*trade);
            members.push(object! {
                "role": list![object! { "text": trade.post().profession.1 }],
                "member": refer(&who.role),
            });
        }
        if let Some(helper) = helper {
            members.push(object! {
                "role": list![object! { "text": "Aidant" }],
                "member": refer(helper),
            });
        }
        let fields = fields! {
            "status": "active",
            "name": "Équipe de soins à domicile",
            "subject": refer(&self.patient),
            "period": object! { "start": visit.day.to_string() },
            "participant": Json::List(members),
        };
        self.add("CareTeam", fields)
    }

    /// A plan of care by this team, with its aims and what is done for them.
    pub fn plan(
        &mut self,
        visit: &Visit,
        team: &str,
        (title, condition): (&'static str, &str),
        aims: &[&'static str],
        done: &[&'static str],
    ) {
        let mut goals: Vec<Json> = Vec::new();
        for aim in aims {
            let fields = fields! {
                "lifecycleStatus": "active",
                "description": object! { "text": *aim },
                "subject": refer(&self.patient),
                "startDate": visit.day.to_string(),
            };
            let goal = self.add("Goal", fields);
            goals.push(refer(&goal));
        }
        let activities = done.iter().map(|words| {
            object! { "detail": object! { "status": "in-progress", "description": *words } }
        });
        let activities = Json::List(activities.collect());
        let reason = concept(ICD_10, "Z74.1", "Besoin d'assistance et de soins d'hygiène");
        let fields = fields! {
            "status": "active",
            "intent": "plan",
            "category": list![reason],
            "title": title,
            "subject": refer(&self.patient),
            "period": object! { "start": visit.day.to_string() },
            "created": visit.day.to_string(),
            "author": refer(&visit.who.role),
            "careTeam": list![refer(team)],
            "addresses": list![refer(condition)],
            "goal": Json::List(goals),
            "activity": activities,
        };
        self.add("CarePlan", fields);
    }
}
