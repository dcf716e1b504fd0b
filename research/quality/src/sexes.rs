//! Diagnoses that only one sex has: ICD-10, volume 2, "categories limited to, or more likely to occur in, one sex", those
//! of three characters that are limited to it. <https://icd.who.int/browse10/Content/statichtml/ICD10Volume2_en_2019.pdf>

/// Male or female.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sex {
    /// `gender_concept_id` 8507.
    Male,
    /// 8532.
    Female,
}

/// First and last category of three characters, and who has it.
const LIMITED: &[(&str, &str, Sex)] = &[
    ("A34", "A34", Sex::Female),
    ("C51", "C58", Sex::Female),
    ("C60", "C63", Sex::Male),
    ("D06", "D06", Sex::Female),
    ("D25", "D28", Sex::Female),
    ("D29", "D29", Sex::Male),
    ("D39", "D39", Sex::Female),
    ("D40", "D40", Sex::Male),
    ("E28", "E28", Sex::Female),
    ("E29", "E29", Sex::Male),
    ("F53", "F53", Sex::Female),
    ("N40", "N51", Sex::Male),
    ("N70", "N77", Sex::Female),
    ("N80", "N98", Sex::Female),
    ("O00", "O99", Sex::Female),
    ("Q50", "Q52", Sex::Female),
    ("Q53", "Q55", Sex::Male),
    ("R86", "R86", Sex::Male),
    ("R87", "R87", Sex::Female),
    ("Z32", "Z36", Sex::Female),
];

/// Vocabularies whose codes are those of ICD-10, ours and Athena's.
pub(crate) fn is_icd10(vocabulary: &str) -> bool {
    matches!(
        vocabulary,
        "SNDS CIM-10" | "CIM10" | "ICD10" | "ICD10CM" | "ICD10GM" | "ICD10CN" | "KCD7"
    )
}

/// Who alone has a diagnosis.
pub(crate) fn of(code: &str) -> Option<Sex> {
    let category = code.get(..3)?;
    let within = |limit: &&(&str, &str, Sex)| (limit.0..=limit.1).contains(&category);
    LIMITED.iter().find(within).map(|limit| limit.2)
}
