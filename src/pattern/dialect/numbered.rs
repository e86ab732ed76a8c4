//! The numbered pattern: `# Pattern 002: …`, header bullets, invariants, guidance, acceptance checklist.

use super::{Dialect, Outline, Reason, reason};
use crate::pattern::SectionKind;
use crate::pattern::section::{Alias, Part};

pub(super) const SECTIONS: &[Alias] = &[
    ("core philosophy", Part::Norm(SectionKind::Invariant)),
    ("acceptance", Part::Norm(SectionKind::Checklist)),
];

pub(super) const ELSEWHERE: Part = Part::Modal(SectionKind::Other);

pub(super) fn score(outline: &Outline) -> Vec<Reason> {
    let rest = outline.title().strip_prefix("pattern ").unwrap_or("");
    let is_numbered = rest.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with("nnn");
    let title = if is_numbered { 6 } else { 0 };
    let sections = outline.n_with(&[
        "pattern header",
        "executive summary",
        "context and forces",
        "decision trigger",
        "invariant",
        "implementation guidance",
        "failure modes and mitigation",
        "anti pattern",
        "acceptance checklist",
    ]);
    let fields = outline.n_fields(&["pattern id", "scope", "primary goal", "non goals"]);
    [
        reason(Dialect::Numbered, title, "the title is `Pattern` and a number"),
        reason(Dialect::Numbered, sections, format!("{sections} of 9 section names of a numbered pattern")),
        reason(Dialect::Numbered, fields, format!("{fields} of 4 header fields of a numbered pattern")),
    ]
    .into_iter()
    .flatten()
    .collect()
}
