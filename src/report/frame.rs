//! Draws the places of one finding over the code. The only file that sees `ariadne`'s drawing.

mod arrow;

use crate::base::{RelPath, SourceText};
use crate::finding::{Finding, Severity};
use crate::policy::Report;
use crate::report::Color;
use crate::report::excerpt::{Excerpt, Mark};
use crate::report::frame::arrow::without_arrows;
use crate::report::visible::visible_line;
use ariadne::{Cache, Config, Label, ReportKind, Source};
use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::rc::Rc;

/// Second places that are drawn at most.
const MAX_LABELS: usize = 8;
/// Files that are kept ready.
const MAX_KEPT: usize = 8;
/// Stands where a file's name belongs, since `ariadne` would add a column counted in the cut line.
const NAME: char = '\u{1}';
/// The words of a label that has none.
const SILENT: char = '\u{2}';

/// Draws findings in order and keeps the files of the last few ready, since preparing one costs far more than drawing.
#[derive(Debug, Default)]
pub(super) struct Framer {
    kept: BTreeMap<RelPath, Rc<Excerpt>>,
}

/// A file as it takes part in one frame.
struct Sheet<'a> {
    path: &'a RelPath,
    source: &'a SourceText,
    marks: Vec<(Mark, &'a str)>,
    /// The place that the header names.
    head: Mark,
}

impl Framer {
    /// The drawn places of `finding` without a title, ending in a line break; empty where its file's text is not at hand.
    pub(super) fn draw(&mut self, report: &Report, finding: &Finding, color: Color) -> String {
        let sheets = sheets_of(report, finding);
        if sheets.is_empty() {
            return String::new();
        }
        let excerpts: Vec<Rc<Excerpt>> = sheets.iter().map(|sheet| self.excerpt(sheet)).collect();
        let drawn = draw(finding, &sheets, &excerpts, color);
        with_places(&drawn, &sheets)
    }

    fn excerpt(&mut self, sheet: &Sheet<'_>) -> Rc<Excerpt> {
        let marks: Vec<Mark> = sheet.marks.iter().map(|(mark, _)| *mark).collect();
        if Excerpt::needs_windows(&marks) {
            return Rc::new(Excerpt::around(sheet.source, &marks));
        }
        if self.kept.len() >= MAX_KEPT && !self.kept.contains_key(sheet.path) {
            self.kept.clear();
        }
        let fresh = || Rc::new(Excerpt::whole(sheet.source));
        Rc::clone(self.kept.entry(sheet.path.clone()).or_insert_with(fresh))
    }
}

/// The files of a finding, its own first; the places in each in source order, as `ariadne` needs them.
fn sheets_of<'a>(report: &'a Report, finding: &'a Finding) -> Vec<Sheet<'a>> {
    let mut sheets: Vec<Sheet<'a>> = Vec::new();
    let own = std::iter::once((&finding.path, finding.span, ""));
    let others = finding.labels.iter().map(|label| (&label.path, label.span, label.text.as_str()));
    for (path, span, text) in own.chain(others.take(MAX_LABELS)) {
        let Some(source) = report.sources.get(path) else { continue };
        let mark = Mark::of(source, span);
        match sheets.iter_mut().find(|sheet| sheet.path == path) {
            Some(sheet) => sheet.marks.push((mark, text)),
            None => sheets.push(Sheet { path, source, marks: vec![(mark, text)], head: mark }),
        }
    }
    for sheet in &mut sheets {
        sheet.marks.sort_by_key(|(mark, text)| (mark.line, mark.column, mark.width, *text));
        if sheet.path != &finding.path {
            sheet.head = sheet.marks.first().map_or(sheet.head, |(mark, _)| *mark);
        }
    }
    sheets
}

/// Lends excerpts to `ariadne` under their place in a frame.
struct Lent<'a>(&'a [Rc<Excerpt>]);

impl Cache<usize> for Lent<'_> {
    type Storage = String;

    fn fetch(&mut self, idx: &usize) -> Result<&Source<String>, impl fmt::Debug> {
        self.0.get(*idx).map(|excerpt| excerpt.shown()).ok_or("no such file")
    }

    fn display<'a>(&self, idx: &'a usize) -> Option<impl fmt::Display + 'a> {
        Some(format!("{NAME}{idx}"))
    }
}

fn draw(finding: &Finding, sheets: &[Sheet<'_>], excerpts: &[Rc<Excerpt>], color: Color) -> String {
    let hue = match finding.severity {
        Severity::Error => ariadne::Color::Red,
        Severity::Warning => ariadne::Color::Yellow,
        Severity::Note => ariadne::Color::Blue,
    };
    let own = Mark::of(sheets[0].source, finding.span);
    let at = (0, excerpts[0].range(own));
    let config = Config::new().with_color(color == Color::Always).with_tab_width(4);
    let mut builder = ariadne::Report::build(ReportKind::Advice, at).with_config(config);
    for (idx, (sheet, excerpt)) in sheets.iter().zip(excerpts).enumerate() {
        for (mark, text) in &sheet.marks {
            let label = Label::new((idx, excerpt.range(*mark)));
            builder.add_label(if text.is_empty() {
                // Without a message a place is not underlined.
                label.with_color(hue).with_message(SILENT)
            } else {
                label.with_color(ariadne::Color::Cyan).with_message(visible_line(text))
            });
        }
    }
    let mut drawn = Vec::new();
    // Writing to memory does not fail, and all files are at hand.
    let _ = builder.finish().write(Lent(excerpts), &mut drawn);
    without_arrows(&String::from_utf8_lossy(&drawn), SILENT)
}

/// Puts true places where names were left open; drops the title, the closing rule and trailing blanks.
fn with_places(drawn: &str, sheets: &[Sheet<'_>]) -> String {
    let mut text = String::with_capacity(drawn.len());
    for line in drawn.lines().skip(1).filter(|line| !line.contains('╯')) {
        match line.split_once(NAME) {
            Some((before, rest)) => {
                let (idx, rest) = rest.split_once(':').unwrap_or((rest, ""));
                let after = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
                if let Some(sheet) = idx.parse().ok().and_then(|idx: usize| sheets.get(idx)) {
                    let (path, head) = (visible_line(sheet.path.as_str()), sheet.head);
                    let _ = write!(text, "{before}{path}:{}:{}{after}", head.line + 1, head.column + 1);
                }
            }
            None => text.push_str(line.trim_end()),
        }
        text.push('\n');
    }
    text
}

/// The column of a frame's rule, so that what follows can line up.
pub(super) fn margin_of(report: &Report, finding: &Finding) -> usize {
    let lines = sheets_of(report, finding);
    let last = lines.iter().flat_map(|sheet| &sheet.marks).map(|(mark, _)| mark.line + 1).max();
    last.map_or(2, |line| line.to_string().len() + 2)
}
