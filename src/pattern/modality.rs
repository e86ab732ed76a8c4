//! What words ask for: must, must not, should, prefer, avoid. Knows no section but what it is told.

use crate::pattern::{Polarity, SectionKind};

const MUST: [&str; 12] = [
    "must",
    "shall",
    "always",
    "is required",
    "are required",
    "be required",
    "mandatory",
    "non negotiable",
    "not optional",
    "has to",
    "have to",
    "needs to be",
];
/// What says so even in a table, where `always` is often a mere value.
const STRICT: [&str; 7] = ["must", "shall", "never", "do not", "dont", "is mandatory", "may not"];
const MUST_NOT: [&str; 13] = [
    "must not",
    "must never",
    "shall not",
    "shall never",
    "may not",
    "never",
    "do not",
    "dont",
    "forbidden",
    "prohibited",
    "should never",
    "not allowed",
    "no one may",
];
const LEAD_NOT: [&str; 7] = ["never ", "do not ", "dont ", "no ", "must not ", "must never ", "not "];
const LEAD_AVOID: [&str; 4] = ["avoid ", "avoiding ", "should not ", "stop "];
const LEAD_PREFER: [&str; 4] = ["prefer ", "favor ", "favour ", "preferably "];
/// Verbs that open an instruction.
const IMPERATIVE: [&str; 64] = [
    "ack",
    "acknowledge",
    "add",
    "allow",
    "apply",
    "assume",
    "avoid",
    "batch",
    "bound",
    "cache",
    "cap",
    "check",
    "close",
    "configure",
    "create",
    "decide",
    "define",
    "delegate",
    "design",
    "do",
    "emit",
    "enable",
    "encrypt",
    "enforce",
    "ensure",
    "expect",
    "fail",
    "follow",
    "generate",
    "guard",
    "handle",
    "have",
    "include",
    "index",
    "keep",
    "let",
    "limit",
    "log",
    "make",
    "map",
    "measure",
    "model",
    "monitor",
    "normalize",
    "pass",
    "persist",
    "prefer",
    "propagate",
    "publish",
    "record",
    "reject",
    "require",
    "retry",
    "return",
    "reuse",
    "run",
    "send",
    "set",
    "split",
    "store",
    "treat",
    "use",
    "validate",
    "write",
];

/// Lower-case words with one blank around each, so that whole words can be looked for.
fn padded(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    let mut is_gap = true;
    for c in text.chars().filter(|c| !matches!(c, '\'' | '’')) {
        if c.is_alphanumeric() || c == '_' {
            words.extend(c.to_lowercase());
            is_gap = false;
        } else if !is_gap {
            words.push(' ');
            is_gap = true;
        }
    }
    if !is_gap {
        words.push(' ');
    }
    words
}

fn holds(words: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| words.match_indices(phrase).any(|(at, _)| is_whole(words, at, phrase.len())))
}

fn is_whole(words: &str, at: usize, len: usize) -> bool {
    words[..at].ends_with(' ') && words[at + len..].starts_with(' ')
}

/// Whether the words say must, never, always, should or the like.
pub(super) fn is_normative(text: &str) -> bool {
    let words = padded(text);
    holds(&words, &MUST) || holds(&words, &MUST_NOT) || holds(&words, &["should", "ought to"])
}

/// Whether the words say must, never or do not.
pub(super) fn is_strict(text: &str) -> bool {
    holds(&padded(text), &STRICT)
}

/// Whether a description says must, or opens a clause with never or do not; `events that never end` only tells.
pub(super) fn is_demand(text: &str) -> bool {
    let clauses = text.split(['.', ';', ':', ',', '—', '–']).map(padded);
    let opens = |words: &String| {
        ["never ", "always ", "do not ", "dont "].iter().any(|lead| words.trim_start().starts_with(lead))
    };
    let asks = |words: &String| holds(words, &["must", "shall", "is mandatory", "may not"]);
    clauses.into_iter().any(|words| opens(&words) || asks(&words))
}

/// Whether a sentence of prose says must or never, outside of brackets.
pub(super) fn is_rule_in_prose(text: &str) -> bool {
    let mut depth = 0_usize;
    let outside: String = text
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        })
        .collect();
    holds(&padded(&outside), &["must", "never", "shall"])
}

/// Whether a sentence demands in capitals, as requirements after RFC 2119 do.
pub(super) fn has_key_word(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.into_iter().any(|word| matches!(word, "MUST" | "SHALL" | "SHOULD"))
}

/// Whether the words open with an instruction.
pub(super) fn is_imperative(text: &str) -> bool {
    let text = text.trim_start().strip_prefix("then ").unwrap_or(text);
    let first = text.split_whitespace().next().unwrap_or("").trim_end_matches([',', ':', '.']).to_lowercase();
    IMPERATIVE.binary_search(&first.as_str()).is_ok()
}

/// What follows a lead such as `**Memory bounds:**`, up to the end of its first sentence.
fn first_sentence(text: &str) -> &str {
    let lead_end = text.find(": ").filter(|end| *end < 60 && !text[..*end].contains(". "));
    let body = lead_end.map_or(text, |end| &text[end + 2..]);
    let end = sentence_end(body).or(body.find("; ")).unwrap_or(body.len());
    &body[..end]
}

/// The byte of the full stop that ends the first sentence and is followed by another; that of a number such as `R1.` is none.
pub(super) fn sentence_end(text: &str) -> Option<usize> {
    text.match_indices(". ").map(|(at, _)| at).find(|at| text[..*at].contains(' '))
}

/// What the words themselves ask for.
fn own(text: &str) -> Option<Polarity> {
    let words = padded(first_sentence(text));
    let lead = words.trim_start();
    let opens = |leads: &[&str]| leads.iter().any(|word| lead.starts_with(word));
    if opens(&LEAD_NOT) || holds(&words, &["must not", "must never", "shall not", "may not", "should never"])
    {
        Some(Polarity::MustNot)
    } else if opens(&LEAD_AVOID) || holds(&words, &["should not", "shouldnt"]) {
        Some(Polarity::Avoid)
    } else if opens(&LEAD_PREFER) {
        Some(Polarity::Prefer)
    } else if holds(&words, &MUST) {
        Some(Polarity::Must)
    } else if holds(&words, &["should", "ought to"]) {
        Some(Polarity::Should)
    } else {
        None
    }
}

/// The polarity of a statement in a section of this kind.
pub(super) fn polarity(section: SectionKind, text: &str) -> Polarity {
    let own = own(text);
    match section {
        SectionKind::AntiPattern | SectionKind::Pitfall => Polarity::Avoid,
        SectionKind::Default => Polarity::Default,
        SectionKind::Invariant | SectionKind::Checklist => match own {
            Some(Polarity::MustNot | Polarity::Avoid) => Polarity::MustNot,
            Some(Polarity::Must | Polarity::Should | Polarity::Prefer | Polarity::Default) | None => {
                Polarity::Must
            }
        },
        SectionKind::Guidance | SectionKind::Exemplar => own.unwrap_or(Polarity::Should),
        SectionKind::FailureMode => own.unwrap_or(Polarity::Avoid),
        SectionKind::Observability | SectionKind::Other => own.unwrap_or_else(|| {
            let words = padded(text);
            if holds(&words, &MUST) {
                Polarity::Must
            } else if holds(&words, &MUST_NOT) {
                Polarity::MustNot
            } else {
                Polarity::Should
            }
        }),
    }
}

/// The polarity of words below a label that says do, prefer or avoid.
pub(super) fn labelled(label: Polarity, text: &str) -> Polarity {
    match (label, own(text)) {
        (Polarity::Avoid, Some(Polarity::MustNot)) => Polarity::MustNot,
        (Polarity::Should, Some(Polarity::Must)) => Polarity::Must,
        (Polarity::Should, Some(Polarity::Prefer)) => Polarity::Prefer,
        (label, _) => label,
    }
}

#[cfg(test)]
mod tests {
    use super::{IMPERATIVE, is_demand, is_imperative, is_normative, polarity};
    use crate::pattern::{Polarity, SectionKind};

    #[test]
    fn polarity_follows_section_and_lead() {
        for (section, text, expected) in [
            (SectionKind::Checklist, "Retries won't corrupt state", Polarity::Must),
            (SectionKind::Checklist, "No secrets are kept", Polarity::MustNot),
            (SectionKind::Checklist, "Memory is bounded by `page_size`, never by the data", Polarity::Must),
            (SectionKind::Invariant, "Ephemeral: Never store secrets", Polarity::MustNot),
            (SectionKind::Other, "R3. The relay MUST NOT delete a row", Polarity::MustNot),
            (SectionKind::Invariant, "No endpoint may return everything", Polarity::MustNot),
            (SectionKind::AntiPattern, "No DLQ in production", Polarity::Avoid),
            (SectionKind::Guidance, "Prefer cursors", Polarity::Prefer),
            (SectionKind::Guidance, "Avoid arrays", Polarity::Avoid),
            (SectionKind::Guidance, "Use cursors", Polarity::Should),
            (SectionKind::Observability, "Logs must contain: ids", Polarity::Must),
            (SectionKind::Default, "Timeout: 30 s", Polarity::Default),
        ] {
            assert_eq!(polarity(section, text), expected, "{text}");
        }
    }

    #[test]
    fn only_whole_words_are_normative() {
        assert!(IMPERATIVE.is_sorted());
        for (text, expected) in [
            ("It must hold", true),
            ("Don't do it", true),
            ("mustard on the shoulder", false),
            ("metrics: depth", false),
        ] {
            assert_eq!(is_normative(text), expected, "{text}");
        }
        assert!(is_demand("Problem: x. Never share") && is_demand("Keys must be unique"));
        assert!(!is_demand("Work that never ends") && !is_demand("Old events do not fit"));
        assert!(is_imperative("Use a key") && is_imperative("then acknowledge"));
        assert!(!is_imperative("Users wait") && !is_imperative("ack() marks it"));
    }
}
