//! How a command ends. Knows no command.

use crate::cli::session::Session;
use std::io;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The code conforms, or what was asked is done.
    Fine,
    /// Findings reach the threshold, or examples differ.
    Findings,
    /// What was asked could not be done.
    Refused,
}

/// Says that stdout takes nothing.
pub(super) fn refuse_output(session: Session, error: &io::Error) -> Ending {
    session.complain(&format!("cannot write the output: {error}"));
    Ending::Refused
}
