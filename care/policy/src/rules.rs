//! The rules as they are compiled in: parsed once, named by their `@id`.

use std::str::FromStr;
use std::sync::LazyLock;

use cedar_policy::{Policy, PolicyId, PolicySet, Schema};

/// The files of `rules/`, in the order in which a reader should take them.
pub(crate) const FILES: [&str; 15] = [
    include_str!("../rules/holder.cedar"),
    include_str!("../rules/representatives.cedar"),
    include_str!("../rules/care.cedar"),
    include_str!("../rules/emergencies.cedar"),
    include_str!("../rules/items.cedar"),
    include_str!("../rules/marks.cedar"),
    include_str!("../rules/apps.cedar"),
    include_str!("../rules/oppositions.cedar"),
    include_str!("../rules/cases.cedar"),
    include_str!("../rules/support.cedar"),
    include_str!("../rules/operator.cedar"),
    include_str!("../rules/enrolment.cedar"),
    include_str!("../rules/sign_in.cedar"),
    include_str!("../rules/directory.cedar"),
    include_str!("../rules/never.cedar"),
];

/// What a rule may speak of.
pub(crate) static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let (schema, _) = Schema::from_cedarschema_str(include_str!("../rules/schema.cedarschema"))
        .expect("a test loads the schema that is compiled in");
    schema
});

/// All rules.
pub(crate) static RULES: LazyLock<PolicySet> =
    LazyLock::new(|| named(&FILES).expect("a test loads the rules that are compiled in"));

/// Reads rules and gives each the name of its `@id`; `Err` says what is wrong with the text.
pub(crate) fn named(files: &[&str]) -> Result<PolicySet, String> {
    let mut rules: Vec<Policy> = Vec::new();
    for file in files {
        let read = PolicySet::from_str(file).map_err(|error| error.to_string())?;
        for rule in read.policies() {
            let name = rule.annotation("id").ok_or("a rule without @id")?;
            rules.push(rule.new_id(PolicyId::new(name)));
        }
    }
    // Two rules of one name are refused here.
    PolicySet::from_policies(rules).map_err(|error| error.to_string())
}

/// The names of all rules, sorted: what [`crate::Decision::rules`] can hold.
pub fn rule_names() -> Vec<String> {
    let mut names: Vec<String> = RULES.policies().map(|rule| rule.id().to_string()).collect();
    names.sort();
    names
}
