//! `patscan baseline`: writes, checks and shrinks the list of findings that were there before; finds it for `check`.

use crate::base::RelPath;
use crate::cli::args::{BaselineArgs, BaselineTask};
use crate::cli::day::today;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::input::text_of;
use crate::cli::judge::judge;
use crate::cli::output;
use crate::cli::place::shown;
use crate::cli::session::Session;
use crate::cli::setup::{Setup, working_folder};
use crate::finding::{Finding, Problem, State};
use crate::policy::{Baseline, BaselineEntry, Report};
use crate::report::{baseline_named, counted, visible_line};
use crate::scan::Clock;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file's name where nobody names another.
const NAME: &str = "patscan-baseline.json";

/// MiB above which a file is no baseline.
const MAX_MIB: u64 = 64;

/// Where the baseline of `setup` is: the file `named`, the configuration's, or the default one beside the code.
pub(super) fn path_of(setup: &Setup, named: Option<&Path>) -> PathBuf {
    let own = setup.config.baseline.as_ref().map(|name| setup.options.roots.folder.join(name));
    named.map(Path::to_path_buf).or(own).unwrap_or_else(|| setup.options.roots.folder.join(NAME))
}

/// The baseline of a scan; `None` where there is none and nobody named one.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn find(setup: &Setup, named: Option<&Path>) -> Result<Option<Baseline>, Problem> {
    let path = path_of(setup, named);
    let is_wanted = named.is_some() || setup.config.baseline.is_some();
    if path.exists() || is_wanted { read(&path).map(Some) } else { Ok(None) }
}

fn read(path: &Path) -> Result<Baseline, Problem> {
    let shown = RelPath::new(&path.file_name().unwrap_or_default().to_string_lossy());
    let help = "write it with `patscan baseline write`, or name another file";
    Baseline::read(&text_of(path, &shown, (MAX_MIB, help))?)
}

/// Marks what is known. Entries are gone only where all of the code was looked at by all checks.
pub(super) fn apply(baseline: &Baseline, report: &mut Report, setup: &Setup, is_whole: bool) {
    let is_all = is_whole && setup.is_whole();
    baseline.apply(report, today(), |_| is_all);
}

pub(super) fn run(args: &BaselineArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    match task(args, session) {
        Ok(ending) => ending,
        Err(problems) => {
            session.tell_problems(&problems);
            Ending::Refused
        }
    }
}

fn task(args: &BaselineArgs, session: Session) -> Result<Ending, Vec<Problem>> {
    let paths: Vec<PathBuf> = args.path.iter().cloned().collect();
    let setup = Setup::of_packages(&paths, &args.selection, &args.common)?;
    let path = path_of(&setup, args.baseline.as_deref());
    if args.task != BaselineTask::Check {
        refuse_in_build()?;
    }
    let mut report = judge(&setup, &setup.force.plan, Clock::Off)?.report;
    session.tell_problems(&report.problems);
    if report.is_broken {
        return Ok(Ending::Refused);
    }
    match args.task {
        BaselineTask::Write => {
            let baseline = Baseline::of(&report, &today().to_string());
            save(&path, &baseline)?;
            let n = u32::try_from(baseline.entries.len()).unwrap_or(u32::MAX);
            let shown = shown(&path, &working_folder()?);
            session.complain(&format!("wrote {} to {}", counted(n, "finding"), shown.display()));
            Ok(Ending::Fine)
        }
        BaselineTask::Shrink => {
            let baseline = read(&path).map_err(|problem| vec![problem])?;
            apply(&baseline, &mut report, &setup, true);
            let gone = report.baseline.take().map(|used| used.gone).unwrap_or_default();
            save(&path, &baseline.without(&gone))?;
            session.complain(&format!("dropped {} of {} entries", gone.len(), baseline.entries.len()));
            Ok(Ending::Fine)
        }
        BaselineTask::Check => {
            let baseline = read(&path).map_err(|problem| vec![problem])?;
            apply(&baseline, &mut report, &setup, true);
            let written = session.print(|out| tell(&report, out));
            Ok(written.map_or_else(|error| refuse_output(session, &error), |()| ending(&report)))
        }
    }
}

/// A build that wrote its own baseline would never fail.
///
/// # Errors
/// Where this is a build.
pub(super) fn refuse_in_build() -> Result<(), Vec<Problem>> {
    let is_build = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    let problem = Problem::new("a build does not write its own baseline (`CI` is set)");
    let help = "run it at your desk and commit the file; `patscan baseline check` is for builds";
    if is_build { Err(vec![problem.help(help)]) } else { Ok(()) }
}

pub(super) fn save(path: &Path, baseline: &Baseline) -> Result<(), Vec<Problem>> {
    output::save(path, |out| out.write_all(baseline.to_text().as_bytes())).map_err(|problem| vec![problem])
}

fn is_new(finding: &&Finding) -> bool {
    finding.state == State::New
}

/// What is new and what is gone, one line each.
fn tell(report: &Report, out: &mut dyn Write) -> std::io::Result<()> {
    for finding in report.findings.iter().filter(is_new) {
        let path = visible_line(finding.path.as_str());
        let line = report.sources.get(&finding.path).map_or(1, |s| s.line_column(finding.span.start()).line);
        writeln!(out, "new   {path}:{line} {} {}", finding.check, visible_line(&finding.message))?;
    }
    let Some(used) = &report.baseline else { return Ok(()) };
    for BaselineEntry { path, check, item, .. } in &used.gone {
        writeln!(out, "gone  {} {check} in {}", visible_line(path), visible_line(item))?;
    }
    let n_new = report.findings.iter().filter(is_new).count();
    let gone = used.gone.len();
    writeln!(out, "{}: {} known, {n_new} new, {gone} gone", baseline_named(used), used.n_known)
}

/// What is new fails; what is gone is good news.
fn ending(report: &Report) -> Ending {
    if report.findings.iter().any(|finding| is_new(&finding)) { Ending::Findings } else { Ending::Fine }
}
