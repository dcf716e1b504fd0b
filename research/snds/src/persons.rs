//! The beneficiaries: who a claim is about, under which number, and what is known of him.
//!
//! Persons stand in the order of their buckets and pseudonyms, so that a person's place tells his bucket and his number,
//! whatever order the files had. A claim finds him by a fingerprint of 96 bits of his number and rank: among 10^8 numbers
//! the chance that any two share one is below 10^-12.

use hygie_snapshot::Pseudonym;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use crate::Error;
use crate::field::whole;
use crate::rank::Rank;

/// What research may know of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Traits {
    /// Year of birth; 0 when it is not known.
    pub(crate) birth_year: u16,
    /// Month of birth, 1 to 12; 0 when it is not known.
    pub(crate) birth_month: u8,
    /// 1 male, 2 female, 0 not known (`BEN_SEX_COD`).
    pub(crate) sex: u8,
    /// Department, three characters as they stand; blanks when it is not known.
    pub(crate) department: [u8; 3],
    /// Day of death, or [`Traits::ALIVE`].
    pub(crate) death: i32,
}

impl Traits {
    /// No death is known.
    pub(crate) const ALIVE: i32 = i32::MIN;

    /// Nothing is known.
    pub(crate) fn none() -> Traits {
        Traits {
            department: *b"   ",
            death: Traits::ALIVE,
            ..Traits::default()
        }
    }

    /// What is missing here is taken from there.
    pub(crate) fn fill(&mut self, other: &Traits) {
        if self.birth_year == 0 {
            (self.birth_year, self.birth_month) = (other.birth_year, other.birth_month);
        } else if self.birth_month == 0 && self.birth_year == other.birth_year {
            self.birth_month = other.birth_month;
        }
        if self.sex == 0 {
            self.sex = other.sex;
        }
        if self.department == *b"   " {
            self.department = other.department;
        }
        if self.death == Traits::ALIVE {
            self.death = other.death;
        }
    }
}

/// The fingerprint of a number and rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Print([u32; 3]);

impl Print {
    /// As it lies on disk.
    pub(crate) fn bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        let parts = bytes.as_chunks_mut().0;
        for (to, part) in parts.iter_mut().zip(self.0) {
            *to = part.to_le_bytes();
        }
        bytes
    }

    /// The same, read.
    pub(crate) fn of_bytes(bytes: [u8; 12]) -> Print {
        let part = |at: usize| u32::from_le_bytes(*bytes[at..].first_chunk().expect("12 bytes"));
        Print([part(0), part(4), part(8)])
    }

    /// Its first bits, as a number.
    fn head(self, bits: u32) -> usize {
        (u64::from(self.0[0]) >> (32 - bits)) as usize
    }

    /// Of `BEN_NIR_PSA` and `BEN_RNG_GEM`.
    pub(crate) fn of(number: &[u8], rank: Rank<'_>) -> Print {
        let mut text = [0u8; 64];
        let mut digits = [0u8; 3];
        let rank = match rank {
            Rank::Number(rank) => written(rank, &mut digits),
            Rank::Text(text) => text,
        };
        let hash = if number.len() + rank.len() < text.len() {
            text[..number.len()].copy_from_slice(number);
            text[number.len()] = b'#';
            let end = number.len() + 1 + rank.len();
            text[number.len() + 1..end].copy_from_slice(rank);
            xxh3_128(&text[..end])
        } else {
            xxh3_128(&[number, b"#", rank].concat())
        };
        Print([(hash >> 96) as u32, (hash >> 64) as u32, hash as u32])
    }
}

/// A number's digits, without zeros in front.
fn written(number: u8, digits: &mut [u8; 3]) -> &[u8] {
    *digits = [number / 100, number / 10 % 10, number % 10].map(|digit| b'0' + digit);
    let zeros = digits[..2]
        .iter()
        .take_while(|digit| **digit == b'0')
        .count();
    &digits[zeros..]
}

/// 1 or 2; anything else is not known.
pub(crate) fn sex(text: &[u8]) -> u8 {
    match whole(text) {
        Ok(Some(1)) => 1,
        Ok(Some(2)) => 2,
        _ => 0,
    }
}

/// Three characters; blanks for what is missing or longer.
pub(crate) fn department(text: &[u8]) -> [u8; 3] {
    let mut department = *b"   ";
    if text.len() <= 3 && text.iter().all(u8::is_ascii_alphanumeric) {
        department[..text.len()].copy_from_slice(text);
    }
    department
}

/// Lines of a bucket at most: so many that its files are few and large, and a question's time does not go into opening them.
pub(crate) const LINES: u64 = 7_000_000;
/// Lines of a bucket at least, also where memory is scarce.
pub(crate) const FEWEST_LINES: u64 = 250_000;
/// Buckets that may have fewer lines than others, so that each core has one to make.
const FEW: u64 = 4;

/// In how many buckets so many lines lie, 1 to 4096: half of `most` to `most` lines each, and fewer where [`FEW`] buckets hold all.
pub(crate) fn buckets(lines: u64, most: u64) -> u32 {
    let large = lines.div_ceil(most.clamp(FEWEST_LINES, LINES));
    let buckets = large.max(FEW.min(lines / FEWEST_LINES));
    let buckets = buckets.clamp(1, 4096).next_power_of_two();
    u32::try_from(buckets).expect("at most 4096")
}

/// The bucket of a pseudonym.
pub(crate) fn bucket(person: &Pseudonym, buckets: u32) -> u32 {
    u32::from(u16::from_be_bytes([person[0], person[1]])) % buckets
}

/// The next free number of each bucket: a number that was given is not given again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Next(Vec<u32>);

impl Next {
    /// For so many buckets, of which nobody has a number yet.
    pub(crate) fn new(buckets: u32) -> Next {
        Next(vec![0; buckets as usize])
    }

    /// The next number of a bucket; it tells the bucket.
    pub(crate) fn give(&mut self, bucket: u32) -> i32 {
        let count = &mut self.0[bucket as usize];
        *count += 1;
        let number = u64::from(*count) * self.0.len() as u64 + u64::from(bucket);
        i32::try_from(number).expect("fewer than 2^31 persons")
    }
}

/// The beneficiaries of the reference table.
#[derive(Debug, Default)]
pub(crate) struct Persons {
    names: Vec<Pseudonym>,
    /// In the snapshot; 0 of whom opposes.
    numbers: Vec<i32>,
    traits: Vec<Traits>,
    /// Fingerprint and place, in the order of fingerprints.
    prints: Vec<(Print, u32)>,
    /// Where the fingerprints begin whose first bits are this number; one more at the end.
    heads: Vec<u32>,
    /// For each bucket, where its persons begin; one more at the end.
    begins: Vec<u32>,
    /// Fingerprints that lead to somebody else first, in their order: the others whom the reference gives the same number
    /// and rank.
    others: Vec<(Print, u32)>,
}

/// A row of the reference table, in 44 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The pseudonym; [`Row::ERASED`] of whom opposes, once the import is done.
    pub(crate) person: Pseudonym,
    /// The fingerprint of a number and rank of his; [`Row::NONE`] where they lead to somebody else.
    pub(crate) print: Print,
    /// What is known.
    pub(crate) traits: Traits,
    /// His number in the snapshot; 0 when he has none, negative where the fingerprint leads to somebody else first.
    pub(crate) number: i32,
}

impl Row {
    /// Of whom opposes only the fingerprint is kept, so that a later claim is known as one that must not be read.
    pub(crate) const ERASED: Pseudonym = [0; 16];
    /// No fingerprint.
    pub(crate) const NONE: Print = Print([0; 3]);
    /// Bytes on disk.
    pub(crate) const SIZE: usize = 43;

    pub(crate) fn put(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.person);
        to.extend_from_slice(&self.print.bytes());
        to.extend_from_slice(&self.traits.birth_year.to_le_bytes());
        to.extend_from_slice(&[self.traits.birth_month, self.traits.sex]);
        to.extend_from_slice(&self.traits.department);
        to.extend_from_slice(&self.traits.death.to_le_bytes());
        to.extend_from_slice(&self.number.to_le_bytes());
    }

    pub(crate) fn get(bytes: &[u8; Row::SIZE]) -> Row {
        fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
            *bytes[at..].first_chunk().expect("within 43 bytes")
        }
        Row {
            person: part(bytes, 0),
            print: Print::of_bytes(part(bytes, 16)),
            traits: Traits {
                birth_year: u16::from_le_bytes(part(bytes, 28)),
                birth_month: bytes[30],
                sex: bytes[31],
                department: part(bytes, 32),
                death: i32::from_le_bytes(part(bytes, 35)),
            },
            number: i32::from_le_bytes(part(bytes, 39)),
        }
    }
}

/// The rows of the reference table as they come, by bucket.
#[derive(Debug)]
pub(crate) struct Gathering {
    buckets: Vec<Vec<Row>>,
    /// Bytes that they take, and that they may take.
    taken: u64,
    budget: u64,
}

impl Gathering {
    /// For so many buckets, within so many bytes of memory.
    pub(crate) fn new(buckets: u32, budget: u64) -> Gathering {
        Gathering {
            buckets: vec![Vec::new(); buckets as usize],
            taken: 0,
            budget,
        }
    }

    /// A row.
    ///
    /// # Errors
    /// [`Error::Budget`] before there is more than it may take.
    pub(crate) fn add(&mut self, row: Row) -> Result<(), Error> {
        let buckets = u32::try_from(self.buckets.len()).expect("few buckets");
        let rows = &mut self.buckets[bucket(&row.person, buckets) as usize];
        if rows.len() == rows.capacity() {
            // By an eighth, and not twice as large: the reference is most of what an import holds.
            let more = (rows.len() / 8).max(1);
            let taken = self.taken + (more * size_of::<Row>()) as u64;
            if taken >= self.budget {
                let persons = self.buckets.iter().map(Vec::len).sum();
                return Err(Error::budget(self.budget, persons, self.taken));
            }
            rows.reserve_exact(more);
            self.taken = taken;
        }
        rows.push(row);
        Ok(())
    }

    /// The table. Rows of one person are one; what an earlier row lacks a later one gives. Who has no number gets the next
    /// of his bucket, in the order of pseudonyms; nobody who `opposes` has one.
    pub(crate) fn table(self, next: &mut Next, opposes: impl Fn(&Pseudonym) -> bool) -> Persons {
        let mut persons = Persons::default();
        // What is told now goes before what was known.
        let mut earlier = Vec::new();
        persons.begins.push(0);
        // A bucket's rows are given up when they stand in the table, which is as large as they are.
        for (bucket, mut rows) in (0u32..).zip(self.buckets) {
            rows.sort_by_key(|row| row.person);
            for rows in rows.chunk_by(|a, b| a.person == b.person) {
                let (person, place) = (rows[0].person, persons.end());
                let mut traits = rows[0].traits;
                for row in rows {
                    traits.fill(&row.traits);
                    let prints = match (row.person, row.number) {
                        _ if row.print == Row::NONE => continue,
                        (Row::ERASED, _) => &mut earlier,
                        (_, 0) => &mut persons.prints,
                        _ => &mut earlier,
                    };
                    prints.push((row.print, place));
                }
                let known = rows.iter().map(|row| row.number.saturating_abs()).max();
                let known = known.unwrap_or(0);
                let number = match known {
                    _ if person == Row::ERASED || opposes(&person) => 0,
                    0 => next.give(bucket),
                    known => known,
                };
                persons.numbers.push(number);
                persons.names.push(person);
                persons.traits.push(traits);
            }
            persons.begins.push(persons.end());
        }
        persons.index(earlier);
        persons
    }
}

impl Persons {
    fn end(&self) -> u32 {
        u32::try_from(self.names.len()).expect("fewer than 2^32 persons")
    }

    /// Puts the fingerprints in their order, so that one is found where its first bits say.
    fn index(&mut self, mut earlier: Vec<(Print, u32)>) {
        let (prints, numbers) = (&mut self.prints, &self.numbers);
        prints.sort_unstable();
        earlier.retain(|(print, _)| prints.binary_search_by_key(print, |one| one.0).is_err());
        prints.append(&mut earlier);
        prints.sort_unstable();
        prints.dedup();
        // Where several have one number and rank it can't be told whose a claim is: if one of them opposes it is his.
        for same in prints.chunk_by_mut(|a, b| a.0 == b.0) {
            if same.len() > 1 {
                same.sort_unstable_by_key(|(_, place)| (numbers[*place as usize] != 0, *place));
            }
        }
        let others = &mut self.others;
        prints.dedup_by(|one, first| {
            let same = one.0 == first.0;
            if same {
                others.push(*one);
            }
            same
        });
        self.prints.shrink_to_fit();
        let bits = (self.prints.len() / 8).max(1).ilog2();
        self.heads = vec![0; (1 << bits) + 1];
        for (print, _) in &self.prints {
            self.heads[print.head(bits) + 1] += 1;
        }
        for at in 1..self.heads.len() {
            self.heads[at] += self.heads[at - 1];
        }
    }

    /// Bytes of memory that it takes.
    pub(crate) fn bytes(&self) -> u64 {
        let person = size_of::<Pseudonym>() + size_of::<i32>() + size_of::<Traits>();
        let prints = (self.prints.len() + self.others.len()) * size_of::<(Print, u32)>();
        (self.names.len() * person + prints + self.heads.len() * size_of::<u32>()) as u64
    }

    /// The place of a number and rank.
    pub(crate) fn find(&self, print: Print) -> Option<u32> {
        let bits = (self.heads.len() - 1).ilog2();
        let head = print.head(bits);
        let among = &self.prints[self.heads[head] as usize..self.heads[head + 1] as usize];
        let found = among.iter().find(|(other, _)| *other == print);
        found.map(|(_, place)| *place)
    }

    /// How many numbers and ranks lead to several persons.
    pub(crate) fn ambiguous(&self) -> u64 {
        self.others.chunk_by(|a, b| a.0 == b.0).count() as u64
    }

    /// The place of a pseudonym.
    pub(crate) fn place(&self, person: &Pseudonym) -> Option<u32> {
        let bucket = bucket(person, self.buckets()) as usize;
        let (first, end) = (
            self.begins[bucket] as usize,
            self.begins[bucket + 1] as usize,
        );
        let found = self.names[first..end].binary_search(person).ok()?;
        u32::try_from(first + found).ok()
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    fn buckets(&self) -> u32 {
        u32::try_from(self.begins.len() - 1).expect("few buckets")
    }

    /// A person's pseudonym.
    pub(crate) fn name(&self, place: u32) -> &Pseudonym {
        &self.names[place as usize]
    }

    /// A person's number in the snapshot; 0 of whom opposes.
    pub(crate) fn number(&self, place: u32) -> i32 {
        self.numbers[place as usize]
    }

    /// How many oppose; of those who are erased the numbers and ranks that led to them.
    pub(crate) fn opposed(&self) -> u64 {
        let named = (0u32..).zip(&self.numbers);
        let named = named.filter(|(place, number)| **number == 0 && !self.is_erased(*place));
        self.erased() + named.count() as u64
    }

    /// Numbers and ranks of those who are erased: they opposed at an import before, and no reference names them since.
    pub(crate) fn erased(&self) -> u64 {
        let prints = self.prints.iter();
        prints.filter(|(_, place)| self.is_erased(*place)).count() as u64
    }

    fn is_erased(&self, place: u32) -> bool {
        *self.name(place) == Row::ERASED
    }

    /// The rows, for the next import: whatever can be said of who opposes is left out.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        let mut met = vec![false; self.names.len()];
        for (_, place) in self.prints.iter().chain(&self.others) {
            met[*place as usize] = true;
        }
        let unmet = (0u32..)
            .zip(met)
            .filter(|(place, met)| !met && self.number(*place) != 0);
        let unmet = unmet.map(|(place, _)| (Row::NONE, place));
        let rows = self.prints.iter().copied().chain(unmet);
        let rows = rows.map(|(print, place)| self.row(print, place));
        // Of whom opposes the first is enough.
        let others = self.others.iter().filter(|of| self.number(of.1) != 0);
        rows.chain(others.map(|(print, place)| Row {
            number: -self.number(*place),
            ..self.row(*print, *place)
        }))
    }

    fn row(&self, print: Print, place: u32) -> Row {
        match self.number(place) {
            0 => Row {
                person: Row::ERASED,
                print,
                traits: Traits::none(),
                number: 0,
            },
            number => Row {
                person: *self.name(place),
                print,
                traits: *self.traits(place),
                number,
            },
        }
    }

    /// The places of a bucket's persons.
    pub(crate) fn of_bucket(&self, bucket: u32) -> std::ops::Range<u32> {
        self.begins[bucket as usize]..self.begins[bucket as usize + 1]
    }

    /// What is known of a person.
    pub(crate) fn traits(&self, place: u32) -> &Traits {
        &self.traits[place as usize]
    }
}

#[cfg(test)]
mod tests;
