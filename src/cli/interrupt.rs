//! What happens when somebody stops the program: what is half-written goes, and the exit code says so. Stops nothing itself.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The exit code that shells give a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Files that are not whole yet.
static PENDING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that is not whole yet; it is removed when the program is stopped before this is dropped.
#[derive(Debug)]
pub(super) struct Pending(PathBuf);

impl Pending {
    /// Says that `path` is about to be written.
    pub(super) fn new(path: &Path) -> Self {
        with_pending(|pending| pending.push(path.to_path_buf()));
        Self(path.to_path_buf())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        with_pending(|pending| pending.retain(|path| *path != self.0));
    }
}

fn with_pending<T>(act: impl FnOnce(&mut Vec<PathBuf>) -> T) -> T {
    act(&mut PENDING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Waits for signals that stop the program, on a thread of its own.
pub(super) fn watch() {
    // Without a handler the system stops the program all the same; only a file beside the asked one may stay.
    let _ = ctrlc::set_handler(stop);
}

#[allow(clippy::exit, reason = "a signal asks for just that, and nobody is left to return to")]
fn stop() {
    // The list stays locked: what was removed must not be renamed into place.
    with_pending(|pending| {
        for path in pending.drain(..) {
            let _ = std::fs::remove_file(path);
        }
        std::process::exit(INTERRUPTED)
    });
}
