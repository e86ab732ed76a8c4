//! `patscan explain`: a check's page, why a place is or is not one of its subjects, or how checks are written.

use crate::base::{SourceText, Span};
use crate::cli::args::ExplainArgs;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::place::NamedPlace;
use crate::cli::rules;
use crate::cli::session::Session;
use crate::cli::setup::{Setup, working_folder};
use crate::finding::Problem;
use crate::pattern::{Dialect, LintId};
use crate::policy::ABOUT_WAIVERS;
use crate::report::{Color, Paint, visible_line, visible_text};
use crate::rule::{Rule, manual};
use crate::scan::{ExplainedSubject, Explanation, NearMiss, Silent, Verdict, load, vocabulary};
use std::io::{self, Write};
use std::path::PathBuf;

pub(super) fn run(args: &ExplainArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    let written = match (&args.id, &args.place) {
        (None, _) => Ok(session.print(|out| write!(out, "{}", manual(vocabulary())))),
        (Some(id), None) => page(args, id).map(|page| session.print(|out| writeln!(out, "{page}"))),
        (Some(id), Some(place)) => told((args, id), &NamedPlace::parse(place))
            .map(|told| session.print(|out| told.write(session.out_color, out))),
    };
    match written {
        Ok(Ok(())) => Ending::Fine,
        Ok(Err(error)) => refuse_output(session, &error),
        Err(problems) => {
            session.tell_problems(&problems);
            Ending::Refused
        }
    }
}

fn page(args: &ExplainArgs, id: &str) -> Result<String, Vec<Problem>> {
    let lints = LintId::named(id);
    if !lints.is_empty() {
        return Ok(lints.into_iter().map(about_documents).collect::<Vec<_>>().join("\n\n"));
    }
    if let Some((id, severity, about)) = ABOUT_WAIVERS.iter().find(|(known, ..)| *known == id) {
        return Ok(format!("{id} ({severity}): {about}\n  neither a waiver nor a baseline hides it"));
    }
    let setup = Setup::read(&[], &args.common)?;
    let rule = found(&setup, id)?;
    Ok(visible_text(rule.page.text().trim_matches(['\n', '\r'])))
}

/// What a rule for documents is about, where it applies and what to do.
fn about_documents(id: LintId) -> String {
    let rule = id.rule();
    let weight = |dialect: &Dialect| {
        rule.severity(*dialect).map(|severity| format!("{} ({severity})", dialect.as_str()))
    };
    let layouts: Vec<String> = Dialect::ALL.iter().filter_map(weight).collect();
    format!(
        "{} {}: {}\n  in documents: {}\n  help: {}",
        rule.id,
        rule.name,
        rule.title,
        layouts.join(", "),
        rule.remedy
    )
}

fn found<'s>(setup: &'s Setup, id: &str) -> Result<&'s Rule, Vec<Problem>> {
    setup.rules.rule(id).ok_or_else(|| vec![rules::unknown_check(&setup.rules, id)])
}

/// What a check makes of a place.
struct Told {
    rule: Rule,
    source: SourceText,
    line: u32,
    explanation: Explanation,
}

fn told((args, id): (&ExplainArgs, &str), place: &NamedPlace) -> Result<Told, Vec<Problem>> {
    let working = working_folder()?;
    let folder: PathBuf = place.scan_folder(&working).map_err(|problem| vec![problem])?;
    let setup = Setup::read(&[folder], &args.common)?;
    let rule = found(&setup, id)?;
    let Some(line) = place.line else {
        let problem = Problem::new(format!("`{}` names no line", place.file.display()));
        return Err(vec![problem.help("name a place as `FILE:LINE`")]);
    };
    let loaded = load(&setup.options, &Silent)?;
    let file = working.join(&place.file);
    let path = setup.options.roots.relative(&file.canonicalize().unwrap_or(file));
    let explained = loaded.explain(rule, &path, line).zip(loaded.source(&path));
    let (explanation, source) = explained.ok_or_else(|| {
        let problem = Problem::in_file(&path, "the file was not scanned");
        vec![problem.help("it is no Rust file, is ignored, or could not be read")]
    })?;
    Ok(Told { rule: rule.clone(), source, line, explanation })
}

impl Told {
    fn write(&self, color: Color, out: &mut dyn Write) -> io::Result<()> {
        let (path, id) = (visible_line(self.source.path().as_str()), &self.rule.id);
        let text = self.source.line_text((self.line as usize).saturating_sub(1));
        writeln!(out, "{path}:{}: {}", self.line, visible_line(text.trim()))?;
        if let Some(reason) = &self.explanation.closed {
            writeln!(out, "`{id}` does not look here: {}", visible_line(reason))?;
        }
        for subject in &self.explanation.subjects {
            self.write_subject(subject, color, out)?;
        }
        if self.explanation.subjects.is_empty() {
            let nearest = self.explanation.nearest.as_ref();
            let nearest = nearest
                .map(|(line, code)| format!("; the nearest is `{}` in line {line}", visible_line(code)));
            writeln!(out, "`{id}` has no subject on this line{}", nearest.unwrap_or_default())?;
        }
        for miss in &self.explanation.misses {
            self.write_miss(miss, color, out)?;
        }
        Ok(())
    }

    fn write_subject(&self, subject: &ExplainedSubject, color: Color, out: &mut dyn Write) -> io::Result<()> {
        let verdict = match subject.verdict {
            Some(Verdict::Pass) => "passes",
            Some(Verdict::Fail) => "fails",
            Some(Verdict::Unknown) => "cannot be judged",
            None => "is taken out by `unless`",
        };
        let verdict = color.paint(Paint::Strong, verdict);
        writeln!(out, "subject `{}` {verdict}", visible_line(&subject.code))?;
        writeln!(out, "  selected by {}", self.part(subject.selected_by))?;
        if let Some(decided_by) = subject.decided_by {
            writeln!(out, "  decided by {}", self.part(decided_by))?;
        }
        if let Some(reason) = &subject.reason {
            writeln!(out, "  not seen: {}", visible_line(reason))?;
        }
        for (name, value, place) in &subject.facts {
            let place = place.as_ref().map(|place| format!(" ({})", visible_line(place)));
            writeln!(out, "  {name}: {}{}", visible_line(value), place.unwrap_or_default())?;
        }
        Ok(())
    }

    fn write_miss(&self, miss: &NearMiss, color: Color, out: &mut dyn Write) -> io::Result<()> {
        let code = visible_line(&miss.code);
        writeln!(out, "{} `{code}`: {}", color.paint(Paint::Dim, "not"), visible_line(&miss.reason))?;
        writeln!(out, "  asked by {}", self.part(miss.selector))
    }

    /// A part of the check's page: its line and its text on one line.
    fn part(&self, span: Span) -> String {
        let line = self.rule.page.line_column(span.start()).line;
        let text: String = self.rule.page.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
        let shown: String = text.chars().take(120).collect();
        let more = if shown.len() < text.len() { "…" } else { "" };
        format!("line {line} of the check: {}{more}", visible_line(&shown))
    }
}
