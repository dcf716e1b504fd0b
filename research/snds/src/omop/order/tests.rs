//! Covered: lines that stand elsewhere than their identities say, or are lost or doubled on the way.
//! Not a failure: in which order lines of one identity stand.

use proptest::prelude::*;

use super::*;
use crate::event::Kind;

const STEP: u32 = 4;

fn line((person, start, role, end, provider, stay): (i32, i32, u8, i32, i32, u32)) -> Line {
    Line {
        // Persons of bucket 3.
        person: (person + 1) * 4 + 3,
        kind: if role == 0 {
            Kind::Procedure
        } else {
            Kind::Drug
        },
        role,
        source: 2_000_000_000 + provider % 3,
        start,
        end,
        provider,
        unit: 0,
        stay,
        concept: 0,
        domain: None,
        group: 0,
        quantity: 1,
        charged: 0,
        paid: 0,
    }
}

proptest! {
    #[test]
    fn lines_stand_elsewhere_than_their_identities_say(
        raw in prop::collection::vec((0..9i32, -3..3i32, 0..3u8, -9..9i32, 0..4i32, 0..3u32), 0..200)
    ) {
        let mut lines: Vec<Line> = raw.into_iter().map(line).collect();
        let mut expected: Vec<_> = lines.iter().map(plain).collect();
        expected.sort_unstable();
        order(&mut lines, STEP);
        prop_assert_eq!(lines.iter().map(plain).collect::<Vec<_>>(), expected);
    }
}

/// What [`Line::identity`] packs, field by field.
type Plain = (i32, i32, Kind, i32, u8, i32, i32, (u32, u32));

fn plain(line: &Line) -> Plain {
    let of = if line.stay == 0 {
        (0, 0)
    } else {
        (line.unit + 1, line.stay)
    };
    (
        line.person,
        line.start,
        line.kind,
        line.source,
        line.role,
        line.end,
        line.provider,
        of,
    )
}
