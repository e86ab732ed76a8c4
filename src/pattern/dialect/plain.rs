//! Any Markdown that follows no known layout, such as one with a checklist.

use super::{Dialect, Outline, Reason, reason};
use crate::pattern::SectionKind;
use crate::pattern::section::{Alias, Part};

pub(super) const SECTIONS: &[Alias] = &[];

pub(super) const ELSEWHERE: Part = Part::Modal(SectionKind::Other);

/// Less than this speaks for no layout at all.
const ENOUGH: u32 = 5;

pub(super) fn score(_: &Outline) -> Vec<Reason> {
    let text = format!("a known layout needs at least {ENOUGH} points");
    reason(Dialect::Plain, ENOUGH - 1, text).into_iter().collect()
}
