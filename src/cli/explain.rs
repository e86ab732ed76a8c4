//! `patscan explain`: a check's page, or why a place is or is not one of its subjects.

use crate::cli::args::ExplainArgs;
use crate::cli::check::{Setup, refuse_output};
use crate::cli::rules;
use crate::cli::run::Ending;
use crate::cli::session::Session;
use crate::report::visible_text;

pub(super) fn run(args: &ExplainArgs) -> Ending {
    let session = Session::new(args.common.color);
    let setup = match Setup::read(&[], &args.common) {
        Ok(setup) => setup,
        Err(problems) => {
            session.tell_problems(&problems);
            return Ending::Refused;
        }
    };
    let Some(rule) = setup.rules.rule(&args.id) else {
        session.tell_problems(&[rules::unknown_check(&setup.rules, &args.id)]);
        return Ending::Refused;
    };
    let page = visible_text(rule.page.text().trim_end());
    match session.print(|out| writeln!(out, "{page}")) {
        Ok(()) => Ending::Fine,
        Err(error) => refuse_output(session, &error),
    }
}
