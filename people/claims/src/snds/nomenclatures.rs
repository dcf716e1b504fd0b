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
            &["BIO_PRS_IDE", "BIO_INF_LIB", "BIO_TAR_NAT", "BIO_TAR_COF"],
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
        ]
    });
    rows.collect()
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
