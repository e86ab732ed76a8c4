//! What is left of a template: placeholders, lists of choices, instructions.

use super::outline::{sections, words};
use super::{LintId, Sheet};
use crate::base::Span;
use crate::pattern::Mapped;

/// Placeholders of the templates; all words of ours would be false.
const MARKS: [&str; 18] = [
    "[Pattern Name]",
    "<Pattern Name>",
    "[CompanyName]",
    "[Company]",
    "[Tagline]",
    "[One-line",
    "[One line",
    "[Brief ",
    "[X] min",
    "[list of ",
    "[Key triggers",
    "[Team/Person]",
    "[Teams/SMEs]",
    "[Step]",
    "[Scenario 1]",
    "[Checklist item",
    "TODO: Add description",
    "Pattern NNN",
];
/// Placeholders that are words of their own in prose, and are looked for in the head alone.
const HEAD_MARKS: [&str; 3] = ["YYYY-MM", "NNN", "[Pattern"];

pub(super) fn check(sheet: &mut Sheet<'_>) {
    let (pattern, mut spans) = (sheet.pattern(), Vec::new());
    for field in &pattern.fields {
        let is_choice = field.value.matches('|').count() >= 2 && !field.value.contains("||");
        let is_mark = HEAD_MARKS.iter().any(|mark| field.value.contains(mark));
        if is_choice || is_mark {
            spans.push(field.span);
        }
    }
    let front_matter = pattern.document.front_matter.iter().flat_map(|front_matter| &front_matter.entries);
    let mut texts: Vec<&Mapped> = front_matter.flat_map(|entry| &entry.values).collect();
    texts.extend(pattern.document.headings.iter().map(|heading| &heading.text.text));
    texts.extend(words(&pattern.document.blocks).iter().map(|inline| &inline.text));
    for text in texts {
        let found = MARKS.iter().filter_map(|mark| text.as_str().find(mark).map(|at| at..at + mark.len()));
        let whole = is_bracket(text.as_str()).then(|| text.whole());
        spans.extend(found.map(|range| text.span(range)).min().or(whole));
    }
    spans.sort();
    spans.dedup();
    sheet.add_first(LintId::Placeholder, &spans, "a placeholder of the template is left");
    instructions(sheet);
}

/// Whether a text is nothing but `[Words in brackets]`.
fn is_bracket(text: &str) -> bool {
    let inside = text.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|words| {
        words.split_whitespace().count() >= 2
            && words.starts_with(char::is_uppercase)
            && !words.contains(['[', ']'])
    })
}

fn instructions(sheet: &mut Sheet<'_>) {
    let document = &sheet.pattern().document;
    let is_told = |text: &str| text.to_ascii_uppercase().contains("TEMPLATE INSTRUCTIONS");
    let comments = document.comments.iter().filter(|(_, text)| is_told(text.as_str()));
    let mut spans: Vec<Span> = comments.map(|(span, _)| *span).collect();
    if spans.is_empty() {
        let own = sections(document);
        let told = own.iter().filter(|section| section.words.starts_with("template usage"));
        spans.extend(told.map(|section| section.span));
    }
    sheet.add_first(LintId::Placeholder, &spans, "the instructions of the template are left");
}
