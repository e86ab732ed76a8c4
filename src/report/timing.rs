//! The table of `--timings`. Differs from run to run, so it never goes where findings go.

use crate::policy::{Phase, Timings};
use std::io::{self, Write};
use std::time::Duration;

/// Checks that are listed.
const N_CHECKS: usize = 10;

/// Writes the phases and the dearest checks.
///
/// # Errors
/// Where the writer fails.
pub fn write_timings(timings: &Timings, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{:<40}  {:>10}", "phase", "ms")?;
    for (phase, time) in &timings.phases {
        writeln!(out, "{:<40}  {:>10}", label_of(*phase, timings), millis(*time))?;
    }
    writeln!(out, "{:<40}  {:>10}", "total", millis(timings.total()))?;
    let dearest = timings.dearest(N_CHECKS);
    if !dearest.is_empty() {
        writeln!(out, "\n{:<40}  {:>10}", "dearest checks", "ms")?;
    }
    for (check, time) in dearest {
        writeln!(out, "{:<40}  {:>10}", check.as_str(), millis(time))?;
    }
    Ok(())
}

fn label_of(phase: Phase, timings: &Timings) -> String {
    match phase {
        Phase::Parse => {
            format!("{} ({} lines, {} KiB)", phase.as_str(), timings.n_lines, timings.n_bytes / 1024)
        }
        Phase::Walk | Phase::Facts | Phase::Engine | Phase::Report => phase.as_str().to_owned(),
    }
}

fn millis(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1000.0)
}
