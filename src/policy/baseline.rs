//! The findings that were there before. Reads and writes the text of a baseline and marks what it knows; opens no file.
//!
//! A finding is known again by its fingerprint (check, item path, normalised tokens, ordinal), which no formatter and no move
//! within the file's module changes. What is left is matched by its shape, which leaves the module path out, so that a
//! renamed file or module keeps its entries; as a multiset, so that a second fault of the same shape is a new one.

use crate::base::{Date, SourceText, Span};
use crate::finding::{Finding, Problem, State};
use crate::policy::{Report, is_about_waivers};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// The version of the file's format.
const VERSION: u32 = 1;

/// One finding that was there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    /// The file, below the root.
    pub path: String,
    /// The check.
    pub check: String,
    /// Path of the item that holds it.
    pub item: String,
    /// Its fingerprint, 16 hex digits.
    pub fingerprint: String,
    /// Its fingerprint without the module path, 16 hex digits.
    pub shape: String,
}

/// A baseline; entries are sorted and stand once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The day on which it was written, as `YYYY-MM-DD`.
    pub written: String,
    /// What was there.
    pub entries: Vec<BaselineEntry>,
}

/// What became of a baseline in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaselineUse {
    /// The day on which it was written.
    pub written: String,
    /// How many days ago that was; `None` where the file names no day of the past.
    pub n_days: Option<u32>,
    /// Entries that it has.
    pub n_entries: usize,
    /// Entries of which the finding is still there.
    pub n_known: usize,
    /// Entries of which the finding is gone.
    pub gone: Vec<BaselineEntry>,
}

/// What a finding is known by, beside its check: a number and, where that counts, a file.
type Key = (String, Option<String>);

/// The file's first lines.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(rename = "patscan-baseline")]
    _version: u32,
    written: String,
    findings: Vec<BaselineEntry>,
}

/// What every version has.
#[derive(Deserialize)]
struct Versioned {
    #[serde(rename = "patscan-baseline")]
    version: u32,
}

/// What is wrong with a text, without the place that is told beside it.
fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

impl Baseline {
    /// The baseline of all findings of `report` that nobody waived.
    #[must_use]
    pub fn of(report: &Report, written: &str) -> Self {
        // What is wrong with a waiver has to be mended, not kept.
        let is_old = |finding: &&Finding| !is_about_waivers(finding.check.as_str());
        let kept = report.findings.iter().filter(|f| matches!(f.state, State::New | State::Baselined));
        let kept = kept.filter(is_old);
        let mut entries: Vec<BaselineEntry> = kept.map(entry).collect();
        entries.sort();
        entries.dedup();
        Self { written: written.to_owned(), entries }
    }

    /// Reads a baseline's text.
    ///
    /// # Errors
    /// What is wrong with it and where.
    pub fn read(source: &SourceText) -> Result<Self, Problem> {
        let mended = "take the file from git again, or write it anew with `patscan baseline write`";
        if let Some(line) = source.conflict() {
            let message = format!("line {} holds a conflict marker of git", line + 1);
            let help = "keep the lines of both sides: entries stand one a line and may come in any order";
            return Err(Problem::in_file(source.path(), message).help(help));
        }
        let wrong = |error: &serde_json::Error| {
            let line = error.line().saturating_sub(1);
            let start = source.lines().start_of(line);
            let end = start + source.line_text(line).len() as u32;
            let message = format!("is no baseline: {}", cause(error));
            Problem::at(source, Span::new(start, end.max(start)), message).help(mended)
        };
        // Another version may have other keys: it is asked first.
        let version: Versioned = serde_json::from_str(source.text()).map_err(|error| wrong(&error))?;
        if version.version != VERSION {
            let message =
                format!("is a baseline of version {}, this program reads {VERSION}", version.version);
            return Err(Problem::in_file(source.path(), message).help(mended));
        }
        let head: Head = serde_json::from_str(source.text()).map_err(|error| wrong(&error))?;
        let mut entries = head.findings;
        entries.sort();
        entries.dedup();
        Ok(Self { written: head.written, entries })
    }

    /// The text of the file: one entry a line, so that merges touch only lines that changed.
    #[must_use]
    pub fn to_text(&self) -> String {
        let written = serde_json::json!(self.written);
        let mut text = format!("{{\"patscan-baseline\":{VERSION},\"written\":{written},\"findings\":[");
        for (idx, entry) in self.entries.iter().enumerate() {
            let end = if idx + 1 < self.entries.len() { "," } else { "" };
            // Five strings always are JSON.
            let line = serde_json::to_string(entry).unwrap_or_default();
            let _ = write!(text, "\n{line}{end}");
        }
        text + "\n]}\n"
    }

    /// Marks the findings of `report` that are known on `today`, and says which entries are gone. An entry counts as gone
    /// only where `is_examined` says that this run looked for it.
    ///
    /// First by fingerprint, then by shape in the same file, then by shape anywhere: what was moved is found, and what
    /// stayed is not taken for something else.
    pub fn apply(&self, report: &mut Report, today: Date, is_examined: impl Fn(&BaselineEntry) -> bool) {
        let mut left = vec![true; self.entries.len()];
        let by_print = |entry: &BaselineEntry| (entry.fingerprint.clone(), None);
        self.take(report, &mut left, by_print, |finding| (finding.fingerprint.to_string(), None));
        let by_file = |entry: &BaselineEntry| (entry.shape.clone(), Some(entry.path.clone()));
        self.take(report, &mut left, by_file, |finding| {
            (finding.shape.to_string(), Some(finding.path.as_str().to_owned()))
        });
        let by_shape = |entry: &BaselineEntry| (entry.shape.clone(), None);
        self.take(report, &mut left, by_shape, |finding| (finding.shape.to_string(), None));
        let is_gone = |(entry, is_left): &(&BaselineEntry, &bool)| **is_left && is_examined(entry);
        let gone: Vec<BaselineEntry> =
            self.entries.iter().zip(&left).filter(is_gone).map(|(entry, _)| entry.clone()).collect();
        let n_known = left.iter().filter(|is_left| !**is_left).count();
        let n_days = Date::parse(&self.written).and_then(|written| today.days_since(written));
        let (written, n_entries) = (self.written.clone(), self.entries.len());
        report.baseline = Some(BaselineUse { written, n_days, n_entries, n_known, gone });
    }

    /// Gives each new finding of `report` an entry that is `left` and has the same check and key, each entry once.
    fn take(
        &self,
        report: &mut Report,
        left: &mut [bool],
        of_entry: impl Fn(&BaselineEntry) -> Key,
        of_finding: impl Fn(&Finding) -> Key,
    ) {
        let mut free: FxHashMap<(&str, Key), Vec<usize>> = FxHashMap::default();
        // The last comes first, so that the first is taken first.
        for (idx, entry) in self.entries.iter().enumerate().rev().filter(|(idx, _)| left[*idx]) {
            free.entry((&entry.check, of_entry(entry))).or_default().push(idx);
        }
        for finding in report.findings.iter_mut().filter(|finding| finding.state == State::New) {
            let key = (finding.check.as_str(), of_finding(finding));
            let Some(idx) = free.get_mut(&key).and_then(Vec::pop) else { continue };
            if let Some(is_left) = left.get_mut(idx) {
                *is_left = false;
            }
            finding.state = State::Baselined;
        }
    }

    /// The same without the entries `gone`; never more than before.
    #[must_use]
    pub fn without(&self, gone: &[BaselineEntry]) -> Self {
        let gone: FxHashSet<&BaselineEntry> = gone.iter().collect();
        let entries = self.entries.iter().filter(|entry| !gone.contains(entry)).cloned().collect();
        Self { written: self.written.clone(), entries }
    }
}

fn entry(finding: &Finding) -> BaselineEntry {
    BaselineEntry {
        path: finding.path.as_str().to_owned(),
        check: finding.check.as_str().to_owned(),
        item: finding.item.clone(),
        fingerprint: finding.fingerprint.to_string(),
        shape: finding.shape.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::Baseline;
    use crate::base::{Date, RelPath, SourceText};
    use crate::finding::{Fingerprint, State};
    use crate::policy::Report;
    use crate::policy::report::tests::finding;

    /// A report with findings of these (path, fingerprint, shape).
    fn report(rows: &[(&str, u64, u64)]) -> Report {
        let findings = rows.iter().map(|(path, print, shape)| crate::finding::Finding {
            fingerprint: Fingerprint(*print),
            shape: Fingerprint(*shape),
            ..finding(path, *print as u32, "a-check")
        });
        Report { findings: findings.collect(), ..Report::default() }
    }

    /// Which of `after` a baseline of `before` knows, and how many of its entries are gone.
    #[track_caller]
    fn check(before: &[(&str, u64, u64)], after: &[(&str, u64, u64)], known: &[bool], n_gone: usize) {
        let text = Baseline::of(&report(before), "2026-11-20").to_text();
        let baseline = Baseline::read(&SourceText::new(RelPath::new("b.json"), text)).expect("a baseline");
        let mut now = report(after);
        baseline.apply(&mut now, Date::parse("2026-11-29").expect("a day"), |_| true);
        let came: Vec<bool> = now.findings.iter().map(|f| f.state == State::Baselined).collect();
        assert_eq!(came, known);
        let used = now.baseline.expect("a use");
        assert_eq!((used.n_days, used.n_entries), (Some(9), before.len()));
        assert_eq!((used.gone.len(), used.n_known), (n_gone, known.iter().filter(|is| **is).count()));
        let shrunk = baseline.without(&used.gone);
        assert_eq!(shrunk.entries.len(), baseline.entries.len() - n_gone);
    }

    #[test]
    fn a_finding_is_known_by_its_fingerprint_wherever_it_moved() {
        check(&[("a.rs", 1, 7)], &[("b.rs", 1, 7)], &[true], 0);
        check(&[("a.rs", 1, 7)], &[("a.rs", 2, 8)], &[false], 1);
    }

    #[test]
    fn a_renamed_module_keeps_its_entries() {
        check(&[("a.rs", 1, 7), ("a.rs", 2, 8)], &[("b.rs", 3, 7), ("b.rs", 4, 8)], &[true, true], 0);
    }

    #[test]
    fn what_stayed_in_its_file_is_not_taken_for_what_moved_there() {
        let (before, after) =
            ([("b.rs", 1, 7), ("c.rs", 2, 7)], [("a.rs", 3, 7), ("b.rs", 4, 7), ("c.rs", 5, 7)]);
        check(&before, &after, &[false, true, true], 0);
    }

    #[test]
    fn a_second_fault_of_the_same_shape_is_new() {
        check(&[("a.rs", 1, 7)], &[("a.rs", 1, 7), ("a.rs", 2, 7)], &[true, false], 0);
        check(&[("a.rs", 1, 7), ("a.rs", 2, 7)], &[("a.rs", 1, 7)], &[true], 1);
    }

    #[test]
    fn a_file_that_is_no_baseline_is_refused_with_the_remedy() {
        for (text, told) in [
            ("", "is no baseline"),
            ("{\"patscan-baseline\":2,\"written\":\"\",\"rows\":[]}", "version 2"),
            ("{\"patscan-baseline\":1,\"written\":\"\",\"findings\":[],\"more\":1}", "more"),
            ("{\n<<<<<<< HEAD\n", "line 2 holds a conflict marker"),
            ("{\"patscan-baseline\":1,\"written\":\"\",\"findings\":[{\"path\":\"a\"}]}", "missing field"),
        ] {
            let problem = Baseline::read(&SourceText::new(RelPath::new("b.json"), text)).expect_err(text);
            assert!(problem.message.contains(told), "{text:?}: {problem:?}");
            assert!(!problem.help.is_empty());
        }
    }

    #[test]
    fn the_text_has_one_sorted_line_for_each_entry() {
        let text = Baseline::of(&report(&[("b.rs", 2, 2), ("a.rs", 1, 1)]), "2026-11-20").to_text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[1].starts_with("{\"path\":\"a.rs\"") && lines[1].ends_with("},"), "{text}");
        assert_eq!(lines[3], "]}");
    }
}
