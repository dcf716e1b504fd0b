//! From a FHIRPath expression to JSON paths, for one resource type.

use super::definitions::{Definitions, Node};
use super::expression::{Step, parse};

/// One JSON path and what is found at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// Member names; arrays on the way are walked over.
    pub steps: Vec<String>,
    /// The variant of `Leaf` in hygie-fhir.
    pub leaf: &'static str,
    /// Only items reached by the first `.0` steps whose element `.1` is `.2`.
    pub only: Option<(usize, String, String)>,
    /// Only references to this resource type.
    pub target: Option<String>,
    /// The code system implied for a plain code.
    pub system: Option<String>,
}

/// What became of one parameter.
pub struct Outcome {
    pub paths: Vec<Compiled>,
    /// Elements that a parameter of this kind cannot read: `valueSampledData`.
    pub left_out: Vec<String>,
}

/// R4's one expression that asks whether something is there.
const DECEASED: &str = "Patient.deceased.exists() and Patient.deceased != false";

/// Compiles the branches of `expression` that are about `base`.
///
/// # Errors
/// With the reason, in words fit for the person who searched.
pub fn compile(
    base: &str,
    kind: &str,
    expression: Option<&str>,
    definitions: &Definitions,
) -> Result<Outcome, String> {
    if matches!(kind, "composite" | "special") {
        return Err(format!("parameters of type {kind}"));
    }
    let expression = expression.ok_or("parameters over the whole text")?;
    if expression == DECEASED {
        let path = |step: &str| Compiled {
            steps: vec![step.to_owned()],
            leaf: "PresentAndNotFalse",
            only: None,
            target: None,
            system: None,
        };
        let paths = vec![path("deceasedBoolean"), path("deceasedDateTime")];
        return Ok(Outcome {
            paths,
            left_out: Vec::new(),
        });
    }
    let mut paths = Vec::new();
    let mut left_out = Vec::new();
    for branch in parse(expression)? {
        let steps = match branch.split_first() {
            Some((Step::Child(root), steps)) if root == base => steps,
            Some((Step::Child(root), _))
                if root.starts_with(|first: char| first.is_ascii_uppercase()) =>
            {
                continue;
            }
            _ => &branch,
        };
        for path in walk(base, steps, definitions)? {
            match leaf(kind, &path.node.type_name) {
                Some(leaf) => paths.push(path.compiled(leaf)),
                None => left_out.push(path.steps.join(".")),
            }
        }
    }
    if paths.is_empty() {
        return Err(format!(
            "searching {} as {kind}",
            if left_out.is_empty() {
                base.to_owned()
            } else {
                left_out.join(", ")
            }
        ));
    }
    Ok(Outcome { paths, left_out })
}

#[derive(Clone)]
struct Walk {
    steps: Vec<String>,
    node: Node,
    /// Whether the last step is one of a choice of types.
    choice: bool,
    only: Option<(usize, String, String)>,
    target: Option<String>,
}

impl Walk {
    fn compiled(self, leaf: &'static str) -> Compiled {
        let system = if leaf == "Code" {
            self.node.system
        } else {
            None
        };
        Compiled {
            steps: self.steps,
            leaf,
            only: self.only,
            target: self.target,
            system,
        }
    }
}

fn walk(base: &str, steps: &[Step], definitions: &Definitions) -> Result<Vec<Walk>, String> {
    let root = Walk {
        steps: Vec::new(),
        node: Node::root(base),
        choice: false,
        only: None,
        target: None,
    };
    let mut walks = vec![root];
    for step in steps {
        match step {
            Step::Child(name) => {
                walks = walks
                    .iter()
                    .flat_map(|walk| children(walk, name, definitions))
                    .collect();
            }
            Step::As(wanted) => walks.retain(|walk| !walk.choice || walk.node.type_name == *wanted),
            Step::Where { element, text } => {
                for walk in &mut walks {
                    if walk
                        .only
                        .replace((walk.steps.len(), element.clone(), text.clone()))
                        .is_some()
                    {
                        return Err("two filters on one path".to_owned());
                    }
                }
            }
            Step::ResolveIs(target) => {
                walks
                    .iter_mut()
                    .for_each(|walk| walk.target = Some(target.clone()));
            }
            Step::Index(_) => return Err("paths with an index".to_owned()),
        }
    }
    if walks.is_empty() {
        return Err(format!("a path that {base} does not have"));
    }
    Ok(walks)
}

fn children(walk: &Walk, name: &str, definitions: &Definitions) -> Vec<Walk> {
    let found = definitions.child(&walk.node, name);
    let step_into = |(json, node): (String, Node)| {
        let mut next = walk.clone();
        next.choice = json != name;
        next.steps.push(json);
        next.node = node;
        next
    };
    found.into_iter().map(step_into).collect()
}

/// The variant of `Leaf` by which a parameter of this kind reads this type
/// (R4, 3.1.1.4: the data types of each kind); none when it cannot.
fn leaf(kind: &str, type_name: &str) -> Option<&'static str> {
    Some(match (kind, type_name) {
        ("token", "boolean") => "Boolean",
        ("token", "code") => "Code",
        ("token", "string" | "markdown" | "id" | "uri" | "url" | "canonical" | "oid" | "uuid") => {
            "Text"
        }
        ("token", "Coding") => "Coding",
        ("token", "CodeableConcept") => "CodeableConcept",
        ("token", "Identifier") => "Identifier",
        ("token", "ContactPoint") => "ContactPoint",
        ("string", "string" | "markdown" | "code" | "id" | "uri") => "Text",
        ("string", "HumanName") => "HumanName",
        ("string", "Address") => "Address",
        ("reference", "Reference") => "Reference",
        ("reference", "canonical" | "uri") => "Canonical",
        ("date", "date" | "dateTime" | "instant") => "Date",
        ("date", "Period") => "Period",
        ("date", "Timing") => "Timing",
        ("uri", "uri" | "url" | "oid" | "uuid") => "Text",
        ("uri", "canonical") => "Canonical",
        ("number", "integer" | "positiveInt" | "unsignedInt" | "decimal") => "Number",
        ("quantity", "Quantity" | "Age" | "Count" | "Distance" | "Duration") => "Quantity",
        ("quantity", "Money") => "Money",
        ("quantity" | "number", "Range") => "Range",
        _ => return None,
    })
}
