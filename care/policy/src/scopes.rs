/// What an app may do, as SMART App Launch 2 writes it: `patient/Observation.rs`, `patient/*.c`; its first version's
/// `.read` and `.write` are understood. Whatever else stands there gives nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes(Vec<Scope>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Scope {
    /// A resource type, or `*`.
    kind: String,
    reads: bool,
    writes: bool,
}

impl Scopes {
    /// Reads scopes that are parted by spaces.
    pub fn parse(text: &str) -> Self {
        Self(text.split(' ').filter_map(scope).collect())
    }

    /// Whether they name anything to read.
    pub fn reads(&self) -> bool {
        self.0.iter().any(|scope| scope.reads)
    }

    /// Whether they name anything to write.
    pub fn writes(&self) -> bool {
        self.0.iter().any(|scope| scope.writes)
    }

    /// Whether they name this resource type to read.
    pub fn read(&self, kind: &str) -> bool {
        self.named(kind).any(|scope| scope.reads)
    }

    /// Whether they name this resource type to write.
    pub fn write(&self, kind: &str) -> bool {
        self.named(kind).any(|scope| scope.writes)
    }

    fn named(&self, kind: &str) -> impl Iterator<Item = &Scope> {
        let names = move |scope: &&Scope| scope.kind == "*" || scope.kind == kind;
        self.0.iter().filter(names)
    }
}

fn scope(text: &str) -> Option<Scope> {
    let (kind, verbs) = text.strip_prefix("patient/")?.split_once('.')?;
    let plain = |kind: &str| kind.bytes().all(|byte| byte.is_ascii_alphabetic());
    if kind.is_empty() || kind != "*" && !plain(kind) {
        return None;
    }
    let (reads, writes) = match verbs {
        "read" => (true, false),
        "write" => (false, true),
        "*" => (true, true),
        // In this order, each at most once (SMART 2.0, 3.0.2.3); reading is both `r` and `s`.
        verbs => {
            let mut rest = verbs;
            for verb in ["c", "r", "u", "d", "s"] {
                rest = rest.strip_prefix(verb).unwrap_or(rest);
            }
            if !rest.is_empty() || verbs.is_empty() {
                return None;
            }
            let has = |verb| verbs.contains(verb);
            (has('r') && has('s'), has('c'))
        }
    };
    Some(Scope {
        kind: kind.to_owned(),
        reads,
        writes,
    })
}

#[cfg(test)]
mod tests;
