//! What is wrong with a waiver, as a finding of its own, which nothing waives. Grants nothing.

use super::{Waiver, WaiverForm, WaiverRow, WaiverUse};
use crate::base::CheckId;
use crate::finding::{Finding, Fingerprint, Precision, Severity, State};
use crate::policy::{CheckAbout, Report};

/// The checks of waivers themselves, and what each means.
pub const ABOUT_WAIVERS: [(&str, Severity, &str); 6] = [
    (
        "waiver-unused",
        Severity::Warning,
        "a waiver permits nothing: what it was for is mended or moved, and a new fault would go unseen",
    ),
    (
        "waiver-expired",
        Severity::Error,
        "the last day of a waiver has passed: what it permitted counts again",
    ),
    (
        "waiver-unexplained",
        Severity::Error,
        "a waiver without a reason, or an entry without an owner, permits nothing",
    ),
    ("waiver-unknown", Severity::Error, "a waiver names a check that does not exist, and permits nothing"),
    ("waiver-refused", Severity::Error, "a waiver names a check that may not be waived, and permits nothing"),
    ("waiver-malformed", Severity::Error, "a waiver cannot be read, and permits nothing"),
];

/// Whether a check is about waivers, so that neither a waiver nor a baseline may hide what it finds.
#[must_use]
pub fn is_about_waivers(check: &str) -> bool {
    ABOUT_WAIVERS.iter().any(|(id, ..)| *id == check)
}

/// Adds what is wrong with a waiver to the findings.
pub(super) fn complain(report: &mut Report, waiver: &Waiver, row: &WaiverRow) {
    let Some((id, message, help)) = told(waiver, row) else { return };
    let severity = ABOUT_WAIVERS.iter().find(|(known, ..)| *known == id).map_or(Severity::Error, |row| row.1);
    let Some(check) = CheckId::new(id) else { return };
    describe(report, &check, severity);
    let path = waiver.source.path().clone();
    report.sources.entry(path.clone()).or_insert_with(|| waiver.source.clone());
    let print = print_of(id, waiver.source.slice(waiver.place));
    report.findings.push(Finding {
        check,
        severity,
        precision: Precision::Exact,
        message,
        because: String::new(),
        help,
        path,
        span: waiver.place,
        labels: Vec::new(),
        item: String::new(),
        fingerprint: print,
        shape: print,
        state: State::New,
        statement: None,
        fix: None,
    });
}

/// Formats that list what their findings are about list this too.
fn describe(report: &mut Report, check: &CheckId, severity: Severity) {
    let Err(at) = report.about.binary_search_by(|about| about.check.cmp(check)) else { return };
    let why = ABOUT_WAIVERS.iter().find(|(id, ..)| *id == check.as_str()).map_or("", |row| row.2);
    let (theme, precision) = ("waivers".to_owned(), Precision::Exact);
    let (check, why) = (check.clone(), why.to_owned());
    report.about.insert(at, CheckAbout { check, theme, severity, precision, why, page: None });
}

/// Check, fact and remedy; `None` where all is well.
fn told(waiver: &Waiver, row: &WaiverRow) -> Option<(&'static str, String, String)> {
    let is_entry = matches!(waiver.form, WaiverForm::Entry(_));
    let form = if is_entry {
        "write `[[waiver]]` with `check`, `path` or `item`, `owner`, `reason` and, where it ends, `until = \"2027-01-31\"`"
    } else {
        "write `// patscan: allow(check-id, reason = \"why\", until = \"2027-01-31\")`"
    };
    Some(match &row.used {
        WaiverUse::Used(_) | WaiverUse::Unused if row.idle.is_empty() => return None,
        WaiverUse::Used(_) => {
            let idle = row.idle.iter().map(|check| format!("`{check}`")).collect::<Vec<_>>().join(", ");
            let message = format!("this waiver permits nothing of {idle}");
            ("waiver-unused", message, "leave those checks out of it".to_owned())
        }
        WaiverUse::Unused => {
            let message = "this waiver permits nothing: no finding is in what it covers".to_owned();
            let help = if is_entry {
                "remove it, or mend its `path` or `item`"
            } else {
                "remove it, or move it right above the item or statement that it is for"
            };
            ("waiver-unused", message, help.to_owned())
        }
        WaiverUse::Expired => {
            let until = row.until.map(|day| day.to_string()).unwrap_or_default();
            let help = "mend the code, or give a new day with a new reason";
            ("waiver-expired", format!("this waiver ended on {until}"), help.to_owned())
        }
        WaiverUse::Unexplained(message) => {
            ("waiver-unexplained", format!("this waiver permits nothing: {message}"), form.to_owned())
        }
        WaiverUse::Unknown(check) => {
            let help = "`patscan list` shows all checks".to_owned();
            ("waiver-unknown", format!("this waiver permits nothing: `{check}` is no check"), help)
        }
        WaiverUse::Refused(check) => {
            let help =
                "mend the code; the check's page or the configuration says `waivable = false`".to_owned();
            ("waiver-refused", format!("this waiver permits nothing: `{check}` may not be waived"), help)
        }
        WaiverUse::Malformed(message) => {
            ("waiver-malformed", format!("this waiver permits nothing: {message}"), form.to_owned())
        }
    })
}

fn print_of(id: &str, text: &str) -> Fingerprint {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Fingerprint(xxhash_rust::xxh3::xxh3_64(format!("{id}\0{text}").as_bytes()))
}
