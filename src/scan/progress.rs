//! Lets whoever shows progress hear of it. Shows nothing.

use crate::policy::Phase;

/// Hears how far a scan is. Called from many threads.
pub trait Progress: Sync {
    /// A phase of `n_steps` steps begins; 0 where the number is not known.
    fn begin(&self, phase: Phase, n_steps: usize);

    /// One step is done.
    fn step(&self);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _phase: Phase, _n_steps: usize) {}

    fn step(&self) {}
}
