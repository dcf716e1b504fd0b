//! One criterion of a search, such as `code:text=glucose`: read once, then
//! asked of each resource.
//!
//! INVARIANT (nothing is swallowed): what is not understood is a fault; no
//! reading of a criterion ever falls back to matching all or nothing.

use crate::definitions::TypeId;
use crate::fault::Fault;
use crate::resource::Resource;

use super::escape::{split, unescape};
use super::strings::Folded;
use super::table::{Leaf, Parameter, ParameterKind, known};
use super::values::{SearchValue, is_present, search_values};
use super::{dates, quantities, references, strings, tokens};

/// One parameter with its value. Alternatives (`a,b`) are inside; repeated
/// parameters are several criteria, all of which must match.
pub struct Criterion {
    parameter: &'static Parameter,
    test: Test,
}

/// Alternatives, any of which suffices.
enum Test {
    Missing(bool),
    Token(Vec<tokens::Query>),
    NotToken(Vec<tokens::Query>),
    TokenText(Vec<Folded>),
    Text(Vec<strings::Query>),
    Reference(Vec<references::Query>),
    Date(Vec<dates::Query>),
    Quantity(Vec<quantities::Query>),
    Uri(Vec<String>),
}

impl Criterion {
    /// Reads a criterion: `name` with its modifier, such as `code:not`, and
    /// `value`, already percent-decoded, with its escapes.
    ///
    /// # Errors
    /// `not-supported` for a parameter or modifier that is unknown or not
    /// supported, `value` for a value that the parameter cannot have. The
    /// place is the parameter's name, or the resource type when the name is
    /// unknown; what the user wrote is in `echo` alone.
    pub fn parse(resource_type: &str, name: &str, value: &str) -> Result<Criterion, Fault> {
        let (code, modifier) = match name.split_once(':') {
            Some((code, modifier)) => (code, Some(modifier)),
            None => (name, None),
        };
        let parameter = supported(resource_type, name, code)?;
        if modifier.is_some_and(|modifier| modifier.contains('.')) {
            return Err(refusal(
                parameter,
                "chained search is not supported; search by the reference itself",
                name,
            ));
        }
        let test = match modifier {
            Some("missing") => Some(Test::Missing(missing(parameter, value)?)),
            _ => test(parameter, modifier, value)?,
        };
        match test {
            Some(test) => Ok(Criterion { parameter, test }),
            None => Err(refusal(parameter, &unknown_modifier(parameter.kind), name)),
        }
    }

    /// The parameter that this criterion is about.
    pub fn parameter(&self) -> &'static Parameter {
        self.parameter
    }

    /// Whether the resource, which must be of the type that the criterion was
    /// read for, matches.
    pub fn matches(&self, resource: &Resource) -> bool {
        if let Test::Missing(wanted) = self.test {
            return is_present(resource, self.parameter) != wanted;
        }
        let values = search_values(resource, self.parameter);
        match &self.test {
            // None of the codes may be one that is not wanted.
            Test::NotToken(unwanted) => {
                let has = |value: &SearchValue<'_>| any_token(unwanted, value);
                !values.iter().any(has)
            }
            test => values.iter().any(|value| test.accepts(value)),
        }
    }
}

impl Test {
    fn accepts(&self, value: &SearchValue<'_>) -> bool {
        match (self, value) {
            (Test::Token(asked), value) => any_token(asked, value),
            (Test::TokenText(asked), SearchValue::Token(token)) => {
                asked.iter().any(|text| tokens::text_matches(text, token))
            }
            (Test::Text(asked), SearchValue::Text(text)) => {
                asked.iter().any(|query| query.matches(text))
            }
            (Test::Reference(asked), SearchValue::Reference(found)) => {
                asked.iter().any(|query| query.matches(found))
            }
            (Test::Date(asked), SearchValue::Date(span)) => {
                asked.iter().any(|query| query.matches(*span))
            }
            (Test::Quantity(asked), SearchValue::Quantity(found)) => {
                asked.iter().any(|query| query.matches(found))
            }
            (Test::Uri(asked), SearchValue::Uri(uri)) => asked
                .iter()
                .any(|wanted| references::canonical_fits(wanted, uri)),
            _ => false,
        }
    }
}

fn any_token(asked: &[tokens::Query], value: &SearchValue<'_>) -> bool {
    matches!(value, SearchValue::Token(token) if asked.iter().any(|query| query.matches(token)))
}

/// The parameter, or why there is none.
pub(super) fn supported(
    resource_type: &str,
    name: &str,
    code: &str,
) -> Result<&'static Parameter, Fault> {
    let Some(parameter) = known(resource_type, code) else {
        let place = TypeId::of_resource(resource_type).map_or("Resource", TypeId::path);
        let rule = if code == "_has" {
            "reverse chained search is not supported"
        } else if code.contains('.') {
            "chained search is not supported; search by the reference itself"
        } else {
            "this resource type has no such search parameter; see the capability statement"
        };
        return Err(Fault::error("not-supported", place, rule).echoing(name));
    };
    match parameter.refusal {
        None => Ok(parameter),
        Some(reason) => Err(refusal(
            parameter,
            &format!("this search parameter is not supported: {reason}"),
            name,
        )),
    }
}

/// The test, or none when the kind has no such modifier.
fn test(parameter: &Parameter, modifier: Option<&str>, value: &str) -> Result<Option<Test>, Fault> {
    use ParameterKind as Kind;
    let read = Reader { parameter, value };
    Ok(Some(match (parameter.kind, modifier) {
        (Kind::Token, None) => Test::Token(read.tokens()?),
        (Kind::Token, Some("not")) => Test::NotToken(read.tokens()?),
        (Kind::Token, Some("text")) => Test::TokenText(read.folded()?),
        (Kind::String, None) => Test::Text(
            read.folded()?
                .into_iter()
                .map(strings::Query::Starts)
                .collect(),
        ),
        (Kind::String, Some("contains")) => Test::Text(
            read.folded()?
                .into_iter()
                .map(strings::Query::Contains)
                .collect(),
        ),
        (Kind::String, Some("exact")) => {
            Test::Text(read.each_text("text", |text| Some(strings::Query::Exact(text)))?)
        }
        (Kind::Reference, Some("identifier")) => Test::Reference(
            read.each("`value`, `system|value`, `|value` or `system|`", |piece| {
                tokens::Query::parse(piece).map(references::Query::Identifier)
            })?,
        ),
        (Kind::Reference, modifier)
            if modifier.is_none_or(|kind| references::may_lead_to(parameter, kind)) =>
        {
            Test::Reference(read.each_text(REFERENCE, |text| {
                references::Query::parse(&text, modifier, parameter)
            })?)
        }
        (Kind::Date, None) => Test::Date(read.each_text(DATE, |text| dates::Query::parse(&text))?),
        (Kind::Number, None) => {
            Test::Quantity(read.each_text(NUMBER, |text| quantities::Query::parse_number(&text))?)
        }
        (Kind::Quantity, None) => {
            Test::Quantity(read.each(QUANTITY, quantities::Query::parse_quantity)?)
        }
        (Kind::Uri, None) => Test::Uri(read.each_text("a URI", Some)?),
        _ => return Ok(None),
    }))
}

const REFERENCE: &str = "an id, `Type/id` of a type that the parameter may lead to, or a URL";
const DATE: &str = "a prefix (eq, ne, gt, lt, ge, le, sa, eb, ap) or none, and a date or time such as \
    2013-01-14 or 2013-01-14T10:00:00Z";
const NUMBER: &str = "a prefix (eq, ne, gt, lt, ge, le, sa, eb, ap) or none, and a number";
const QUANTITY: &str = "a prefix or none, a number, and if need be `|system|code` or `||unit`";

/// Reads the alternatives of one value.
struct Reader<'a> {
    parameter: &'a Parameter,
    value: &'a str,
}

impl Reader<'_> {
    fn each<T>(&self, wanted: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Fault> {
        let parsed = split(self.value, ',').into_iter().map(|piece| {
            let piece = Some(piece).filter(|piece| !piece.is_empty());
            piece
                .and_then(&parse)
                .ok_or_else(|| malformed(self.parameter, wanted, self.value))
        });
        parsed.collect()
    }

    fn each_text<T>(
        &self,
        wanted: &str,
        parse: impl Fn(String) -> Option<T>,
    ) -> Result<Vec<T>, Fault> {
        self.each(wanted, |piece| unescape(piece).and_then(&parse))
    }

    fn folded(&self) -> Result<Vec<Folded>, Fault> {
        self.each_text("text with a letter or digit", |text| {
            Some(Folded::new(&text)).filter(|folded| !folded.is_empty())
        })
    }

    fn tokens(&self) -> Result<Vec<tokens::Query>, Fault> {
        let tokens = self.each(
            "`code`, `system|code`, `|code` or `system|`",
            tokens::Query::parse,
        )?;
        let without_system = self.parameter.paths.iter().all(|path| match path.leaf {
            Leaf::Coding | Leaf::CodeableConcept | Leaf::Identifier => false,
            _ => path.system.is_none(),
        });
        if without_system && tokens.iter().any(tokens::Query::names_a_system) {
            return Err(malformed(
                self.parameter,
                "a code alone: its values have no system",
                self.value,
            ));
        }
        Ok(tokens)
    }
}

fn missing(parameter: &Parameter, value: &str) -> Result<bool, Fault> {
    value
        .parse()
        .map_err(|_| malformed(parameter, "`true` or `false`", value))
}

fn unknown_modifier(kind: ParameterKind) -> String {
    let known = match kind {
        ParameterKind::Token => ":missing, :not and :text",
        ParameterKind::String => ":missing, :exact and :contains",
        ParameterKind::Reference => ":missing, :identifier and the resource types it may lead to",
        _ => ":missing alone",
    };
    format!(
        "the modifier is not supported; parameters of type {} take {known}",
        kind.code()
    )
}

fn refusal(parameter: &Parameter, rule: &str, name: &str) -> Fault {
    Fault::error("not-supported", parameter.code, rule).echoing(name)
}

fn malformed(parameter: &Parameter, wanted: &str, value: &str) -> Fault {
    let kind = parameter.kind.code();
    Fault::error(
        "value",
        parameter.code,
        format!("a {kind} parameter takes {wanted}"),
    )
    .echoing(value)
}
