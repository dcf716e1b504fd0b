//! The part of FHIRPath that R4's search parameters are written in: paths,
//! unions, `as`, `where(element='text')`, `where(resolve() is Type)`, indices.

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Child(String),
    As(String),
    /// Only the items whose `element` is this text.
    Where {
        element: String,
        text: String,
    },
    /// Only the references that lead to this resource type.
    ResolveIs(String),
    Index(u32),
}

/// The alternatives of a union, each a list of steps that begins with a
/// resource type or with one of its elements.
///
/// # Errors
/// With the part of the expression that is beyond this subset.
pub fn parse(expression: &str) -> Result<Vec<Vec<Step>>, String> {
    let mut reader = Reader {
        rest: expression.trim(),
    };
    let mut branches = reader.union()?;
    if !reader.rest.is_empty() {
        return Err(format!("`{}` is beyond paths", reader.rest));
    }
    branches.retain(|branch| !branch.is_empty());
    Ok(branches)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn union(&mut self) -> Result<Vec<Vec<Step>>, String> {
        let mut branches = self.term()?;
        while self.take("|") {
            branches.extend(self.term()?);
        }
        Ok(branches)
    }

    /// A path, or a union in brackets, with the steps that follow it.
    fn term(&mut self) -> Result<Vec<Vec<Step>>, String> {
        let mut branches = if self.take("(") {
            let inner = self.union()?;
            self.expect(")")?;
            inner
        } else {
            vec![vec![Step::Child(self.name()?)]]
        };
        loop {
            let step = if self.take(".") {
                self.call_or_child()?
            } else if self.take("[") {
                let index = self
                    .name()?
                    .parse()
                    .map_err(|_| "an index is not a number".to_owned())?;
                self.expect("]")?;
                Step::Index(index)
            } else if self.take("as ") {
                Step::As(self.name()?)
            } else {
                return Ok(branches);
            };
            for branch in &mut branches {
                branch.push(step.clone());
            }
        }
    }

    fn call_or_child(&mut self) -> Result<Step, String> {
        let name = self.name()?;
        if !self.take("(") {
            return Ok(Step::Child(name));
        }
        let step = match name.as_str() {
            "as" => Step::As(self.name()?),
            "where" if self.take("resolve() is ") => Step::ResolveIs(self.name()?),
            "where" => {
                let element = self.name()?;
                self.expect("=")?;
                self.expect("'")?;
                let (text, rest) = self.rest.split_once('\'').ok_or("a string has no end")?;
                let text = text.to_owned();
                self.rest = rest;
                Step::Where { element, text }
            }
            other => return Err(format!("`{other}()` is not a path")),
        };
        self.expect(")")?;
        Ok(step)
    }

    fn name(&mut self) -> Result<String, String> {
        let end = self
            .rest
            .find(|letter: char| !letter.is_ascii_alphanumeric())
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() {
            return Err(format!("a name is wanted at `{rest}`"));
        }
        self.rest = rest;
        Ok(name.to_owned())
    }

    fn take(&mut self, token: &str) -> bool {
        match self.rest.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => {
                self.rest = self.rest.trim_start();
                false
            }
        }
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) {
            Ok(())
        } else {
            Err(format!("`{token}` is wanted at `{}`", self.rest))
        }
    }
}

#[cfg(test)]
mod tests {
    //! Dangers: a branch of a union lost, a filter lost, an expression beyond
    //! the subset taken for a path.
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn child(name: &str) -> Step {
        Step::Child(name.to_owned())
    }

    #[test]
    fn a_cast_is_read_in_both_spellings() {
        let cast = vec![vec![
            child("Observation"),
            child("value"),
            Step::As("Period".to_owned()),
        ]];
        assert_eq!(parse("Observation.value.as(Period)").unwrap(), cast);
        assert_eq!(parse("(Observation.value as Period)").unwrap(), cast);
    }

    #[test]
    fn no_branch_or_filter_is_lost() {
        let branches =
            parse("A.b.where(system='email') | (A.c as d).e | A.f.where(resolve() is Patient)")
                .unwrap();
        let email = Step::Where {
            element: "system".to_owned(),
            text: "email".to_owned(),
        };
        assert_eq!(branches[0], [child("A"), child("b"), email]);
        assert_eq!(
            branches[1],
            [child("A"), child("c"), Step::As("d".to_owned()), child("e")]
        );
        assert_eq!(
            branches[2],
            [
                child("A"),
                child("f"),
                Step::ResolveIs("Patient".to_owned())
            ]
        );
    }

    #[test]
    fn what_is_beyond_paths_is_said_and_not_guessed() {
        assert!(parse("Patient.deceased.exists() and Patient.deceased != false").is_err());
        assert!(parse("Patient.name.first()").is_err());
        assert!(parse("Patient.name = 'x'").is_err());
    }
}
