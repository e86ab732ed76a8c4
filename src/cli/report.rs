//! `patscan report`: the states of all statements for a reviewer, or written back into a document. Fails for no finding.

use crate::base::RelPath;
use crate::cli::args::{CheckArgs, CommonArgs, ReportArgs, ReportFormatArg};
use crate::cli::check;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::input::text_of;
use crate::cli::output;
use crate::cli::session::Session;
use crate::finding::Problem;
use crate::pattern::with_states;
use crate::policy::{Earlier, Report};
use crate::report::{Format, View, write_findings, write_ledger, write_states};
use crate::scan::{Page, pages};
use std::io::{self, Write};
use std::path::Path;

/// MiB above which a file is no report of ours.
const MAX_MIB: u64 = 256;

pub(super) fn run(args: &ReportArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    let done = match &args.into {
        Some(document) => into(args, session, document),
        None => write(args, session),
    };
    done.unwrap_or_else(|problems| {
        session.tell_problems(&problems);
        Ending::Refused
    })
}

fn write(args: &ReportArgs, session: Session) -> Result<Ending, Vec<Problem>> {
    let earlier = args.against.as_ref().map(|path| earlier(path)).transpose().map_err(|it| vec![it])?;
    let mut report = scanned(args, args.common.clone())?;
    if let (Some(earlier), Some(path)) = (earlier, &args.against) {
        report.since = Some(earlier.compare(&report, &name_of(path)));
    }
    if args.format != ReportFormatArg::Json {
        session.tell_problems(&report.problems);
    }
    let text = |out: &mut dyn Write| match args.format {
        ReportFormatArg::Html => write_findings(&report, Format::Html, View::default(), out),
        ReportFormatArg::Json => write_findings(&report, Format::Json, View::default(), out),
        ReportFormatArg::Markdown => write_ledger(&report, out),
    };
    Ok(put(args, session, text)?.unwrap_or(ending(&report)))
}

/// Writes to the file or to stdout; says how the command ended where it cannot go on.
fn put(
    args: &ReportArgs,
    session: Session,
    text: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Option<Ending>, Vec<Problem>> {
    match &args.output {
        Some(path) => output::save(path, text).map(|()| None).map_err(|problem| vec![problem]),
        None => Ok(session.print(text).err().map(|error| refuse_output(session, &error))),
    }
}

fn ending(report: &Report) -> Ending {
    if report.is_broken || report.n_documents_lost > 0 { Ending::Refused } else { Ending::Fine }
}

fn scanned(args: &ReportArgs, common: CommonArgs) -> Result<Report, Vec<Problem>> {
    let (baseline, no_baseline) = (args.baseline.clone(), args.no_baseline);
    let paths = args.paths.clone();
    let asked = CheckArgs { paths, baseline, no_baseline, common, ..CheckArgs::default() };
    check::report(&asked).map(|(report, _)| report)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn earlier(path: &Path) -> Result<Earlier, Problem> {
    let shown = RelPath::named(&path.to_string_lossy());
    Earlier::read(&text_of(path, &shown, (MAX_MIB, "`--against` names a report that `--format json` wrote"))?)
}

/// Writes the states into the document, or into a copy of it.
fn into(args: &ReportArgs, session: Session, document: &Path) -> Result<Ending, Vec<Problem>> {
    let page = page(document)?;
    let mut common = args.common.clone();
    common.patterns.push(document.to_path_buf());
    let report = scanned(args, common)?;
    session.tell_problems(&report.problems);
    if report.is_broken {
        return Ok(Ending::Refused);
    }
    let name = page.source.path().file_name();
    let is_own = |path: &RelPath| path == page.source.path() || document.ends_with(path.as_str());
    let Some(pattern) = report.patterns.iter().find(|it| !it.is_builtin && is_own(&it.path)) else {
        let problem = Problem::in_file(page.source.path(), "holds no statement that could have a state");
        return Err(vec![problem.help("name a pattern document; `patscan docs` says how it is read")]);
    };
    let mut states = Vec::new();
    let written = write_states(&report, pattern, &mut states);
    written.map_err(|error| vec![Problem::new(format!("cannot write the states of `{name}`: {error}"))])?;
    let states = String::from_utf8_lossy(&states);
    let text = with_states(&page.source, &states).map_err(|problem| vec![problem])?;
    let target = args.output.as_deref().unwrap_or(document);
    output::save(target, |out| out.write_all(text.as_bytes())).map_err(|problem| vec![problem])?;
    Ok(ending(&report))
}

fn page(document: &Path) -> Result<Page, Vec<Problem>> {
    let (mut found, mut problems) = pages(document);
    match found.pop() {
        Some(page) if problems.is_empty() && document.is_file() => Ok(page),
        _ => {
            if problems.is_empty() {
                let problem = Problem::new(format!("`{}` is no document", document.display()));
                problems.push(problem.help("`--into` names one Markdown file"));
            }
            Err(problems)
        }
    }
}
