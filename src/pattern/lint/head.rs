//! The head of a document: keys of the front matter, what a tier demands, values, essential question, canonical path.

use super::outline::{plain, sections, words};
use super::{LintId, Sheet};
use crate::base::Span;
use crate::pattern::{Entry, FrontMatter, Mapped};
use std::collections::BTreeMap;

/// Keys with the values that the template knows.
const ENUMS: [(&str, &[&str]); 5] = [
    (
        "category",
        &["communication", "resilience", "data-management", "scaling", "architecture", "coordination"],
    ),
    ("difficulty", &["beginner", "intermediate", "advanced"]),
    ("excellence_tier", &["gold", "silver", "bronze"]),
    ("pattern_status", &["recommended", "stable", "use-with-expertise", "use-with-caution", "legacy"]),
    ("current_relevance", &["mainstream", "growing", "declining", "niche"]),
];
const LISTS: [&str; 6] = [
    "production_checklist",
    "modern_examples",
    "trade_offs.pros",
    "trade_offs.cons",
    "related_laws",
    "related_pillars",
];
const TEXTS: [&str; 10] = [
    "title",
    "description",
    "category",
    "difficulty",
    "excellence_tier",
    "pattern_status",
    "current_relevance",
    "essential_question",
    "tagline",
    "deprecation_reason",
];
const MIN_EXAMPLES: usize = 3;

pub(super) fn check(sheet: &mut Sheet<'_>) {
    let document = &sheet.pattern().document;
    if let Some(front_matter) = &document.front_matter {
        repeated_keys(sheet, front_matter);
        types(sheet, front_matter);
        values(sheet, front_matter);
        tier_fields(sheet, front_matter);
    }
    question(sheet);
    status(sheet);
    canonical_path(sheet);
}

fn repeated_keys(sheet: &mut Sheet<'_>, front_matter: &FrontMatter) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for entry in &front_matter.entries {
        let Some(first) = seen.get(entry.key.as_str()) else {
            seen.insert(&entry.key, entry.key_span);
            continue;
        };
        let (one, other) = (sheet.source().slice(*first), sheet.source().slice(entry.key_span));
        let message = if one == other {
            format!("the key `{other}` stands there twice")
        } else {
            format!("the key `{other}` is `{one}` again")
        };
        sheet.add(LintId::FrontMatterKeyTwice, entry.key_span, message);
    }
}

/// Whether a value is a template's choice or hint.
fn is_open(entry: &Entry) -> bool {
    let values = entry.values.iter().map(Mapped::as_str);
    values.into_iter().any(|value| value.contains('|') || value.starts_with('['))
        || entry.is_list && is_hint(entry)
}

/// `[One line of text]` is a list of YAML.
fn is_hint(entry: &Entry) -> bool {
    matches!(entry.values.as_slice(), [only] if only.as_str().contains(' '))
}

fn types(sheet: &mut Sheet<'_>, front_matter: &FrontMatter) {
    for entry in front_matter.entries.iter().filter(|entry| !entry.values.is_empty() && !is_open(entry)) {
        let message = if LISTS.contains(&entry.key.as_str()) && !entry.is_list {
            "a list is expected, not a text"
        } else if TEXTS.contains(&entry.key.as_str()) && entry.is_list {
            "a text is expected, not a list"
        } else {
            continue;
        };
        sheet.add(LintId::FrontMatterType, entry.key_span, format!("`{}`: {message}", entry.key));
    }
}

fn values(sheet: &mut Sheet<'_>, front_matter: &FrontMatter) {
    for (key, allowed) in ENUMS {
        let Some(entry) = front_matter.entry(key).filter(|entry| !is_open(entry)) else { continue };
        let Some(value) = entry.values.first() else { continue };
        if allowed.contains(&value.as_str().to_lowercase().as_str()) {
            continue;
        }
        let list = allowed.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let message = format!("`{key}` is `{}`, which is none of {list}", value.as_str());
        sheet.add(LintId::ValueOutsideEnum, value.whole(), message);
    }
}

/// What each tier demands: a key and the least number of its values.
const fn demanded(tier: &str) -> &'static [(&'static str, usize)] {
    match tier.as_bytes() {
        b"gold" => &[("production_checklist", 1), ("modern_examples", MIN_EXAMPLES)],
        b"silver" => &[("trade_offs.pros", 1), ("trade_offs.cons", 1), ("best_for", 1)],
        b"bronze" => &[("modern_alternatives", 1), ("deprecation_reason", 1)],
        _ => &[],
    }
}

fn tier_fields(sheet: &mut Sheet<'_>, front_matter: &FrontMatter) {
    let Some(tier) = front_matter.scalar("excellence_tier") else {
        if front_matter.entry("excellence_tier").is_none() {
            sheet.add(
                LintId::TierFieldMissing,
                first_line(front_matter),
                "the front matter names no `excellence_tier`",
            );
        }
        return;
    };
    let name = tier.as_str().to_lowercase();
    for (key, least) in demanded(&name) {
        let entry = front_matter.entry(key);
        let n_values = entry.map_or(0, |entry| entry.values.len());
        if n_values >= *least {
            continue;
        }
        let message = match (n_values, least) {
            (0, 1) if entry.is_some() => format!("`{key}` is empty, and a {name} pattern needs it"),
            (_, 1) => format!("a {name} pattern needs `{key}`"),
            _ => format!("a {name} pattern needs {least} `{key}`, here are {n_values}"),
        };
        sheet.add(LintId::TierFieldMissing, entry.map_or(tier.whole(), |entry| entry.key_span), message);
    }
}

fn first_line(front_matter: &FrontMatter) -> Span {
    front_matter.entries.first().map_or(Span::point(front_matter.span.start()), |entry| entry.key_span)
}

fn question(sheet: &mut Sheet<'_>) {
    let document = &sheet.pattern().document;
    let entry =
        document.front_matter.as_ref().and_then(|front_matter| front_matter.entry("essential_question"));
    let asked: String = entry
        .map(|entry| entry.values.iter().map(Mapped::as_str).collect::<Vec<_>>().join(", "))
        .unwrap_or_default();
    if asked.is_empty() {
        let at = document.front_matter.as_ref().map_or(Span::point(0), first_line);
        sheet.add(LintId::NoEssentialQuestion, at, "the front matter has no `essential_question`");
    }
    let sections = sections(document);
    let is_own =
        |words: &str| words.starts_with("essential question") && !words.starts_with("essential questions");
    let own = sections.iter().find(|section| is_own(&section.words));
    let Some(section) = own else {
        // A list of questions is no repetition, but the reader finds what the pattern is about.
        let has_list = sections.iter().any(|section| section.words.contains("essential question"));
        if !asked.is_empty() && !has_list {
            let at = entry.map_or(Span::point(0), |entry| entry.key_span);
            sheet.add(LintId::NoEssentialQuestion, at, "no section repeats the essential question");
        }
        return;
    };
    let said: Vec<&str> = words(section.own).iter().map(|inline| inline.as_str()).collect();
    let said = plain(&said.join(" "));
    let is_same = said.contains(&plain(&asked)) || plain(section.title).contains(&plain(&asked));
    if !asked.is_empty() && !is_same && !entry.is_some_and(is_open) {
        let message = if said.is_empty() {
            "the section does not repeat the essential question"
        } else {
            "the essential question reads otherwise than in the front matter"
        };
        sheet.add(LintId::EssentialQuestionDiffers, section.span, message);
    }
}

fn status(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    let Some(field) = pattern.field("status").filter(|field| !field.value.contains('|')) else { return };
    if pattern.status.is_none() {
        sheet.add(LintId::UnknownStatus, field.span, format!("the status `{}` is not known", field.value));
    }
}

/// The canonical path counts from the root of the documents, and so does the file's path, perhaps from another one.
fn canonical_path(sheet: &mut Sheet<'_>) {
    let pattern = sheet.pattern();
    let Some(field) = pattern.field("canonical_path") else { return };
    let is_hint = field.value.contains('[') || field.value.contains("00x_");
    let (said, is) = (field.value.trim_matches('`').trim_start_matches("./"), pattern.path.as_str());
    let is_end = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|head| head.is_empty() || head.ends_with('/'))
    };
    if !is_hint && !is_end(is, said) && !is_end(said, is) {
        let message = format!("the canonical path is `{said}`, but the file is `{is}`");
        sheet.add(LintId::CanonicalPathDiffers, field.span, message);
    }
}
