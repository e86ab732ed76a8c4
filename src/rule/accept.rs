//! Proposals as comments in the text of a document. Changes no other byte; writes no file.

use crate::base::SourceText;
use crate::finding::Problem;
use crate::pattern::{self, Form, Owner, Pattern, Statement, StatementId};
use crate::rule::document::{BoundStatement, PatternRules};
use std::collections::{BTreeMap, BTreeSet};

/// A document with its proposals written in.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The new text.
    pub text: String,
    /// One line for each statement that was bound.
    pub accepted: Vec<String>,
    /// Statements into which no comment can be written.
    pub problems: Vec<Problem>,
}

/// Writes the proposals of `rules` into its document, or those of the statement `wanted` only.
#[must_use]
pub fn accept(source: &SourceText, rules: &PatternRules, wanted: Option<&str>) -> Acceptance {
    let (before, _) = pattern::read(source);
    let positions: BTreeMap<&StatementId, usize> =
        before.statements.iter().enumerate().map(|(at, statement)| (&statement.id, at)).collect();
    let proposing = rules.statements.iter().filter(|statement| {
        !statement.bond.proposals.is_empty() && wanted.is_none_or(|id| id == statement.id.as_str())
    });
    let mut notes: Vec<Note<'_>> = Vec::new();
    let mut refused: Vec<&BoundStatement> = Vec::new();
    for statement in proposing {
        let at = positions.get(&statement.id).copied();
        let place = at.and_then(|at| place_of(source.text(), before.statements.get(at)?));
        match at.zip(place) {
            Some((at, place)) => notes.push(Note { statement, at, place }),
            None => refused.push(statement),
        }
    }
    notes.sort_by_key(|note| note.place);
    let mut text = with_notes(source.text(), &notes);
    if !reads_the_same(&before, &text, &notes) {
        // One of them does harm: each is tried by itself.
        let (kept, harmful): (Vec<Note<'_>>, Vec<Note<'_>>) = notes.into_iter().partition(|note| {
            let only = std::slice::from_ref(note);
            reads_the_same(&before, &with_notes(source.text(), only), only)
        });
        refused.extend(harmful.iter().map(|note| note.statement));
        text = with_notes(source.text(), &kept);
        notes = kept;
        if !reads_the_same(&before, &text, &notes) {
            refused.extend(notes.drain(..).map(|note| note.statement));
            source.text().clone_into(&mut text);
        }
    }
    refused.sort_by_key(|statement| statement.span);
    let accepted = notes.iter().map(|note| format!("{}: {}", note.statement.id, checks_of(note.statement)));
    let problem = |statement: &&BoundStatement| {
        let help =
            format!("bind it in a sidecar: `{}: {{ check: [{}] }}`", statement.id, checks_of(statement));
        Problem::at(source, statement.span, "no comment can be written into this statement").help(help)
    };
    Acceptance { accepted: accepted.collect(), problems: refused.iter().map(problem).collect(), text }
}

/// A comment to write.
struct Note<'r> {
    statement: &'r BoundStatement,
    /// The statement's place in the document.
    at: usize,
    /// The byte before which the comment goes.
    place: usize,
}

fn checks_of(statement: &BoundStatement) -> String {
    let ids = statement.bond.proposals.iter().map(|proposal| proposal.check.as_str());
    ids.collect::<Vec<_>>().join(",")
}

fn comment_of(statement: &BoundStatement) -> String {
    let rest = statement.bond.rest.as_ref().map(|rest| format!(" partial=\"{rest}\"")).unwrap_or_default();
    format!("<!-- patscan: check={}{rest} -->", checks_of(statement))
}

/// Where a comment goes: at the end of the statement's last line, inside the last cell of a row.
fn place_of(text: &str, statement: &Statement) -> Option<usize> {
    if matches!(statement.form, Form::FrontMatter | Form::Fence) {
        return None;
    }
    let end = statement.span.end() as usize;
    let line_end = text.get(end..)?.find('\n').map_or(text.len(), |length| end + length);
    let line = text.get(..line_end)?;
    Some(match statement.form {
        Form::TableRow => {
            let row = line.trim_end();
            row.strip_suffix('|').unwrap_or(row).trim_end().len()
        }
        _ => line.trim_end_matches('\r').trim_end_matches([' ', '\t']).len().max(end),
    })
}

/// The text with the comments, which are sorted by place.
fn with_notes(text: &str, notes: &[Note<'_>]) -> String {
    let mut changed = String::with_capacity(text.len() + notes.len() * 64);
    let mut done = 0;
    for note in notes {
        changed.push_str(text.get(done..note.place).unwrap_or(""));
        changed.push(' ');
        changed.push_str(&comment_of(note.statement));
        done = note.place;
    }
    changed.push_str(text.get(done..).unwrap_or(""));
    changed
}

/// Whether the changed document has the same statements, and each comment belongs to its own.
fn reads_the_same(before: &Pattern, text: &str, notes: &[Note<'_>]) -> bool {
    let after = pattern::read(&SourceText::new(before.path.clone(), text)).0;
    let is_same = |(a, b): (&Statement, &Statement)| a.id == b.id && a.hash == b.hash;
    let reads_same = after.statements.len() == before.statements.len()
        && before.statements.iter().zip(&after.statements).all(is_same);
    let written: BTreeSet<(Owner, &str)> = after
        .comments
        .iter()
        .filter_map(|comment| Some((comment.owner, text.get(comment.whole.range())?)))
        .collect();
    let is_owned =
        |note: &Note<'_>| written.contains(&(Owner::Statement(note.at), comment_of(note.statement).as_str()));
    reads_same && notes.iter().all(is_owned)
}
