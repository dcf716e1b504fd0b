//! What the page itself says, in both languages: a text that lacks one does not compile.

/// The language of a page's half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    French,
    English,
}

macro_rules! labels {
    ($($name:ident: $french:literal, $english:literal;)*) => {
        /// Texts in one language.
        pub(super) struct Labels {
            pub(super) language: Language,
            $(pub(super) $name: &'static str,)*
        }

        /// In French.
        pub(super) const FRENCH: Labels = Labels { language: Language::French, $($name: $french,)* };

        /// In English.
        pub(super) const ENGLISH: Labels = Labels { language: Language::English, $($name: $english,)* };
    };
}

labels! {
    code: "fr", "en";
    other_code: "en", "fr";
    other: "English version", "Version française";
    title: "Qualité et contenu de l’instantané", "Quality and content of snapshot";
    made: "Créé le", "Made on";
    last_day: "Dernier jour observé\u{a0}:", "Last day observed:";
    hidden: "Personnes opposées, non lues\u{a0}:", "Persons who oppose, not read:";
    contents: "Sommaire", "Contents";
    summary: "Résultat des contrôles", "What the checks found";
    share_passed: "Part réussie des contrôles qui ont pu être faits\u{a0}:", "Share passed of the checks that could be made:";
    outcomes_desc: "Une barre par catégorie\u{a0}: réussis en foncé, en échec en orange, sans objet en clair\u{a0}; les chiffres sont dans le tableau.", "One bar a category: passed in dark, failed in orange, not applicable in light; the figures are in the table.";
    category: "Catégorie", "Category";
    passed: "Réussis", "Passed";
    failed: "En échec", "Failed";
    not_applicable: "Sans objet", "Not applicable";
    pass: "réussi", "passed";
    fail: "échec", "failed";
    all: "Ensemble", "All";
    failing: "Ce qui est en échec", "What fails";
    nothing_fails: "Aucun contrôle n’est en échec.", "No check fails.";
    checks: "Tous les contrôles", "All checks";
    checks_intro: "Trois catégories, d’après Kahn et al. (2016). Un contrôle échoue quand la part des lignes en échec dépasse son seuil.", "Three categories, after Kahn et al. (2016). A check fails when the share of rows that fail is above its threshold.";
    conformance: "Conformité", "Conformance";
    completeness: "Complétude", "Completeness";
    plausibility: "Vraisemblance", "Plausibility";
    place: "Table et colonne", "Table and column";
    rows_failed: "Lignes en échec, sur", "Rows failed, of";
    share: "Part", "Share";
    outcome: "Résultat", "Outcome";
    threshold: "Seuil\u{a0}:", "Threshold:";
    by_default: "valeur par défaut", "the default";
    by_operator: "fixé par l’exploitant", "set by the operator";
    the_default: "Valeur par défaut\u{a0}:", "Default:";
    own_thresholds: "L’exploitant a fixé d’autres seuils pour certaines tables\u{a0}: ils sont indiqués pour chacune.", "The operator set other thresholds for some tables: they are told for each.";
    set_thresholds: "Contrôles dont l’exploitant a fixé le seuil\u{a0}:", "Checks whose threshold the operator set:";
    source: "Source\u{a0}:", "Source:";
    odd: "Mois qui s’écartent\u{a0}:", "Months that differ:";
    expected: "attendu", "expected";
    late: "Remontée des flux en cours, non jugé\u{a0}:", "Claims still coming in, not judged:";
    absent: "Ce qui n’est pas dans l’instantané", "What is not in the snapshot";
    nothing_absent: "Rien ne manque.", "Nothing is missing.";
    portrait: "Ce que contient l’instantané", "What the snapshot holds";
    persons: "Personnes", "Persons";
    of_them_dead: "dont décédées au dernier jour\u{a0}:", "of them dead by the last day:";
    pyramid: "Pyramide des âges", "Age pyramid";
    pyramid_desc: "Hommes à gauche, femmes à droite, par tranche de cinq ans, les plus âgés en haut\u{a0}; les chiffres sont dans le tableau.", "Men on the left, women on the right, by five years of age, the oldest at the top; the figures are in the table.";
    age: "Âge", "Age";
    and_more: "et plus", "and over";
    men: "Hommes", "Men";
    women: "Femmes", "Women";
    sex_unknown: "Sexe inconnu", "Sex unknown";
    ageless: "Âge inconnu\u{a0}:", "Age unknown:";
    living: "Personnes en vie au dernier jour.", "Persons alive on the last day.";
    places: "Personnes par département", "Persons by department";
    placeless: "Département inconnu\u{a0}:", "Department unknown:";
    department: "Département", "Department";
    bars_desc: "Une barre par ligne, de la plus longue à la plus courte\u{a0}; les chiffres sont dans le tableau.", "One bar a line, the longest first; the figures are in the table.";
    observation: "Durée d’observation et événements par personne", "Length of observation, and events per person";
    quantile: "Par personne", "Per person";
    mean: "Moyenne", "Mean";
    least: "Min.", "Least";
    median: "Médiane", "Median";
    most: "Max.", "Most";
    observed_days: "Jours observés", "Days observed";
    events: "Événements", "Events";
    money: "Dépenses", "Spending";
    money_intro: "Montants en euros portés par les événements\u{a0}: facturé en clair, remboursé en foncé.", "Amounts in euros that events bear: charged in light, paid in dark.";
    money_desc: "Une barre par mois\u{a0}: le facturé en clair, et devant lui le remboursé en foncé\u{a0}; les chiffres sont dans le tableau.", "One bar a month: what was charged in light, and before it what was paid in dark; the figures are in the table.";
    money_total: "Total par nature", "Total by kind";
    nature: "Nature", "Kind";
    charged: "Facturé (€)", "Charged (€)";
    paid: "Remboursé (€)", "Paid (€)";
    no_money: "Aucun montant dans l’instantané.", "No amounts in the snapshot.";
    tables: "Table par table", "Table by table";
    rows: "Lignes", "Rows";
    by_month: "Lignes par mois", "Rows by month";
    deaths_by_month: "Décès par mois", "Deaths by month";
    month: "Mois", "Month";
    months_desc: "Une barre par mois, dans l’ordre du temps\u{a0}; les chiffres sont dans le tableau.", "One bar a month, in order of time; the figures are in the table.";
    shown: "Le graphique montre les mois depuis", "The plot shows the months since";
    elsewhen: "Lignes sans date, ou hors de 1900 à 2099\u{a0}:", "Rows without a date, or outside of 1900 to 2099:";
    top: "Codes les plus fréquents", "Most frequent codes";
    code_title: "Code", "Code";
    name: "Libellé", "Name";
    no_code: "sans concept", "no concept";
    unknown_code: "concept inconnu", "unknown concept";
    columns: "Remplissage des colonnes", "How full columns are";
    column: "Colonne", "Column";
    empty: "Vides", "Empty";
    list: "La liste", "The list";
    top_of_page: "Haut de page", "Top of page";
}

impl Labels {
    /// What a table holds, in words.
    pub(super) fn table(&self, table: &str) -> &'static str {
        let (french, english) = match table {
            "person" => ("Personnes", "Persons"),
            "observation_period" => ("Périodes d’observation", "Observation periods"),
            "visit_occurrence" => ("Visites et séjours", "Visits and stays"),
            "visit_detail" => ("Passages dans les unités", "Stays in units"),
            "condition_occurrence" => ("Diagnostics", "Diagnoses"),
            "drug_exposure" => ("Médicaments délivrés", "Drugs delivered"),
            "drug_era" => ("Périodes de traitement", "Drug eras"),
            "procedure_occurrence" => ("Actes et prestations", "Procedures"),
            "measurement" => ("Analyses et mesures", "Measurements"),
            "observation" => ("Autres observations", "Other observations"),
            "device_exposure" => ("Dispositifs médicaux", "Devices"),
            "death" => ("Décès", "Deaths"),
            "cost" => ("Montants", "Amounts"),
            _ => ("", ""),
        };
        match self.language {
            Language::French => french,
            Language::English => english,
        }
    }

    /// A text of the report in this language.
    pub(super) fn say<'a>(&self, words: &'a crate::report::Words) -> &'a str {
        match self.language {
            Language::French => &words.fr,
            Language::English => &words.en,
        }
    }
}
