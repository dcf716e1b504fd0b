//! Who treats, sells and analyses in town. Source: DREES, liberal and mixed practice on 1 January 2023 (RPPS, Adeli), pharmacies
//! (Ordre des pharmaciens) and sites of laboratories, rounded by hand: orders of magnitude, not statistics. All together
//! are one for some 180 inhabitants.

/// PSE_SPE_COD, or a trade that has none of it (50 pharmacies, 51 who sell devices, 53 laboratories), and how many of it serve
/// 100,000 inhabitants.
pub const TRADES: &[(u8, u32)] = &[
    // General practitioners.
    (1, 84),
    // Cardiology, dermatology, radiology, gynaecology, hepatology, otorhinolaryngology.
    (3, 7),
    (5, 4),
    (6, 9),
    (7, 6),
    (8, 3),
    (11, 3),
    // Paediatrics, pneumology, rheumatology, ophthalmology.
    (12, 4),
    (13, 2),
    (14, 2),
    (15, 7),
    // Dentists, nurses, physiotherapists, speech therapists.
    (19, 54),
    (24, 147),
    (26, 132),
    (28, 31),
    // Neurology, psychiatry.
    (32, 2),
    (33, 9),
    (50, 30),
    (51, 25),
    (53, 6),
];
