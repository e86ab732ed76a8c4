//! Pattern documents, their sidecars and compiled rule sets, from disk to bound patterns. Writes and prints nothing.

use crate::base::SourceText;
use crate::cli::day::today;
use crate::cli::place::shown;
use crate::finding::Problem;
use crate::rule::{
    Binder, OpenDocument, OwnCheck, PatternRules, Phrases, RuleSet, is_rule_set, mark_stale, rule_set,
    shared_ids,
};
use crate::scan::{Page, Pool, pages, vocabulary};
use std::path::{Path, PathBuf};

/// Bytes of stack for each thread that reads documents.
const STACK_BYTES: usize = 16 << 20;
/// The end of a sidecar's name.
const SIDECAR: &str = ".patscan.yaml";

/// What was found on disk.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Documents with their sidecars.
    pub(super) documents: Vec<(Page, Option<SourceText>)>,
    /// Compiled rule sets.
    pub(super) sets: Vec<Page>,
    /// What could not be read.
    pub(super) problems: Vec<Problem>,
}

/// One document with its rules.
#[derive(Debug)]
pub(super) struct Compiled {
    /// The document; `None` where a compiled rule set was read.
    pub(super) page: Option<Page>,
    /// Its rules.
    pub(super) rules: PatternRules,
    /// What is wrong with it.
    pub(super) problems: Vec<Problem>,
}

/// All documents with their rules.
#[derive(Debug, Default)]
pub(super) struct Bound {
    /// In the order of their files.
    pub(super) patterns: Vec<Compiled>,
    /// What is wrong beyond one document.
    pub(super) problems: Vec<Problem>,
    /// Documents and rule sets of which nothing could be read.
    pub(super) n_lost: usize,
}

/// Threads that read documents.
///
/// # Errors
/// Where the system gives no threads.
pub(super) fn readers(n_threads: usize) -> Result<Pool, Problem> {
    Pool::new(n_threads, STACK_BYTES)
}

impl Files {
    /// Finds documents, sidecars and rule sets in files and folders.
    pub(super) fn find(paths: &[PathBuf], working: &Path) -> Self {
        let mut files = Self::default();
        for path in paths {
            let path = shown(path, working);
            let (pages, problems) = pages(&path);
            files.problems.extend(problems);
            if path.is_dir() && pages.is_empty() {
                let message = format!("no pattern document in `{}`", path.display());
                files
                    .problems
                    .push(Problem::new(message).help("documents are `.md` files, rule sets `.yaml`"));
            }
            files.sort(pages, path.is_file());
        }
        let mut seen = Vec::new();
        files.documents.retain(|(page, _)| {
            let is_new = !seen.contains(page.source.path());
            seen.push(page.source.path().clone());
            is_new
        });
        files
    }

    fn sort(&mut self, pages: Vec<Page>, is_named: bool) {
        let (sidecars, others): (Vec<Page>, Vec<Page>) =
            pages.into_iter().partition(|page| page.source.path().as_str().ends_with(SIDECAR));
        let mut used = Vec::new();
        for page in others {
            let name = page.source.path().file_name();
            if name.ends_with(".yaml") || name.ends_with(".yml") {
                if is_rule_set(&page.source) {
                    self.sets.push(page);
                } else if is_named {
                    let problem = Problem::in_file(page.source.path(), "this is no rule set");
                    self.problems.push(
                        problem.help("rule sets are written by `patscan compile`; checks go to `--rules`"),
                    );
                }
                continue;
            }
            let beside = page.disk.with_file_name(format!("{}{SIDECAR}", page.source.path().file_stem()));
            let sidecar =
                sidecars.iter().find(|sidecar| sidecar.disk == beside).map(|page| page.source.clone());
            let sidecar = sidecar.or_else(|| self.lone_sidecar(&beside));
            used.push(beside);
            self.documents.push((page, sidecar));
        }
        for sidecar in sidecars.iter().filter(|sidecar| !used.contains(&sidecar.disk)) {
            let problem = Problem::in_file(sidecar.source.path(), "this sidecar has no document");
            let stem = sidecar.source.path().file_name().trim_end_matches(SIDECAR);
            self.problems.push(problem.help(format!("put `{stem}.md` beside it, or remove it")));
        }
    }

    /// The sidecar of a document that was named alone.
    fn lone_sidecar(&mut self, path: &Path) -> Option<SourceText> {
        if !path.is_file() {
            return None;
        }
        let (found, problems) = pages(path);
        self.problems.extend(problems);
        found.into_iter().next().map(|page| page.source)
    }

    /// Reads all documents.
    ///
    /// # Errors
    /// Where the system gives no threads.
    pub(super) fn open(&self, n_threads: usize) -> Result<Opened, Problem> {
        let pool = readers(n_threads)?;
        let words = vocabulary();
        let weight = |(page, _): &(Page, Option<SourceText>)| page.source.text().len() as u64;
        let read = pool.map(&self.documents, weight, |(page, sidecar)| {
            OpenDocument::read(&page.source, sidecar.as_ref(), words)
        });
        let n_lost = self.problems.len();
        let mut opened = Opened { pool, documents: Vec::new(), problems: self.problems.clone(), n_lost };
        for ((page, _), document) in self.documents.iter().zip(read) {
            match document {
                Ok(document) => opened.documents.push((page.clone(), document)),
                Err(panicked) => {
                    opened.n_lost += 1;
                    opened.problems.push(panicked.problem(page.source.path()));
                }
            }
        }
        Ok(opened)
    }
}

/// Documents that were read and not yet bound.
#[derive(Debug)]
pub(super) struct Opened {
    pool: Pool,
    /// The documents.
    pub(super) documents: Vec<(Page, OpenDocument)>,
    /// What could not be read.
    pub(super) problems: Vec<Problem>,
    n_lost: usize,
}

impl Opened {
    /// The whole checks of all fences.
    pub(super) fn own_checks(&self) -> Vec<OwnCheck> {
        self.documents.iter().flat_map(|(_, document)| document.own_checks()).collect()
    }

    /// Binds all documents; the checks of their fences are added to `rules` first.
    pub(super) fn bind(self, rules: &mut RuleSet) -> Bound {
        let own = self.own_checks().into_iter().map(|own| own.rule).collect();
        let taken = rules.extend(RuleSet { rules: own });
        let phrases = Phrases::of(rules);
        let binder = Binder { rules, phrases: &phrases, today: today() };
        let weight = |(page, _): &(Page, OpenDocument)| page.source.text().len() as u64;
        let bound = self.pool.map(&self.documents, weight, |(_, document)| document.bind(binder));
        let mut all = Bound { patterns: Vec::new(), problems: self.problems, n_lost: self.n_lost };
        for ((page, _), bound) in self.documents.into_iter().zip(bound) {
            match bound {
                Ok((rules, problems)) => all.patterns.push(Compiled { page: Some(page), rules, problems }),
                Err(panicked) => {
                    all.n_lost += 1;
                    all.problems.push(panicked.problem(page.source.path()));
                }
            }
        }
        all.problems.extend(taken);
        all.problems.extend(shared_ids(all.patterns.iter().map(|compiled| &compiled.rules)));
        all
    }
}

impl Bound {
    /// Adds compiled rule sets; one whose document was bound says which of its statements are stale.
    pub(super) fn add_sets(&mut self, sets: &[Page], rules: &RuleSet) {
        for page in sets {
            let (read, problems) = rule_set(&page.source, rules, vocabulary(), today());
            let Some(read) = read else {
                self.n_lost += 1;
                self.problems.extend(problems);
                continue;
            };
            let document = self.patterns.iter_mut().find(|compiled| {
                compiled.page.is_some() && (compiled.rules.path == read.path || compiled.rules.id == read.id)
            });
            match document {
                Some(compiled) => mark_stale(&mut compiled.rules, &read),
                None => self.patterns.push(Compiled { page: None, rules: read, problems }),
            }
        }
    }
}
