//! What one run found, counted and could not see. Holds data; formats are written by `report`.

use crate::base::{CheckId, RelPath, SourceText, Span};
use crate::finding::{Finding, Precision, Problem, Severity};
use crate::policy::{BaselineUse, ChangeUse, PatternAbout, Since, StatementCount, Timings, WaiverRow};
use std::collections::BTreeMap;

/// The verdicts of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckCount {
    /// The check.
    pub check: CheckId,
    /// Subjects it looked at.
    pub subjects: u32,
    /// Subjects that conform.
    pub pass: u32,
    /// Subjects that do not.
    pub fail: u32,
    /// Subjects of which too little could be seen.
    pub unknown: u32,
    /// Why it does not apply here, where it does not.
    pub not_applicable: Option<String>,
}

/// What a check is, for formats that describe their rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckAbout {
    /// Its id.
    pub check: CheckId,
    /// The theme that it belongs to.
    pub theme: String,
    /// Weight of its findings, configuration applied.
    pub severity: Severity,
    /// What its verdicts rest on.
    pub precision: Precision,
    /// The reasons in its page, as Markdown; may be empty.
    pub why: String,
    /// Address of its page, where one is known.
    pub page: Option<String>,
}

/// A subject of which too little could be seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownSubject {
    /// File of the subject.
    pub path: RelPath,
    /// Bytes of the subject.
    pub span: Span,
    /// The check that could not judge it.
    pub check: CheckId,
    /// What could not be seen.
    pub reason: String,
}

/// How much was read, and what could not be examined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlindSpots {
    /// Files that were read.
    pub files: u32,
    /// Items and files that could not be parsed.
    pub unparsed: u32,
    /// Macro calls whose arguments could not be read as code.
    pub opaque_macros: u32,
    /// Names that lead nowhere we can see.
    pub unresolved: u32,
}

/// Everything a format may show.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What people call the scanned code; may be empty.
    pub service: String,
    /// What fails, sorted once [`Report::into_ordered`] was called.
    pub findings: Vec<Finding>,
    /// Counts by check, sorted by id.
    pub checks: Vec<CheckCount>,
    /// What the checks are, sorted by id.
    pub about: Vec<CheckAbout>,
    /// What could not be judged, sorted by place.
    pub unknowns: Vec<UnknownSubject>,
    /// Documents of which nothing could be read, so that none of their sentences was judged.
    pub n_documents_lost: usize,
    /// The patterns that were bound, sorted by id.
    pub patterns: Vec<PatternAbout>,
    /// States of statements, by pattern and place in its document; empty where no pattern was bound.
    pub statements: Vec<StatementCount>,
    /// What became of each waiver.
    pub waivers: Vec<WaiverRow>,
    /// What became of the baseline; `None` where there is none.
    pub baseline: Option<BaselineUse>,
    /// What a change left of the findings; `None` where all of them are told.
    pub change: Option<ChangeUse>,
    /// What differs from an earlier report; `None` where there is none.
    pub since: Option<Since>,
    /// What could not be seen.
    pub blind_spots: BlindSpots,
    /// The run failed before it could judge the code, so that no findings mean nothing; a problem says why.
    pub is_broken: bool,
    /// A command of cargo that ran before the scan failed.
    pub build_failed: bool,
    /// What people wrote for us and got wrong, and what could not be read.
    pub problems: Vec<Problem>,
    /// Texts of all files that findings point into.
    pub sources: BTreeMap<RelPath, SourceText>,
    /// Where the time went.
    pub timings: Timings,
}

impl Report {
    /// The same report in its final order: findings by path, place and check; counts by check; problems by place.
    /// What is there twice stays once.
    #[must_use]
    pub fn into_ordered(mut self) -> Self {
        self.findings.sort_by(|a, b| {
            (&a.path, a.span, &a.check, &a.message, &a.labels)
                .cmp(&(&b.path, b.span, &b.check, &b.message, &b.labels))
        });
        self.findings.dedup();
        self.checks.sort_by(|a, b| a.check.cmp(&b.check));
        self.unknowns.sort();
        self.patterns.sort();
        self.statements
            .sort_by(|a, b| (&a.pattern, &a.path, a.line, &a.id).cmp(&(&b.pattern, &b.path, b.line, &b.id)));
        self.problems.sort();
        self.problems.dedup();
        self
    }

    /// Sets the states of statements whose findings are all permitted: known before, or waived.
    pub fn settle_statements(&mut self) {
        for statement in &mut self.statements {
            statement.settle(&self.findings);
        }
    }

    /// Marks the statements of which a place belongs to a change, as `holds` says.
    pub fn mark_touched(&mut self, holds: impl Fn(&RelPath, Span) -> bool) {
        for statement in &mut self.statements {
            statement.is_touched = statement.evidence.iter().any(|place| holds(&place.path, place.span));
        }
    }

    /// Address of the page of a check, where one is known.
    #[must_use]
    pub fn page_of(&self, check: &CheckId) -> Option<&str> {
        let at = self.about.binary_search_by(|about| about.check.cmp(check)).ok()?;
        self.about.get(at)?.page.as_deref()
    }

    /// The findings that somebody has to look at: neither waived nor in the baseline.
    pub fn open_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.state.is_open())
    }

    /// Number of open findings of `severity`.
    #[must_use]
    pub fn n_of(&self, severity: Severity) -> usize {
        self.open_findings().filter(|finding| finding.severity == severity).count()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Report;
    use crate::base::{CheckId, RelPath, Span};
    use crate::finding::{Finding, Fingerprint, Precision, Problem, Severity, State};

    /// A finding of `check` at byte `start` of `path`.
    pub(crate) fn finding(path: &str, start: u32, check: &str) -> Finding {
        Finding {
            check: CheckId::new(check).expect("an id"),
            severity: Severity::Error,
            precision: Precision::Exact,
            message: "a fact".to_owned(),
            because: String::new(),
            help: String::new(),
            path: RelPath::new(path),
            span: Span::point(start),
            labels: Vec::new(),
            item: String::new(),
            fingerprint: Fingerprint(0),
            shape: Fingerprint(0),
            state: State::New,
            statement: None,
            fix: None,
        }
    }

    #[test]
    fn findings_are_sorted_by_path_place_and_check_and_stay_once() {
        let findings = vec![
            finding("b.rs", 1, "a-check"),
            finding("a.rs", 9, "a-check"),
            finding("a.rs", 2, "b-check"),
            finding("a.rs", 2, "a-check"),
            finding("a.rs", 9, "a-check"),
        ];
        let problems = vec![Problem::new("z"), Problem::new("a"), Problem::new("z")];
        let report = Report { findings, problems, ..Report::default() }.into_ordered();
        let order: Vec<_> =
            report.findings.iter().map(|f| (f.path.as_str(), f.span.start(), f.check.as_str())).collect();
        assert_eq!(
            order,
            [("a.rs", 2, "a-check"), ("a.rs", 2, "b-check"), ("a.rs", 9, "a-check"), ("b.rs", 1, "a-check")]
        );
        assert_eq!(report.problems, [Problem::new("a"), Problem::new("z")]);
    }
}
