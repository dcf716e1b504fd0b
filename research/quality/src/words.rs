//! What the report says, in French and English.

use crate::model;
use crate::report::Words;
use crate::tally::At;
use crate::thresholds::{
    AFTER_DEATH, AROUND_VISIT, Check, FIRST_BIRTH, LONGEST_STAY, MONTH_DIFFERS,
};

fn words(fr: impl Into<String>, en: impl Into<String>) -> Words {
    Words {
        fr: fr.into(),
        en: en.into(),
    }
}

/// For whom the report is.
pub(crate) fn notice() -> Words {
    words(
        "Ce rapport est destiné aux exploitants du passage et du pôle de recherche. Il contient des effectifs bruts, sans \
         contrôle de divulgation\u{a0}: il ne doit pas être publié, ni remis à un chercheur.",
        "This report is for those who run the crossing and the research hub. It holds raw counts, without disclosure \
         control: it must not be published, nor handed to a researcher.",
    )
}

pub(crate) fn no_table(table: &str) -> Words {
    words(
        format!("La table {table} n’est pas dans l’instantané."),
        format!("The table {table} is not in the snapshot."),
    )
}

pub(crate) fn no_column(table: &str, column: &str) -> Words {
    words(
        format!("La colonne {column} de la table {table} n’est pas dans l’instantané."),
        format!("The column {column} of the table {table} is not in the snapshot."),
    )
}

pub(crate) fn no_order(table: &str) -> Words {
    words(
        format!("La table {table} n’est pas rangée par concept dans l’instantané."),
        format!("The snapshot does not hold the table {table} in the order of concepts."),
    )
}

pub(crate) fn no_rows() -> Words {
    words("Aucune ligne à examiner.", "No row to look at.")
}

pub(crate) fn few_rows() -> Words {
    words(
        "Trop peu de lignes par mois pour juger.",
        "Too few rows a month to judge.",
    )
}

pub(crate) fn unexamined() -> Words {
    words(
        "Présente, mais ce rapport ne l’examine pas.",
        "Present, but not examined by this report.",
    )
}

/// What a column means that is not there.
pub(crate) fn missing(column: &str) -> Words {
    if column.ends_with("_source_concept_id") {
        return words(
            "Absente\u{a0}: le concept est celui du code d’origine.",
            "Absent: the concept is that of the code as it came.",
        );
    }
    if column.ends_with("_end_date") {
        return words(
            "Absente\u{a0}: le dernier jour est le premier.",
            "Absent: the last day is the first.",
        );
    }
    words(
        "Absente\u{a0}: les contrôles qui la demandent sont sans objet.",
        "Absent: the checks that need it are not applicable.",
    )
}

/// What a row that passes is like.
pub(crate) fn meaning(at: At) -> Words {
    match at.check {
        Check::Quantity => {
            let quantity = model::all()
                .find(|model| model.table == at.table)
                .and_then(|model| model.quantity);
            let most = quantity.map_or(0.0, |(_, most)| most);
            words(
                format!("La quantité est supérieure à zéro et ne dépasse pas {most}."),
                format!("The quantity is above zero and not above {most}."),
            )
        }
        check => {
            let (fr, en) = sentence(check);
            words(fr, en)
        }
    }
}

fn sentence(check: Check) -> (String, String) {
    match check {
        Check::BirthYear => (
            format!(
                "L’année de naissance n’est ni avant {FIRST_BIRTH}, ni après la création de l’instantané."
            ),
            format!(
                "The year of birth is neither before {FIRST_BIRTH} nor after the snapshot was made."
            ),
        ),
        Check::DateBeforeDeath => (
            format!("L’événement n’a pas lieu plus de {AFTER_DEATH} jours après le décès."),
            format!("The event is not more than {AFTER_DEATH} days after death."),
        ),
        Check::DateInVisit => (
            format!(
                "L’événement a lieu pendant la visite dont il relève, à {AROUND_VISIT} jours près."
            ),
            format!(
                "The event is during the visit it belongs to, give or take {AROUND_VISIT} days."
            ),
        ),
        Check::StayLength => (
            format!("Le séjour à l’hôpital ne dure pas plus de {LONGEST_STAY} jours."),
            format!("The hospital stay is not longer than {LONGEST_STAY} days."),
        ),
        Check::MonthSteady => (
            format!(
                "Le nombre de lignes du mois ne s’écarte pas de plus de {MONTH_DIFFERS}\u{a0}% de la médiane des mois voisins."
            ),
            format!(
                "The month’s rows are within {MONTH_DIFFERS}% of the median of its neighbours."
            ),
        ),
        _ => {
            let found = SENTENCES.iter().find(|(of, ..)| *of == check);
            found.map_or_else(Default::default, |(_, fr, en)| {
                ((*fr).to_owned(), (*en).to_owned())
            })
        }
    }
}

/// Sentences without numbers.
const SENTENCES: &[(Check, &str, &str)] = &[
    (
        Check::TablePresent,
        "La table est dans l’instantané.",
        "The table is in the snapshot.",
    ),
    (
        Check::Required,
        "La colonne obligatoire est remplie.",
        "The required column holds a value.",
    ),
    (
        Check::UniqueKey,
        "La clé n’apparaît qu’une fois.",
        "The key appears only once.",
    ),
    (
        Check::PersonFound,
        "La personne figure dans la table person.",
        "The person is in the table person.",
    ),
    (
        Check::VisitFound,
        "La visite citée existe, et elle est de la même personne.",
        "The visit that is named exists, and is of the same person.",
    ),
    (
        Check::ProviderFound,
        "Le professionnel cité existe.",
        "The professional who is named exists.",
    ),
    (
        Check::SiteFound,
        "L’établissement cité existe.",
        "The establishment that is named exists.",
    ),
    (
        Check::LocationFound,
        "Le lieu cité existe.",
        "The place that is named exists.",
    ),
    (
        Check::ConceptKnown,
        "Le concept figure dans la table concept.",
        "The concept is in the table concept.",
    ),
    (
        Check::ConceptDomain,
        "Le domaine du concept est celui de la table.",
        "The domain of the concept is that of the table.",
    ),
    (
        Check::OrdersAgree,
        "La ligne figure dans les deux ordres, par personne et par concept.",
        "The row stands in both orders, by person and by concept.",
    ),
    (
        Check::PeriodsApart,
        "Les périodes d’observation d’une personne ne se chevauchent pas.",
        "The observation periods of one person do not overlap.",
    ),
    (
        Check::ConceptMapped,
        "La ligne a un concept, autre que 0.",
        "The row has a concept, other than 0.",
    ),
    (
        Check::ConceptListed,
        "Le code local figure dans une nomenclature fournie.",
        "The local code is listed by a nomenclature that was given.",
    ),
    (
        Check::PersonObserved,
        "La personne a au moins une période d’observation.",
        "The person has at least one observation period.",
    ),
    (
        Check::PersonWithEvent,
        "La personne a au moins un événement.",
        "The person has at least one event.",
    ),
    (
        Check::SexKnown,
        "Le sexe de la personne est connu.",
        "The sex of the person is known.",
    ),
    (
        Check::PlaceKnown,
        "Le lieu de résidence de la personne est connu.",
        "The place where the person lives is known.",
    ),
    (
        Check::DateObserved,
        "L’événement a lieu pendant une période d’observation de la personne.",
        "The event is within an observation period of the person.",
    ),
    (
        Check::DateAfterBirth,
        "La date n’est pas avant la naissance.",
        "The date is not before birth.",
    ),
    (
        Check::DateNotFuture,
        "La date n’est pas après la création de l’instantané.",
        "The date is not after the snapshot was made.",
    ),
    (
        Check::EndAfterStart,
        "La fin n’est pas avant le début.",
        "The end is not before the start.",
    ),
    (
        Check::AmountPositive,
        "Le montant n’est pas négatif.",
        "The amount is not negative.",
    ),
    (
        Check::PaidWithinCharged,
        "Le montant remboursé ne dépasse pas le montant facturé.",
        "No more was paid than was charged.",
    ),
    (
        Check::SexSpecific,
        "Le diagnostic propre à un sexe (CIM-10) concerne une personne de ce sexe.",
        "The diagnosis that only one sex has (ICD-10) is of a person of that sex.",
    ),
    (
        Check::StaysApart,
        "Les séjours à l’hôpital d’une personne n’ont en commun que le jour de sortie et d’entrée.",
        "The hospital stays of one person share no day but those of leaving and entering.",
    ),
];
