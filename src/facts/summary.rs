//! Which roles a function reaches, through calls inside the workspace, to a small depth.

use crate::catalog::Role;
use crate::facts::Place;

/// One role that a function reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The role.
    pub role: Role,
    /// The call inside the function itself.
    pub call: Place,
    /// The call that plays the role; `call` itself at depth 0.
    pub end: Place,
    /// Number of workspace functions between.
    pub depth: u8,
    /// Whether it happens in a task that the function spawns and does not wait for.
    pub is_detached: bool,
}

/// The roles that a function reaches, nearest first for each role, sorted by role; a role stands twice where it is
/// reached both detached and not.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    reached: Vec<Reach>,
}

impl Summary {
    /// Reaches nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self { reached: Vec::new() }
    }

    /// All that is reached.
    #[must_use]
    pub fn all(&self) -> &[Reach] {
        &self.reached
    }

    /// How `role` is reached; the way that the function waits for is preferred.
    #[must_use]
    pub fn reach(&self, role: Role) -> Option<&Reach> {
        self.reached.iter().filter(|reach| reach.role == role).min_by_key(|reach| reach.is_detached)
    }
}
