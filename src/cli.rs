//! Arguments to settings to a command to an exit code. The only module that prints or exits.

mod args;
mod baseline;
mod cargo;
mod check;
mod color;
mod compile;
mod completions;
mod config;
mod diff;
mod docs;
mod document;
mod ending;
mod explain;
mod fix;
mod init;
mod inspect;
mod interrupt;
mod judge;
mod list;
mod man;
mod new;
mod output;
mod place;
mod progress;
mod registry;
mod rules;
mod run;
mod schema;
mod selftest;
mod session;
mod settings;
mod setup;
mod waive;
mod waivers;

pub use config::Config;
pub use run::main;
