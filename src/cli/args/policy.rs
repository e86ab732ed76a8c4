//! Arguments of what is permitted, known or out of view: baseline, waivers, diff. Does nothing of it.

use super::{CommonArgs, SelectionArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `--diff-…`: only what a change touches is told.
#[derive(Args, Debug, Default)]
pub(in crate::cli) struct DiffArgs {
    /// Report only what changed since this branch or commit parted from `HEAD`, uncommitted work included
    #[arg(long, value_name = "REF", conflicts_with = "diff_file", help_heading = "What fails")]
    pub(in crate::cli) diff_base: Option<String>,
    /// Report only what this patch changes; `-` reads it from stdin
    #[arg(long, value_name = "PATCH", help_heading = "What fails")]
    pub(in crate::cli) diff_file: Option<PathBuf>,
    /// How far a change reaches [default: items]
    #[arg(long, value_enum, value_name = "SCOPE", help_heading = "What fails")]
    pub(in crate::cli) diff_scope: Option<DiffScopeArg>,
}

/// `--diff-scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DiffScopeArg {
    /// The changed lines
    Lines,
    /// The items that hold changed lines, and what reads a changed message
    Items,
    /// The files that hold changed lines
    Files,
}

/// Arguments of `baseline`.
#[derive(Args, Debug)]
pub(in crate::cli) struct BaselineArgs {
    /// What to do
    #[arg(value_enum)]
    pub(in crate::cli) task: BaselineTask,
    /// The folder to scan [default: .]
    pub(in crate::cli) path: Option<PathBuf>,
    /// The file [default: what `patscan.toml` says, or `patscan-baseline.json` in the scanned folder]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) selection: SelectionArgs,
    #[command(flatten)]
    pub(in crate::cli) common: CommonArgs,
}

/// What to do with a baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum BaselineTask {
    /// Scan and write all findings
    Write,
    /// Say what is new and what is gone; fails where something is new
    Check,
    /// Drop what is gone; never adds
    Shrink,
}

/// Arguments of `waivers`.
#[derive(Args, Debug)]
pub(in crate::cli) struct WaiversArgs {
    /// The folder to scan [default: .]
    pub(in crate::cli) path: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) selection: SelectionArgs,
    #[command(flatten)]
    pub(in crate::cli) common: CommonArgs,
}
