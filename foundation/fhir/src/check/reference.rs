//! References: to a type that the element allows, and, for `#id`, to a
//! resource that is contained.

use super::{Around, Check};
use crate::definitions::TypeId;
use crate::fault::Fault;
use crate::json::Json;
use crate::place::Place;
use crate::target::Target;

impl Check<'_> {
    /// Checks a Reference whose element allows these types; any, if empty.
    pub(super) fn reference(
        &mut self,
        json: &Json,
        targets: &[&str],
        place: &Place,
        around: &Around,
    ) {
        let said = json.get("type").and_then(Json::as_str);
        let said = said.and_then(TypeId::of_resource).map(TypeId::path);
        let text = json.get("reference").and_then(Json::as_str);
        let told = match text {
            Some(text) => match self.told(text, around) {
                Ok(told) => told,
                Err((code, rule)) => {
                    self.push(Fault::error(code, place.to_string(), rule).echoing(text));
                    return;
                }
            },
            None => None,
        };
        if let (Some(said), Some(told)) = (said, told)
            && said != told
        {
            self.fault(
                "invalid",
                place,
                "`type` and the reference name different types",
            );
        }
        if let Some(kind) = told.or(said)
            && !targets.is_empty()
            && !targets.contains(&kind)
        {
            let rule = format!(
                "a reference to {kind} is not allowed here, only to {}",
                targets.join(", ")
            );
            let fault = Fault::error("value", place.to_string(), rule);
            self.push(match text {
                Some(text) => fault.echoing(text),
                None => fault,
            });
        }
    }

    /// The resource type that the text of a reference leads to, if it can be
    /// told.
    fn told(
        &self,
        text: &str,
        around: &Around,
    ) -> Result<Option<&'static str>, (&'static str, &'static str)> {
        match Target::of(text) {
            Target::Contained("") => Ok(Some(around.kind.path())),
            Target::Contained(id) => match around.contained.get(id) {
                Some(kind) => Ok(kind.map(TypeId::path)),
                None => Err((
                    "not-found",
                    "no contained resource has the id that the reference names",
                )),
            },
            Target::Malformed => Err((
                "value",
                "a relative reference must be `Type/id` with a resource type of R4",
            )),
            target => Ok(target
                .kind()
                .or_else(|| self.full_urls.get(text).map(|kind| kind.path()))),
        }
    }
}
