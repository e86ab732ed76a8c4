//! What a configuration file sets, key by key, for people who ask where a value comes from. Understands no value.

use crate::base::{RelPath, SourceText};
use crate::cli::config::table::span_of;
use std::fmt::Write as _;
use toml::de::{DeTable, DeValue};

/// One value that a file sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The dotted key; inside a row, the key below the row's.
    pub key: String,
    /// The value, as TOML on one line.
    pub value: String,
    /// The file.
    pub path: RelPath,
    /// 1-based line in that file.
    pub line: u32,
    /// For a row such as `[[waiver]]`: its key and its line.
    pub row: Option<(String, u32)>,
}

/// All values of a table, in the order of the file.
pub(super) fn leaves(source: &SourceText, table: &DeTable<'_>) -> Vec<Leaf> {
    let mut found = Vec::new();
    collect(source, table, "", None, &mut found);
    found.sort_by_key(|leaf| (leaf.row.as_ref().map(|(_, line)| *line), leaf.line));
    found
}

fn collect(
    source: &SourceText,
    table: &DeTable<'_>,
    prefix: &str,
    row: Option<&(String, u32)>,
    found: &mut Vec<Leaf>,
) {
    for (name, value) in table {
        let name = bare(name.get_ref());
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        let line = source.line_column(span_of(value.span()).start()).line;
        match value.get_ref() {
            DeValue::Table(inner) if !inner.is_empty() => collect(source, inner, &key, row, found),
            DeValue::Array(rows) if is_rows(value.get_ref()) => {
                for entry in rows {
                    let line = source.line_column(span_of(entry.span()).start()).line;
                    if let DeValue::Table(inner) = entry.get_ref() {
                        collect(source, inner, "", Some(&(key.clone(), line)), found);
                    }
                }
            }
            other => {
                let (path, value) = (source.path().clone(), text(other));
                found.push(Leaf { key, value, path, line, row: row.cloned() });
            }
        }
    }
}

/// Whether it is a list of tables at the top of a row's key; selectors of roles are lists of tables too, of one key each.
fn is_rows(value: &DeValue<'_>) -> bool {
    let DeValue::Array(entries) = value else { return false };
    let is_row = |entry: &DeValue<'_>| matches!(entry, DeValue::Table(table) if table.len() > 1);
    !entries.is_empty() && entries.iter().all(|entry| is_row(entry.get_ref()))
}

/// A key as TOML wants it.
fn bare(name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_bare { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    // JSON's escapes are TOML's.
    serde_json::Value::from(text).to_string()
}

/// A value as TOML on one line.
fn text(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(day) => day.to_string(),
        DeValue::Array(entries) => {
            let parts: Vec<String> = entries.iter().map(|entry| text(entry.get_ref())).collect();
            format!("[{}]", parts.join(", "))
        }
        DeValue::Table(table) => {
            let mut shown = String::from("{");
            for (at, (name, value)) in table.iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                let _ = write!(shown, "{comma} {} = {}", bare(name.get_ref()), text(value.get_ref()));
            }
            shown + " }"
        }
    }
}
