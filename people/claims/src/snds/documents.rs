//! The page that lies beside the truth: what the columns are, and the table of hazards.

use std::fmt::Write;

use crate::hazards::hazards;

const COLUMNS: &str = "\
# The truth

Everything here is invented. `events.csv` holds what happened, as an importer that keeps to the rules finds it; `persons.csv` \
the persons; `course.csv` when each of them met which event of the table below, before the time observed too; `wrong.csv` \
the claim lines that cannot be taken, where some were asked for. Cells are separated by `;`, text is UTF-8, dates are \
YYYY-MM-DD.

Events: `person` BEN_IDT_ANO; `kind` drug, procedure, measurement, device, condition, stay, detail or death; `code` CIP13, \
UCD, CCAM, PRS_NAT_REF (lines without refined rows), NABM, LPP, ICD-10, GHM, UM_ORD_NUM or nothing; `start`, `end` (nothing where an illness has none); \
`quantity`; `paid`, `charged` in euros; `source` the table; `nature` PRS_NAT_REF, or IMB_ALD_NUM; `activity` CAM_ACT_COD, or ACV_ACT; \
`specialty` PSE_SPE_COD; `performer` PFS_EXE_NUM; `establishment` ETB_PRE_FIN; `stay` year/ETA_NUM/RSA_NUM.

Claims that differ in quantity and amounts only are one event. A laboratory's line has its amounts at the analysis whose code \
is the smallest number.

# The hazards

Events for 1000 person-years of men without a state, by decade of age; the ratio of women; ratios of states held. They are \
chosen; a person meets each event once at most; the integral of the hazard is inverted exactly.

| event | 0 | 10 | 20 | 30 | 40 | 50 | 60 | 70 | 80 | 90 | women | states |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
";

/// The page.
pub fn readme() -> String {
    let mut page = COLUMNS.to_owned();
    for hazard in hazards() {
        let _ = write!(page, "| {} |", hazard.name);
        for rate in hazard.rate {
            let _ = write!(page, " {rate} |");
        }
        let factors = hazard.factors.iter();
        let factors =
            factors.map(|&(state, ratio)| format!("{} {ratio}", hazards()[state as usize].name));
        let _ = writeln!(
            page,
            " {} | {} |",
            hazard.woman,
            factors.collect::<Vec<_>>().join(", ")
        );
    }
    page
}
