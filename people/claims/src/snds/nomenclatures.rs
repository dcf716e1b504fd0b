//! The nomenclatures of the codes used, with the names and columns of the published files; columns that nothing here can
//! fill are left out.

use crate::snds::form::Form;
use crate::tables::atc::LEVELS;
use crate::tables::cip13;
use crate::tables::devices::DEVICES;
use crate::tables::diagnoses::DIAGNOSES;
use crate::tables::drugs::DRUGS;
use crate::tables::hospital_drugs::HOSPITAL_DRUGS;
use crate::tables::laboratory::LABS;
use crate::tables::natures::NATURES;
use crate::tables::procedures::PROCEDURES;

/// The files: name and content.
pub fn nomenclatures(form: &Form) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        file(
            form,
            "IR_CIM_V",
            &["CIM_COD", "CIM_LIB", "ALD_030_COD", "CAT_CIM_COD"],
            diagnoses(),
        ),
        file(
            form,
            "IR_CCAM_V63",
            &["CAM_PRS_IDE_COD", "CAM_PRS_IDE_LIB"],
            procedures(),
        ),
        file(
            form,
            "IR_BIO_R",
            &[
                "BIO_PRS_IDE",
                "BIO_INF_LIB",
                "BIO_TAR_NAT",
                "BIO_TAR_COF",
                "BIO_PHY_GRP",
                "BIO_GRP_LIB",
            ],
            labs(),
        ),
        file(form, "NT_LPP", &["LPP_PRS_IDE", "LPP_RED_LIB"], devices()),
        file(
            form,
            "IR_NAT_V",
            &["PRS_NAT", "PRS_NAT_CB2", "PRS_NAT_LIB"],
            natures(),
        ),
        file(
            form,
            "IR_PHA_R",
            &["PHA_CIP_C13", "PHA_ATC_CLA", "PHA_ATC_LIB", "PHA_NOM_PA"],
            drugs(),
        ),
        file(
            form,
            "NU_UCD_R",
            &["UCD_UCD_COD", "UCD_LAB_NOM", "UCD_DSN_LIB"],
            units(),
        ),
        file(
            form,
            "IR_UCD_R",
            &["UCD_UCD_COD", "UCD_ATC_CLA"],
            unit_classes(),
        ),
    ];
    for (level, characters) in [1, 3, 4, 5, 7].into_iter().enumerate() {
        let name = format!("openmedic_ATC{}", level + 1);
        let (code, label) = (
            format!("ATC{}", level + 1),
            format!("Libellé ATC{}", level + 1),
        );
        let rows = LEVELS.iter().filter(|row| row.0.len() == characters);
        let rows = rows.map(|row| vec![row.0.to_owned(), row.1.to_owned()]);
        files.push(file(form, &name, &[&code, &label], rows.collect()));
    }
    files
}

fn file(form: &Form, name: &str, columns: &[&str], rows: Vec<Vec<String>>) -> (String, Vec<u8>) {
    let mut page = Vec::new();
    form.row(&mut page, columns);
    for row in rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        form.row(&mut page, &cells);
    }
    (format!("{name}.csv"), page)
}

fn diagnoses() -> Vec<Vec<String>> {
    let rows = DIAGNOSES.iter().map(|&(code, label, number)| {
        let category = &code[..3];
        vec![
            code.to_owned(),
            label.to_owned(),
            number.to_string(),
            category.to_owned(),
        ]
    });
    rows.collect()
}

fn labs() -> Vec<Vec<String>> {
    let rows = LABS.iter().map(|lab| {
        let coefficient = format!("{}.00", lab.coefficient);
        vec![
            lab.code.to_owned(),
            lab.label.to_owned(),
            "B".to_owned(),
            coefficient,
            group(lab.code).0.to_owned(),
            group(lab.code).1.to_owned(),
        ]
    });
    rows.collect()
}

/// The physiological group of a laboratory act (IR_BIO_R, BIO_PHY_GRP and BIO_GRP_LIB).
fn group(code: &str) -> (&'static str, &'static str) {
    match code {
        "9005" => ("29", "DISPOSITIONS GENERALES"),
        "1104" => ("1", "HEMATOLOGIE COURANTE"),
        "126" => ("2", "COAGULATION COURANTE"),
        "592" | "1139" | "2004" => ("4", "BIOCHIMIE COURANTE (en dehors des groupes)"),
        "996" => ("5", "EXPLORATION LIPIDIQUE"),
        "552" | "1577" => ("6", "EXPLORATION GLUCIDIQUE"),
        "522" | "519" => ("7", "EXPLORATION HEPATIQUE"),
        "1821" => ("8", "EXPLORATION CARDIAQUE"),
        "1208" => ("9", "EXPLORATION THYROIDIENNE"),
        "1213" => ("10", "FER - FERRITINE"),
        "1609" => ("11", "IONOGRAMMES"),
        "1804" => ("12", "PROTEINES SERIQUES"),
        "7318" => ("13", "MARQUEURS TUMORAUX"),
        "5201" => ("17", "MICROBIOLOGIE COURANTE"),
        _ => ("90", "AUTRES (tous les autres codes)"),
    }
}

fn natures() -> Vec<Vec<String>> {
    let rows = NATURES
        .iter()
        .map(|&(code, short, label)| vec![code.to_string(), short.to_owned(), label.to_owned()]);
    rows.collect()
}

fn drugs() -> Vec<Vec<String>> {
    let rows = (0..).zip(DRUGS).map(|(at, drug)| {
        let code = cip13(at).map(char::from).iter().collect();
        let name = format!("{} {} (CIP inventé)", drug.substance, drug.pack);
        vec![code, drug.atc.to_owned(), drug.substance.to_owned(), name]
    });
    rows.collect()
}

fn procedures() -> Vec<Vec<String>> {
    let rows = PROCEDURES.iter().map(|procedure| {
        [procedure.code, procedure.label]
            .map(str::to_owned)
            .to_vec()
    });
    rows.collect()
}

fn devices() -> Vec<Vec<String>> {
    let rows = DEVICES
        .iter()
        .map(|one| [one.code, one.label].map(str::to_owned).to_vec());
    rows.collect()
}

fn units() -> Vec<Vec<String>> {
    let rows = HOSPITAL_DRUGS.iter();
    rows.map(|one| {
        [one.ucd, one.laboratory, one.name]
            .map(str::to_owned)
            .to_vec()
    })
    .collect()
}

fn unit_classes() -> Vec<Vec<String>> {
    let rows = HOSPITAL_DRUGS.iter();
    rows.map(|one| [one.ucd, one.atc].map(str::to_owned).to_vec())
        .collect()
}
