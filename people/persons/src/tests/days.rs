use super::parse;
use crate::bundle;
use crate::day::{Day, TODAY};
use crate::person::Person;
use crate::tables::medicines;

#[test]
fn something_is_before_birth_or_after_today() {
    for index in 0..300 {
        let person = Person::new(6, index);
        let (born, today) = (person.me().born.to_string(), TODAY.to_string());
        for (_, resource) in parse(&bundle(6, index)) {
            if resource.kind() == "RelatedPerson" {
                continue;
            }
            let text = String::from_utf8(resource.print()).unwrap();
            for name in [
                "start",
                "effectiveDateTime",
                "occurrenceDateTime",
                "authoredOn",
                "recordedDate",
                "whenHandedOver",
                "date",
                "end",
            ] {
                let Some((_, rest)) = text.split_once(&format!("\"{name}\":\"")) else {
                    continue;
                };
                let date = &rest[..10];
                assert!(
                    date >= &born[..],
                    "{} {name} {date} {born}",
                    resource.kind()
                );
                assert!(date <= &today[..], "{} {name} {date}", resource.kind());
            }
        }
    }
}

#[test]
fn a_day_is_none_of_the_calendar() {
    assert_eq!(Day::new(1970, 1, 1).plus(0).civil(), (1970, 1, 1));
    assert_eq!(Day::new(2024, 2, 28).plus(1).to_string(), "2024-02-29");
    assert_eq!(Day::new(1899, 12, 31).plus(1).to_string(), "1900-01-01");
    for day in 0..60_000 {
        let day = Day::new(1900, 1, 1).plus(day);
        let (year, month, of_month) = day.civil();
        assert_eq!(Day::new(year, month, of_month), day);
    }
    // 31 March 2024 and 27 October 2024 were Sundays.
    assert!(Day::new(2024, 3, 30).at(8, 0).ends_with("+01:00"));
    assert!(Day::new(2024, 3, 31).at(8, 0).ends_with("+02:00"));
    assert!(Day::new(2024, 10, 26).at(8, 0).ends_with("+02:00"));
    assert!(Day::new(2024, 10, 27).at(8, 0).ends_with("+01:00"));
    assert_eq!(Day::new(2024, 10, 26).working(), Day::new(2024, 10, 28));
}

#[test]
fn a_medicines_code_is_one_that_no_scanner_takes() {
    let all = medicines::SHORT.iter().chain(&medicines::LONG);
    let all = all.chain([
        &medicines::DESLORATADINE,
        &medicines::CLOPIDOGREL,
        &medicines::AMLODIPINE,
        &medicines::PARACETAMOL,
    ]);
    for (code, name) in all.filter_map(|medicine| medicine.package) {
        let digits: Vec<u32> = code
            .chars()
            .map(|digit| digit.to_digit(10).unwrap())
            .collect();
        let sum: u32 = digits
            .iter()
            .zip([1, 3].iter().cycle())
            .map(|(digit, by)| digit * by)
            .sum();
        assert!(
            digits.len() == 13 && sum.is_multiple_of(10),
            "{code} {name}"
        );
        assert!(code.starts_with("34009"));
    }
}
