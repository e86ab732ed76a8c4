//! `patscan check`: scans, reports, decides.

use crate::catalog::nearest;
use crate::cli::args::{CheckArgs, FailOnArg, command_names};
use crate::cli::baseline;
use crate::cli::cargo::{self, Passed};
use crate::cli::diff;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::judge::{Judged, judge};
use crate::cli::output;
use crate::cli::rules;
use crate::cli::session::Session;
use crate::cli::setup::Setup;
use crate::finding::Problem;
use crate::policy::{Baseline, Decision, FailOn, Phase, Report};
use crate::report::{
    Detail, Format, View, visible_line, write_change, write_findings, write_summary, write_timings,
};
use crate::scan::Clock;
use std::path::PathBuf;
use std::time::Instant;

pub(super) fn run(args: &CheckArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    let built = cargo::pass_on(args, session).unwrap_or_else(|problem| {
        session.tell_problems(&[problem]);
        Passed::Refused
    });
    let ending = match report(args) {
        Ok((mut report, fail_on)) => {
            report.build_failed = built != Passed::Built;
            write(args, session, report, fail_on)
        }
        Err(mut problems) => {
            problems.extend(mistaken_command(&args.paths));
            refuse(args, session, &problems)
        }
    };
    match (built, ending) {
        (Passed::Refused, _) => Ending::Refused,
        (Passed::Failed, Ending::Fine) => Ending::Findings,
        (Passed::Built | Passed::Failed, ending) => ending,
    }
}

/// A command that was spelt wrong looks like a path that is not there.
fn mistaken_command(paths: &[PathBuf]) -> Option<Problem> {
    let word = paths.first().filter(|path| !path.exists())?.to_str()?;
    let names = command_names();
    let near = nearest(word, names.iter().map(String::as_str))?;
    Some(
        Problem::new(format!("there is no command `{}` either", visible_line(word)))
            .help(format!("did you mean `patscan {near}`?")),
    )
}

/// Says why nothing was scanned; an editor that reads cargo's messages waits for their end nevertheless.
fn refuse(args: &CheckArgs, session: Session, problems: &[Problem]) -> Ending {
    session.tell_problems(problems);
    if args.format() == Format::Cargo {
        let report = Report { is_broken: true, ..Report::default() };
        let written = session.print(|out| write_findings(&report, Format::Cargo, View::default(), out));
        return written.map_or_else(|error| refuse_output(session, &error), |()| Ending::Refused);
    }
    Ending::Refused
}

/// Scans, and lays waivers, the baseline and the change over what was found.
///
/// # Errors
/// All that keeps the scan from running.
pub(super) fn report(args: &CheckArgs) -> Result<(Report, FailOn), Vec<Problem>> {
    let mut setup = Setup::of_packages(&args.paths, &args.selection, &args.common)?;
    let plan = rules::keep(&setup.force, &args.only)?;
    setup.rules = plan.layers.first().cloned().unwrap_or_default();
    let baseline = if args.no_baseline { None } else { baseline_of(&setup, args)? };
    let change = diff::read(&args.diff, &setup.options.roots.folder).map_err(|problem| vec![problem])?;
    let clock = if args.timings { Clock::On } else { Clock::Off };
    let Judged { loaded, mut report, waivers } = judge(&setup, &plan, clock)?;
    report.waivers = waivers;
    if let Some(baseline) = baseline {
        baseline::apply(&baseline, &mut report, &setup, args.only.is_empty());
        report.settle_statements();
    }
    if let Some(change) = change {
        let touched = loaded.touched(&change, diff::scope(&args.diff));
        report.limit_to(&change, |finding| touched.concerns(finding));
        report.mark_touched(|path, span| touched.holds(path, span));
    }
    let fail_on = args.fail_on.map(fail_on_of).or(setup.config.fail_on).unwrap_or_default();
    Ok((report, fail_on))
}

fn baseline_of(setup: &Setup, args: &CheckArgs) -> Result<Option<Baseline>, Vec<Problem>> {
    baseline::find(setup, args.baseline.as_deref()).map_err(|problem| vec![problem])
}

/// Writes what was asked for, and says how the run ends.
pub(super) fn write(args: &CheckArgs, session: Session, mut report: Report, fail_on: FailOn) -> Ending {
    let start = Instant::now();
    let detail = match (args.quiet, args.verbose) {
        (true, _) => Detail::Quiet,
        (false, true) => Detail::Verbose,
        (false, false) => Detail::Normal,
    };
    let view = View { color: session.out_color, detail };
    let format = args.format();
    let mut is_kept = true;
    for (format, path) in &args.output {
        let written = output::save(path, |out| write_findings(&report, *format, view.plain(), out));
        if let Err(problem) = written {
            session.tell_problems(&[problem]);
            is_kept = false;
        }
    }
    let written = session.print(|out| {
        write_findings(&report, format, view, out)?;
        if format == Format::Pretty && detail > Detail::Quiet {
            write_summary(&report, view, out)
        } else {
            Ok(())
        }
    });
    if let Err(error) = written {
        return refuse_output(session, &error);
    }
    // One JSON document holds the problems too, and whoever reads it reads them there.
    if format != Format::Json {
        session.tell_problems(&report.problems);
    }
    if format == Format::Short && detail > Detail::Quiet {
        let view = View { color: session.err_color, detail };
        session.tell(|err| write_summary(&report, view, err));
    }
    if !format.is_for_people() && detail > Detail::Quiet {
        session.tell(|err| write_change(&report, err));
    }
    report.timings.phases.push((Phase::Report, start.elapsed()));
    if args.timings {
        session.tell(|err| write_timings(&report.timings, err));
    } else if detail > Detail::Quiet && format.is_for_people() {
        session.complain(&format!("finished in {:.2} s", report.timings.total().as_secs_f64()));
    }
    if is_kept { ending_of(&report, fail_on) } else { Ending::Refused }
}

/// How the run ends. A report of a run that failed says nothing about the code, whatever the threshold.
pub(super) fn ending_of(report: &Report, fail_on: FailOn) -> Ending {
    if report.is_broken {
        return Ending::Refused;
    }
    match fail_on.decide(&report.findings) {
        // A sentence whose binding is broken was not judged: nobody can say that the code conforms.
        Decision::Conforms if report.n_documents_lost > 0 => Ending::Refused,
        Decision::Conforms if report.statements.iter().any(|statement| statement.state == "error") => {
            Ending::Refused
        }
        Decision::Conforms => Ending::Fine,
        Decision::Fails(_) => Ending::Findings,
    }
}

pub(super) const fn fail_on_of(fail_on: FailOnArg) -> FailOn {
    match fail_on {
        FailOnArg::Error => FailOn::Error,
        FailOnArg::Warning => FailOn::Warning,
        FailOnArg::Note => FailOn::Note,
        FailOnArg::Never => FailOn::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::ending_of;
    use crate::cli::ending::Ending;
    use crate::policy::{FailOn, Report};

    #[test]
    fn a_run_that_failed_never_passes_for_a_clean_one() {
        for fail_on in [FailOn::Error, FailOn::Never] {
            let broken = Report { is_broken: true, ..Report::default() };
            assert!(matches!(ending_of(&broken, fail_on), Ending::Refused));
            assert!(matches!(ending_of(&Report::default(), fail_on), Ending::Fine));
        }
    }
}
