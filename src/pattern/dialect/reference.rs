//! The reference: short headings, each with code or data that shows how it should look.

use super::{Dialect, Outline, Reason, reason};
use crate::pattern::SectionKind;
use crate::pattern::section::{Alias, Part};

pub(super) const SECTIONS: &[Alias] =
    &[("observability", Part::Norm(SectionKind::Exemplar)), ("metrics", Part::Norm(SectionKind::Exemplar))];

pub(super) const ELSEWHERE: Part = Part::Norm(SectionKind::Exemplar);

pub(super) fn score(outline: &Outline) -> Vec<Reason> {
    let is_reference = outline.title().contains("reference") || outline.title().contains("cheat sheet");
    let title = if is_reference { 4 } else { 0 };
    let n_leaves = outline.headings.iter().filter(|(level, _, _)| *level >= 3).count();
    // Where a checklist or a list of pitfalls says what must hold, the code around it only explains.
    let is_fenced = n_leaves >= 2 && outline.n_fenced * 3 >= n_leaves * 2 && !outline.has_norm();
    let fenced = if is_fenced { 4 } else { 0 };
    let few = if is_fenced && outline.n_items < outline.n_fenced { 2 } else { 0 };
    [
        reason(Dialect::Reference, title, "the title names a reference"),
        reason(Dialect::Reference, fenced, "most of the lower headings stand right above code"),
        reason(Dialect::Reference, few, "there are fewer bullets than blocks of code"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
