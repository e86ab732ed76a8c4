//! Diagrams in Mermaid: how many there are, and labels that its lexer refuses. Draws nothing.

use super::outline::fences;
use super::{LintId, Sheet};
use crate::base::Span;
use crate::pattern::Mapped;

const MIN_DIAGRAMS: usize = 3;

pub(super) fn check(sheet: &mut Sheet<'_>) {
    let document = &sheet.pattern().document;
    let diagrams: Vec<&Mapped> = fences(&document.blocks)
        .into_iter()
        .filter(|(_, fence)| fence.language() == "mermaid")
        .map(|(_, fence)| &fence.text)
        .collect();
    if diagrams.len() < MIN_DIAGRAMS {
        let at = document.headings.first().map_or(Span::point(0), |heading| heading.span);
        let message = format!("{} diagrams, {MIN_DIAGRAMS} at least", diagrams.len());
        sheet.add(LintId::TooFewDiagrams, at, message);
    }
    for diagram in diagrams.into_iter().filter(|text| is_flowchart(text.as_str())) {
        let mut at = 0;
        for line in diagram.as_str().split_inclusive('\n') {
            if let Some((start, end)) = broken_label(line) {
                let label = line.get(start..end).unwrap_or("").trim();
                let message = format!("Mermaid cannot read the label `{label}` without quotes");
                sheet.add(LintId::BrokenDiagramLabel, diagram.span(at + start..at + end), message);
            }
            at += line.len();
        }
    }
}

/// Only flowcharts have shapes made of brackets.
fn is_flowchart(text: &str) -> bool {
    let is_words = |line: &&str| !line.is_empty() && !line.starts_with("%%");
    let first = text.lines().map(str::trim).find(is_words).unwrap_or("");
    first.starts_with("graph") || first.starts_with("flowchart")
}

/// Bytes of the first label of a line that Mermaid refuses: a bracket outside of quotes, or a slanted edge without its other.
fn broken_label(line: &str) -> Option<(usize, usize)> {
    if ["%%", "click ", "style ", "linkStyle "].iter().any(|word| line.trim_start().starts_with(word)) {
        return None;
    }
    let mut at = 0;
    while let Some(start) = line.get(at..)?.find(['[', '{', '(', '|']).map(|found| at + found) {
        let open = line.as_bytes().get(start).copied()?;
        let rest = line.get(start + 1..)?;
        let is_node = line.get(..start)?.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let close = match open {
            b'[' => ']',
            b'{' => '}',
            b'(' => ')',
            _ => '|',
        };
        let len = rest.find(close)?;
        let label = rest.get(..len)?;
        let is_slanted = open == b'[' && label.starts_with(['/', '\\']);
        let is_shape = label.starts_with(['(', '[', '{', '"']) || rest.trim_start().starts_with('"');
        let is_label = is_node || open == b'|';
        let is_broken = if is_slanted {
            !label.ends_with(['/', '\\'])
        } else {
            !is_shape && label.contains(['(', ')', '[', ']', '{', '}'])
        };
        if is_label && is_broken {
            return Some((start + 1, start + 1 + len));
        }
        at = start + 1 + len + 1;
        if is_shape {
            // The rest of a shape such as `A[("label")]` holds no label of its own.
            at = line.get(at..)?.find([' ', '-', '=']).map_or(line.len(), |found| at + found);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::broken_label;

    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        assert_eq!(broken_label(line).and_then(|(start, end)| line.get(start..end)), expected, "{line}");
    }

    #[test]
    fn brackets_in_labels_need_quotes() {
        check("A[Queue (main)] --> B", Some("Queue (main)"));
        check("A --> B{Ready (now)?}", Some("Ready (now)?"));
        check("A -->|yes (maybe)| B[x]", Some("yes (maybe)"));
        check("A[Clock: [2,1]] --> B", Some("Clock: [2,1"));
        check("A[a {b}]", Some("a {b}"));
        check("A(Queue (main))", Some("Queue (main"));
    }

    #[test]
    fn a_slanted_edge_needs_its_other() {
        check("A[/health/live] --> B", Some("/health/live"));
        check("A[/in/] --> B[\\out/]", None);
    }

    #[test]
    fn quotes_and_shapes_are_fine() {
        for line in [
            "A[\"Queue (main)\"]",
            "A[(Store)] --> B[x]",
            "A([x]) --> B((y))",
            "A{{x}}",
            "A --> B",
            "é[ü]",
            "A(x) --> B(y)",
            "A(((x)))",
            "click A call f(g(x))",
        ] {
            check(line, None);
        }
    }
}
