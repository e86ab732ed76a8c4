//! Which fixes are applied together, and what they make of each file. Touches no disk; never applies half a fix.

use crate::base::RelPath;
use crate::finding::{Applicability, Edit, Finding, Fix, State};
use std::collections::BTreeMap;

/// The fixes of some findings that can be applied at once.
#[derive(Clone, Debug, Default)]
pub struct FixPlan<'f> {
    /// The findings that are mended, in their order.
    pub applied: Vec<(&'f Finding, &'f Fix)>,
    /// Findings whose fix changes what an earlier one changes; they wait for the next scan.
    pub put_off: Vec<&'f Finding>,
    /// Findings whose fix is only a suggestion, and was not asked for.
    pub held_back: Vec<&'f Finding>,
}

impl<'f> FixPlan<'f> {
    /// The fixes of `findings` that are at least as sure as `wanted`, the first of those that overlap. What is permitted
    /// by a waiver or known to the baseline stays as it is, as does what nobody has accepted yet.
    #[must_use]
    pub fn new(findings: &'f [Finding], wanted: Applicability) -> Self {
        let mut plan = Self::default();
        let new = findings.iter().filter(|finding| finding.state == State::New);
        for (finding, fix) in new.filter_map(|finding| Some((finding, finding.fix.as_ref()?))) {
            let is_same = |(_, other): &(_, &Fix)| other.edits() == fix.edits();
            if fix.applicability > wanted {
                plan.held_back.push(finding);
            } else if plan.applied.iter().any(is_same) {
                plan.applied.push((finding, fix));
            } else if plan.applied.iter().any(|(_, other)| other.overlaps(fix)) {
                plan.put_off.push(finding);
            } else {
                plan.applied.push((finding, fix));
            }
        }
        plan
    }

    /// The edits of each file, in their order, each once.
    #[must_use]
    pub fn edits(&self) -> BTreeMap<&'f RelPath, Vec<&'f Edit>> {
        let mut by_file: BTreeMap<&RelPath, Vec<&Edit>> = BTreeMap::new();
        for edit in self.applied.iter().flat_map(|(_, fix)| fix.edits()) {
            by_file.entry(&edit.path).or_default().push(edit);
        }
        for edits in by_file.values_mut() {
            edits.sort();
            edits.dedup();
        }
        by_file
    }

    /// The same plan without the fixes that touch one of `paths`, in whatever part.
    #[must_use]
    pub fn without(mut self, paths: &[RelPath]) -> Self {
        self.applied.retain(|(_, fix)| fix.edits().iter().all(|edit| !paths.contains(&edit.path)));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::FixPlan;
    use crate::base::{RelPath, Span};
    use crate::finding::{Applicability, Edit, Finding, Fix, State, edited};
    use crate::policy::report::tests::finding;

    const TEXT: &str = "aabbcc";

    fn with_fix(path: &str, (start, end): (u32, u32), text: &str, applicability: Applicability) -> Finding {
        let edit = Edit { path: RelPath::new(path), span: Span::new(start, end), text: text.to_owned() };
        let fix = Fix::new("t".to_owned(), applicability, vec![edit]);
        Finding { fix, ..finding(path, start, "a-check") }
    }

    fn sure(start: u32, end: u32, text: &str) -> Finding {
        with_fix("a.rs", (start, end), text, Applicability::MachineApplicable)
    }

    #[track_caller]
    fn check(findings: &[Finding], wanted: Applicability, text: &str, counts: [usize; 3]) {
        let plan = FixPlan::new(findings, wanted);
        assert_eq!([plan.applied.len(), plan.put_off.len(), plan.held_back.len()], counts);
        let edits = plan.edits().remove(&RelPath::new("a.rs")).unwrap_or_default();
        assert_eq!(edited(TEXT, edits), text);
    }

    #[test]
    fn the_first_of_two_that_overlap_is_applied() {
        let findings = [sure(4, 6, "z"), sure(0, 3, "x"), sure(2, 4, "y")];
        check(&findings, Applicability::MachineApplicable, "xbz", [2, 1, 0]);
    }

    #[test]
    fn one_edit_may_mend_two_findings() {
        let findings = [sure(2, 2, "!"), sure(2, 2, "!"), sure(2, 2, "?")];
        check(&findings, Applicability::MachineApplicable, "aa!bbcc", [2, 1, 0]);
    }

    #[test]
    fn suggestions_wait_until_they_are_asked_for() {
        let findings = [with_fix("a.rs", (0, 2), "x", Applicability::Suggestion), sure(2, 4, "y")];
        check(&findings, Applicability::MachineApplicable, "aaycc", [1, 0, 1]);
        check(&findings, Applicability::Suggestion, "xycc", [2, 0, 0]);
    }

    #[test]
    fn what_is_permitted_or_not_accepted_stays() {
        for state in [State::Waived, State::Baselined, State::Proposed] {
            let finding = Finding { state, ..sure(0, 1, "x") };
            check(&[finding], Applicability::Suggestion, TEXT, [0, 0, 0]);
        }
    }

    #[test]
    fn a_fix_that_touches_a_file_which_must_stay_is_left_out_as_a_whole() {
        let findings = [sure(0, 1, "x"), with_fix("b.rs", (0, 1), "y", Applicability::MachineApplicable)];
        let plan = FixPlan::new(&findings, Applicability::MachineApplicable);
        let kept = plan.without(&[RelPath::new("a.rs")]);
        assert_eq!(kept.edits().keys().map(|path| path.as_str()).collect::<Vec<_>>(), ["b.rs"]);
    }
}
