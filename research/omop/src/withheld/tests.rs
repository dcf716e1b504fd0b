//! Covered: a field that is withheld by a name that the CDM does not have, so that the one that was meant is not.

use crate::cdm::CdmTable;

use super::*;

#[test]
fn what_is_withheld_is_in_the_cdm() {
    for (table, name) in FIELDS {
        let known = CdmTable::named(table).and_then(|table| table.place(name));
        assert!(known.is_some(), "{table}.{name}");
    }
    for table in TABLES {
        assert!(CdmTable::named(table).is_some(), "{table}");
    }
}
