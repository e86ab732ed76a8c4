//! What a check found in scanned code. Does not sort, filter or print it.

use crate::base::{CheckId, RelPath, Span};
use crate::finding::Fix;
use std::fmt;

/// How much a finding weighs; a heavier one is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Worth a look.
    Warning,
    /// Breaks a pattern.
    Error,
}

impl Severity {
    /// The word used in rules and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a check's verdict rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// The shape alone decides.
    Exact,
    /// Exact once a role is known.
    Role,
    /// A good guess; at most a warning, never gates by default.
    Heuristic,
}

impl Precision {
    /// The word used in rules and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Role => "role",
            Self::Heuristic => "heuristic",
        }
    }
}

/// What policy made of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Counts against the threshold.
    New,
    /// Was there when the baseline was written.
    Baselined,
    /// Permitted by a waiver.
    Waived,
    /// Comes from a rule that nobody has accepted yet.
    Proposed,
}

impl State {
    /// Whether somebody has to look at it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Proposed)
    }

    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Baselined => "baselined",
            Self::Waived => "waived",
            Self::Proposed => "proposed",
        }
    }
}

/// A second place that matters to a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// File of the place.
    pub path: RelPath,
    /// Bytes in that file.
    pub span: Span,
    /// What the place has to do with the finding; lower case, no full stop.
    pub text: String,
}

/// The sentence of a pattern document that a finding breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sentence {
    /// Id of the document.
    pub pattern: String,
    /// Id of the statement in it.
    pub id: String,
    /// Its words.
    pub text: String,
    /// The document.
    pub path: RelPath,
    /// 1-based line in the document.
    pub line: u32,
}

/// Identity of a finding over runs: 16 hex digits, free of lines and machine paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u64);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A subject that fails a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check that failed.
    pub check: CheckId,
    /// Weight, after configuration.
    pub severity: Severity,
    /// What the verdict rests on.
    pub precision: Precision,
    /// The fact; lower case, no full stop, code in backticks.
    pub message: String,
    /// Why it matters, from the check.
    pub because: String,
    /// The remedy.
    pub help: String,
    /// File of the primary place.
    pub path: RelPath,
    /// Bytes of the primary place.
    pub span: Span,
    /// Other places, in the order in which they should be read.
    pub labels: Vec<Label>,
    /// Path of the item that holds the place, such as `orders::jobs::run`; empty at file level.
    pub item: String,
    /// Identity over runs.
    pub fingerprint: Fingerprint,
    /// What stays of the identity when the file or module is renamed; findings that look alike share it.
    pub shape: Fingerprint,
    /// What policy made of it.
    pub state: State,
    /// The sentence that it breaks, where a pattern binds its check.
    pub statement: Option<Sentence>,
    /// How the code is to be changed, where its check knows that.
    pub fix: Option<Fix>,
}
