//! The two outputs of a run. A closed output is no failure: whoever reads has seen enough.

use crate::cli::args::ColorArg;
use crate::cli::color;
use crate::finding::Problem;
use crate::report::{Color, write_problems};
use std::io::{self, IsTerminal, Write};

/// Where a command writes, and in which colours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    /// Colours of stdout.
    pub(super) out_color: Color,
    /// Colours of stderr.
    pub(super) err_color: Color,
}

impl Session {
    /// The session that was asked for.
    pub(super) fn new(asked: ColorArg) -> Self {
        Self {
            out_color: color::choose(asked, io::stdout().is_terminal()),
            err_color: color::choose(asked, io::stderr().is_terminal()),
        }
    }

    /// A session without colours.
    pub(super) const fn plain() -> Self {
        Self { out_color: Color::Never, err_color: Color::Never }
    }

    /// Writes to stdout.
    ///
    /// # Errors
    /// Where the output fails for another reason than being closed.
    pub(super) fn print(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
        forgive_closed(write(&mut out).and_then(|()| out.flush()))
    }

    /// Writes to stderr; what cannot be said there cannot be said at all.
    pub(super) fn tell(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        let mut err = io::BufWriter::new(io::stderr().lock());
        let _ = write(&mut err).and_then(|()| err.flush());
    }

    /// Writes problems to stderr.
    pub(super) fn tell_problems(self, problems: &[Problem]) {
        self.tell(|err| write_problems(problems, self.err_color, err));
    }

    /// Writes one line to stderr.
    pub(super) fn complain(self, line: &str) {
        self.tell(|err| writeln!(err, "{line}"));
    }
}

fn forgive_closed(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
