//! `patscan waive`: writes waiver comments for findings that are there. Decides about none of them.

use crate::base::{Date, RelPath, SourceText};
use crate::cli::args::WaiveArgs;
use crate::cli::day::today;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::judge::{Judged, judge};
use crate::cli::output;
use crate::cli::patch::unified;
use crate::cli::place::NamedPlace;
use crate::cli::rules;
use crate::cli::session::Session;
use crate::cli::setup::{Setup, working_folder};
use crate::finding::{Finding, Problem, State};
use crate::policy::Report;
use crate::report::{counted, visible_text};
use crate::scan::{Clock, Roots, Waived, Wanted, with_waivers};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One file with its comments, not written yet.
struct Change {
    disk: PathBuf,
    source: SourceText,
    waived: Waived,
}

pub(super) fn run(args: &WaiveArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    let done = changes(args).and_then(|(changes, problems)| {
        let is_told = if args.dry_run { show(session, &changes) } else { save(session, &changes)? };
        session.tell_problems(&problems);
        Ok(if problems.is_empty() { is_told } else { Ending::Refused })
    });
    done.unwrap_or_else(|problems| {
        session.tell_problems(&problems);
        Ending::Refused
    })
}

/// What a person named, as findings tell their places.
struct Target {
    place: NamedPlace,
    path: RelPath,
}

impl Target {
    /// Whether a finding lies in the named file or folder, on the named line.
    fn holds(&self, finding: &Finding, report: &Report) -> bool {
        let line = |source: &SourceText| source.line_column(finding.span.start()).line;
        let is_on_line = |wanted| report.sources.get(&finding.path).map(line) == Some(wanted);
        finding.path.is_below(&self.path) && self.place.line.is_none_or(is_on_line)
    }
}

/// The texts with their comments, and the findings that no comment can permit.
fn changes(args: &WaiveArgs) -> Result<(Vec<Change>, Vec<Problem>), Vec<Problem>> {
    let tail = tail_of(args)?;
    let places: Vec<NamedPlace> = args.places.iter().map(|place| NamedPlace::parse(place)).collect();
    let paths: Vec<PathBuf> = places.iter().map(|place| place.file.clone()).collect();
    let setup = Setup::read(&paths, &args.common)?;
    let plan = rules::keep(&setup.force, &args.checks)?;
    refuse_fixed(args, &setup)?;
    let Judged { loaded, report, .. } = judge(&setup, &plan, Clock::Off)?;
    let (working, roots) = (working_folder()?, &setup.options.roots);
    let target = |place: NamedPlace| {
        let path = roots.relative(&roots.start_of(&working, &place.file));
        Target { place, path }
    };
    let targets: Vec<Target> = places.into_iter().map(target).collect();
    refuse_missed(&targets, &report)?;
    let mut by_file: BTreeMap<&RelPath, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        let is_named = targets.is_empty() || targets.iter().any(|target| target.holds(finding, &report));
        if is_named && finding.state == State::New && is_asked(args, finding) {
            by_file.entry(&finding.path).or_default().push(finding);
        }
    }
    let (mut changes, mut problems) = (Vec::new(), Vec::new());
    for (path, findings) in by_file {
        let Some(source) = loaded.source(path) else { continue };
        let (change, wrong) = change(source, &findings, (&tail, roots));
        changes.extend(change);
        problems.extend(wrong);
    }
    Ok((changes, problems))
}

/// A line that was named and holds no finding was named by mistake.
fn refuse_missed(targets: &[Target], report: &Report) -> Result<(), Vec<Problem>> {
    let is_missed = |target: &&Target| {
        target.place.line.is_some() && !report.findings.iter().any(|finding| target.holds(finding, report))
    };
    let missed: Vec<Problem> =
        targets.iter().filter(is_missed).map(|target| nothing_at(&target.place)).collect();
    if missed.is_empty() { Ok(()) } else { Err(missed) }
}

/// One file with comments for `findings`, and those that none can permit.
fn change(
    source: SourceText,
    findings: &[&Finding],
    (tail, roots): (&str, &Roots),
) -> (Option<Change>, Vec<Problem>) {
    let path = source.path();
    if !path.as_str().ends_with(".rs") {
        let n = counted(findings.len() as u32, "finding");
        let message = format!("{n} here and no comment of ours can stand in this file");
        return (None, vec![Problem::in_file(path, message).help(ENTRY)]);
    }
    let words = |finding: &&Finding| format!("allow({}, {tail})", finding.check);
    let wanted: Vec<Wanted> =
        findings.iter().map(|finding| Wanted { span: finding.span, words: words(finding) }).collect();
    let waived = with_waivers(&source, &wanted);
    let homeless = waived.homeless.iter();
    let problems = homeless
        .map(|span| Problem::at(&source, *span, "no comment would bind to this place").help(ENTRY))
        .collect();
    let disk = roots.folder.join(path.as_str());
    ((waived.n_inserted > 0).then_some(Change { disk, source, waived }), problems)
}

const ENTRY: &str = "permit it by a `[[waiver]]` with `path` or `item` in `patscan.toml`";

/// What stands behind the check in each comment.
fn tail_of(args: &WaiveArgs) -> Result<String, Vec<Problem>> {
    let mut problems = Vec::new();
    let reason = args.reason.trim();
    if reason.is_empty() || reason.chars().any(|c| c == '"' || c.is_control()) {
        let problem = Problem::new("the reason is empty, or holds a quote or a line break");
        problems.push(problem.help("write one line that says why the code may stay as it is"));
    }
    let until = args.until.as_deref().map(|text| (text, Date::parse(text)));
    match until {
        Some((text, None)) => {
            let problem = Problem::new(format!("`{text}` is no day"));
            problems.push(problem.help("write it as `2027-01-31`"));
        }
        Some((text, Some(day))) if day < today() => {
            let problem = Problem::new(format!("`{text}` has passed already"));
            problems.push(problem.help("a waiver needs a day to come, or none"));
        }
        Some((_, Some(_))) | None => {}
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let until = until.and_then(|(_, day)| day).map_or(String::new(), |day| format!(", until = \"{day}\""));
    Ok(format!("reason = \"{reason}\"{until}"))
}

fn refuse_fixed(args: &WaiveArgs, setup: &Setup) -> Result<(), Vec<Problem>> {
    let is_fixed = |id: &&String| setup.rules.rule(id).is_some_and(|rule| !rule.is_waivable);
    let fixed = args.checks.iter().filter(is_fixed);
    let problems: Vec<Problem> = fixed
        .map(|id| {
            Problem::new(format!("`{id}` may not be waived")).help("mend the code, or ask who wrote the rule")
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn is_asked(args: &WaiveArgs, finding: &Finding) -> bool {
    args.checks.iter().any(|id| id == finding.check.as_str())
}

fn nothing_at(place: &NamedPlace) -> Problem {
    let line = place.line.unwrap_or(0);
    let message = format!("no finding of that check on line {line} of `{}`", place.file.display());
    Problem::new(message).help("`patscan --format short` tells the lines; a finding is named by its first")
}

fn show(session: Session, changes: &[Change]) -> Ending {
    let written = session.print(|out| {
        for Change { source, waived, .. } in changes {
            let path = source.path().as_str();
            let diff = unified((path, source.text()), (path, &waived.text));
            write!(out, "{}", visible_text(&diff))?;
        }
        Ok(())
    });
    written.map_or_else(|error| refuse_output(session, &error), |()| Ending::Fine)
}

fn save(session: Session, changes: &[Change]) -> Result<Ending, Vec<Problem>> {
    let mut n_inserted = 0;
    let mut problems = Vec::new();
    for Change { disk, waived, .. } in changes {
        match output::save(disk, |out| out.write_all(waived.text.as_bytes())) {
            Ok(()) => n_inserted += waived.n_inserted,
            Err(problem) => problems.push(problem),
        }
    }
    let n = |count: usize, what: &str| counted(u32::try_from(count).unwrap_or(u32::MAX), what);
    session.complain(&match n_inserted {
        0 => "nothing to waive".to_owned(),
        _ => format!("wrote {} in {}", n(n_inserted, "comment"), n(changes.len() - problems.len(), "file")),
    });
    if problems.is_empty() { Ok(Ending::Fine) } else { Err(problems) }
}
