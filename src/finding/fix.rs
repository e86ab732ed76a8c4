//! How code is to be changed so that a finding is gone. Touches no file; `policy` chooses, `cli` writes.

use crate::base::{RelPath, Span};

/// How sure it is that an edit keeps the code compiling and doing what it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// Certain: may be applied unseen.
    MachineApplicable,
    /// A person has to look: it may change what the code does, or the code around it must follow.
    Suggestion,
}

impl Applicability {
    /// Every applicability with its word in rules and reports.
    pub const ALL: [(Self, &'static str); 2] =
        [(Self::MachineApplicable, "machine-applicable"), (Self::Suggestion, "suggestion")];

    /// The word used in rules and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MachineApplicable => "machine-applicable",
            Self::Suggestion => "suggestion",
        }
    }
}

/// New text for some bytes of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The file.
    pub path: RelPath,
    /// The bytes that go, of the file as on disk; none where text is put in.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// A remedy that can be applied: all of its edits, or none.
///
/// Invariant: at least one edit, sorted by file and place, none overlapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does; lower case, no full stop, code in backticks.
    pub title: String,
    /// How sure it is.
    pub applicability: Applicability,
    edits: Vec<Edit>,
}

impl Fix {
    /// A fix of `edits`; `None` where there are none, or two of them overlap.
    #[must_use]
    pub fn new(title: String, applicability: Applicability, mut edits: Vec<Edit>) -> Option<Self> {
        edits.sort();
        edits.dedup();
        let is_apart = edits.windows(2).all(|pair| !overlaps(&pair[0], &pair[1]));
        (!edits.is_empty() && is_apart).then_some(Self { title, applicability, edits })
    }

    /// Its edits, by file and place.
    #[must_use]
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Whether `other` changes the same bytes, or puts text in at the same place.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.edits.iter().any(|own| other.edits.iter().any(|edit| overlaps(own, edit)))
    }
}

/// Two edits at one point overlap too: nobody could say which comes first.
fn overlaps(a: &Edit, b: &Edit) -> bool {
    let (one, two) = (a.span, b.span);
    let is_same_point = one.is_empty() && two.is_empty() && one == two;
    a.path == b.path && (is_same_point || (one.start() < two.end() && two.start() < one.end()))
}

/// `text` with `edits` applied, which must be those of one file, sorted and apart.
#[must_use]
pub fn edited<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        out.push_str(text.get(at..range.start).unwrap_or(""));
        out.push_str(&edit.text);
        at = range.end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::{Applicability, Edit, Fix, edited};
    use crate::base::{RelPath, Span};

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { path: RelPath::new("a.rs"), span: Span::new(start, end), text: text.to_owned() }
    }

    fn fix(edits: &[Edit]) -> Option<Fix> {
        Fix::new("t".to_owned(), Applicability::Suggestion, edits.to_vec())
    }

    #[test]
    fn edits_that_meet_are_apart_and_edits_that_cross_are_no_fix() {
        assert!(fix(&[]).is_none());
        assert!(fix(&[edit(0, 3, "x"), edit(3, 3, "y"), edit(3, 5, "z")]).is_some());
        assert!(fix(&[edit(0, 3, "x"), edit(2, 4, "y")]).is_none());
        assert!(fix(&[edit(2, 2, "x"), edit(2, 2, "y")]).is_none());
        assert!(fix(&[edit(2, 2, "x"), edit(1, 3, "y")]).is_none());
    }

    #[test]
    fn bytes_outside_of_edits_stay_as_they_are() {
        let text = "\u{feff}é = f();\r\n";
        let made = [edit(8, 9, "g"), edit(10, 10, "1")];
        assert_eq!(edited(text, &made), "\u{feff}é = g(1);\r\n");
    }
}
