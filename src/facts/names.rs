//! The tables by which names are looked up: scopes, definitions, indexes of items. Holds data; others fill and ask.

use crate::base::FileIdx;
use crate::facts::node_map::NodeMap;
use crate::facts::{ItemIdx, ModuleIdx, PackageIdx, Resolved};
use crate::syntax::NodeId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A scope's place in [`Names::scopes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::facts) struct ScopeIdx(pub(in crate::facts) u32);

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::facts) enum Def {
    /// A module of the workspace.
    Module(ModuleIdx),
    /// An item of the workspace.
    Item(ItemIdx),
    /// A variant of a workspace enum, by its place.
    Variant(ItemIdx, u32),
    /// A path outside of what was read.
    External(Arc<str>),
}

/// Which table a name is looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::facts) enum Space {
    /// Modules, types, traits.
    Type,
    /// Functions, consts, statics, constructors.
    Value,
    /// Macros, attributes, derives.
    Macro,
}

impl Space {
    /// One bit for each space.
    pub(in crate::facts) const fn bit(self) -> u8 {
        match self {
            Self::Type => 1,
            Self::Value => 2,
            Self::Macro => 4,
        }
    }

    /// The bits of all spaces.
    pub(in crate::facts) const ALL_BITS: u8 = 7;
}

impl Names {
    /// Whether any scope, enum or row of the catalogue knows the name.
    pub(in crate::facts) fn may_be(&self, name: &str, space: Space) -> bool {
        self.defined.get(name).is_some_and(|bits| bits & space.bit() != 0)
    }
}

/// A definition and who may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::facts) struct Slot {
    pub(in crate::facts) def: Def,
    pub(in crate::facts) is_public: bool,
}

/// What one name means in one scope. Most names mean one thing, in one space or, as imports of other crates, in all.
#[derive(Clone, Debug)]
pub(in crate::facts) struct Entry {
    first: Slot,
    /// Bits of the spaces in which it means `first`.
    spaces: u8,
    /// What it means in other spaces.
    others: Option<Box<Entry>>,
}

impl Entry {
    /// A name that means `slot` in `space`.
    pub(in crate::facts) const fn new(space: Space, slot: Slot) -> Self {
        Self { first: slot, spaces: space.bit(), others: None }
    }

    /// What the name means in `space`.
    pub(in crate::facts) fn slot(&self, space: Space) -> Option<&Slot> {
        if self.spaces & space.bit() != 0 {
            return Some(&self.first);
        }
        self.others.as_deref().and_then(|others| others.slot(space))
    }

    /// Gives the name a meaning in a space in which it has none.
    pub(in crate::facts) fn add(&mut self, space: Space, slot: Slot) {
        match &mut self.others {
            _ if self.first == slot => self.spaces |= space.bit(),
            Some(others) => others.add(space, slot),
            None => self.others = Some(Box::new(Self::new(space, slot))),
        }
    }
}

/// A module, or a block that holds items or imports.
#[derive(Clone, Debug)]
pub(in crate::facts) struct Scope {
    pub(in crate::facts) file: FileIdx,
    pub(in crate::facts) node: NodeId,
    /// The scope around a block; none for modules, which see nothing of what is around them.
    pub(in crate::facts) outer: Option<ScopeIdx>,
    pub(in crate::facts) module: ModuleIdx,
    pub(in crate::facts) entries: FxHashMap<Arc<str>, Entry>,
    /// Where glob imports look, with whether they are public.
    pub(in crate::facts) globs: Vec<(Def, bool)>,
    /// Names that a macro may define here.
    pub(in crate::facts) macro_words: FxHashSet<Arc<str>>,
}

/// What is known of one file's names.
#[derive(Clone, Debug, Default)]
pub(in crate::facts) struct FileNames {
    /// Scopes of the file, in order of their nodes; the first is the file itself.
    pub(in crate::facts) first_scope: u32,
    pub(in crate::facts) n_scopes: u32,
    /// For each scope, the one around it, as a place in this file's list.
    pub(in crate::facts) around: Vec<u32>,
    /// Items of the file lie at `first_item..first_item + n_items`.
    pub(in crate::facts) first_item: u32,
    pub(in crate::facts) n_items: u32,
    /// The nodes of those items, in order: searched far more often than the items are read.
    pub(in crate::facts) item_nodes: Vec<NodeId>,
    /// Names of type parameters anywhere in the file.
    pub(in crate::facts) generics: FxHashSet<Arc<str>>,
    /// For each path that stands for something, its place in `pool`.
    pub(in crate::facts) paths: NodeMap,
    pub(in crate::facts) pool: Vec<Resolved>,
    /// Imports of the file: leaf, what it stands for. Empty once `imports` is made.
    pub(in crate::facts) import_defs: Vec<(NodeId, Option<Def>)>,
    /// Imports of the file: leaf, place in `pool`.
    pub(in crate::facts) imports: Vec<(NodeId, u32)>,
    /// Path nodes that name an alias which was followed.
    pub(in crate::facts) aliases: FxHashMap<u32, ItemIdx>,
}

/// All tables.
#[derive(Clone, Debug, Default)]
pub(in crate::facts) struct Names {
    pub(in crate::facts) scopes: Vec<Scope>,
    pub(in crate::facts) files: Vec<FileNames>,
    /// For each module, its scope.
    pub(in crate::facts) module_scopes: Vec<ScopeIdx>,
    /// For each module, the root of its crate.
    pub(in crate::facts) roots: Vec<ModuleIdx>,
    /// For each module, its package.
    pub(in crate::facts) packages: Vec<PackageIdx>,
    /// For each package, what its dependencies are called and what they are.
    pub(in crate::facts) externs: Vec<FxHashMap<Arc<str>, Def>>,
    /// All names that any scope or enum defines or imports, with the spaces as bits, and those of the catalogue, so that
    /// others need not be looked for.
    pub(in crate::facts) defined: FxHashMap<Arc<str>, u8>,
    /// Last segments of all paths that the catalogue has rows of.
    pub(in crate::facts) catalog_names: FxHashSet<Box<str>>,
    /// `macro_rules!` by root of the crate and name; the first of several.
    pub(in crate::facts) macros: FxHashMap<(ModuleIdx, Arc<str>), ItemIdx>,
    /// For each item, the scope that it stands in.
    pub(in crate::facts) item_scopes: Vec<ScopeIdx>,
    /// For each item, the one that holds it.
    pub(in crate::facts) parents: Vec<Option<ItemIdx>>,
    /// Items by canonical path; the first where several share one.
    pub(in crate::facts) by_path: FxHashMap<Arc<str>, ItemIdx>,
    /// Functions and consts in impls and traits, by name, then by path of the type or trait: one name is asked of many paths.
    pub(in crate::facts) members: FxHashMap<Arc<str>, FxHashMap<Arc<str>, Vec<ItemIdx>>>,
    /// Impls by canonical path of their trait.
    pub(in crate::facts) by_trait: FxHashMap<Arc<str>, Vec<ItemIdx>>,
    /// Impls by canonical path of their self type.
    pub(in crate::facts) by_type: FxHashMap<Arc<str>, Vec<ItemIdx>>,
}
