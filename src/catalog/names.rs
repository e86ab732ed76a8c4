//! Lists of names with a common meaning, such as the spellings of a message's version. Decides nothing.

/// Names, of which some may start or end with `*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameList {
    patterns: Vec<Box<str>>,
}

impl NameList {
    /// Takes patterns; a `*` counts at either end only.
    #[must_use]
    pub const fn new(patterns: Vec<Box<str>>) -> Self {
        Self { patterns }
    }

    /// Whether one of the patterns is the name, in lower case.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.patterns.iter().any(|pattern| is_match(pattern, &name))
    }

    /// The patterns as written.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(|pattern| &**pattern)
    }
}

fn is_match(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) => name.contains(pattern.trim_matches('*')),
        (Some(tail), None) => name.ends_with(tail),
        (None, Some(head)) => name.starts_with(head),
        (None, None) => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::NameList;

    #[test]
    fn a_star_stands_for_anything_at_either_end() {
        let names = NameList::new(vec!["id".into(), "*_id".into(), "dedup*".into(), "*nonce*".into()]);
        for (name, is_match) in [
            ("id", true),
            ("order_id", true),
            ("Dedup_Key", true),
            ("a_nonce_b", true),
            ("idx", false),
            ("grid", false),
        ] {
            assert_eq!(names.matches(name), is_match, "{name}");
        }
    }
}
