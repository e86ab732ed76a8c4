//! `patscan schema`: the JSON Schema of checks.

use crate::cli::ending::{Ending, refuse_output};
use crate::cli::session::Session;
use crate::rule::schema;
use crate::scan::vocabulary;

pub(super) fn run() -> Ending {
    let session = Session::plain();
    let schema = schema(vocabulary());
    match session.print(|out| writeln!(out, "{schema:#}")) {
        Ok(()) => Ending::Fine,
        Err(error) => refuse_output(session, &error),
    }
}
