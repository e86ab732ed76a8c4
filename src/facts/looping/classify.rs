//! Says what each loop is for.

use crate::base::FileIdx;
use crate::facts::{Codebase, LoopFact};

/// The loops of a file, in node order.
#[must_use]
pub(in crate::facts) fn loops_of(_codebase: &Codebase, _file: FileIdx) -> Vec<LoopFact> {
    Vec::new()
}
