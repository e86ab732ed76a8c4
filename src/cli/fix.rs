//! `patscan check --fix`: applies the fixes of findings to files, or shows what it would change. Writes nothing outside of
//! what was scanned, nothing that changed since it was read, and nothing that would not parse.

use crate::base::{RelPath, SourceText};
use crate::cli::args::CheckArgs;
use crate::cli::check::{self, ending_of};
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::output;
use crate::cli::patch::unified;
use crate::cli::session::Session;
use crate::cli::setup::working_folder;
use crate::finding::{Applicability, Finding, Fix, Problem, edited};
use crate::policy::{FixPlan, Report};
use crate::report::{counted, visible_line, visible_text};
use crate::scan::{Roots, n_unparsed};
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Scans after which no more is changed, where fixes wait for each other.
const MAX_ROUNDS: usize = 8;

/// A file with its text before and after.
struct Change {
    path: RelPath,
    disk: PathBuf,
    old: SourceText,
    new: String,
}

/// What was done.
#[derive(Default)]
struct Done {
    n_fixed: usize,
    files: BTreeSet<RelPath>,
    problems: Vec<Problem>,
}

/// `patscan check --fix`.
pub(super) fn run(args: &CheckArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    mended(args, session).unwrap_or_else(|problems| {
        session.tell_problems(&problems);
        Ending::Refused
    })
}

/// Scans and fixes until nothing waits for anything, then reports the tree as it is now.
fn mended(args: &CheckArgs, session: Session) -> Result<Ending, Vec<Problem>> {
    let roots = Roots::new(&args.paths, &working_folder()?)?;
    let wanted = if args.unsafe_fixes { Applicability::Suggestion } else { Applicability::MachineApplicable };
    let mut done = Done::default();
    for round in 0.. {
        let (report, fail_on) = check::report(args)?;
        let plan = FixPlan::new(&report.findings, wanted);
        let n_waiting = plan.put_off.len();
        if round == MAX_ROUNDS || report.is_broken || plan.applied.is_empty() {
            return Ok(told(args, session, (report, fail_on), (&done, wanted)));
        }
        let (plan, changes, problems) = changes(&roots, &report, plan);
        if args.dry_run {
            session.tell_problems(&problems);
            return Ok(match print_diff(session, &changes) {
                Ok(()) => ending_of(&report, fail_on),
                Err(error) => refuse_output(session, &error),
            });
        }
        done.problems.extend(problems);
        write_changes(args, session, (&report, &plan), &changes, &mut done);
        // What could be applied and still is there would not go away the next time either.
        if n_waiting == 0 || changes.is_empty() {
            let (report, fail_on) = check::report(args)?;
            return Ok(told(args, session, (report, fail_on), (&done, wanted)));
        }
    }
    Ok(Ending::Fine)
}

/// The files that `plan` changes; fixes of files that must stay as they are, and why, are taken out.
fn changes<'f>(
    roots: &Roots,
    report: &Report,
    plan: FixPlan<'f>,
) -> (FixPlan<'f>, Vec<Change>, Vec<Problem>) {
    let (mut kept, mut problems) = (Vec::new(), Vec::new());
    for (path, edits) in plan.edits() {
        match change(roots, report.sources.get(path), path, |text| edited(text, edits.iter().copied())) {
            Ok(_) => {}
            Err(problem) => {
                kept.push(path.clone());
                problems.push(problem);
            }
        }
    }
    let plan = plan.without(&kept);
    let mut found = Vec::new();
    for (path, edits) in plan.edits() {
        let made = change(roots, report.sources.get(path), path, |text| edited(text, edits.iter().copied()));
        found.extend(made);
    }
    (plan, found, problems)
}

/// One file as it will be.
///
/// # Errors
/// Why it has to stay as it is.
fn change(
    roots: &Roots,
    source: Option<&SourceText>,
    path: &RelPath,
    edit: impl FnOnce(&str) -> String,
) -> Result<Change, Problem> {
    let refuse = |message: &str, help: &str| Problem::in_file(path, message).help(help);
    let disk = roots.folder.join(path.as_str());
    let real = disk.canonicalize().map_err(|error| {
        refuse(&format!("cannot be fixed: {error}"), "check that it is still there and can be read")
    })?;
    let is_scanned = roots.starts.iter().any(|start| {
        let start = start.canonicalize().unwrap_or_else(|_| start.clone());
        real.starts_with(start)
    });
    if !is_scanned {
        return Err(refuse(
            "is not fixed: it lies outside of what was scanned",
            "name it, or the folder that holds it",
        ));
    }
    let Some(old) =
        source.filter(|source| std::fs::read(&real).is_ok_and(|bytes| bytes == source.text().as_bytes()))
    else {
        return Err(refuse("is not fixed: it changed since it was read", "run it again"));
    };
    let new = edit(old.text());
    if n_unparsed(&SourceText::new(path.clone(), new.as_str())) > n_unparsed(old) {
        return Err(refuse(
            "is not fixed: a fix would break its syntax",
            "please report the check; fix it by hand as the finding says",
        ));
    }
    Ok(Change { path: path.clone(), disk: real, old: old.clone(), new })
}

fn print_diff(session: Session, changes: &[Change]) -> std::io::Result<()> {
    session.print(|out| {
        for change in changes {
            let (before, after) = (format!("a/{}", change.path), format!("b/{}", change.path));
            let diff = unified((&before, change.old.text()), (&after, &change.new));
            // What goes to a file or program is to be a patch, byte for byte.
            let is_shown = std::io::stdout().is_terminal();
            out.write_all(if is_shown { visible_text(&diff) } else { diff }.as_bytes())?;
        }
        Ok(())
    })
}

fn write_changes(
    args: &CheckArgs,
    session: Session,
    (report, plan): (&Report, &FixPlan<'_>),
    changes: &[Change],
    done: &mut Done,
) {
    let mut failed = Vec::new();
    for change in changes {
        match output::save(&change.disk, |out| out.write_all(change.new.as_bytes())) {
            Ok(()) => {
                done.files.insert(change.path.clone());
            }
            Err(problem) => {
                failed.push(change.path.clone());
                done.problems.push(problem);
            }
        }
    }
    let is_applied = |fix: &Fix| fix.edits().iter().all(|edit| !failed.contains(&edit.path));
    for (finding, fix) in plan.applied.iter().filter(|(_, fix)| is_applied(fix)) {
        done.n_fixed += 1;
        if !args.quiet {
            session.complain(&format!("fixed {}: {}", place_of(report, finding), visible_line(&fix.title)));
        }
    }
    if !args.quiet {
        for finding in &plan.put_off {
            session.complain(&format!(
                "put off {}: its fix changes what another one changes",
                place_of(report, finding)
            ));
        }
    }
}

fn place_of(report: &Report, finding: &Finding) -> String {
    let source = report.sources.get(&finding.path);
    let (line, column) = source.map_or((1, 1), |source| {
        let place = source.line_column(finding.span.start());
        (place.line, place.column)
    });
    format!("{}:{line}:{column}: [{}]", visible_line(finding.path.as_str()), finding.check)
}

/// Reports the tree as it is, and says what was done and what is left.
fn told(
    args: &CheckArgs,
    session: Session,
    (report, fail_on): (Report, crate::policy::FailOn),
    (done, wanted): (&Done, Applicability),
) -> Ending {
    session.tell_problems(&done.problems);
    let n = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let plan = FixPlan::new(&report.findings, wanted);
    let (n_left, n_held) = (plan.applied.len() + plan.put_off.len(), plan.held_back.len());
    let ending = check::write(args, session, report, fail_on);
    if !args.quiet {
        let mut line = format!(
            "fixed {} in {}",
            counted(n(done.n_fixed), "finding"),
            counted(n(done.files.len()), "file")
        );
        if n_left > 0 {
            line += &format!("; {} can be fixed by another run", counted(n(n_left), "finding"));
        }
        if n_held > 0 {
            line += &format!(
                "; {} to look at (`--unsafe-fixes --dry-run` shows them)",
                counted(n(n_held), "suggestion")
            );
        }
        session.complain(&line);
    }
    if done.problems.is_empty() { ending } else { Ending::Refused }
}

#[cfg(test)]
mod tests {
    use super::change;
    use crate::base::{RelPath, SourceText};
    use crate::scan::Roots;

    /// What is said of `src/a.rs`, which holds `disk`, where `read` was scanned and `new` is to be written.
    #[track_caller]
    fn check(disk: &str, read: &str, new: &str, said: Result<&str, &str>) {
        let temp = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(temp.path().join("src")).expect("a folder");
        std::fs::write(temp.path().join("src/a.rs"), disk).expect("a file");
        let roots = Roots::new(&[temp.path().to_path_buf()], temp.path()).expect("it exists");
        let path = RelPath::new("src/a.rs");
        let source = SourceText::new(path.clone(), read);
        let made = change(&roots, Some(&source), &path, |_| new.to_owned());
        let made =
            made.as_ref().map(|change| change.new.as_str()).map_err(|problem| problem.message.as_str());
        assert_eq!(made, said);
    }

    #[test]
    fn a_file_that_changed_or_would_break_stays_as_it_is() {
        check("fn f() {}", "fn f() {}", "fn g() {}", Ok("fn g() {}"));
        check("fn h() {}", "fn f() {}", "fn g() {}", Err("is not fixed: it changed since it was read"));
        check("fn f() {}", "fn f() {}", "fn g() {", Err("is not fixed: a fix would break its syntax"));
    }
}
