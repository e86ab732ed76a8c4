//! What one file's code is shaped like: loops, transactions, SQL. Computed file by file, once calls are known.

use crate::base::FileIdx;
use crate::facts::sql::SqlFact;
use crate::facts::{Codebase, LoopFact, Region, looping, region, sql};

/// Shapes of one file, each list in node order.
#[derive(Clone, Debug, Default)]
pub(super) struct Shapes {
    pub(super) loops: Vec<LoopFact>,
    pub(super) regions: Vec<Region>,
    pub(super) sql: Vec<SqlFact>,
}

/// Reads the shapes of a file of a code base whose names and calls are known.
#[must_use]
pub(super) fn shapes_of(codebase: &Codebase, file: FileIdx) -> Shapes {
    Shapes {
        loops: looping::loops_of(codebase, file),
        regions: region::regions_of(codebase, file),
        sql: sql::statements_of(codebase, file),
    }
}
