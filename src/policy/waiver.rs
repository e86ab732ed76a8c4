//! Permissions for findings: what a comment or the configuration grants, until when and why. Marks findings and keeps the
//! ledger; what is wrong with a waiver is a finding itself, which nothing waives. Reads no file and no clock.

mod grammar;

use grammar::{Grant, grant};

use crate::base::{CheckId, Date, RelPath, SourceText, Span};
use crate::finding::{Finding, Fingerprint, Precision, Severity, State};
use crate::policy::Report;

/// Where a waiver holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In the whole file.
    File,
    /// In these bytes of the file.
    Code(Span),
    /// Nowhere: nothing stands below the comment.
    Nothing,
}

/// A comment that may be a waiver.
#[derive(Clone, Debug)]
pub struct WaiverComment {
    /// The file.
    pub source: SourceText,
    /// The comment.
    pub comment: Span,
    /// What it says, behind `patscan:`.
    pub text: String,
    /// The code that it covers.
    pub covers: Option<Span>,
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
    /// It says nothing that could be granted.
    Broken(String),
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverRow {
    /// The file that holds it.
    pub path: RelPath,
    /// The comment.
    pub comment: Span,
    /// Ids of the checks.
    pub checks: Vec<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// What it came to.
    pub used: WaiverUse,
}

/// Marks the findings of `report` that `comments` permit and adds a finding for each waiver that is wrong; gives the ledger.
///
/// `known` are the ids of all checks, `ran` says which of them this run asked.
pub fn waive(
    report: &mut Report,
    comments: &[WaiverComment],
    today: Date,
    known: &[CheckId],
    ran: impl Fn(&str) -> bool,
) -> Vec<WaiverRow> {
    let mut rows = Vec::new();
    for comment in comments {
        let Some(granted) = grant(&comment.text) else { continue };
        let row = match granted {
            Ok(grant) => granted_row(report, comment, grant, today, known),
            Err(message) => {
                WaiverRow { used: WaiverUse::Broken(message), ..row_of(comment, Grant::default()) }
            }
        };
        let was_asked = row.checks.iter().any(|check| ran(check));
        rows.push(row);
        let Some(row) = rows.last() else { continue };
        if row.used != WaiverUse::Unused || was_asked {
            complain(report, comment, row);
        }
    }
    rows
}

fn row_of(comment: &WaiverComment, grant: Grant) -> WaiverRow {
    let Grant { checks, reason, until, .. } = grant;
    let path = comment.source.path().clone();
    WaiverRow { path, comment: comment.comment, checks, reason, until, used: WaiverUse::Unused }
}

fn granted_row(
    report: &mut Report,
    comment: &WaiverComment,
    grant: Grant,
    today: Date,
    known: &[CheckId],
) -> WaiverRow {
    let unknown = grant.checks.iter().find(|check| known.iter().all(|id| id.as_str() != check.as_str()));
    if let Some(check) = unknown {
        let message = format!("`{check}` is no check");
        return WaiverRow { used: WaiverUse::Broken(message), ..row_of(comment, grant) };
    }
    if grant.until.is_some_and(|until| until < today) {
        return WaiverRow { used: WaiverUse::Expired, ..row_of(comment, grant) };
    }
    let scope = match (grant.is_for_file, comment.covers) {
        (true, _) => Scope::File,
        (false, Some(span)) => Scope::Code(span),
        (false, None) => Scope::Nothing,
    };
    let holds = |finding: &Finding| {
        finding.path == *comment.source.path()
            && grant.checks.iter().any(|check| check == finding.check.as_str())
            && match scope {
                Scope::File => true,
                Scope::Code(span) => span.contains(Span::point(finding.span.start())),
                Scope::Nothing => false,
            }
    };
    let mut n_used = 0;
    for finding in report.findings.iter_mut().filter(|finding| finding.state == State::New && holds(finding))
    {
        finding.state = State::Waived;
        n_used += 1;
    }
    let used = if n_used > 0 { WaiverUse::Used(n_used) } else { WaiverUse::Unused };
    WaiverRow { used, ..row_of(comment, grant) }
}

/// What is wrong with a waiver, as a finding of its own.
fn complain(report: &mut Report, comment: &WaiverComment, row: &WaiverRow) {
    let until = row.until.map(|day| day.to_string()).unwrap_or_default();
    let (id, severity, message, help) = match &row.used {
        WaiverUse::Used(_) => return,
        WaiverUse::Unused => (
            "waiver-unused",
            Severity::Warning,
            "this waiver permits nothing: no finding is in what it covers".to_owned(),
            "remove it, or move it right above the item or statement that it is for",
        ),
        WaiverUse::Expired => (
            "waiver-expired",
            Severity::Error,
            format!("this waiver ended on {until}"),
            "mend the code, or give a new day with a new reason",
        ),
        WaiverUse::Broken(message) => (
            "waiver-malformed",
            Severity::Error,
            format!("this waiver permits nothing: {message}"),
            "write `// patscan: allow(check-id, reason = \"why\", until = \"2027-01-31\")`",
        ),
    };
    let Some(check) = CheckId::new(id) else { return };
    let path = comment.source.path().clone();
    report.sources.entry(path.clone()).or_insert_with(|| comment.source.clone());
    report.findings.push(Finding {
        check,
        severity,
        precision: Precision::Exact,
        message,
        because: String::new(),
        help: help.to_owned(),
        path,
        span: comment.comment,
        labels: Vec::new(),
        item: String::new(),
        fingerprint: print_of(id, &comment.text),
        shape: print_of(id, &comment.text),
        state: State::New,
        statement: None,
    });
}

fn print_of(id: &str, text: &str) -> Fingerprint {
    Fingerprint(xxhash_rust::xxh3::xxh3_64(format!("{id}\0{text}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{WaiverComment, waive};
    use crate::base::{CheckId, Date, RelPath, SourceText, Span};
    use crate::policy::Report;
    use crate::policy::report::tests::finding;

    /// State of a finding of `a-check` at byte 5 and what is said of the waiver `text`, which covers bytes 4 to 9.
    #[track_caller]
    fn check(text: &str, state: &str, told: &[&str]) {
        let source = SourceText::new(RelPath::new("a.rs"), "0123456789".repeat(9));
        let comment = WaiverComment {
            source,
            comment: Span::new(0, 3),
            text: text.to_owned(),
            covers: Some(Span::new(4, 9)),
        };
        let mut report = Report { findings: vec![finding("a.rs", 5, "a-check")], ..Report::default() };
        let known = ["a-check", "b-check"].map(|id| CheckId::new(id).expect("an id"));
        let today = Date::parse("2026-11-20").expect("a day");
        waive(&mut report, &[comment], today, &known, |check| check != "c-check");
        assert_eq!(report.findings[0].state.as_str(), state, "{text}");
        let said: Vec<&str> = report.findings[1..].iter().map(|finding| finding.check.as_str()).collect();
        assert_eq!(said, told, "{text}: {:?}", report.findings);
    }

    #[test]
    fn a_waiver_with_a_reason_permits_what_it_covers() {
        check("allow(a-check, reason = \"old\")", "waived", &[]);
        check("allow(b-check, a-check, reason = \"old, (x)\", until = \"2026-11-20\")", "waived", &[]);
        check("allow-file(a-check, reason = \"generated\")", "waived", &[]);
        check("allow(b-check, reason = \"old\")", "new", &["waiver-unused"]);
    }

    #[test]
    fn what_is_wrong_with_a_waiver_is_a_finding() {
        check("allow(a-check, reason = \"old\", until = \"2026-11-19\")", "new", &["waiver-expired"]);
        for text in [
            "allow(a-check)",
            "allow(a-check, reason = \" \")",
            "allow(reason = \"x\")",
            "allow(a-chekc, reason = \"x\")",
            "allow(a-check, reason = \"x\"",
            "allow(a-check, reason = \"x\") and more",
            "allow(a-check, why = \"x\")",
            "allow(a-check, reason = \"x\", until = \"soon\")",
            "alow(a-check, reason = \"x\")",
        ] {
            check(text, "new", &["waiver-malformed"]);
        }
    }

    #[test]
    fn other_words_of_ours_are_no_waivers() {
        check("role(message)", "new", &[]);
    }

    #[test]
    fn nothing_waives_what_is_said_of_waivers() {
        check("allow(waiver-unused, reason = \"x\")", "new", &["waiver-malformed"]);
    }
}
