//! Configuration files beside the code, such as `wrangler.toml` and `wrangler.jsonc`: tables of keys and values with their
//! places. Knows no key's meaning.

mod json;
mod toml;

use crate::base::{FileIdx, RelPath, SourceText, Span};
use crate::facts::Codebase;
use crate::finding::Problem;
use crate::syntax::Tree;
use std::collections::BTreeMap;

/// Tables that are read of one file; the rest is not looked at.
const MAX_TABLES: usize = 10_000;

/// One table of a configuration file, also one element of a list of tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigTable {
    /// The keys that lead to it: `queues.consumers`, `env.staging.queues.consumers`.
    pub path: Box<str>,
    /// Where it begins: its head, or the whole of an inline table.
    pub span: Span,
    /// Its keys with a value that is no table, in their order in the file.
    pub entries: Vec<ConfigEntry>,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigEntry {
    /// The key.
    pub key: Box<str>,
    /// The value.
    pub value: ConfigValue,
    /// The bytes of the value.
    pub span: Span,
}

/// A value, as far as rules ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigValue {
    /// A text.
    Text(Box<str>),
    /// A whole number.
    Count(i128),
    /// `true` or `false`.
    Flag(bool),
    /// A date, a list, a number with a fraction.
    Other,
}

/// The tables of each configuration file, by path.
pub(in crate::facts) type Configs = BTreeMap<RelPath, Vec<ConfigTable>>;

/// Reads configuration files, and gives each a tree of its own, so that findings can point into it.
pub(in crate::facts) fn read(sources: &[SourceText], trees: &mut Vec<Tree>) -> (Configs, Vec<Problem>) {
    let (mut configs, mut problems) = (Configs::new(), Vec::new());
    for source in sources {
        let mut found = Found::default();
        let read = match source.path().file_name().rsplit_once('.') {
            Some((_, "toml")) => toml::tables(source, &mut found),
            _ => json::tables(source, &mut found),
        };
        problems.extend(read.err());
        found.sort();
        trees.push(Tree::without_code(source));
        configs.insert(source.path().clone(), found.tables);
    }
    (configs, problems)
}

impl Codebase {
    /// The tables of a configuration file, in their order in the file; none of a file of code.
    #[must_use]
    pub fn config_tables(&self, file: FileIdx) -> &[ConfigTable] {
        self.configs.get(self.tree(file).source().path()).map_or(&[], Vec::as_slice)
    }
}

/// What was read of one file.
#[derive(Default)]
struct Found {
    tables: Vec<ConfigTable>,
}

impl Found {
    /// Enters a table that begins at `span`, and gives its place in the list; none where there are too many.
    fn table(&mut self, path: &str, span: Span) -> Option<usize> {
        if self.tables.len() >= MAX_TABLES {
            return None;
        }
        self.tables.push(ConfigTable { path: path.into(), span, entries: Vec::new() });
        Some(self.tables.len() - 1)
    }

    /// By place: the readers give their keys in an order of their own.
    fn sort(&mut self) {
        for table in &mut self.tables {
            table.entries.sort_by_key(|entry| entry.span.start());
        }
        self.tables.sort_by_key(|table| table.span.start());
    }

    fn entry(&mut self, at: usize, key: &str, value: ConfigValue, span: Span) {
        if let Some(table) = self.tables.get_mut(at) {
            table.entries.push(ConfigEntry { key: key.into(), value, span });
        }
    }
}

/// `key` below `path`.
fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// `start..end` of a text, as long as that is a range of whole characters.
fn span(source: &SourceText, start: usize, end: usize) -> Span {
    let text = source.text();
    let is_whole = start <= end && text.is_char_boundary(start) && text.is_char_boundary(end);
    let (start, end) = if is_whole { (start, end) } else { (0, 0) };
    Span::new(u32::try_from(start).unwrap_or(0), u32::try_from(end).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{ConfigValue, read};
    use crate::base::{RelPath, SourceText};

    /// Each table as `path@line: key=value ..`.
    fn told(path: &str, text: &str) -> (Vec<String>, usize) {
        let source = SourceText::new(RelPath::new(path), text);
        let (configs, problems) = read(std::slice::from_ref(&source), &mut Vec::new());
        let tables = configs.values().flatten().map(|table| {
            let line = text[..table.span.start() as usize].lines().count().max(1)
                + usize::from(text[..table.span.start() as usize].ends_with('\n'));
            let entries: Vec<String> = table
                .entries
                .iter()
                .map(|entry| match &entry.value {
                    ConfigValue::Text(text) => format!("{}={text}", entry.key),
                    ConfigValue::Count(count) => format!("{}={count}", entry.key),
                    ConfigValue::Flag(flag) => format!("{}={flag}", entry.key),
                    ConfigValue::Other => format!("{}=..", entry.key),
                })
                .collect();
            format!("{}@{line}: {}", table.path, entries.join(" ")).trim_end().to_owned()
        });
        (tables.collect(), problems.len())
    }

    #[test]
    fn tables_of_toml_have_their_keys_and_their_lines() {
        let text = "name = \"w\"\n\n[[queues.consumers]]\nqueue = \"a\"\nmax_retries = 3\n\n[[queues.consumers]]\nqueue = \"b\"\n\n[env.live]\nqueues.consumers = [{ queue = \"c\", dead = true }]\n";
        let (tables, n_problems) = told("wrangler.toml", text);
        assert_eq!(n_problems, 0);
        assert!(tables.contains(&"queues.consumers@3: queue=a max_retries=3".to_owned()), "{tables:?}");
        assert!(tables.contains(&"queues.consumers@7: queue=b".to_owned()), "{tables:?}");
        assert!(tables.contains(&"env.live.queues.consumers@11: queue=c dead=true".to_owned()), "{tables:?}");
    }

    #[test]
    fn tables_of_json_with_comments_have_their_keys_and_their_lines() {
        let text = "{\n  // the worker\n  \"name\": \"w\",\n  \"queues\": {\n    \"consumers\": [\n      { \"queue\": \"a\", \"max_retries\": 3, },\n    ],\n  },\n}\n";
        let (tables, n_problems) = told("wrangler.jsonc", text);
        assert_eq!(n_problems, 0);
        assert_eq!(tables, ["@1: name=w", "queues@4:", "queues.consumers@6: queue=a max_retries=3"]);
    }

    #[test]
    fn what_is_no_such_file_is_a_problem_and_loses_nothing_else() {
        assert_eq!(told("wrangler.toml", "name = \"w\"\n[[queues.consumers]\n").1, 1);
        assert_eq!(told("wrangler.jsonc", "{ \"name\": ").1, 1);
        assert_eq!(told("wrangler.json", "[1, 2]"), (Vec::new(), 0));
        assert_eq!(told("wrangler.json", &"[".repeat(50_000)).1, 1);
        assert_eq!(told("wrangler.json", &format!("{{ // {}\n}}", "[".repeat(90))).1, 0);
        assert_eq!(told("wrangler.toml", &format!("a = {}", "[".repeat(50_000))).1, 1);
    }
}
