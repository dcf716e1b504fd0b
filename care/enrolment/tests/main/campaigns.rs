//! Dangers: somebody gets two letters, or none; a letter to who opposes, died, or belongs to another wave; a code on paper
//! that does not oppose; a crash that hands over codes of nobody, or keeps letters back that the roll believes sent; a
//! letter that came back and starts the clock; a child who is written to himself; a dashboard that does not add up.
//! Not a failure: after a crash, a batch that is printed anew under the same name before it was handed over.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use hygie_enrolment::{Enrolment, Insured, Press, Registered, Registration, Returned, Wave};
use hygie_letters::{Paper, Postal, Sender, Shop};

use crate::oppositions::{BORN, INS, OTHER, enrolment_by, line, tried};
use crate::world::World;

const DAY: u64 = 86_400_000;
const THIRD: &str = "189127512501282";

pub fn press(world: &World) -> Press {
    let sender = Sender {
        name: "Hygie".to_owned(),
        address: Postal::new(["Hygie", "1 rue de l’Exemple"], "99999").unwrap(),
        telephone: "01 99 00 12 34".to_owned(),
        hours: [
            "du lundi au vendredi".to_owned(),
            "Monday to Friday".to_owned(),
        ],
        site: "https://records.example".parse().unwrap(),
    };
    Press::new(
        Paper::new(sender),
        Shop::demo_in_the_clear(),
        &folder(world),
    )
    .unwrap()
}

pub fn printing(world: &World) -> Enrolment {
    enrolment_by(world, Some(press(world)))
}

pub fn folder(world: &World) -> PathBuf {
    world.dir.path().join("letters/print")
}

pub fn living(ins: &str, postcode: &str) -> Insured {
    Insured {
        address: vec!["12 RUE DES LILAS".to_owned(), format!("{postcode} VILLE")],
        postcode: postcode.to_owned(),
        ..line(ins)
    }
}

fn wave(number: u32, departments: &[&str]) -> Wave {
    Wave {
        number,
        departments: departments.iter().map(|one| (*one).to_owned()).collect(),
    }
}

/// The files that the print shop may fetch, sorted.
pub fn files(world: &World) -> Vec<String> {
    let names = std::fs::read_dir(folder(world)).unwrap();
    let names = names.map(|one| one.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// What stands on the letters, by programs that nobody here wrote; none, with a word about it, where they are not there.
pub fn printed(path: &Path) -> Option<String> {
    match Command::new("pdftotext")
        .args(["-layout"])
        .arg(path)
        .arg("-")
        .output()
    {
        Ok(output) => Some(String::from_utf8(output.stdout).unwrap()),
        Err(_) => {
            println!(
                "skipped: a campaign's letters (pdftotext is not installed; ./test installs it)"
            );
            None
        }
    }
}

/// The codes of a text, in their order: three groups of four and a check.
pub fn codes(text: &str) -> Vec<String> {
    let words = text.split_whitespace();
    let shaped = words.filter(|word| {
        let groups: Vec<usize> = word.split('-').map(|group| group.chars().count()).collect();
        groups == [4, 4, 4, 1] && hygie_enrolment::Attempt::read(INS, BORN, word).is_ok()
    });
    let mut codes: Vec<String> = shaped.map(str::to_owned).collect();
    codes.dedup();
    codes
}

pub async fn registered(roll: &Enrolment, insured: &[Insured]) {
    let answers = roll.register(insured, Registration::Lines).await.unwrap();
    let added = answers
        .iter()
        .filter(|one| matches!(one, Registered::Added { code: None }));
    assert_eq!(added.count(), insured.len());
}

#[tokio::test]
async fn a_wave_writes_to_its_departments_once_and_its_codes_oppose() {
    let world = World::new().await;
    let roll = printing(&world);
    let nowhere = line(THIRD);
    registered(
        &roll,
        &[living(INS, "69001"), living(OTHER, "35000"), nowhere],
    )
    .await;
    let first = roll.announce(&wave(1, &["69"])).await.unwrap();
    assert_eq!((first.letters, first.unreachable), (1, 0));
    let again = roll.announce(&wave(1, &["69"])).await.unwrap();
    assert_eq!(again.letters, 0);
    let all = roll.announce(&wave(2, &[])).await.unwrap();
    assert_eq!((all.letters, all.unreachable), (1, 1));
    let fetched = files(&world);
    assert_eq!(fetched.len(), 4, "{fetched:?}");
    let pdfs: Vec<&String> = fetched
        .iter()
        .filter(|name| name.ends_with(".pdf"))
        .collect();
    for (pdf, ins) in pdfs.into_iter().zip([INS, OTHER]) {
        let Some(text) = printed(&folder(&world).join(pdf)) else {
            return;
        };
        let codes = codes(&text);
        let [code] = &codes[..] else {
            panic!("{codes:?} in {text}");
        };
        let other = if ins == INS { OTHER } else { INS };
        assert!(tried(&roll, other, BORN, code).await.is_none());
        tried(&roll, ins, BORN, code).await.unwrap();
    }
    // Whoever opposes gets no further letter, and no space.
    world.wait(60 * DAY);
    assert_eq!(roll.announce(&wave(3, &[])).await.unwrap().letters, 0);
    assert_eq!(roll.make_due().await.unwrap().created, 0);
}

#[tokio::test]
async fn a_letter_that_came_back_stops_the_clock_until_the_next() {
    let world = World::new().await;
    let roll = printing(&world);
    registered(&roll, &[living(INS, "69001"), living(OTHER, "69002")]).await;
    roll.announce(&wave(1, &[])).await.unwrap();
    let references = references(&world);
    assert_eq!(references.len(), 2);
    let sent = [
        references[0].clone(),
        "of nobody".to_owned(),
        format!("{}9", references[0]),
    ];
    let back = roll.returned(&sent).await.unwrap();
    assert_eq!((back.waiting, back.late, back.unknown), (1, 0, vec![1, 2]));
    // The same report again: the letter is back already.
    let again = roll.returned(&references[..1]).await.unwrap();
    assert_eq!((again.waiting, again.late), (0, 1));
    world.wait(20 * DAY);
    assert_eq!(roll.announce(&wave(1, &[])).await.unwrap().letters, 1);
    world.wait(24 * DAY);
    assert_eq!(roll.make_due().await.unwrap().created, 1);
    let late = roll.returned(&references[1..]).await.unwrap();
    assert_eq!(
        late,
        Returned {
            late: 1,
            ..Returned::default()
        }
    );
    world.wait(20 * DAY);
    assert_eq!(roll.make_due().await.unwrap().created, 1);
}

#[tokio::test]
async fn a_crash_before_the_roll_and_one_after_it_lose_no_letter() {
    let world = World::new().await;
    let roll = printing(&world);
    registered(&roll, &[living(INS, "69001")]).await;
    roll.announce(&wave(1, &[])).await.unwrap();
    // As a crash leaves it that came after the roll said so, and before the batch had its name.
    for name in files(&world) {
        let path = folder(&world).join(name);
        let mut part = path.clone().into_os_string();
        part.push(".part");
        std::fs::rename(path, part).unwrap();
    }
    let next = printing(&world);
    assert_eq!(next.announce(&wave(1, &[])).await.unwrap().letters, 0);
    let fetched = files(&world);
    assert!(
        fetched.iter().all(|name| !name.ends_with(".part")),
        "{fetched:?}"
    );
    // As one leaves it that came before the roll: a batch that nobody waits for is replaced by the next.
    registered(&roll, &[living(OTHER, "69001")]).await;
    let stale = fetched[0].split('.').next().unwrap().replace("-0", "-1");
    std::fs::write(folder(&world).join(format!("{stale}.pdf.part")), b"half").unwrap();
    assert_eq!(next.announce(&wave(1, &[])).await.unwrap().letters, 1);
    let bytes = std::fs::read(folder(&world).join(format!("{stale}.pdf"))).unwrap();
    assert!(bytes.starts_with(b"%PDF"));
}

#[tokio::test]
async fn a_childs_letter_goes_to_those_who_act_for_him() {
    let world = World::new().await;
    let roll = printing(&world);
    let child = Insured {
        birth_date: "2020-02-29".to_owned(),
        ..living(INS, "69001")
    };
    registered(&roll, &[child]).await;
    roll.announce(&wave(1, &[])).await.unwrap();
    let pdf = files(&world)
        .into_iter()
        .find(|name| name.ends_with(".pdf"))
        .unwrap();
    if let Some(text) = printed(&folder(&world).join(pdf)) {
        assert!(text.contains("Aux représentants légaux de"), "{text}");
    }
}

#[tokio::test]
async fn those_who_act_for_a_child_get_his_letter_where_they_live() {
    let world = World::new().await;
    let roll = printing(&world);
    let other = Insured {
        language: "en".to_owned(),
        ..living(OTHER, "35000")
    };
    let child = Insured {
        birth_date: "2020-02-29".to_owned(),
        representatives: vec![
            OTHER.to_owned(),
            THIRD[..13].to_owned(),
            "1234567890123".to_owned(),
        ],
        ..living(INS, "69001")
    };
    // On pages of their own, or his: they are found by their numbers.
    registered(&roll, &[child, other]).await;
    let first = roll.announce(&wave(1, &["69"])).await.unwrap();
    assert_eq!((first.letters, first.unreachable), (1, 0));
    let named = |begin: &str| -> Vec<String> {
        let mut names = files(&world);
        names.retain(|name| name.starts_with(begin) && name.ends_with(".pdf"));
        names
    };
    let all = files(&world);
    let pdf = all.iter().find(|name| name.ends_with(".pdf")).unwrap();
    let Some(text) = printed(&folder(&world).join(pdf)) else {
        return;
    };
    assert!(
        text.contains("To the parents of") && text.contains("35000 VILLE"),
        "{text}"
    );
    assert!(!text.contains("69001"), "{text}");
    // Who lives apart gets one too, with the same code; it opposes, and both learn of it.
    registered(&roll, &[living(THIRD, "44000")]).await;
    let back = references(&world);
    roll.returned(&back[..1]).await.unwrap();
    assert_eq!(roll.announce(&wave(1, &["69"])).await.unwrap().letters, 2);
    let second = files(&world)
        .into_iter()
        .find(|name| name.ends_with("-1.pdf"))
        .unwrap();
    let text = printed(&folder(&world).join(second)).unwrap();
    assert!(
        text.contains("35000 VILLE") && text.contains("44000 VILLE"),
        "{text}"
    );
    let codes = codes(&text);
    assert!(codes.windows(2).all(|pair| pair[0] == pair[1]), "{codes:?}");
    tried(&roll, INS, "2020-02-29", &codes[0]).await.unwrap();
    let confirmed = named("confirmation-");
    let text = printed(&folder(&world).join(&confirmed[0])).unwrap();
    assert!(
        text.contains("35000 VILLE") && text.contains("44000 VILLE"),
        "{text}"
    );
}

#[tokio::test]
async fn the_dashboard_counts_everybody_once() {
    let world = World::new().await;
    let roll = printing(&world);
    let dead = Insured {
        death_date: "2026-01-01".to_owned(),
        ..living(THIRD, "69003")
    };
    registered(&roll, &[living(INS, "69001"), living(OTHER, "97110"), dead]).await;
    roll.announce(&wave(4, &["69"])).await.unwrap();
    world.wait(43 * DAY);
    roll.make_due().await.unwrap();
    let counts = roll.dashboard().await.unwrap();
    let mut by = BTreeMap::new();
    for count in &counts {
        let parts = [
            count.opposed,
            count.activated,
            count.created,
            count.announced,
            count.waiting,
            count.ended,
        ];
        assert_eq!(count.persons, parts.iter().sum::<u64>(), "{count:?}");
        by.insert((count.department.as_str(), count.wave), parts);
    }
    assert_eq!(by[&("69", Some(4))], [0, 0, 1, 0, 0, 0]);
    assert_eq!(by[&("69", None)], [0, 0, 0, 0, 0, 1]);
    assert_eq!(by[&("971", None)], [0, 0, 0, 0, 1, 0]);
}

/// The references of all letters that left, in the order of the indices.
fn references(world: &World) -> Vec<String> {
    let tables = files(world)
        .into_iter()
        .filter(|name| name.ends_with(".csv"));
    let texts = tables.map(|name| std::fs::read_to_string(folder(world).join(name)).unwrap());
    let lines: Vec<String> = texts
        .flat_map(|text| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    lines
        .iter()
        .map(|line| line.rsplit(',').next().unwrap().to_owned())
        .collect()
}
