//! The answer at the top: whether the service keeps to its patterns, what breaks, what could not be judged.

use crate::finding::{Finding, Severity, State};
use crate::policy::{ChangeUse, Report};
use crate::report::counted;
use crate::report::html::pattern::{PatternView, StateCount};
use crate::report::summary::{number, outside_told};
use crate::report::visible::visible_line;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Checks that are named among what breaks.
const MAX_NAMED: usize = 6;

/// What the page says first.
#[derive(Debug)]
pub(super) struct Headline<'a> {
    /// `bad`, `good` or `doubt`: the tone of the answer.
    pub(super) tone: &'static str,
    pub(super) answer: &'static str,
    pub(super) detail: String,
    /// How many statements hold, and of how many nothing is here.
    pub(super) held: String,
    pub(super) scope: String,
    pub(super) findings: String,
    pub(super) permitted: String,
    /// What a change left out; empty where all of the code counts.
    pub(super) outside: String,
    /// Checks that break most, with their weights and numbers.
    pub(super) worst: Vec<(&'a str, Severity, usize)>,
    pub(super) n_other: usize,
    /// What could not be judged, a line each.
    pub(super) open: Vec<String>,
    pub(super) counts: Vec<StateCount>,
    pub(super) n_statements: usize,
}

impl<'a> Headline<'a> {
    pub(super) fn of(report: &'a Report, patterns: &[PatternView<'_>]) -> Self {
        let n_of = |words: &[&str]| {
            report.statements.iter().filter(|statement| words.contains(&statement.state.as_str())).count()
        };
        let (n_broken, n_held) =
            (n_of(&["fail", "error"]), n_of(&["pass", "partial", "baselined", "waived"]));
        let n_errors = report.n_of(Severity::Error);
        let all = counted(number(report.statements.len()), "statement");
        let (tone, answer, detail) = if report.is_broken {
            (
                "bad",
                "Nobody can say.",
                "The run failed before it could judge the code; the problems say why.".to_owned(),
            )
        } else if n_broken > 0 {
            (
                "bad",
                "No.",
                format!("{n_broken} of {all} {} broken.", if n_broken == 1 { "is" } else { "are" }),
            )
        } else if n_errors > 0 {
            (
                "bad",
                "No.",
                format!("Checks that no pattern binds found {}.", counted(number(n_errors), "error")),
            )
        } else if n_held > 0 {
            ("good", "Yes, as far as a machine can tell.", format!("None of {all} is broken."))
        } else {
            (
                "doubt",
                "Nothing was judged.",
                format!("None of {all} speaks of what this code does, or none is tied to a check."),
            )
        };
        let (worst, n_other) = worst(report);
        Self {
            tone,
            answer,
            detail,
            held: held(n_of(&["pass", "tested", "attested"]), n_of(&["not-applicable"])),
            scope: scope(report, patterns.len()),
            findings: open_findings(report),
            permitted: permitted(report),
            outside: outside(report),
            worst,
            n_other,
            open: open(report, &n_of),
            counts: StateCount::of(&report.statements.iter().collect::<Vec<_>>()),
            n_statements: report.statements.len(),
        }
    }
}

fn held(n_held: usize, n_idle: usize) -> String {
    let holds = if n_held == 1 { "1 holds".to_owned() } else { format!("{n_held} hold") };
    let idle = if n_idle == 1 { "1 speaks".to_owned() } else { format!("{n_idle} speak") };
    format!("{holds}, {idle} of what this code does not do.")
}

fn scope(report: &Report, n_patterns: usize) -> String {
    let n_checks = report.checks.iter().filter(|count| count.not_applicable.is_none()).count();
    let n_subjects: u32 = report.checks.iter().map(|count| count.subjects).sum();
    format!(
        "{} held against {}: {} looked at {}",
        counted(report.blind_spots.files, "file"),
        counted(number(n_patterns), "pattern"),
        counted(number(n_checks), "check"),
        counted(n_subjects, "place")
    )
}

fn open_findings(report: &Report) -> String {
    let n = |severity| number(report.n_of(severity));
    format!(
        "{}, {}, {}",
        counted(n(Severity::Error), "error"),
        counted(n(Severity::Warning), "warning"),
        counted(n(Severity::Note), "note")
    )
}

fn permitted(report: &Report) -> String {
    let n = |state: State| report.findings.iter().filter(|it| it.state == state).count();
    let parts = [(n(State::Waived), "waived"), (n(State::Baselined), "in the baseline")];
    let parts: Vec<String> =
        parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    parts.join(", ")
}

fn outside(report: &Report) -> String {
    let told = |change: &ChangeUse| {
        format!("Compared with {}: {}.", visible_line(&change.against), outside_told(change))
    };
    report.change.as_ref().map(told).unwrap_or_default()
}

fn worst(report: &Report) -> (Vec<(&str, Severity, usize)>, usize) {
    let mut by_check: BTreeMap<&str, (Severity, usize)> = BTreeMap::new();
    for finding in report.open_findings() {
        let Finding { check, severity, .. } = finding;
        let known = by_check.entry(check.as_str()).or_insert((*severity, 0));
        *known = (known.0.max(*severity), known.1 + 1);
    }
    let mut rows: Vec<(&str, Severity, usize)> =
        by_check.into_iter().map(|(check, (severity, n))| (check, severity, n)).collect();
    rows.sort_by_key(|(check, severity, n)| (Reverse((*severity, *n)), *check));
    let n_other = rows.len().saturating_sub(MAX_NAMED);
    rows.truncate(MAX_NAMED);
    (rows, n_other)
}

fn open(report: &Report, n_of: &dyn Fn(&[&str]) -> usize) -> Vec<String> {
    let spots = report.blind_spots;
    let rows = [
        (n_of(&["unknown"]), "statement", "too little of the code could be seen"),
        (n_of(&["partial"]), "statement", "judged in part"),
        (n_of(&["stale"]), "statement", "words that changed since they were tied to checks"),
        (n_of(&["manual"]), "statement", "for a person to judge"),
        (n_of(&["unbound", "proposed"]), "statement", "tied to nothing that was accepted"),
        (spots.unparsed as usize, "item", "not parsed"),
        (spots.opaque_macros as usize, "macro call", "arguments not read as code"),
        (spots.unresolved as usize, "name", "not resolved"),
        (report.n_documents_lost, "document", "not read at all"),
    ];
    let rows = rows.into_iter().filter(|(n, _, _)| *n > 0);
    rows.map(|(n, what, why)| format!("{}: {why}", counted(number(n), what))).collect()
}
