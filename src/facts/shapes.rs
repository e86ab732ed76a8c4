//! What one file's code is shaped like: loops, transactions, SQL. Computed file by file, once calls are known.

use crate::base::{FileIdx, SourceText};
use crate::facts::sql::{Migrations, SqlFact};
use crate::facts::{Codebase, Fan, LoopFact, Region, looping, region, sql};

/// Shapes of one file, each list in node order.
#[derive(Clone, Debug, Default)]
pub(super) struct Shapes {
    pub(super) loops: Vec<LoopFact>,
    pub(super) regions: Vec<Region>,
    pub(super) sql: Vec<SqlFact>,
}

/// Reads the shapes of a file of a code base whose names and calls are known.
fn shapes_of(codebase: &Codebase, file: FileIdx) -> Shapes {
    Shapes {
        loops: looping::loops_of(codebase, file),
        regions: region::regions_of(codebase, file),
        sql: sql::statements_of(codebase, file),
    }
}

/// Runs the phase of shapes, on a code base whose names and calls are known.
pub(super) fn run(codebase: &mut Codebase, sql: &[SourceText], fan: &impl Fan) {
    codebase.migrations = Migrations::new(sql.to_vec());
    codebase.shapes = fan.map(codebase.files.len(), |at| shapes_of(codebase, FileIdx(at as u32)));
}
