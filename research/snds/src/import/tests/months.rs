//! Deliveries of an insurer, month by month: care of some months back, what takes back what an earlier flow told, a newer
//! reference, a year of stays that grows.

use std::collections::BTreeMap;

/// The files of an extraction, by name.
pub(super) type Files = BTreeMap<String, String>;

pub(super) const KEY: &str = "DCT_ORD_NUM;FLX_DIS_DTD;FLX_EMT_NUM;FLX_EMT_ORD;FLX_EMT_TYP;FLX_TRT_DTD;ORG_CLE_NUM;PRS_ORD_NUM;REM_TYP_AFF";
pub(super) const LINE: &str = "BEN_NIR_PSA;BEN_RNG_GEM;BEN_SEX_COD;BEN_NAI_ANN;BEN_RES_DPT;EXE_SOI_DTD;EXE_SOI_DTF;PRS_NAT_REF;DPN_QLF;PRS_DPN_QLP;CPL_MAJ_TOP;PRS_ACT_QTE;PRS_PAI_MNT;BSE_REM_MNT;PFS_EXE_NUM;PSE_SPE_COD";
pub(super) const MONTHS: [&str; 7] = [
    "202211", "202212", "202301", "202302", "202303", "202401", "202402",
];

/// A month that tells of persons of the reference alone, and of whom nothing later tells.
const OLD: &str = "202106";

/// Chance that tests can repeat (SplitMix64).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (value ^ (value >> 31)) % count
    }
}

/// Persons 1 to 9 stand in the reference; of those from 10 on the newer reference knows 10 and 11.
fn reference(newer: bool) -> String {
    let mut text = "BEN_NIR_PSA;BEN_RNG_GEM;BEN_IDT_ANO;BEN_CDI_NIR;BEN_NAI_ANN;BEN_NAI_MOI;BEN_SEX_COD;BEN_RES_DPT;BEN_DCD_DTE\n".to_owned();
    for person in 1..=if newer { 11 } else { 9 } {
        let death = if person == 3 && newer {
            "05/02/2024"
        } else {
            ""
        };
        let place = ["075", "02A", "974"][person % 3];
        text.push_str(&format!(
            "PSA-{person};1;ANO-{person};00;{};03;{};{place};{death}\n",
            1940 + person,
            1 + person % 2
        ));
    }
    text
}

/// A month of flow: care of the month and of those before, and what takes back what an earlier flow told.
pub(super) fn month(chance: &mut Chance, flow: &str, told: &mut Vec<String>, files: &mut Files) {
    let (year, month): (u64, u64) = (
        flow[..4].parse().expect("a year"),
        flow[4..].parse().expect("a month"),
    );
    let mut tables: BTreeMap<&str, String> = BTreeMap::new();
    tables.insert("ER_PRS_F", format!("{KEY};{LINE}\n"));
    tables.insert("ER_PHA_F", format!("{KEY};PHA_PRS_C13;PHA_ACT_QSN\n"));
    tables.insert("ER_BIO_F", format!("{KEY};BIO_PRS_IDE;BIO_ACT_QSN\n"));
    for line in 0..40 {
        let key = format!("{line};28/{month:02}/{year};1;1;1;28/{month:02}/{year};01C;{line};0");
        // As it is told but for sign: person, kind, code, day, professional.
        let back = !told.is_empty() && chance.below(4) == 0;
        let what = if back {
            let at = chance.below(told.len() as u64) as usize;
            told.swap_remove(at)
        } else {
            let months = year * 12 + month - 1 - chance.below(4);
            let day = format!(
                "{:02}/{:02}/{}",
                1 + chance.below(28),
                months % 12 + 1,
                months / 12
            );
            let code = match chance.below(3) {
                0 => format!("PHA 34009300000{:02}", chance.below(5) + 11),
                1 => format!("BIO 01{:02}", chance.below(5) + 10),
                _ => format!("PRS 11{:02}", chance.below(3) + 10),
            };
            let (person, professional) = (
                1 + chance.below(if flow == OLD { 9 } else { 13 }),
                chance.below(6) + 70,
            );
            let what = format!("{person} {code} {day} {professional}");
            told.push(what.clone());
            what
        };
        let sign = if back { "-" } else { "" };
        let [person, kind, code, day, professional] = what.split(' ').collect::<Vec<_>>()[..]
        else {
            panic!("five words")
        };
        let nature = match kind {
            "PHA" => "3313",
            "BIO" => "9411",
            _ => code,
        };
        let prs = tables.get_mut("ER_PRS_F").expect("it is there");
        prs.push_str(&format!(
            "{key};PSA-{person};1;1;1950;013;{day};;{nature};0;0;0;{sign}1;{sign}10.50;{sign}7.00;{professional};0{}\n",
            professional.len()
        ));
        if kind != "PRS" {
            let table = tables
                .get_mut(format!("ER_{kind}_F").as_str())
                .expect("it is there");
            table.push_str(&format!("{key};{code};{sign}2\n"));
        }
    }
    for (table, text) in tables {
        files.insert(format!("{table}_{flow}.csv"), text);
    }
}

/// A year of stays; more are told by the end of it.
fn stays(year: u64, more: bool, files: &mut Files) {
    let short = year % 100;
    let mut c = "ETA_NUM;RSA_NUM;NIR_ANO_17;RNG_BEN;EXE_SOI_DTD;EXE_SOI_DTF;NIR_RET;NAI_RET;SEX_RET;SEJ_RET;FHO_RET;PMS_RET;DAT_RET;COH_NAI_RET;COH_SEX_RET\n".to_owned();
    let mut b = "ETA_NUM;RSA_NUM;DGN_PAL;DGN_REL;GRG_GHM\n".to_owned();
    let mut a = "ETA_NUM;RSA_NUM;CDC_ACT;ENT_DAT_DEL;NBR_EXE_ACT\n".to_owned();
    for stay in 1..=if more { 6 } else { 4 } {
        // From the last days of a year an act may lie in the next.
        c.push_str(&format!(
            "E{};{stay};PSA-{};1;3{}/12/{year};05/01/{};0;0;0;0;0;0;0;0;0\n",
            stay % 2,
            stay * 2,
            stay % 2,
            year + 1
        ));
        b.push_str(&format!("E{};{stay};I2{stay}0;I10;05M041\n", stay % 2));
        a.push_str(&format!("E{};{stay};DDAF001;{};1\n", stay % 2, stay));
    }
    files.insert(format!("T_MCO{short}C.csv"), c);
    files.insert(format!("T_MCO{short}B.csv"), b);
    files.insert(format!("T_MCO{short}A.csv"), a);
}

/// What is there at first, and what each later delivery brings.
pub(super) fn deliveries(seed: u64) -> (Files, Vec<Files>) {
    let mut chance = Chance(seed);
    let (mut told, mut first) = (Vec::new(), Files::new());
    first.insert("IR_BEN_R.csv".to_owned(), reference(false));
    let illnesses = "BEN_NIR_PSA;BEN_RNG_GEM;IMB_ALD_DTD;IMB_ALD_DTF;IMB_ALD_NUM;IMB_ETM_NAT;MED_MTF_COD;MED_NCL_IDT\n";
    first.insert(
        "IR_IMB_R.csv".to_owned(),
        format!(
            "{illnesses}PSA-1;1;2019-05-01;;8;41;E119;CIM10\nPSA-10;1;2023-01-01;;8;41;I10;CIM10\n"
        ),
    );
    let causes =
        "BEN_IDT_ANO;BEN_DCD_DTE;DCD_CIM_COD\nANO-5;2023-02-20;I219\nANO-11;2023-02-21;I50\n";
    first.insert("KI_CCI_R.csv".to_owned(), causes.to_owned());
    stays(2022, true, &mut first);
    stays(2023, false, &mut first);
    month(&mut chance, OLD, &mut Vec::new(), &mut first);
    for flow in &MONTHS[..4] {
        month(&mut chance, flow, &mut told, &mut first);
    }
    let mut later = Vec::new();
    for (at, flow) in MONTHS[4..].iter().enumerate() {
        let mut files = Files::new();
        month(&mut chance, flow, &mut told, &mut files);
        match at {
            0 => stays(2023, true, &mut files),
            1 => {
                files.insert("IR_BEN_R.csv".to_owned(), reference(true));
            }
            _ => {
                let more = format!(
                    "{}PSA-2;1;2022-05-01;;8;41;E109;CIM10\n",
                    first["IR_IMB_R.csv"]
                );
                files.insert("IR_IMB_R.csv".to_owned(), more);
            }
        }
        later.push(files);
    }
    (first, later)
}
