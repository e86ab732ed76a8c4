//! The registry: tables of patterns with category and status, counts, a graph of dependencies.

use super::{Dialect, Outline, Reason, reason};
use crate::pattern::SectionKind;
use crate::pattern::section::{Alias, Part};

pub(super) const SECTIONS: &[Alias] = &[];

pub(super) const ELSEWHERE: Part = Part::Modal(SectionKind::Other);

pub(super) fn score(outline: &Outline) -> Vec<Reason> {
    let is_registry = outline.title().contains("registry") || outline.title().contains("pattern index");
    let title = if is_registry { 4 } else { 0 };
    let is_rows = |header: &String| header.starts_with("pattern|") && header.contains("status");
    let rows = if outline.tables.iter().any(is_rows) { 4 } else { 0 };
    let is_count = |header: &String| header == "status|count";
    let counts = if outline.tables.iter().any(is_count) { 2 } else { 0 };
    let sections = outline.n_with(&["all patterns", "categories", "progress", "dependency graph"]);
    [
        reason(Dialect::Registry, title, "the title names a registry"),
        reason(Dialect::Registry, rows, "a table lists patterns with their status"),
        reason(Dialect::Registry, counts, "a table counts patterns by status"),
        reason(Dialect::Registry, sections, format!("{sections} of 4 section names of a registry")),
    ]
    .into_iter()
    .flatten()
    .collect()
}
