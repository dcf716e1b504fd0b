//! Where the files of a log lie (C2SP tlog-tiles): tiles of hashes, bundles of entries, full and partial.

use std::collections::HashSet;
use std::fmt;

use crate::Error;

/// Items in a full tile (height 8).
pub(crate) const WIDTH: u64 = 256;
/// Levels that a log of at most 2⁶⁴ − 1 entries can have.
const LEVELS: u8 = 8;
/// The one file that is not a tile.
pub(crate) const CHECKPOINT: &str = "checkpoint";
/// What a store adds to the name of a file while it writes it (see the contract of `Store`).
pub(crate) const UNFINISHED: &str = ".tmp";

/// A row of items from left to right: the entries, or the hashes of one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    Entries,
    /// 0 to 7.
    Level(u8),
}

impl Row {
    /// Whole items that the row has in a log of `size` entries.
    pub(crate) fn items(self, size: u64) -> u64 {
        match self {
            Row::Entries => size,
            Row::Level(level) => size >> (8 * u32::from(level)),
        }
    }

    /// The partial tile at the right end of this row in a log of `size` entries, if it has one.
    pub(crate) fn partial(self, size: u64) -> Option<Tile> {
        let items = self.items(size);
        let width = items % WIDTH;
        (width > 0).then_some(Tile {
            row: self,
            index: items / WIDTH,
            width,
        })
    }

    fn all() -> impl Iterator<Item = Row> {
        std::iter::once(Row::Entries).chain((0..LEVELS).map(Row::Level))
    }
}

/// One file of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) row: Row,
    /// Counted from 0 within the row.
    pub(crate) index: u64,
    /// 1 to 256 items; 256 is a full tile.
    pub(crate) width: u64,
}

impl Tile {
    pub(crate) fn full(row: Row, index: u64) -> Tile {
        Tile {
            row,
            index,
            width: WIDTH,
        }
    }

    /// The tile that has exactly this path; any other spelling is none.
    pub(crate) fn parse(path: &str) -> Option<Tile> {
        let (row, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let row = match row {
            "entries" => Row::Entries,
            level => Row::Level(level.parse().ok().filter(|level| *level < LEVELS)?),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (
                index,
                width
                    .parse()
                    .ok()
                    .filter(|width| (1..WIDTH).contains(width))?,
            ),
            None => (rest, WIDTH),
        };
        let digits: String = index.chars().filter(|c| !matches!(c, 'x' | '/')).collect();
        let tile = Tile {
            row,
            index: digits.parse().ok()?,
            width,
        };
        // Printing it again settles zeros, signs, slashes and the places of the `x` at once.
        (tile.to_string() == path).then_some(tile)
    }

    /// Whether a log of `size` entries has this file.
    pub(crate) fn belongs_to(self, size: u64) -> bool {
        if self.width == WIDTH {
            self.index < self.row.items(size) / WIDTH
        } else {
            self.row.partial(size) == Some(self)
        }
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Row::Entries => f.write_str("tile/entries/")?,
            Row::Level(level) => write!(f, "tile/{level}/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut left = self.index / 1000;
        while left > 0 {
            groups.push(left % 1000);
            left /= 1000;
        }
        for group in groups[1..].iter().rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", groups[0])?;
        if self.width < WIDTH {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// All files but the checkpoint of a log of `size` entries.
pub(crate) fn tiles(size: u64) -> impl Iterator<Item = Tile> {
    Row::all().flat_map(move |row| {
        let full = row.items(size) / WIDTH;
        (0..full)
            .map(move |index| Tile::full(row, index))
            .chain(row.partial(size))
    })
}

/// The partial tiles that a log of `old` entries had and a log of `size` entries, at least as many, has no more.
pub(crate) fn outgrown(old: u64, size: u64) -> impl Iterator<Item = Tile> {
    Row::all()
        .filter_map(move |row| row.partial(old))
        .filter(move |tile| !tile.belongs_to(size))
}

/// Refuses a listing that lacks a file of a log of `size` entries; returns the files that such a log does not have.
pub(crate) fn unexpected(listing: &[String], size: u64) -> Result<Vec<String>, Error> {
    let expected = |path: &str| {
        path == CHECKPOINT || Tile::parse(path).is_some_and(|tile| tile.belongs_to(size))
    };
    let (present, unexpected): (Vec<&String>, Vec<&String>) =
        listing.iter().partition(|path| expected(path));
    let files = 1 + Row::all()
        .map(|row| row.items(size) / WIDTH + u64::from(row.partial(size).is_some()))
        .sum::<u64>();
    if present.len() as u64 != files {
        let present: HashSet<&str> = present.into_iter().map(String::as_str).collect();
        let missing = tiles(size)
            .map(|tile| tile.to_string())
            .find(|path| !present.contains(path.as_str()));
        return Err(Error::Missing {
            path: missing.unwrap_or_else(|| CHECKPOINT.to_owned()),
        });
    }
    Ok(unexpected.into_iter().cloned().collect())
}

/// Whether a crash of ours can have left this file behind.
pub(crate) fn is_leftover(path: &str) -> bool {
    let unfinished = path.strip_suffix(UNFINISHED);
    unfinished == Some(CHECKPOINT) || Tile::parse(unfinished.unwrap_or(path)).is_some()
}

/// Adds an entry to the bytes of a bundle: its length in two bytes, big-endian, then itself.
pub(crate) fn bundle_push(bundle: &mut Vec<u8>, entry: &[u8]) {
    let length = u16::try_from(entry.len()).expect("append refuses entries over 65535 bytes");
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
}

/// The entries of a bundle, which must be exactly as many as the tile is wide.
pub(crate) fn bundle_entries(tile: Tile, mut bundle: &[u8]) -> Result<Vec<&[u8]>, Error> {
    let damaged = |why| Error::Damaged {
        path: tile.to_string(),
        why,
    };
    let mut entries = Vec::new();
    while let Some((length, rest)) = bundle.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, rest) = rest
            .split_at_checked(length)
            .ok_or_else(|| damaged("an entry is cut short"))?;
        entries.push(entry);
        bundle = rest;
    }
    if !bundle.is_empty() {
        return Err(damaged("a length is cut short"));
    }
    if entries.len() as u64 != tile.width {
        return Err(damaged(
            "it holds another number of entries than its name says",
        ));
    }
    Ok(entries)
}

#[cfg(test)]
mod tests;
