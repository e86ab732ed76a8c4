//! Walks, reads, fans out, contains panics, and assembles what the layers below make of a service.
//! Judges nothing, sorts nothing for people, prints nothing.

mod asked;
mod change;
mod check;
mod conformance;
mod example;
mod git;
mod load;
mod needs;
mod pages;
mod pool;
mod progress;
mod read;
mod root;
mod survey;
mod waiver;
mod walk;
mod words;

pub use crate::engine::{Clock, ExplainedSubject, Explanation, NearMiss, Verdict};
pub use crate::facts::{Note, TargetKind};
pub use asked::Selection;
pub use change::{Touched, TouchedItem};
pub use example::{ExampleRun, example_report, run_examples};
pub use git::{changes_since, repository_prefix};
pub use load::{Loaded, Options, load};
pub use pages::{Page, check_pages, pages};
pub use pool::{Panicked, Pool};
pub use progress::{Progress, Silent};
pub use read::{MAX_BYTES, n_unparsed, read};
pub use root::{Roots, plain};
pub use survey::{PlayedRole, Survey};
pub use waiver::{Waived, Wanted, with_waivers};
pub use walk::{FileKind, Found, walk};
pub use words::vocabulary;
