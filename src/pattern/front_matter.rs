//! Reads the front matter of a document key by key, so that one bad line costs one key.
//! Says where it is no YAML; knows no schema.

use crate::base::{SourceText, Span};
use crate::finding::Problem;
use crate::pattern::Mapped;
use serde::de::IgnoredAny;

/// Front matter larger than this is not checked for being YAML.
const MAX_YAML: usize = 256 * 1024;

/// What stands between the first two `---` lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    /// Bytes between the `---` lines.
    pub span: Span,
    /// Its entries in written order, those below others with their path.
    pub entries: Vec<Entry>,
    /// Whether it is YAML.
    pub is_yaml: bool,
}

/// One key and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key with those above it, joined by `.`; `-` reads as `_`.
    pub key: String,
    /// Bytes of the key.
    pub key_span: Span,
    /// One value for a scalar, all of them for a list.
    pub values: Vec<Mapped>,
    /// Whether it is written as a list.
    pub is_list: bool,
}

impl FrontMatter {
    /// The entry of this key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key that is no list.
    #[must_use]
    pub fn scalar(&self, key: &str) -> Option<&Mapped> {
        self.entry(key).filter(|entry| !entry.is_list).and_then(|entry| entry.values.first())
    }
}

/// Cuts the front matter off `view`: what it holds, and where the document goes on.
pub(super) fn read(
    source: &SourceText,
    view: &Mapped,
    problems: &mut Vec<Problem>,
) -> (Option<FrontMatter>, usize) {
    let text = view.as_str();
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.trim_end() == "---") else { return (None, 0) };
    let start = first.len();
    let mut end = start;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            let front_matter = inside(source, view, start, end, problems);
            return (front_matter, end + line.len());
        }
        end += line.len();
    }
    (None, 0)
}

/// `None` where the first line is a mere rule: nothing below it looks like a key.
fn inside(
    source: &SourceText,
    view: &Mapped,
    start: usize,
    end: usize,
    problems: &mut Vec<Problem>,
) -> Option<FrontMatter> {
    let text = &view.as_str()[start..end];
    let lines = lines_of(text, start);
    if !text.trim().is_empty() && !lines.iter().any(|line| key_of(line.text).is_some()) {
        return None;
    }
    let fault = yaml_fault(text);
    if let Some((line, why)) = &fault {
        let at = lines.get(line.saturating_sub(1)).or(lines.last());
        let span = at.map_or(view.span(start..start), |line| view.span(line.at..line.at + line.text.len()));
        problems.push(
            Problem::at(source, span, format!("front matter is no YAML: {why}"))
                .help("quote values that hold `: `, `[`, `*` or `#`; the other keys were read"),
        );
    }
    let entries = Reader { view, lines, at: 0, entries: Vec::new() }.run();
    Some(FrontMatter { span: view.span(start..end), entries, is_yaml: fault.is_none() })
}

/// The line (from 1) of the first fault and what it is.
fn yaml_fault(text: &str) -> Option<(usize, String)> {
    if text.trim().is_empty() || text.len() > MAX_YAML {
        return None;
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: 32, max_nodes: 100_000, max_aliases: 0, max_anchors: 0 },
        with_snippet: false,
    };
    let error = serde_saphyr::from_str_with_options::<IgnoredAny>(text, options).err()?;
    let line = error.location().map_or(1, |location| location.line() as usize);
    let why = error.to_string();
    let why = why.lines().next().unwrap_or("").split(" at line ").next().unwrap_or("").trim_end_matches('.');
    Some((line, why.to_ascii_lowercase()))
}

#[derive(Clone, Copy, Debug)]
struct Line<'t> {
    at: usize,
    text: &'t str,
}

impl Line<'_> {
    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    fn is_blank(&self) -> bool {
        let text = self.text.trim();
        text.is_empty() || text.starts_with('#')
    }
}

fn lines_of(text: &str, start: usize) -> Vec<Line<'_>> {
    let mut at = start;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        lines.push(Line { at, text: line.trim_end_matches(['\n', '\r']) });
        at += line.len();
    }
    lines
}

/// The key that `text` starts with (after its indentation), and where its value starts.
fn key_of(text: &str) -> Option<(&str, usize)> {
    let body = text.trim_start();
    let is_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.' | '/');
    let end = body.find(|c: char| !is_key(c))?;
    let key = body[..end].trim_end();
    let rest = body[end..].strip_prefix(':')?;
    let is_end = rest.is_empty() || rest.starts_with([' ', '\t']);
    let starts_well = body.starts_with(|c: char| c.is_alphabetic() || c == '_');
    (is_end && starts_well && key.len() <= 60).then(|| (key, text.len() - rest.len()))
}

struct Reader<'t> {
    view: &'t Mapped,
    lines: Vec<Line<'t>>,
    at: usize,
    entries: Vec<Entry>,
}

impl<'t> Reader<'t> {
    fn run(mut self) -> Vec<Entry> {
        let mut above: Vec<(usize, String)> = Vec::new();
        while let Some(line) = self.lines.get(self.at).copied() {
            self.at += 1;
            let Some((key, value_at)) = key_of(line.text).filter(|_| !line.is_blank()) else { continue };
            while above.last().is_some_and(|(indent, _)| *indent >= line.indent()) {
                above.pop();
            }
            let key_at = line.at + line.indent();
            let name = key.to_lowercase().replace(['-', ' '], "_");
            let path = above
                .iter()
                .map(|(_, key)| key.as_str())
                .chain([name.as_str()])
                .collect::<Vec<_>>()
                .join(".");
            let mut entry = Entry {
                key: path,
                key_span: self.view.span(key_at..key_at + key.len()),
                values: Vec::new(),
                is_list: false,
            };
            self.value(line, value_at, &mut entry);
            self.entries.push(entry);
            if above.len() < 8 {
                above.push((line.indent(), name));
            }
        }
        self.entries
    }

    /// Reads what follows a key on its line and on those below.
    fn value(&mut self, line: Line<'t>, value_at: usize, entry: &mut Entry) {
        let value = line.text[value_at..].trim();
        let start = line.at + line.text.len() - line.text[value_at..].trim_start().len();
        if let Some(list) = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            entry.is_list = true;
            self.flow(list, start + 1, entry);
            return;
        }
        let is_folded = value.starts_with(['|', '>']) && value.len() <= 3;
        if !value.is_empty() && !is_folded {
            entry.values.extend(scalar(&self.view.part(start..start + value.len())));
            self.skip_below(line.indent());
            return;
        }
        if is_folded {
            entry.values.extend(self.folded(line.indent()));
            return;
        }
        self.list(line.indent(), entry);
    }

    fn flow(&self, list: &str, start: usize, entry: &mut Entry) {
        let mut at = start;
        for part in list.split(',') {
            entry.values.extend(scalar(&self.view.part(at..at + part.len())));
            at += part.len() + 1;
        }
    }

    /// Passes the lines that continue a plain scalar.
    fn skip_below(&mut self, indent: usize) {
        while let Some(line) = self.lines.get(self.at)
            && !line.is_blank()
            && line.indent() > indent
            && key_of(line.text).is_none()
        {
            self.at += 1;
        }
    }

    fn folded(&mut self, indent: usize) -> Option<Mapped> {
        let mut made = Mapped::default();
        while let Some(line) = self.lines.get(self.at)
            && (line.text.trim().is_empty() || line.indent() > indent)
        {
            let text = line.text.trim();
            let start = line.at + line.indent();
            if !text.is_empty() {
                if !made.is_empty() {
                    made.push_made(" ", Span::point(made.whole().end()));
                }
                made.push_part(self.view, start..start + text.len());
            }
            self.at += 1;
        }
        (!made.is_empty()).then_some(made)
    }

    /// `- …` lines at or below the key's indentation; a mapping inside an item is read as its first line.
    fn list(&mut self, indent: usize, entry: &mut Entry) {
        let mut dash = None;
        while let Some(line) = self.lines.get(self.at).copied() {
            let body = line.text.trim_start();
            let is_item = body == "-" || body.starts_with("- ");
            let is_here = line.indent() >= indent && dash.is_none_or(|dash| line.indent() == dash);
            if line.is_blank() {
                self.at += 1;
            } else if is_item && is_here {
                dash = Some(line.indent());
                entry.is_list = true;
                let text = body[1..].trim();
                let start = line.at + line.text.len() - body[1..].trim_start().len();
                entry.values.extend(scalar(&self.view.part(start..start + text.len())));
                self.at += 1;
            } else if dash.is_some_and(|dash| line.indent() > dash) {
                self.at += 1;
            } else {
                return;
            }
        }
    }
}

/// A scalar without quotes and trailing comment.
fn scalar(raw: &Mapped) -> Option<Mapped> {
    let raw = raw.trimmed();
    let text = raw.as_str();
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote)
            && let Some(end) = rest.find(quote)
        {
            return Some(raw.part(1..1 + end)).filter(|value| !value.is_empty());
        }
    }
    let end = text.find(" #").unwrap_or(text.len());
    Some(raw.part(0..end).trimmed()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::base::{RelPath, SourceText};
    use crate::pattern::Mapped;

    /// Expects each entry as `key = a | b`.
    #[track_caller]
    fn check(text: &str, expected: &[&str], n_problems: usize) {
        let source = SourceText::new(RelPath::new("a.md"), text);
        let mut problems = Vec::new();
        let view = Mapped::copied(text, 0);
        let (found, _) = read(&source, &view, &mut problems);
        let entries = found.expect("front matter").entries;
        for value in entries.iter().flat_map(|entry| &entry.values) {
            assert_eq!(source.slice(value.whole()), value.as_str(), "the span of a value");
        }
        let lines = entries.iter().map(|entry| {
            let values: Vec<&str> = entry.values.iter().map(Mapped::as_str).collect();
            format!("{} = {}", entry.key, values.join(" | "))
        });
        assert_eq!(lines.collect::<Vec<_>>(), expected);
        assert_eq!(problems.len(), n_problems, "{problems:?}");
    }

    #[test]
    fn scalars_lists_and_maps_are_read() {
        check(
            "---\ntitle: \"A: b\"\nproduction-checklist:\n  - One 'x'\n  - \"Two\"\ntrade_offs:\n  pros:\n    - Fast\n  cons: [slow, dear]\n---\n",
            &[
                "title = A: b",
                "production_checklist = One 'x' | Two",
                "trade_offs = ",
                "trade_offs.pros = Fast",
                "trade_offs.cons = slow | dear",
            ],
            0,
        );
    }

    #[test]
    fn a_bad_line_costs_its_own_key_only() {
        check("---\nreading_time: [X] min\ntier: gold\n---\n", &["reading_time = [X] min", "tier = gold"], 1);
        check("---\na: b: c\nlist:\n- x\n---\n", &["a = b: c", "list = x"], 1);
    }

    #[test]
    fn a_rule_is_no_front_matter() {
        let source = SourceText::new(RelPath::new("a.md"), "---\nSome prose here.\n---\n");
        let view = Mapped::copied(source.text(), 0);
        assert_eq!(read(&source, &view, &mut Vec::new()).0, None);
    }
}
