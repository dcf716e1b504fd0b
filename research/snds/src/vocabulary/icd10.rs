//! Chapters and blocks of ICD-10, out of the table beside.

use std::sync::LazyLock;

/// A chapter: a range of three-character categories.
pub struct Chapter {
    /// In Roman figures.
    pub number: &'static str,
    range: Range,
    title: &'static str,
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
}

/// A block of a chapter.
pub struct Block {
    range: Range,
    title: &'static str,
}

/// First and last category, both within.
#[derive(Clone, Copy)]
struct Range(&'static str, &'static str);

impl Range {
    fn holds(self, category: &str) -> bool {
        (self.0..=self.1).contains(&category)
    }
}

static CHAPTERS: LazyLock<Vec<Chapter>> = LazyLock::new(|| read(include_str!("icd10.csv")));

fn read(text: &'static str) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&'static str> = line.splitn(4, ';').collect();
        let [number, first, last, title] = fields[..] else {
            unreachable!("each line of the table beside has four fields: a test reads it");
        };
        let range = Range(first, last);
        if number.is_empty() {
            let chapter = chapters
                .last_mut()
                .expect("the table begins with a chapter");
            chapter.blocks.push(Block { range, title });
        } else {
            chapters.push(Chapter {
                number,
                range,
                title,
                blocks: Vec::new(),
            });
        }
    }
    chapters
}

/// All of them, in order.
pub fn chapters() -> &'static [Chapter] {
    &CHAPTERS
}

/// The chapter of a three-character category.
pub fn chapter_of(category: &str) -> Option<&'static Chapter> {
    CHAPTERS
        .iter()
        .find(|chapter| chapter.range.holds(category))
}

/// What a chapter or a block is called.
pub fn title(code: &str) -> Option<&'static str> {
    let of_chapter = CHAPTERS.iter().find(|chapter| chapter.number == code);
    let mut blocks = CHAPTERS.iter().flat_map(|chapter| &chapter.blocks);
    of_chapter.map(|chapter| chapter.title).or_else(|| {
        blocks
            .find(|block| block.code() == code)
            .map(|block| block.title)
    })
}

impl Chapter {
    /// The block of a category.
    pub fn block_of(&self, category: &str) -> Option<&Block> {
        self.blocks.iter().find(|block| block.range.holds(category))
    }
}

impl Block {
    /// Its code: first and last category.
    pub fn code(&self) -> String {
        format!("{}-{}", self.range.0, self.range.1)
    }
}

#[cfg(test)]
mod tests;
