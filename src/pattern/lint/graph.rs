//! The graph of a registry: nodes without a row, loops, circles, doubled edges, and what is completed on top of plans.

use super::outline::{fences, key};
use super::rows::{is_done, is_planned, of_form};
use super::{LintId, Sheet};
use crate::base::Span;
use crate::pattern::{Dialect, Form, RegistryRow, Relation, RelationKind};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    if pattern.dialect != Dialect::Registry {
        return;
    }
    let edges: Vec<Edge<'_>> = pattern.relations.iter().filter_map(Edge::of).collect();
    let table: Vec<&RegistryRow> = of_form(&pattern.rows, Form::TableRow).collect();
    if edges.is_empty() || table.is_empty() {
        return;
    }
    let rows: BTreeMap<String, &RegistryRow> = table.into_iter().map(|row| (key(&row.name), row)).collect();
    nodes(sheet, &edges, &rows);
    doubled(sheet, &edges);
    circles(sheet, &edges);
    plans(sheet, &edges, &rows);
}

/// An edge with the names of its ends as they are compared.
#[derive(Clone, Debug)]
struct Edge<'a> {
    from: String,
    to: String,
    kind: RelationKind,
    relation: &'a Relation,
}

impl<'a> Edge<'a> {
    fn of(relation: &'a Relation) -> Option<Self> {
        let from = key(relation.from.as_deref()?);
        Some(Self { from, to: key(&relation.target), kind: relation.kind, relation })
    }

    const fn span(&self) -> Span {
        self.relation.span
    }
}

fn nodes(sheet: &mut Sheet<'_>, edges: &[Edge<'_>], rows: &BTreeMap<String, &RegistryRow>) {
    let mut used = BTreeSet::new();
    let mut dangling: BTreeMap<&str, (&str, Vec<Span>)> = BTreeMap::new();
    for edge in edges {
        let from = edge.relation.from.as_deref().unwrap_or("");
        for (node, name) in [(&edge.from, from), (&edge.to, edge.relation.target.as_str())] {
            used.insert(node.as_str());
            if !rows.contains_key(node) {
                dangling.entry(node).or_insert((name, Vec::new())).1.push(edge.span());
            }
        }
    }
    for (name, spans) in dangling.values() {
        sheet.add_first(LintId::DanglingNode, spans, &format!("`{name}` is no pattern of the registry"));
    }
    let declared = declared(sheet);
    let is_isolated = |node: &String| !used.contains(node.as_str()) && !declared.contains(node);
    let isolated: Vec<&RegistryRow> =
        rows.iter().filter(|(node, _)| is_isolated(node)).map(|(_, row)| *row).collect();
    if let Some(first) = isolated.iter().map(|row| row.span).min() {
        let names: Vec<String> = isolated.iter().take(8).map(|row| format!("`{}`", row.name)).collect();
        let more = if isolated.len() > 8 { ", …" } else { "" };
        let message = format!("{} patterns stand in no edge: {}{more}", isolated.len(), names.join(", "));
        sheet.add(LintId::IsolatedPattern, first, message);
    }
}

fn doubled(sheet: &mut Sheet<'_>, edges: &[Edge<'_>]) {
    let mut seen: BTreeMap<(&str, &str), &Edge<'_>> = BTreeMap::new();
    for edge in edges {
        let name = &edge.relation.target;
        if edge.from == edge.to {
            sheet.add(LintId::SelfLoop, edge.span(), format!("`{name}` points at itself"));
            continue;
        }
        match seen.get(&(edge.from.as_str(), edge.to.as_str())) {
            Some(first) => {
                let line = sheet.source().line_column(first.span().start()).line;
                let message = format!("line {line} joins the same patterns (`{}`)", first.kind.as_str());
                sheet.add(LintId::ParallelEdge, edge.span(), message);
            }
            None => {
                seen.insert((&edge.from, &edge.to), edge);
            }
        }
    }
}

/// The kinds whose circles are a fault.
const KINDS: [RelationKind; 4] =
    [RelationKind::Uses, RelationKind::DependsOn, RelationKind::Implements, RelationKind::Extends];

fn circles(sheet: &mut Sheet<'_>, edges: &[Edge<'_>]) {
    for kind in KINDS {
        let own: Vec<&Edge<'_>> =
            edges.iter().filter(|edge| edge.kind == kind && edge.from != edge.to).collect();
        for edge in back_edges(&own) {
            let from = edge.relation.from.as_deref().unwrap_or("");
            let message = format!("`{from}` and `{}` depend on each other in a circle", edge.relation.target);
            sheet.add(LintId::Cycle, edge.span(), message);
        }
    }
}

/// The edges that close a circle when all are walked in written order.
fn back_edges<'e, 'a>(edges: &[&'e Edge<'a>]) -> Vec<&'e Edge<'a>> {
    let mut out: BTreeMap<&str, Vec<&'e Edge<'a>>> = BTreeMap::new();
    for edge in edges {
        out.entry(&edge.from).or_default().push(edge);
    }
    let (mut done, mut closing) = (BTreeSet::new(), Vec::new());
    for edge in edges {
        walk(&edge.from, &out, &mut done, &mut closing);
    }
    closing
}

fn walk<'e, 'a>(
    start: &'e str,
    out: &BTreeMap<&str, Vec<&'e Edge<'a>>>,
    done: &mut BTreeSet<&'e str>,
    closing: &mut Vec<&'e Edge<'a>>,
) {
    let mut path: Vec<(&'e str, usize)> = vec![(start, 0)];
    let mut open = BTreeSet::from([start]);
    while let Some((node, next)) = path.last_mut() {
        let node = *node;
        let edge = out.get(node).and_then(|edges| edges.get(*next)).filter(|_| !done.contains(node));
        *next += 1;
        let Some(edge) = edge else {
            done.insert(node);
            open.remove(node);
            path.pop();
            continue;
        };
        if open.contains(edge.to.as_str()) {
            closing.push(edge);
        } else if !done.contains(edge.to.as_str()) {
            open.insert(&edge.to);
            path.push((&edge.to, 0));
        }
    }
}

fn plans(sheet: &mut Sheet<'_>, edges: &[Edge<'_>], rows: &BTreeMap<String, &RegistryRow>) {
    let status = |node: &str| rows.get(node).and_then(|row| row.status.as_deref());
    for edge in edges {
        if status(&edge.from).is_some_and(is_done) && status(&edge.to).is_some_and(is_planned) {
            let from = edge.relation.from.as_deref().unwrap_or("");
            let message = format!("`{from}` is completed, but `{}` is only planned", edge.relation.target);
            sheet.add(LintId::CompletedNeedsPlanned, edge.span(), message);
        }
    }
}

/// Nodes that a graph declares on lines of their own, as `A["label"]`.
fn declared(sheet: &Sheet<'_>) -> BTreeSet<String> {
    let mut nodes = BTreeSet::new();
    for (_, fence) in fences(&sheet.pattern().document.blocks) {
        let lines = fence.text.as_str().lines().map(str::trim).filter(|_| fence.language() == "mermaid");
        let is_node = |line: &&str| !line.contains("->") && !line.contains("==>") && !line.starts_with("%%");
        let name = |line: &str| line.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().map(key);
        nodes.extend(lines.filter(is_node).filter_map(name));
    }
    nodes
}
