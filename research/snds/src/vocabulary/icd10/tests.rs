//! Dangers covered: a category lies in two blocks, or in a block of another chapter; the table is misread.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::{chapter_of, chapters, title};

#[test]
fn every_category_lies_in_one_block_at_most_and_the_block_in_its_chapter() {
    assert_eq!(chapters().len(), 22);
    let blocks: usize = chapters().iter().map(|chapter| chapter.blocks.len()).sum();
    assert_eq!(blocks, 236);
    for letter in 'A'..='Z' {
        for number in 0..100 {
            let category = format!("{letter}{number:02}");
            let holding = |code: &str| {
                chapters()
                    .iter()
                    .filter(|chapter| chapter.range.holds(code))
                    .count()
            };
            assert!(holding(&category) <= 1, "{category}");
            let in_blocks: Vec<_> = chapters()
                .iter()
                .filter(|chapter| chapter.block_of(&category).is_some())
                .collect();
            assert!(in_blocks.len() <= 1, "{category}");
            if let [chapter] = in_blocks[..] {
                assert_eq!(
                    chapter.number,
                    chapter_of(&category).unwrap().number,
                    "{category}"
                );
                let held = chapter
                    .blocks
                    .iter()
                    .filter(|block| block.range.holds(&category));
                assert_eq!(held.count(), 1, "{category}");
            }
        }
    }
}

#[test]
fn worked_categories_stand_where_the_book_has_them() {
    for (category, chapter, block) in [
        ("E11", "IV", "E10-E14"),
        ("I21", "IX", "I20-I25"),
        ("C50", "II", "C50-C50"),
        ("D45", "II", "D37-D48"),
        ("D50", "III", "D50-D53"),
        ("H60", "VIII", "H60-H62"),
        ("X59", "XX", "W00-X59"),
        ("Y95", "XX", "Y90-Y98"),
        ("Z51", "XXI", "Z40-Z54"),
        ("U07", "XXII", "U00-U49"),
    ] {
        let found = chapter_of(category).unwrap();
        assert_eq!(found.number, chapter);
        assert_eq!(found.block_of(category).unwrap().code(), block);
    }
    assert_eq!(title("E10-E14"), Some("Diabète sucré"));
    assert_eq!(title("IX"), Some("Maladies de l'appareil circulatoire"));
}
