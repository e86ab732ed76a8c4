//! Walks the blocks of a document and cuts it into sections. Judges nothing.

use crate::base::Span;
use crate::pattern::block::{Block, BlockKind, Document, Fence, Inline};
use crate::pattern::section::normal;

/// A heading with what stands below it.
#[derive(Clone, Debug)]
pub(super) struct Section<'a> {
    /// The heading's words as [`normal`] makes them.
    pub(super) words: String,
    /// The heading's words as written.
    pub(super) title: &'a str,
    pub(super) span: Span,
    /// An index into the document's headings.
    pub(super) heading: usize,
    /// What stands before the next heading.
    pub(super) own: &'a [Block],
    /// What stands before the next heading of this or a higher level.
    pub(super) all: &'a [Block],
}

/// The sections of a document in its order; headings inside of other blocks open none.
pub(super) fn sections(document: &Document) -> Vec<Section<'_>> {
    let mut sections = Vec::new();
    let level_of = |block: &Block| match &block.kind {
        BlockKind::Heading(idx) => document.headings.get(*idx).map(|heading| heading.level),
        _ => None,
    };
    for (at, block) in document.blocks.iter().enumerate() {
        let BlockKind::Heading(idx) = &block.kind else { continue };
        let Some(heading) = document.headings.get(*idx) else { continue };
        let rest = document.blocks.get(at + 1..).unwrap_or_default();
        let own = rest.iter().position(|block| level_of(block).is_some()).unwrap_or(rest.len());
        let is_end = |block: &Block| level_of(block).is_some_and(|level| level <= heading.level);
        let all = rest.iter().position(is_end).unwrap_or(rest.len());
        sections.push(Section {
            words: normal(heading.text.as_str()),
            title: heading.text.as_str(),
            span: heading.span,
            heading: *idx,
            own: rest.get(..own).unwrap_or_default(),
            all: rest.get(..all).unwrap_or_default(),
        });
    }
    sections
}

/// `blocks` and all that is nested in them, in written order.
pub(super) fn flat(blocks: &[Block]) -> Vec<&Block> {
    let mut flat = Vec::new();
    let mut open = vec![blocks.iter()];
    while let Some(top) = open.last_mut() {
        let Some(block) = top.next() else {
            open.pop();
            continue;
        };
        flat.push(block);
        match &block.kind {
            BlockKind::List(list) => open.extend(list.items.iter().rev().map(|item| item.blocks.iter())),
            BlockKind::Quote(blocks) => open.push(blocks.iter()),
            BlockKind::Admonition(admonition) => open.push(admonition.blocks.iter()),
            BlockKind::Heading(_)
            | BlockKind::Paragraph(_)
            | BlockKind::Table(_)
            | BlockKind::Fence(_)
            | BlockKind::Indented(_)
            | BlockKind::Html(_)
            | BlockKind::Rule => {}
        }
    }
    flat
}

/// The words of `blocks`: paragraphs and cells, in written order.
pub(super) fn words(blocks: &[Block]) -> Vec<&Inline> {
    let mut words = Vec::new();
    for block in flat(blocks) {
        match &block.kind {
            BlockKind::Paragraph(inline) => words.push(inline),
            BlockKind::Table(table) => {
                words.extend(table.header.iter().chain(table.rows.iter().flat_map(|row| &row.cells)));
            }
            _ => {}
        }
    }
    words
}

/// The fences of `blocks`, also nested ones, with the bytes of each.
pub(super) fn fences(blocks: &[Block]) -> Vec<(Span, &Fence)> {
    let fence = |block: &'_ &Block| matches!(block.kind, BlockKind::Fence(_));
    let fences = flat(blocks).into_iter().filter(fence);
    fences
        .filter_map(|block| match &block.kind {
            BlockKind::Fence(fence) => Some((block.span, fence)),
            _ => None,
        })
        .collect()
}

/// Lower-case words, joined by one blank, without marks: what stays when only the writing differs.
pub(super) fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Lower-case letters and digits alone: how names and nodes of a graph are compared.
pub(in crate::pattern) fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
