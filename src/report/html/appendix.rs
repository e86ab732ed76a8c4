//! What belongs to no statement, and what the run looked at and could not see.

use crate::finding::Problem;
use crate::policy::{CheckCount, Report, UnknownSubject};
use crate::report::html::escape::{Markup, prose};
use crate::report::html::finding::{Card, Cards, Remark, place_of, shared_remarks};
use std::collections::BTreeMap;

/// Problems and places that are listed at most; the rest is counted.
const MAX_LISTED: usize = 500;

/// The findings of one check that no statement speaks of.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) check: &'a str,
    pub(super) findings: Vec<Card<'a>>,
    /// What several of these say.
    pub(super) remarks: Vec<Remark>,
}

/// What the run looked at and could not see.
#[derive(Debug)]
pub(super) struct Appendix<'a> {
    pub(super) checks: Vec<&'a CheckCount>,
    /// Checks that do not apply, with the reasons.
    pub(super) idle: Vec<(&'a str, &'a str)>,
    pub(super) unknowns: Vec<UnknownView<'a>>,
    pub(super) n_unknowns_more: usize,
    pub(super) problems: Vec<ProblemView>,
    pub(super) n_problems_more: usize,
}

/// A subject of which too little could be seen.
#[derive(Debug)]
pub(super) struct UnknownView<'a> {
    pub(super) place: String,
    pub(super) check: &'a str,
    pub(super) reason: Markup,
}

/// A problem.
#[derive(Debug)]
pub(super) struct ProblemView {
    pub(super) place: String,
    pub(super) message: Markup,
    pub(super) help: Markup,
}

/// The findings that no statement gave out, by check.
pub(super) fn groups<'a>(report: &'a Report, cards: &mut Cards<'a>) -> Vec<Group<'a>> {
    let mut by_check: BTreeMap<&'a str, Vec<Card<'a>>> = BTreeMap::new();
    for idx in cards.rest() {
        if let (Some(finding), Some(card)) = (report.findings.get(idx), cards.take(idx)) {
            by_check.entry(finding.check.as_str()).or_default().push(card);
        }
    }
    let group = |(check, mut findings): (&'a str, Vec<Card<'a>>)| {
        let remarks = shared_remarks(findings.iter_mut());
        Group { check, findings, remarks }
    };
    by_check.into_iter().map(group).collect()
}

impl<'a> Appendix<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let unknown = |unknown: &'a UnknownSubject| UnknownView {
            place: place_of(report, &unknown.path, unknown.span),
            check: unknown.check.as_str(),
            reason: prose(&unknown.reason),
        };
        let idle = |count: &'a CheckCount| Some((count.check.as_str(), count.not_applicable.as_deref()?));
        Self {
            checks: report.checks.iter().filter(|count| count.not_applicable.is_none()).collect(),
            idle: report.checks.iter().filter_map(idle).collect(),
            unknowns: report.unknowns.iter().take(MAX_LISTED).map(unknown).collect(),
            n_unknowns_more: report.unknowns.len().saturating_sub(MAX_LISTED),
            problems: report.problems.iter().take(MAX_LISTED).map(problem).collect(),
            n_problems_more: report.problems.len().saturating_sub(MAX_LISTED),
        }
    }
}

fn problem(problem: &Problem) -> ProblemView {
    let place = problem.place.as_ref().map(|place| match place.line_column {
        Some((line, column)) => format!("{}:{line}:{column}", place.path.as_str()),
        None => place.path.as_str().to_owned(),
    });
    ProblemView {
        place: place.unwrap_or_default(),
        message: prose(&problem.message),
        help: prose(&problem.help),
    }
}
