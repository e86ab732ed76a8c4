//! A progress bar on stderr, only where someone watches and only once the run takes a second. Never on stdout.

use crate::policy::Phase;
use crate::scan::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How long a run stays silent.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows how far a scan is.
#[derive(Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
    start: Instant,
    shown: OnceLock<()>,
}

impl Bar {
    /// A bar that has not shown yet, and never will where stderr is no terminal.
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg:<16} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        Self { bar, start: Instant::now(), shown: OnceLock::new() }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn show_when_due(&self) {
        if self.start.elapsed() >= PATIENCE {
            self.shown.get_or_init(|| {
                if std::io::stderr().is_terminal() {
                    self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
                }
            });
        }
    }
}

impl Progress for Bar {
    fn begin(&self, phase: Phase, n_steps: usize) {
        self.bar.reset();
        self.bar.set_length(n_steps as u64);
        self.bar.set_message(phase.as_str());
        self.show_when_due();
    }

    fn step(&self) {
        self.bar.inc(1);
        self.show_when_due();
    }
}
