//! YAML text to a tree whose every value knows its bytes, in bounded time and memory. Knows no key of any schema.

use crate::base::{SourceText, Span};
use crate::finding::Problem;
use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, Span as YamlSpan, StrInput};

/// Values beyond this are refused: no file of rules that people write comes near.
const MAX_VALUES: usize = 20_000;
/// Nesting beyond this is refused.
const MAX_DEPTH: usize = 48;

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// Bytes in the file.
    pub(crate) span: Span,
    /// The value.
    pub(crate) value: Value,
}

/// What a YAML value can be here; what a scalar means is for its reader to say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar without quotes.
    Plain(String),
    /// A scalar in quotes or a block of text.
    Quoted(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping in written order; a repeated key has been reported and left out.
    Map(Vec<(Key, Node)>),
}

/// A mapping's key with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// Bytes in the file.
    pub(crate) span: Span,
    /// The key.
    pub(crate) text: String,
}

impl Node {
    /// What it is, for messages.
    pub(crate) const fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Plain(_) | Value::Quoted(_) => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// Whether it is a mapping or list without parts.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.value {
            Value::List(list) => list.is_empty(),
            Value::Map(map) => map.is_empty(),
            Value::Null | Value::Plain(_) | Value::Quoted(_) => false,
        }
    }

    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Plain(text) | Value::Quoted(text) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The text of a scalar without quotes.
    pub(crate) fn plain(&self) -> Option<&str> {
        match &self.value {
            Value::Plain(text) => Some(text),
            Value::Null | Value::Quoted(_) | Value::List(_) | Value::Map(_) => None,
        }
    }
}

/// Reads the documents in `part` of `source`; spans count from the start of `source`.
pub(crate) fn read(source: &SourceText, part: Span) -> (Vec<Node>, Vec<Problem>) {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.emit_unresolved_aliases = true;
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    options.simple_key_max_lookahead = 1024;
    let text = source.slice(part);
    let mut builder = Builder { source, base: part.start(), ..Builder::new(source) };
    for next in Parser::<StrInput<'_>>::new_from_str_with_options(text, options) {
        match next {
            Ok((event, span)) => builder.enter(event, builder.span(span)),
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0).min(text.len()) as u32;
                let message = format!("this is not YAML: {}", error.info());
                let problem = Problem::at(source, Span::point(builder.base + at), message);
                builder
                    .problems
                    .push(problem.help("look at indentation, quotes and brackets here and above"));
                builder.documents.clear();
                break;
            }
        }
        if builder.n_values > MAX_VALUES || builder.open.len() > MAX_DEPTH {
            let message =
                format!("this holds more than {MAX_VALUES} values or is nested deeper than {MAX_DEPTH}");
            builder.problems.push(Problem::at(source, part, message).help("split it into several checks"));
            builder.documents.clear();
            break;
        }
    }
    (builder.documents, builder.problems)
}

/// A collection that is not yet closed.
enum Open {
    List(Span, Vec<Node>),
    Map(Span, Vec<(Key, Node)>, Option<Key>),
}

struct Builder<'s> {
    source: &'s SourceText,
    base: u32,
    open: Vec<Open>,
    documents: Vec<Node>,
    problems: Vec<Problem>,
    n_values: usize,
}

impl<'s> Builder<'s> {
    fn new(source: &'s SourceText) -> Self {
        Self { source, base: 0, open: Vec::new(), documents: Vec::new(), problems: Vec::new(), n_values: 0 }
    }

    fn span(&self, span: YamlSpan) -> Span {
        let range = span.byte_range().unwrap_or(0..0);
        Span::new(self.base + range.start as u32, self.base + range.end as u32)
    }

    fn problem(&mut self, span: Span, message: impl Into<String>, help: &str) {
        self.problems.push(Problem::at(self.source, span, message).help(help));
    }

    fn enter(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                self.refuse_anchor(anchor, span);
                let text = text.into_owned();
                let value = match style {
                    ScalarStyle::Plain if matches!(&*text, "" | "~" | "null") => Value::Null,
                    ScalarStyle::Plain => Value::Plain(text),
                    _ => Value::Quoted(text),
                };
                self.add(Node { span, value });
            }
            Event::SequenceStart(_, anchor, _) => {
                self.refuse_anchor(anchor, span);
                self.open.push(Open::List(span, Vec::new()));
            }
            Event::MappingStart(_, anchor, _) => {
                self.refuse_anchor(anchor, span);
                self.open.push(Open::Map(span, Vec::new(), None));
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(start, list)) => {
                    self.add(Node { span: start.to(span), value: Value::List(list) });
                }
                Some(Open::Map(start, map, _)) => {
                    self.add(Node { span: start.to(span), value: Value::Map(map) });
                }
                None => {}
            },
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.problem(
                    span,
                    "aliases are not read here",
                    "write the value out, or use `define:` for a predicate",
                );
                self.add(Node { span, value: Value::Null });
            }
            _ => {}
        }
    }

    fn refuse_anchor(&mut self, anchor: usize, span: Span) {
        if anchor != 0 {
            self.problem(
                span,
                "anchors are not read here",
                "write the value out, or use `define:` for a predicate",
            );
        }
    }

    /// Puts a value into the innermost open collection, as key or value; a document's root where none is open.
    fn add(&mut self, node: Node) {
        self.n_values += 1;
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some(Open::List(_, list)) => list.push(node),
            Some(Open::Map(_, map, key @ Some(_))) => {
                let Some(key) = key.take() else { return };
                if map.iter().any(|(other, _)| other.text == key.text) {
                    let message = format!("`{}` is given twice", key.text);
                    self.problem(key.span, message, "remove one of the two");
                } else {
                    map.push((key, node));
                }
            }
            Some(Open::Map(_, _, key)) => {
                let text = match &node.value {
                    Value::Plain(text) | Value::Quoted(text) => Some(text.clone()),
                    Value::Null | Value::List(_) | Value::Map(_) => None,
                };
                *key = Some(Key { span: node.span, text: text.clone().unwrap_or_default() });
                if text.is_none() {
                    self.problem(
                        node.span,
                        format!("a key is a text, not {}", node.kind()),
                        "write `key: value`",
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, read};
    use crate::base::{RelPath, SourceText, Span};

    fn whole(text: &str) -> (SourceText, Span) {
        (SourceText::new(RelPath::new("a.yaml"), text), Span::new(0, text.len() as u32))
    }

    #[track_caller]
    fn check_refused(text: &str, line: u32, message: &str) {
        let (source, span) = whole(text);
        let (_, problems) = read(&source, span);
        let problem = problems.first().expect("a problem");
        let at = problem.place.as_ref().and_then(|place| place.line_column).map(|(line, _)| line);
        assert_eq!((at, problem.message.as_str()), (Some(line), message));
    }

    #[test]
    fn values_know_their_bytes_in_a_part_behind_wide_characters() {
        let (source, _) = whole("# é\n\nname: [one, 'two']\n");
        let (documents, problems) = read(&source, Span::new(6, 25));
        assert_eq!(problems, []);
        let Value::Map(entries) = &documents[0].value else { panic!("a mapping") };
        let Value::List(list) = &entries[0].1.value else { panic!("a list") };
        assert_eq!(source.slice(entries[0].0.span), "name");
        assert_eq!(source.slice(entries[0].1.span), "[one, 'two']");
        assert_eq!(source.slice(list[1].span), "'two'");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_line() {
        check_refused("a: 1\na: 2\n", 2, "`a` is given twice");
        check_refused("a: 1\nb: *x\n", 2, "aliases are not read here");
        check_refused("a: &x 1\n", 1, "anchors are not read here");
        check_refused("a: 1\n[b]: 1\n", 2, "a key is a text, not a list");
    }

    #[test]
    fn a_bomb_is_refused() {
        for text in [
            "[".repeat(5000),
            format!("{}{}", "[".repeat(60), "]".repeat(60)),
            "a:\n".to_owned()
                + &(1..200).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>(),
            format!("[{}]", "a,".repeat(30_000)),
            "a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n".to_owned(),
            "a: [".to_owned(),
            "\t- : {".to_owned(),
        ] {
            let (source, span) = whole(&text);
            let (_, problems) = read(&source, span);
            assert!(!problems.is_empty(), "{}", &text[..20.min(text.len())]);
        }
    }

    #[test]
    fn several_documents_are_read() {
        let (source, span) = whole("a: 1\n---\nb: 2\n");
        assert_eq!(read(&source, span).0.len(), 2);
    }
}
