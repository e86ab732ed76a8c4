//! One line for each finding: `path:line:column: severity[check] message`.

use crate::finding::Severity;
use crate::policy::Report;
use crate::report::visible::visible_line;
use crate::report::{Paint, View};
use std::io::{self, Write};

pub(super) fn write(report: &Report, view: View, out: &mut dyn Write) -> io::Result<()> {
    for finding in view.shown(report) {
        let place = report.sources.get(&finding.path).map(|source| source.line_column(finding.span.start()));
        let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
        let severity = view.color.paint(paint_of(finding.severity), finding.severity.as_str());
        let message = visible_line(&finding.message);
        writeln!(
            out,
            "{}:{line}:{column}: {severity}[{}] {message}",
            leading_path(finding.path.as_str()),
            finding.check
        )?;
    }
    Ok(())
}

/// The colour of a severity.
pub(super) const fn paint_of(severity: Severity) -> Paint {
    match severity {
        Severity::Error => Paint::Error,
        Severity::Warning => Paint::Warning,
        Severity::Note => Paint::Note,
    }
}

/// A path that may start a line: GitHub's runner takes lines that start with `::` for commands.
pub(super) fn leading_path(path: &str) -> String {
    let path = visible_line(path);
    if path.trim_start().starts_with("::") { format!("./{path}") } else { path }
}

#[cfg(test)]
mod tests {
    use super::leading_path;

    #[test]
    fn a_path_is_never_a_runner_command() {
        assert_eq!(leading_path("::error::x/a.rs"), "./::error::x/a.rs");
        assert_eq!(leading_path("src/a.rs"), "src/a.rs");
    }
}
