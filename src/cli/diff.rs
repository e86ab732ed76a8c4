//! `--diff-base` and `--diff-file`: what changed, told below the scanned folder. Limits nothing.

use crate::base::{RelPath, SourceText};
use crate::cli::args::{DiffArgs, DiffScopeArg};
use crate::finding::Problem;
use crate::policy::{Change, DiffScope, read_patch};
use crate::scan::{changes_since, repository_prefix};
use std::io::Read;
use std::path::Path;

/// Bytes above which a file is no patch.
const MAX_BYTES: u64 = 256 << 20;

/// The change that was asked for; `None` where all of the code counts.
///
/// # Errors
/// Where git, the reference or the patch says nothing.
pub(super) fn read(args: &DiffArgs, folder: &Path) -> Result<Option<Change>, Problem> {
    match (&args.diff_base, &args.diff_file) {
        (Some(reference), _) => changes_since(folder, reference).map(Some),
        (None, Some(path)) => of_patch(path, folder).map(Some),
        (None, None) if args.diff_scope.is_some() => {
            let problem =
                Problem::new("`--diff-scope` says how far a change reaches, and no change is named");
            Err(problem.help("add `--diff-base REF` or `--diff-file PATCH`"))
        }
        (None, None) => Ok(None),
    }
}

/// How far the change reaches.
pub(super) const fn scope(args: &DiffArgs) -> DiffScope {
    match args.diff_scope {
        Some(DiffScopeArg::Lines) => DiffScope::Lines,
        Some(DiffScopeArg::Items) | None => DiffScope::Items,
        Some(DiffScopeArg::Files) => DiffScope::Files,
    }
}

/// Paths of a patch count from the root of the repository, or from the scanned folder where they are there.
fn of_patch(path: &Path, folder: &Path) -> Result<Change, Problem> {
    let source = text(path)?;
    let change = read_patch(&source, source.path().to_string())?;
    let is_there = |change: &Change| change.files.keys().any(|path| folder.join(path.as_str()).is_file());
    let prefix = repository_prefix(folder).unwrap_or_else(|| RelPath::new(""));
    let below = change.clone().below(&prefix);
    if is_there(&below) || change.files.is_empty() {
        return Ok(below);
    }
    if is_there(&change) {
        return Ok(change);
    }
    let root = folder.ancestors().nth(prefix.parts().count()).unwrap_or(folder);
    if change.files.keys().any(|path| root.join(path.as_str()).is_file()) {
        return Ok(below);
    }
    let first = change.files.keys().next().map(RelPath::to_string).unwrap_or_default();
    let message = format!("none of its {} files is there, such as `{first}`", change.files.len());
    let help = "scan the folder that its paths count from, at the commit that it leads to";
    Err(Problem::in_file(source.path(), message).help(help))
}

fn text(path: &Path) -> Result<SourceText, Problem> {
    let shown = if path == Path::new("-") { "stdin".into() } else { path.to_string_lossy() };
    let shown = RelPath::named(&shown);
    let problem = |message: String| {
        Problem::in_file(&shown, message)
            .help("name a patch that `git diff` or `diff -u` wrote, or `-` for stdin")
    };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| problem(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(problem("is larger than 256 MiB".to_owned()));
    }
    // A patch may touch texts in any encoding; only paths and counts are read from it.
    Ok(SourceText::new(shown, String::from_utf8_lossy(&bytes)))
}
