//! The format for people: code with underlined places, the reason, the remedy; the summary at the end.

use crate::base::Span;
use crate::finding::{Applicability, Edit, Finding, Fix, edited};
use crate::policy::Report;
use crate::report::frame::{Framer, margin_of};
use crate::report::sentence::broken_sentence;
use crate::report::short::paint_of;
use crate::report::visible::visible_line;
use crate::report::wrap::{WIDTH, wrapped};
use crate::report::{Color, Paint, View};
use std::io::{self, Write};

/// Lines that a fix is shown in at most.
const MAX_CHANGED: usize = 8;

pub(super) fn write(report: &Report, view: View, out: &mut dyn Write) -> io::Result<()> {
    let mut framer = Framer::default();
    for finding in view.shown(report) {
        write_title(out, finding, view.color)?;
        let drawn = framer.draw(report, finding, view.color);
        if drawn.is_empty() {
            writeln!(out, "  {}", visible_line(finding.path.as_str()))?;
        }
        out.write_all(drawn.as_bytes())?;
        let margin = margin_of(report, finding);
        for (lead, text) in remarks(finding) {
            write_remark(out, (margin, view.color), lead, &text)?;
            if let (Some(fix), "fix") = (&finding.fix, lead) {
                write_lines(report, fix, (margin, view.color), out)?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn write_title(out: &mut dyn Write, finding: &Finding, color: Color) -> io::Result<()> {
    let state =
        if finding.state.is_open() { String::new() } else { format!(" ({})", finding.state.as_str()) };
    let word = format!("{}[{}]{state}", finding.severity, finding.check);
    let word = color.paint(paint_of(finding.severity), &word);
    writeln!(out, "{word}: {}", color.paint(Paint::Strong, &visible_line(&finding.message)))
}

/// What is said below the code, with its leading word.
fn remarks(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut remarks = Vec::new();
    if let Some(broken) = broken_sentence(finding) {
        remarks.push(("pattern", visible_line(&broken)));
    }
    if !finding.because.trim().is_empty() {
        remarks.push(("because", visible_line(finding.because.trim())));
    }
    if !finding.help.trim().is_empty() {
        remarks.push(("help", visible_line(finding.help.trim())));
    }
    if let Some(fix) = &finding.fix {
        let title = visible_line(&fix.title);
        remarks.push(match fix.applicability {
            Applicability::MachineApplicable => ("fix", format!("{title} (`--fix` does it)")),
            Applicability::Suggestion => ("fix", format!("{title} (`--fix --unsafe-fixes` does it)")),
        });
    }
    remarks.push(("more", format!("patscan explain {}", finding.check)));
    remarks
}

fn write_remark(
    out: &mut dyn Write,
    (margin, color): (usize, Color),
    lead: &str,
    text: &str,
) -> io::Result<()> {
    let painted = color.paint(Paint::Lead, lead);
    for (idx, line) in wrapped(text, WIDTH.saturating_sub(margin + lead.len() + 4)).iter().enumerate() {
        if idx == 0 {
            writeln!(out, "{:margin$}= {painted}: {line}", "")?;
        } else {
            writeln!(out, "{:pad$}{line}", "", pad = margin + lead.len() + 4)?;
        }
    }
    Ok(())
}

/// The changed lines, before and after; a fix that changes more than a few is left to `--dry-run`.
fn write_lines(
    report: &Report,
    fix: &Fix,
    (margin, color): (usize, Color),
    out: &mut dyn Write,
) -> io::Result<()> {
    let (Some(first), Some(last)) = (fix.edits().first(), fix.edits().last()) else { return Ok(()) };
    let Some(source) = report.sources.get(&first.path).filter(|_| first.path == last.path) else {
        return Ok(());
    };
    let lines = source.lines();
    let (from, to) = (lines.line_of(first.span.start()), lines.line_of(last.span.end()));
    let start = lines.start_of(from);
    let end = if to + 1 < lines.n_lines() { lines.start_of(to + 1) } else { source.text().len() as u32 };
    let moved = fix.edits().iter().map(|edit| {
        let at = |offset: u32| offset.saturating_sub(start);
        Edit { span: Span::new(at(edit.span.start()), at(edit.span.end())), ..edit.clone() }
    });
    let (old, moved) = (source.slice(Span::new(start, end)), moved.collect::<Vec<Edit>>());
    let new = edited(old, &moved);
    if old.lines().count() + new.lines().count() > MAX_CHANGED {
        return Ok(());
    }
    for (sign, paint, text) in [("-", Paint::Error, old), ("+", Paint::Strong, new.as_str())] {
        for line in text.lines() {
            let line = format!("{sign} {}", visible_line(line.trim()));
            writeln!(out, "{:margin$}    {}", "", color.paint(paint, &line))?;
        }
    }
    Ok(())
}
