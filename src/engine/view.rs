//! One file under evaluation: its tree, and what has been selected in it so far. Judges nothing.

use crate::base::FileIdx;
use crate::engine::index::nodes_in;
use crate::engine::select::Selected;
use crate::engine::{Engine, Subject};
use crate::facts::{Codebase, PackageIdx};
use crate::rule::{Selector, SelectorKind};
use crate::syntax::Tree;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// A file of the code base as rules look at it. Lives in one thread.
#[derive(Debug)]
pub(super) struct FileView<'e> {
    pub(super) engine: &'e Engine<'e>,
    pub(super) codebase: &'e Codebase,
    pub(super) file: FileIdx,
    pub(super) tree: &'e Tree,
    pub(super) package: PackageIdx,
    /// By the address of the selector, which lives as long as the rule set.
    selected: RefCell<FxHashMap<usize, Rc<Vec<Subject>>>>,
}

impl<'e> FileView<'e> {
    pub(super) fn new(engine: &'e Engine<'e>, file: FileIdx) -> Self {
        let codebase = engine.codebase;
        let source = codebase.file(file);
        Self {
            engine,
            codebase,
            file,
            tree: &source.tree,
            package: source.package,
            selected: RefCell::default(),
        }
    }

    /// All subjects of a selector in this file for sure, sorted by node; found once.
    pub(super) fn subjects_of(&self, selector: &'e Selector) -> Rc<Vec<Subject>> {
        let key = std::ptr::from_ref(selector) as usize;
        if let Some(known) = self.selected.borrow().get(&key) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.all_subjects(selector));
        self.selected.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    fn all_subjects(&self, selector: &'e Selector) -> Vec<Subject> {
        let mut found: Vec<Selected> = Vec::new();
        if let SelectorKind::Analysis(asked) = &selector.kind {
            self.engine.analysed(asked, self.file, |subjects| {
                found.extend(subjects.iter().cloned().map(Selected::sure));
            });
        } else {
            for node in nodes_in(&selector.keys(), self.codebase, self.file) {
                // A miss is no news here: `explain` asks for it itself.
                let _ = self.select(selector, node, &mut found);
            }
        }
        let mut subjects: Vec<Subject> =
            found.into_iter().filter(|found| found.doubt.is_none()).map(|found| found.subject).collect();
        subjects.retain(|subject| self.is_filtered_in(selector, subject));
        subjects.sort_by_key(|subject| subject.place.node);
        subjects
    }
}
