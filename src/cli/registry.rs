//! `patscan registry`: writes the registry page of documents, or says how a page differs from them.

use crate::cli::args::{CheckArgs, CommonArgs, RegistryArgs};
use crate::cli::check;
use crate::cli::docs::Documents;
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::output;
use crate::cli::patch::unified;
use crate::cli::session::Session;
use crate::cli::setup::working_folder;
use crate::finding::Problem;
use crate::pattern::{Pattern, listing, page};
use crate::policy::{Report, StatementCount};
use crate::report::{state_counts, visible_text};
use crate::scan::plain;
use std::path::{Path, PathBuf};

pub(super) fn run(args: &RegistryArgs) -> Ending {
    let session = Session::new(args.run.color);
    match written(args) {
        Ok((text, problems)) => {
            session.tell_problems(&problems);
            match finish(args, session, &text) {
                Ending::Fine if !problems.is_empty() => Ending::Refused,
                ending => ending,
            }
        }
        Err(problems) => {
            session.tell_problems(&problems);
            Ending::Refused
        }
    }
}

/// The page, and what could not be read for it.
fn written(args: &RegistryArgs) -> Result<(String, Vec<Problem>), Vec<Problem>> {
    let working = working_folder()?;
    let read = Documents::read(&args.documents, usize::from(args.run.threads))?;
    let report = args.code.as_ref().map(|code| scanned(args, code)).transpose()?;
    let target = working.join(args.output.as_deref().unwrap_or(Path::new("registry.md")));
    let folder = target.parent().unwrap_or(&working);
    let own: Vec<_> = read
        .documents
        .iter()
        .filter(|document| absolute(&working, &document.page.disk) != plain(&target))
        .collect();
    let patterns: Vec<&Pattern> = own.iter().map(|document| &document.pattern).collect();
    let link = |pattern: &Pattern| {
        let disk = own.iter().find(|document| document.pattern.path == pattern.path);
        let disk = disk.map_or(PathBuf::new(), |document| absolute(&working, &document.page.disk));
        relative(&plain(folder), &disk)
    };
    let code = |pattern: &Pattern| report.as_ref().map(|report| states(report, pattern));
    Ok((page(&listing(&patterns, &link, &code)), read.problems))
}

/// Scans `code` with the documents bound.
fn scanned(args: &RegistryArgs, code: &Path) -> Result<Report, Vec<Problem>> {
    let common = CommonArgs {
        patterns: args.documents.clone(),
        config: args.config.clone(),
        run: args.run,
        ..CommonArgs::default()
    };
    let args = CheckArgs { paths: vec![code.to_path_buf()], common, ..CheckArgs::default() };
    let (report, _) = check::report(&args)?;
    if report.is_broken { Err(report.problems) } else { Ok(report) }
}

/// Counts of the states of one document's statements, such as `1 fail, 3 pass`.
fn states(report: &Report, pattern: &Pattern) -> String {
    let is_own = |statement: &&StatementCount| statement.path == pattern.path;
    let counts = state_counts(report.statements.iter().filter(is_own));
    if counts.is_empty() { "no statement".to_owned() } else { counts }
}

fn absolute(working: &Path, path: &Path) -> PathBuf {
    plain(&working.join(path))
}

/// The link from a page in `folder` to `file`, with `/` between its parts and blanks escaped.
fn relative(folder: &Path, file: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), file.components().collect());
    let n_same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(n_same).map(|_| "..".to_owned());
    let down = to.iter().skip(n_same).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let link = up.chain(down).collect::<Vec<_>>().join("/");
    link.replace('%', "%25").replace(' ', "%20").replace('(', "%28").replace(')', "%29").replace('#', "%23")
}

fn finish(args: &RegistryArgs, session: Session, text: &str) -> Ending {
    let Some(path) = &args.output else {
        return match session.print(|out| out.write_all(text.as_bytes())) {
            Ok(()) => Ending::Fine,
            Err(error) => refuse_output(session, &error),
        };
    };
    if args.check {
        return compare(session, path, text);
    }
    match output::save(path, |out| out.write_all(text.as_bytes())) {
        Ok(()) => Ending::Fine,
        Err(problem) => {
            session.tell_problems(&[problem]);
            Ending::Refused
        }
    }
}

fn compare(session: Session, path: &Path, text: &str) -> Ending {
    let on_disk = match std::fs::read_to_string(path) {
        Ok(on_disk) => on_disk,
        Err(error) => {
            let problem = Problem::new(format!("`{}` cannot be read: {error}", path.display()));
            session.tell_problems(&[problem.help("write it without `--check` first")]);
            return Ending::Refused;
        }
    };
    if on_disk == text {
        return Ending::Fine;
    }
    let shown = path.display().to_string();
    let diff = unified((&shown, &on_disk), ("the documents", text));
    if let Err(error) = session.print(|out| write!(out, "{}", visible_text(&diff))) {
        return refuse_output(session, &error);
    }
    session.complain(&format!("`{shown}` is not what the documents give; run `patscan registry` and commit"));
    Ending::Findings
}

#[cfg(test)]
mod tests {
    use super::relative;
    use std::path::Path;

    #[test]
    fn links_count_from_the_folder_of_the_page() {
        for (folder, file, link) in [
            ("/w/docs", "/w/docs/a b.md", "a%20b.md"),
            ("/w/docs", "/w/docs/p/a.md", "p/a.md"),
            ("/w/docs/x", "/w/p/a.md", "../../p/a.md"),
        ] {
            assert_eq!(relative(Path::new(folder), Path::new(file)), link);
        }
    }
}
