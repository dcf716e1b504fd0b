//! A page of the roll: what its news come to.

use std::collections::HashMap;

use hygie_record::RollPage;
use hygie_record::notice::{Entropy, Millis};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::code::{Code, HASH, Key};
use crate::line::Insured;
use crate::stage::{Event, Stage, Standing, Way};

/// What can be written on a page. The form is final: kinds and fields are added, never changed. A line is named by its
/// place on the page, from 0.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum News {
    /// The key of the hashes of this page's codes, random.
    Key(ByteBuf),
    /// New insured persons.
    Insured(Vec<Insured>),
    /// The register tells otherwise of somebody.
    Corrected {
        /// His line.
        line: u32,
        /// All that it tells.
        insured: Insured,
    },
    /// Letters left, each with a code that opposes, beside the two before it.
    Letters {
        /// How.
        way: Way,
        /// The campaign's wave.
        wave: u32,
        /// When the six weeks are over; none for letters that only bring a new code.
        deadline: Option<Millis>,
        /// The first moment at which these codes no longer oppose; none for who may say no as long as he likes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Millis>,
        /// To whom.
        lines: Vec<u32>,
        /// The hashes of their codes under the page's key, 16 bytes each, in that order.
        codes: ByteBuf,
    },
    /// A code that takes an opposition back.
    Reversal {
        /// Whose.
        line: u32,
        /// Its hash, as those of letters.
        code: ByteBuf,
        /// The first moment at which it no longer does.
        until: Millis,
    },
    /// Something happened to these lines.
    Step {
        /// What.
        event: Event,
        /// To whom.
        lines: Vec<u32>,
    },
    /// On a tray: somebody asks for a new code, and may be nobody.
    Asked {
        /// The number that was typed, 13 characters.
        number: String,
        /// The birth date that was typed.
        birth: String,
    },
    /// On a tray: so many of those who asked have been looked after.
    Answered(u32),
    /// A line as it was written before there were letters: with a code, under a key of its own.
    Add(OldLine),
    /// An opposition of that time.
    Opposed {
        /// INS system of the line.
        system: String,
        /// Its number, 13 characters.
        number: String,
        /// Since when.
        at: Millis,
        /// Number of the receipt that was given.
        receipt: String,
    },
}

/// See [`News::Add`].
#[derive(Serialize, Deserialize)]
pub(crate) struct OldLine {
    system: String,
    ins: String,
    family: String,
    given: String,
    birth: String,
    language: String,
    salt: ByteBuf,
    code: ByteBuf,
}

/// Codes of one person that oppose at a time.
pub(crate) const CODES: usize = 3;

/// An opened page.
pub(crate) struct Page {
    /// The key of its codes.
    pub key: Key,
    /// Whether it has one of its own.
    pub is_keyed: bool,
    /// How many batches of letters left.
    pub batches: u32,
    /// Its lines, in their places.
    pub lines: Vec<Line>,
    places: HashMap<(String, String), u32>,
}

/// What is kept of a code.
struct Kept {
    hash: Vec<u8>,
    /// Its key, where that is not the page's.
    salt: Option<Vec<u8>>,
    /// The first moment at which it no longer opposes.
    until: Option<Millis>,
}

/// A line of an opened page.
pub(crate) struct Line {
    /// Its place.
    pub place: u32,
    /// What the register told last.
    pub insured: Insured,
    /// Where the person stands.
    pub standing: Standing,
    /// What opposes, the newest last. Somebody else who asks for a new code in this person's name takes nothing away
    /// from the letter that he has.
    codes: Vec<Kept>,
    /// When the last code left that was asked for.
    pub asked: Option<Millis>,
    /// What takes an opposition back, and until when.
    pub reversal: Option<(Vec<u8>, Millis)>,
    /// The wave of his last letter.
    pub wave: Option<u32>,
    /// How many letters came back.
    pub returned: u32,
    /// When his last letter left.
    pub sent: Option<Millis>,
    /// When he first said something to it.
    pub answered: Option<Millis>,
}

impl Page {
    /// What was written on a page comes to this.
    pub fn of(opened: &mut RollPage<News>) -> Self {
        let mut page = Self::default();
        for (at, news) in opened.news.drain(..) {
            page.apply(news, at);
        }
        page
    }

    /// Takes news as they were written, at `at`. What no line is named by changes nothing: only what held was written.
    pub fn apply(&mut self, news: News, at: Millis) {
        match news {
            News::Key(key) => {
                self.key = Key::from_bytes(&key);
                self.is_keyed = true;
            }
            News::Insured(insured) => insured.into_iter().for_each(|one| self.add(one)),
            News::Corrected { line, insured } => self.correct(line, insured),
            News::Letters {
                way,
                wave,
                deadline,
                until,
                lines,
                codes,
            } => {
                self.batches += 1;
                for (line, code) in lines.into_iter().zip(codes.chunks(HASH)) {
                    let event = deadline.map(|deadline| Event::Sent {
                        way,
                        wave,
                        deadline,
                    });
                    if let Some(line) = self.line(line) {
                        let hash = code.to_vec();
                        line.keep(Kept {
                            hash,
                            salt: None,
                            until,
                        });
                        match event {
                            Some(event) => {
                                line.wave = Some(wave);
                                line.step(&event, at);
                            }
                            None => line.asked = Some(at),
                        }
                    }
                }
            }
            News::Reversal { line, code, until } => {
                if let Some(line) = self.line(line) {
                    line.reversal = Some((code.into_vec(), until));
                }
            }
            News::Step { event, lines } => {
                for line in lines {
                    if let Some(line) = self.line(line) {
                        line.step(&event, at);
                    }
                }
            }
            // Of a tray, which is read by itself.
            News::Asked { .. } | News::Answered(_) => {}
            News::Add(old) => self.add_old(old),
            News::Opposed {
                system,
                number,
                at,
                receipt,
            } => {
                if let Some(place) = self.place(&system, &number) {
                    let way = Way::Code;
                    let lines = vec![place];
                    let event = Event::Opposed { way, receipt };
                    self.apply(News::Step { event, lines }, at);
                }
            }
        }
    }

    /// Gives the page a key for its codes, where it has none; what is to be written of it then.
    pub fn keyed(&mut self, entropy: &dyn Entropy) -> Option<News> {
        if self.is_keyed {
            return None;
        }
        let mut key = [0; 32];
        entropy.fill(&mut key);
        let news = News::Key(ByteBuf::from(key));
        self.key = Key::from_bytes(&key);
        self.is_keyed = true;
        Some(news)
    }

    /// The place of a number, 13 characters.
    pub fn place(&self, system: &str, number: &str) -> Option<u32> {
        self.places
            .get(&(system.to_owned(), number.to_owned()))
            .copied()
    }

    /// The line in this place.
    pub fn line(&mut self, place: u32) -> Option<&mut Line> {
        self.lines.get_mut(usize::try_from(place).ok()?)
    }

    /// How many lines there are.
    pub fn len(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }

    fn add(&mut self, insured: Insured) {
        let key = (insured.ins_system.clone(), insured.number().to_owned());
        let place = self.len();
        self.places.insert(key, place);
        self.lines.push(Line {
            place,
            insured,
            standing: Standing::default(),
            codes: Vec::new(),
            asked: None,
            reversal: None,
            wave: None,
            returned: 0,
            sent: None,
            answered: None,
        });
    }

    fn add_old(&mut self, old: OldLine) {
        self.add(Insured {
            ins_system: old.system,
            ins: old.ins,
            family: old.family,
            given: old.given,
            birth_date: old.birth,
            language: old.language,
            ..Insured::default()
        });
        if let Some(line) = self.lines.last_mut() {
            line.keep(Kept {
                hash: old.code.into_vec(),
                salt: Some(old.salt.into_vec()),
                until: None,
            });
        }
    }

    /// The number may be another from now on: both lead to the line.
    fn correct(&mut self, place: u32, insured: Insured) {
        let key = (insured.ins_system.clone(), insured.number().to_owned());
        if let Some(line) = self.line(place) {
            line.insured = insured;
            self.places.insert(key, place);
        }
    }
}

impl Line {
    /// Takes a step that was written.
    fn step(&mut self, event: &Event, at: Millis) {
        if matches!(event, Event::Opposed { .. } | Event::Activated) && self.answered.is_none() {
            self.answered = Some(at);
        }
        match event {
            Event::Sent { .. } => (self.sent, self.answered) = (Some(at), None),
            // A code says no once; a new letter brings another.
            Event::Opposed { .. } => self.codes.clear(),
            Event::Relented { .. } => self.reversal = None,
            Event::Returned => self.returned += 1,
            _ => {}
        }
        if let Ok(standing) = self.standing.after(event, at) {
            self.standing = standing;
        }
    }

    /// When his space is due, if that is after `now`; whoever opposes may change his mind, and counts.
    pub fn due_after(&self, now: Millis) -> Option<Millis> {
        match self.standing.stage {
            Stage::Announced { deadline, .. } if deadline > now => Some(deadline),
            _ => None,
        }
    }

    /// How long his answer took.
    pub fn answered_after(&self) -> Option<Millis> {
        self.answered?.checked_sub(self.sent?)
    }

    /// Keeps a code beside the newest that there are.
    fn keep(&mut self, code: Kept) {
        self.codes.push(code);
        if self.codes.len() > CODES {
            self.codes.remove(0);
        }
    }

    /// Whether this code opposes; the work is the same whether there is one or not.
    pub fn opposes(&self, code: &Code, key: &Key, now: Millis) -> bool {
        let mut opposes = false;
        for place in 0..CODES {
            opposes |= match self.codes.get(place) {
                Some(Kept {
                    hash,
                    salt: Some(salt),
                    ..
                }) => code.is_old(hash, &Key::from_bytes(salt)),
                Some(kept) => {
                    code.fits(&kept.hash, key, self.place)
                        & kept.until.is_none_or(|until| now < until)
                }
                None => code.fits(&[0; HASH], key, self.place) & false,
            };
        }
        opposes
    }

    /// Whether this code takes an opposition back at `now`.
    pub fn relents(&self, code: &Code, key: &Key, now: Millis) -> bool {
        match &self.reversal {
            Some((hash, until)) => code.fits(hash, key, self.place) && now < *until,
            None => {
                let _same_work = code.fits(&[0; HASH], key, self.place);
                false
            }
        }
    }
}

impl Default for Page {
    /// A page that holds nothing; its key is nobody's.
    fn default() -> Self {
        Self {
            key: Key::from_bytes(&[0; 32]),
            is_keyed: false,
            batches: 0,
            lines: Vec::new(),
            places: HashMap::new(),
        }
    }
}
