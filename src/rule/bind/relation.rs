//! What one document asks of others: required patterns, exemptions, and the pattern that every async boundary needs.

use crate::base::SourceText;
use crate::finding::Problem;
use crate::pattern::{Dialect, Pattern, RelationKind, async_boundary};
use crate::rule::bind::bond;
use crate::rule::bind::directive::Directive;

/// The pattern of message contracts, which each async boundary follows.
const CONTRACT: &str = "002";

/// Exemptions that the head of a document gives itself, with the reasons.
pub(super) fn exemptions(directives: &[Directive], problems: &mut Vec<Problem>) -> Vec<(String, String)> {
    let mut exempt = Vec::new();
    for directive in directives {
        for entry in directive.entries.iter().filter(|entry| entry.key == "exempt") {
            let patterns = entry.value.as_ref().map(bond::words).unwrap_or_default();
            let reason = directive.text("reason").unwrap_or("");
            if patterns.is_empty() || reason.is_empty() {
                let help = "write `exempt=002 reason=\"…\"`";
                problems.push(directive.problem(
                    entry.place(),
                    "an exemption names a pattern and a reason",
                    help,
                ));
                continue;
            }
            exempt.extend(patterns.into_iter().map(|pattern| (pattern, reason.to_owned())));
        }
        for entry in &directive.entries {
            if !matches!(entry.key.as_str(), "doc" | "exempt" | "needs" | "reason" | "scope") {
                let message = format!("`{}` says nothing in the head of a document", entry.key);
                let help = "put the comment at the end of a statement; a head takes `doc=`, `exempt=`, `scope=` and `needs=`";
                problems.push(directive.problem(entry.span, message, help));
            }
        }
    }
    exempt.sort();
    exempt.dedup();
    exempt
}

/// The patterns that `pattern` requires, each once, in written order, but for those it is excused from.
pub(super) fn requires(pattern: &Pattern, exempt: &[(String, String)]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let of_document = pattern.relations.iter().filter(|relation| relation.from.is_none());
    for relation in of_document.filter(|relation| relation.kind == RelationKind::Requires) {
        let target = relation.target.trim().to_owned();
        let is_excused = exempt.iter().any(|(other, _)| is_same(other, &target));
        if !is_excused && !is_same(&target, &pattern.id.0) && !found.contains(&target) {
            found.push(target);
        }
    }
    found
}

/// Whether two spellings name one pattern: `2` and `002` do.
#[must_use]
pub fn is_same(a: &str, b: &str) -> bool {
    let plain = |text: &str| {
        let text = text.trim().trim_start_matches("Pattern ").trim();
        let number = text.trim_start_matches('0');
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { number.to_owned() } else { text.to_ascii_lowercase() }
    };
    plain(a) == plain(b)
}

/// A problem where a numbered document speaks of an async boundary and neither requires its contract nor is excused.
pub(super) fn missing_contract(
    source: &SourceText,
    pattern: &Pattern,
    requires: &[String],
    exempt: &[(String, String)],
) -> Option<Problem> {
    let is_settled = requires.iter().chain(exempt.iter().map(|(id, _)| id)).any(|id| is_same(id, CONTRACT));
    if pattern.dialect != Dialect::Numbered || is_same(&pattern.id.0, CONTRACT) || is_settled {
        return None;
    }
    let boundary = async_boundary(pattern)?;
    let message = format!(
        "the document speaks of an async boundary (`{}`) but does not require pattern 002",
        boundary.1
    );
    let help = "add `**Requires:** Pattern 002` to its head, or `<!-- patscan: exempt=002 reason=\"…\" -->`";
    Some(Problem::at(source, boundary.0, message).help(help))
}
