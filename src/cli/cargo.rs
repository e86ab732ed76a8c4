//! Cargo's side of a scan: its package selection and its messages. Scans nothing itself.

mod choose;
mod stream;
mod workspace;

pub(super) use choose::choose;
pub(super) use stream::{Passed, pass_on};
