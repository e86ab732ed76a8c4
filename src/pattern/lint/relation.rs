//! Ids and pointers: numbers of one document, pointers to itself or to nothing, ids that two documents have, and the
//! pattern that every async boundary needs.

use super::{LintId, Sheet};
use crate::base::Span;
use crate::pattern::{Dialect, IdSource, Owner, Pattern, RelationKind};
use std::collections::BTreeMap;

/// The pattern of message contracts.
const CONTRACT: u64 = 2;
/// Words of an async boundary.
const BOUNDARY: [&str; 5] = ["async boundary", "queue", "workflow", "broker", "job runner"];
/// Of what a consumer takes where it is no mere reader of an API.
const CONSUMED: [&str; 7] = ["message", "event", "topic", "batch", "acknowledg", "idempot", "dedupe"];

/// The number that a text is, but for leading zeros and the word before it.
pub(in crate::pattern) fn number(text: &str) -> Option<u64> {
    text.trim().trim_start_matches("Pattern ").trim().parse().ok()
}

pub(super) fn check(sheet: &mut Sheet<'_>) {
    numbers(sheet);
    self_reference(sheet);
    contract(sheet);
}

/// The first run of digits in a file's stem, such as 12 of `pattern-012`.
fn number_of_stem(stem: &str) -> Option<u64> {
    let start = stem.find(|c: char| c.is_ascii_digit())?;
    let digits = stem.get(start..)?;
    let len = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..len)?.parse().ok()
}

fn numbers(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    let Some(id) = number(&pattern.id.0).filter(|_| pattern.id_source == IdSource::PatternId) else { return };
    let field = pattern.field("pattern_id");
    let title = pattern.document.headings.iter().find(|heading| heading.level == 1);
    let title_number = title.and_then(|heading| {
        let rest = heading.text.as_str().strip_prefix("Pattern ")?;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok()
    });
    if let (Some(in_title), Some(field)) = (title_number.filter(|n| *n != id), field) {
        let message = format!("the pattern id is {id}, the title says {in_title}");
        sheet.add(LintId::IdDiffersFromFile, field.span, message);
    }
    let in_name = number_of_stem(pattern.path.file_stem()).filter(|n| *n != id);
    if let Some(in_name) = in_name {
        let at = field.map(|field| field.span).or(title.map(|heading| heading.span));
        let message = format!("the pattern id is {id}, the file name says {in_name}");
        if let Some(at) = at {
            sheet.add(LintId::IdDiffersFromFile, at, message);
        }
    }
}

/// Whether a pointer's target is the document itself.
fn is_self(pattern: &Pattern, target: &str) -> bool {
    let own = number(&pattern.id.0);
    if own.is_some() && own == number(target) {
        return true;
    }
    let file = target.split('#').next().unwrap_or("");
    file.ends_with(".md") && pattern.path.parent().join(file) == pattern.path
}

fn self_reference(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    let own = pattern.relations.iter().filter(|relation| relation.from.is_none());
    for relation in own.filter(|relation| is_self(pattern, &relation.target)) {
        let message = format!("the document names itself under `{}`", relation.kind.as_str());
        sheet.add(LintId::SelfReference, relation.span, message);
    }
}

/// Whether the document requires the contract, or says why not.
fn is_settled(pattern: &Pattern) -> bool {
    let is_contract = |target: &str| number(target) == Some(CONTRACT) || target.contains("002");
    let requires = pattern.relations.iter().any(|relation| {
        relation.kind == RelationKind::Requires && relation.from.is_none() && is_contract(&relation.target)
    });
    let excused = pattern.comments.iter().filter(|comment| comment.owner == Owner::Document).any(|comment| {
        comment.text.split("exempt=").skip(1).any(|rest| rest.trim_start_matches('"').starts_with("002"))
    });
    requires || excused
}

/// The first statement that speaks of an async boundary, and the word that says so.
#[must_use]
pub fn async_boundary(pattern: &Pattern) -> Option<(Span, &'static str)> {
    pattern.statements.iter().find_map(|statement| {
        let text = statement.text.to_lowercase();
        let consumer = ["consumer"].iter().filter(|_| CONSUMED.iter().any(|word| text.contains(word)));
        let mut words = BOUNDARY.iter().chain(consumer);
        words.find(|word| text.contains(**word)).map(|word| (statement.span, *word))
    })
}

fn contract(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    if pattern.dialect != Dialect::Numbered || number(&pattern.id.0) == Some(CONTRACT) || is_settled(pattern)
    {
        return;
    }
    if let Some((span, word)) = async_boundary(pattern) {
        let message = format!("an async boundary (`{word}`), but the document does not require pattern 002");
        sheet.add(LintId::NoMessageContract, span, message);
    }
}

/// What only all documents together show: ids that are taken, pointers to no document.
pub(super) fn check_set(sheets: &mut [Sheet<'_>]) {
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    let mut taken = Vec::new();
    for (idx, sheet) in sheets.iter().enumerate() {
        let pattern = sheet.pattern();
        if pattern.id_source == IdSource::Path || pattern.dialect == Dialect::Registry {
            continue;
        }
        let id = number(&pattern.id.0).map_or_else(|| pattern.id.0.to_lowercase(), |n| n.to_string());
        match owners.get(&id) {
            Some(first) => taken.push((idx, *first)),
            None => {
                owners.insert(id, idx);
            }
        }
    }
    for (idx, first) in taken {
        let Some(other) = sheets.get(first).map(|sheet| sheet.pattern().path.clone()) else { continue };
        let Some(sheet) = sheets.get_mut(idx) else { continue };
        let message = format!("the id `{}` is that of `{other}`", sheet.pattern().id);
        sheet.add_whole(LintId::IdTaken, message);
    }
    unknown(sheets);
}

/// Numbers that no document has, where the documents are more than one.
fn unknown(sheets: &mut [Sheet<'_>]) {
    let numbered = sheets.iter().filter(|sheet| sheet.pattern().dialect == Dialect::Numbered);
    let known: Vec<u64> = numbered.filter_map(|sheet| number(&sheet.pattern().id.0)).collect();
    if known.len() < 2 {
        return;
    }
    for sheet in sheets.iter_mut().filter(|sheet| sheet.pattern().dialect == Dialect::Numbered) {
        let pattern = sheet.pattern();
        let own = pattern.relations.iter().filter(|relation| relation.from.is_none());
        for relation in own {
            if let Some(target) = number(&relation.target).filter(|target| !known.contains(target)) {
                sheet.add(
                    LintId::UnknownPattern,
                    relation.span,
                    format!("no document is pattern {target:03}"),
                );
            }
        }
    }
}
