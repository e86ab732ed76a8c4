//! What all evaluation shares: the rules, the code base, and memos so that nothing is evaluated twice. Judges nothing.

use crate::base::FileIdx;
use crate::catalog::{Grade, LoopKind, Role};
use crate::engine::analysis;
use crate::engine::index::Index;
use crate::engine::{Subject, Truth};
use crate::facts::{Codebase, Evidence, PackageIdx, Place};
use crate::rule::{AnalysisUse, Rule, RuleSet, Selector};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

/// Subjects of one analysis, by file, each worked out on first demand.
type ByFile = Arc<Vec<OnceLock<Vec<Subject>>>>;

/// Analyses that were asked for.
#[derive(Debug, Default)]
struct Analyses {
    by_use: FxHashMap<AnalysisUse, ByFile>,
    /// By the address of the use, which lives as long as the rules: to hash a use for each file would cost more than
    /// many an analysis.
    by_address: FxHashMap<usize, ByFile>,
}

/// Rules over a code base. Build it once, ask it for each file from any thread, then conclude.
#[derive(Debug)]
pub struct Engine<'a> {
    pub(super) rules: &'a RuleSet,
    pub(super) codebase: &'a Codebase,
    pub(super) index: Index,
    analyses: RwLock<Analyses>,
    existing: Mutex<FxHashMap<(usize, Option<PackageIdx>), Truth>>,
}

impl<'a> Engine<'a> {
    /// Indexes the code base by what the rules select.
    #[must_use]
    pub fn new(rules: &'a RuleSet, codebase: &'a Codebase) -> Self {
        Self {
            rules,
            codebase,
            index: Index::new(rules, codebase),
            analyses: RwLock::default(),
            existing: Mutex::default(),
        }
    }

    /// The subjects of an analysis in `file`; found once for all rules that use it with equal parameters.
    pub(super) fn analysed<T>(
        &self,
        asked: &'a AnalysisUse,
        file: FileIdx,
        read: impl FnOnce(&[Subject]) -> T,
    ) -> T {
        let by_file = self.analysis(asked);
        let Some(cell) = by_file.get(file.index()) else { return read(&[]) };
        read(cell.get_or_init(|| {
            let found = analysis::named(&asked.name);
            found.map(|found| found.subjects(self.codebase, file, &asked.params)).unwrap_or_default()
        }))
    }

    fn analysis(&self, asked: &'a AnalysisUse) -> ByFile {
        let address = std::ptr::from_ref(asked) as usize;
        let known =
            self.analyses.read().unwrap_or_else(PoisonError::into_inner).by_address.get(&address).cloned();
        known.unwrap_or_else(|| {
            let mut all = self.analyses.write().unwrap_or_else(PoisonError::into_inner);
            let empty = || Arc::new((0..self.codebase.files.len()).map(|_| OnceLock::new()).collect());
            let found = all.by_use.entry(asked.clone()).or_insert_with(empty).clone();
            all.by_address.insert(address, Arc::clone(&found));
            found
        })
    }

    /// Whether `selector` has a subject in `package`, or anywhere; `find` is asked once for each.
    pub(super) fn exists(
        &self,
        selector: &Selector,
        package: Option<PackageIdx>,
        find: impl FnOnce() -> Truth,
    ) -> Truth {
        let key = (std::ptr::from_ref(selector) as usize, package);
        let known = self.existing.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        known.unwrap_or_else(|| {
            let found = find();
            self.existing.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found);
            found
        })
    }

    /// The files of `package`, or all of them.
    pub(super) fn files(&self, package: Option<PackageIdx>) -> impl Iterator<Item = FileIdx> + '_ {
        let is_meant = move |at: &usize| {
            let file = self.codebase.files.get(*at);
            package.is_none_or(|package| file.is_some_and(|file| file.package == package))
        };
        (0..self.codebase.files.len()).filter(is_meant).map(|at| FileIdx(at as u32))
    }

    /// Whether the package that holds `file` depends on one of `crates`; no crates at all always holds.
    pub(super) fn is_gate_open(&self, file: FileIdx, crates: &[Arc<str>]) -> bool {
        let package = self.codebase.file(file).package;
        crates.is_empty() || crates.iter().any(|name| self.depends_on(package, name))
    }

    /// Whether `rule` applies in `file` at all.
    pub(super) fn is_in_scope(&self, file: FileIdx, rule: &Rule) -> bool {
        let own = self.codebase.file(file);
        let package = self.codebase.packages.get(own.package.0 as usize);
        let name = package.map_or("", |package| &*package.crate_name);
        rule.scope.holds_file(own.tree.source().path().as_str(), name)
    }

    /// Whether the code around a place plays a role in which `rule` applies.
    pub(super) fn plays_in_scope(&self, place: Place, rule: &Rule) -> bool {
        let roles = rule.scope.roles();
        let holds = |found: &[Evidence]| {
            found.iter().any(|evidence| roles.contains(evidence.role) && evidence.grade > Grade::Low)
        };
        let Place { file, node } = place;
        let items = || self.codebase.items_around(file, node);
        let consumes = || {
            let mut around = self.codebase.loops_around(file, node);
            around.any(|fact| fact.kind == LoopKind::Consume && !fact.in_process)
        };
        let closures = self.codebase.tree(file).ancestors(node);
        let is_consumer = Role::named("queue-consumer").is_some_and(|role| roles.contains(role));
        roles.is_empty()
            || is_consumer && consumes()
            || items().any(|item| holds(self.codebase.roles_of(item)))
            || closures.into_iter().any(|at| holds(self.codebase.roles_of_closure(Place { file, node: at })))
            || items().next().is_some_and(|item| {
                let module = self.codebase.item(item).module;
                self.codebase.roles_of_module(module).iter().any(|evidence| roles.contains(evidence.role))
            })
    }

    pub(super) fn depends_on(&self, package: PackageIdx, name: &str) -> bool {
        name == "std" || self.codebase.depends_on(package, name).is_some()
    }
}
