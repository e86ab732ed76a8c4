//! `patscan schema`: the JSON Schema of checks or of the configuration.

use crate::cli::args::{SchemaArg, SchemaArgs};
use crate::cli::config;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::session::Session;
use crate::rule::schema;
use crate::scan::vocabulary;

pub(super) fn run(args: &SchemaArgs) -> Ending {
    let session = Session::plain();
    let schema = match args.of {
        SchemaArg::Checks => schema(vocabulary()),
        SchemaArg::Config => config::schema(),
    };
    match session.print(|out| writeln!(out, "{schema:#}")) {
        Ok(()) => Ending::Fine,
        Err(error) => refuse_output(session, &error),
    }
}
