//! Which references an answer follows: `_include` and `_revinclude`, one step
//! (R4, search.html 3.1.1.5.4). The caller finds what they lead to among what
//! the actor may see.

use crate::definitions::TypeId;
use crate::fault::Fault;
use crate::json::Json;
use crate::resource::Resource;

use super::criterion::supported;
use super::references::{Reference, may_lead_to};
use super::table::{Parameter, ParameterKind};
use super::values::each_element;

/// One step from resources of a type along a reference parameter of theirs.
pub struct Include {
    source: &'static str,
    parameter: &'static Parameter,
    target: Option<&'static str>,
    reverse: bool,
}

impl Include {
    /// Reads `Observation:subject` or `Observation:subject:Patient`, the value
    /// of `_include` or, with `reverse`, of `_revinclude`, in a search for
    /// `resource_type` (`Resource` for a search of all types).
    ///
    /// # Errors
    /// `not-supported` for `*`, for a type or parameter that is unknown or not
    /// supported; `value` for another form, a parameter that holds no
    /// references, or a step that cannot begin (`_include`) or end
    /// (`_revinclude`) at what is searched for.
    pub fn parse(resource_type: &str, value: &str, reverse: bool) -> Result<Include, Fault> {
        let place = if reverse { "_revinclude" } else { "_include" };
        let refused = |code, rule: &str| Fault::error(code, place, rule).echoing(value);
        let mut parts = value.split(':');
        let (source, code, target) = match (parts.next(), parts.next(), parts.next(), parts.next())
        {
            (Some("*"), ..) | (_, Some("*"), ..) => {
                let rule = "following every reference is not supported: name the parameters";
                return Err(refused("not-supported", rule));
            }
            (Some(source), Some(code), target, None) => (source, code, target),
            _ => {
                let rule = "it takes `Type:parameter` or `Type:parameter:TargetType`";
                return Err(refused("value", rule));
            }
        };
        let type_named = |name: &str| {
            let rule = "it names what is no resource type of FHIR R4";
            TypeId::of_resource(name)
                .map(TypeId::path)
                .ok_or_else(|| refused("not-supported", rule))
        };
        let source = type_named(source)?;
        let parameter = supported(source, value, code)?;
        if parameter.kind != ParameterKind::Reference {
            let rule = "only parameters of type reference can be followed";
            return Err(refused("value", rule));
        }
        let named = target.map(type_named).transpose()?;
        if named.is_some_and(|target| !may_lead_to(parameter, target)) {
            let rule = "the parameter never leads to this type";
            return Err(refused("value", rule));
        }
        let all = resource_type == "Resource";
        let target = match reverse {
            false if !all && source != resource_type => {
                let rule = "it must begin at the type that is searched for";
                return Err(refused("value", rule));
            }
            true if !all => {
                let searched = type_named(resource_type)?;
                if named.is_some_and(|target| target != searched)
                    || !may_lead_to(parameter, searched)
                {
                    let rule = "it must lead to the type that is searched for";
                    return Err(refused("value", rule));
                }
                Some(searched)
            }
            _ => named,
        };
        Ok(Include {
            source,
            parameter,
            target,
            reverse,
        })
    }

    /// The type whose references are followed: the searched one for
    /// `_include`, the included one for `_revinclude`.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// The type that the references must lead to; any when none was named.
    pub fn target(&self) -> Option<&'static str> {
        self.target
    }

    /// Whether it is a `_revinclude`: then `targets` is to be asked of the
    /// resources that may be included, for those that name a hit.
    pub fn is_reverse(&self) -> bool {
        self.reverse
    }

    /// The texts of the references that this step follows from a resource, in
    /// their order: `Patient/1`, a URL, a URN, a canonical. None from a
    /// resource of another type, none to what the resource itself contains,
    /// and, with a target type, none that does not show that it leads there.
    pub fn targets<'a>(&self, resource: &'a Resource) -> Vec<&'a str> {
        let mut texts = Vec::new();
        if resource.kind() != self.source {
            return texts;
        }
        each_element(resource, self.parameter, |_, element| {
            // A canonical is a string and does not show its type.
            let text = match (element, self.target) {
                (Json::String(url), None) => Some(&**url),
                (Json::String(url), Some(_)) => {
                    (self.parameter.targets.len() == 1).then_some(&**url)
                }
                (reference, target) => {
                    let leads = |to| Reference::of(reference, resource.json()).leads_to(to);
                    reference
                        .get("reference")
                        .and_then(Json::as_str)
                        .filter(|_| target.is_none_or(leads))
                }
            };
            texts.extend(text.filter(|text| !text.starts_with('#')));
        });
        texts
    }
}
