//! Reads the label that opens an item or a paragraph: do, avoid, because, rule, mitigation. Decides no section.

use crate::pattern::block::Inline;
use crate::pattern::section::normal;
use crate::pattern::{Mapped, Polarity};

/// What a label says of what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// Do (`Should`), prefer or avoid.
    Ask(Polarity),
    /// The reason for the group.
    Because,
    /// What goes wrong, below the name of a pitfall.
    Fault,
    /// What to do instead.
    Remedy,
    /// A rule in prose.
    Rule,
}

/// A label, and what follows it on its line.
#[derive(Clone, Debug)]
pub(super) struct Labelled {
    pub(super) label: Label,
    /// Whether a mark such as ✅ is all that says so.
    pub(super) is_mark_only: bool,
    /// Whether a colon parts it from the rest.
    pub(super) has_colon: bool,
    pub(super) rest: Inline,
}

/// A paragraph with more labels than this keeps the rest in its last piece.
const MAX_PIECES: usize = 64;

const DO_MARKS: [char; 4] = ['✅', '✔', '☑', '👍'];
const AVOID_MARKS: [char; 6] = ['❌', '✖', '✗', '🚫', '⛔', '👎'];

/// What the words of a label mean.
pub(super) fn meaning(words: &str) -> Option<Label> {
    let words = normal(words);
    let label = match words.as_str() {
        "do" | "dos" | "do this" | "good" | "recommended" | "do use" => Label::Ask(Polarity::Should),
        "prefer" | "preferred" => Label::Ask(Polarity::Prefer),
        "avoid" | "dont" | "donts" | "do not" | "never" | "avoid using" | "dont do this" => {
            Label::Ask(Polarity::Avoid)
        }
        "because" | "why" | "rationale" | "reason" | "why this matters" | "why it matters" => Label::Because,
        "mitigation" | "mitigations" | "fix" | "solution" | "remedy" | "instead" | "how to avoid"
        | "prevention" => Label::Remedy,
        "problem" | "the problem" | "issue" | "mistake" | "what goes wrong" => Label::Fault,
        _ => return is_rule(&words).then_some(Label::Rule),
    };
    Some(label)
}

fn is_rule(words: &str) -> bool {
    let last = words.rsplit(' ').next().unwrap_or("");
    let n_words = words.split(' ').count();
    let is_named = matches!(last, "rule" | "rules" | "invariant" | "invariants");
    let is_contract = matches!(words, "contract requirements" | "hard requirements" | "hard requirement");
    let is_foreign = words.ends_with("business rules") || words.ends_with("alert rules");
    (is_named && n_words <= 6 && !is_foreign)
        || is_contract
        || words.starts_with("hard rules")
        || words.starts_with("rules for") && n_words <= 8
}

/// The label that opens `words`, if one does.
pub(super) fn read(words: &Inline) -> Option<Labelled> {
    let text = words.as_str();
    let first = text.chars().next()?;
    let mark = if DO_MARKS.contains(&first) {
        Some(Label::Ask(Polarity::Should))
    } else if AVOID_MARKS.contains(&first) {
        Some(Label::Ask(Polarity::Avoid))
    } else {
        None
    };
    let start = match mark {
        Some(_) => {
            text.find(|c: char| c.is_alphanumeric() || matches!(c, '"' | '“' | '(')).unwrap_or(text.len())
        }
        None => 0,
    };
    let body = words.part(start, text.len());
    if let Some((label, end)) = opening(&body) {
        let has_colon = body.as_str()[..end].ends_with(':') || body.as_str()[end..].starts_with(':');
        return Some(Labelled { label, is_mark_only: false, has_colon, rest: after(&body, end) });
    }
    mark.map(|label| Labelled { label, is_mark_only: true, has_colon: false, rest: body })
}

/// The label in bold, or before a colon, or as the only word; and where it ends.
fn opening(words: &Inline) -> Option<(Label, usize)> {
    let text = words.as_str();
    if let Some(bold) = words.strong.iter().find(|range| range.start == 0) {
        let lead = text.get(bold.clone())?;
        if let Some(label) = meaning(lead.trim_end_matches(':')) {
            return Some((label, bold.end));
        }
        // `**Rule: always ack**` is bold as a whole.
        let end = lead.find(": ")?;
        return meaning(&lead[..end]).map(|label| (label, end + 1));
    }
    let end = text
        .find(':')
        .filter(|end| *end <= 60 && text[end + 1..].chars().next().is_none_or(char::is_whitespace));
    match end {
        Some(end) => meaning(&text[..end]).map(|label| (label, end + 1)),
        None => meaning(text).filter(|_| text.len() <= 30).map(|label| (label, text.len())),
    }
}

/// What follows byte `end`, without the marks that part it from the label.
fn after(words: &Inline, end: usize) -> Inline {
    let text = words.as_str();
    let is_gap = |c: char| c.is_whitespace() || matches!(c, ':' | '—' | '–' | '-' | '→' | ',');
    let len = text[end..].len() - text[end..].trim_start_matches(is_gap).len();
    words.part(end + len, text.len())
}

/// Cuts a paragraph before each bold label in it, such as `**Rationale:**` on the next line of a quote.
pub(super) fn cut(words: &Inline) -> Vec<Inline> {
    let text = words.as_str();
    let mut starts = vec![0];
    for bold in words.strong.iter().filter(|bold| bold.start > 0) {
        if starts.len() == MAX_PIECES {
            break;
        }
        let Some(lead) = text.get(bold.clone()) else { continue };
        let has_colon = lead.ends_with(':') || text[bold.end..].starts_with(':');
        if has_colon && meaning(lead.trim_end_matches(':')).is_some() {
            starts.push(bold.start);
        }
    }
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| words.part(start, end).trimmed()).collect()
}

/// Words that name the list below: bold as a whole, or short and with a colon at the end.
pub(super) fn group(words: &Inline) -> Option<String> {
    let text = words.as_str();
    let is_bold = words.strong.first().is_some_and(|range| range.start == 0 && range.end + 1 >= text.len());
    let is_short = text.ends_with(':') && text.len() <= 80 && text.split_whitespace().count() <= 5;
    ((is_bold && text.len() <= 80) || is_short).then(|| text.trim_end_matches(':').trim().to_owned())
}

/// The words after an arrow: what to do instead.
pub(super) fn arrow(words: &Mapped) -> Option<(Mapped, Mapped)> {
    let text = words.as_str();
    let (at, len) =
        [" → ", " -> ", " => "].iter().find_map(|arrow| Some((text.find(arrow)?, arrow.len())))?;
    Some((words.part(0..at).trimmed(), words.part(at + len..text.len()).trimmed()))
}

#[cfg(test)]
mod tests {
    use super::{Label, meaning};
    use crate::pattern::Polarity;

    #[test]
    fn labels_are_known_by_their_whole_words() {
        for (text, expected) in [
            ("Do", Some(Label::Ask(Polarity::Should))),
            ("✅ Do", Some(Label::Ask(Polarity::Should))),
            ("Don't", Some(Label::Ask(Polarity::Avoid))),
            ("Why", Some(Label::Because)),
            ("Message contract rule", Some(Label::Rule)),
            ("Core invariant", Some(Label::Rule)),
            ("Hard rules from Cloudflare guidance", Some(Label::Rule)),
            ("Problem", Some(Label::Fault)),
            ("Avoid when", None),
            ("Shape", None),
            ("Pre-Implementation", None),
        ] {
            assert_eq!(meaning(text), expected, "{text}");
        }
    }
}
