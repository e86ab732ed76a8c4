//! From paths to an assembled code base: walk, read, parse, assemble. Evaluates no rule.

use crate::base::{RelPath, SourceText};
use crate::catalog::{Catalog, DeclaredRole, Exclusion};
use crate::facts::{self, Codebase, Fan};
use crate::finding::Problem;
use crate::policy::{BlindSpots, Phase, Timings};
use crate::scan::asked::Asked;
use crate::scan::pool::{Panicked, Pool};
use crate::scan::progress::Progress;
use crate::scan::{FileKind, Found, Roots, Selection, read, walk};
use crate::syntax::{self, ParseOptions, Parsed, TestCode};
use std::collections::BTreeMap;
use std::time::Instant;

/// What to scan, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it starts.
    pub roots: Roots,
    /// The packages and targets that are reported.
    pub selection: Selection,
    /// Threads; 0 is one a core.
    pub n_threads: usize,
    /// Files that configuration leaves out.
    pub exclusions: Vec<Exclusion>,
    /// Roles that configuration declares.
    pub declared: Vec<DeclaredRole>,
}

impl Options {
    /// A scan of all that `roots` name, as nobody configured it.
    #[must_use]
    pub const fn new(roots: Roots) -> Self {
        Self {
            roots,
            selection: Selection { packages: None, targets: Vec::new() },
            n_threads: 0,
            exclusions: Vec::new(),
            declared: Vec::new(),
        }
    }
}

/// A code base that is ready to be asked.
#[derive(Debug)]
pub struct Loaded {
    /// The code.
    pub codebase: Codebase,
    /// What could not be read, or is wrong in it.
    pub problems: Vec<Problem>,
    /// What could not be seen.
    pub blind_spots: BlindSpots,
    /// Where the time went so far.
    pub timings: Timings,
    /// Texts that are no Rust: manifests, SQL.
    pub(super) texts: BTreeMap<RelPath, SourceText>,
    /// Only this is reported; all else was read to understand it.
    pub(super) asked: Asked,
    pub(super) pool: Pool,
}

/// What one file became.
enum Outcome {
    /// With its number of lines.
    Tree(Parsed, u64),
    Text(FileKind, SourceText),
}

/// Loads all that lies below the starting points.
///
/// # Errors
/// Where there is no Rust to scan, with all that was wrong on the way.
pub fn load(options: &Options, progress: &dyn Progress) -> Result<Loaded, Vec<Problem>> {
    let pool = Pool::new(options.n_threads, syntax::STACK_BYTES).map_err(|problem| vec![problem])?;
    let mut timings = Timings::default();
    progress.begin(Phase::Walk, 0);
    let start = Instant::now();
    let (found, mut problems) = walk(&options.roots, pool.n_threads());
    timings.phases.push((Phase::Walk, start.elapsed()));
    let packages = package_folders(&found);
    let asked = Asked::new(&options.roots, &options.selection, packages.clone());
    let is_asked = |found: &Found| found.kind == FileKind::Rust && asked.holds(&found.path);
    if !found.iter().any(is_asked) {
        problems.push(nothing_to_scan(options));
        return Err(problems);
    }

    progress.begin(Phase::Parse, found.len());
    let start = Instant::now();
    let also_examined = options.selection.also_examined();
    let outcomes = pool.map(
        &found,
        |found| found.n_bytes,
        |found| {
            let is_whole_test = || is_other_target(&found.path, &packages) && !asked.names(&found.path);
            let test_code = match also_examined.is_empty() {
                false => TestCode::Keep,
                true if is_whole_test() => TestCode::WholeFile,
                true => TestCode::Elide,
            };
            let outcome = read_one(found, &ParseOptions { test_code });
            progress.step();
            outcome
        },
    );
    let mut sorted = Sorted { problems, asked, ..Sorted::default() };
    for (found, outcome) in found.iter().zip(outcomes) {
        sorted.add(found, outcome, &mut timings);
    }
    timings.phases.push((Phase::Parse, start.elapsed()));
    if sorted.input_is_empty() {
        sorted.problems.push(nothing_to_scan(options));
        return Err(sorted.problems);
    }
    assemble(sorted, pool, options, timings, progress)
}

/// Folders that hold a manifest, deepest first.
fn package_folders(found: &[Found]) -> Vec<RelPath> {
    let manifests = found.iter().filter(|found| found.kind == FileKind::Manifest);
    let mut folders: Vec<RelPath> = manifests.map(|found| found.path.parent()).collect();
    folders.sort_by_key(|folder| std::cmp::Reverse(folder.as_str().len()));
    folders
}

/// Whether cargo builds the file into a test, benchmark or example of its package only, so that nobody examines it.
fn is_other_target(path: &RelPath, packages: &[RelPath]) -> bool {
    let Some(package) = packages.iter().find(|folder| path.is_below(folder)) else { return false };
    let first = path.parts().nth(package.parts().count());
    matches!(first, Some("tests" | "benches" | "examples"))
}

fn read_one(found: &Found, parsing: &ParseOptions) -> Result<Outcome, Problem> {
    let source = read(found)?;
    Ok(match found.kind {
        FileKind::Rust => Outcome::Tree(syntax::parse(&source, parsing), source.n_lines() as u64),
        kind @ (FileKind::Manifest | FileKind::Wrangler | FileKind::Sql) => Outcome::Text(kind, source),
    })
}

fn nothing_to_scan(options: &Options) -> Problem {
    if options.selection.is_narrow() {
        return Problem::new("no Rust file to scan in the chosen packages and targets")
            .help("choose others with `-p`, or take all of them with `--workspace`");
    }
    let names: Vec<String> =
        options.roots.starts.iter().map(|start| format!("`{}`", start.display())).collect();
    Problem::new(format!("no Rust file to scan in {}", names.join(", ")))
        .help("name a folder with `.rs` files that neither `.gitignore` nor `.ignore` leaves out")
}

/// All files, by what they are read for.
#[derive(Default)]
struct Sorted {
    trees: Vec<syntax::Tree>,
    texts: Vec<(FileKind, SourceText)>,
    problems: Vec<Problem>,
    /// How much of each file could not be parsed.
    unparsed: Vec<(RelPath, u32)>,
    asked: Asked,
}

impl Sorted {
    fn add(
        &mut self,
        found: &Found,
        outcome: Result<Result<Outcome, Problem>, Panicked>,
        timings: &mut Timings,
    ) {
        match outcome {
            Ok(Ok(Outcome::Tree(parsed, n_lines))) => {
                timings.n_bytes += parsed.tree.source().text().len() as u64;
                timings.n_lines += n_lines;
                self.unparsed.push((found.path.clone(), parsed.n_unparsed));
                self.problems.extend(parsed.problems);
                self.trees.push(parsed.tree);
            }
            Ok(Ok(Outcome::Text(kind, source))) => self.texts.push((kind, source)),
            Ok(Err(problem)) => self.lost(found, problem),
            Err(panicked) => self.lost(found, panicked.problem(&found.path)),
        }
    }

    fn lost(&mut self, found: &Found, problem: Problem) {
        self.unparsed.push((found.path.clone(), u32::from(found.kind == FileKind::Rust)));
        self.problems.push(problem);
    }

    fn input_is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    fn texts_of(&self, wanted: FileKind) -> Vec<SourceText> {
        self.texts.iter().filter(|(kind, _)| *kind == wanted).map(|(_, text)| text.clone()).collect()
    }
}

fn assemble(
    mut sorted: Sorted,
    pool: Pool,
    options: &Options,
    mut timings: Timings,
    progress: &dyn Progress,
) -> Result<Loaded, Vec<Problem>> {
    progress.begin(Phase::Facts, 0);
    let start = Instant::now();
    let input = facts::Input {
        trees: std::mem::take(&mut sorted.trees),
        manifests: sorted.texts_of(FileKind::Manifest),
        wrangler: sorted.texts_of(FileKind::Wrangler),
        sql: sorted.texts_of(FileKind::Sql),
        catalog: Catalog::builtin(),
        excludes: options.exclusions.iter().map(|exclusion| exclusion.path.clone()).collect(),
        declared: options.declared.clone(),
        also_examined: options.selection.also_examined(),
    };
    let assembled = pool.run(|| facts::assemble(input, &pool));
    let (codebase, problems) = assembled.map_err(|Panicked(reason)| {
        let told = Problem::new(format!("patscan failed while putting the code together: {reason}"));
        vec![told.help("please report it; `--threads 1` may show the file")]
    })?;
    timings.phases.push((Phase::Facts, start.elapsed()));
    sorted.problems.extend(problems);
    let asked = sorted.asked;
    // Nobody misses what is not examined anyway.
    let is_examined = |path: &RelPath| asked.holds(path) && codebase.may_examine(path);
    let unparsed = sorted.unparsed.iter().filter(|(path, _)| is_examined(path)).map(|(_, n)| n).sum();
    let mut blind_spots = BlindSpots { unparsed, ..BlindSpots::default() };
    for file in codebase.files.iter().filter(|file| asked.holds_file(file)) {
        blind_spots.files += 1;
        blind_spots.opaque_macros += file.tree.n_opaque();
        blind_spots.unresolved += file.n_unresolved;
    }
    if blind_spots.files == 0 {
        sorted.problems.push(nothing_to_scan(options));
        return Err(sorted.problems);
    }
    let concerns = |problem: &Problem| match &problem.place {
        Some(place) => is_examined(&place.path) || place.path.file_name() == "Cargo.toml",
        None => true,
    };
    let problems = sorted.problems.into_iter().filter(concerns).collect();
    let texts = sorted.texts.into_iter().map(|(_, text)| (text.path().clone(), text)).collect();
    Ok(Loaded { codebase, problems, blind_spots, timings, texts, asked, pool })
}

impl Fan for Pool {
    fn map<T: Send>(&self, n: usize, f: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let numbers: Vec<usize> = (0..n).collect();
        let results = Self::map(self, &numbers, |_| 0, |number| f(*number));
        results.into_iter().map(Panicked::unwound).collect()
    }
}
