//! Arguments to settings to a command to an exit code. The only module that prints or exits.

mod config;

pub use config::{CheckSettings, Config, RawValue};
