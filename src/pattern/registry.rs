//! Rows of a registry's tables. Compares and counts nothing; lint does.

use crate::base::{SourceText, Span};
use crate::pattern::block::{Block, BlockKind, Document, Inline, Item, Row, Table};
use crate::pattern::section::normal;
use crate::pattern::{Form, Relation, RelationKind};

/// One row of a table that lists patterns, or one item of a list that links them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryRow {
    /// `TableRow`, or `Bullet` for an item of a list of links.
    pub form: Form,
    /// The pattern's name without its icon.
    pub name: String,
    /// The icon before the name, where there is one.
    pub icon: Option<String>,
    /// The link's target, where the name is a link.
    pub link: Option<String>,
    /// The column `Category`.
    pub category: Option<String>,
    /// The column `Status`.
    pub status: Option<String>,
    /// The column `Description`.
    pub description: Option<String>,
    /// The heading above: an index into the document's headings.
    pub heading: Option<usize>,
    /// Bytes of the row.
    pub span: Span,
    /// Line from 1.
    pub line: u32,
}

/// The rows of tables with a pattern and a status, and the items that are links to documents.
pub(super) fn rows(source: &SourceText, document: &Document) -> Vec<RegistryRow> {
    let mut rows = Vec::new();
    let mut heading = None;
    for Block { kind, .. } in &document.blocks {
        match kind {
            BlockKind::Heading(idx) => heading = Some(*idx),
            BlockKind::Table(table) => {
                let Some(columns) = columns(table) else { continue };
                rows.extend(table.rows.iter().filter_map(|row| of_row(source, row, &columns, heading)));
            }
            BlockKind::List(list) => {
                rows.extend(list.items.iter().filter_map(|item| of_item(source, item, heading)));
            }
            _ => {}
        }
    }
    rows
}

/// The normal names of the columns, if the table lists patterns with their status.
fn columns(table: &Table) -> Option<Vec<String>> {
    let names: Vec<String> = table.header.iter().map(|cell| normal(cell.as_str())).collect();
    let has_name =
        names.first().is_some_and(|name| matches!(name.as_str(), "pattern" | "name" | "pattern name"));
    (has_name && names.iter().any(|name| name == "status")).then_some(names)
}

fn of_row(source: &SourceText, row: &Row, columns: &[String], heading: Option<usize>) -> Option<RegistryRow> {
    let cell = |name: &str| {
        let at = columns.iter().position(|column| column == name)?;
        row.cells.get(at).map(|cell| cell.as_str().to_owned()).filter(|text| !text.is_empty())
    };
    let first = row.cells.first()?;
    let (icon, name) = named(first)?;
    Some(RegistryRow {
        form: Form::TableRow,
        name,
        icon,
        link: first.links.first().map(|(_, to)| to.clone()),
        category: cell("category"),
        status: cell("status"),
        description: cell("description"),
        heading,
        span: row.span,
        line: source.line_column(row.span.start()).line,
    })
}

fn of_item(source: &SourceText, item: &Item, heading: Option<usize>) -> Option<RegistryRow> {
    let Block { kind: BlockKind::Paragraph(words), .. } = item.blocks.first()? else { return None };
    let (range, to) = words.links.first()?;
    if range.start > 4 || to.starts_with('#') || to.contains("://") {
        return None;
    }
    let (icon, name) = named(&words.part(0, range.end))?;
    Some(RegistryRow {
        form: Form::Bullet,
        name,
        icon,
        link: Some(to.clone()),
        category: None,
        status: None,
        description: None,
        heading,
        span: item.span,
        line: source.line_column(item.span.start()).line,
    })
}

/// Icon and name of a cell.
fn named(words: &Inline) -> Option<(Option<String>, String)> {
    let text = words.as_str().trim();
    let start = text.find(|c: char| c.is_alphanumeric() || c == '`')?;
    let icon = text[..start].trim();
    Some(((!icon.is_empty()).then(|| icon.to_owned()), text[start..].to_owned()))
}

/// Arrows of a graph, longest first, and what they mean.
const ARROWS: [(&str, RelationKind); 5] = [
    ("-->>", RelationKind::Extends),
    ("-.->", RelationKind::DependsOn),
    ("..->", RelationKind::Implements),
    ("-->", RelationKind::Uses),
    ("==>", RelationKind::Uses),
];

/// The edges of all graphs.
pub(super) fn edges(document: &Document) -> Vec<Relation> {
    let mut edges = Vec::new();
    for block in &document.blocks {
        let BlockKind::Fence(fence) = &block.kind else { continue };
        if fence.language() != "mermaid" {
            continue;
        }
        let mut at = 0;
        for line in fence.text.as_str().split_inclusive('\n') {
            edges.extend(edge(line).map(|(kind, from, target)| {
                let start = at + line.len() - line.trim_start().len();
                let span = fence.text.span(start..at + line.trim_end().len());
                Relation { kind, from: Some(from), target, span }
            }));
            at += line.len();
        }
    }
    edges
}

fn edge(line: &str) -> Option<(RelationKind, String, String)> {
    let (kind, at, len) =
        ARROWS.iter().find_map(|(arrow, kind)| line.find(arrow).map(|at| (*kind, at, arrow.len())))?;
    let rest = line[at + len..].trim();
    let rest =
        rest.strip_prefix('|').and_then(|rest| rest.split_once('|')).map_or(rest, |(_, rest)| rest.trim());
    let (from, to) = (node(line[..at].trim())?, node(rest)?);
    Some((kind, from, to))
}

/// The name of a node without its label.
fn node(text: &str) -> Option<String> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}
