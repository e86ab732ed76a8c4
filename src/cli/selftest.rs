//! `patscan test`: runs the examples of checks and shows what differs.

use crate::cli::args::TestArgs;
use crate::cli::run::Ending;
use crate::cli::session::Session;

pub(super) fn run(args: &TestArgs) -> Ending {
    let session = Session::new(args.color);
    session.complain("not wired yet");
    Ending::Refused
}
