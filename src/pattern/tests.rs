//! Tests of whole documents: expectations stand next to the lines that they speak of.

use crate::base::{RelPath, SourceText};
use crate::pattern::{Owner, Pattern, read};

fn pattern_of(text: &str) -> Pattern {
    read(&SourceText::new(RelPath::new("docs/a.md"), text)).0
}

/// Expects `line id polarity` for each statement, all spans in order and inside the file.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let pattern = pattern_of(text);
    let found: Vec<String> = pattern
        .statements
        .iter()
        .map(|statement| format!("{} {} {}", statement.line, statement.id, statement.polarity.as_str()))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn task_items_are_statements_wherever_they_stand() {
    check(
        "# T\n\n- [ ] One thing\n- [x] Two\n\nProse.\n\n1. no\n",
        &["3 checklist/one-thing must", "4 checklist/two must"],
    );
}

#[test]
fn a_comment_belongs_to_the_item_that_it_ends_or_follows() {
    let text = "# T\n<!-- patscan: doc=D -->\n\n- [ ] One <!-- patscan: check=a -->\n- [ ] Two\n  <!-- patscan: id=X manual -->\n\n## S\n\n<!-- patscan: exempt=002 -->\n";
    let pattern = pattern_of(text);
    let owners: Vec<Owner> = pattern.comments.iter().map(|comment| comment.owner).collect();
    assert_eq!(owners, [Owner::Document, Owner::Statement(0), Owner::Statement(1), Owner::Heading(1)]);
    assert_eq!(pattern.id.0, "D");
    assert_eq!(pattern.statements[1].id.as_str(), "X");
}
