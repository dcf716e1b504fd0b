//! Reads the Parameters resource of a FHIRPath Patch into operations.

use super::fhirpath::{Operation, Value, What};
use super::path::Path;
use super::{Refusal, fault};
use crate::definitions::{Kind, TypeId};
use crate::fault::Fault;
use crate::json::Json;

/// The parts that R4 gives an operation.
const PARTS: [&str; 7] = [
    "type",
    "path",
    "name",
    "value",
    "index",
    "source",
    "destination",
];

pub fn parse(parameters: &Json) -> Result<Vec<Operation>, Fault> {
    let operations = parameters.get("parameter").map(Json::items);
    operations
        .unwrap_or_default()
        .iter()
        .enumerate()
        .map(|(index, parameter)| operation(parameter).map_err(|refusal| refusal.at(index)))
        .collect()
}

/// Why an operation is refused, with what was written.
struct Refused<'a> {
    refusal: Refusal,
    part: &'static str,
    echo: Option<&'a str>,
}

impl Refused<'_> {
    fn at(self, index: usize) -> Fault {
        let rule = match self.part {
            "" => self.refusal.rule.to_owned(),
            part => format!("part `{part}`: {}", self.refusal.rule),
        };
        let fault = Fault {
            place: format!("Parameters.parameter[{index}]"),
            ..fault(index, self.refusal.code, &rule)
        };
        match self.echo {
            Some(echo) => fault.echoing(echo),
            None => fault,
        }
    }
}

fn refused<'a>(code: &'static str, part: &'static str, rule: &'static str) -> Refused<'a> {
    Refused {
        refusal: Refusal::new(code, rule),
        part,
        echo: None,
    }
}

fn operation(parameter: &Json) -> Result<Operation, Refused<'_>> {
    if parameter.get("name").and_then(Json::as_str) != Some("operation") {
        let rule = "each parameter of a FHIRPath Patch must have the name `operation`";
        return Err(refused("value", "", rule));
    }
    let mut parts = Parts::read(parameter)?;
    let kind = parts.text("type")?;
    let path = path(parts.text("path")?)?;
    let what = match kind {
        "add" => What::Add {
            element: element(&path, parts.text("name")?)?,
            value: parts.value()?,
        },
        "insert" => What::Insert {
            index: parts.number("index")?,
            value: parts.value()?,
        },
        "delete" => What::Delete,
        "replace" => What::Replace(parts.value()?),
        "move" => What::Move {
            source: parts.number("source")?,
            destination: parts.number("destination")?,
        },
        other => {
            let rule = "it must be `add`, `insert`, `delete`, `replace` or `move`";
            let refused = refused("not-supported", "type", rule);
            return Err(Refused {
                echo: Some(other),
                ..refused
            });
        }
    };
    parts.none_is_left()?;
    Operation::new(path, what).map_err(|refusal| Refused {
        refusal,
        part: "path",
        echo: None,
    })
}

fn path(text: &str) -> Result<Path, Refused<'_>> {
    Path::parse(text).map_err(|refusal| Refused {
        refusal,
        part: "path",
        echo: Some(text),
    })
}

fn element<'a>(path: &Path, name: &'a str) -> Result<&'static str, Refused<'a>> {
    let found = path.element(name).map_err(|refusal| Refused {
        refusal,
        part: "name",
        echo: Some(name),
    })?;
    Ok(found.name)
}

/// The parts of an operation that were not read yet, in the order of `PARTS`.
struct Parts<'a>([Option<&'a Json>; PARTS.len()]);

impl<'a> Parts<'a> {
    fn read(parameter: &'a Json) -> Result<Parts<'a>, Refused<'a>> {
        let mut parts = [None; PARTS.len()];
        for part in parameter.get("part").map(Json::items).unwrap_or_default() {
            let name = part.get("name").and_then(Json::as_str);
            let place = PARTS.iter().position(|known| Some(*known) == name);
            let Some(place) = place else {
                let rule = "a part of it has a name that FHIRPath Patch does not define";
                return Err(Refused {
                    echo: name,
                    ..refused("not-supported", "", rule)
                });
            };
            if parts[place].replace(part).is_some() {
                return Err(refused("duplicate", PARTS[place], "it is given twice"));
            }
        }
        Ok(Parts(parts))
    }

    fn take(&mut self, name: &'static str) -> Result<&'a Json, Refused<'a>> {
        let place = PARTS.iter().position(|known| *known == name);
        let part = place.and_then(|place| self.0[place].take());
        part.ok_or_else(|| refused("required", name, "it must be there for this type"))
    }

    fn text(&mut self, name: &'static str) -> Result<&'a str, Refused<'a>> {
        let part = self.take(name)?;
        ["valueString", "valueCode"]
            .iter()
            .find_map(|member| part.get(member)?.as_str())
            .ok_or_else(|| refused("value", name, "it must be a `valueString` or `valueCode`"))
    }

    fn number(&mut self, name: &'static str) -> Result<usize, Refused<'a>> {
        let part = self.take(name)?;
        let number = part.get("valueInteger").and_then(Json::as_number);
        number
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| refused("value", name, "it must be a `valueInteger` from 0 on"))
    }

    fn value(&mut self) -> Result<Value, Refused<'a>> {
        value(self.take("value")?)
    }

    /// Refuses a part that the type of operation has no use for: ignoring an
    /// index, say, would change another item than was meant.
    fn none_is_left(&self) -> Result<(), Refused<'a>> {
        match self.0.iter().position(Option::is_some) {
            None => Ok(()),
            Some(place) => {
                let rule = "an operation of this type has no such part";
                Err(refused("invalid", PARTS[place], rule))
            }
        }
    }
}

/// The value of a part: `value[x]`, a resource, or parts for a group of
/// elements that has no type of its own.
fn value(part: &Json) -> Result<Value, Refused<'_>> {
    let row = TypeId::of("Parameters.parameter").expect("R4 defines the parameters of Parameters");
    let mut typed: Option<(Kind, Json, Json)> = None;
    let mut others = Vec::new();
    for (name, json) in part.members() {
        let bare = name.strip_prefix('_').unwrap_or(name);
        match row.row().member(bare) {
            Some((_, element, kind)) if element.name == "value" => {
                let (of, value, beside) = typed.get_or_insert((kind, Json::Null, Json::Null));
                if *of != kind {
                    let rule = "it must be of one type";
                    return Err(refused("structure", "value", rule));
                }
                *if bare == &**name { value } else { beside } = json.clone();
            }
            Some((_, element, _)) if element.name == "resource" => {
                others.push(Value::Resource(json.clone()));
            }
            Some((_, element, _)) if element.name == "part" => others.push(parts(json)?),
            Some((_, element, _)) if element.name == "name" => {}
            _ => {
                let rule = "it may hold `value[x]`, a resource or parts, and nothing else";
                return Err(Refused {
                    echo: Some(name),
                    ..refused("structure", "value", rule)
                });
            }
        }
    }
    let typed = typed.map(|(kind, value, beside)| Value::Typed {
        kind,
        value,
        beside,
    });
    let mut found = typed.into_iter().chain(others);
    match (found.next(), found.next()) {
        (Some(value), None) => Ok(value),
        _ => {
            let rule = "it must hold one of `value[x]`, a resource and parts";
            Err(refused("structure", "value", rule))
        }
    }
}

fn parts(json: &Json) -> Result<Value, Refused<'_>> {
    let parts = json.items().iter().map(|part| {
        let name = part.get("name").and_then(Json::as_str);
        let rule = "each part within it must have the name of an element";
        let name = name.ok_or_else(|| refused("required", "value", rule))?;
        Ok((name.to_owned(), value(part)?))
    });
    Ok(Value::Parts(parts.collect::<Result<_, _>>()?))
}
