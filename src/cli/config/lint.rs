//! `[docs.DM-05]` of the configuration: weights of the lint rules for documents. Lints nothing.

use crate::catalog::nearest;
use crate::cli::config::key::{self, WEIGHTS};
use crate::cli::config::table::{Entry, Reader, span_of};
use crate::finding::Severity;
use crate::pattern::LintId;

/// Weights by rule, those of whole numbers first, so that a name beside its number is the exception.
pub(super) fn docs(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Vec<(LintId, Option<Severity>)> {
    let Some(table) = reader.table(entry) else { return Vec::new() };
    let (mut by_number, mut by_name) = (Vec::new(), Vec::new());
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let rules = LintId::named(name);
        let Some(first) = rules.first() else {
            let near = nearest(name, LintId::names().into_iter());
            let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
            let help = format!("{near}rules are named `DM-05` or `{}`", LintId::TooLong.rule().name);
            reader.wrong(span_of(key.span()), format!("unknown rule for documents `{name}`"), help);
            continue;
        };
        let Some(weight) = weight(reader, Entry::of(value)) else { continue };
        let rows = if first.rule().name == name { &mut by_name } else { &mut by_number };
        rows.extend(rules.into_iter().map(|rule| (rule, weight)));
    }
    by_number.append(&mut by_name);
    by_number
}

fn weight(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Option<Option<Severity>> {
    let table = reader.table(entry)?;
    let (_, _, entry) = reader.entries(table, &key::below("docs.*")).into_iter().next()?;
    let word = reader.text(entry)?;
    match word {
        "off" => Some(None),
        "note" => Some(Some(Severity::Note)),
        "warning" => Some(Some(Severity::Warning)),
        "error" => Some(Some(Severity::Error)),
        _ => {
            reader.unknown(entry.span, "severity", word, &WEIGHTS);
            None
        }
    }
}
