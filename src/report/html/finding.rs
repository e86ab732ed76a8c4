//! Findings as cards, and the short lines that stand for them and for other places elsewhere.

use crate::base::{RelPath, Span};
use crate::finding::{Finding, Label, State};
use crate::policy::{Evidence, Report, WaiverRow};
use crate::report::html::anchor::Anchors;
use crate::report::html::escape::{self, Markup, prose};
use crate::report::region::{Columns, Region};
use crate::report::snippet::snippet;
use crate::report::visible::visible_line;
use std::collections::BTreeMap;

/// Second places that are shown with their code.
const MAX_LABELS: usize = 8;

/// A finding in full.
#[derive(Clone, Debug)]
pub(super) struct Card<'a> {
    pub(super) anchor: String,
    pub(super) finding: &'a Finding,
    pub(super) message: Markup,
    pub(super) because: Markup,
    pub(super) help: Markup,
    pub(super) place: String,
    pub(super) code: Markup,
    pub(super) labels: Vec<LabelView>,
    /// Why it is permitted and until when, where it is.
    pub(super) permit: Option<(&'a str, String)>,
}

/// Why it matters and what to do, told once for several findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remark {
    pub(super) because: Markup,
    pub(super) help: Markup,
}

/// A second place.
#[derive(Clone, Debug)]
pub(super) struct LabelView {
    pub(super) text: Markup,
    pub(super) place: String,
    pub(super) code: Markup,
}

/// A place in one line: where a finding stands in full elsewhere, or what holds or cannot be seen.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// The finding's card, where there is one.
    pub(super) anchor: String,
    pub(super) finding: Option<&'a Finding>,
    pub(super) check: &'a str,
    pub(super) place: String,
    pub(super) text: Markup,
}

/// How one finding is shown at one place of the page.
#[derive(Clone, Debug)]
pub(super) enum Shown<'a> {
    /// Here.
    Card(Box<Card<'a>>),
    /// Elsewhere.
    Line(Line<'a>),
}

/// Takes from `cards` what more than one of them says, so that it stands once above them.
pub(super) fn shared_remarks<'c, 'a: 'c>(cards: impl Iterator<Item = &'c mut Card<'a>>) -> Vec<Remark> {
    let mut cards: Vec<&mut Card<'a>> = cards.collect();
    let mut shared: Vec<Remark> = Vec::new();
    for idx in 0..cards.len() {
        let said = Remark { because: cards[idx].because.clone(), help: cards[idx].help.clone() };
        let is_same = |card: &Card<'_>| card.because == said.because && card.help == said.help;
        let is_said = |card: &Card<'_>| !card.because.is_empty() || !card.help.is_empty();
        if is_said(cards[idx]) && cards[idx + 1..].iter().any(|card| is_same(card)) {
            let same = cards[idx..].iter_mut().filter(|card| is_same(card));
            same.for_each(|card| (card.because, card.help) = (Markup::default(), Markup::default()));
            shared.push(said);
        }
    }
    shared
}

/// Gives out the cards of all findings, each once.
#[derive(Debug)]
pub(super) struct Cards<'a> {
    pub(super) report: &'a Report,
    anchors: Vec<String>,
    by_place: BTreeMap<(&'a RelPath, Span, &'a str), usize>,
    is_given: Vec<bool>,
}

impl<'a> Cards<'a> {
    pub(super) fn new(report: &'a Report, anchors: &mut Anchors) -> Self {
        let name = |finding: &Finding| anchors.give("f", &finding.fingerprint.to_string());
        let by_place = report
            .findings
            .iter()
            .enumerate()
            .map(|(idx, finding)| ((&finding.path, finding.span, finding.check.as_str()), idx));
        Self {
            report,
            by_place: by_place.collect(),
            is_given: vec![false; report.findings.len()],
            anchors: report.findings.iter().map(name).collect(),
        }
    }

    /// The finding that `place` tells of; `None` where it is not told in this report.
    pub(super) fn of(&self, place: &Evidence) -> Option<usize> {
        self.by_place.get(&(&place.path, place.span, place.check.as_str())).copied()
    }

    /// The findings that no statement gave out.
    pub(super) fn rest(&self) -> Vec<usize> {
        self.is_given.iter().enumerate().filter(|(_, is_given)| !**is_given).map(|(idx, _)| idx).collect()
    }

    /// The finding in full where `is_home`, else in a line that leads there.
    pub(super) fn show(&mut self, idx: usize, is_home: bool) -> Option<Shown<'a>> {
        if is_home { Some(Shown::Card(Box::new(self.take(idx)?))) } else { self.lead(idx).map(Shown::Line) }
    }

    /// The line that leads to a finding.
    pub(super) fn lead(&self, idx: usize) -> Option<Line<'a>> {
        let finding = self.report.findings.get(idx)?;
        Some(Line {
            anchor: self.anchors.get(idx).cloned().unwrap_or_default(),
            finding: Some(finding),
            check: finding.check.as_str(),
            place: place_of(self.report, &finding.path, finding.span),
            text: prose(&finding.message),
        })
    }

    /// The finding in full.
    pub(super) fn take(&mut self, idx: usize) -> Option<Card<'a>> {
        let finding = self.report.findings.get(idx)?;
        *self.is_given.get_mut(idx)? = true;
        Some(self.card(idx, finding))
    }

    fn card(&self, idx: usize, finding: &'a Finding) -> Card<'a> {
        let label = |label: &Label| LabelView {
            text: prose(&label.text),
            place: place_of(self.report, &label.path, label.span),
            code: if self.is_shown(finding, label) {
                Markup::default()
            } else {
                self.code(&label.path, label.span)
            },
        };
        Card {
            anchor: self.anchors.get(idx).cloned().unwrap_or_default(),
            finding,
            message: prose(&finding.message),
            because: prose(&finding.because),
            help: prose(&finding.help),
            place: place_of(self.report, &finding.path, finding.span),
            code: self.code(&finding.path, finding.span),
            labels: finding.labels.iter().take(MAX_LABELS).map(label).collect(),
            permit: self.permit(finding),
        }
    }

    /// Whether the code of a second place stands among the lines of the first.
    fn is_shown(&self, finding: &Finding, label: &Label) -> bool {
        let Some(source) = self.report.sources.get(&finding.path) else { return false };
        let line = source.line_column(label.span.start()).line as usize;
        label.path == finding.path && snippet(source, finding.span).iter().any(|shown| shown.number == line)
    }

    fn permit(&self, finding: &Finding) -> Option<(&'a str, String)> {
        if finding.state != State::Waived {
            return None;
        }
        let is_own = |row: &&WaiverRow| row.permits.contains(&finding.fingerprint);
        let row = self.report.waivers.iter().find(is_own)?;
        Some((&row.reason, row.until.map_or_else(|| "no end".to_owned(), |day| format!("until {day}"))))
    }

    fn code(&self, path: &RelPath, span: Span) -> Markup {
        self.report.sources.get(path).map(|source| escape::code(&snippet(source, span))).unwrap_or_default()
    }

    /// A place without a finding.
    pub(super) fn line(&self, place: &'a Evidence) -> Line<'a> {
        let text = if place.reason.is_empty() {
            let source = self.report.sources.get(&place.path);
            let line = source.map(|source| {
                let line = source.line_column(place.span.start()).line as usize - 1;
                source.line_text(line).trim().chars().take(160).collect::<String>()
            });
            prose(&line.map(|line| format!("`{}`", line.replace('`', "'"))).unwrap_or_default())
        } else {
            prose(&place.reason)
        };
        Line {
            anchor: String::new(),
            finding: None,
            check: place.check.as_str(),
            place: place_of(self.report, &place.path, place.span),
            text,
        }
    }
}

/// `path:line:column`, as an editor opens it.
pub(super) fn place_of(report: &Report, path: &RelPath, span: Span) -> String {
    let Region { line, column, .. } = Region::of(report, path, span, Columns::Chars);
    format!("{}:{line}:{column}", visible_line(path.as_str()))
}
