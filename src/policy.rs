//! From findings to a decision: the report's data, the threshold, the final order.
//! The only place that sorts what people see; never looks at code, never writes.

mod baseline;
mod change;
mod earlier;
mod exception;
mod fix;
mod report;
mod statement;
mod threshold;
mod timing;
mod waiver;

pub use baseline::{Baseline, BaselineEntry, BaselineUse};
pub use change::{Change, ChangeUse, ChangedFile, DiffScope, Outside, Removed, read_patch};
pub use earlier::{Earlier, EarlierFinding, Since, Turned};
pub use exception::{Exception, Part};
pub use fix::FixPlan;
pub use report::{BlindSpots, CheckAbout, CheckCount, Report, UnknownSubject};
pub use statement::{Evidence, Outcome, PatternAbout, StatementCount};
pub use threshold::{Decision, FailOn};
pub use timing::{Phase, Timings};
pub use waiver::{
    ABOUT_WAIVERS, Asked, Waiver, WaiverEntry, WaiverForm, WaiverRow, WaiverUse, is_about_waivers, waive,
};
