//! Message texts with `{name}` holes. Knows no finding.

use std::sync::Arc;

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it is.
    Text(Arc<str>),
    /// The name of what goes here.
    Hole(Arc<str>),
}

/// A message text, cut at its holes. `{{` and `}}` stand for braces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The pieces, in order.
    pub parts: Vec<Part>,
}

impl Template {
    /// Cuts `text` at its holes: `{` name `}`, names of letters, digits, `_` and `-`. Any other brace is text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(tail) = rest.strip_prefix("{{").or_else(|| rest.strip_prefix("}}")) {
                plain.push_str(&rest[..1]);
                rest = tail;
            } else if let Some((name, tail)) = hole(rest) {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain).into()));
                }
                parts.push(Part::Hole(name.into()));
                rest = tail;
            } else {
                plain.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain.into()));
        }
        Self { parts }
    }

    /// Cuts code at its holes: `$` and a name of letters, digits, `_`, and `-` before a letter. All braces are code.
    #[must_use]
    pub fn of_code(text: &str) -> Self {
        let mut pieces = text.split('$');
        let mut plain = pieces.next().unwrap_or("").to_owned();
        let mut parts = Vec::new();
        for piece in pieces {
            let (name, rest) = piece.split_at(name_length(piece));
            if name.is_empty() {
                plain.push('$');
            } else {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain).into()));
                }
                parts.push(Part::Hole(name.into()));
            }
            plain.push_str(rest);
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain.into()));
        }
        Self { parts }
    }

    /// The names of its holes, in order.
    pub fn holes(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Hole(name) => Some(&**name),
            Part::Text(_) => None,
        })
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The text with each hole filled; a name that `value` does not know is printed as `?`.
    pub fn render(&self, mut value: impl FnMut(&str) -> Option<String>) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Hole(name) => text.push_str(&value(name).unwrap_or_else(|| "?".to_owned())),
            }
        }
        text
    }
}

/// Bytes of the name at the start of `text`.
fn name_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let is_part = |at: usize| bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_';
    let is_end = |at: &usize| !(is_part(*at) || bytes[*at] == b'-' && is_letter(*at + 1));
    (0..bytes.len()).find(is_end).unwrap_or(bytes.len())
}

/// The name of the hole at the start of `text` and what follows it.
fn hole(text: &str) -> Option<(&str, &str)> {
    let (name, tail) = text.strip_prefix('{')?.split_once('}')?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (!name.is_empty() && name.chars().all(is_part)).then_some((name, tail))
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let rendered = Template::new(text).render(|name| (name == "item").then(|| "ITEM".to_owned()));
        assert_eq!(rendered, expected);
    }

    #[test]
    fn holes_of_code_begin_with_a_dollar() {
        let code = Template::of_code("f({ $item }, $item-1, $small-cap, \"$\")");
        assert_eq!(code.render(|name| Some(name.to_uppercase())), "f({ ITEM }, ITEM-1, SMALL-CAP, \"$\")");
    }

    #[test]
    fn holes_are_filled_and_other_braces_stay() {
        check("no hole", "no hole");
        check("in {item}: {other}", "in ITEM: ?");
        check("{{item}} and {item}", "{item} and ITEM");
        check("{ item } {", "{ item } {");
        check("é{item}é", "éITEMé");
    }
}
