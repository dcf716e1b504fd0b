//! What the first letter of a CCAM code says. An act is four letters and three digits: anatomical system, organ or function,
//! action, approach or technique, number. The chapters of the published list are not in the SNDS's table of codes, so that
//! the tree is made of the letters alone; below the first they have no names in that table, and stand for themselves.

/// The anatomical systems, by letter (CCAM, guide of reading, "structure of the code").
const SYSTEMS: [(&str, &str); 17] = [
    ("A", "Système nerveux"),
    ("B", "Œil et annexes"),
    ("C", "Oreille"),
    ("D", "Cœur"),
    ("E", "Vaisseaux"),
    ("F", "Système hématopoïétique et immunitaire"),
    ("G", "Appareil respiratoire"),
    ("H", "Appareil digestif"),
    ("J", "Appareil génito-urinaire"),
    ("K", "Système endocrinien"),
    ("L", "Tête et tronc : os, articulations, muscles"),
    ("M", "Membre supérieur : os, articulations, muscles"),
    ("N", "Membre inférieur : os, articulations, muscles"),
    (
        "P",
        "Os, articulations, muscles : localisations multiples ou sans précision",
    ),
    ("Q", "Peau, phanères, sein"),
    ("Y", "Actes sans structure de code"),
    ("Z", "Localisations multiples ou sans précision"),
];

/// The name of a system.
pub fn title(code: &str) -> Option<&'static str> {
    SYSTEMS
        .iter()
        .find(|(letter, _)| *letter == code)
        .map(|(_, title)| *title)
}
