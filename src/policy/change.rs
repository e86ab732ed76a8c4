//! What differs from a base: files, lines, renames. Reads the text of patches; runs no program and opens no file.

mod patch;

use crate::base::{CheckId, RelPath};
use crate::finding::{Finding, Severity};
use crate::policy::Report;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

pub use patch::read_patch;

/// How far a change reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiffScope {
    /// The changed lines alone.
    Lines,
    /// The items that hold changed lines, and what reads a changed message.
    #[default]
    Items,
    /// The files that hold changed lines.
    Files,
}

/// A run of lines that are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The 1-based line that now stands where they stood.
    pub before: u32,
    /// Their last one was a comment or attribute, which belongs to what follows.
    pub leads: bool,
}

/// What changed in one file, in lines of what it is now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path before, where it was renamed.
    pub was: Option<RelPath>,
    /// 1-based lines that are new or differ, in order.
    pub changed: Vec<Range<u32>>,
    /// Where lines are gone, in order.
    pub removed: Vec<Removed>,
}

impl ChangedFile {
    /// A file that was not there.
    #[must_use]
    pub fn whole() -> Self {
        Self { changed: std::iter::once(1..u32::MAX).collect(), ..Self::default() }
    }

    /// Whether any of the 1-based lines `first` to `last` differs, or lines between them are gone.
    #[must_use]
    pub fn touches(&self, first: u32, last: u32) -> bool {
        self.changed.iter().any(|lines| lines.start <= last && first < lines.end)
            || self.removed.iter().any(|gone| first < gone.before && gone.before <= last)
    }

    /// As [`ChangedFile::touches`], for a piece of syntax: a comment that stood right above it belonged to it.
    #[must_use]
    pub fn touches_piece(&self, first: u32, last: u32) -> bool {
        self.touches(first, last) || self.removed.iter().any(|gone| gone.leads && gone.before == first)
    }
}

/// All that differs from a base.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What it is compared with, for people: `main (merge base 1a2b3c4d)`.
    pub against: String,
    /// The files that are there now, below the scanned folder.
    pub files: BTreeMap<RelPath, ChangedFile>,
    /// The files that are gone.
    pub gone: Vec<RelPath>,
}

impl Change {
    /// The same with paths below `folder`; what lies elsewhere falls away.
    #[must_use]
    pub fn below(self, folder: &RelPath) -> Self {
        let tail = |path: &RelPath| {
            let n_parts = folder.parts().count();
            path.is_below(folder)
                .then(|| RelPath::new(&path.parts().skip(n_parts).collect::<Vec<_>>().join("/")))
        };
        let files = self.files.into_iter().filter_map(|(path, file)| {
            // A file that came from elsewhere keeps no path that could be told.
            let was = file.was.as_ref().and_then(tail);
            Some((tail(&path)?, ChangedFile { was, ..file }))
        });
        Self {
            files: files.collect(),
            gone: self.gone.iter().filter_map(tail).collect(),
            against: self.against,
        }
    }
}

/// Open findings of one check outside of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The check.
    pub check: CheckId,
    /// Their weight.
    pub severity: Severity,
    /// How many.
    pub n_findings: usize,
}

/// What a change left of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeUse {
    /// What the code was compared with, for people.
    pub against: String,
    /// Files that changed.
    pub n_files: usize,
    /// What the report no longer holds; the weightiest first, then by check.
    pub outside: Vec<Outside>,
}

impl ChangeUse {
    /// Open findings outside of the change.
    #[must_use]
    pub fn n_outside(&self) -> usize {
        self.outside.iter().map(|row| row.n_findings).sum()
    }

    /// Those of `severity`.
    #[must_use]
    pub fn n_outside_of(&self, severity: Severity) -> usize {
        self.outside.iter().filter(|row| row.severity == severity).map(|row| row.n_findings).sum()
    }
}

impl Report {
    /// Keeps the findings that `concerns` says belong to the change, and counts the others.
    pub fn limit_to(&mut self, change: &Change, concerns: impl Fn(&Finding) -> bool) {
        let (kept, outside): (Vec<Finding>, Vec<Finding>) =
            std::mem::take(&mut self.findings).into_iter().partition(concerns);
        self.findings = kept;
        self.change = Some(ChangeUse {
            against: change.against.clone(),
            n_files: change.files.len(),
            outside: counted(&outside),
        });
    }
}

/// The open ones among `findings` by weight and check.
fn counted(findings: &[Finding]) -> Vec<Outside> {
    let mut rows: BTreeMap<(Reverse<Severity>, &CheckId), usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.state.is_open()) {
        *rows.entry((Reverse(finding.severity), &finding.check)).or_default() += 1;
    }
    let row = |((Reverse(severity), check), n_findings): ((Reverse<Severity>, &CheckId), usize)| Outside {
        check: check.clone(),
        severity,
        n_findings,
    };
    rows.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::{Change, ChangedFile, Removed};
    use crate::base::RelPath;
    use crate::finding::{Finding, Severity, State};
    use crate::policy::Report;
    use crate::policy::report::tests::finding;

    #[test]
    fn lines_that_are_gone_touch_what_they_stood_in() {
        let file =
            |leads| ChangedFile { removed: vec![Removed { before: 5, leads }], ..ChangedFile::default() };
        for (first, last, is_touched, is_piece_touched) in [
            (1, 4, false, false),
            (1, 5, true, true),
            (4, 5, true, true),
            (5, 9, false, true),
            (6, 9, false, false),
        ] {
            assert_eq!(file(true).touches(first, last), is_touched, "{first} to {last}");
            assert_eq!(file(true).touches_piece(first, last), is_piece_touched, "{first} to {last}");
            assert_eq!(file(false).touches_piece(first, last), is_touched, "{first} to {last}");
        }
        assert!(ChangedFile::whole().touches(1, 1));
    }

    #[test]
    fn paths_are_told_below_the_scanned_folder() {
        let mut change = Change { gone: vec![RelPath::new("b/x.rs")], ..Change::default() };
        let renamed = ChangedFile { was: Some(RelPath::new("a/old.rs")), ..ChangedFile::default() };
        change.files.insert(RelPath::new("a/b/new.rs"), renamed);
        change.files.insert(RelPath::new("ab/c.rs"), ChangedFile::default());
        let below = change.below(&RelPath::new("a"));
        let told: Vec<_> = below.files.iter().map(|(path, file)| (path.as_str(), file.was.clone())).collect();
        assert_eq!(told, [("b/new.rs", Some(RelPath::new("old.rs")))]);
        assert!(below.gone.is_empty());
    }

    #[test]
    fn what_lies_outside_is_counted_where_somebody_would_have_to_look_at_it() {
        let known = Finding { state: State::Baselined, ..finding("b.rs", 1, "a-check") };
        let light = Finding { severity: Severity::Note, ..finding("b.rs", 3, "a-check") };
        let outside = [light, finding("b.rs", 2, "b-check"), finding("c.rs", 2, "b-check"), known];
        let findings = std::iter::once(finding("a.rs", 1, "a-check")).chain(outside).collect();
        let mut report = Report { findings, ..Report::default() };
        report.limit_to(&Change::default(), |finding| finding.path.as_str() == "a.rs");
        assert_eq!(report.findings.len(), 1);
        let change = report.change.expect("a use");
        let told: Vec<_> =
            change.outside.iter().map(|row| (row.severity, row.check.as_str(), row.n_findings)).collect();
        assert_eq!(told, [(Severity::Error, "b-check", 2), (Severity::Note, "a-check", 1)]);
        assert_eq!((change.n_outside(), change.n_outside_of(Severity::Error)), (3, 2));
    }
}
