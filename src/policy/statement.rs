//! Patterns and what became of their statements, with the places that speak for it. Holds data; decides no state but those
//! that permissions give.

use crate::base::{CheckId, RelPath, Span};
use crate::finding::{Finding, State};
use std::collections::BTreeSet;

/// What is told of a pattern document beside its statements.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PatternAbout {
    /// Its id.
    pub id: String,
    /// Its document.
    pub path: RelPath,
    /// Its title.
    pub title: String,
    /// Its status, where it says one.
    pub status: Option<String>,
    /// Its tier, where it says one.
    pub tier: Option<String>,
    /// Whether it comes with the program.
    pub is_builtin: bool,
}

/// What a place says of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It breaks it: there is a finding at the place.
    Breaks,
    /// Too little could be seen.
    Unclear,
    /// It keeps it.
    Holds,
}

/// A place in code at which a check judged for a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// What it says.
    pub outcome: Outcome,
    /// File of the place.
    pub path: RelPath,
    /// Bytes of the place.
    pub span: Span,
    /// The check that judged.
    pub check: CheckId,
    /// What could not be seen, where that is so.
    pub reason: String,
}

impl Evidence {
    /// Whether `finding` is what this place says.
    #[must_use]
    pub fn is_of(&self, finding: &Finding) -> bool {
        self.outcome == Outcome::Breaks
            && self.span == finding.span
            && self.check == finding.check
            && self.path == finding.path
    }
}

/// What became of one statement of a pattern document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementCount {
    /// Id of the document.
    pub pattern: String,
    /// Id of the statement in it.
    pub id: String,
    /// The sentence.
    pub text: String,
    /// The kind of its section, such as `invariant`.
    pub section: String,
    /// What it asks for, such as `must-not`.
    pub polarity: String,
    /// Its state, such as `pass` or `manual`.
    pub state: String,
    /// Why it is in this state; may be empty.
    pub reason: String,
    /// Subjects of its rules.
    pub subjects: u32,
    /// Findings of its rules.
    pub findings: u32,
    /// The checks that are bound to it.
    pub checks: Vec<CheckId>,
    /// The places that break it, those that cannot be judged, and those that keep it; sorted.
    pub evidence: Vec<Evidence>,
    /// A place that its checks looked at belongs to the change that was asked about.
    pub is_touched: bool,
    /// The document.
    pub path: RelPath,
    /// 1-based line in the document.
    pub line: u32,
}

impl StatementCount {
    /// Sets its state where its findings are all permitted: known before, or waived.
    pub(super) fn settle(&mut self, findings: &[Finding]) {
        if self.state != "fail" {
            return;
        }
        let own = findings.iter().filter(|finding| self.evidence.iter().any(|place| place.is_of(finding)));
        let states: BTreeSet<State> = own.map(|finding| finding.state).collect();
        let is_only =
            |allowed: &[State]| !states.is_empty() && states.iter().all(|state| allowed.contains(state));
        if is_only(&[State::Baselined]) {
            "baselined".clone_into(&mut self.state);
        } else if is_only(&[State::Baselined, State::Waived]) {
            "waived".clone_into(&mut self.state);
        }
    }
}
