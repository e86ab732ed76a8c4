//! YAML text to a tree whose every value knows its bytes. Knows no key of any schema.

use crate::base::{SourceText, Span};
use crate::catalog::quick;
use crate::finding::Problem;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Error, Location, Spanned};
use std::fmt;

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// Bytes in the file.
    pub(super) span: Span,
    /// The value.
    pub(super) value: Value,
}

/// What a YAML value can be here.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Count(i64),
    /// Anything else that is a scalar.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in written order.
    Map(Vec<(Key, Node)>),
}

/// A mapping's key with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Bytes in the file.
    pub(super) span: Span,
    /// The key.
    pub(super) text: String,
}

impl Value {
    /// What it is, for messages.
    #[must_use]
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Flag(_) => "a flag",
            Self::Count(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

/// Reads one document.
///
/// # Errors
/// One problem where the text is no YAML, repeats a key, or exceeds the limits on size and depth.
pub(super) fn read(source: &SourceText) -> Result<Node, Problem> {
    quick::read(source.text()).map_or_else(|| read_with_crate(source), Ok)
}

/// Reads one document by the YAML crate alone.
pub(super) fn read_with_crate(source: &SourceText) -> Result<Node, Problem> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 16,
            max_documents: 1,
            max_nodes: 200_000,
            max_aliases: 0,
            max_anchors: 0,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        with_snippet: false,
        strict_booleans: true,
    };
    serde_saphyr::from_str_with_options(source.text(), options).map_err(|error| problem_of(source, &error))
}

fn problem_of(source: &SourceText, error: &Error) -> Problem {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or("unreadable");
    let span = error.location().map_or(Span::point(0), span_of);
    Problem::at(source, span, format!("this is not the YAML that was expected: {first}"))
}

fn span_of(location: Location) -> Span {
    let span = location.span();
    let start = span.byte_offset().and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
    let len = span.byte_len().and_then(|len| u32::try_from(len).ok()).unwrap_or(0);
    Span::new(start, start.saturating_add(len))
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Value>::deserialize(deserializer)?;
        Ok(Self { span: span_of(spanned.referenced), value: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<String>::deserialize(deserializer)?;
        Ok(Self { span: span_of(spanned.referenced), text: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_i64<E: de::Error>(self, count: i64) -> Result<Value, E> {
        Ok(Value::Count(count))
    }

    fn visit_u64<E: de::Error>(self, count: u64) -> Result<Value, E> {
        Ok(i64::try_from(count).map_or_else(|_| Value::Text(count.to_string()), Value::Count))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(node) = seq.next_element::<Node>()? {
            list.push(node);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry::<Key, Node>()? {
            entries.push(entry);
        }
        Ok(Value::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, read};
    use crate::base::{RelPath, SourceText};

    fn source(text: &str) -> SourceText {
        SourceText::new(RelPath::new("a.yaml"), text)
    }

    #[test]
    fn values_know_their_bytes_also_behind_wide_characters() {
        let source = source("# é\nname: [one, 'two']\n");
        let node = read(&source).expect("yaml");
        let Value::Map(entries) = node.value else { panic!("a mapping") };
        let Value::List(list) = &entries[0].1.value else { panic!("a list") };
        assert_eq!(source.slice(entries[0].0.span), "name");
        assert_eq!(source.slice(list[0].span), "one");
    }

    #[test]
    fn a_repeated_key_is_a_problem_on_its_line() {
        let problem = read(&source("a: 1\na: 2\n")).expect_err("a repeated key");
        assert_eq!(problem.place.and_then(|place| place.line_column), Some((2, 1)));
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(read(&source(&"[".repeat(5000))).is_err());
        assert!(read(&source(&format!("{}{}", "[".repeat(40), "]".repeat(40)))).is_err());
    }
}
