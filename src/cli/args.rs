//! What can be asked on the command line. Does nothing of it.

mod cargo;
mod policy;
mod report;

use crate::report::Format;
use clap::builder::PossibleValue;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

pub(super) use cargo::{CargoArgs, MessageFormatArg, SelectionArgs, TargetArgs, WithArg};
pub(super) use policy::{
    BaselineArgs, BaselineTask, ConfigArgs, DiffArgs, DiffScopeArg, InitArgs, LedgerFormatArg, SchemaArg,
    SchemaArgs, WaiveArgs, WaiversArgs,
};
pub(super) use report::{BriefArgs, ReportArgs, ReportFormatArg};

/// What stands below the help of the program.
const AFTER_HELP: &str = "\
Examples:
  patscan                                    scan the working folder
  patscan --format github --output sarif=patscan.sarif
                                             annotate a build, and keep a report
  patscan explain unbounded-channel          why a check exists, and its remedy
  patscan baseline write                     from now on only what is new fails

Exit codes: 0 conforms, 1 findings at or above the threshold, 2 patscan could
not do what was asked.";

/// Checks Rust services against architecture patterns.
#[derive(Debug, Parser)]
#[command(
    name = "patscan",
    version,
    args_conflicts_with_subcommands = true,
    after_help = AFTER_HELP
)]
pub(super) struct Cli {
    /// What to do; `check` where nothing is named.
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// The arguments of a bare `patscan`.
    #[command(flatten)]
    pub(super) check: CheckArgs,
}

/// The names of all commands.
pub(super) fn command_names() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

impl Cli {
    /// The package selection of the command, where it has one.
    pub(super) const fn selection(&mut self) -> Option<&mut SelectionArgs> {
        match &mut self.command {
            None => Some(&mut self.check.selection),
            Some(Command::Check(args)) => Some(&mut args.selection),
            Some(Command::Baseline(args)) => Some(&mut args.selection),
            Some(Command::Waivers(args)) => Some(&mut args.selection),
            Some(
                Command::Compile(_)
                | Command::Docs(_)
                | Command::Registry(_)
                | Command::Report(_)
                | Command::Brief(_)
                | Command::Explain(_)
                | Command::List(_)
                | Command::New(_)
                | Command::Inspect(_)
                | Command::Test(_)
                | Command::Schema(_)
                | Command::Waive(_)
                | Command::Config(_)
                | Command::Init(_)
                | Command::Completions(_)
                | Command::Man(_),
            ) => None,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Scan code and report findings (the default)
    Check(CheckArgs),
    /// Turn pattern documents into rule sets
    Compile(CompileArgs),
    /// Check pattern documents themselves: layout, head, links, counts
    Docs(DocsArgs),
    /// Write the registry page of pattern documents
    Registry(RegistryArgs),
    /// Write the conformance report for reviewers
    Report(ReportArgs),
    /// List the patterns that a change touches
    Brief(BriefArgs),
    /// Show a check's page, or what it makes of a place
    Explain(ExplainArgs),
    /// List all checks
    List(ListArgs),
    /// Write a pattern document to start from
    New(NewArgs),
    /// Show what is known about a file or line: paths, roles, types
    Inspect(InspectArgs),
    /// Run the examples of checks
    Test(TestArgs),
    /// Print the JSON Schema of checks or of the configuration, for editors
    Schema(SchemaArgs),
    /// Write, check or shrink the list of known findings
    Baseline(BaselineArgs),
    /// List all waivers, and what each came to
    Waivers(WaiversArgs),
    /// Write waiver comments for findings that are there
    Waive(WaiveArgs),
    /// Show the configuration in force, or what a key means
    Config(ConfigArgs),
    /// Write a configuration to start from
    Init(InitArgs),
    /// Print what a shell needs to complete arguments
    Completions(CompletionsArgs),
    /// Print or write the manual pages
    Man(ManArgs),
}

/// Arguments of `check`.
#[derive(Args, Debug, Default)]
pub(super) struct CheckArgs {
    /// Files or folders to scan [default: .]
    pub(super) paths: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(super) format: Format,
    /// Also write a report to a file, as `FORMAT=PATH` (repeatable)
    #[arg(long, value_name = "FORMAT=PATH", value_parser = output_of, help_heading = "Output")]
    pub(super) output: Vec<(Format, PathBuf)>,
    /// Fail from this severity on [default: error, or what `patscan.toml` says]
    #[arg(long, value_enum, help_heading = "What fails")]
    pub(super) fail_on: Option<FailOnArg>,
    /// Run only this check (repeatable)
    #[arg(long = "check", value_name = "ID", help_heading = "Checks and documents")]
    pub(super) only: Vec<String>,
    /// The findings that were there before [default: what `patscan.toml` says, or `patscan-baseline.json` in the scanned
    /// folder where it is there]
    #[arg(long, value_name = "FILE", help_heading = "What fails")]
    pub(super) baseline: Option<PathBuf>,
    /// Leave the baseline aside
    #[arg(long, conflicts_with = "baseline", help_heading = "What fails")]
    pub(super) no_baseline: bool,
    #[command(flatten)]
    pub(super) diff: DiffArgs,
    /// Change the code where a fix is certain, then report what is left
    #[arg(long)]
    pub(super) fix: bool,
    /// Print what `--fix` would change as a diff, and change nothing
    #[arg(long, requires = "fix")]
    pub(super) dry_run: bool,
    /// Also apply fixes that a person should look at
    #[arg(long, requires = "fix")]
    pub(super) unsafe_fixes: bool,
    /// Only findings, no summary
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub(super) quiet: bool,
    /// Also say which checks did not apply, and why
    #[arg(short, long, help_heading = "Output")]
    pub(super) verbose: bool,
    /// Print to stderr where the time went
    #[arg(long, help_heading = "Output")]
    pub(super) timings: bool,
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    #[command(flatten)]
    pub(super) cargo: CargoArgs,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

impl CheckArgs {
    /// The format that was asked for in our words or in cargo's.
    pub(super) fn format(&self) -> Format {
        self.cargo.message_format.map_or(self.format, MessageFormatArg::format)
    }
}

/// Arguments of `compile`.
#[derive(Args, Debug)]
pub(super) struct CompileArgs {
    /// Documents, or folders of them
    #[arg(required = true, value_name = "DOCS")]
    pub(super) documents: Vec<PathBuf>,
    /// Write one rule set for each document into this folder
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    /// What is written to stdout
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(super) format: CompileFormatArg,
    /// Also list the statements that nothing judges
    #[arg(short, long, help_heading = "Output")]
    pub(super) verbose: bool,
    /// Write nothing; fail with a diff where a rule set is not what its document compiles to
    #[arg(long, requires = "output", conflicts_with = "accept")]
    pub(super) check: bool,
    /// Write the proposals into the documents, or those of one statement
    #[arg(long, value_name = "STATEMENT", num_args = 0..=1, require_equals = true)]
    pub(super) accept: Option<Option<String>>,
    /// Also know the checks of this file or folder (repeatable)
    #[arg(long, value_name = "PATH", help_heading = "Checks and documents")]
    pub(super) rules: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) run: RunArgs,
}

/// Arguments of `new`.
#[derive(Args, Debug)]
pub(super) struct NewArgs {
    #[command(subcommand)]
    pub(super) thing: NewThing,
}

/// What can be started.
#[derive(Debug, Subcommand)]
pub(super) enum NewThing {
    /// A pattern document, in the working folder
    Pattern {
        /// Its name, such as `Order intake` or `007 Order intake`
        name: String,
        /// Its layout
        #[arg(long, value_enum, default_value_t)]
        template: TemplateArg,
    },
}

/// `new pattern --template`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum TemplateArg {
    /// Invariants, guidance, checklist
    #[default]
    Numbered,
    /// Front matter with a tier, five levels, pitfalls
    Tiered,
    /// A system design guide with numbered sections
    Guide,
}

/// `compile --format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum CompileFormatArg {
    /// A line for each document, then the proposals
    #[default]
    Table,
    /// The rule sets
    Yaml,
    /// One JSON document
    Json,
}

/// Arguments of `docs`.
#[derive(Args, Debug)]
pub(super) struct DocsArgs {
    /// Documents, or folders of them
    #[arg(required = true, value_name = "DOCS")]
    pub(super) documents: Vec<PathBuf>,
    /// Say for each document how it was read: layout and why, id, status, tier, statements
    #[arg(long, help_heading = "Output")]
    pub(super) explain: bool,
    /// How problems are written
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(super) format: DocsFormatArg,
    /// Fail from this severity on [default: error, or what `patscan.toml` says]
    #[arg(long, value_enum, help_heading = "What fails")]
    pub(super) fail_on: Option<FailOnArg>,
    #[command(flatten)]
    pub(super) config: ConfigArg,
    #[command(flatten)]
    pub(super) run: RunArgs,
}

/// `docs --format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum DocsFormatArg {
    /// Lines of the documents with underlined places, and remedies
    #[default]
    Pretty,
    /// One line for each problem
    Short,
    /// One JSON document
    Json,
}

/// Arguments of `registry`.
#[derive(Args, Debug)]
pub(super) struct RegistryArgs {
    /// Documents, or folders of them
    #[arg(required = true, value_name = "DOCS")]
    pub(super) documents: Vec<PathBuf>,
    /// Write the page to this file instead of stdout
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    /// Also scan this code, and say of each pattern what became of its statements
    #[arg(long, value_name = "PATH")]
    pub(super) code: Option<PathBuf>,
    /// Write nothing; fail with a diff where the file is not what the documents give
    #[arg(long, requires = "output")]
    pub(super) check: bool,
    #[command(flatten)]
    pub(super) config: ConfigArg,
    #[command(flatten)]
    pub(super) run: RunArgs,
}

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Args, Debug)]
pub(super) struct ManArgs {
    /// Write one page for each command into this folder, instead of the first to stdout
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
}

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub(super) struct ExplainArgs {
    /// Id of the check
    #[arg(required_unless_present = "language")]
    pub(super) id: Option<String>,
    /// Show how checks are written: every key, selector, predicate and analysis
    #[arg(long, conflicts_with = "id")]
    pub(super) language: bool,
    /// A place, as `FILE:LINE`
    #[arg(value_name = "FILE:LINE")]
    pub(super) place: Option<String>,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

/// Arguments of `list`.
#[derive(Args, Debug)]
pub(super) struct ListArgs {
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

/// Arguments of `inspect`.
#[derive(Args, Debug)]
pub(super) struct InspectArgs {
    /// A file, as `FILE` or `FILE:LINE`
    #[arg(value_name = "FILE[:LINE]")]
    pub(super) place: String,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

/// Arguments of `test`.
#[derive(Args, Debug)]
pub(super) struct TestArgs {
    /// A check, or a folder of checks [default: those built in]
    pub(super) path: Option<PathBuf>,
    /// When to colour
    #[arg(long, value_enum, default_value_t)]
    pub(super) color: ColorArg,
}

/// Arguments that several commands share.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct CommonArgs {
    /// Also use the checks of this file or folder (repeatable)
    #[arg(long, value_name = "PATH", help_heading = "Checks and documents")]
    pub(super) rules: Vec<PathBuf>,
    /// Also use the pattern documents or rule sets of this file or folder (repeatable)
    #[arg(long, value_name = "DIR", help_heading = "Checks and documents")]
    pub(super) patterns: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) config: ConfigArg,
    #[command(flatten)]
    pub(super) run: RunArgs,
}

/// Which configuration holds.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ConfigArg {
    /// Use this configuration instead of `patscan.toml`
    #[arg(long = "config", value_name = "FILE", help_heading = "Checks and documents")]
    pub(super) file: Option<PathBuf>,
}

/// How a command runs, whatever it does.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(super) struct RunArgs {
    /// Number of threads [default: one a core]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(super) threads: u16,
    /// When to colour
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(super) color: ColorArg,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (word, about) = self.words();
        Some(PossibleValue::new(word).help(about))
    }
}

/// Reads `FORMAT=PATH`.
fn output_of(text: &str) -> Result<(Format, PathBuf), String> {
    let Some((format, path)) = text.split_once('=') else {
        return Err("expected `FORMAT=PATH`, such as `sarif=patscan.sarif`".to_owned());
    };
    if path.is_empty() {
        return Err(format!("no path behind `{format}=`"));
    }
    Ok((Format::from_str(format, false)?, PathBuf::from(path)))
}

/// `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOnArg {
    /// Errors only
    Error,
    /// Warnings and errors
    Warning,
    /// Anything
    Note,
    /// Nothing
    Never,
}

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorArg {
    /// Where the output is a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_fit_together() {
        Cli::command().debug_assert();
    }
}
