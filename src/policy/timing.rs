//! Where a run's time went. Measures nothing itself.

use crate::base::CheckId;
use std::time::Duration;

/// A part of a run, in the order in which they happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Finding the files.
    Walk,
    /// Reading and parsing them.
    Parse,
    /// Assembling the code base.
    Facts,
    /// Evaluating the checks.
    Engine,
    /// Writing the report.
    Report,
}

impl Phase {
    /// What the phase does, in a word or two.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Parse => "read and parse",
            Self::Facts => "facts",
            Self::Engine => "checks",
            Self::Report => "report",
        }
    }
}

/// Wall time by phase, and time by check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Each phase that ran, in order.
    pub phases: Vec<(Phase, Duration)>,
    /// Each check that ran, summed over threads, in no order.
    pub checks: Vec<(CheckId, Duration)>,
    /// Bytes of Rust text that were read.
    pub n_bytes: u64,
    /// Lines of Rust text that were read.
    pub n_lines: u64,
}

impl Timings {
    /// All phases together.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.phases.iter().map(|(_, time)| *time).sum()
    }

    /// The `n` checks that took longest, the longest first.
    #[must_use]
    pub fn dearest(&self, n: usize) -> Vec<(CheckId, Duration)> {
        let mut checks = self.checks.clone();
        checks.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        checks.truncate(n);
        checks
    }
}

#[cfg(test)]
mod tests {
    use super::Timings;
    use crate::base::CheckId;
    use std::time::Duration;

    #[test]
    fn the_dearest_check_comes_first_and_equals_go_by_name() {
        let checks = [("b", 1), ("c", 5), ("a", 1)]
            .map(|(id, ms)| (CheckId::new(id).expect("an id"), Duration::from_millis(ms)))
            .to_vec();
        let timings = Timings { checks, ..Timings::default() };
        let order: Vec<_> = timings.dearest(2).iter().map(|(id, _)| id.to_string()).collect();
        assert_eq!(order, ["c", "a"]);
    }
}
