//! The list of who opposes research, or his space: sealed sheets that the crossing reads, and that hold nothing else.
//!
//! What is about to be written in somebody's `rights` is meant on the list first, and a line of it after: a crash between
//! leaves what was meant, and [`Roll::settle`] does it again by the same way. Whatever a person says later about the same
//! thing takes the place of what was meant before.

use std::collections::BTreeSet;

use hygie_identity::{Ins, InsSystem};
use hygie_ledger::{Edge, Signer};
use hygie_notice::{Act, Millis, PersonId, Subject};
use hygie_oppositions::{About, Line, Part};
use hygie_policy::Target;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteArray;

use super::{Number, Roll, RollPage};
use crate::door::Ask;
use crate::refuse::Said;
use crate::{Caller, Error, Scope};

/// Lines of a sheet: one key, and what is read at each opening.
const LINES: usize = 128;
/// What the key that signs the list is made for; see [`hygie_notice::IssuerKey::derived`].
const SIGNS: &str = "hygie list of oppositions";

/// What can be written on a sheet. The form is final: kinds and fields are added, never changed.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum News {
    /// The sheet begins: the number of its first line, and the edge of all lines before.
    Begin {
        first: u64,
        subtrees: Vec<ByteArray<32>>,
    },
    /// This is about to be written in the person's `rights`.
    Meant(Meant),
    /// It stands there: the next line.
    Line(Entry),
}

/// A line as it is written; its number is its place.
#[derive(Clone, Serialize, Deserialize)]
struct Entry {
    at: Millis,
    system: String,
    /// 13 characters.
    ins: String,
    scope: Scope,
    opposed: bool,
    receipt: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Meant {
    person: PersonId,
    entry: Entry,
}

/// An opened sheet, and what its news come to.
pub(super) struct Sheet {
    opened: RollPage<News>,
    /// Its number.
    number: u32,
    /// Whether anything was written on it.
    begun: bool,
    /// What begins it, and is to be written first.
    first: Vec<News>,
    /// The edge before its first line.
    before: Edge,
    lines: Vec<Entry>,
    meant: Vec<Meant>,
}

impl Entry {
    /// Who says something about what.
    fn key(&self) -> (&str, &str, &Scope) {
        (&self.system, &self.ins, &self.scope)
    }

    fn line(&self, number: u64) -> Option<Line> {
        Some(Line {
            number,
            at: self.at,
            system: self.system.clone(),
            ins: self.ins.clone(),
            scope: about(&self.scope)?,
            opposed: self.opposed,
            receipt: self.receipt.clone(),
        })
    }
}

impl Meant {
    /// What somebody says, as the crossing must be told it, for each of his numbers; nothing for what is no matter of
    /// research, and of somebody without a national number, of whom nothing leaves by one.
    pub fn of(person: PersonId, said: &Said<'_>, numbers: &[Number<'_>], at: Millis) -> Vec<Self> {
        let told = numbers.iter().filter(|_| said.scope.is_for_research());
        let entry = |number: &Number<'_>| Entry {
            at,
            system: number.system.to_owned(),
            ins: number.bare().to_owned(),
            scope: said.scope.clone(),
            opposed: said.opposed,
            receipt: said.receipt.to_owned(),
        };
        told.map(|number| Self {
            person,
            entry: entry(number),
        })
        .collect()
    }
}

/// A scope as the crossing knows it.
fn about(scope: &Scope) -> Option<About> {
    match scope {
        Scope::Space => Some(About::Space),
        Scope::Research => Some(About::Research),
        Scope::Project(id) => Some(About::Project(id.clone())),
        Scope::Professional(_) | Scope::Structure(_) => None,
    }
}

impl Sheet {
    fn of(number: u32, mut opened: RollPage<News>) -> Result<Self, Error> {
        let begun = !opened.news.is_empty();
        let mut before = Edge::default();
        let (mut lines, mut meant): (Vec<Entry>, Vec<Meant>) = (Vec::new(), Vec::new());
        for (_, news) in opened.news.drain(..) {
            match news {
                News::Begin { first, subtrees } => {
                    let subtrees = subtrees.into_iter().map(ByteArray::into_array).collect();
                    before = Edge::new(first, subtrees).ok_or(Error::UnknownForm)?;
                }
                News::Meant(one) => {
                    meant.retain(|known| known.entry.key() != one.entry.key());
                    meant.push(one);
                }
                News::Line(entry) => {
                    meant.retain(|known| known.entry.key() != entry.key());
                    lines.push(entry);
                }
            }
        }
        Ok(Self {
            opened,
            number,
            begun,
            first: Vec::new(),
            before,
            lines,
            meant,
        })
    }

    /// What is meant about the same thing and did not become a line.
    fn pending(&self, entry: &Entry) -> Option<&Meant> {
        let mut meant = self.meant.iter();
        meant.find(|one| one.entry.key() == entry.key())
    }

    /// Its lines, and the edge behind them.
    fn read(&self) -> Result<(Vec<Line>, Edge), Error> {
        let mut edge = self.before.clone();
        let mut lines = Vec::with_capacity(self.lines.len());
        for entry in &self.lines {
            let line = entry.line(edge.size()).ok_or(Error::UnknownForm)?;
            edge.push(&line.bytes());
            lines.push(line);
        }
        Ok((lines, edge))
    }
}

impl Roll {
    /// What follows on the list from line `after` on, for the crossing alone; at most a sheet at a time.
    ///
    /// # Errors
    /// [`Error::Refused`] for everybody else; [`Error::BadRequest`] where the list is shorter; those of keeper and store.
    pub async fn oppositions(&self, caller: &Caller, after: u64) -> Result<Part, Error> {
        let last = match self.last_sheet().await? {
            Some(last) => last,
            None => {
                // Made, so that it can be opened to read.
                drop(self.sheet().await?);
                0
            }
        };
        let wanted = u32::try_from(after / LINES as u64).unwrap_or(u32::MAX);
        let mut number = wanted.min(last);
        let what = format!("oppositions from {after} on");
        let mut sheet = self.open_sheet(caller, number, Act::Read, &what).await?;
        if !sheet.begun && number > 0 {
            number -= 1;
            sheet = self.open_sheet(caller, number, Act::Read, &what).await?;
        }
        let (mut lines, edge) = sheet.read()?;
        if after > edge.size() {
            return Err(Error::BadRequest("the list has fewer lines than that"));
        }
        lines.retain(|line| line.number >= after);
        let signer = self.signer().await?;
        let checkpoint = edge.sign(&signer).map_err(|_| Error::UnknownForm)?;
        Ok(Part {
            lines,
            checkpoint,
            more: number < last,
        })
    }

    /// Lets the list say of each of these numbers what the person refuses, where records were joined: of a number of the one
    /// nothing stands there that was said by the other's. Nothing where the record ended.
    ///
    /// # Errors
    /// Those of keeper and store.
    pub async fn list_all(&self, person: PersonId, numbers: &[Number<'_>]) -> Result<(), Error> {
        if self.record().names_of(person).len() == 1 {
            return Ok(());
        }
        let caller = self.caller();
        let ask = Ask {
            caller: &caller,
            person,
            act: Act::Oppose,
            what: "what is refused, for a number that leads here".to_owned(),
        };
        let entered = match self.record().enter(&ask).await {
            Err(Error::Refused | Error::Erased | Error::Closed) => return Ok(()),
            entered => entered?,
        };
        let space = entered.rights.opposed.then_some((Scope::Space, ""));
        let refusals = entered.rights.refusals.iter();
        let refusals = refusals.map(|one| (one.scope.clone(), one.receipt.as_str()));
        for (scope, receipt) in space.into_iter().chain(refusals) {
            let said = Said {
                scope: &scope,
                opposed: true,
                receipt,
            };
            for meant in Meant::of(person, &said, numbers, entered.receipt.at) {
                self.line(meant, true).await?;
            }
        }
        Ok(())
    }

    /// Does again what was meant and did not come to its end. Gives how much that was.
    ///
    /// # Errors
    /// Those of keeper and store: the next run goes on.
    pub async fn settle(&self) -> Result<usize, Error> {
        if self.last_sheet().await?.is_none() {
            return Ok(0);
        }
        // The sheet is closed before anybody's rights are opened: they are locked in that order.
        let meant = self.sheet().await?.meant;
        for Meant { person, entry } in &meant {
            let said = Said {
                scope: &entry.scope,
                opposed: entry.opposed,
                receipt: &entry.receipt,
            };
            let number = Number {
                system: &entry.system,
                ins: &entry.ins,
            };
            let what = "an opposition that was cut short";
            self.say(*person, &said, &[number], what).await?;
        }
        Ok(meant.len())
    }

    /// The key that signs the list is made of the roll's, and named after the ledger.
    async fn signer(&self) -> Result<Signer, Error> {
        let (verifier, _) = self.record().ledger().await?;
        let origin = verifier.split('+').next().unwrap_or_default();
        let seed = self.key.derived(SIGNS);
        Signer::from_seed(&format!("{origin}/oppositions"), &seed).map_err(|_| Error::UnknownForm)
    }

    /// By what the crossing checks the list.
    ///
    /// # Errors
    /// Those of the keeper.
    pub async fn oppositions_verifier(&self) -> Result<String, Error> {
        Ok(self.signer().await?.verifier().to_string())
    }

    /// The last sheet, opened to write once: the next one where the last is full. Nobody else opens it meanwhile.
    pub(super) async fn sheet(&self) -> Result<Sheet, Error> {
        let (what, caller) = ("who opposes research", self.caller());
        let number = self.last_sheet().await?.unwrap_or_default();
        let mut sheet = self.open_sheet(&caller, number, Act::Create, what).await?;
        if !sheet.begun {
            sheet.first = begin(&Edge::default());
        }
        while sheet.lines.len() >= LINES {
            let number = sheet.number + 1;
            let mut next = self.open_sheet(&caller, number, Act::Create, what).await?;
            if !next.begun {
                next.first = begin(&sheet.read()?.1);
                // What is meant goes with those who come, so that the last sheet alone says what is left to do.
                next.first
                    .extend(sheet.meant.iter().cloned().map(News::Meant));
            }
            sheet = next;
        }
        Ok(sheet)
    }

    /// Writes that this is about to be written in `rights`.
    pub(super) async fn mean(&self, meant: &[Meant]) -> Result<(), Error> {
        let news = meant.iter().cloned().map(News::Meant);
        self.put(self.sheet().await?, news.collect()).await
    }

    /// Writes the line, where `changed`, or where something about the same is still meant.
    pub(super) async fn line(&self, meant: Meant, changed: bool) -> Result<(), Error> {
        let sheet = self.sheet().await?;
        if !changed && sheet.pending(&meant.entry).is_none() {
            return Ok(());
        }
        self.put(sheet, vec![News::Line(meant.entry)]).await
    }

    /// Writes on a sheet, with what begins it where nothing does yet, and closes it.
    async fn put(&self, mut sheet: Sheet, news: Vec<News>) -> Result<(), Error> {
        let mut all = std::mem::take(&mut sheet.first);
        all.extend(news);
        // Before it is written: the write goes to its end, whoever hangs up.
        {
            let mut last = self.sheets.lock().await;
            *last = (*last).max(Some(sheet.number));
        }
        self.write(&sheet.opened, all).await
    }

    async fn open_sheet(
        &self,
        caller: &Caller,
        number: u32,
        act: Act,
        what: &str,
    ) -> Result<Sheet, Error> {
        let sheet = Subject::oppositions(number);
        let opened = self
            .open_as(caller, (sheet, Target::Oppositions), act, what)
            .await?;
        Sheet::of(number, opened)
    }

    /// The number of the last sheet; none before the first was begun.
    async fn last_sheet(&self) -> Result<Option<u32>, Error> {
        self.pages().await?;
        Ok(*self.sheets.lock().await)
    }
}

fn begin(edge: &Edge) -> Vec<News> {
    let subtrees = edge.subtrees().iter().copied().map(ByteArray::new);
    vec![News::Begin {
        first: edge.size(),
        subtrees: subtrees.collect(),
    }]
}

/// The national numbers among somebody's identifiers: system, and 13 characters.
pub(super) fn national<'a>(
    identifiers: impl IntoIterator<Item = (Option<&'a str>, &'a str)>,
) -> BTreeSet<(String, String)> {
    let numbers = identifiers.into_iter().filter_map(|(system, value)| {
        let system = InsSystem::from_uri(system?)?;
        let ins = Ins::parse(system, value).ok()?;
        Some((system.uri().to_owned(), ins.number().to_owned()))
    });
    numbers.collect()
}
