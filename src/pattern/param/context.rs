//! What stands around a number: its name, and whether it bounds. Knows no unit.

use super::Bound;

/// What leads to a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lead {
    pub(super) name: Option<String>,
    pub(super) bound: Option<Bound>,
    /// Whether the words say that it is a default.
    pub(super) is_default: bool,
    /// Whether the name is written as in code.
    pub(super) is_identifier: bool,
}

const AT_MOST: [&str; 27] = [
    "≤",
    "<=",
    "<",
    "at most",
    "up to",
    "no more than",
    "not more than",
    "fewer than",
    "less than",
    "under",
    "below",
    "within",
    "max",
    "maximum",
    "maximum of",
    "max of",
    "limit of",
    "limited to",
    "limit is",
    "capped at",
    "caps at",
    "cap at",
    "cap of",
    "max at",
    "exceed",
    "exceeds",
    "no longer than",
];
const AT_LEAST: [&str; 10] = [
    "≥",
    ">=",
    ">",
    "at least",
    "no less than",
    "more than",
    "min",
    "minimum",
    "minimum of",
    "not less than",
];
const DEFAULT: [&str; 6] = ["default", "defaults to", "default of", "default is", "default to", "defaults"];

/// Reads what stands before byte `at`.
pub(super) fn before(text: &str, at: usize) -> Lead {
    let from = text[..at].char_indices().rev().take(90).last().map_or(at, |(start, _)| start);
    let head = text[from..at]
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '~' | '*' | '`' | '"' | '('));
    let lower = head.to_lowercase();
    let ends = |phrases: &[&str]| phrases.iter().any(|phrase| ends_in(&lower, phrase));
    let mut lead = Lead { is_default: ends(&DEFAULT), ..Lead::default() };
    if ends(&AT_MOST) {
        lead.bound = Some(Bound::AtMost);
    } else if ends(&AT_LEAST) {
        lead.bound = Some(Bound::AtLeast);
    } else if ends(&["exactly", "=="]) {
        lead.bound = Some(Bound::Exactly);
    }
    if let Some(name) = name(head) {
        lead.is_identifier =
            name.contains(['_', '-']) || !name.contains(' ') && head.ends_with('=') || is_camel(&name);
        let words = name.to_lowercase();
        lead.bound = lead.bound.or_else(|| bound_in(&words).filter(|_| !lead.is_identifier));
        lead.name = Some(name);
    } else if lead.bound.is_none() {
        let clause = lower.rsplit([';', ',', '.', ':', '(', '—']).next().unwrap_or("");
        let words: Vec<&str> = clause.split_whitespace().collect();
        lead.bound = bound_in(&words[words.len().saturating_sub(4)..].join(" "));
    }
    lead
}

fn is_camel(name: &str) -> bool {
    !name.contains(' ') && name.starts_with(char::is_lowercase) && name.contains(char::is_uppercase)
}

fn ends_in(head: &str, phrase: &str) -> bool {
    let Some(rest) = head.strip_suffix(phrase) else { return false };
    !phrase.starts_with(char::is_alphabetic) || !rest.ends_with(char::is_alphanumeric)
}

fn bound_in(words: &str) -> Option<Bound> {
    words.split(|c: char| !c.is_alphanumeric()).find_map(|word| match word {
        "max" | "maximum" | "cap" => Some(Bound::AtMost),
        "min" | "minimum" => Some(Bound::AtLeast),
        _ => None,
    })
}

/// The words before a `:` or `=` that the number follows.
fn name(head: &str) -> Option<String> {
    let body = head.trim_end_matches(['≤', '<', '≥', '>', ' ']);
    let body = body.strip_suffix([':', '=']).filter(|body| !body.ends_with(['<', '>', '=', ':', '!']))?;
    let body = body.trim_end_matches(['*', '`', '"', '\'', ' ']);
    let own = body.rsplit([';', ',', '(', '{', '—', '"', '`', '•', '|']).next().unwrap_or("");
    let name = own.rsplit(". ").next().unwrap_or("").trim();
    let is_name =
        !name.is_empty() && name.split_whitespace().count() <= 6 && name.starts_with(char::is_alphabetic);
    is_name.then(|| name.to_owned())
}

/// `128 KB max`, `3 or more`.
pub(super) fn bound_after(text: &str, at: usize) -> Option<Bound> {
    let rest = text[at..].trim_start_matches([' ', '*', '`']);
    let starts = |phrases: &[&str]| phrases.iter().any(|phrase| rest.starts_with(phrase));
    if starts(&["max", "or less", "or fewer", "at most", "cap"]) {
        Some(Bound::AtMost)
    } else if starts(&["or more", "min ", "minimum", "at least"]) {
        Some(Bound::AtLeast)
    } else {
        None
    }
}
