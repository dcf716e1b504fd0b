//! The table of rules, read and interpreted without Cedar.

use std::collections::{BTreeSet, HashMap};

use crate::relation::Truths;

const TABLE: &str = include_str!("../../rules/table.tsv");

/// One row.
pub struct Row {
    pub rule: String,
    pub permits: bool,
    actors: Words,
    acts: Words,
    target: Words,
    purpose: Words,
    /// Each of these must hold: one of its words, true or (behind `!`) false.
    facts: Vec<Vec<(bool, String)>>,
    pub article: String,
}

/// Words of which one is enough, all, or all but some.
enum Words {
    All,
    One(BTreeSet<String>),
    AllBut(BTreeSet<String>),
}

impl Words {
    fn read(text: &str) -> Self {
        let words: BTreeSet<String> = text.split([' ', '|']).map(str::to_owned).collect();
        if text == "*" {
            Self::All
        } else if words.iter().all(|word| word.starts_with('!')) {
            Self::AllBut(words.iter().map(|word| word[1..].to_owned()).collect())
        } else {
            Self::One(words)
        }
    }

    fn hold(&self, word: &str) -> bool {
        match self {
            Self::All => true,
            Self::One(words) => words.contains(word) || words.contains(family(word)),
            Self::AllBut(words) => !words.contains(word),
        }
    }
}

/// `mark` stands for each of the marks.
fn family(target: &str) -> &str {
    if target.starts_with("mark-") {
        "mark"
    } else {
        target
    }
}

impl Row {
    fn read(line: &str) -> Self {
        let cells: Vec<&str> = line.split('\t').collect();
        let [
            rule,
            effect,
            actors,
            acts,
            target,
            purpose,
            facts,
            article,
            meaning,
        ] = cells[..]
        else {
            panic!("a row of the table has nine cells: {line}");
        };
        assert!(
            !article.is_empty() && !meaning.is_empty(),
            "{rule} has no law"
        );
        let facts = facts.split(' ').filter(|fact| *fact != "-").map(|fact| {
            let words = fact.split('|').map(|word| match word.strip_prefix('!') {
                Some(word) => (false, word.to_owned()),
                None => (true, word.to_owned()),
            });
            words.collect()
        });
        Self {
            rule: rule.to_owned(),
            permits: match effect {
                "permit" => true,
                "forbid" => false,
                other => panic!("{rule}: `{other}` is no effect"),
            },
            actors: Words::read(actors),
            acts: Words::read(acts),
            target: Words::read(target),
            purpose: Words::read(purpose),
            facts: facts.collect(),
            article: article.to_owned(),
        }
    }

    fn matches(&self, truths: &Truths) -> bool {
        self.actors.hold(truths.actor)
            && self.acts.hold(truths.act)
            && self.target.hold(truths.target)
            && self.purpose.hold(truths.purpose)
            && self
                .facts
                .iter()
                .all(|words| words.iter().any(|(is, word)| truths.holds(word) == *is))
    }
}

/// All rows, and what they came to.
pub struct Table {
    pub rows: Vec<Row>,
    known: HashMap<Truths, (bool, Vec<String>)>,
}

impl Table {
    pub fn read() -> Self {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
        Self {
            rows: lines.map(Row::read).collect(),
            known: HashMap::new(),
        }
    }

    /// Whether it is permitted, and the rules that decide, sorted.
    pub fn decide(&mut self, truths: Truths) -> (bool, Vec<String>) {
        if let Some(known) = self.known.get(&truths) {
            return known.clone();
        }
        let matching = |permits: bool| {
            let rows = self.rows.iter().filter(|row| row.permits == permits);
            let rows = rows.filter(|row| row.matches(&truths));
            let mut rules: Vec<String> = rows.map(|row| row.rule.clone()).collect();
            rules.sort();
            rules
        };
        let forbids = matching(false);
        let decision = if forbids.is_empty() {
            let permits = matching(true);
            (!permits.is_empty(), permits)
        } else {
            (false, forbids)
        };
        self.known.insert(truths, decision.clone());
        decision
    }

    /// How many different questions were asked.
    pub fn questions(&self) -> usize {
        self.known.len()
    }
}
