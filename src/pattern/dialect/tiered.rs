//! The tiered pattern: front matter with a tier, five levels of depth, pitfalls, production checklist.

use super::{Dialect, Outline, Reason, reason};
use crate::pattern::section::{Alias, Part};

pub(super) const SECTIONS: &[Alias] = &[];

pub(super) const ELSEWHERE: Part = Part::Facts;

pub(super) fn score(outline: &Outline) -> Vec<Reason> {
    let keys = outline.n_keys(&[
        "excellence_tier",
        "pattern_status",
        "essential_question",
        "production_checklist",
        "modern_examples",
        "trade_offs",
        "category",
        "tagline",
        "best_for",
        "current_relevance",
    ]);
    let tier = if outline.n_keys(&["excellence_tier"]) > 0 { 3 } else { 0 };
    let levels = outline.n_with(&["level 1", "level 2", "level 3", "level 4", "level 5"]);
    let sections = outline.n_with(&[
        "essential question",
        "when to use when not to use",
        "complete blueprint",
        "what youll master",
        "quick reference",
    ]);
    [
        reason(Dialect::Tiered, tier, "the front matter names a tier"),
        reason(Dialect::Tiered, keys, format!("{keys} keys of a tiered pattern in the front matter")),
        reason(Dialect::Tiered, levels, format!("{levels} of 5 levels")),
        reason(Dialect::Tiered, sections, format!("{sections} of 5 section names of a tiered pattern")),
    ]
    .into_iter()
    .flatten()
    .collect()
}
