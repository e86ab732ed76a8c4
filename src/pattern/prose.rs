//! Tells prose from code, and cuts rows of a table that Markdown does not take for one. Decides nothing else.

use std::ops::Range;

/// Whether an indented block reads as prose, a list or a table.
pub(super) fn is_prose(text: &str) -> bool {
    let (mut n_prose, mut n_code) = (0_usize, 0_usize);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if is_code_line(line) {
            n_code += 1;
        } else if is_prose_line(line) {
            n_prose += 1;
        }
    }
    n_prose > 0 && n_prose > n_code * 2
}

fn is_code_line(line: &str) -> bool {
    let ends = [";", "{", "}", "})", "};", "},", ");", "),", "="];
    let marks = ["=> ", " = ", " == ", " := ", "();", "::", " && ", " || ", "</", "/>"];
    let starts = ["//", "$ ", "#include", "import ", "return ", "def ", "class ", "fn ", "let ", "const "];
    ends.iter().any(|end| line.ends_with(end))
        || marks.iter().any(|mark| line.contains(mark))
        || starts.iter().any(|start| line.starts_with(start))
}

fn is_prose_line(line: &str) -> bool {
    let is_listed = ["- ", "* ", "+ ", "**", "> ", "| ", "!!! "].iter().any(|mark| line.starts_with(mark));
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let is_numbered = digits > 0 && line[digits..].starts_with(". ");
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() * 3 >= word.len() * 2;
    is_listed || is_numbered || line.split_whitespace().filter(is_word).count() >= 4
}

/// The cells of `| a | b |` as ranges of the line.
pub(super) fn cells(line: &str) -> Vec<Range<usize>> {
    let start = line.len() - line.trim_start().len();
    let end = line.trim_end().len();
    let mut cells = Vec::new();
    let (mut from, mut is_escaped) = (start, false);
    for (at, c) in line.char_indices().filter(|(at, _)| (start..end).contains(at)) {
        if c == '|' && !is_escaped {
            if at > start {
                cells.push(from..at);
            }
            from = at + 1;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    if from < end {
        cells.push(from..end);
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::{cells, is_prose};

    #[test]
    fn indented_text_is_prose_where_it_reads_so() {
        for (text, expected) in [
            ("The consumer must acknowledge after the write.\n", true),
            ("- one\n- two\n", true),
            ("| a | b |\n", true),
            ("let x = 1;\nreturn x;\n", false),
            ("fn main() {\n    run();\n}\n", false),
            ("cargo build --release\n", false),
            ("", false),
        ] {
            assert_eq!(is_prose(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_row_is_cut_at_bars_that_are_not_escaped() {
        let line = " | a \\| b | c |\n";
        let found: Vec<&str> = cells(line).into_iter().map(|cell| line[cell].trim()).collect();
        assert_eq!(found, ["a \\| b", "c"]);
    }
}
