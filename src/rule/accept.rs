//! Proposals as comments in the text of a document. Changes no other byte; writes no file.

use crate::base::SourceText;
use crate::finding::Problem;
use crate::pattern::{self, Form, Owner, Pattern, Statement};
use crate::rule::document::{BoundStatement, PatternRules};

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
    let mut done = Acceptance { text: source.text().to_owned(), accepted: Vec::new(), problems: Vec::new() };
    let proposing = rules.statements.iter().filter(|statement| {
        !statement.bond.proposals.is_empty() && wanted.is_none_or(|id| id == statement.id.as_str())
    });
    // From the end on, so that the places before stay true.
    let mut chosen: Vec<&BoundStatement> = proposing.collect();
    chosen.sort_by_key(|statement| std::cmp::Reverse(statement.span.end()));
    for statement in chosen {
        let ids: Vec<&str> =
            statement.bond.proposals.iter().map(|proposal| proposal.check.as_str()).collect();
        let comment = format!(" <!-- patscan: check={} -->", ids.join(","));
        match with_comment(&before, statement, &done.text, &comment) {
            Some(text) => {
                done.text = text;
                done.accepted.push(format!("{}: {}", statement.id, ids.join(", ")));
            }
            None => {
                let problem =
                    Problem::at(source, statement.span, "no comment can be written into this statement");
                let help =
                    format!("bind it in a sidecar: `{}: {{ check: [{}] }}`", statement.id, ids.join(", "));
                done.problems.push(problem.help(help));
            }
        }
    }
    done.accepted.reverse();
    done
}

/// The text with `comment` at the end of the statement's last line; `None` where the document would not read the same.
fn with_comment(before: &Pattern, statement: &BoundStatement, text: &str, comment: &str) -> Option<String> {
    let at = before.statements.iter().position(|other| other.id == statement.id)?;
    let form = before.statements.get(at)?.form;
    if matches!(form, Form::FrontMatter | Form::Fence) {
        return None;
    }
    let end = statement.span.end() as usize;
    let line_end = text.get(end..)?.find('\n').map_or(text.len(), |length| end + length);
    let line = text.get(..line_end)?;
    let place = match form {
        // Inside the last cell.
        Form::TableRow => {
            line.trim_end().strip_suffix('|').map_or(line.trim_end().len(), |row| row.trim_end().len())
        }
        _ => line.trim_end_matches('\r').trim_end_matches([' ', '\t']).len().max(end),
    };
    let changed = format!("{}{comment}{}", text.get(..place)?, text.get(place..)?);
    let after = pattern::read(&SourceText::new(before.path.clone(), changed.as_str())).0;
    let is_same = |(a, b): (&Statement, &Statement)| a.id == b.id && a.hash == b.hash;
    let reads_same = after.statements.len() == before.statements.len()
        && before.statements.iter().zip(&after.statements).all(is_same);
    let written = comment.trim();
    let is_owned = after.comments.iter().any(|found| {
        matches!(found.owner, Owner::Statement(owner) if owner == at)
            && changed.get(found.whole.range()).is_some_and(|whole| whole == written)
    });
    (reads_same && is_owned).then_some(changed)
}
