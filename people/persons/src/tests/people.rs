use std::collections::HashMap;

use super::parse;
use crate::bundle;
use crate::household::{Household, Part};
use crate::person::Person;

#[test]
fn an_age_pyramid_is_none_of_france() {
    const PEOPLE: u64 = 20_000;
    let mut shares = [0; 5];
    let mut women = 0;
    for index in 0..PEOPLE {
        let person = Person::new(11, index);
        let band = match person.age() {
            ..20 => 0,
            20..40 => 1,
            40..60 => 2,
            60..75 => 3,
            _ => 4,
        };
        shares[band] += 1;
        women += u64::from(person.me().woman);
    }
    // Shares at 1 January 2024, percent (INSEE, bilan démographique 2023, rounded).
    for (share, percent) in shares.into_iter().zip([23, 23, 26, 18, 10]) {
        let off = (share * 100 / PEOPLE).abs_diff(percent);
        assert!(off <= 3, "{shares:?}");
    }
    assert!((48..=54).contains(&(women * 100 / PEOPLE)), "{women}");
}

#[test]
fn a_household_is_cut_or_counted_twice() {
    let mut expected = 0;
    while expected < 5_000 {
        let household = Household::of(4, expected);
        assert_eq!(household.first, expected);
        for member in &household.members {
            assert_eq!(Household::of(4, member.index).first, household.first);
        }
        let mother = &household.members[0];
        for child in household
            .members
            .iter()
            .filter(|one| one.part == Part::Child)
        {
            let age = child.born.years_since(mother.born);
            assert!((18..=45).contains(&age), "a parent at {age}");
        }
        expected += u64::try_from(household.members.len()).unwrap();
    }
}

#[test]
fn a_parent_is_somebody_else_in_his_own_record() {
    let ins = |text: &str, kind: &str| -> Vec<String> {
        parse(text)
            .iter()
            .filter(|(_, resource)| resource.kind() == kind)
            .flat_map(|(_, resource)| resource.identifiers())
            .map(|(_, value)| value.to_owned())
            .collect()
    };
    let mut parents = 0;
    for index in 0..60 {
        let child = Person::new(9, index);
        if child.me().part != Part::Child {
            continue;
        }
        let text = bundle(9, index);
        assert!(text.contains("\"code\":\"MTH\"") || text.contains("\"code\":\"FTH\""));
        let relatives = ins(&text, "RelatedPerson");
        let members = child.household.members.iter();
        for parent in members.filter(|one| one.part != Part::Child) {
            let own = ins(&bundle(9, parent.index), "Patient");
            assert!(relatives.contains(&own[0]));
            parents += 1;
        }
    }
    assert!(parents > 10, "{parents}");
}

#[test]
fn two_persons_have_one_number() {
    let mut owners = HashMap::new();
    for index in 0..89_910 {
        let person = Person::new(1, index);
        if let Some(other) = owners.insert(person.me().ins(), index) {
            panic!("{other} and {index}");
        }
        // A household costs little, but half a million of them is enough for one test.
        if index == 30_000 {
            break;
        }
    }
}
