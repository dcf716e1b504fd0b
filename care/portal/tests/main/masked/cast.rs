//! Who there is: those who bring something, and who asks afterwards, in which standing.

use hygie_notice::{ActorKind, ActorRef, PersonId};

use super::dice::Dice;
use crate::world::actor;

/// Everybody, by place; what they are is in [`somebody`].
pub const HOLDER: usize = 0;
pub const DOCTORS: [usize; 3] = [1, 2, 3];
pub const SOFTWARE: [usize; 2] = [4, 5];
pub const LEGAL: usize = 6;
pub const HELPER: usize = 7;
pub const APP: usize = 8;
pub const PHYSIOTHERAPIST: usize = 9;
pub const UNLISTED: usize = 10;
pub const REGULATOR: usize = 11;
pub const SUPPORT: usize = 12;
pub const TEAM_DOCTOR: usize = 13;
pub const HOUSE: &str = "750100042";
pub const CENTRE: &str = "750300019";
pub const TEAM: &str = "team-7";
pub const APP_NAME: &str = "steps";

/// Who asks, and by what right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    Holder,
    Guardian,
    Parent,
    HelperOfAll,
    HelperOfSome,
    App,
    Treating,
    Authorised,
    AuthorisedForSome,
    ShownOne,
    OfAuthorisedHouse,
    OfTeam,
    Breaking,
    Regulating,
    Software,
    Unauthorised,
    Blocked,
    FewCells,
    Support,
}

impl Sort {
    pub const ALL: [Self; 19] = [
        Self::Holder,
        Self::Guardian,
        Self::Parent,
        Self::HelperOfAll,
        Self::HelperOfSome,
        Self::App,
        Self::Treating,
        Self::Authorised,
        Self::AuthorisedForSome,
        Self::ShownOne,
        Self::OfAuthorisedHouse,
        Self::OfTeam,
        Self::Breaking,
        Self::Regulating,
        Self::Software,
        Self::Unauthorised,
        Self::Blocked,
        Self::FewCells,
        Self::Support,
    ];

    pub fn is_professional(self) -> bool {
        !matches!(
            self,
            Self::Holder
                | Self::Guardian
                | Self::Parent
                | Self::HelperOfAll
                | Self::HelperOfSome
                | Self::App
                | Self::Support
        )
    }
}

/// Classes of documents; none named means all.
pub type Classes = Option<Vec<&'static str>>;

/// Who acts and asks in one record, and what the person said of him.
#[derive(Debug, Clone)]
pub struct Standing {
    pub sort: Sort,
    /// His place in the cast.
    pub who: usize,
    /// The person is a minor, and a parent speaks for him.
    pub minor: bool,
    /// A parent or a guardian acts for the person.
    pub legal: bool,
    /// A helper is appointed, for these classes.
    pub helper: Option<Classes>,
    /// The app is let in, for these classes.
    pub app: Option<Classes>,
    pub scope: &'static str,
    /// Who asks is authorised, for these classes.
    pub reads: Option<Classes>,
    pub treating: Option<usize>,
    /// What the person refuses beforehand: teams, emergencies, regulation.
    pub refuses: [bool; 3],
}

/// Some classes of documents.
fn some(dice: &mut Dice) -> Classes {
    let all = ["10", "11", "31", "42", "52", "90", "95"];
    let mut named: Vec<&str> = all.into_iter().filter(|_| dice.chance(50)).collect();
    if named.is_empty() {
        named.push("10");
    }
    Some(named)
}

impl Standing {
    pub fn new(dice: &mut Dice, sort: Sort) -> Self {
        let doctor = *dice.pick(&DOCTORS);
        let who = match sort {
            Sort::Holder => HOLDER,
            Sort::Guardian | Sort::Parent => LEGAL,
            Sort::HelperOfAll | Sort::HelperOfSome => HELPER,
            Sort::App => APP,
            Sort::OfTeam => TEAM_DOCTOR,
            Sort::Regulating => REGULATOR,
            Sort::Software => *dice.pick(&SOFTWARE),
            Sort::OfAuthorisedHouse => *dice.pick(&[1, 2, 4]),
            Sort::FewCells => *dice.pick(&[PHYSIOTHERAPIST, PHYSIOTHERAPIST, UNLISTED]),
            Sort::Support => SUPPORT,
            _ => doctor,
        };
        let helps = match sort {
            Sort::HelperOfAll => Some(None),
            Sort::HelperOfSome => Some(some(dice)),
            _ => dice.chance(15).then_some(None),
        };
        let minor = sort == Sort::Parent
            || sort == Sort::Holder && dice.chance(10)
            || sort.is_professional() && dice.chance(10);
        let reads = match sort {
            Sort::Authorised | Sort::Blocked | Sort::FewCells | Sort::OfAuthorisedHouse => {
                Some(None)
            }
            Sort::AuthorisedForSome => Some(some(dice)),
            _ => None,
        };
        Self {
            sort,
            who,
            minor,
            legal: minor || sort == Sort::Guardian || dice.chance(20),
            helper: helps.filter(|_| !minor),
            app: match sort {
                Sort::App if dice.chance(40) => Some(some(dice)),
                Sort::App => Some(None),
                _ => dice.chance(15).then_some(None),
            },
            scope: *dice.pick(&[
                "patient/*.crs",
                "patient/*.crs",
                "patient/*.c patient/DocumentReference.rs patient/Binary.rs",
            ]),
            reads,
            treating: match sort {
                Sort::Treating => Some(doctor),
                // Somebody else, who announces.
                _ if dice.chance(30) => DOCTORS.into_iter().find(|one| *one != who),
                _ => None,
            },
            refuses: [(); 3].map(|()| dice.chance(10)),
        }
    }

    /// Who speaks for the person: authorises, blocks, takes back.
    pub fn speakers(&self) -> &'static [usize] {
        match (self.minor, self.legal) {
            (true, _) => &[LEGAL],
            (false, true) => &[HOLDER, LEGAL],
            (false, false) => &[HOLDER],
        }
    }

    /// Who of the cast brings things to this record.
    pub fn authors(&self) -> Vec<usize> {
        let mut authors = vec![1, 1, 2, 3, 3, 4, 5, PHYSIOTHERAPIST, TEAM_DOCTOR];
        authors.extend(self.speakers());
        authors.extend(self.helper.as_ref().map(|_| HELPER));
        authors.extend(self.app.as_ref().map(|_| APP));
        let brings = match self.who {
            SUPPORT | REGULATOR => false,
            HOLDER => !self.minor,
            _ => true,
        };
        if brings {
            // Who asks is an author more often than others.
            authors.extend([self.who; 3]);
        }
        authors
    }

    /// Somebody of the cast.
    pub fn somebody(&self, who: usize, person: PersonId) -> ActorRef {
        let professional = |id: &str| actor(ActorKind::Professional, id);
        let of_house = |id: &str, house: &str| ActorRef {
            structure: Some(house.to_owned()),
            ..professional(id)
        };
        let of_profession = |id: &str, code: &str| ActorRef {
            profession: Some(code.to_owned()),
            ..professional(id)
        };
        let of_person = |kind, id: String| ActorRef {
            person: Some(person),
            ..actor(kind, &id)
        };
        match who {
            HOLDER => of_person(ActorKind::Holder, person.to_string()),
            1 => of_house("10101010101", HOUSE),
            2 => of_house("10101010200", HOUSE),
            3 => professional("10101010309"),
            4 => actor(ActorKind::Software, HOUSE),
            5 => actor(ActorKind::Software, "750200033"),
            LEGAL => of_person(ActorKind::Representative, format!("legal-{person}")),
            HELPER => of_person(ActorKind::Representative, format!("helper-{person}")),
            APP => ActorRef {
                scope: Some(self.scope.to_owned()),
                ..of_person(ActorKind::App, APP_NAME.to_owned())
            },
            PHYSIOTHERAPIST => of_profession("10101010408", "G15_70"),
            UNLISTED => of_profession("10101010507", "G15_99"),
            REGULATOR => of_house("10101010606", CENTRE),
            SUPPORT => actor(ActorKind::Support, "agnes"),
            _ => ActorRef {
                team: Some(TEAM.to_owned()),
                ..professional("10101010705")
            },
        }
    }
}

/// Whether two of the cast, or one, work for one house.
pub fn of_one_house(one: usize, other: usize) -> bool {
    let of_house = |who: usize| matches!(who, 1 | 2 | 4);
    of_house(one) && of_house(other) || one == other && matches!(one, 5 | REGULATOR)
}
