//! Arguments of what is permitted, known, out of view or set: baseline, waivers, diff, configuration. Does nothing of it.

use super::{CommonArgs, SelectionArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `--diff-…`: only what a change touches is told.
#[derive(Args, Clone, Debug, Default)]
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
    #[arg(value_enum, value_name = "write|check|shrink")]
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
    /// How the ledger is written
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: LedgerFormatArg,
    #[command(flatten)]
    pub(in crate::cli) selection: SelectionArgs,
    #[command(flatten)]
    pub(in crate::cli) common: CommonArgs,
}

/// `waivers --format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LedgerFormatArg {
    /// One line for each waiver
    #[default]
    Table,
    /// One JSON document
    Json,
}

/// Arguments of `waive`.
#[derive(Args, Debug)]
pub(in crate::cli) struct WaiveArgs {
    /// Files or folders, or single findings as `FILE:LINE` [default: .]
    #[arg(value_name = "PATH[:LINE]")]
    pub(in crate::cli) places: Vec<String>,
    /// The check whose findings are permitted (repeatable)
    #[arg(long = "check", value_name = "ID", required = true)]
    pub(in crate::cli) checks: Vec<String>,
    /// Why the code may stay as it is
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) reason: String,
    /// The last day on which it may, such as `2027-01-31`
    #[arg(long, value_name = "DAY")]
    pub(in crate::cli) until: Option<String>,
    /// Write nothing; show what would change
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) common: CommonArgs,
}

/// Arguments of `config`.
#[derive(Args, Debug)]
pub(in crate::cli) struct ConfigArgs {
    /// The folder that would be scanned [default: .]
    pub(in crate::cli) path: Option<PathBuf>,
    /// Say what a key means, what it takes and where it is set
    #[arg(long, value_name = "KEY")]
    pub(in crate::cli) explain: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) common: CommonArgs,
}

/// Arguments of `init`.
#[derive(Args, Debug)]
pub(in crate::cli) struct InitArgs {
    /// The folder of the service [default: .]
    pub(in crate::cli) path: Option<PathBuf>,
    /// Also write a baseline of what is found today
    #[arg(long)]
    pub(in crate::cli) baseline: bool,
    /// Overwrite what is there
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// Write nothing; print the configuration
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) common: CommonArgs,
}

/// Arguments of `schema`.
#[derive(Args, Debug)]
pub(in crate::cli) struct SchemaArgs {
    /// Of what
    #[arg(value_enum, default_value_t)]
    pub(in crate::cli) of: SchemaArg,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SchemaArg {
    /// Checks
    #[default]
    Checks,
    /// `patscan.toml`
    Config,
}
