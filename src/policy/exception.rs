//! Other weights of checks for parts of the code. Knows no configuration and evaluates nothing.

use crate::base::{CheckId, PathGlob, RelPath};
use crate::finding::{Finding, Severity};
use crate::policy::Report;
use std::collections::BTreeSet;

/// A part of the code.
#[derive(Clone, Debug)]
pub enum Part {
    /// The files that one of these globs names.
    Files(Vec<PathGlob>),
    /// A package: its folder without the folders of packages inside it.
    Package {
        /// Its folder.
        folder: RelPath,
        /// Folders of other packages.
        others: Vec<RelPath>,
    },
}

impl Part {
    /// Whether a file belongs to it.
    #[must_use]
    pub fn holds(&self, path: &RelPath) -> bool {
        match self {
            Self::Files(globs) => globs.iter().any(|glob| glob.matches(path.as_str())),
            Self::Package { folder, others } => {
                let is_inner = |other: &&RelPath| *other != folder && other.is_below(folder);
                path.is_below(folder) && !others.iter().filter(is_inner).any(|other| path.is_below(other))
            }
        }
    }
}

/// What holds for one check in a part of the code.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Where.
    pub part: Part,
    /// The check.
    pub check: CheckId,
    /// Another weight.
    pub severity: Option<Severity>,
    /// Whether it runs there.
    pub is_enabled: Option<bool>,
}

impl Report {
    /// Lays `exceptions` over the findings; the last one that says something about a finding wins. What only an exception
    /// switched on is named in `off`, and stays only there.
    pub fn except(&mut self, exceptions: &[Exception], off: &[CheckId]) {
        let concerns = |exception: &&Exception, finding: &Finding| {
            exception.check == finding.check && exception.part.holds(&finding.path)
        };
        let mut silenced = BTreeSet::new();
        self.findings.retain_mut(|finding| {
            let own = || exceptions.iter().filter(|exception| concerns(exception, finding));
            let is_enabled = own().filter_map(|exception| exception.is_enabled).next_back();
            let severity = own().filter_map(|exception| exception.severity).next_back();
            finding.severity = severity.unwrap_or(finding.severity);
            let is_kept = is_enabled.unwrap_or_else(|| !off.contains(&finding.check));
            if !is_kept {
                silenced.insert(finding.check.clone());
            }
            is_kept
        });
        self.settle_silenced(&silenced);
    }

    /// A sentence that only findings broke which nobody wants to hear of does not apply.
    fn settle_silenced(&mut self, silenced: &BTreeSet<CheckId>) {
        let broken: BTreeSet<&CheckId> = self.findings.iter().map(|finding| &finding.check).collect();
        for statement in self.statements.iter_mut().filter(|statement| statement.state == "fail") {
            let is_silenced = statement.checks.iter().any(|check| silenced.contains(check));
            if is_silenced && !statement.checks.iter().any(|check| broken.contains(check)) {
                "not-applicable".clone_into(&mut statement.state);
                "its checks are switched off where they found something".clone_into(&mut statement.reason);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Exception, Part};
    use crate::base::{CheckId, PathGlob, RelPath};
    use crate::finding::Severity;
    use crate::policy::report::tests::finding;
    use crate::policy::{Report, StatementCount};

    #[test]
    fn the_last_exception_that_names_a_place_wins() {
        let id = CheckId::new("a-check").expect("an id");
        let exception = |glob: &str, severity, is_enabled| Exception {
            part: Part::Files(vec![PathGlob::new(glob).expect("a glob")]),
            check: id.clone(),
            severity,
            is_enabled,
        };
        let exceptions = [
            exception("old", Some(Severity::Note), None),
            exception("old/dead/**", None, Some(false)),
            exception("old/dead/but.rs", None, Some(true)),
        ];
        let paths = ["new/a.rs", "old/a.rs", "old/dead/a.rs", "old/dead/but.rs"];
        let mut findings: Vec<_> = paths.iter().map(|path| finding(path, 1, "a-check")).collect();
        findings.push(finding("old/a.rs", 2, "b-check"));
        let mut report = Report { findings, statements: vec![broken_by(&id)], ..Report::default() };
        report.except(&exceptions, &[]);
        assert_eq!(report.statements[0].state, "fail");
        let told: Vec<_> =
            report.findings.iter().map(|found| format!("{} {}", found.path, found.severity)).collect();
        assert_eq!(told, ["new/a.rs error", "old/a.rs note", "old/dead/but.rs note", "old/a.rs error"]);
        report.except(&exceptions, std::slice::from_ref(&id));
        assert_eq!(report.findings.len(), 2, "what is off stays only where it was switched on");
        report.except(&[exception("**", None, Some(false))], &[]);
        assert_eq!(report.statements[0].state, "not-applicable");
    }

    fn broken_by(check: &CheckId) -> StatementCount {
        StatementCount {
            pattern: "p".to_owned(),
            id: "s".to_owned(),
            text: String::new(),
            section: String::new(),
            polarity: String::new(),
            state: "fail".to_owned(),
            reason: String::new(),
            subjects: 1,
            findings: 1,
            checks: vec![check.clone()],
            evidence: Vec::new(),
            is_touched: false,
            path: RelPath::new("p.md"),
            line: 1,
        }
    }

    #[test]
    fn a_package_ends_where_another_begins() {
        let part =
            Part::Package { folder: RelPath::new(""), others: ["", "crates/x"].map(RelPath::new).to_vec() };
        assert!(part.holds(&RelPath::new("src/a.rs")));
        assert!(!part.holds(&RelPath::new("crates/x/src/a.rs")));
    }
}
