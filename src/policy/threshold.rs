//! Which findings fail a run. Counts only; prints and exits nothing.

use crate::finding::{Finding, Precision, Severity, State};

/// From which severity on a finding fails the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Errors only.
    #[default]
    Error,
    /// Warnings and errors.
    Warning,
    /// Anything.
    Note,
    /// Nothing.
    Never,
}

/// What the findings mean for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing reaches the threshold.
    Conforms,
    /// So many findings reach it.
    Fails(usize),
}

impl FailOn {
    /// All words that [`FailOn::named`] takes.
    pub const NAMES: [&'static str; 4] = ["error", "warning", "note", "never"];

    /// The threshold of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "error" => Some(Self::Error),
            "warning" => Some(Self::Warning),
            "note" => Some(Self::Note),
            "never" => Some(Self::Never),
            _ => None,
        }
    }

    const fn least(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }

    /// Whether something of this weight fails the run.
    #[must_use]
    pub fn is_reached_at(self, severity: Severity) -> bool {
        self.least().is_some_and(|least| severity >= least)
    }

    /// Whether `finding` fails the run. Heuristic, proposed, waived and baselined ones never do.
    #[must_use]
    pub fn is_reached_by(self, finding: &Finding) -> bool {
        self.least().is_some_and(|least| {
            finding.severity >= least
                && finding.precision != Precision::Heuristic
                && finding.state == State::New
        })
    }

    /// What all findings together mean.
    #[must_use]
    pub fn decide(self, findings: &[Finding]) -> Decision {
        match findings.iter().filter(|finding| self.is_reached_by(finding)).count() {
            0 => Decision::Conforms,
            n_failing => Decision::Fails(n_failing),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Decision, FailOn};
    use crate::finding::{Precision, Severity, State};
    use crate::policy::report::tests::finding;

    #[track_caller]
    fn check(fail_on: FailOn, severity: Severity, precision: Precision, state: State, fails: bool) {
        let finding = crate::finding::Finding { severity, precision, state, ..finding("a.rs", 0, "c") };
        let expected = if fails { Decision::Fails(1) } else { Decision::Conforms };
        assert_eq!(fail_on.decide(&[finding]), expected, "{fail_on:?} {severity} {precision:?} {state:?}");
    }

    #[test]
    fn a_finding_fails_from_its_severity_on() {
        for (severity, fails) in [
            (Severity::Error, [true, true, true, false]),
            (Severity::Warning, [false, true, true, false]),
            (Severity::Note, [false, false, true, false]),
        ] {
            for (word, fails) in FailOn::NAMES.into_iter().zip(fails) {
                let fail_on = FailOn::named(word).expect("a threshold");
                check(fail_on, severity, Precision::Exact, State::New, fails);
                check(fail_on, severity, Precision::Role, State::New, fails);
            }
        }
    }

    #[test]
    fn a_guess_and_a_permitted_finding_never_fail() {
        check(FailOn::Note, Severity::Error, Precision::Heuristic, State::New, false);
        for state in [State::Baselined, State::Waived, State::Proposed] {
            check(FailOn::Note, Severity::Error, Precision::Exact, state, false);
        }
    }
}
