//! What a row says, once it is understood: an event of a person, in 48 bytes on its way to his bucket.

/// What kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Drugs delivered.
    Drug = 1,
    /// Acts.
    Procedure = 2,
    /// Laboratory acts.
    Measurement = 3,
    /// Devices.
    Device = 4,
    /// Diagnoses.
    Condition = 5,
    /// A stay.
    Stay = 6,
    /// A unit's part of a stay.
    Detail = 7,
    /// A cause of death; the initial one has role 1.
    Cause = 8,
}

impl Kind {
    fn of(byte: u8) -> Option<Kind> {
        use Kind::{Cause, Condition, Detail, Device, Drug, Measurement, Procedure, Stay};
        let all = [
            Drug,
            Procedure,
            Measurement,
            Device,
            Condition,
            Stay,
            Detail,
            Cause,
        ];
        all.into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// Role of a diagnosis of a stay, and of what else needs one.
pub(crate) mod role {
    /// Principal diagnosis; initial cause.
    pub(crate) const PRINCIPAL: u8 = 1;
    /// Related diagnosis.
    pub(crate) const RELATED: u8 = 2;
    /// Associated diagnosis; a unit's principal one that is not the stay's.
    pub(crate) const ASSOCIATED: u8 = 3;
    /// Long-term illness, by the insurer.
    pub(crate) const LONG_TERM: u8 = 4;
}

/// The first year of care and the last: what is told of others, by a slip or on purpose, is told of these.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2154;

/// The year of care of a day. A bucket's events lie apart by the year in which they began.
pub(crate) fn year_of(day: i32) -> i32 {
    // Days of a year of the Gregorian calendar, which repeats each 400 years; from 1 March of the year 0.
    let shifted = i64::from(day) + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    // January and February, from day 306 on, are the next year's.
    let year = era * 400 + year + i64::from(of_year >= 306);
    i32::try_from(year).map_or(*YEARS.end(), |year| {
        year.clamp(*YEARS.start(), *YEARS.end())
    })
}

/// The place of a year among all, from 1; 0 for what is given whole.
pub(crate) fn place_of(year: Option<i32>) -> u8 {
    let place = year.map_or(0, |year| year - YEARS.start() + 1);
    u8::try_from(place).expect("255 years are told apart")
}

/// An event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Event {
    /// The person: his number, or from [`Event::STRANGER`] on one of the unit's own.
    pub(crate) person: u32,
    /// What it is.
    pub(crate) kind: Kind,
    /// Its role ([`role`]); the activity of a CCAM act.
    pub(crate) role: u8,
    /// Its code, by its place in the unit's list.
    pub(crate) code: u32,
    /// First day.
    pub(crate) start: i32,
    /// Last day.
    pub(crate) end: i32,
    /// Professional or establishment, by its place in the unit's list; 0 for none.
    pub(crate) provider: u32,
    /// The stay within the unit, from 1; 0 for claims.
    pub(crate) stay: u32,
    /// How many.
    pub(crate) quantity: i32,
    /// Charged, in cents.
    pub(crate) charged: i64,
    /// Paid by the insurer, in cents.
    pub(crate) paid: i64,
}

impl Event {
    /// Bytes on disk.
    pub(crate) const SIZE: usize = 48;
    /// Persons from here on are those whom the unit alone knows; numbers of persons are below.
    pub(crate) const STRANGER: u32 = 1 << 31;

    /// The place of a person whom the unit alone knows.
    pub(crate) fn stranger(&self) -> Option<usize> {
        let place = self.person.checked_sub(Event::STRANGER)?;
        Some(place as usize)
    }

    pub(crate) fn put(&self, to: &mut Vec<u8>) {
        let mut bytes = [0u8; Event::SIZE];
        let mut at = 0;
        let mut add = |part: &[u8]| {
            bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        };
        add(&self.charged.to_le_bytes());
        add(&self.paid.to_le_bytes());
        for part in [self.person, self.code, self.provider, self.stay] {
            add(&part.to_le_bytes());
        }
        for part in [self.start, self.end, self.quantity] {
            add(&part.to_le_bytes());
        }
        add(&[self.kind as u8, self.role, 0, 0]);
        to.extend_from_slice(&bytes);
    }

    /// None when it is none of ours.
    pub(crate) fn get(bytes: &[u8; Event::SIZE]) -> Option<Event> {
        let long =
            |at: usize| i64::from_le_bytes(*bytes[at..].first_chunk().expect("within 48 bytes"));
        let word =
            |at: usize| u32::from_le_bytes(*bytes[at..].first_chunk().expect("within 48 bytes"));
        let int =
            |at: usize| i32::from_le_bytes(*bytes[at..].first_chunk().expect("within 48 bytes"));
        Some(Event {
            charged: long(0),
            paid: long(8),
            person: word(16),
            code: word(20),
            provider: word(24),
            stay: word(28),
            start: int(32),
            end: int(36),
            quantity: int(40),
            kind: Kind::of(bytes[44])?,
            role: bytes[45],
        })
    }
}

#[cfg(test)]
mod tests;
