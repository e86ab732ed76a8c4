//! Arguments as cargo has them: packages, targets, messages. Reads no manifest.

use crate::report::Format;
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// Which packages and targets of a workspace are reported; the whole workspace is read to understand them.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct SelectionArgs {
    /// Report only this package; globs are allowed (repeatable)
    #[arg(short, long = "package", value_name = "SPEC", help_heading = "Package selection")]
    pub(in crate::cli) packages: Vec<String>,
    /// Report all packages of the workspace
    #[arg(long, visible_alias = "all", help_heading = "Package selection")]
    pub(in crate::cli) workspace: bool,
    /// Leave this package out; globs are allowed (repeatable)
    #[arg(long, value_name = "SPEC", requires = "workspace", help_heading = "Package selection")]
    pub(in crate::cli) exclude: Vec<String>,
    /// The manifest of the package or workspace
    #[arg(long, value_name = "FILE", help_heading = "Package selection")]
    pub(in crate::cli) manifest_path: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) targets: TargetArgs,
    /// Whether cargo started the program: then a folder stands for its workspace.
    #[arg(skip)]
    pub(in crate::cli) is_by_cargo: bool,
}

/// Which targets of the packages are reported.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(in crate::cli) struct TargetArgs {
    /// Report only the library
    #[arg(long, help_heading = "Target selection")]
    pub(in crate::cli) lib: bool,
    /// Report only the programs
    #[arg(long, help_heading = "Target selection")]
    pub(in crate::cli) bins: bool,
    /// Also examine tests, which are left out by default
    #[arg(long, help_heading = "Target selection")]
    pub(in crate::cli) tests: bool,
    /// Report only examples, which are left out by default
    #[arg(long, help_heading = "Target selection")]
    pub(in crate::cli) examples: bool,
    /// Also examine benchmarks, which are left out by default
    #[arg(long, help_heading = "Target selection")]
    pub(in crate::cli) benches: bool,
    /// All of these
    #[arg(long, help_heading = "Target selection")]
    pub(in crate::cli) all_targets: bool,
}

/// Cargo's messages before ours.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct CargoArgs {
    /// First run this command of cargo (which runs build scripts) and pass its messages on, so that an editor shows both
    #[arg(long, value_name = "COMMAND", value_enum, help_heading = "Cargo")]
    pub(in crate::cli) with: Option<WithArg>,
    /// How messages are written, in cargo's words
    #[arg(long, value_name = "FORMAT", value_enum, conflicts_with = "format", help_heading = "Cargo")]
    pub(in crate::cli) message_format: Option<MessageFormatArg>,
    /// Arguments for the command of `--with`
    #[arg(last = true, value_name = "ARGS", requires = "with", help_heading = "Cargo")]
    pub(in crate::cli) arguments: Vec<OsString>,
}

/// `--with`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum WithArg {
    /// `cargo check`
    Check,
    /// `cargo clippy`
    Clippy,
}

/// `--message-format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum MessageFormatArg {
    /// As `--format pretty`
    Human,
    /// As `--format short`
    Short,
    /// As `--format cargo`
    #[value(alias = "cargo", alias = "json-diagnostic-short", alias = "json-diagnostic-rendered-ansi")]
    Json,
}

impl MessageFormatArg {
    /// Our word for it.
    pub(in crate::cli) const fn format(self) -> Format {
        match self {
            Self::Human => Format::Pretty,
            Self::Short => Format::Short,
            Self::Json => Format::Cargo,
        }
    }
}
