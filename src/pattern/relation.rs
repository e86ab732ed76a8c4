//! Pointers from one document to another: requires, see also, links of related patterns. Follows none.

use crate::pattern::block::{Block, BlockKind, Document, Inline, Item};
use crate::pattern::section::normal;
use crate::pattern::{Dialect, Relation, RelationKind, registry};

const LEADS: [(&str, RelationKind); 6] = [
    ("requires", RelationKind::Requires),
    ("depends on", RelationKind::Requires),
    ("prerequisites", RelationKind::Requires),
    ("see also", RelationKind::SeeAlso),
    ("often combined with", RelationKind::SeeAlso),
    ("related", RelationKind::SeeAlso),
];

/// All pointers of a document, in its order.
pub(super) fn relations(document: &Document, dialect: Dialect) -> Vec<Relation> {
    let mut relations = Vec::new();
    let mut section: Option<(u8, RelationKind)> = None;
    let mut open: Vec<std::slice::Iter<'_, Block>> = vec![document.blocks.iter()];
    while let Some(top) = open.last_mut() {
        let Some(block) = top.next() else {
            open.pop();
            continue;
        };
        match &block.kind {
            BlockKind::Heading(idx) => {
                let Some(heading) = document.headings.get(*idx) else { continue };
                let kind = kind_of(heading.text.as_str());
                if kind.is_some() || section.is_some_and(|(level, _)| heading.level <= level) {
                    section = kind.map(|kind| (heading.level, kind));
                }
            }
            BlockKind::Paragraph(words) => {
                let named = in_words(words);
                let has_lead = !named.is_empty();
                relations.extend(named);
                if let Some((_, kind)) = section.filter(|_| !has_lead) {
                    relations.extend(links(words, kind));
                }
            }
            BlockKind::List(list) => {
                open.extend(list.items.iter().rev().map(|item: &Item| item.blocks.iter()));
            }
            BlockKind::Quote(blocks) => open.push(blocks.iter()),
            BlockKind::Admonition(admonition) => open.push(admonition.blocks.iter()),
            BlockKind::Table(table) => {
                if let Some((_, kind)) = section {
                    relations.extend(
                        table.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| links(cell, kind)),
                    );
                }
            }
            BlockKind::Fence(_) | BlockKind::Indented(_) | BlockKind::Html(_) | BlockKind::Rule => {}
        }
    }
    if dialect == Dialect::Registry {
        relations.extend(registry::edges(document));
    }
    relations
}

fn kind_of(heading: &str) -> Option<RelationKind> {
    let words = normal(heading);
    let is_related = words.starts_with("related") || words.starts_with("see also");
    is_related.then_some(RelationKind::SeeAlso)
}

/// `Requires: Pattern 002 … See also: Pattern 001 …`, also several in one paragraph.
fn in_words(words: &Inline) -> Vec<Relation> {
    let text = words.as_str();
    let lower = text.to_ascii_lowercase();
    let mut leads: Vec<(usize, usize, RelationKind)> = Vec::new();
    for (lead, kind) in LEADS {
        for (at, _) in lower.match_indices(lead) {
            let end = at + lead.len();
            let starts_sentence = at == 0
                || lower[..at].ends_with([' ', '.', ')']) && text[at..].starts_with(char::is_uppercase);
            if starts_sentence && lower[end..].starts_with(':') {
                leads.push((at, end + 1, kind));
            }
        }
    }
    leads.sort_by_key(|(at, _, _)| *at);
    leads.truncate(64);
    let ends = leads.iter().map(|(at, _, _)| *at).skip(1).chain([text.len()]);
    let spans: Vec<(usize, usize, RelationKind)> =
        leads.iter().zip(ends).map(|((_, start, kind), end)| (*start, end, *kind)).collect();
    let mut relations = Vec::new();
    for (start, end, kind) in spans {
        let part = words.part(start, end);
        let mut found = links(&part, kind);
        found.extend(numbers(&part, kind));
        found.sort_by_key(|relation| relation.span);
        relations.append(&mut found);
    }
    relations
}

/// Links to other documents.
fn links(words: &Inline, kind: RelationKind) -> Vec<Relation> {
    let is_document =
        |to: &str| !to.is_empty() && !to.contains("://") && !to.starts_with(['#', '/']) || to.contains(".md");
    let links = words.links.iter().filter(|(_, to)| is_document(to));
    links
        .map(|(range, to)| Relation {
            kind,
            from: None,
            target: to.clone(),
            span: words.text.span(range.clone()),
        })
        .collect()
}

/// `Pattern 002`, `Patterns 001/003`.
fn numbers(words: &Inline, kind: RelationKind) -> Vec<Relation> {
    let text = words.as_str();
    let mut relations = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("attern").map(|start| at + start + "attern".len()) {
        at = start;
        let rest = &text[start..];
        let gap = rest.len() - rest.trim_start_matches(['s', ' ']).len();
        let mut from = start + gap;
        loop {
            let len = text[from..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - from);
            if len == 0 {
                break;
            }
            let link = words.links.partition_point(|(range, _)| range.end <= from);
            if !words.links.get(link).is_some_and(|(range, _)| range.contains(&from)) {
                let span = words.text.span(from..from + len);
                relations.push(Relation {
                    kind,
                    from: None,
                    target: text[from..from + len].to_owned(),
                    span,
                });
            }
            from += len;
            at = from;
            let Some(rest) = text[from..].strip_prefix(['/', ',']) else { break };
            from += 1 + (rest.len() - rest.trim_start().len());
        }
    }
    relations
}
