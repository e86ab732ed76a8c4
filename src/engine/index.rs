//! Which rules may find a subject where: the rules' keys looked up once in the indexes of the code base, so that the
//! cost of a rule grows with its matches. Decides no match.

use crate::base::FileIdx;
use crate::catalog::{Catalog, LoopKind, Matcher, Role};
use crate::facts::{Codebase, ItemIdx, ItemKind, Place};
use crate::rule::{AnalysisUse, RuleSet, SelectKey};
use crate::syntax::{Kind, NodeId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// One selector of one rule, by their places in the rule set and in the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Slot {
    pub(super) rule: u32,
    pub(super) selector: u32,
}

/// Candidates by file, and the slots that must look at each node of a kind, each call, each loop.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_file: Vec<Vec<(Slot, NodeId)>>,
    by_kind: FxHashMap<Kind, Vec<Slot>>,
    by_loop: Vec<(LoopKind, Slot)>,
    any_call: Vec<Slot>,
    analyses: Vec<(AnalysisUse, Slot)>,
}

/// Calls whose receiver is not known although their name stands in the catalogue, by name.
type Doubts = FxHashMap<Arc<str>, Vec<Place>>;

impl Index {
    pub(super) fn new(rules: &RuleSet, codebase: &Codebase) -> Self {
        let mut index = Self { by_file: vec![Vec::new(); codebase.files.len()], ..Self::default() };
        let doubts = doubts_of(codebase);
        for (rule_at, rule) in rules.rules.iter().enumerate() {
            for (selector_at, selector) in rule.select.iter().enumerate() {
                let slot = Slot { rule: rule_at as u32, selector: selector_at as u32 };
                for key in selector.keys() {
                    index.enter(slot, key, codebase, &doubts);
                }
            }
        }
        for candidates in &mut index.by_file {
            candidates.sort_unstable();
            candidates.dedup();
        }
        index
    }

    fn enter(&mut self, slot: Slot, key: SelectKey, codebase: &Codebase, doubts: &Doubts) {
        match key {
            SelectKey::AnyCall => self.any_call.push(slot),
            SelectKey::Loop(kind) => self.by_loop.push((kind, slot)),
            SelectKey::Analysis(asked) => self.analyses.push((asked, slot)),
            key => match kind_of(&key) {
                Some(kind) => self.by_kind.entry(kind).or_default().push(slot),
                None => {
                    for place in places_of(&key, codebase, Some(doubts), Extent::All) {
                        if let Some(candidates) = self.by_file.get_mut(place.file.index()) {
                            candidates.push((slot, place.node));
                        }
                    }
                }
            },
        }
    }

    /// All candidates in `file`, each slot's in node order without repetition; subjects of analyses are not among them.
    pub(super) fn candidates(&self, codebase: &Codebase, file: FileIdx) -> Vec<(Slot, NodeId)> {
        let mut found = self.by_file.get(file.index()).cloned().unwrap_or_default();
        let n_indexed = found.len();
        if !self.by_kind.is_empty() {
            let tree = codebase.tree(file);
            for node in tree.subtree(tree.root()) {
                if let Some(slots) = self.by_kind.get(&tree.kind(node)) {
                    found.extend(slots.iter().map(|slot| (*slot, node)));
                }
            }
        }
        if !self.any_call.is_empty() {
            for site in codebase.calls(file) {
                found.extend(self.any_call.iter().map(|slot| (*slot, site.node)));
            }
        }
        if !self.by_loop.is_empty() {
            for looping in codebase.loops(file) {
                let is_meant = |(kind, _): &&(LoopKind, Slot)| *kind == looping.kind;
                found.extend(self.by_loop.iter().filter(is_meant).map(|(_, slot)| (*slot, looping.node)));
            }
        }
        if found.len() > n_indexed {
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    /// The analyses that rules select by.
    pub(super) fn analyses(&self) -> &[(AnalysisUse, Slot)] {
        &self.analyses
    }
}

/// The nodes of `file` under which subjects of a selector with these keys lie, in node order; for selectors that are
/// not a rule's own, such as that of `contains`.
pub(super) fn nodes_in(keys: &[SelectKey], codebase: &Codebase, file: FileIdx) -> Vec<NodeId> {
    let mut found: Vec<NodeId> = Vec::new();
    let tree = codebase.tree(file);
    for key in keys {
        match key {
            // To match each path of the code base for each file would cost more than to look at the file's calls.
            SelectKey::AnyCall | SelectKey::CallGlob(_) => {
                found.extend(codebase.calls(file).iter().map(|site| site.node));
            }
            SelectKey::Loop(kind) => {
                let loops = codebase.loops(file).iter();
                found.extend(loops.filter(|fact| *kind == fact.kind).map(|fact| fact.node));
            }
            SelectKey::Analysis(_) => {}
            key => match kind_of(key) {
                Some(kind) => found.extend(tree.subtree(tree.root()).filter(|node| tree.kind(*node) == kind)),
                None => {
                    let places = places_of(key, codebase, None, Extent::File(file));
                    found.extend(places.iter().map(|place| place.node));
                }
            },
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The kind of node that has to be looked at one by one.
fn kind_of(key: &SelectKey) -> Option<Kind> {
    match key {
        SelectKey::Literal(_) | SelectKey::AnyLiteral => Some(Kind::StructLit),
        SelectKey::FieldSet(_) | SelectKey::AnyFieldSet => Some(Kind::Assign),
        SelectKey::Import => Some(Kind::UseLeaf),
        SelectKey::Node(kind) => Some(*kind),
        SelectKey::CallPath(_)
        | SelectKey::CallGlob(_)
        | SelectKey::Method(_)
        | SelectKey::CallRole(_)
        | SelectKey::AnyCall
        | SelectKey::ChainStart(_)
        | SelectKey::Macro(_)
        | SelectKey::TypeRole(_)
        | SelectKey::AnyType
        | SelectKey::FnRole(_)
        | SelectKey::AnyFn
        | SelectKey::Loop(_)
        | SelectKey::ImplOf(_)
        | SelectKey::AnyImpl
        | SelectKey::Analysis(_) => None,
    }
}

/// The code base's own sorted list of places for a key.
fn indexed<'c>(key: &SelectKey, codebase: &'c Codebase) -> Option<&'c [Place]> {
    match key {
        SelectKey::CallPath(path) | SelectKey::ChainStart(path) => Some(codebase.calls_to(path)),
        SelectKey::Method(name) | SelectKey::Macro(name) => Some(codebase.calls_named(name)),
        SelectKey::CallRole(role) => Some(codebase.calls_with_role(*role)),
        _ => None,
    }
}

/// The part of a sorted list that lies in one file.
fn in_file(places: &[Place], file: FileIdx) -> &[Place] {
    let first = places.partition_point(|place| place.file < file);
    let last = places.partition_point(|place| place.file <= file);
    places.get(first..last).unwrap_or(&[])
}

/// Where places are looked for; a file costs what it holds, and not what the code base holds.
#[derive(Clone, Copy)]
enum Extent {
    All,
    File(FileIdx),
}

impl Extent {
    fn of(self, places: &[Place]) -> &[Place] {
        match self {
            Self::All => places,
            Self::File(file) => in_file(places, file),
        }
    }

    /// The items that lie here, of a list that is sorted.
    fn items(self, codebase: &Codebase, items: impl Iterator<Item = ItemIdx>) -> Vec<Place> {
        let range = match self {
            Self::All => 0..u32::MAX,
            Self::File(file) => codebase.items_of(file),
        };
        let items = items.filter(|item| range.contains(&item.0)).map(|item| codebase.item(item));
        items.map(|item| Place { file: item.file, node: item.node }).collect()
    }

    fn all_items(self, codebase: &Codebase, is_meant: fn(&ItemKind) -> bool) -> Vec<Place> {
        let range = match self {
            Self::All => 0..codebase.items.len() as u32,
            Self::File(file) => codebase.items_of(file),
        };
        let meant = range.map(ItemIdx).filter(|item| is_meant(&codebase.item(*item).kind));
        meant.map(|item| Place { file: codebase.item(item).file, node: codebase.item(item).node }).collect()
    }
}

/// The places in `extent` that the code base's indexes give for a key, with those that may be meant by `doubts`.
fn places_of(key: &SelectKey, codebase: &Codebase, doubts: Option<&Doubts>, extent: Extent) -> Vec<Place> {
    let doubted = |role: Role| -> Vec<Place> {
        let Some(doubts) = doubts else { return Vec::new() };
        let names = names_with_role(codebase.catalog, role);
        names.into_iter().filter_map(|name| doubts.get(name)).flatten().copied().collect()
    };
    let known = |more: Vec<Place>| -> Vec<Place> {
        extent.of(indexed(key, codebase).unwrap_or(&[])).iter().copied().chain(more).collect()
    };
    let with_role = |role: Role| extent.items(codebase, codebase.items_with_role(role).iter().copied());
    match key {
        SelectKey::CallPath(path) => known(namesakes(path, codebase, extent)),
        SelectKey::CallGlob(glob) => {
            let paths = codebase.called_paths().filter(|path| glob.matches(path));
            let places = paths.flat_map(|path| extent.of(codebase.calls_to(path)).iter().copied());
            places.chain(namesakes(glob.as_str(), codebase, extent)).collect()
        }
        SelectKey::ChainStart(_) | SelectKey::Method(_) | SelectKey::Macro(_) => known(Vec::new()),
        SelectKey::CallRole(role) => known(doubted(*role)),
        SelectKey::TypeRole(role) | SelectKey::FnRole(role) => with_role(*role),
        SelectKey::AnyType => extent.all_items(codebase, |kind| matches!(kind, ItemKind::Type(_))),
        SelectKey::AnyFn => extent.all_items(codebase, |kind| matches!(kind, ItemKind::Fn(_))),
        SelectKey::AnyImpl => extent.all_items(codebase, |kind| matches!(kind, ItemKind::Impl(_))),
        SelectKey::ImplOf(path) => extent.items(codebase, codebase.impls_of(path).iter().copied()),
        SelectKey::Literal(_)
        | SelectKey::AnyLiteral
        | SelectKey::FieldSet(_)
        | SelectKey::AnyFieldSet
        | SelectKey::Import
        | SelectKey::Node(_)
        | SelectKey::AnyCall
        | SelectKey::Loop(_)
        | SelectKey::Analysis(_) => Vec::new(),
    }
}

/// Method calls that may be `path`, although nothing is known of them but their name.
fn namesakes(path: &str, codebase: &Codebase, extent: Extent) -> Vec<Place> {
    let Some((owner, name)) = path.rsplit_once("::") else { return Vec::new() };
    let owner = owner.rsplit("::").next().unwrap_or(owner);
    if !owner.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Vec::new();
    }
    let is_open = |place: &&Place| {
        let site = codebase.call_at(place.file, place.node);
        site.map_or(codebase.tree(place.file).kind(place.node) == Kind::MethodCall, |site| site.doubt)
    };
    extent.of(codebase.calls_named(name)).iter().filter(is_open).copied().collect()
}

/// The names of the methods that play `role` where their receiver has the right type.
fn names_with_role(catalog: &Catalog, role: Role) -> FxHashSet<&str> {
    let rows = catalog.apis().filter(|(_, api)| api.matcher == Matcher::Call && api.roles.contains(role));
    rows.flat_map(|(_, api)| &api.paths).filter_map(|path| path.rsplit("::").next()).collect()
}

fn doubts_of(codebase: &Codebase) -> Doubts {
    let mut doubts = Doubts::default();
    for at in 0..codebase.files.len() {
        let file = FileIdx(at as u32);
        for site in codebase.calls(file).iter().filter(|site| site.doubt) {
            doubts.entry(site.name.clone()).or_default().push(Place { file, node: site.node });
        }
    }
    doubts
}
