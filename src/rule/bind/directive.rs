//! `key`, `key=value` and `key="some words"` of a comment, or of a sidecar's mapping, with places. Knows what no key means.

use crate::base::{SourceText, Span};
use crate::finding::Problem;
use crate::rule::wire::yaml::{Node, Value};

/// One comment, or one mapping of a sidecar.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    /// The file in which it stands.
    pub(super) source: SourceText,
    /// What it says, in written order.
    pub(super) entries: Vec<Entry>,
}

/// One key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The key.
    pub(super) key: String,
    /// The key's bytes.
    pub(super) span: Span,
    /// The value; `None` for a bare word.
    pub(super) value: Option<Node>,
}

impl Entry {
    /// The value as a text, trimmed.
    pub(super) fn text(&self) -> Option<&str> {
        self.value.as_ref().and_then(Node::text).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The bytes to point at: of the value, else of the key.
    pub(super) fn place(&self) -> Span {
        self.value.as_ref().map_or(self.span, |value| value.span)
    }
}

impl Directive {
    /// The first entry of this key.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The text of the first entry of this key.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.entry(key).and_then(Entry::text)
    }

    /// A problem at `span`.
    pub(super) fn problem(&self, span: Span, message: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem::at(&self.source, span, message).help(help)
    }
}

/// Reads what stands in `span` between `patscan:` and `-->`.
pub(super) fn read(source: &SourceText, span: Span, problems: &mut Vec<Problem>) -> Directive {
    let text = source.slice(span);
    let mut entries: Vec<Entry> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let blank = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len();
        if blank > 0 {
            at += blank;
            continue;
        }
        let key_end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = rest.get(..key_end).unwrap_or("").to_owned();
        let base = span.start() + at as u32;
        let key_span = Span::new(base, base + key_end as u32);
        at += key_end;
        if key.is_empty() {
            problems.push(
                Problem::at(source, Span::point(base), "a value without a key").help("write `key=value`"),
            );
            at += 1;
            continue;
        }
        let value = rest.get(key_end..).and_then(|tail| tail.strip_prefix('='));
        let value = value.map(|tail| {
            let (value, length, is_closed) = value_of(tail);
            let start = base + key_end as u32 + 1;
            let span = Span::new(start, start + length as u32);
            at += 1 + length;
            if !is_closed {
                problems.push(Problem::at(source, span, "this quote is never closed").help("add a `\"`"));
            }
            Node { span, value }
        });
        entries.push(Entry { key, span: key_span, value });
    }
    Directive { source: source.clone(), entries }
}

/// The value that `text` starts with, its length, and whether its quote is closed. Words joined by commas are one value,
/// blanks after the commas too.
fn value_of(text: &str) -> (Value, usize, bool) {
    if let Some(inside) = text.strip_prefix('"') {
        return match inside.find('"') {
            Some(end) => (Value::Quoted(inside.get(..end).unwrap_or("").to_owned()), end + 2, true),
            None => (Value::Quoted(inside.to_owned()), text.len(), false),
        };
    }
    let mut end = 0;
    let mut is_joined = false;
    for (at, c) in text.char_indices() {
        let starts_word = is_joined && !c.is_whitespace() && at > end;
        let next_word = text.get(at..).and_then(|tail| tail.split_whitespace().next());
        let is_key = starts_word && next_word.is_some_and(|word| word.contains('='));
        if is_key || (c.is_whitespace() && !is_joined) {
            break;
        }
        is_joined = c == ',' || (is_joined && c.is_whitespace());
        if !c.is_whitespace() {
            end = at + c.len_utf8();
        }
    }
    (Value::Plain(text.get(..end).unwrap_or("").to_owned()), end, true)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::base::{RelPath, SourceText, Span};

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Option<&str>)], n_problems: usize) {
        let source = SourceText::new(RelPath::new("a.md"), text);
        let mut problems = Vec::new();
        let directive = read(&source, Span::new(0, text.len() as u32), &mut problems);
        let found: Vec<_> =
            directive.entries.iter().map(|entry| (entry.key.as_str(), entry.text())).collect();
        assert_eq!((found.as_slice(), problems.len()), (expected, n_problems), "{text}");
    }

    #[test]
    fn keys_values_and_bare_words_are_read() {
        check("manual", &[("manual", None)], 0);
        check(
            "id=X check=a,b limit=\"30 s\"",
            &[("id", Some("X")), ("check", Some("a,b")), ("limit", Some("30 s"))],
            0,
        );
        check("check=a, b manual", &[("check", Some("a, b")), ("manual", None)], 0);
        check(
            "reason=\"é – ü\" until=2027-01-31",
            &[("reason", Some("é – ü")), ("until", Some("2027-01-31"))],
            0,
        );
        check("check=a, limit=3", &[("check", Some("a,")), ("limit", Some("3"))], 0);
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_is_read() {
        check("reason=\"open", &[("reason", Some("open"))], 1);
        check("=x manual", &[("x", None), ("manual", None)], 1);
        check("", &[], 0);
    }
}
