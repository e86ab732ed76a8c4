//! Writes waiver comments into the text of a file, where they bind. Touches no disk and decides about no finding.

use crate::base::{SourceText, Span};
use crate::facts::{is_piece, markers};
use crate::syntax::{Field, Kind, NodeId, ParseOptions, TestCode, Tree, parse};
use std::collections::BTreeMap;

/// A finding that a comment should permit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// Where it lies.
    pub span: Span,
    /// The words of the comment, behind `patscan: ` and before its last parenthesis: `allow(a-check, reason = "x")`.
    pub words: String,
}

/// A text with comments inserted.
#[derive(Clone, Debug)]
pub struct Waived {
    /// The new text.
    pub text: String,
    /// Comments that were inserted.
    pub n_inserted: usize,
    /// Findings for which no comment would bind.
    pub homeless: Vec<Span>,
}

/// The text of `source` with a comment on its own line above the smallest item, statement, field or arm that holds each of
/// `wanted` and starts its line; what lies in no item of the file is permitted at its head, by `allow-file`.
#[must_use]
pub fn with_waivers(source: &SourceText, wanted: &[Wanted]) -> Waived {
    let tree = tree_of(source);
    // By line, so that findings under one anchor share its comment.
    let mut lines: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut homeless = Vec::new();
    for Wanted { span, words } in wanted {
        let line = anchors(&tree, *span).into_iter().find(|line| binds(source, *line, *span, words));
        let found = match line {
            Some(line) => Some((line, words.clone())),
            None => whole_file(&tree, *span, words),
        };
        let Some((line, words)) = found else {
            homeless.push(*span);
            continue;
        };
        let at = lines.entry(line).or_default();
        if !at.contains(&words) {
            at.push(words);
        }
    }
    let n_inserted = lines.values().map(Vec::len).sum();
    Waived { text: inserted(source, &lines), n_inserted, homeless }
}

fn tree_of(source: &SourceText) -> Tree {
    parse(source, &ParseOptions { test_code: TestCode::Keep }).tree
}

/// The head of the file, for what lies in no item of it.
fn whole_file(tree: &Tree, span: Span, words: &str) -> Option<(usize, String)> {
    let text = tree.source().text();
    let has_shebang = text.starts_with("#!") && !text.starts_with("#![");
    let words = words.strip_prefix("allow(").map(|rest| format!("allow-file({rest}"))?;
    (tree.covering(span) == tree.root()).then(|| (usize::from(has_shebang), words))
}

/// 0-based lines above which a comment may stand, those of the smallest piece of syntax first.
fn anchors(tree: &Tree, span: Span) -> Vec<usize> {
    let source = tree.source();
    let inner = tree.covering(span);
    let around: Vec<NodeId> = std::iter::once(inner).chain(tree.ancestors(inner)).collect();
    // Inside the arguments of a macro nobody knows what a comment stands above.
    let outermost_macro = around.iter().rposition(|node| tree.kind(*node) == Kind::MacroCall);
    let first = outermost_macro.unwrap_or(0);
    let mut lines = Vec::new();
    for node in around.iter().skip(first).filter(|node| is_anchor(tree, **node)) {
        let start = tree.span(*node).start();
        let line = source.lines().line_of(start);
        let before = source.slice(Span::new(source.lines().start_of(line), start));
        if before.trim_start_matches('\u{feff}').trim().is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// What people put a comment above. An arm's or a statement's own expression starts where it does; a comment inside a
/// `select!` or a literal would read as one of the value.
fn is_anchor(tree: &Tree, node: NodeId) -> bool {
    let kind = tree.kind(node);
    let is_inner = matches!(kind, Kind::SelectArm | Kind::FieldInit | Kind::MacroCall);
    let is_whole = matches!(tree.field(node), Field::Item | Field::Stmt | Field::Tail);
    is_whole || (is_piece(kind) && !is_inner)
}

/// Whether a comment above 0-based `line` would cover `span`: the text with it is read as the scan would read it.
fn binds(source: &SourceText, line: usize, span: Span, words: &str) -> bool {
    let text = inserted(source, &BTreeMap::from([(line, vec![words.to_owned()])]));
    let n_added = (text.len() - source.text().len()) as u32;
    let at = Span::point(span.start() + n_added);
    let start = source.lines().start_of(line);
    let changed = SourceText::new(source.path().clone(), text);
    let found = markers(&tree_of(&changed));
    let own = found.iter().find(|marker| (start..start + n_added).contains(&marker.comment.start()));
    own.and_then(|marker| marker.covers).is_some_and(|covers| covers.contains(at))
}

/// The text with comments above 0-based lines, indented as those are and with their line ends.
fn inserted(source: &SourceText, lines: &BTreeMap<usize, Vec<String>>) -> String {
    let text = source.text();
    let mut out = String::with_capacity(text.len() + 120 * lines.len());
    let mut at = 0;
    for (line, comments) in lines {
        let bom = if *line == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let start = source.lines().start_of(*line) as usize + bom;
        out.push_str(text.get(at..start).unwrap_or(""));
        let rest = text.get(start..).unwrap_or("");
        let indent: String = rest.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        let end = if rest.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n")) {
            "\r\n"
        } else {
            "\n"
        };
        for words in comments {
            out.push_str(&indent);
            out.push_str("// patscan: ");
            out.push_str(words);
            out.push_str(end);
        }
        at = start;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::{Wanted, with_waivers};
    use crate::base::{RelPath, SourceText, Span};

    const WORDS: &str = "allow(x, reason = \"r\")";

    /// The text after waiving what lies at `‹` in `text`, with the comment as `//~`.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let at = text.find('‹').expect("a place") as u32;
        let plain = text.replacen('‹', "", 1);
        let source = SourceText::new(RelPath::new("a.rs"), plain);
        let wanted = [Wanted { span: Span::new(at, at + 1), words: WORDS.to_owned() }];
        let waived = with_waivers(&source, &wanted);
        assert_eq!(waived.text.replace(&format!("// patscan: {WORDS}"), "//~"), expected);
        assert_eq!(waived.homeless, []);
    }

    #[test]
    fn a_comment_stands_above_the_smallest_piece_that_starts_its_line() {
        check("fn f() {\n    let a = ‹b();\n}\n", "fn f() {\n    //~\n    let a = b();\n}\n");
        check(
            "fn f() {\n    a\n        .b()\n        .‹c()\n}\n",
            "fn f() {\n    //~\n    a\n        .b()\n        .c()\n}\n",
        );
        check("struct S {\n\ta: u8,\n\t‹b: u8,\n}\n", "struct S {\n\ta: u8,\n\t//~\n\tb: u8,\n}\n");
        check("fn f() { ‹a() }\n", "//~\nfn f() { a() }\n");
        check(
            "fn f() {\n    if ‹a() {\n        b();\n    }\n}\n",
            "fn f() {\n    //~\n    if a() {\n        b();\n    }\n}\n",
        );
        check(
            "fn f() {\n    match a {\n        B => ‹c(),\n        _ => {}\n    }\n}\n",
            "fn f() {\n    match a {\n        //~\n        B => c(),\n        _ => {}\n    }\n}\n",
        );
        check("#[a]\npub struct ‹S;\n", "//~\n#[a]\npub struct S;\n");
    }

    #[test]
    fn no_comment_stands_inside_a_macro_call() {
        check(
            "fn f() {\n    select! {\n        a = ‹b() => {}\n    }\n}\n",
            "fn f() {\n    //~\n    select! {\n        a = b() => {}\n    }\n}\n",
        );
        check(
            "fn f() {\n    let x = vec![\n        ‹a(),\n    ];\n}\n",
            "fn f() {\n    //~\n    let x = vec![\n        a(),\n    ];\n}\n",
        );
    }

    #[test]
    fn line_ends_indents_and_marks_of_the_file_stay() {
        check("\u{feff}fn f() {\r\n    ‹a();\r\n}\r\n", "\u{feff}fn f() {\r\n    //~\r\n    a();\r\n}\r\n");
        check("\u{feff}‹fn f() {}", "\u{feff}//~\nfn f() {}");
    }

    #[test]
    fn findings_under_one_anchor_share_a_comment() {
        let source = SourceText::new(RelPath::new("a.rs"), "fn f() {\n    a(b(), c());\n}\n");
        let at = |start| Wanted { span: Span::new(start, start + 1), words: WORDS.to_owned() };
        let waived = with_waivers(&source, &[at(15), at(20)]);
        assert_eq!((waived.n_inserted, waived.text.matches("patscan:").count()), (1, 1));
    }
}
