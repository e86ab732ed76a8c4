//! Asks the `git` program what changed since a base. Writes nothing, takes no locks, runs nothing of the repository.

use crate::base::{RelPath, SourceText};
use crate::finding::Problem;
use crate::policy::{Change, ChangedFile, read_patch};
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Settings of a repository that would run programs, change the text of a patch or ask the network, laid aside.
const ASIDE: [&str; 8] = [
    "-c",
    "core.quotepath=off",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "diff.noprefix=false",
    "-c",
    "diff.relative=false",
];

/// What a hook of git says of its own repository; `folder` alone decides here.
const HOOK_VARIABLES: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// What differs between the files below `folder`, as they are on disk, and the commit at which `reference` and `HEAD`
/// parted. Files that git does not know yet are new.
///
/// # Errors
/// Where git is missing, knows no such commit, or has no commit that both come from.
pub fn changes_since(folder: &Path, reference: &str) -> Result<Change, Problem> {
    let git = Git { folder };
    let prefix = git.prefix()?;
    let base = git.merge_base(reference)?;
    let arguments = [
        "diff",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules",
        "--find-renames",
        "--unified=0",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        &base,
        "--",
    ];
    let patch = git.answer(&arguments)?;
    let against = format!("{reference} (merge base {})", base.get(..10).unwrap_or(&base));
    let patch = SourceText::new(RelPath::new("git diff"), String::from_utf8_lossy(&patch));
    let mut change = read_patch(&patch, against)?.below(&RelPath::new(&prefix));
    let unknown = git.answer(&["ls-files", "--others", "--exclude-standard", "-z"])?;
    for path in unknown.split(|byte| *byte == 0).filter(|path| !path.is_empty()) {
        change.files.insert(RelPath::new(&String::from_utf8_lossy(path)), ChangedFile::whole());
    }
    Ok(change)
}

/// The folder's path below the root of the repository around it; `None` outside of one. Runs no program.
#[must_use]
pub fn repository_prefix(folder: &Path) -> Option<RelPath> {
    let root = folder.ancestors().find(|folder| folder.join(".git").exists())?;
    Some(RelPath::new(&folder.strip_prefix(root).ok()?.to_string_lossy()))
}

/// The repository around a folder.
struct Git<'a> {
    folder: &'a Path,
}

impl Git<'_> {
    fn run(&self, arguments: &[&str]) -> Result<Output, Problem> {
        let mut command = Command::new("git");
        command.args(ASIDE).args(arguments).current_dir(self.folder).stdin(Stdio::null());
        for name in HOOK_VARIABLES {
            command.env_remove(name);
        }
        command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
        command.env("LC_ALL", OsStr::new("C"));
        command.output().map_err(|error| {
            let message = match error.kind() {
                std::io::ErrorKind::NotFound => "there is no `git` program".to_owned(),
                _ => format!("`git` does not start: {error}"),
            };
            Problem::new(message).help("install git, or give the change as a patch with `--diff-file`")
        })
    }

    /// What git prints.
    fn answer(&self, arguments: &[&str]) -> Result<Vec<u8>, Problem> {
        let output = self.run(arguments)?;
        if output.status.success() { Ok(output.stdout) } else { Err(refused(arguments, &output)) }
    }

    /// The first line that git prints; `None` where it refuses.
    fn line(&self, arguments: &[&str]) -> Result<Option<String>, Problem> {
        let output = self.run(arguments)?;
        let text = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or("").to_owned();
        Ok((output.status.success() && !text.is_empty()).then_some(text))
    }

    /// The folder's path below the root of the repository.
    fn prefix(&self) -> Result<String, Problem> {
        let output = self.run(&["rev-parse", "--is-inside-work-tree", "--show-prefix"])?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match (output.status.success(), text.split_once('\n')) {
            (true, Some(("true", prefix))) => Ok(prefix.trim_end_matches('\n').to_owned()),
            _ => {
                let told = told(&output);
                let is_other = told.is_empty() || told.contains("not a git repository");
                let cause = if is_other { String::new() } else { format!(": {told}") };
                let message = format!("`{}` is in no working tree of git{cause}", self.folder.display());
                Err(Problem::new(message)
                    .help("run it inside the clone, or give the change as a patch with `--diff-file`"))
            }
        }
    }

    fn is_shallow(&self) -> Result<bool, Problem> {
        Ok(self.line(&["rev-parse", "--is-shallow-repository"])?.is_some_and(|answer| answer == "true"))
    }

    fn commit(&self, reference: &str) -> Result<Option<String>, Problem> {
        let commit = format!("{reference}^{{commit}}");
        self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])
    }

    /// The commit at which `reference` and `HEAD` parted.
    fn merge_base(&self, reference: &str) -> Result<String, Problem> {
        let Some(commit) = self.commit(reference)? else { return Err(self.unknown(reference)?) };
        if self.commit("HEAD")?.is_none() {
            let problem = Problem::new("the repository has no commit yet");
            return Err(problem.help("commit first, or scan without `--diff-base`"));
        }
        match self.line(&["merge-base", &commit, "HEAD"])? {
            Some(base) => Ok(base),
            None if self.is_shallow()? => {
                let message =
                    format!("this clone is too shallow to see where `{reference}` and `HEAD` parted");
                Err(Problem::new(message).help(DEEPEN))
            }
            None => {
                let message = format!("`{reference}` and `HEAD` have no commit in common");
                Err(Problem::new(message).help("name a branch of the same history"))
            }
        }
    }

    /// Why there is no such commit.
    fn unknown(&self, reference: &str) -> Result<Problem, Problem> {
        let remote = format!("origin/{reference}");
        let help = if self.is_shallow()? {
            format!("this clone is shallow: {DEEPEN}")
        } else if self.commit(&remote)?.is_some() {
            format!("did you mean `{remote}`?")
        } else {
            format!(
                "name a branch, tag or commit that is here; `git fetch origin {}` brings one from the server",
                reference.strip_prefix("origin/").unwrap_or(reference)
            )
        };
        Ok(Problem::new(format!("git knows no commit `{reference}`")).help(help))
    }
}

const DEEPEN: &str =
    "set `fetch-depth: 0` for `actions/checkout` (`GIT_DEPTH: 0` in GitLab), or run `git fetch --unshallow`";

/// What git complains of, on one line.
fn told(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    line.trim_start_matches("fatal: ").trim_start_matches("error: ").trim().to_owned()
}

fn refused(arguments: &[&str], output: &Output) -> Problem {
    let word = arguments.first().copied().unwrap_or("");
    Problem::new(format!("`git {word}` failed: {}", told(output)))
        .help("run the same in the scanned folder to see why")
}
