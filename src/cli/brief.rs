//! `patscan brief`: the patterns that a change touches, for the one who reviews it. Fails for no finding.

use crate::cli::args::{BriefArgs, CheckArgs};
use crate::cli::check;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::session::Session;
use crate::finding::Problem;
use crate::report::write_brief;

pub(super) fn run(args: &BriefArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    if args.diff.diff_base.is_none() && args.diff.diff_file.is_none() {
        let problem = Problem::new("no change is named");
        session.tell_problems(&[problem.help("add `--diff-base REF` or `--diff-file PATCH`")]);
        return Ending::Refused;
    }
    let (paths, diff, common) = (args.path.iter().cloned().collect(), args.diff.clone(), args.common.clone());
    let report = match check::report(&CheckArgs { paths, diff, common, ..CheckArgs::default() }) {
        Ok((report, _)) => report,
        Err(problems) => {
            session.tell_problems(&problems);
            return Ending::Refused;
        }
    };
    session.tell_problems(&report.problems);
    match session.print(|out| write_brief(&report, out)) {
        Err(error) => refuse_output(session, &error),
        Ok(()) if report.is_broken => Ending::Refused,
        Ok(()) => Ending::Fine,
    }
}
