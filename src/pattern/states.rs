//! The part of a document that `report --into` writes: found, passed over when the document is read, written again.
//! Knows no state; what stands between the markers is its caller's.

use crate::base::{SourceText, Span};
use crate::finding::Problem;
use crate::pattern::region::fence_behind;
use crate::pattern::{Mapped, Pattern, read};
use std::ops::Range;

/// The line above the part.
const BEGIN: &str = "<!-- patscan:begin -->";
/// The line below it.
const END: &str = "<!-- patscan:end -->";

/// A marker without its fellow: its bytes, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stray {
    at: Range<usize>,
    message: &'static str,
}

impl Stray {
    pub(super) fn problem(&self, source: &SourceText) -> Problem {
        let place = Span::new(self.at.start as u32, self.at.end as u32);
        Problem::at(source, place, self.message)
            .help(format!("keep one line `{BEGIN}` and below it one line `{END}`, or remove both"))
    }
}

/// Bytes from the first marker to the end of the last, where both stand alone on their lines outside of code.
pub(super) fn part(text: &str) -> Result<Option<Range<usize>>, Stray> {
    let (mut begin, mut found): (Option<Range<usize>>, Option<Range<usize>>) = (None, None);
    let mut fence = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let own = at..at + bare.len();
        at += line.len();
        if begin.is_none() {
            // What was written between the markers is ours, and holds no fence.
            fence = fence_behind(fence, bare);
        }
        if fence.is_some() {
            continue;
        }
        if bare == BEGIN && begin.is_none() && found.is_none() {
            begin = Some(own);
        } else if bare == BEGIN {
            return Err(Stray { at: own, message: "the states of this document begin twice" });
        } else if bare == END {
            let Some(begin) = begin.take() else {
                return Err(Stray { at: own, message: "the states of this document end before they begin" });
            };
            found = Some(begin.start..own.end);
        }
    }
    match begin {
        Some(at) => Err(Stray { at, message: "the states of this document do not end" }),
        None => Ok(found),
    }
}

/// `view` with nothing but line breaks where the part stands, so that all else keeps its place.
pub(super) fn without(view: &Mapped) -> Result<Mapped, Stray> {
    let Some(part) = part(view.as_str())? else { return Ok(view.clone()) };
    let mut made = view.part(0..part.start);
    for (at, _) in view.as_str().match_indices('\n').filter(|(at, _)| part.contains(at)) {
        made.push_part(view, at..at + 1);
    }
    made.push_part(view, part.end..view.as_str().len());
    Ok(made)
}

/// The text of `source` with `states` between the markers, which go to the end where there are none yet.
///
/// All else stays byte for byte, and reads as before.
///
/// # Errors
/// Where a marker lacks its fellow, or the document cannot take them.
pub fn with_states(source: &SourceText, states: &str) -> Result<String, Problem> {
    let text = source.text();
    let part_before = part(text).map_err(|stray| stray.problem(source))?;
    // Lines end as those that were written before do, else as the document's first one does.
    let model = part_before.as_ref().map_or(text, |part| &text[part.clone()]);
    let end = if model.find('\n').is_some_and(|at| model[..at].ends_with('\r')) { "\r\n" } else { "\n" };
    let lines: Vec<&str> = states.trim().lines().collect();
    let body = [BEGIN, "", &lines.join(end), "", END].join(end);
    let made = match part_before {
        Some(part) => format!("{}{body}{}", &text[..part.start], &text[part.end..]),
        None => format!("{text}{}{body}{end}", gap(text, end)),
    };
    let after = SourceText::new(source.path().clone(), made.as_str());
    if reads_the_same(&read(source).0, &read(&after).0) && part(&made).is_ok_and(|part| part.is_some()) {
        return Ok(made);
    }
    let problem = Problem::in_file(source.path(), "its states cannot be written at its end");
    Err(problem
        .help(format!("close what is open there, or put `{BEGIN}` and `{END}` where they shall stand")))
}

/// What has to stand between the text and a line of its own behind a blank one.
fn gap(text: &str, end: &str) -> String {
    let n_breaks =
        text.bytes().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|b| *b == b'\n');
    match (text.is_empty(), n_breaks.count()) {
        (true, _) | (false, 2..) => String::new(),
        (false, 1) => end.to_owned(),
        (false, 0) => end.repeat(2),
    }
}

fn reads_the_same(before: &Pattern, after: &Pattern) -> bool {
    let words = |pattern: &Pattern| -> Vec<(String, String)> {
        let statements = pattern.statements.iter().map(|it| (it.id.to_string(), it.hash.to_string()));
        let comments = pattern.comments.iter().map(|it| (format!("{:?}", it.owner), it.text.clone()));
        statements.chain(comments).collect()
    };
    before.id == after.id && before.dialect == after.dialect && words(before) == words(after)
}

#[cfg(test)]
mod tests {
    use super::with_states;
    use crate::base::{RelPath, SourceText};
    use crate::pattern::read;
    use proptest::prelude::*;

    fn source(text: &str) -> SourceText {
        SourceText::new(RelPath::new("a.md"), text)
    }

    const DOC: &str = "# Pattern 001: A\n\n## Invariants\n\n- Each call must end <!-- patscan: manual -->\n";
    const STATES: &str = "| State | Statement |\n|---|---|\n| fail | It must never do that |\n";

    #[test]
    fn states_go_to_the_end_and_the_document_reads_as_before() {
        let once = with_states(&source(DOC), STATES).expect("written");
        assert!(once.starts_with(DOC));
        assert!(once.ends_with("| fail | It must never do that |\n\n<!-- patscan:end -->\n"), "{once}");
        let (before, after) = (read(&source(DOC)).0, read(&source(&once)).0);
        assert_eq!(before.statements, after.statements);
        assert_eq!(before.comments, after.comments);
        assert_eq!(with_states(&source(&once), STATES).expect("written"), once);
        let twice = with_states(&source(&once), "other").expect("written");
        assert_eq!(with_states(&source(&twice), STATES).expect("written"), once);
    }

    #[test]
    fn markers_that_stand_elsewhere_keep_their_place() {
        let text = format!("# A\n\n<!-- patscan:begin -->\nold\n<!-- patscan:end -->\n\n{DOC}");
        let made = with_states(&source(&text), "new").expect("written");
        assert_eq!(made, text.replace("begin -->\nold\n", "begin -->\n\nnew\n\n"));
    }

    #[test]
    fn markers_in_code_are_code() {
        let text = format!("{DOC}\n```md\n<!-- patscan:begin -->\n```\n");
        let made = with_states(&source(&text), STATES).expect("written");
        assert!(made.starts_with(&text));
    }

    #[test]
    fn a_document_with_windows_line_ends_keeps_them() {
        let made = with_states(&source(&DOC.replace('\n', "\r\n")), STATES).expect("written");
        assert!(!made.replace("\r\n", "").contains('\n'));
    }

    #[test]
    fn broken_markers_and_open_code_are_refused_with_the_remedy() {
        for (text, said) in [
            ("a\n<!-- patscan:begin -->\n", "do not end"),
            ("<!-- patscan:end -->\n", "end before they begin"),
            ("<!-- patscan:begin -->\n<!-- patscan:begin -->\n<!-- patscan:end -->\n", "begin twice"),
            ("<!-- patscan:begin -->\n<!-- patscan:end -->\n<!-- patscan:begin -->\n", "begin twice"),
            ("```\nopen\n", "cannot be written"),
        ] {
            let problem = with_states(&source(text), STATES).expect_err(text);
            assert!(problem.message.contains(said) && !problem.help.is_empty(), "{text:?}: {problem:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        /// Whatever a document is made of, states are written again and again without drift, or not at all.
        #[test]
        fn writing_again_changes_nothing(lines in prop::collection::vec(prop::sample::select(vec![
            "# Pattern 001: A", "## Invariants", "- Each call must end", "  - nested must hold", "```rust", "```", "~~~", "> quoted must",
            "<!-- open", "-->", "<!-- patscan: manual -->", "<!-- patscan:begin -->", "<!-- patscan:end -->", "", "    code", "| a | b |",
            "|---|---|", "---", "text\r", "<div>", "</div>", "- [ ] must be ticked",
        ]), 0..12), ends in any::<bool>()) {
            let text = lines.join("\n") + if ends { "\n" } else { "" };
            let Ok(once) = with_states(&source(&text), STATES) else { return Ok(()) };
            prop_assert_eq!(&with_states(&source(&once), STATES).expect("once, so twice"), &once);
            let (before, after) = (read(&source(&text)).0, read(&source(&once)).0);
            let ids = |pattern: &crate::pattern::Pattern| {
                pattern.statements.iter().map(|it| (it.id.clone(), it.hash)).collect::<Vec<_>>()
            };
            prop_assert_eq!(ids(&before), ids(&after));
            if !text.contains("patscan:begin") {
                prop_assert!(once.starts_with(&text));
                prop_assert_eq!(before.statements, after.statements);
            }
        }
    }
}
