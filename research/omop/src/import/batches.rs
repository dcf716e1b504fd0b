//! The reading of a file on several threads: one reads rows, others make something of a batch of them, and whoever asked
//! gets what was made in the order of the file.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};

use hygie_rows::{Columns, Header, Row, Take};

use crate::cdm::CdmTable;
use crate::error::Error;
use crate::memory::Means;
use crate::source::Source;

/// Rows that are worked on together.
#[derive(Default)]
pub(super) struct Batch {
    fields: usize,
    lines: Vec<u64>,
    /// Why a row was refused before it could be read.
    refused: Vec<Option<&'static str>>,
    cells: Strings,
    /// Rows as they came, where they are wanted.
    raw: Strings,
}

/// Strings of bytes, one behind the other.
#[derive(Default)]
struct Strings {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Strings {
    fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        let end = u32::try_from(self.bytes.len());
        self.ends.push(end.expect("a batch is a MiB and a row"));
    }

    fn get(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[at] as usize]
    }

    /// Bytes of memory.
    fn size(&self) -> usize {
        self.bytes.len() + 4 * self.ends.len()
    }
}

impl Batch {
    fn of(table: &CdmTable) -> Batch {
        Batch {
            fields: table.fields.len(),
            ..Batch::default()
        }
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The field of a row, by its place in the table; of a row that was refused it is empty where it can't be believed.
    pub(super) fn field(&self, row: usize, place: usize) -> &[u8] {
        self.cells.get(row * self.fields + place)
    }

    /// The line of a row.
    pub(super) fn line(&self, row: usize) -> u64 {
        self.lines[row]
    }

    /// A row as it came.
    pub(super) fn raw(&self, row: usize) -> &[u8] {
        self.raw.get(row)
    }

    /// Why a row was refused, if it was.
    pub(super) fn refused(&self, row: usize) -> Option<&'static str> {
        self.refused[row]
    }

    /// Bytes that were read for it, about.
    pub(super) fn bytes(&self) -> u64 {
        (self.cells.bytes.len() + self.cells.ends.len()) as u64
    }
}

/// How a file is read.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) means: Means,
    /// Whether rows are wanted as they came.
    pub(super) raw: bool,
    /// Is told rows and bytes that were read.
    pub(super) tell: &'a dyn Fn(u64, u64),
}

/// Reads a file to its end: `make` works on several threads, `put` gets what it made in the order of the file.
pub(super) fn read<R: Send>(
    source: &Source,
    reading: Reading<'_>,
    make: impl Fn(&Batch) -> R + Sync,
    mut put: impl FnMut(&Batch, R) -> Result<(), Error>,
) -> Result<Header, Error> {
    let mut done = |batch: Batch, made: R| {
        put(&batch, made)?;
        (reading.tell)(batch.len() as u64, batch.bytes());
        Ok(())
    };
    if reading.means.threads == 1 {
        let each = |batch: Batch| {
            let made = make(&batch);
            done(batch, made)
        };
        return fill(source, reading, each);
    }
    on_threads(source, reading, make, done)
}

fn on_threads<R: Send>(
    source: &Source,
    reading: Reading<'_>,
    make: impl Fn(&Batch) -> R + Sync,
    mut done: impl FnMut(Batch, R) -> Result<(), Error>,
) -> Result<Header, Error> {
    let under_way = reading.means.under_way();
    let (means, raw) = (reading.means, reading.raw);
    // Whoever reads takes a permit for each batch, and gets it back when the batch is done.
    let (permit, permits) = sync_channel::<()>(under_way);
    let (to_work, work) = sync_channel::<(u64, Batch)>(under_way);
    let (to_done, made) = sync_channel::<Made<R>>(under_way);
    for _ in 0..under_way {
        permit.send(()).expect("there is room, and a receiver");
    }
    let work = Mutex::new(work);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut number = 0;
            let send = |batch: Batch| {
                // Whoever is gone says why; nothing more is read for him.
                permits.recv().map_err(|_| Stop::Gone)?;
                to_work.send((number, batch)).map_err(|_| Stop::Gone)?;
                number += 1;
                Ok(())
            };
            let quiet = Reading {
                means,
                raw,
                tell: &|_, _| (),
            };
            fill(source, quiet, send)
        });
        for _ in 0..means.threads {
            let (work, make, to_done) = (&work, &make, to_done.clone());
            scope.spawn(move || {
                while let Some((number, batch)) = next(work) {
                    // Whoever waits for a batch that never comes would wait for ever.
                    let made = catch_unwind(AssertUnwindSafe(|| make(&batch)));
                    let made = made.map(|made| (number, batch, made));
                    if to_done.send(made).is_err() {
                        return;
                    }
                }
            });
        }
        drop(to_done);
        let put = in_order(made, |batch, made| {
            done(batch, made)?;
            // Once all is read nobody waits for it.
            let _late = permit.send(());
            Ok(())
        });
        drop(permit);
        let read = reader.join().expect("whoever reads does not panic");
        put?;
        match read {
            Err(Stop::Failed(error)) => Err(error),
            Err(Stop::Gone) => unreachable!("nobody was gone, for all that was read was put"),
            Ok(header) => Ok(header),
        }
    })
}

fn next<T>(from: &Mutex<Receiver<T>>) -> Option<T> {
    let from = from.lock().expect("no thread panics with the queue");
    from.recv().ok()
}

/// What became of a batch of this number, or what its thread panicked with.
type Made<R> = std::thread::Result<(u64, Batch, R)>;

fn in_order<R>(
    made: Receiver<Made<R>>,
    mut put: impl FnMut(Batch, R) -> Result<(), Error>,
) -> Result<(), Error> {
    let (mut next, mut early) = (0, BTreeMap::new());
    for made in made {
        let (number, batch, made) = made.unwrap_or_else(|cause| resume_unwind(cause));
        early.insert(number, (batch, made));
        while let Some((batch, made)) = early.remove(&next) {
            put(batch, made)?;
            next += 1;
        }
    }
    Ok(())
}

/// Why a file is not read to its end.
enum Stop {
    Failed(Error),
    /// Nobody waits for what is read.
    Gone,
}

impl From<hygie_rows::Error> for Stop {
    fn from(error: hygie_rows::Error) -> Stop {
        Stop::Failed(error.into())
    }
}

/// Reads a file batch by batch.
fn fill<E: From<hygie_rows::Error>>(
    source: &Source,
    reading: Reading<'_>,
    send: impl FnMut(Batch) -> Result<(), E>,
) -> Result<Header, E> {
    let mut filling = Filling {
        table: source.table,
        raw: reading.raw,
        most: reading.means.batch(),
        batch: Batch::of(source.table),
        buffer: Vec::new(),
        send,
    };
    let header = rows(source, reading.raw, &mut filling)?;
    let Filling { batch, send, .. } = &mut filling;
    if batch.len() > 0 {
        send(std::mem::take(batch))?;
    }
    Ok(header)
}

/// Reads a file of a table to its end; `raw` where rows are asked for raw.
pub(super) fn rows<T: Take>(source: &Source, raw: bool, take: &mut T) -> Result<Header, T::Error> {
    let fields: Vec<&str> = source.table.fields.iter().map(|field| field.name).collect();
    let optional = source.table.fields.iter().filter(|field| !field.required);
    let optional: Vec<&str> = optional.map(|field| field.name).collect();
    let columns = Columns {
        table: source.table.name,
        read: &fields,
        optional: &optional,
        published: &fields,
        raw,
    };
    hygie_rows::read(&source.path, &columns, take)
}

/// A batch that fills.
struct Filling<S> {
    table: &'static CdmTable,
    raw: bool,
    most: usize,
    batch: Batch,
    buffer: Vec<u8>,
    send: S,
}

impl<S> Filling<S> {
    fn add<E>(&mut self, row: &Row<'_>, refused: Option<&'static str>) -> Result<(), E>
    where
        S: FnMut(Batch) -> Result<(), E>,
    {
        let batch = &mut self.batch;
        batch.lines.push(row.line);
        batch.refused.push(refused);
        for place in 0..batch.fields {
            // Of a row that is cut, what stands before its last field says whose it is; the rest may be cut, too. One of too
            // many fields says it where it should: numbers stand before the texts that may hold a separator.
            let believed = row.surplus() > 0 || row.has(place);
            let believed = believed.then(|| row.get(place));
            batch.cells.push(believed.unwrap_or_default());
        }
        if self.raw {
            row.raw(&mut self.buffer);
            batch.raw.push(&self.buffer);
        }
        if batch.cells.size() + batch.raw.size() < self.most {
            return Ok(());
        }
        (self.send)(std::mem::replace(batch, Batch::of(self.table)))
    }
}

impl<S, E> Take for Filling<S>
where
    E: From<hygie_rows::Error>,
    S: FnMut(Batch) -> Result<(), E>,
{
    type Error = E;

    fn take(&mut self, row: &Row<'_>) -> Result<(), E> {
        self.add(row, None)
    }

    fn refuse(&mut self, row: &Row<'_>, reason: &'static str) -> Result<(), E> {
        self.add(row, Some(reason))
    }
}
