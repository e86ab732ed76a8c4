//! `patscan docs`: judges pattern documents as documents. Reads and writes; the rules live in `pattern`.

mod explain;
mod write;

use crate::cli::args::{DocsArgs, DocsFormatArg};
use crate::cli::check::fail_on_of;
use crate::cli::config::{self, Config};
use crate::cli::document::{Files, readers};
use crate::cli::ending::{Ending, refuse_output};
use crate::cli::session::Session;
use crate::cli::setup::working_folder;
use crate::finding::Problem;
use crate::pattern::{Lint, LintId, Pattern, ReadDocument, lint, read};
use crate::scan::Page;
use std::path::{Path, PathBuf};

/// A document on disk, read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) page: Page,
    pub(super) pattern: Pattern,
    /// What was wrong while it was read.
    pub(super) problems: Vec<Problem>,
}

/// All documents, and what could not be read.
#[derive(Debug, Default)]
pub(super) struct Documents {
    pub(super) documents: Vec<Read>,
    pub(super) problems: Vec<Problem>,
}

impl Documents {
    /// Finds and reads documents.
    ///
    /// # Errors
    /// Where there is none.
    pub(super) fn read(paths: &[PathBuf], n_threads: usize) -> Result<Self, Vec<Problem>> {
        let files = Files::find(paths, &working_folder()?);
        let pool = readers(n_threads).map_err(|problem| vec![problem])?;
        let pages: Vec<Page> = files.documents.into_iter().map(|(page, _)| page).collect();
        let weight = |page: &Page| page.source.text().len() as u64;
        let patterns = pool.map(&pages, weight, |page| read(&page.source));
        let mut all = Self { documents: Vec::new(), problems: files.problems };
        for (page, pattern) in pages.into_iter().zip(patterns) {
            match pattern {
                Ok((pattern, problems)) => all.documents.push(Read { page, pattern, problems }),
                Err(panicked) => all.problems.push(panicked.problem(page.source.path())),
            }
        }
        if all.documents.is_empty() {
            let none =
                Problem::new("there is no document to read").help("name Markdown files or folders of them");
            return Err(if all.problems.is_empty() { vec![none] } else { all.problems });
        }
        Ok(all)
    }

    /// Everything that is wrong with the documents, weighed as `config` says.
    pub(super) fn lints(&self, config: &Config) -> Vec<Lint> {
        let documents: Vec<ReadDocument<'_>> = self.documents.iter().map(Read::view).collect();
        let exists = |idx: usize, target: &str| {
            self.documents.get(idx).is_some_and(|document| is_there(&document.page.disk, target))
        };
        let mut lints = lint(&documents, &exists);
        lints.retain_mut(|lint| match weight(config, lint.id) {
            None => true,
            Some(None) => false,
            Some(Some(severity)) => {
                lint.severity = severity;
                true
            }
        });
        lints
    }
}

impl Read {
    fn view(&self) -> ReadDocument<'_> {
        ReadDocument { source: &self.page.source, pattern: &self.pattern, problems: &self.problems }
    }
}

/// What the configuration says of a rule; the last row wins.
fn weight(config: &Config, id: LintId) -> Option<Option<crate::finding::Severity>> {
    config.docs.iter().rev().find(|(known, _)| *known == id).map(|(_, weight)| *weight)
}

/// Whether the file that `document` links as `target` is on disk; sites also name pages without `.md` or by their folder.
fn is_there(document: &Path, target: &str) -> bool {
    let path = document.parent().unwrap_or(Path::new("")).join(unescaped(target));
    let page = PathBuf::from(format!("{}.md", path.to_string_lossy().trim_end_matches('/')));
    path.exists() || page.is_file()
}

/// `%20` as a blank, and the like; other bytes stay.
fn unescaped(target: &str) -> String {
    let mut bytes = Vec::with_capacity(target.len());
    let mut rest = target.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code =
            tail.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        let code = code.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn run(args: &DocsArgs) -> Ending {
    let session = Session::new(args.run.color);
    match judged(args) {
        Ok((documents, config)) => finish(args, session, &documents, &config),
        Err(problems) => {
            session.tell_problems(&problems);
            Ending::Refused
        }
    }
}

fn judged(args: &DocsArgs) -> Result<(Documents, Config), Vec<Problem>> {
    let (config, problems) = config::load(&working_folder()?, args.config.file.as_deref());
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok((Documents::read(&args.documents, usize::from(args.run.threads))?, config))
}

fn finish(args: &DocsArgs, session: Session, documents: &Documents, config: &Config) -> Ending {
    let lints = documents.lints(config);
    let written = session.print(|out| {
        if args.explain && args.format != DocsFormatArg::Json {
            explain::write(documents, session.out_color, out)?;
        }
        match args.format {
            DocsFormatArg::Pretty => write::pretty(documents, &lints, session.out_color, out),
            DocsFormatArg::Short => write::short(&lints, session.out_color, out),
            DocsFormatArg::Json => write::json(documents, &lints, out),
        }
    });
    if let Err(error) = written {
        return refuse_output(session, &error);
    }
    session.tell_problems(&documents.problems);
    let fail_on = args.fail_on.map(fail_on_of).or(config.fail_on).unwrap_or_default();
    if lints.iter().any(|lint| fail_on.is_reached_at(lint.severity)) {
        Ending::Findings
    } else if documents.problems.is_empty() {
        Ending::Fine
    } else {
        Ending::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::{is_there, unescaped};

    #[test]
    fn a_link_may_be_escaped_and_leave_its_ending_away() {
        assert_eq!(unescaped("a%20b%2.md"), "a b%2.md");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a b.md"), "").expect("a file");
        let document = folder.path().join("c.md");
        for (target, expected) in [("a%20b.md", true), ("a b/", true), ("./a b", true), ("a.md", false)] {
            assert_eq!(is_there(&document, target), expected, "{target}");
        }
    }
}
