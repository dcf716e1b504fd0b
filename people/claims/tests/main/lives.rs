//! Failures covered: a life that depends on other lives or on the plan's size; rates that no nation has; events outside
//! the time observed or the life; a recognised illness or a drug without its cause.
//! Not a failure: a figure a tenth off the published one: the tables say that they are chosen.

use hygie_people_claims::{Event, Item, Life, Plan, age, life};

const PLAN: Plan = Plan {
    persons: 6_000,
    years: 3,
    first_year: 2022,
    seed: 7,
};

fn nation() -> Vec<Life> {
    (0..PLAN.persons)
        .map(|number| life(&PLAN, number))
        .collect()
}

fn years_lived(nation: &[Life]) -> f64 {
    let days = nation.iter().map(|life| {
        let from = PLAN.from().max(life.person.born);
        life.death.as_ref().map_or(PLAN.until(), |death| death.on) - from
    });
    f64::from(days.sum::<i32>()) / 365.25
}

#[test]
fn a_life_depends_on_the_others() {
    let more = Plan {
        persons: 1_000_000,
        ..PLAN
    };
    for number in [0, 17, 5_999] {
        let (one, other) = (life(&PLAN, number), life(&more, number));
        assert_eq!(one.person.ano, other.person.ano);
        assert_eq!(format!("{:?}", one.claims), format!("{:?}", other.claims));
        assert_eq!(format!("{:?}", one.stays), format!("{:?}", other.stays));
    }
    let elsewhere = life(&Plan { seed: 8, ..PLAN }, 17);
    assert_ne!(life(&PLAN, 17).person.ano, elsewhere.person.ano);
}

#[test]
fn the_rates_are_no_nation_s() {
    let nation = nation();
    let years = years_lived(&nation);
    let rate = |count: usize| count as f64 / years;
    let all = |keep: &dyn Fn(&Item) -> bool| {
        let claims = nation.iter().flat_map(|life| &life.claims);
        rate(claims.filter(|claim| keep(&claim.item)).count())
    };
    let lines = all(&|_| true);
    let drugs = all(&|item| matches!(item, Item::Drug(_)));
    let labs = all(&|item| matches!(item, Item::Labs { .. }));
    let procedures = all(&|item| matches!(item, Item::Procedure(..)));
    let devices = all(&|item| matches!(item, Item::Device(_)));
    let plain = all(&|item| matches!(item, Item::Plain));
    let stays = rate(nation.iter().map(|life| life.stays.len()).sum());
    let deaths = rate(nation.iter().filter(|life| life.death.is_some()).count());
    let women = nation.iter().filter(|life| life.person.woman).count();
    let said = format!(
        "lines {lines:.2} drugs {drugs:.2} labs {labs:.2} procedures {procedures:.2} devices {devices:.2} plain {plain:.2} stays {stays:.3} \
         deaths {deaths:.4} women {women}"
    );
    println!("{said}");
    for event in [
        Event::Diabetes,
        Event::Hypertension,
        Event::Statin,
        Event::Infarction,
        Event::HeartFailure,
        Event::Cancer,
        Event::Depression,
        Event::Airways,
        Event::Dementia,
    ] {
        let held = nation
            .iter()
            .filter(|life| life.course.states(PLAN.from()).hold(event));
        println!("{event:?} {:.3}", held.count() as f64 / nation.len() as f64);
    }
    assert!((19.0..24.0).contains(&lines), "{said}");
    assert!((7.0..13.0).contains(&drugs), "{said}");
    assert!((0.13..0.35).contains(&stays), "{said}");
    assert!((0.0075..0.0115).contains(&deaths), "{said}");
    assert!((2_950..3_200).contains(&women), "{said}");
}

#[test]
fn something_happens_before_birth_or_after_death() {
    for life in nation() {
        let from = PLAN.from().max(life.person.born);
        let until = life
            .death
            .as_ref()
            .map_or(PLAN.until(), |death| death.on + 1);
        for claim in &life.claims {
            assert!(claim.from >= from && claim.to < until && claim.from <= claim.to);
            assert!(claim.quantity >= 1 && claim.paid <= claim.charged);
        }
        for stay in &life.stays {
            assert!(stay.from >= from && stay.to < until && stay.from <= stay.to);
            let nights: i32 = stay.units.iter().map(|unit| i32::from(unit.nights)).sum();
            assert_eq!(nights, stay.to - stay.from);
        }
        for illness in &life.illnesses {
            assert!(illness.from > life.person.born && illness.from < until);
        }
        assert!(age(life.person.born, PLAN.from()) <= 105);
    }
}

#[test]
fn seasons_or_causes_are_lost() {
    let nation = nation();
    let mut months = [0; 12];
    for claim in nation.iter().flat_map(|life| &life.claims) {
        months[hygie_people_claims::date(claim.from).1 as usize - 1] += 1;
    }
    assert!(months[0] * 10 > months[7] * 12, "{months:?}");
    let insulin = |life: &Life| {
        let mut drugs = life.claims.iter().filter_map(|claim| match claim.item {
            Item::Drug(drug) => Some(drug),
            _ => None,
        });
        drugs.any(|drug| hygie_people_claims::drug_code(drug).starts_with("A10"))
    };
    for life in nation.iter().filter(|life| insulin(life)) {
        assert!(life.course.day(Event::Diabetes).is_some());
    }
    let twins = nation.iter().filter(|life| life.person.twin).count();
    assert!((100..300).contains(&twins), "{twins}");
}
