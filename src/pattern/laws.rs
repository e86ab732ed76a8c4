//! Laws that reading keeps for any text: no panic, spans inside the file, the same statements in other encodings.

use crate::base::{RelPath, SourceText, Span};
use crate::pattern::block::{Block, BlockKind, Inline};
use crate::pattern::{Pattern, read, repair};
use proptest::prelude::*;

fn pattern_of(text: &str) -> (SourceText, Pattern) {
    let source = SourceText::new(RelPath::new("a.md"), text);
    let pattern = read(&source).0;
    (source, pattern)
}

/// Lines that documents are made of, good and bad.
fn line() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "---",
        "# Pattern 002: Ünïcode — title",
        "## Invariants (must always hold)",
        "### Do",
        "## Acceptance checklist",
        "## Common Pitfalls",
        "## Failure modes",
        "- [ ] Keep it ≤ 128 KB; never more",
        "- [x] Done <!-- patscan: manual -->",
        "- ✅ Do retry with jitter",
        "- **Because** it breaks",
        "  - nested: at most 100",
        "    indented prose reads like this",
        "1. **Lead**: why → what",
        "!!! danger \"Don't\"",
        "    body must hold",
        "> **Rule:** ack after 15 min",
        "| Pitfall | Fix |",
        "|---|---|",
        "| a \\| b | c |",
        "```rust",
        "```",
        "```patscan",
        "<div class=\"x\">",
        "<h4>⚠️ Avoid These Mistakes</h4>",
        "</div>",
        "<!-- patscan: id=X",
        "-->",
        "",
        "title: a: b",
        "list: [a, b]",
        "  - x",
        "{ #id .c }",
        "&amp; **b",
        "\t- tab",
        "[l](x.md){: .y }",
        "=== \"Tab\"",
        "***",
    ]);
    prop_oneof![8 => fixed.prop_map(str::to_owned), 1 => "[ -~é≤✅]{0,24}", 1 => "\\PC{0,12}"]
}

fn document() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 0..24).prop_map(|lines| lines.join("\n"))
}

/// All spans of a pattern.
fn spans(pattern: &Pattern) -> Vec<Span> {
    let mut spans = Vec::new();
    for statement in &pattern.statements {
        spans.extend([statement.span, statement.extent]);
        spans.extend(statement.clauses.iter().map(|clause| clause.span));
        spans.extend(statement.params.iter().map(|param| param.span));
        let parts = statement.exemplars.iter().flat_map(|exemplar| &exemplar.parts);
        spans.extend(parts.map(|part| part.span));
    }
    spans.extend(pattern.comments.iter().flat_map(|comment| [comment.span, comment.whole]));
    spans.extend(pattern.fences.iter().map(|fence| fence.span));
    spans.extend(pattern.samples.iter().map(|sample| sample.span));
    spans.extend(pattern.fields.iter().map(|field| field.span));
    spans.extend(pattern.relations.iter().map(|relation| relation.span));
    spans.extend(pattern.document.headings.iter().map(|heading| heading.span));
    block_spans(&pattern.document.blocks, &mut spans);
    spans
}

fn block_spans(blocks: &[Block], spans: &mut Vec<Span>) {
    let words = |words: &Inline| words.text.whole();
    for block in blocks {
        spans.push(block.span);
        match &block.kind {
            BlockKind::Paragraph(inline) => spans.push(words(inline)),
            BlockKind::List(list) => {
                for item in &list.items {
                    spans.push(item.span);
                    block_spans(&item.blocks, spans);
                }
            }
            BlockKind::Table(table) => {
                spans.extend(table.rows.iter().flat_map(|row| row.cells.iter().map(words).chain([row.span])));
            }
            BlockKind::Quote(blocks) => block_spans(blocks, spans),
            BlockKind::Admonition(admonition) => block_spans(&admonition.blocks, spans),
            BlockKind::Fence(fence) => spans.push(fence.text.whole()),
            BlockKind::Indented(text) | BlockKind::Html(text) => spans.push(text.whole()),
            BlockKind::Heading(_) | BlockKind::Rule => {}
        }
    }
}

/// What must not depend on the encoding: id, words and clauses of each statement, and its numbers.
fn gist(pattern: &Pattern) -> Vec<String> {
    let statements = pattern.statements.iter();
    statements
        .map(|statement| {
            let clauses: Vec<&str> = statement.clauses.iter().map(|clause| clause.text.as_str()).collect();
            let params: Vec<&str> = statement.params.iter().map(|param| param.text.as_str()).collect();
            let polarity = statement.polarity.as_str();
            format!(
                "{} {polarity} {} {clauses:?} {params:?} {}",
                statement.id, statement.text, statement.line
            )
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_span_lies_in_the_file_on_character_boundaries(text in document()) {
        let (source, pattern) = pattern_of(&text);
        for span in spans(&pattern) {
            prop_assert!(source.text().get(span.range()).is_some(), "{span:?} of {text:?}");
        }
        let mut ids: Vec<&str> = pattern.statements.iter().map(|statement| statement.id.as_str()).collect();
        let n_ids = ids.len();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), n_ids, "an id twice");
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        let (source, pattern) = pattern_of(&text);
        for span in spans(&pattern) {
            prop_assert!(source.text().get(span.range()).is_some(), "{span:?}");
        }
    }

    #[test]
    fn line_breaks_and_a_bom_change_no_statement(text in document()) {
        let plain = gist(&pattern_of(&text).1);
        prop_assert_eq!(&plain, &gist(&pattern_of(&text.replace('\n', "\r\n")).1));
        prop_assert_eq!(&plain, &gist(&pattern_of(&format!("\u{feff}{text}")).1));
    }

    #[test]
    fn a_doubly_encoded_copy_says_the_same(text in document(), is_mac: bool) {
        prop_assume!(repair::undo(&text, 0).1.is_none());
        let copy = repair::doubly_encoded(&text, is_mac);
        // A page may read the other's copy as well; then nothing tells which one it was.
        prop_assume!(repair::undo(&copy, 0).0.as_str() == text);
        let (source, pattern) = pattern_of(&copy);
        prop_assert_eq!(gist(&pattern_of(&text).1), gist(&pattern));
        for span in spans(&pattern) {
            prop_assert!(source.text().get(span.range()).is_some(), "{span:?}");
        }
    }
}

#[test]
fn ten_thousand_nested_lists_are_read_at_once() {
    for text in [
        format!("# T\n\n{}[ ] deep must hold\n", "- ".repeat(10_000)),
        format!("# T\n\n{}deep\n\n- [ ] after\n", "> ".repeat(10_000)),
        format!("# T\n\n{}\n", "!!! note\n    ".repeat(10_000)),
        format!("# T\n\n{}\n", "[".repeat(10_000)),
        format!("# T\n\n{}\n", "<!--".repeat(10_000)),
        format!("# T\n\n{}\n", "**a ".repeat(10_000)),
        (0..400).map(|n| format!("{}- [ ] item {n}\n", "  ".repeat(n))).collect(),
    ] {
        let start = std::time::Instant::now();
        let (source, pattern) = pattern_of(&text);
        assert!(spans(&pattern).iter().all(|span| source.text().get(span.range()).is_some()));
        assert!(start.elapsed().as_secs() < 10, "{}", &text[..40]);
    }
}

#[test]
fn what_is_nested_too_deep_is_told_and_kept() {
    let text = format!("# T\n\n{}must hold\n", "- ".repeat(500));
    let source = SourceText::new(RelPath::new("a.md"), text);
    let (pattern, problems) = read(&source);
    assert!(problems.iter().any(|problem| problem.message.contains("nested too deep")), "{problems:?}");
    assert!(pattern.statements.iter().any(|statement| statement.text == "must hold"));
}
