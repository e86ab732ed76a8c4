//! Permissions for findings: what a comment or the configuration grants, until when and why. Marks findings and keeps the
//! ledger; what is wrong with a waiver is a finding itself, which nothing waives. Reads no file and no clock.

mod fault;
mod grammar;

pub use fault::{ABOUT_WAIVERS, is_about_waivers};
use grammar::{Grant, Wrong, grant};

use crate::base::{CheckId, Date, ItemGlob, PathGlob, RelPath, SourceText, Span};
use crate::finding::{Finding, Fingerprint, State};
use crate::policy::Report;
use std::collections::BTreeSet;

/// Something that may grant a permission.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// The file that holds it.
    pub source: SourceText,
    /// Its bytes there.
    pub place: Span,
    /// What it says.
    pub form: WaiverForm,
}

/// How a waiver is written.
#[derive(Clone, Debug)]
pub enum WaiverForm {
    /// A comment in the code.
    Comment {
        /// What it says, behind `patscan:`.
        text: String,
        /// The code that it covers; `None` where nothing stands below it.
        covers: Option<Span>,
    },
    /// A `[[waiver]]` of the configuration.
    Entry(Box<WaiverEntry>),
}

/// A `[[waiver]]` of the configuration, as it is written.
#[derive(Clone, Debug, Default)]
pub struct WaiverEntry {
    /// Ids of checks.
    pub checks: Vec<String>,
    /// The files in which it holds; all of them where it names none.
    pub path: Option<PathGlob>,
    /// The items in which it holds; all of them where it names none.
    pub item: Option<ItemGlob>,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<String>,
}

/// What a waiver came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaiverUse {
    /// It permits so many findings.
    Used(usize),
    /// It permits nothing.
    Unused,
    /// Its day has passed.
    Expired,
    /// Nobody said why, or who answers for it.
    Unexplained(String),
    /// It names a check that does not exist.
    Unknown(String),
    /// It names a check that may not be waived.
    Refused(String),
    /// It says nothing that could be granted.
    Malformed(String),
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverRow {
    /// The file that holds it.
    pub path: RelPath,
    /// 1-based line in that file.
    pub line: u32,
    /// Its bytes there.
    pub place: Span,
    /// Ids of the checks.
    pub checks: Vec<String>,
    /// Where it holds, for people: `the next item or statement`, `crates/old/**`.
    pub holds: String,
    /// Who answers for it; empty for comments, which version control knows.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// What it came to.
    pub used: WaiverUse,
    /// Those of its checks that were asked and need no permission.
    pub idle: Vec<String>,
    /// The findings that it permits.
    pub permits: Vec<Fingerprint>,
}

/// What a run knows of checks.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Ids of all checks, also of those that are switched off.
    pub known: Vec<CheckId>,
    /// Those that may not be waived.
    pub fixed: Vec<CheckId>,
    /// Those that ran.
    pub ran: BTreeSet<CheckId>,
    /// All of the code was looked at, so that a waiver for a part of it had its chance.
    pub is_whole: bool,
}

/// Where a grant holds.
enum Scope<'w> {
    /// In the whole file.
    File,
    /// In these bytes of the file.
    Code(Span),
    /// Nowhere: nothing stands below the comment.
    Nothing,
    /// Where an entry says.
    Entry(&'w WaiverEntry),
}

impl Scope<'_> {
    fn holds(&self, waiver: &Waiver, finding: &Finding) -> bool {
        let is_in_file = || finding.path == *waiver.source.path();
        match self {
            Self::File => is_in_file(),
            Self::Code(span) => is_in_file() && span.contains(Span::point(finding.span.start())),
            Self::Nothing => false,
            Self::Entry(WaiverEntry { path, item, .. }) => {
                path.as_ref().is_none_or(|glob| glob.matches(finding.path.as_str()))
                    && item.as_ref().is_none_or(|glob| glob.matches(&finding.item))
            }
        }
    }

    fn told(&self) -> String {
        match self {
            Self::File => "the file".to_owned(),
            Self::Code(_) => "the next item or statement".to_owned(),
            Self::Nothing => "nothing: no item or statement stands below it".to_owned(),
            Self::Entry(WaiverEntry { path, item, .. }) => {
                let path = path.as_ref().map(|glob| glob.as_str().to_owned());
                let item = item.as_ref().map(|glob| format!("item {}", glob.as_str()));
                path.into_iter().chain(item).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// Marks the findings of `report` that `waivers` permit and adds a finding for each waiver that is wrong, on `today`;
/// gives the ledger, in the order of `waivers`.
pub fn waive(report: &mut Report, waivers: &[Waiver], today: Date, asked: &Asked) -> Vec<WaiverRow> {
    let mut rows = Vec::new();
    for waiver in waivers {
        let Some(granted) = granted(waiver) else { continue };
        let row = match granted {
            Ok(grant) => applied(report, waiver, grant, today, asked),
            Err((grant, wrong)) => {
                let used = match wrong {
                    Wrong::Malformed(message) => WaiverUse::Malformed(message),
                    Wrong::Unexplained(message) => WaiverUse::Unexplained(message),
                };
                WaiverRow { used, ..row_of(waiver, grant) }
            }
        };
        fault::complain(report, waiver, &row);
        rows.push(row);
    }
    rows
}

/// What a waiver grants; `None` for a comment that is another word of ours.
fn granted(waiver: &Waiver) -> Option<Result<Grant, (Grant, Wrong)>> {
    match &waiver.form {
        WaiverForm::Comment { text, .. } => grant(text),
        WaiverForm::Entry(entry) => Some(grammar::of_entry(entry)),
    }
}

fn scope_of<'w>(waiver: &'w Waiver, grant: &Grant) -> Scope<'w> {
    match &waiver.form {
        WaiverForm::Entry(entry) => Scope::Entry(entry),
        WaiverForm::Comment { .. } if grant.is_for_file => Scope::File,
        WaiverForm::Comment { covers: Some(span), .. } => Scope::Code(*span),
        WaiverForm::Comment { covers: None, .. } => Scope::Nothing,
    }
}

fn row_of(waiver: &Waiver, grant: Grant) -> WaiverRow {
    let holds = scope_of(waiver, &grant).told();
    let Grant { checks, reason, until, owner, .. } = grant;
    let path = waiver.source.path().clone();
    let line = waiver.source.line_column(waiver.place.start()).line;
    let (used, idle, permits) = (WaiverUse::Unused, Vec::new(), Vec::new());
    WaiverRow { path, line, place: waiver.place, checks, holds, owner, reason, until, used, idle, permits }
}

fn applied(report: &mut Report, waiver: &Waiver, grant: Grant, today: Date, asked: &Asked) -> WaiverRow {
    let is_among = |list: &[CheckId], check: &str| list.iter().any(|id| id.as_str() == check);
    let unknown =
        grant.checks.iter().find(|check| !is_among(&asked.known, check) && !is_about_waivers(check));
    let fixed = grant.checks.iter().find(|check| is_among(&asked.fixed, check) || is_about_waivers(check));
    let hopeless = match (unknown, fixed) {
        (Some(check), _) => Some(WaiverUse::Unknown(check.clone())),
        (None, Some(check)) => Some(WaiverUse::Refused(check.clone())),
        (None, None) => grant.until.is_some_and(|until| until < today).then_some(WaiverUse::Expired),
    };
    if let Some(used) = hopeless {
        return WaiverRow { used, ..row_of(waiver, grant) };
    }
    let scope = scope_of(waiver, &grant);
    let mut served: BTreeSet<CheckId> = BTreeSet::new();
    let mut permits = Vec::new();
    for finding in report.findings.iter_mut().filter(|finding| finding.state == State::New) {
        if is_granted(&grant, finding) && scope.holds(waiver, finding) {
            finding.state = State::Waived;
            served.insert(finding.check.clone());
            permits.push(finding.fingerprint);
        }
    }
    // What nobody asked may still be needed; so may an entry for code that nobody looked at.
    let had_its_chance = asked.is_whole || !matches!(scope, Scope::Entry(_));
    let is_idle = |check: &&String| {
        let is_named = |id: &CheckId| id.as_str() == check.as_str();
        had_its_chance && asked.ran.iter().any(is_named) && !served.iter().any(is_named)
    };
    let idle = grant.checks.iter().filter(is_idle).cloned().collect();
    let used = if permits.is_empty() { WaiverUse::Unused } else { WaiverUse::Used(permits.len()) };
    WaiverRow { used, idle, permits, ..row_of(waiver, grant) }
}

fn is_granted(grant: &Grant, finding: &Finding) -> bool {
    grant.checks.iter().any(|check| check == finding.check.as_str())
}

#[cfg(test)]
mod tests {
    use super::{Asked, Waiver, WaiverEntry, WaiverForm, WaiverUse, waive};
    use crate::base::{CheckId, Date, ItemGlob, PathGlob, RelPath, SourceText, Span};
    use crate::finding::Finding;
    use crate::policy::Report;
    use crate::policy::report::tests::finding;

    fn asked() -> Asked {
        let ids = |names: &[&str]| names.iter().filter_map(|id| CheckId::new(id)).collect::<Vec<_>>();
        Asked {
            known: ids(&["a-check", "b-check", "c-check", "fixed-check"]),
            fixed: ids(&["fixed-check"]),
            ran: ids(&["a-check", "b-check"]).into_iter().collect(),
            is_whole: true,
        }
    }

    /// State of a finding of `a-check` at byte 5 and what is said of `form`.
    #[track_caller]
    fn check_form(form: WaiverForm, asked: &Asked, state: &str, told: &[&str]) -> WaiverUse {
        let source = SourceText::new(RelPath::new("src/a.rs"), "0123456789".repeat(9));
        let waiver = Waiver { source, place: Span::new(0, 3), form };
        let found = Finding { item: "shop::pipe::open".to_owned(), ..finding("src/a.rs", 5, "a-check") };
        let mut report = Report { findings: vec![found], ..Report::default() };
        let today = Date::parse("2026-11-20").expect("a day");
        let rows = waive(&mut report, std::slice::from_ref(&waiver), today, asked);
        assert_eq!(report.findings[0].state.as_str(), state, "{waiver:?}");
        let said: Vec<&str> = report.findings[1..].iter().map(|finding| finding.check.as_str()).collect();
        assert_eq!(said, told, "{waiver:?}: {:?}", report.findings);
        let described: Vec<&str> = report.about.iter().map(|about| about.check.as_str()).collect();
        assert_eq!(described, told);
        rows.into_iter().next().map_or(WaiverUse::Unused, |row| row.used)
    }

    /// The same of a comment that covers bytes 4 to 9.
    #[track_caller]
    fn check(text: &str, state: &str, told: &[&str]) {
        let form = WaiverForm::Comment { text: text.to_owned(), covers: Some(Span::new(4, 9)) };
        check_form(form, &asked(), state, told);
    }

    #[test]
    fn a_waiver_with_a_reason_permits_what_it_covers() {
        check("allow(a-check, reason = \"old\")", "waived", &[]);
        check("allow(c-check, a-check, reason = \"old, (x)\", until = \"2026-11-20\")", "waived", &[]);
        check("allow-file(a-check, reason = \"generated\")", "waived", &[]);
        check("allow(b-check, reason = \"old\")", "new", &["waiver-unused"]);
        // One of its checks needs no permission; another was not asked at all.
        check("allow(a-check, b-check, reason = \"old\")", "waived", &["waiver-unused"]);
        check("allow(c-check, reason = \"old\")", "new", &[]);
    }

    #[test]
    fn what_is_wrong_with_a_waiver_is_a_finding() {
        for (text, told) in [
            ("allow(a-check, reason = \"old\", until = \"2026-11-19\")", "waiver-expired"),
            ("allow(a-check)", "waiver-unexplained"),
            ("allow(a-check, reason = \" \")", "waiver-unexplained"),
            ("allow(reason = \"x\")", "waiver-malformed"),
            ("allow(a-chekc, reason = \"x\")", "waiver-unknown"),
            ("allow(a-check, fixed-check, reason = \"x\")", "waiver-refused"),
            ("allow(a-check, reason = \"x\"", "waiver-malformed"),
            ("allow(a-check, reason = \"x\") and more", "waiver-malformed"),
            ("allow(a-check, why = \"x\")", "waiver-malformed"),
            ("allow(a-check, reason = \"x\", until = \"soon\")", "waiver-malformed"),
            ("alow(a-check, reason = \"x\")", "waiver-malformed"),
        ] {
            check(text, "new", &[told]);
        }
    }

    #[test]
    fn other_words_of_ours_are_no_waivers() {
        check("role(message)", "new", &[]);
    }

    #[test]
    fn nothing_waives_what_is_said_of_waivers() {
        check("allow(waiver-unused, reason = \"x\")", "new", &["waiver-refused"]);
    }

    #[test]
    fn an_entry_holds_where_it_says_and_names_who_answers_for_it() {
        let whole = WaiverEntry {
            checks: vec!["a-check".to_owned()],
            path: PathGlob::new("src/**").ok(),
            item: None,
            owner: "orders".to_owned(),
            reason: "old".to_owned(),
            until: Some("2027-01-31".to_owned()),
        };
        let item = |glob: &str| Some(ItemGlob::new(glob).expect("a glob"));
        for (entry, state, told) in [
            (whole.clone(), "waived", &[][..]),
            (WaiverEntry { item: item("crate::pipe::*"), ..whole.clone() }, "waived", &[]),
            (WaiverEntry { item: item("crate::other::*"), ..whole.clone() }, "new", &["waiver-unused"]),
            (WaiverEntry { path: None, ..whole.clone() }, "new", &["waiver-malformed"]),
            (WaiverEntry { owner: String::new(), ..whole.clone() }, "new", &["waiver-unexplained"]),
            (WaiverEntry { reason: String::new(), ..whole.clone() }, "new", &["waiver-unexplained"]),
            (WaiverEntry { until: Some("soon".to_owned()), ..whole.clone() }, "new", &["waiver-malformed"]),
            (
                WaiverEntry { until: Some("2026-01-31".to_owned()), ..whole.clone() },
                "new",
                &["waiver-expired"],
            ),
            (WaiverEntry { checks: Vec::new(), ..whole.clone() }, "new", &["waiver-malformed"]),
        ] {
            check_form(WaiverForm::Entry(Box::new(entry)), &asked(), state, told);
        }
        // A part of the code says nothing about an entry for another part.
        let elsewhere = WaiverEntry { path: PathGlob::new("crates/x").ok(), ..whole };
        let part = Asked { is_whole: false, ..asked() };
        check_form(WaiverForm::Entry(Box::new(elsewhere)), &part, "new", &[]);
    }
}
