//! Reads the plain YAML that our own files keep to, some twenty times faster than the YAML crate, because every run pays
//! for it. Gives up on anything unusual, and [`super::yaml`] takes over: what it accepts, it must read as YAML does.

use crate::base::Span;
use crate::catalog::yaml::{Key, Node, Value};

/// Nesting beyond this is left to the YAML crate, which refuses it.
const MAX_DEPTH: u8 = 12;

/// The tree of `text`; `None` where any of it is more than block mappings, block lists, one-line flow collections,
/// plain or quoted one-line scalars, and comments on lines of their own.
pub(super) fn read(text: &str) -> Option<Node> {
    if u32::try_from(text.len()).is_err() || text.contains(['\t', '\r', '\u{feff}']) {
        return None;
    }
    let mut lines = Lines { lines: content_lines(text), at: 0 };
    let first = lines.peek()?;
    let node = block(&mut lines, first.indent, 0)?;
    lines.peek().is_none().then_some(node)
}

/// A line that holds something: its content without indent, and where that starts.
#[derive(Clone, Copy)]
struct Line<'t> {
    indent: usize,
    start: usize,
    content: &'t str,
}

struct Lines<'t> {
    lines: Vec<Line<'t>>,
    at: usize,
}

impl<'t> Lines<'t> {
    fn peek(&self) -> Option<Line<'t>> {
        self.lines.get(self.at).copied()
    }

    /// Takes `n` bytes off the current line's start, as if it began there.
    fn advance_in_line(&mut self, n: usize) -> Option<()> {
        let line = self.lines.get_mut(self.at)?;
        let rest = line.content.get(n..)?;
        let content = rest.trim_start();
        let skipped = n + rest.len() - content.len();
        *line = Line { indent: line.indent + skipped, start: line.start + skipped, content };
        Some(())
    }
}

fn content_lines(text: &str) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        let content = content.trim_end();
        if !content.is_empty() && !content.starts_with('#') {
            found.push(Line { indent, start: start + indent, content });
        }
        start += line.len();
    }
    found
}

fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}

fn block(lines: &mut Lines<'_>, indent: usize, depth: u8) -> Option<Node> {
    let line = lines.peek().filter(|line| line.indent == indent && depth < MAX_DEPTH)?;
    if line.content.starts_with("- ") {
        block_list(lines, indent, depth)
    } else {
        block_map(lines, indent, depth)
    }
}

fn block_list(lines: &mut Lines<'_>, indent: usize, depth: u8) -> Option<Node> {
    let start = lines.peek()?.start;
    let mut items = Vec::new();
    let mut end = start;
    while let Some(line) = lines.peek().filter(|line| line.indent >= indent) {
        if line.indent != indent || !line.content.starts_with("- ") {
            return None;
        }
        lines.advance_in_line(2)?;
        let line = lines.peek()?;
        let item = if key_end(line.content).is_some() {
            block_map(lines, line.indent, depth + 1)?
        } else {
            lines.at += 1;
            whole_line(line.content, line.start, depth + 1)?
        };
        end = item.span.end() as usize;
        items.push(item);
    }
    Some(Node { span: span(start, end), value: Value::List(items) })
}

fn block_map(lines: &mut Lines<'_>, indent: usize, depth: u8) -> Option<Node> {
    let start = lines.peek()?.start;
    let mut entries: Vec<(Key, Node)> = Vec::new();
    let mut end = start;
    while let Some(line) = lines.peek().filter(|line| line.indent >= indent) {
        if line.indent != indent || depth >= MAX_DEPTH {
            return None;
        }
        let (colon, text) = key_end(line.content)?;
        let key = Key { span: span(line.start, line.start + colon), text };
        if entries.iter().any(|(known, _)| known.text == key.text) {
            return None;
        }
        let rest = line.content.get(colon + 1..)?;
        let value = rest.trim_start();
        let node = if value.is_empty() {
            lines.at += 1;
            let below = lines.peek().filter(|line| line.indent > indent)?;
            block(lines, below.indent, depth + 1)?
        } else {
            lines.at += 1;
            whole_line(value, line.start + line.content.len() - value.len(), depth + 1)?
        };
        end = node.span.end() as usize;
        entries.push((key, node));
    }
    Some(Node { span: span(start, end), value: Value::Map(entries) })
}

/// The end of the key that a line starts with, and its text; `None` where it starts with no key.
fn key_end(content: &str) -> Option<(usize, String)> {
    let (end, text) = match content.as_bytes().first()? {
        b'"' => quoted(content)?,
        _ => {
            let end = content.find(|c: char| !is_plain(c) && c != ':').unwrap_or(content.len());
            let end = content.get(..end)?.trim_end_matches(':').len();
            (end, content.get(..end)?.to_owned())
        }
    };
    let rest = content.get(end..)?;
    (rest.starts_with(": ") && !text.is_empty() && is_text(&text) || rest == ":").then_some((end, text))
}

/// Characters of plain scalars that mean nothing else in YAML, `:` apart.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '_' | '-' | '.' | '/' | '+' | '<' | '>' | '(' | ')' | '$' | '=' | ';' | '*')
}

/// A scalar or flow collection that fills its line to the end.
fn whole_line(text: &str, start: usize, depth: u8) -> Option<Node> {
    let mut flow = Flow { text, at: 0, start };
    let node = flow.value(depth)?;
    (flow.at == text.len()).then_some(node)
}

struct Flow<'t> {
    text: &'t str,
    at: usize,
    start: usize,
}

impl<'t> Flow<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches(' ').len();
    }

    fn take(&mut self, token: char) -> bool {
        let is_next = self.rest().starts_with(token);
        self.at += usize::from(is_next);
        is_next
    }

    fn node(&self, from: usize, value: Value) -> Node {
        Node { span: span(self.start + from, self.start + self.at), value }
    }

    fn value(&mut self, depth: u8) -> Option<Node> {
        let from = self.at;
        if depth >= MAX_DEPTH {
            return None;
        }
        let value = match self.rest().as_bytes().first()? {
            b'{' => self.map(depth)?,
            b'[' => self.list(depth)?,
            b'"' => Value::Text(self.quoted()?),
            _ => plain_value(self.plain()?)?,
        };
        Some(self.node(from, value))
    }

    fn quoted(&mut self) -> Option<String> {
        let (end, text) = quoted(self.rest())?;
        self.at += end;
        Some(text)
    }

    fn plain(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_plain(c) && c != ':').unwrap_or(rest.len());
        let word = rest.get(..end)?.trim_end_matches(':');
        self.at += word.len();
        // A space or a sign behind it could go on with the scalar.
        let is_end = matches!(
            self.rest().trim_start_matches(' ').as_bytes().first(),
            None | Some(b',' | b']' | b'}' | b':')
        );
        is_end.then_some(word)
    }

    fn list(&mut self, depth: u8) -> Option<Value> {
        self.take('[');
        let mut items = Vec::new();
        self.skip_space();
        while !self.take(']') {
            items.push(self.value(depth + 1)?);
            self.skip_space();
            if self.take(',') {
                self.skip_space();
            } else if !self.rest().starts_with(']') {
                return None;
            }
        }
        Some(Value::List(items))
    }

    fn map(&mut self, depth: u8) -> Option<Value> {
        self.take('{');
        let mut entries: Vec<(Key, Node)> = Vec::new();
        self.skip_space();
        while !self.take('}') {
            let from = self.at;
            let text = if self.rest().starts_with('"') { self.quoted()? } else { self.plain()?.to_owned() };
            let key = Key { span: span(self.start + from, self.start + self.at), text };
            if !self.take(':') || !self.take(' ') || entries.iter().any(|(known, _)| known.text == key.text) {
                return None;
            }
            self.skip_space();
            entries.push((key, self.value(depth + 1)?));
            self.skip_space();
            if self.take(',') {
                self.skip_space();
            } else if !self.rest().starts_with('}') {
                return None;
            }
        }
        Some(Value::Map(entries))
    }
}

/// The text of a double-quoted scalar and where it ends; only `\"` and `\\` are known.
fn quoted(text: &str) -> Option<(usize, String)> {
    let body = text.strip_prefix('"')?;
    let mut found = String::new();
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((at + 2, found)),
            '\\' => found.push(chars.next().map(|(_, c)| c).filter(|c| matches!(c, '"' | '\\'))?),
            _ => found.push(c),
        }
    }
    None
}

fn plain_value(word: &str) -> Option<Value> {
    match word {
        "true" => Some(Value::Flag(true)),
        "false" => Some(Value::Flag(false)),
        "0" => Some(Value::Count(0)),
        _ if is_text(word) => Some(Value::Text(word.to_owned())),
        _ if word.starts_with('0') || word.len() > 9 => None,
        _ => word.bytes().all(|b| b.is_ascii_digit()).then(|| word.parse().ok().map(Value::Count))?,
    }
}

/// Whether YAML can take a plain word for nothing but a text.
fn is_text(word: &str) -> bool {
    let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/'));
    let is_special = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(word));
    // A `:` that ends the word, or stands before a space, would make it a key.
    is_word && !is_special && !word.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::base::{RelPath, SourceText};
    use crate::catalog::builtin;
    use crate::catalog::yaml::{self, Node, Value};

    /// The tree without places, as text.
    fn shape(node: &Node) -> String {
        match &node.value {
            Value::List(items) => format!("[{}]", items.iter().map(shape).collect::<Vec<_>>().join(" ")),
            Value::Map(entries) => {
                let parts: Vec<String> =
                    entries.iter().map(|(key, node)| format!("{:?}={}", key.text, shape(node))).collect();
                format!("{{{}}}", parts.join(" "))
            }
            Value::Null | Value::Flag(_) | Value::Count(_) | Value::Text(_) => format!("{:?}", node.value),
        }
    }

    fn by_crate(text: &str) -> Option<Node> {
        yaml::read_with_crate(&SourceText::new(RelPath::new("a.yaml"), text)).ok()
    }

    #[track_caller]
    fn check_same(text: &str) {
        let quick = read(text).map(|node| shape(&node));
        assert!(quick.is_some(), "not read: {text}");
        assert_eq!(quick, by_crate(text).map(|node| shape(&node)), "{text}");
    }

    /// Anything that the quick reader takes must be read alike; here it should not even take it.
    #[track_caller]
    fn check_left_alone(text: &str) {
        assert_eq!(read(text), None, "{text}");
    }

    #[test]
    fn each_built_in_file_is_read_as_the_yaml_crate_reads_it() {
        for (name, text) in builtin::FILES {
            let quick = read(text).map(|node| shape(&node));
            assert!(quick.is_some(), "{name} uses YAML beyond the quick reader");
            assert!(quick == by_crate(text).map(|node| shape(&node)), "{name} is read differently");
        }
    }

    #[test]
    fn plain_blocks_and_flows_are_read() {
        check_same("a: b\n");
        check_same("# x\na:\n  - b: 1\n    c: [x, \"y z\", { d: a::b, e: true }]\n  - { f: [] }\nz: {}\n");
        check_same("a: \"x: # y\"\n\n  # comment\nb: \"\\\"q\\\" \\\\\"\n\"c d\": e-f\n");
        check_same("a::b: c::d\n\"e::f\": g\n");
        check_same("a:\n  - b\n  - c\n");
    }

    #[test]
    fn anything_unusual_is_left_to_the_yaml_crate() {
        for text in [
            "",
            "a: 'x'\n",
            "a: 1.5\n",
            "a: 010\n",
            "a: yes\n",
            "a: ~\n",
            "a:\n",
            "a: b c\n",
            "a: b # c\n",
            "a: |\n  b\n",
            "a: &b c\n",
            "a: *b\n",
            "a: !t b\n",
            "---\na: b\n",
            "a: b\na: c\n",
            "a: \"\\n\"\n",
            "a: [b\n]\n",
            "a: {b: c}x\n",
            "a: b\n c: d\n",
            "a:\n- b\n  - c\n",
            "- a\nb: c\n",
            "a: [b c]\n",
            "a: [b: c]\n",
            "a: {b:c}\n",
            "\ta: b\n",
            "a: \"b\n",
            "a: 1e3\n",
            "a: 0x1\n",
            "a: {b}\n",
            "a: -\n",
            "null: b\n",
            "1: b\n",
        ] {
            check_left_alone(text);
        }
        check_left_alone(&format!("a: {}{}\n", "[".repeat(30), "]".repeat(30)));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_accepted_is_read_as_the_yaml_crate_reads_it(
            text in "((  )?(- )?(a|b-c|\"d\"|e::f|g_h|i/j|k\\.l|[a-z]{2}): ((\\{ )?[a-z]{1,3}(: |, |::|:|\\*|-|<|\\.)(x|7|12|true|\"q: r\"|\"\\\\\"\"|\\[x, y::z\\]|\\{ k: v, \"l\": \\[\\] \\}|\\{\\}|x\\*|no)( \\})?|y\\*|7|\\[x, [a-z:]{1,4}\\])?( #)?\n){1,4}"
        ) {
            if let Some(node) = read(&text) {
                let by_crate = by_crate(&text).map(|node| shape(&node));
                proptest::prop_assert_eq!(Some(shape(&node)), by_crate, "{}", text);
            }
        }
    }
}
