//! Writes problems: what a person wrote for us and got wrong, with the underlined excerpt and the remedy.

use crate::finding::{Place, Problem};
use crate::report::visible::visible_line;
use crate::report::{Color, Paint};
use std::io::{self, Write};

/// Writes `problems` in the given order.
///
/// # Errors
/// Where the writer fails.
pub fn write_problems(problems: &[Problem], color: Color, out: &mut dyn Write) -> io::Result<()> {
    for problem in problems {
        write_problem(&color.paint(Paint::Warning, "problem"), problem, color, out)?;
    }
    Ok(())
}

/// Writes one problem; `lead` says what it is.
///
/// # Errors
/// Where the writer fails.
pub fn write_problem(lead: &str, problem: &Problem, color: Color, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{lead}: {}", visible_line(&problem.message))?;
    if let Some(place) = &problem.place {
        write_place(place, color, out)?;
    }
    if !problem.help.is_empty() {
        writeln!(out, "  {}: {}", color.paint(Paint::Lead, "help"), visible_line(&problem.help))?;
    }
    Ok(())
}

fn write_place(place: &Place, color: Color, out: &mut dyn Write) -> io::Result<()> {
    let path = visible_line(place.path.as_str());
    let arrow = color.paint(Paint::Dim, "-->");
    let Some((line, column)) = place.line_column else {
        return writeln!(out, "  {arrow} {path}");
    };
    writeln!(out, "  {arrow} {path}:{line}:{column}")?;
    let Some((text, start, width)) = &place.excerpt else { return Ok(()) };
    let number = line.to_string();
    let (margin, rule) = (" ".repeat(number.len()), color.paint(Paint::Dim, "|"));
    let lead = " ".repeat(*start as usize);
    let marks = color.paint(Paint::Warning, &"^".repeat((*width).max(1) as usize));
    writeln!(out, "  {} {rule} {}", color.paint(Paint::Dim, &number), visible_line(text))?;
    writeln!(out, "  {margin} {rule} {lead}{marks}")
}

#[cfg(test)]
mod tests {
    use super::write_problems;
    use crate::base::{RelPath, SourceText, Span};
    use crate::finding::Problem;
    use crate::report::Color;

    #[track_caller]
    fn check(problem: Problem, shown: &str) {
        let mut out = Vec::new();
        write_problems(&[problem], Color::Never, &mut out).expect("memory takes it");
        assert_eq!(String::from_utf8_lossy(&out), shown);
    }

    #[test]
    fn a_place_is_underlined_in_its_line() {
        let source = SourceText::new(RelPath::new("patscan.toml"), "a = 1\nfail_on = \"error\"\n");
        check(
            Problem::at(&source, Span::new(6, 13), "unknown key `fail_on`").help("did you mean `fail-on`?"),
            "problem: unknown key `fail_on`\n  --> patscan.toml:2:1\n  2 | fail_on = \"error\"\n    | ^^^^^^^\n  help: did you mean `fail-on`?\n",
        );
    }

    #[test]
    fn a_file_and_no_place_at_all_are_said_too() {
        check(
            Problem::in_file(&RelPath::new("a\u{1b}.rs"), "not UTF-8"),
            "problem: not UTF-8\n  --> a␛.rs\n",
        );
        check(Problem::new("no such folder"), "problem: no such folder\n");
    }
}
