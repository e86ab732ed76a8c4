//! What is permitted and what changed: waivers, the baseline, the difference from an earlier report.

use crate::finding::Finding;
use crate::policy::{BaselineUse, Report, Since, WaiverUse};
use crate::report::counted;
use crate::report::html::finding::{Cards, Line, place_of};
use crate::report::summary::number;

/// A waiver.
#[derive(Debug)]
pub(super) struct WaiverView<'a> {
    pub(super) place: String,
    pub(super) checks: String,
    pub(super) reason: &'a str,
    pub(super) until: String,
    pub(super) used: String,
}

/// What changed.
#[derive(Debug)]
pub(super) struct ChangesView<'a> {
    pub(super) baseline: Option<&'a BaselineUse>,
    pub(super) since: Option<&'a Since>,
    /// Lines that lead to the findings that are new since then.
    pub(super) fresh: Vec<Line<'a>>,
}

/// All waivers, in the order of their places.
pub(super) fn waivers(report: &Report) -> Vec<WaiverView<'_>> {
    let rows = report.waivers.iter().map(|row| WaiverView {
        place: place_of(report, &row.path, row.place),
        checks: row.checks.join(", "),
        reason: &row.reason,
        until: row.until.map_or_else(|| "no end".to_owned(), |day| day.to_string()),
        used: match &row.used {
            WaiverUse::Used(n) => {
                format!("permits {}", counted(number(*n), "finding"))
            }
            WaiverUse::Unused => "unused".to_owned(),
            WaiverUse::Expired => "expired".to_owned(),
            WaiverUse::Unexplained(message) => format!("unexplained: {message}"),
            WaiverUse::Unknown(check) => format!("unknown: `{check}` is no check"),
            WaiverUse::Refused(check) => format!("refused: `{check}` may not be waived"),
            WaiverUse::Malformed(message) => format!("malformed: {message}"),
        },
    });
    rows.collect()
}

/// What changed; `None` where there is nothing to compare with.
pub(super) fn changes<'a>(report: &'a Report, cards: &Cards<'a>) -> Option<ChangesView<'a>> {
    let (baseline, since) = (report.baseline.as_ref(), report.since.as_ref());
    let is_fresh = |finding: &Finding| since.is_some_and(|since| since.fresh.contains(&finding.fingerprint));
    let fresh = report.findings.iter().enumerate().filter(|(_, finding)| is_fresh(finding));
    let fresh = fresh.filter_map(|(idx, _)| cards.lead(idx)).collect();
    (baseline.is_some() || since.is_some()).then_some(ChangesView { baseline, since, fresh })
}
