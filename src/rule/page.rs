//! A check's Markdown page: title, reasons, the YAML block, examples, all as bytes of the page. Reads no YAML.

use crate::base::{SourceText, Span};
use crate::finding::Problem;

/// Where an example stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// `## Fires`: the marked lines must be found, and nothing else.
    Fires,
    /// `## Quiet`: nothing must be found.
    Quiet,
    /// A `rust fixed` block in `## Fires`: the text of the example before it after all fixes.
    Fixed,
}

/// The parts of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// The text of the first heading.
    pub(crate) title: Option<Span>,
    /// What stands between the title and the block.
    pub(crate) why: Span,
    /// What stands inside the block.
    pub(crate) yaml: Option<Span>,
    /// What stands inside the examples.
    pub(crate) examples: Vec<(Section, Span)>,
}

/// A fence that is open: its character, how often, and where its inside starts.
struct Fence<'t> {
    mark: u8,
    length: usize,
    info: &'t str,
    start: u32,
}

/// Cuts a page; what is wrong with its layout is noted.
pub(crate) fn read(source: &SourceText) -> (Page, Vec<Problem>) {
    let mut page = Page { title: None, why: Span::point(0), yaml: None, examples: Vec::new() };
    let mut problems = Vec::new();
    let mut section = None;
    let mut open: Option<Fence<'_>> = None;
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let span = Span::new(at, at + line.len() as u32);
        at = span.end();
        if let Some(fence) = &open {
            if closes(line, fence) {
                let inside = Span::new(fence.start, span.start());
                enter(&mut page, &mut problems, source, (section, fence.info, inside));
                open = None;
            }
            continue;
        }
        open = opened(line, span.end());
        if open.is_none() {
            heading(line, span, &mut page, &mut section);
        }
    }
    if let Some(fence) = open {
        let line = Span::point(fence.start.saturating_sub(1));
        problems
            .push(Problem::at(source, line, "this block is never closed").help("add a line of backticks"));
    }
    match (page.title, page.yaml) {
        (_, None) => problems.push(
            Problem::at(source, Span::point(0), "this page holds no check")
                .help("add a block: ```` ```yaml ````"),
        ),
        (None, Some(_)) => problems.push(
            Problem::at(source, Span::point(0), "this page has no title").help("begin with `# ` and the id"),
        ),
        (Some(title), Some(yaml)) => page.why = why(source, title, yaml),
    }
    (page, problems)
}

/// From the line after the title to the line of the block's fence.
fn why(source: &SourceText, title: Span, yaml: Span) -> Span {
    let before = source.text().get(..yaml.start() as usize).unwrap_or("");
    let fence = before.trim_end_matches(['\n', '\r']).rfind('\n').map_or(0, |at| at + 1) as u32;
    Span::new(title.end().min(fence), fence)
}

fn enter(
    page: &mut Page,
    problems: &mut Vec<Problem>,
    source: &SourceText,
    (section, info, inside): (Option<Section>, &str, Span),
) {
    let language = info.split([' ', ',', '{']).next().unwrap_or("");
    match (language, section) {
        ("yaml" | "yml", None) if page.yaml.is_none() => page.yaml = Some(inside),
        ("yaml" | "yml", None) => problems.push(
            Problem::at(source, inside, "a page holds one check").help("give the second a page of its own"),
        ),
        ("rust" | "rs", Some(section)) if !is_fixed(info) => page.examples.push((section, inside)),
        ("rust" | "rs", Some(_)) => match page.examples.last() {
            Some((Section::Fires, _)) => page.examples.push((Section::Fixed, inside)),
            _ => problems.push(
                Problem::at(source, inside, "this is no fixed text of anything")
                    .help("put it right behind the example of `## Fires` that it shows after all fixes"),
            ),
        },
        _ => {}
    }
}

/// Whether a block shows the example before it after all fixes.
fn is_fixed(info: &str) -> bool {
    info.split([' ', ',']).skip(1).any(|word| word == "fixed")
}

/// The fence that `line` opens; its inside starts at `start`.
fn opened(line: &str, start: u32) -> Option<Fence<'_>> {
    let text = unindented(line)?;
    let mark = text.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = text.bytes().take_while(|byte| *byte == mark).count();
    let info = text.get(length..)?.trim();
    (length >= 3 && !(mark == b'`' && info.contains('`'))).then_some(Fence { mark, length, info, start })
}

fn closes(line: &str, fence: &Fence<'_>) -> bool {
    let Some(text) = unindented(line) else { return false };
    let length = text.bytes().take_while(|byte| *byte == fence.mark).count();
    length >= fence.length && text.get(length..).is_some_and(|rest| rest.trim().is_empty())
}

/// The line without up to three spaces; four make it code.
fn unindented(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('\u{feff}').trim_start_matches(' ');
    (line.len() - text.len() <= 3 || line.starts_with('\u{feff}')).then_some(text)
}

fn heading(line: &str, span: Span, page: &mut Page, section: &mut Option<Section>) {
    let Some(text) = unindented(line) else { return };
    let level = text.bytes().take_while(|byte| *byte == b'#').count();
    let Some(words) = text.get(level..).filter(|rest| rest.starts_with([' ', '\t'])) else { return };
    let words = words.trim().trim_end_matches('#').trim_end();
    match level {
        1 if page.title.is_none() => {
            let start = span.start() + line.find(words).unwrap_or(0) as u32;
            page.title = Some(Span::new(start, start + words.len() as u32));
        }
        1 | 2 => {
            let word = words.to_ascii_lowercase();
            *section = match &*word {
                "fires" => Some(Section::Fires),
                "quiet" => Some(Section::Quiet),
                _ => None,
            };
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Section, read};
    use crate::base::{RelPath, SourceText};

    #[track_caller]
    fn check(text: &str, yaml: &str, examples: &[(Section, &str)], problems: &[&str]) {
        let source = SourceText::new(RelPath::new("a.md"), text);
        let (page, found) = read(&source);
        assert_eq!(page.yaml.map_or("", |span| source.slice(span)), yaml);
        let cut: Vec<_> = page.examples.iter().map(|(kind, span)| (*kind, source.slice(*span))).collect();
        assert_eq!(cut, examples);
        assert_eq!(found.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>(), problems);
    }

    #[test]
    fn blocks_are_cut_by_their_section() {
        check(
            "# a\nwhy\n```yaml\ncheck: a\n```\n## Fires\n```rust\nf();\n```\n## Quiet\n~~~rust\ng();\n~~~\n## More\n```rust\nh();\n```\n",
            "check: a\n",
            &[(Section::Fires, "f();\n"), (Section::Quiet, "g();\n")],
            &[],
        );
    }

    #[test]
    fn a_fixed_text_stands_behind_what_it_mends() {
        check(
            "# a\n```yaml\nx\n```\n## Fires\n```rust\nf();\n```\nThen:\n```rust fixed\ng();\n```\n## Quiet\n```rust,fixed\nh();\n```\n",
            "x\n",
            &[(Section::Fires, "f();\n"), (Section::Fixed, "g();\n")],
            &["this is no fixed text of anything"],
        );
    }

    #[test]
    fn a_longer_fence_may_hold_a_shorter_one() {
        check(
            "# a\n````yaml\na: |\n  ```yaml\n  x\n  ```\n````\n",
            "a: |\n  ```yaml\n  x\n  ```\n",
            &[],
            &[],
        );
    }

    #[test]
    fn windows_lines_and_a_bom_are_no_obstacle() {
        check("\u{feff}# a\r\n\r\n```yaml\r\nx: 1\r\n```\r\n", "x: 1\r\n", &[], &[]);
    }

    #[test]
    fn a_broken_layout_is_a_problem() {
        check("# a\n```yaml\nx: 1\n", "", &[], &["this block is never closed", "this page holds no check"]);
        check("```yaml\nx: 1\n```\n", "x: 1\n", &[], &["this page has no title"]);
        check("# a\n```yaml\nx\n```\n```yaml\ny\n```\n", "x\n", &[], &["a page holds one check"]);
    }

    #[test]
    fn the_reasons_stand_between_title_and_block() {
        let source = SourceText::new(RelPath::new("a.md"), "# a\n\nOne.\nTwo.\n\n```yaml\nx: 1\n```\n");
        let (page, _) = read(&source);
        assert_eq!(source.slice(page.why).trim(), "One.\nTwo.");
    }
}
