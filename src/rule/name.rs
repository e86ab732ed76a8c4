//! Paths, names and regular expressions as rules write them, compiled. Resolves nothing.

use regex::Regex;
use std::fmt;
use std::sync::Arc;

/// A canonical path of a rule: whole, or with `*` for one segment and `**` for any number of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathPattern {
    /// The whole canonical path.
    Exact(Arc<str>),
    /// A path with `*` or `**` among its segments; `*` may also stand inside one.
    Glob(Arc<str>),
}

impl PathPattern {
    /// Takes a canonical path or glob.
    #[must_use]
    pub fn new(text: &str) -> Self {
        if text.contains('*') { Self::Glob(text.into()) } else { Self::Exact(text.into()) }
    }

    /// The text as written, made canonical.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Exact(text) | Self::Glob(text) => text,
        }
    }

    /// Whether the canonical path `path` is meant.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        match self {
            Self::Exact(text) => &**text == path,
            Self::Glob(text) => {
                if !ends_fit(text, path) {
                    return false;
                }
                let pattern: Vec<&str> = text.split("::").collect();
                let segments: Vec<&str> = path.split("::").collect();
                matches_segments(&pattern, &segments)
            }
        }
    }
}

/// Whether one of `patterns` means `path`.
#[must_use]
pub fn matches_any_path(patterns: &[PathPattern], path: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(path))
}

/// Whether the first and the last segment of a glob, where they are whole words, are those of `path`: most paths fail here.
fn ends_fit(glob: &str, path: &str) -> bool {
    let fits = |part: &str, own: &str| part == own || part.contains('*');
    fits(first_segment(glob), first_segment(path)) && fits(last_segment(glob), last_segment(path))
}

// A colon stands in a path between segments only, and one character is found faster than two.
fn first_segment(path: &str) -> &str {
    path.find(':').and_then(|at| path.get(..at)).unwrap_or(path)
}

fn last_segment(path: &str) -> &str {
    path.rfind(':').and_then(|at| path.get(at + 1..)).unwrap_or(path)
}

/// Row by row over the pattern, so that many `**` cost no more than pattern times path.
fn matches_segments(pattern: &[&str], segments: &[&str]) -> bool {
    let mut reached = vec![false; segments.len() + 1];
    reached[0] = true;
    for part in pattern {
        let mut next = vec![false; segments.len() + 1];
        if *part == "**" {
            let mut is_open = false;
            for (at, was) in reached.iter().enumerate() {
                is_open |= *was;
                next[at] = is_open;
            }
        } else {
            for (at, segment) in segments.iter().enumerate() {
                next[at + 1] = reached[at] && matches_word(part, segment);
            }
        }
        reached = next;
    }
    reached.last().copied().unwrap_or(false)
}

/// Whether `word` is `pattern`, in which each `*` stands for any characters.
fn matches_word(pattern: &str, word: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == word };
    let Some(mut word) = word.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or("");
    for part in parts {
        let Some(at) = word.find(part) else { return false };
        word = &word[at + part.len()..];
    }
    word.ends_with(tail)
}

/// A name of a rule, such as a method: whole, or with `*` for any characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamePattern(Arc<str>);

impl NamePattern {
    /// Takes a name.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name where no `*` is in it.
    #[must_use]
    pub fn exact(&self) -> Option<&Arc<str>> {
        (!self.0.contains('*')).then_some(&self.0)
    }

    /// Whether `name` is meant.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        matches_word(&self.0, name)
    }
}

/// Names, any of which is meant; none at all means that the rule does not ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Names(pub Vec<NamePattern>);

impl Names {
    /// Whether the rule does not ask.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them means `name`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(name))
    }

    /// The patterns, in written order.
    pub fn iter(&self) -> impl Iterator<Item = &NamePattern> {
        self.0.iter()
    }
}

impl<'a> FromIterator<&'a str> for Names {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        Self(names.into_iter().map(NamePattern::new).collect())
    }
}

/// A compiled regular expression; searches anywhere unless the text anchors it.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles `text` within our limit on size.
    ///
    /// # Errors
    /// What is wrong, in one line, where the text is no expression or too large.
    pub fn new(text: &str) -> Result<Self, String> {
        let built = regex::RegexBuilder::new(text).size_limit(1 << 20).nest_limit(50).build();
        built.map(Self).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
            other => {
                let text = other.to_string();
                let last = text.lines().last().unwrap_or("").trim();
                last.trim_start_matches("error: ").to_owned()
            }
        })
    }

    /// Whether it is found in `text`.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The expression as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{NamePattern, PathPattern, Pattern};

    #[track_caller]
    fn check(pattern: &str, path: &str, is_meant: bool) {
        assert_eq!(PathPattern::new(pattern).matches(path), is_meant, "{pattern} on {path}");
    }

    #[test]
    fn one_star_is_one_segment_and_two_are_any() {
        check("tokio::spawn", "tokio::spawn", true);
        check("tokio::spawn", "tokio::spawn::x", false);
        check("tokio::*", "tokio::spawn", true);
        check("tokio::*", "tokio::task::spawn", false);
        check("tokio::**", "tokio::task::spawn", true);
        check("**::spawn", "spawn", true);
        check("**::Job", "orders::jobs::Job", true);
        check("orders::**::*Job", "orders::a::b::MailJob", true);
        check("orders::**::*Job", "orders::a::b::Jobs", false);
    }

    #[test]
    fn many_stars_cost_little() {
        check(&("**::a::".repeat(30) + "b"), &"a::".repeat(200), false);
        check(&format!("{}x", "*a".repeat(40)), &"a".repeat(400), false);
    }

    #[test]
    fn a_star_in_a_name_stands_for_any_characters() {
        for (pattern, name, is_meant) in
            [("with_*", "with_jitter", true), ("*timeout", "read_timeout", true), ("get", "get_all", false)]
        {
            assert_eq!(NamePattern::new(pattern).matches(name), is_meant, "{pattern} on {name}");
        }
    }

    #[test]
    fn a_huge_or_broken_expression_is_refused_in_one_line() {
        for text in ["a{1000}{1000}{1000}", "(", "[z-a]"] {
            let message = Pattern::new(text).expect_err("refused");
            assert!(!message.is_empty() && !message.contains('\n'), "{message}");
        }
    }
}
