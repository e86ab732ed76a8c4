//! `patscan list`: one line for each check.

use crate::cli::args::ListArgs;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::session::Session;
use crate::cli::setup::Setup;
use crate::report::visible_line;
use crate::rule::RuleSet;
use std::io::{self, Write};

pub(super) fn run(args: &ListArgs) -> Ending {
    let session = Session::new(args.common.run.color);
    let setup = match Setup::read(&[], &args.common) {
        Ok(setup) => setup,
        Err(problems) => {
            session.tell_problems(&problems);
            return Ending::Refused;
        }
    };
    match session.print(|out| write(&setup.rules, out)) {
        Ok(()) => Ending::Fine,
        Err(error) => refuse_output(session, &error),
    }
}

fn write(rules: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    let width = rules.rules.iter().map(|rule| rule.id.as_str().len()).max().unwrap_or(0);
    for rule in &rules.rules {
        let (severity, precision) = (rule.severity.as_str(), rule.precision.as_str());
        let message = rule.message.render(|hole| {
            let param = rule.param(hole).map(|param| param.value.to_string());
            Some(param.unwrap_or_else(|| format!("{{{hole}}}")))
        });
        let title = visible_line(&message);
        writeln!(out, "{:width$}  {:9}  {severity:7}  {precision:9}  {title}", rule.id.as_str(), rule.theme)?;
    }
    Ok(())
}
