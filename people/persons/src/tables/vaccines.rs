//! Vaccines by ATC code, and when they are given: the French calendar of vaccinations (ministry of health).

/// ATC code and words.
pub struct Vaccine(pub &'static str, pub &'static str);

pub const HEXAVALENT: Vaccine = Vaccine("J07CA09", "Vaccin diphtérie, tétanos, coqueluche, poliomyélite, Hib, hépatite B");
pub const PNEUMOCOCCUS: Vaccine = Vaccine("J07AL02", "Vaccin pneumococcique conjugué");
pub const MENINGOCOCCUS_B: Vaccine = Vaccine("J07AH09", "Vaccin méningococcique B");
pub const MENINGOCOCCUS_C: Vaccine = Vaccine("J07AH07", "Vaccin méningococcique C conjugué");
pub const MENINGOCOCCUS_ACWY: Vaccine = Vaccine("J07AH08", "Vaccin méningococcique ACWY conjugué");
pub const MEASLES: Vaccine = Vaccine("J07BD52", "Vaccin rougeole, oreillons, rubéole");
pub const BOOSTER: Vaccine = Vaccine("J07CA02", "Vaccin diphtérie, tétanos, coqueluche, poliomyélite");
pub const ADULT_BOOSTER: Vaccine = Vaccine("J07CA01", "Vaccin diphtérie, tétanos, poliomyélite");
pub const PAPILLOMA: Vaccine = Vaccine("J07BM03", "Vaccin papillomavirus humain");
pub const INFLUENZA: Vaccine = Vaccine("J07BB02", "Vaccin grippal inactivé");
pub const COVID: Vaccine = Vaccine("J07BN01", "Vaccin à ARNm contre la Covid-19");

/// Age in months, vaccine, number of the dose, first and last year of birth that it is for.
pub const CALENDAR: [(i32, Vaccine, i32, i32, i32); 20] = [
    (2, HEXAVALENT, 1, 2008, 2099),
    (2, PNEUMOCOCCUS, 1, 2006, 2099),
    (3, MENINGOCOCCUS_B, 1, 2022, 2099),
    (4, HEXAVALENT, 2, 2008, 2099),
    (4, PNEUMOCOCCUS, 2, 2006, 2099),
    (5, MENINGOCOCCUS_C, 1, 2017, 2023),
    (5, MENINGOCOCCUS_B, 2, 2022, 2099),
    (6, MENINGOCOCCUS_ACWY, 1, 2024, 2099),
    (11, HEXAVALENT, 3, 2008, 2099),
    (11, PNEUMOCOCCUS, 3, 2006, 2099),
    (12, MENINGOCOCCUS_C, 2, 2010, 2023),
    (12, MENINGOCOCCUS_ACWY, 2, 2024, 2099),
    (12, MENINGOCOCCUS_B, 3, 2022, 2099),
    (12, MEASLES, 1, 2005, 2099),
    (16, MEASLES, 2, 2005, 2099),
    (74, BOOSTER, 1, 2008, 2099),
    (135, PAPILLOMA, 1, 2012, 2099),
    (141, PAPILLOMA, 2, 2012, 2099),
    (140, BOOSTER, 2, 2005, 2099),
    (144, MENINGOCOCCUS_ACWY, 1, 2013, 2023),
];
