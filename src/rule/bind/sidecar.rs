//! `<name>.patscan.yaml`: bindings for a document that must not be edited. Gives directives by statement id, binds nothing.

use crate::base::{SourceText, Span};
use crate::finding::Problem;
use crate::rule::bind::directive::{Directive, Entry};
use crate::rule::wire::yaml::{self, Key, Node, Value};
use std::collections::BTreeMap;

/// What a sidecar says.
#[derive(Clone, Debug, Default)]
pub(super) struct Sidecar {
    /// By statement id, in written order.
    pub(super) by_id: Vec<(Key, Vec<Directive>)>,
    /// Where each id stands in `by_id`.
    places: BTreeMap<String, usize>,
    /// Of the whole document.
    pub(super) document: Vec<Directive>,
}

impl Sidecar {
    /// What is said of a statement; ids are given once.
    pub(super) fn of(&self, id: &str) -> &[Directive] {
        let found = self.places.get(id).and_then(|at| self.by_id.get(*at));
        found.map_or(&[], |(_, said)| said)
    }
}

/// Reads a sidecar: `statements:` by id, `document:`; both hold one mapping or a list of them.
pub(super) fn read(source: &SourceText, problems: &mut Vec<Problem>) -> Sidecar {
    let whole = Span::new(0, source.text().len() as u32);
    let (documents, wrong) = yaml::read(source, whole);
    problems.extend(wrong);
    let mut sidecar = Sidecar::default();
    let Some(root) = documents.first() else { return sidecar };
    let help = "write `statements:` and below it `some/id: { check: some-check }`";
    let Value::Map(entries) = &root.value else {
        problems.push(Problem::at(source, root.span, "a sidecar is a mapping").help(help));
        return sidecar;
    };
    for (key, node) in entries {
        match key.text.as_str() {
            "patscan" if node.text() == Some("1") => {}
            "patscan" => problems.push(
                Problem::at(source, node.span, "this version of sidecars is not known")
                    .help("this `patscan` reads version 1"),
            ),
            "document" => sidecar.document = directives(source, node, problems),
            "statements" => {
                let Value::Map(statements) = &node.value else {
                    problems.push(Problem::at(source, node.span, "`statements` is a mapping").help(help));
                    continue;
                };
                let by_id = statements.iter();
                sidecar
                    .by_id
                    .extend(by_id.map(|(id, node)| (id.clone(), directives(source, node, problems))));
            }
            other => problems.push(
                Problem::at(source, key.span, format!("unknown key `{other}` in a sidecar"))
                    .help("its keys: `patscan`, `document`, `statements`"),
            ),
        }
    }
    let places = sidecar.by_id.iter().enumerate().map(|(at, (key, _))| (key.text.clone(), at));
    sidecar.places = places.collect();
    sidecar
}

fn directives(source: &SourceText, node: &Node, problems: &mut Vec<Problem>) -> Vec<Directive> {
    let parts = match &node.value {
        Value::List(list) => list.as_slice(),
        Value::Null => &[],
        Value::Plain(_) | Value::Quoted(_) | Value::Map(_) => std::slice::from_ref(node),
    };
    let mut found = Vec::new();
    for part in parts {
        match &part.value {
            Value::Map(entries) => {
                let entries = entries.iter().map(|(key, node)| entry(key, node)).collect();
                found.push(Directive { source: source.clone(), entries });
            }
            // `some/id: manual`
            Value::Plain(word) => {
                let entry = Entry { key: word.clone(), span: part.span, value: None };
                found.push(Directive { source: source.clone(), entries: vec![entry] });
            }
            Value::Null | Value::Quoted(_) | Value::List(_) => problems.push(
                Problem::at(source, part.span, format!("a binding is a mapping, not {}", part.kind()))
                    .help("write `{ check: some-check }`"),
            ),
        }
    }
    found
}

/// `manual: true` is the bare word `manual`.
fn entry(key: &Key, node: &Node) -> Entry {
    let value = match &node.value {
        Value::Null => None,
        Value::Plain(text) if text == "true" => None,
        Value::Plain(_) | Value::Quoted(_) | Value::List(_) | Value::Map(_) => Some(node.clone()),
    };
    Entry { key: key.text.clone(), span: key.span, value }
}
