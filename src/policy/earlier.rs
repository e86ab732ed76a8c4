//! An earlier report, and what differs from it. Reads the text of a JSON report; opens no file.

use crate::base::SourceText;
use crate::finding::{Finding, Fingerprint, Problem};
use crate::policy::{Report, StatementCount};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The version of the reports that are read.
const VERSION: u32 = 1;

/// What an earlier report told.
#[derive(Clone, Debug, Deserialize)]
pub struct Earlier {
    schema: u32,
    findings: Vec<EarlierFinding>,
    #[serde(default)]
    statements: Vec<EarlierStatement>,
}

/// A finding of an earlier report.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct EarlierFinding {
    /// The check.
    pub check: String,
    /// The fact.
    pub message: String,
    /// The file, as it was called then.
    pub path: String,
    /// The line, as it was then.
    pub line: u32,
    /// Its fingerprint, 16 hex digits.
    pub fingerprint: String,
    /// What policy made of it.
    state: String,
}

#[derive(Clone, Debug, Deserialize)]
struct EarlierStatement {
    pattern: String,
    id: String,
    text: String,
    state: String,
}

/// A statement that is in another state than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// Id of the document.
    pub pattern: String,
    /// The sentence.
    pub text: String,
    /// Its state before; `None` where it was not there.
    pub from: Option<String>,
    /// Its state now; `None` where it is not there any more.
    pub to: Option<String>,
}

/// What differs from an earlier report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// The earlier report's file.
    pub name: String,
    /// Open findings that were not open before.
    pub fresh: BTreeSet<Fingerprint>,
    /// Findings that were open and are gone or permitted.
    pub gone: Vec<EarlierFinding>,
    /// Statements whose state changed, by pattern; those that are gone last.
    pub turned: Vec<Turned>,
}

impl Earlier {
    /// Reads a report's text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(source: &SourceText) -> Result<Self, Problem> {
        let help = "write it with `patscan report --format json` or `patscan --format json`";
        let wrong = |message: String| Problem::in_file(source.path(), message).help(help);
        let read: Self = serde_json::from_str(source.text())
            .map_err(|error| wrong(format!("is no JSON report: {error}")))?;
        if read.schema != VERSION {
            return Err(wrong(format!(
                "is a report of version {}, this program reads {VERSION}",
                read.schema
            )));
        }
        Ok(read)
    }

    /// What of `report` differs; `name` is how people know the earlier one.
    #[must_use]
    pub fn compare(&self, report: &Report, name: &str) -> Since {
        let was_open = |finding: &&EarlierFinding| matches!(finding.state.as_str(), "new" | "proposed");
        let before: BTreeSet<&str> =
            self.findings.iter().filter(was_open).map(|finding| finding.fingerprint.as_str()).collect();
        let now: BTreeSet<String> = report.open_findings().map(|it| it.fingerprint.to_string()).collect();
        let is_fresh = |finding: &&Finding| !before.contains(finding.fingerprint.to_string().as_str());
        Since {
            name: name.to_owned(),
            fresh: report.open_findings().filter(is_fresh).map(|finding| finding.fingerprint).collect(),
            gone: self
                .findings
                .iter()
                .filter(was_open)
                .filter(|it| !now.contains(&it.fingerprint))
                .cloned()
                .collect(),
            turned: self.turned(report),
        }
    }

    fn turned(&self, report: &Report) -> Vec<Turned> {
        let key_before = |it: &EarlierStatement| (it.pattern.clone(), it.id.clone());
        let mut before: BTreeMap<(String, String), &EarlierStatement> =
            self.statements.iter().map(|it| (key_before(it), it)).collect();
        let turned = |statement: &StatementCount| {
            let StatementCount { pattern, id, text, state, .. } = statement;
            let from = before.remove(&(pattern.clone(), id.clone())).map(|it| it.state.clone());
            let (pattern, text, to) = (pattern.clone(), text.clone(), Some(state.clone()));
            (from != to).then_some(Turned { pattern, text, from, to })
        };
        let mut all: Vec<Turned> = report.statements.iter().filter_map(turned).collect();
        all.extend(before.into_values().map(|it| Turned {
            pattern: it.pattern.clone(),
            text: it.text.clone(),
            from: Some(it.state.clone()),
            to: None,
        }));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::Earlier;
    use crate::base::{RelPath, SourceText};
    use crate::finding::{Finding, Fingerprint, State};
    use crate::policy::Report;
    use crate::policy::report::tests::finding;

    fn read(text: &str) -> Result<Earlier, crate::finding::Problem> {
        Earlier::read(&SourceText::new(RelPath::new("old.json"), text))
    }

    fn told(prints: &[(u64, &str)]) -> String {
        let rows = prints.iter().map(|(print, state)| {
            format!(
                "{{\"check\":\"a\",\"message\":\"m\",\"path\":\"a.rs\",\"line\":1,\"fingerprint\":\"{print:016x}\",\"state\":\"{state}\"}}"
            )
        });
        let rows = rows.collect::<Vec<_>>().join(",");
        format!(
            "{{\"schema\":1,\"findings\":[{rows}],\"statements\":[{{\"pattern\":\"001\",\"id\":\"x\",\"text\":\"t\",\"state\":\"fail\"}}]}}"
        )
    }

    #[test]
    fn what_is_new_what_is_gone_and_which_states_turned_is_told() {
        let earlier = read(&told(&[(1, "new"), (2, "new"), (3, "waived")])).expect("a report");
        let finding =
            |print, state| Finding { fingerprint: Fingerprint(print), state, ..finding("a.rs", 0, "a") };
        let findings = vec![finding(1, State::New), finding(2, State::Waived), finding(3, State::New)];
        let since = earlier.compare(&Report { findings, ..Report::default() }, "old.json");
        assert_eq!(since.fresh.into_iter().collect::<Vec<_>>(), [Fingerprint(3)]);
        assert_eq!(
            since.gone.iter().map(|it| it.fingerprint.as_str()).collect::<Vec<_>>(),
            ["0000000000000002"]
        );
        assert_eq!(since.turned.len(), 1);
        assert_eq!((since.turned[0].from.as_deref(), since.turned[0].to.as_deref()), (Some("fail"), None));
    }

    #[test]
    fn what_is_no_report_of_ours_is_refused_with_the_remedy() {
        for (text, said) in [
            ("", "is no JSON report"),
            ("{\"schema\":2,\"findings\":[]}", "version 2"),
            ("[]", "is no JSON report"),
            ("{\"schema\":1}", "findings"),
        ] {
            let problem = read(text).expect_err(text);
            assert!(problem.message.contains(said) && !problem.help.is_empty(), "{text}: {problem:?}");
        }
    }
}
