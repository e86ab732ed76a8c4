//! The system design guide: metadata bullets, numbered sections, pitfalls, edge-case and completion checklists.

use super::{Dialect, Outline, Reason, reason};
use crate::pattern::SectionKind;
use crate::pattern::section::{Alias, Part};

pub(super) const SECTIONS: &[Alias] = &[
    ("implementation guide", Part::Norm(SectionKind::Guidance)),
    ("implementation note", Part::Norm(SectionKind::Guidance)),
];

pub(super) const ELSEWHERE: Part = Part::Modal(SectionKind::Other);

pub(super) fn score(outline: &Outline) -> Vec<Reason> {
    let numbered = outline.headings.iter().filter(|(level, _, words)| {
        let digits = words.trim_start_matches(|c: char| c.is_ascii_digit());
        *level == 2 && digits.len() < words.len() && digits.starts_with([')', '.'])
    });
    let numbered = (numbered.count() as u32 / 2).min(4);
    let fields = outline.n_fields(&["canonical path", "last updated", "owners", "reviewers", "tags"]);
    let path = outline.n_fields(&["canonical path"]) * 4;
    let sections = outline.n_with(&[
        "problem and context",
        "decision drivers",
        "intuition",
        "pitfalls and edge cases",
        "properties and guarantees",
        "data model and storage",
        "capacity and sizing",
        "implementation guide",
        "edge case checklist",
        "completion checklist",
        "runbooks",
        "cost model",
    ]);
    [
        reason(Dialect::Guide, path, "a bullet gives the canonical path"),
        reason(Dialect::Guide, fields, format!("{fields} of 5 metadata fields of a design guide")),
        reason(Dialect::Guide, numbered, "sections are numbered"),
        reason(Dialect::Guide, sections, format!("{sections} of 12 section names of a design guide")),
    ]
    .into_iter()
    .flatten()
    .collect()
}
