//! What several documents say about one thing: numbers of the same limit, fields of the same shape.

use super::outline::plain;
use super::{LintId, Sheet};
use crate::base::{RelPath, Span};
use crate::pattern::{ExemplarKind, Param, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// Words that a sentence has beside its numbers, so that two of them are surely about one thing.
const MIN_WORDS: usize = 4;
/// Fields that a shape has at least.
const MIN_FIELDS: usize = 3;

pub(super) fn check_set(sheets: &mut [Sheet<'_>]) {
    numbers(sheets);
    shapes(sheets);
}

/// A statement's words with a mark for each number, and the numbers; `None` where it sets none or says too little.
fn limits(sheet: &Sheet<'_>, statement: &Statement) -> Option<(String, String)> {
    let own: Vec<&Param> =
        statement.params.iter().filter(|param| statement.span.contains(param.span)).collect();
    if own.is_empty() {
        return None;
    }
    let (mut text, mut at) = (String::new(), statement.span.start());
    let mut values = Vec::new();
    for param in own {
        let value = param.milliseconds().or(param.bytes()).unwrap_or(param.value);
        let kind = match (param.milliseconds(), param.bytes()) {
            (Some(_), _) => "ms",
            (_, Some(_)) => "bytes",
            _ => param.unit.as_ref().map_or("", |unit| unit.as_str()),
        };
        values.push(format!("{value} {kind}"));
        if param.span.start() >= at {
            text.push_str(sheet.source().slice(Span::new(at, param.span.start())));
            text.push_str(" number ");
            at = param.span.end();
        }
    }
    text.push_str(sheet.source().slice(Span::new(at, statement.span.end().max(at))));
    let words = plain(&text);
    let n_words = words.split(' ').filter(|word| *word != "number").count();
    (n_words >= MIN_WORDS).then(|| (words, values.join(", ")))
}

/// Sentences that differ in nothing but their numbers.
fn numbers(sheets: &mut [Sheet<'_>]) {
    let mut first: BTreeMap<String, (String, RelPath, u32)> = BTreeMap::new();
    let mut faults = Vec::new();
    for (idx, sheet) in sheets.iter().enumerate() {
        for statement in &sheet.pattern().statements {
            let Some((words, values)) = limits(sheet, statement) else { continue };
            match first.get(&words) {
                Some((other, path, line)) if *other != values => {
                    let message = format!(
                        "`{path}` line {line} says the same with other numbers ({other}; here {values})"
                    );
                    faults.push((idx, statement.span, message));
                }
                Some(_) => {}
                None => {
                    first.insert(words, (values, sheet.pattern().path.clone(), statement.line));
                }
            }
        }
    }
    for (idx, span, message) in faults {
        if let Some(sheet) = sheets.get_mut(idx) {
            sheet.add(LintId::NumberDiffers, span, message);
        }
    }
}

/// Shapes of one name in two documents, with other fields.
fn shapes(sheets: &mut [Sheet<'_>]) {
    let mut first: BTreeMap<String, (BTreeSet<&str>, RelPath, usize)> = BTreeMap::new();
    let mut faults = Vec::new();
    for (idx, sheet) in sheets.iter().enumerate() {
        for statement in sheet.pattern().statements.iter().filter(|statement| statement.exemplars.len() == 1)
        {
            let parts = statement.exemplars.iter().flat_map(|exemplar| &exemplar.parts);
            let fields: BTreeSet<&str> = parts
                .filter(|part| part.kind == ExemplarKind::Field)
                .map(|part| part.name.as_str())
                .collect();
            let name = plain(&statement.text);
            if fields.len() < MIN_FIELDS || name.is_empty() {
                continue;
            }
            match first.get(&name) {
                Some((other, path, from)) if *from != idx && *other != fields => {
                    let odd: Vec<&str> = other.symmetric_difference(&fields).copied().take(6).collect();
                    let message = format!("the shape has other fields in `{path}`: `{}`", odd.join("`, `"));
                    faults.push((idx, statement.span, message));
                }
                Some(_) => {}
                None => {
                    first.insert(name, (fields, sheet.pattern().path.clone(), idx));
                }
            }
        }
    }
    for (idx, span, message) in faults {
        if let Some(sheet) = sheets.get_mut(idx) {
            sheet.add(LintId::ShapeDiffers, span, message);
        }
    }
}
