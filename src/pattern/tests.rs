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
fn code_explains_where_a_checklist_says_what_must_hold() {
    check(
        "# Naps\n\n## Solution\n\n### Sleep\n\n```rust\nnap();\n```\n\n| Nap | Wake |\n|---|---|\n| 1 | 2 |\n\n### Wake\n\n```rust\nwake();\n```\n\n## Checklist\n\n- [ ] Naps end\n\n## Sources\n\n- On naps: https://example.org/naps\n",
        &["23 checklist/naps-end must"],
    );
}

#[test]
fn requirements_in_capitals_and_tables_of_rules_are_read_in_any_document() {
    check(
        "# RFC 7: Naps\n\n## Requirements\n\nR1. A nap MUST end.\n\nR2. Naps end.\n\nIt must be said.\n\n| Rule | Why |\n|---|---|\n| Beds are made | order |\n\n| Bed | Size |\n|---|---|\n| a | b |\n",
        &["5 other/r1-a-nap-must-end must", "13 invariant/beds-are-made must"],
    );
}

#[test]
fn alerts_are_admonitions_and_what_is_important_is_a_rule() {
    check(
        "# T\n\n> [!IMPORTANT]\n> Bodies must be limited to 5 MiB.\n\n> [!NOTE]\n> It must rain.\n\n## Pitfalls\n\n> [!WARNING]\n> Naps without end\n",
        &["4 other/bodies-must-be-limited-to-5 must", "12 pitfall/naps-without-end avoid"],
    );
}

#[test]
fn a_comment_that_misspells_how_it_begins_is_told() {
    for (comment, is_told) in [
        ("<!-- patscan check=a -->", true),
        ("<!-- Patscan: manual -->", true),
        ("<!-- patscan: manual -->", false),
        ("<!-- patscan is a tool -->", false),
        ("<!-- check=a -->", false),
    ] {
        let text = format!("# T\n\n- [ ] One {comment}\n");
        let (_, problems) = read(&SourceText::new(RelPath::new("docs/a.md"), text));
        let told: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            told.iter().any(|text| text.contains("does not begin with `patscan:`")),
            is_told,
            "{comment}"
        );
    }
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

#[test]
fn a_heading_may_name_the_fault_that_is_said_below_it() {
    let text = "# T\n\n## Common pitfalls\n\n### 1. Sprawl\n**Problem**: secrets everywhere\n**Solution**: one store\n\n### 2. Silence\n**Solution**: log it\n\n### 3. Storm\n- **Problem**: all at once\n- **Solution**: jitter\n";
    check(
        text,
        &[
            "5 pitfall/1-sprawl-secrets-everywhere avoid",
            "9 pitfall/2-silence avoid",
            "12 pitfall/3-storm-all-at-once avoid",
        ],
    );
    let remedies: Vec<Option<String>> =
        pattern_of(text).statements.into_iter().map(|statement| statement.remedy).collect();
    assert_eq!(remedies, ["one store", "log it", "jitter"].map(|text| Some(text.to_owned())));
}

#[test]
fn fields_of_the_head_questions_and_impacts_are_no_statements_and_a_lone_label_is() {
    check("# Service reference\n\n- **Status:** Adopted\n- **Problem:** it must end\n", &[]);
    check(
        "# Pattern 009: T\n\n## Implementation guidance\n\n- **Order:** Do they arrive in order?\n- Keep them in order\n\n## Failure modes\n\n| Failure | Impact | Mitigation |\n|---|---|---|\n| Late | Clients do not see it | wait |\n| Lost | none | must be sent again |\n\n## Invariants\n\n- Good\n",
        &["6 guidance/keep-them-in-order should", "13 failure-mode/lost avoid", "17 invariant/good must"],
    );
}
