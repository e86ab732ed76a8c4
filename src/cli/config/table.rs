//! Takes values out of a TOML table and tells of every key or value that does not fit. Knows no key itself.

use crate::base::{SourceText, Span};
use crate::catalog::nearest;
use crate::finding::Problem;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Collects what is wrong with one file.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    source: &'a SourceText,
    problems: Vec<Problem>,
}

/// A value with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'t, 'i> {
    pub(super) span: Span,
    pub(super) value: &'t DeValue<'i>,
}

impl<'t, 'i> Entry<'t, 'i> {
    pub(super) fn of(value: &'t Spanned<DeValue<'i>>) -> Self {
        Self { span: span_of(value.span()), value: value.get_ref() }
    }
}

/// What a value is, for messages.
pub(super) const fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "number",
        DeValue::Float(_) => "fraction",
        DeValue::Boolean(_) => "flag",
        DeValue::Datetime(_) => "date",
        DeValue::Array(_) => "list",
        DeValue::Table(_) => "table",
    }
}

/// Bytes of a TOML span.
pub(super) fn span_of(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start as u32, range.end as u32)
}

impl<'a> Reader<'a> {
    pub(super) const fn new(source: &'a SourceText) -> Self {
        Self { source, problems: Vec::new() }
    }

    /// The file.
    pub(super) const fn source(&self) -> &'a SourceText {
        self.source
    }

    /// Everything that was wrong, by place.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by(|a, b| a.place.cmp(&b.place));
        self.problems
    }

    pub(super) fn wrong(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::at(self.source, span, message).help(help));
    }

    /// A word that is not among `allowed`.
    pub(super) fn unknown(&mut self, span: Span, what: &str, word: &str, allowed: &[&str]) {
        let list = allowed.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let help = match nearest(word, allowed.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? allowed: {list}"),
            None => format!("allowed: {list}"),
        };
        self.wrong(span, format!("unknown {what} `{word}`"), help);
    }

    fn mismatch(&mut self, entry: Entry<'_, '_>, wanted: &str) {
        self.wrong(entry.span, format!("a {wanted} is expected, not a {}", kind_of(entry.value)), "");
    }

    /// The table's entries whose keys are allowed, with the places of the keys; tells of the others.
    pub(super) fn entries<'t, 'i>(
        &mut self,
        table: &'t DeTable<'i>,
        allowed: &[&str],
    ) -> Vec<(&'t str, Span, Entry<'t, 'i>)> {
        let mut entries = Vec::new();
        for (key, value) in table {
            let (text, span) = (key.get_ref().as_ref(), span_of(key.span()));
            if allowed.contains(&text) {
                entries.push((text, span, Entry::of(value)));
            } else {
                self.unknown(span, "key", text, allowed);
            }
        }
        entries
    }

    pub(super) fn table<'t, 'i>(&mut self, entry: Entry<'t, 'i>) -> Option<&'t DeTable<'i>> {
        let found = entry.value.as_table();
        if found.is_none() {
            self.mismatch(entry, "table");
        }
        found
    }

    pub(super) fn list<'t, 'i>(&mut self, entry: Entry<'t, 'i>) -> Vec<Entry<'t, 'i>> {
        match entry.value.as_array() {
            Some(array) => array.iter().map(Entry::of).collect(),
            None => {
                self.mismatch(entry, "list");
                Vec::new()
            }
        }
    }

    pub(super) fn text<'t>(&mut self, entry: Entry<'t, '_>) -> Option<&'t str> {
        let found = entry.value.as_str();
        if found.is_none() {
            self.mismatch(entry, "text");
        }
        found
    }

    pub(super) fn flag(&mut self, entry: Entry<'_, '_>) -> Option<bool> {
        let found = entry.value.as_bool();
        if found.is_none() {
            self.mismatch(entry, "flag");
        }
        found
    }
}
