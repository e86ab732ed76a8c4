//! Takes a YAML mapping apart key by key and says everything that is wrong with it. Knows no schema.

use crate::base::{SourceText, Span};
use crate::catalog::yaml::{Key, Node, Value};
use crate::finding::Problem;

/// Collects what is wrong with one file.
pub(super) struct Reader<'a> {
    source: &'a SourceText,
    /// Everything wrong so far, in the order found.
    pub(super) problems: Vec<Problem>,
}

/// A mapping of which some keys were asked for.
pub(super) struct Fields<'n> {
    entries: &'n [(Key, Node)],
    asked: Vec<&'static str>,
    /// Bytes of the whole mapping, or of its first key.
    pub(super) span: Span,
}

impl<'n> Fields<'n> {
    /// The value of a key, which thereby is known.
    pub(super) fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        self.asked.push(key);
        self.entries.iter().find(|(found, _)| found.text == key).map(|(_, node)| node)
    }
}

impl<'a> Reader<'a> {
    /// Starts on a file.
    pub(super) const fn new(source: &'a SourceText) -> Self {
        Self { source, problems: Vec::new() }
    }

    /// Notes a mistake.
    pub(super) fn wrong(&mut self, span: Span, message: impl Into<String>) {
        self.problems.push(Problem::at(self.source, span, message));
    }

    /// Notes a mistake in a word that should be one of `known`.
    pub(super) fn wrong_word<'w>(
        &mut self,
        span: Span,
        message: String,
        word: &str,
        known: impl Iterator<Item = &'w str>,
    ) {
        let problem = Problem::at(self.source, span, message);
        let help = nearest(word, known).map(|name| format!("did you mean `{name}`"));
        self.problems.push(problem.help(help.unwrap_or_default()));
    }

    /// The node as a mapping.
    pub(super) fn fields<'n>(&mut self, node: &'n Node) -> Option<Fields<'n>> {
        let entries = self.entries(node)?;
        let span = entries.first().map_or(node.span, |(key, _)| key.span);
        Some(Fields { entries, asked: Vec::new(), span })
    }

    /// The keys and values of a node that must be a mapping.
    pub(super) fn entries<'n>(&mut self, node: &'n Node) -> Option<&'n [(Key, Node)]> {
        let Value::Map(entries) = &node.value else {
            self.wrong(node.span, format!("a mapping is expected here, not {}", node.value.kind()));
            return None;
        };
        Some(entries)
    }

    /// Reports keys that nobody asked for.
    pub(super) fn finish(&mut self, fields: &Fields<'_>) {
        for (key, _) in fields.entries {
            if !fields.asked.contains(&key.text.as_str()) {
                let message = format!("unknown key `{}`", key.text);
                self.wrong_word(key.span, message, &key.text, fields.asked.iter().copied());
            }
        }
    }

    /// The items of a list; a single value is a list of one, no node an empty one.
    pub(super) fn list<'n>(&mut self, node: Option<&'n Node>) -> &'n [Node] {
        match node {
            None => &[],
            Some(Node { value: Value::List(list), .. }) => list,
            Some(single) => std::slice::from_ref(single),
        }
    }

    /// The node as a text.
    pub(super) fn text<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        let Value::Text(text) = &node.value else {
            self.wrong(
                node.span,
                format!("a text is expected here, not {}; quote numbers", node.value.kind()),
            );
            return None;
        };
        Some(text)
    }

    /// The node as a text; empty without a node.
    pub(super) fn text_or_empty(&mut self, node: Option<&Node>) -> Box<str> {
        node.and_then(|node| self.text(node)).unwrap_or("").into()
    }

    /// The texts of a list.
    pub(super) fn texts(&mut self, node: Option<&Node>) -> Vec<Box<str>> {
        self.list(node).iter().filter_map(|item| self.text(item)).map(Into::into).collect()
    }

    /// The node as a yes or no; no node is a no.
    pub(super) fn flag(&mut self, node: Option<&Node>) -> bool {
        match node {
            None => false,
            Some(Node { value: Value::Flag(flag), .. }) => *flag,
            Some(other) => {
                self.wrong(
                    other.span,
                    format!("`true` or `false` is expected here, not {}", other.value.kind()),
                );
                false
            }
        }
    }

    /// The node as a number from 0 to 255.
    pub(super) fn position(&mut self, node: &Node) -> Option<u8> {
        let found = match node.value {
            Value::Count(count) => u8::try_from(count).ok(),
            Value::Null | Value::Flag(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => None,
        };
        if found.is_none() {
            self.wrong(node.span, "a number from 0 to 255 is expected here");
        }
        found
    }
}

/// The known word that is most like `word`, where one is like it at all.
#[must_use]
pub fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let scored = known.map(|name| (strsim::jaro_winkler(word, name), name));
    scored.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}
