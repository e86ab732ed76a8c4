//! Where a document or a statement says that its rules apply. Prose limits nothing: only words that name code do.

use crate::base::SourceText;
use crate::finding::Problem;
use crate::pattern::Pattern;
use crate::rule::Scope;
use crate::rule::bind::bond;
use crate::rule::bind::directive::Directive;

/// The words that `scope=` of a comment or mapping gives, with what is wrong with them.
pub(super) fn words(directive: &Directive) -> (Vec<String>, Vec<Problem>) {
    let help = "write `scope=\"crates/orders/**\"`, `scope=crate:orders` or `scope=role:queue-consumer`";
    words_of(directive, "scope", help)
}

fn words_of(directive: &Directive, key: &str, help: &str) -> (Vec<String>, Vec<Problem>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for entry in directive.entries.iter().filter(|entry| entry.key == key) {
        let words = entry.value.as_ref().map(bond::words).unwrap_or_default();
        if words.is_empty() {
            problems.push(directive.problem(entry.place(), format!("`{key}` names no code"), help));
        }
        let (scope, wrong) = Scope::read(&words);
        let told = wrong.into_iter().map(|(message, help)| directive.problem(entry.place(), message, help));
        problems.extend(told);
        found.extend(scope.words().iter().cloned());
    }
    (found, problems)
}

/// The words of the scope lines and comments in the head of a document, sorted.
pub(super) fn of_document(
    source: &SourceText,
    pattern: &Pattern,
    directives: &[Directive],
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let mut found = Vec::new();
    for field in &pattern.scope {
        let (scope, wrong) = Scope::read(std::slice::from_ref(&field.value));
        let told = wrong.into_iter();
        problems.extend(told.map(|(message, help)| Problem::at(source, field.span, message).help(help)));
        found.extend(scope.words().iter().cloned());
    }
    for directive in directives {
        let (words, wrong) = words(directive);
        problems.extend(wrong);
        found.extend(words);
    }
    found.sort();
    found.dedup();
    found
}

/// The words of `needs=`: roles that the code must play or crates that it must depend on, any of them.
pub(super) fn needs(directives: &[Directive], problems: &mut Vec<Problem>) -> Vec<String> {
    let help = "write `needs=\"role:projection crate:cqrs-es\"`; any of them is enough";
    let mut found = Vec::new();
    for directive in directives {
        let (words, wrong) = words_of(directive, "needs", help);
        problems.extend(wrong);
        let is_gate = |word: &String| word.starts_with("role:") || word.starts_with("crate:");
        if let (Some(entry), true) = (directive.entry("needs"), words.iter().any(|word| !is_gate(word))) {
            problems.push(directive.problem(entry.place(), "`needs` takes roles and crates only", help));
        }
        found.extend(words.into_iter().filter(is_gate));
    }
    found.sort();
    found.dedup();
    found
}
