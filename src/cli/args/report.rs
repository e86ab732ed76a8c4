//! What can be asked of reports for reviewers. Does nothing of it.

use crate::cli::args::{CommonArgs, DiffArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `report`.
#[derive(Args, Debug)]
pub(in crate::cli) struct ReportArgs {
    /// Files or folders to scan [default: .]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: ReportFormatArg,
    /// Write to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Also say what changed since this JSON report
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) against: Option<PathBuf>,
    /// Write the states of this pattern document's statements into it, between markers; with `-o` into a copy
    #[arg(long, value_name = "DOC", conflicts_with_all = ["format", "against"])]
    pub(in crate::cli) into: Option<PathBuf>,
    /// The findings that were there before [default: what `patscan.toml` says, or `patscan-baseline.json` in the scanned
    /// folder where it is there]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Leave the baseline aside
    #[arg(long, conflicts_with = "baseline")]
    pub(in crate::cli) no_baseline: bool,
    #[command(flatten)]
    pub(in crate::cli) common: CommonArgs,
}

/// `report --format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ReportFormatArg {
    /// One file for the browser
    #[default]
    Html,
    /// Tables of statements
    Markdown,
    /// One JSON document
    Json,
}

/// Arguments of `brief`.
#[derive(Args, Debug)]
pub(in crate::cli) struct BriefArgs {
    /// The folder to scan [default: .]
    pub(in crate::cli) path: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) diff: DiffArgs,
    #[command(flatten)]
    pub(in crate::cli) common: CommonArgs,
}
