//! Writes a rule set: keys in one order, texts quoted the same way each time, so that equal rules are equal bytes.

use crate::rule::ParamValue;
use crate::rule::document::{
    Binding, Bond, BoundParam, BoundStatement, Disposition, Number, PatternRules, Proposal,
};
use crate::rule::set::VERSION;
use std::fmt::Write as _;

/// The rule set as a file.
#[must_use]
pub fn yaml_of(rules: &PatternRules) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# Compiled from {}; edit the document, then run `patscan compile`.", rules.path);
    let _ = writeln!(out, "patscan: {VERSION}");
    line(&mut out, 0, "pattern", &quoted(&rules.id.0));
    line(&mut out, 0, "title", &quoted(&rules.title));
    line(&mut out, 0, "document", &quoted(rules.path.as_str()));
    line(&mut out, 0, "dialect", rules.dialect.as_str());
    if let Some(status) = rules.status {
        line(&mut out, 0, "status", status.as_str());
    }
    if let Some(tier) = &rules.tier {
        line(&mut out, 0, "tier", &quoted(tier));
    }
    if !rules.requires.is_empty() {
        line(&mut out, 0, "requires", &list(&rules.requires));
    }
    if !rules.exempt.is_empty() {
        out.push_str("exempt:\n");
        for (pattern, reason) in &rules.exempt {
            let _ = writeln!(out, "  - {{ pattern: {}, reason: {} }}", quoted(pattern), quoted(reason));
        }
    }
    for (key, words) in
        [("scope", &rules.scope), ("needs", &rules.needs), ("alternatives", &rules.alternatives)]
    {
        if !words.is_empty() {
            line(&mut out, 0, key, &list(words));
        }
    }
    out.push_str(if rules.statements.is_empty() { "statements: []\n" } else { "statements:\n" });
    for found in &rules.statements {
        statement(&mut out, found);
    }
    if !rules.own_checks.is_empty() {
        out.push_str("checks:\n");
    }
    for own in &rules.own_checks {
        let _ = writeln!(out, "  - line: {}", own.line);
        out.push_str("    source: |\n");
        for text in own.yaml.lines() {
            out.push_str(if text.is_empty() { "" } else { "      " });
            out.push_str(text.trim_end());
            out.push('\n');
        }
    }
    out
}

fn statement(out: &mut String, found: &BoundStatement) {
    let _ = writeln!(out, "  - id: {}", quoted(found.id.as_str()));
    line(out, 4, "section", found.section.as_str());
    line(out, 4, "polarity", found.polarity.as_str());
    place(out, 4, found.line, (found.span.start(), found.span.end()), &found.hash.to_string());
    line(out, 4, "text", &quoted(&found.text));
    if !found.numbers.is_empty() {
        out.push_str("    numbers:\n");
        for number in &found.numbers {
            let _ = writeln!(out, "      - {}", number_of(number));
        }
    }
    if let Some(exemplar) = &found.exemplar {
        let (fields, literals) = (list(&exemplar.fields), list(&exemplar.literals));
        let language = quoted(&exemplar.language);
        let _ =
            writeln!(out, "    exemplar: {{ language: {language}, fields: {fields}, literals: {literals} }}");
    }
    bond(out, 4, &found.bond);
    if !found.clauses.is_empty() {
        out.push_str("    clauses:\n");
    }
    for clause in &found.clauses {
        let _ = writeln!(out, "      - id: {}", quoted(clause.id.as_str()));
        place(out, 8, clause.line, (clause.span.start(), clause.span.end()), &clause.hash.to_string());
        line(out, 8, "text", &quoted(&clause.text));
        bond(out, 8, &clause.bond);
    }
}

fn place(out: &mut String, indent: usize, first: u32, (start, end): (u32, u32), hash: &str) {
    line(out, indent, "line", &first.to_string());
    line(out, indent, "span", &format!("[{start}, {end}]"));
    line(out, indent, "hash", &quoted(hash));
}

fn bond(out: &mut String, indent: usize, bond: &Bond) {
    line(out, indent, "disposition", bond.word());
    match &bond.disposition {
        Some(Disposition::Attest { text, until }) => {
            line(out, indent, "reason", &quoted(text));
            if let Some(until) = until {
                line(out, indent, "until", &quoted(&until.to_string()));
            }
        }
        Some(Disposition::Expired { text, until }) => {
            line(out, indent, "reason", &quoted(text));
            line(out, indent, "until", &quoted(&until.to_string()));
        }
        Some(
            Disposition::Manual(text)
            | Disposition::Test(text)
            | Disposition::NotApplicable(text)
            | Disposition::Exempt(text)
            | Disposition::Duplicate(text)
            | Disposition::Error(text),
        ) if !text.is_empty() => line(out, indent, "reason", &quoted(text)),
        Some(_) | None => {}
    }
    if !bond.scope.is_empty() {
        line(out, indent, "scope", &list(&bond.scope));
    }
    if let Some(rest) = &bond.rest {
        line(out, indent, "partial", &quoted(rest));
    }
    if let Some(stale) = &bond.stale {
        line(out, indent, "stale", &quoted(stale));
    }
    entries(out, indent, "checks", bond.checks.iter().map(binding));
    entries(out, indent, "proposals", bond.proposals.iter().map(proposal));
}

fn entries(out: &mut String, indent: usize, key: &str, entries: impl Iterator<Item = String>) {
    for (at, entry) in entries.enumerate() {
        if at == 0 {
            let _ = writeln!(out, "{:indent$}{key}:", "");
        }
        let _ = writeln!(out, "{:indent$}  - {{ {entry} }}", "");
    }
}

fn binding(binding: &Binding) -> String {
    let mut text = format!("check: {}", binding.check);
    if let Some(severity) = binding.severity {
        let _ = write!(text, ", severity: {severity}");
    }
    text + &params(&binding.params)
}

fn proposal(proposal: &Proposal) -> String {
    format!("check: {}, phrase: {}{}", proposal.check, quoted(&proposal.phrase), params(&proposal.params))
}

fn params(params: &[BoundParam]) -> String {
    if params.is_empty() {
        return String::new();
    }
    let values = params.iter().map(|param| format!("{}: {}", param.name, value(&param.value)));
    let values = values.collect::<Vec<_>>().join(", ");
    let taken = params.iter().filter_map(|param| {
        let from = param.taken_from.as_ref()?;
        Some(format!("{}: {}", param.name, quoted(from)))
    });
    let taken = taken.collect::<Vec<_>>().join(", ");
    let taken = if taken.is_empty() { taken } else { format!(", taken_from: {{ {taken} }}") };
    format!(", params: {{ {values} }}{taken}")
}

/// A value as the parameter's declaration reads it back.
fn value(value: &ParamValue) -> String {
    match value {
        ParamValue::Count(_) | ParamValue::Bool(_) => value.to_string(),
        ParamValue::Names(names) => list(names),
        ParamValue::Duration(_) | ParamValue::Bytes(_) | ParamValue::Text(_) => quoted(&value.to_string()),
    }
}

fn number_of(number: &Number) -> String {
    let unit = number.unit.as_ref().map_or_else(|| "null".to_owned(), |unit| quoted(unit));
    format!("{{ value: {}, unit: {unit}, text: {} }}", number.value, quoted(&number.text))
}

fn line(out: &mut String, indent: usize, key: &str, value: &str) {
    let _ = writeln!(out, "{:indent$}{key}: {value}", "");
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// A text in double quotes; all that could end a line or move a cursor is escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if (c as u32) < 0x20 || (0x7f..0xa0).contains(&(c as u32)) => {
                let _ = write!(quoted, "\\x{:02x}", c as u32);
            }
            '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                let _ = write!(quoted, "\\u{:04x}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
