//! Patterns with their statements in the order of the document, each with the places that speak for it.

use crate::policy::{Evidence, Outcome, PatternAbout, Report, StatementCount};
use crate::report::counted;
use crate::report::html::anchor::Anchors;
use crate::report::html::escape::{Markup, prose};
use crate::report::html::finding::{Cards, Line, Remark, Shown, shared_remarks};
use crate::report::state::{STATES, StateAbout, Tone, about};
use crate::report::summary::number;
use std::collections::BTreeMap;

/// Findings of one statement that are shown unfolded.
const MAX_OPEN: usize = 8;
/// Places without a finding that are listed for one statement; the rest is counted.
const MAX_LISTED: usize = 20;

/// One pattern.
#[derive(Debug)]
pub(super) struct PatternView<'a> {
    pub(super) anchor: String,
    pub(super) about: &'a PatternAbout,
    pub(super) counts: Vec<StateCount>,
    /// How many of its statements are judged by what.
    pub(super) coverage: String,
    pub(super) sections: Vec<SectionView<'a>>,
    /// It speaks of nothing that this code does.
    pub(super) is_idle: bool,
}

/// So many statements are in this state.
#[derive(Clone, Copy, Debug)]
pub(super) struct StateCount {
    pub(super) state: StateAbout,
    pub(super) n: usize,
}

/// Statements that stand together in the document.
#[derive(Debug)]
pub(super) struct SectionView<'a> {
    pub(super) title: &'static str,
    pub(super) statements: Vec<StatementView<'a>>,
}

/// One statement.
#[derive(Debug)]
pub(super) struct StatementView<'a> {
    pub(super) anchor: String,
    pub(super) statement: &'a StatementCount,
    pub(super) state: StateAbout,
    /// What the counts of its subjects say; may be empty.
    pub(super) counts: String,
    pub(super) reason: Markup,
    /// The statement that it repeats: its anchor.
    pub(super) repeats: Option<String>,
    pub(super) broken: Vec<Shown<'a>>,
    /// What several of these say.
    pub(super) remarks: Vec<Remark>,
    /// Whether what breaks it is shown unfolded.
    pub(super) is_open: bool,
    pub(super) unclear: Vec<Line<'a>>,
    /// Places that cannot be judged and are not listed.
    pub(super) n_unclear_more: usize,
    pub(super) holds: Vec<Line<'a>>,
    /// Places that keep it and are not listed.
    pub(super) n_more: usize,
}

/// The statements of one pattern that a person judges.
#[derive(Debug)]
pub(super) struct ManualView<'a> {
    pub(super) about: &'a PatternAbout,
    pub(super) items: Vec<ManualItem<'a>>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct ManualItem<'a> {
    pub(super) anchor: String,
    pub(super) text: &'a str,
    pub(super) reason: Markup,
}

impl StateCount {
    /// The states that occur in `statements`, in the order in which they matter.
    pub(super) fn of(statements: &[&StatementCount]) -> Vec<Self> {
        let count = |state: &StateAbout| {
            let n = statements.iter().filter(|statement| statement.state == state.word).count();
            (n > 0).then_some(Self { state: *state, n })
        };
        STATES.iter().filter_map(count).collect()
    }
}

/// All patterns, in their final order.
pub(super) fn patterns<'a>(
    report: &'a Report,
    cards: &mut Cards<'a>,
    anchors: &mut Anchors,
) -> Vec<PatternView<'a>> {
    let statements: Vec<&StatementCount> = report.statements.iter().collect();
    let names: Vec<String> = statements
        .iter()
        .map(|statement| anchors.give("s", &format!("{} {}", statement.pattern, statement.id)))
        .collect();
    let homes = homes(&statements, cards);
    let by_id: BTreeMap<(&str, &str), &String> = statements
        .iter()
        .zip(&names)
        .map(|(statement, name)| ((statement.pattern.as_str(), statement.id.as_str()), name))
        .collect();
    let view = |about: &'a PatternAbout| {
        let is_own =
            |statement: &StatementCount| statement.pattern == about.id && statement.path == about.path;
        let mut sections: Vec<SectionView<'a>> = Vec::new();
        let mut own: Vec<&'a StatementCount> = Vec::new();
        for (at, statement) in statements.iter().enumerate().filter(|(_, statement)| is_own(statement)) {
            let mut shown = statement_view(cards, (at, statement), &homes);
            shown.anchor = names.get(at).cloned().unwrap_or_default();
            if statement.state == "duplicate" {
                let of = (statement.pattern.as_str(), statement.reason.as_str());
                shown.repeats = by_id.get(&of).map(|name| (*name).clone());
            }
            let title = title_of(&statement.section);
            match sections.last_mut() {
                Some(section) if section.title == title => section.statements.push(shown),
                _ => sections.push(SectionView { title, statements: vec![shown] }),
            }
            own.push(statement);
        }
        let anchor = anchors.give("p", &about.id);
        let counts = StateCount::of(&own);
        let is_idle = own.iter().all(|it| matches!(it.state.as_str(), "not-applicable" | "duplicate"));
        PatternView { anchor, about, counts, coverage: coverage(&own), sections, is_idle }
    };
    report.patterns.iter().map(view).collect()
}

/// For each finding, the statement below which it stands in full: that of its sentence, else the first that it breaks.
fn homes(statements: &[&StatementCount], cards: &Cards<'_>) -> BTreeMap<usize, usize> {
    let mut homes: BTreeMap<usize, (bool, usize)> = BTreeMap::new();
    for (at, statement) in statements.iter().enumerate() {
        for idx in
            statement.evidence.iter().filter(|place| is_broken(place)).filter_map(|place| cards.of(place))
        {
            let sentence = cards.report.findings.get(idx).and_then(|finding| finding.statement.as_ref());
            let is_meant = sentence.is_some_and(|sentence| {
                let is_part =
                    sentence.id.strip_prefix(&statement.id).is_some_and(|rest| rest.starts_with('/'));
                sentence.pattern == statement.pattern && (sentence.id == statement.id || is_part)
            });
            let home = homes.entry(idx).or_insert((is_meant, at));
            if is_meant && !home.0 {
                *home = (true, at);
            }
        }
    }
    homes.into_iter().map(|(idx, (_, at))| (idx, at)).collect()
}

fn is_broken(place: &Evidence) -> bool {
    place.outcome == Outcome::Breaks
}

fn statement_view<'a>(
    cards: &mut Cards<'a>,
    (at, statement): (usize, &'a StatementCount),
    homes: &BTreeMap<usize, usize>,
) -> StatementView<'a> {
    let found: Vec<usize> = statement
        .evidence
        .iter()
        .filter(|place| is_broken(place))
        .filter_map(|place| cards.of(place))
        .collect();
    let mut broken: Vec<Shown<'a>> =
        found.into_iter().filter_map(|idx| cards.show(idx, homes.get(&idx) == Some(&at))).collect();
    let lines = |outcome: Outcome| {
        let own = statement.evidence.iter().filter(move |place| place.outcome == outcome);
        own.take(MAX_LISTED).map(|place| cards.line(place)).collect::<Vec<_>>()
    };
    let (unclear, holds) = (lines(Outcome::Unclear), lines(Outcome::Holds));
    let n_unclear = statement.evidence.iter().filter(|place| place.outcome == Outcome::Unclear).count();
    let n_unclear = number(n_unclear);
    let n_holding = statement.subjects.saturating_sub(statement.findings + n_unclear);
    let counted = counts(statement, n_unclear, n_holding);
    let cards = broken.iter_mut().filter_map(|shown| match shown {
        Shown::Card(card) => Some(&mut **card),
        Shown::Line(_) => None,
    });
    let remarks = shared_remarks(cards);
    // Where the places are listed and counted, a reason that does the same is for readers without that list.
    let is_told = match statement.state.as_str() {
        "pass" => true,
        "fail" => {
            let StatementCount { findings, subjects, reason, .. } = statement;
            *reason == format!("{findings} of {subjects} subjects fail")
        }
        _ => false,
    };
    let reason = if is_told { "" } else { statement.reason.as_str() };
    StatementView {
        anchor: String::new(),
        statement,
        state: about(&statement.state),
        counts: counted,
        reason: prose(reason),
        repeats: None,
        is_open: broken.len() <= MAX_OPEN && about(&statement.state).tone == Tone::Bad,
        broken,
        remarks,
        n_unclear_more: (n_unclear as usize).saturating_sub(unclear.len()),
        unclear,
        n_more: (n_holding as usize).saturating_sub(holds.len()),
        holds,
    }
}

fn counts(statement: &StatementCount, n_unclear: u32, n_holding: u32) -> String {
    let StatementCount { subjects, findings, .. } = statement;
    let verb = |n: u32, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let parts = [
        (*findings, verb(*findings, "breaks it", "break it")),
        (n_unclear, verb(n_unclear, "cannot be judged", "cannot be judged")),
        (n_holding, verb(n_holding, "keeps it", "keep it")),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, text)| text).collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("of {}, {}", counted(*subjects, "place"), parts.join(", "))
    }
}

fn coverage(statements: &[&StatementCount]) -> String {
    let n_of = |is_so: &dyn Fn(&StatementCount) -> bool| {
        statements.iter().filter(|statement| is_so(statement)).count()
    };
    let has_state = |words: &'static [&'static str]| {
        move |statement: &StatementCount| {
            words.contains(&statement.state.as_str()) && statement.checks.is_empty()
        }
    };
    let parts = [
        (n_of(&|statement| !statement.checks.is_empty()), "judged by checks"),
        (n_of(&has_state(&["manual"])), "by a person"),
        (n_of(&has_state(&["tested", "attested"])), "shown by a test or vouched for"),
        (n_of(&has_state(&["proposed"])), "with a proposed check"),
        (n_of(&has_state(&["unbound"])), "judged by nothing"),
        (n_of(&has_state(&["duplicate"])), "repeating another"),
        (n_of(&has_state(&["not-applicable", "waived"])), "excused or not applicable by declaration"),
        (n_of(&has_state(&["error"])), "with a broken tie"),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let all = counted(number(statements.len()), "statement");
    if parts.is_empty() { all } else { format!("{all}: {}", parts.join(", ")) }
}

fn title_of(section: &str) -> &'static str {
    match section {
        "invariant" => "Invariants",
        "guidance" => "Guidance",
        "anti-pattern" => "Anti-patterns",
        "pitfall" => "Pitfalls",
        "checklist" => "Checklist",
        "default" => "Defaults",
        "exemplar" => "Exemplars",
        "failure-mode" => "Failure modes",
        "observability" => "Observability",
        _ => "Other",
    }
}

/// What a person has to judge, by pattern.
pub(super) fn manual<'a>(patterns: &[PatternView<'a>]) -> Vec<ManualView<'a>> {
    let view = |pattern: &PatternView<'a>| {
        let all = pattern.sections.iter().flat_map(|section| &section.statements);
        let items = all.filter(|it| it.statement.state == "manual").map(|it| ManualItem {
            anchor: it.anchor.clone(),
            text: &it.statement.text,
            reason: prose(&it.statement.reason),
        });
        let items: Vec<ManualItem<'a>> = items.collect();
        (!items.is_empty()).then_some(ManualView { about: pattern.about, items })
    };
    patterns.iter().filter_map(view).collect()
}
