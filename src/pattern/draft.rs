//! Statements before they have an id: what was read, in order. Turns them into the model; reads no block.

use crate::base::{SourceText, Span};
use crate::pattern::block::Inline;
use crate::pattern::slug::{self, Ids};
use crate::pattern::{Clause, Exemplar, Form, Mapped, Polarity, SectionKind, Statement, StatementId, param};

/// A statement that has no id yet.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) section: SectionKind,
    pub(super) polarity: Polarity,
    pub(super) form: Form,
    pub(super) words: Inline,
    pub(super) span: Span,
    pub(super) extent: Span,
    pub(super) group: Option<String>,
    pub(super) because: Option<String>,
    pub(super) remedy: Option<String>,
    pub(super) clauses: Vec<Mapped>,
    pub(super) exemplars: Vec<Exemplar>,
    pub(super) heading: Option<usize>,
}

/// The statements, with ids, hashes, lines and numbers; `anchor_of` gives the `id=` that a comment sets for a draft.
pub(super) fn finish(
    source: &SourceText,
    drafts: Vec<Draft>,
    anchor_of: impl Fn(usize) -> Option<String>,
) -> Vec<Statement> {
    let mut ids = Ids::default();
    let drafts = drafts.into_iter().enumerate();
    drafts
        .map(|(idx, draft)| {
            let anchor = anchor_of(idx).or_else(|| draft.words.anchor.clone());
            let id = ids.give(anchor.as_deref(), draft.section, &draft.words);
            statement(source, draft, id)
        })
        .collect()
}

fn statement(source: &SourceText, draft: Draft, id: StatementId) -> Statement {
    let clauses = draft.clauses.iter().enumerate().map(|(idx, words)| {
        let span = words.whole();
        Clause {
            id: StatementId(format!("{id}/{}", slug::clause_name(idx))),
            text: words.as_str().to_owned(),
            span,
            line: source.line_column(span.start()).line,
            hash: slug::hash(words.as_str()),
        }
    });
    let mut params = param::read(&draft.words.text);
    for clause in &draft.clauses {
        let own = param::read(clause);
        params.extend(own.into_iter().filter(|param| !draft.span.contains(param.span)));
    }
    params.extend(draft.exemplars.iter().flat_map(|exemplar| exemplar.params.iter().cloned()));
    Statement {
        clauses: clauses.collect(),
        params,
        hash: slug::hash(draft.words.as_str()),
        line: source.line_column(draft.span.start()).line,
        text: draft.words.as_str().to_owned(),
        id,
        section: draft.section,
        polarity: draft.polarity,
        form: draft.form,
        span: draft.span,
        extent: draft.extent,
        group: draft.group,
        because: draft.because,
        remedy: draft.remedy,
        exemplars: draft.exemplars,
        heading: draft.heading,
    }
}
