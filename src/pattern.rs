//! Markdown pattern documents to [`Pattern`]: blocks with places on disk, a dialect, statements, parameters, relations.
//! Reads no disk, knows no check and binds nothing; `rule` does.
//!
//! ```text
//! text ▸ repair ▸ front_matter ▸ region ▸ markdown (inline, html, prose) ▸ Document
//!      ▸ dialect (section) ▸ collect ▸ Draft ▸ draft (slug, param, exemplar) ▸ Statement
//!      ▸ head, registry, owner ▸ Pattern
//! ```
//! Many patterns together: `lint` judges them as documents, `listing` makes their registry page.
//! What is nested is read as deep as it is written up to a limit; beyond it, as flat text.

mod block;
mod clause;
mod collect;
mod dialect;
mod draft;
mod exemplar;
mod front_matter;
mod hazard;
mod head;
mod html;
mod inline;
mod label;
#[cfg(test)]
mod laws;
mod lint;
mod listing;
mod mapped;
mod markdown;
mod modality;
mod model;
mod owner;
mod param;
mod prose;
mod region;
mod registry;
mod relation;
mod repair;
mod section;
mod slug;
mod states;
#[cfg(test)]
mod tests;

pub use block::{Admonition, Block, BlockKind, Document, Fence, Heading, Inline, Item, List, Row, Table};
pub use dialect::{Dialect, Reason};
pub use exemplar::{Exemplar, ExemplarKind, ExemplarPart};
pub use front_matter::{Entry, FrontMatter};
pub use lint::{Exists, Lint, LintId, LintRule, ReadDocument, async_boundary, lint};
pub use listing::{Listed, Listing, listing, page};
pub use mapped::Mapped;
pub use model::{CheckFence, Clause, Comment, Field, Form, IdSource, Owner, Pattern, PatternId, Polarity};
pub use model::{Relation, RelationKind, Sample, SectionKind, Statement, StatementId, Status, TextHash};
pub use param::{Bound, Param, Unit};
pub use registry::RegistryRow;
pub use states::with_states;

use crate::base::{SourceText, Span};
use crate::finding::Problem;

/// Reads the blocks of one document; always returns what could be read, with everything wrong about it.
#[must_use]
pub fn document(source: &SourceText) -> (Document, Vec<Problem>) {
    let mut problems = Vec::new();
    let start = if source.text().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (view, repaired) = repair::undo(source.text(), start);
    if let Some(page) = repaired {
        let first = source.text()[start..].find(|c: char| !c.is_ascii()).unwrap_or(0);
        let place = Span::point((start + first) as u32);
        let message = format!("the text is doubly encoded: UTF-8 was read as {page} and saved again");
        problems.push(Problem::at(source, place, message).help("save the file as UTF-8 from its origin"));
    }
    let view = view.with_plain_breaks();
    let view = states::without(&view).unwrap_or_else(|stray| {
        problems.push(stray.problem(source));
        view
    });
    let (front_matter, body) = front_matter::read(source, &view, &mut problems);
    let mut reader = markdown::Reader::new(source);
    let blocks = reader.blocks(&view, body);
    problems.append(&mut reader.problems());
    let mut document = reader.document;
    document.front_matter = front_matter;
    document.blocks = blocks;
    document.repaired = repaired;
    document.comments.sort_by_key(|(span, _)| *span);
    (document, problems)
}

/// Reads one pattern document; always returns what could be read, with everything wrong about it.
///
/// Every span points into the file on disk, also where the text was repaired on the way.
#[must_use]
pub fn read(source: &SourceText) -> (Pattern, Vec<Problem>) {
    let (document, mut problems) = document(source);
    let (dialect, reasons) = dialect::choose(&document);
    let marks = owner::Marks::new(source, &document);
    problems.extend(marks.misspelt());
    let drafts = collect::drafts(&document, dialect);
    let anchors = marks.anchors(&drafts);
    let anchor_of = |idx: usize| anchors.get(&idx).cloned();
    let statements = draft::finish(source, drafts, anchor_of);
    let (comments, fences, samples) = marks.own(&statements);
    let marker = comments.iter().filter(|comment| comment.owner == Owner::Document).find_map(|comment| {
        comment.text.split_whitespace().find_map(|word| word.strip_prefix("doc=")).map(str::to_owned)
    });
    let head = head::read(source, &document, dialect, marker.as_deref());
    let is_registry = dialect == Dialect::Registry;
    let rows = if is_registry { registry::rows(source, &document) } else { Vec::new() };
    let pattern = Pattern {
        id: head.id,
        id_source: head.id_source,
        path: source.path().clone(),
        title: head.title,
        dialect,
        reasons,
        status: head.status,
        tier: head.tier,
        fields: head.fields,
        scope: head.scope,
        alternatives: head.alternatives,
        relations: relation::relations(&document, dialect),
        statements,
        rows,
        comments,
        fences,
        samples,
        document,
    };
    (pattern, problems)
}
