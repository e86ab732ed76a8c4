//! `patscan completions`: what a shell needs to complete our arguments.

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::session::Session;
use clap::CommandFactory;
use clap_complete::generate;

pub(super) fn run(args: &CompletionsArgs) -> Ending {
    let session = Session::plain();
    // The crate that generates panics where its writer fails, so it writes to memory.
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "patscan", &mut script);
    match session.print(|out| out.write_all(&script)) {
        Ok(()) => Ending::Fine,
        Err(error) => refuse_output(session, &error),
    }
}
