//! Roles that a person declares: selectors of `patscan.toml` and `// patscan: role(..)` comments.

use super::RoleTable;
use super::found::{Player, Search, Why};
use crate::base::{ItemGlob, Span};
use crate::catalog::{DeclaredRole, Grade, Role, RoleKind, RoleSelector, RoleSet};
use crate::facts::{Codebase, Evidence, ItemIdx, ItemKind, ModuleIdx, Place, attribute};
use crate::finding::Problem;
use crate::syntax::{Kind, NodeId, Tree};
use std::sync::Arc;

/// A selector that is ready to compare.
struct Wanted<'d> {
    role: Role,
    kind: RoleKind,
    text: String,
    test: Test<'d>,
}

enum Test<'d> {
    Path(Option<ItemGlob>),
    Name(Option<ItemGlob>),
    File(Option<ItemGlob>),
    Attribute(&'d str),
    Derives(&'d str),
    Implements(&'d str),
}

/// Enters what the configuration declares.
pub(super) fn select(
    codebase: &Codebase,
    declared: &[DeclaredRole],
    table: &mut RoleTable,
    found: &mut Vec<(Player, Evidence)>,
) {
    let mut wanted = Vec::new();
    for one in declared {
        table.declared.push(one.role);
        for selector in &one.selectors {
            enter(one.role, selector, table, &mut wanted);
        }
    }
    table.declared.sort_unstable();
    table.declared.dedup();
    for (at, item) in codebase.items.iter().enumerate().filter(|(_, item)| !item.is_test) {
        let idx = ItemIdx(at as u32);
        for one in wanted.iter().filter(|one| fits(&item.kind, one.kind) && one.selects_item(codebase, idx)) {
            let evidence = one.evidence(Place { file: item.file, node: item.node });
            found.push((Player::Item(idx), evidence));
        }
    }
    for (at, module) in codebase.modules.iter().enumerate() {
        let idx = ModuleIdx(at as u32);
        let of_modules = wanted.iter().filter(|one| one.kind == RoleKind::Module);
        for one in of_modules.filter(|one| one.selects_module(codebase, idx)) {
            let place = Place { file: module.file, node: codebase.tree(module.file).root() };
            table.modules.entry(idx).or_default().push(one.evidence(place));
        }
    }
}

fn enter<'d>(role: Role, selector: &'d RoleSelector, table: &mut RoleTable, wanted: &mut Vec<Wanted<'d>>) {
    let Some(row) = role.row() else { return };
    let (test, text) = match selector {
        RoleSelector::Path(glob) => (Test::Path(of_path(glob)), glob),
        RoleSelector::Name(glob) => (Test::Name(of_path(glob)), glob),
        RoleSelector::File(glob) => (Test::File(of_path(glob)), glob),
        RoleSelector::Attribute(path) => (Test::Attribute(path), path),
        RoleSelector::Derives(path) => (Test::Derives(path), path),
        RoleSelector::Implements(path) => (Test::Implements(path), path),
    };
    match row.kind {
        RoleKind::Table => table.tables.entry(role).or_default().push(text.to_lowercase().into()),
        RoleKind::Client => table.clients.entry(role).or_default().push(text.as_str().into()),
        RoleKind::Function
        | RoleKind::Type
        | RoleKind::Module
        | RoleKind::Expression
        | RoleKind::Statement => {}
    }
    wanted.push(Wanted { role, kind: row.kind, text: format!("declared by `{text}`"), test });
}

/// A glob; one that cannot be read matches nothing, the configuration's reader reports it.
fn of_path(glob: &str) -> Option<ItemGlob> {
    ItemGlob::new(glob).ok()
}

fn is_match(glob: Option<&ItemGlob>, text: &str) -> bool {
    glob.is_some_and(|glob| glob.matches_text(text))
}

impl Wanted<'_> {
    fn evidence(&self, place: Place) -> Evidence {
        Evidence { role: self.role, grade: Grade::High, place, text: Arc::from(self.text.as_str()) }
    }

    fn selects_item(&self, codebase: &Codebase, idx: ItemIdx) -> bool {
        let item = codebase.item(idx);
        let tree = codebase.tree(item.file);
        match &self.test {
            Test::Path(glob) => is_path(glob.as_ref(), &item.path),
            Test::Name(glob) => is_match(glob.as_ref(), &item.name),
            Test::File(glob) => is_match(glob.as_ref(), tree.source().path().as_str()),
            Test::Attribute(path) => attribute::attributes(tree, item.node).any(|attr| {
                let resolved = codebase.resolve(item.file, attr).map(|to| to.path.clone());
                resolved.is_some_and(|found| ends_in(&found, path)) || attribute::name(tree, attr) == *path
            }),
            Test::Derives(path) => {
                item.kind.as_type().is_some_and(|info| info.derives.iter().any(|found| ends_in(found, path)))
            }
            Test::Implements(path) => self.implements(codebase, idx, path),
        }
    }

    /// Types that implement the trait; functions of its impls.
    fn implements(&self, codebase: &Codebase, idx: ItemIdx, path: &str) -> bool {
        let item = codebase.item(idx);
        match &item.kind {
            ItemKind::Type(_) => codebase
                .impls_for(&item.path)
                .iter()
                .any(|imp| codebase.trait_of(*imp).is_some_and(|found| ends_in(found, path))),
            ItemKind::Fn(_) => codebase
                .parent_item(idx)
                .and_then(|owner| codebase.trait_of(owner))
                .is_some_and(|found| ends_in(found, path)),
            ItemKind::Alias(_)
            | ItemKind::Trait
            | ItemKind::Impl(_)
            | ItemKind::Const(..)
            | ItemKind::Macro => false,
        }
    }

    fn selects_module(&self, codebase: &Codebase, idx: ModuleIdx) -> bool {
        let Some(module) = codebase.modules.get(idx.0 as usize) else { return false };
        let file = codebase.tree(module.file).source().path();
        match &self.test {
            // `crate::domain::**` speaks of what is inside, so of the module as well.
            Test::Path(glob) => {
                is_path(glob.as_ref(), &module.path) || is_path(glob.as_ref(), &format!("{}::x", module.path))
            }
            Test::Name(glob) => {
                module.path.rsplit("::").next().is_some_and(|name| is_match(glob.as_ref(), name))
            }
            Test::File(glob) => is_match(glob.as_ref(), file.as_str()),
            Test::Attribute(_) | Test::Derives(_) | Test::Implements(_) => false,
        }
    }
}

fn is_path(glob: Option<&ItemGlob>, path: &str) -> bool {
    glob.is_some_and(|glob| glob.matches(path))
}

/// Whether a canonical path is `wanted` or ends in it.
fn ends_in(path: &str, wanted: &str) -> bool {
    path.strip_suffix(wanted).is_some_and(|head| head.is_empty() || head.ends_with("::"))
}

/// Whether a role of that kind may be declared for the item.
const fn fits(item: &ItemKind, kind: RoleKind) -> bool {
    match item {
        ItemKind::Fn(_) => matches!(kind, RoleKind::Function),
        ItemKind::Type(_) | ItemKind::Alias(_) => matches!(kind, RoleKind::Type),
        ItemKind::Trait | ItemKind::Impl(_) | ItemKind::Const(..) | ItemKind::Macro => false,
    }
}

/// A role that a comment declares for a module.
pub(super) type OfModule = (ModuleIdx, Evidence);

/// Reads the `// patscan: role(..)` comments of the file.
pub(super) fn comments(search: &mut Search<'_>) -> (Vec<OfModule>, Vec<Problem>) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let (mut modules, mut problems) = (Vec::new(), Vec::new());
    for span in tree.comments() {
        let Some(words) = role_words(tree.source().slice(*span)) else { continue };
        for word in words {
            match Role::named(&word).filter(|role| role.row().is_some_and(|row| row.is_declarable)) {
                Some(role) => declare(search, *span, role, &mut modules, &mut problems),
                None => problems.push(unknown(tree, *span, &word)),
            }
        }
    }
    (modules, problems)
}

fn unknown(tree: &Tree, span: Span, word: &str) -> Problem {
    let help = nearest(word).map_or_else(
        || "name a role that may be declared, see `patscan list roles`".to_owned(),
        |near| format!("write `{near}`"),
    );
    Problem::at(tree.source(), span, format!("`{word}` is no role that may be declared")).help(help)
}

fn nearest(word: &str) -> Option<&'static str> {
    let rows = crate::catalog::Catalog::builtin().roles().iter().filter(|row| row.is_declarable);
    rows.map(|row| (strsim::jaro_winkler(word, &row.name), &*row.name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// The roles of a comment that is `patscan: role(a, b)` and nothing else.
fn role_words(comment: &str) -> Option<Vec<String>> {
    let text = comment.strip_prefix("//").or_else(|| comment.strip_prefix("/*")?.strip_suffix("*/"))?;
    let list = text.trim().strip_prefix("patscan:")?.trim().strip_prefix("role(")?.strip_suffix(')')?;
    Some(list.split(',').map(|word| word.trim().to_owned()).collect())
}

/// Gives the role to what stands behind the comment: the item, or the module where the role is one of modules.
fn declare(
    search: &mut Search<'_>,
    span: Span,
    role: Role,
    modules: &mut Vec<OfModule>,
    problems: &mut Vec<Problem>,
) {
    let codebase = search.codebase;
    let tree = codebase.tree(search.file);
    let text = "declared by a comment";
    let node = node_behind(tree, span);
    if role.row().is_some_and(|row| row.kind == RoleKind::Module) {
        let inside = node
            .filter(|node| matches!(tree.kind(*node), Kind::Module | Kind::ModDecl))
            .and_then(|node| module_of(codebase, search, node));
        let place = search.place(tree.root());
        let evidence = Evidence { role, grade: Grade::High, place, text: Arc::from(text) };
        modules.push((inside.unwrap_or_else(|| codebase.file(search.file).module), evidence));
        return;
    }
    let item = node.and_then(|node| codebase.item_at(search.file, node)).filter(|idx| {
        let item = codebase.item(*idx);
        Some(item.node) == node && fits(&item.kind, role.row().map_or(RoleKind::Statement, |row| row.kind))
    });
    match item {
        Some(idx) => {
            let why = Why {
                is_for_tests: true,
                ..Why::new(Grade::High, search.place(codebase.item(idx).node), text)
            };
            search.item(idx, RoleSet::of(role), &why);
        }
        None => {
            let message = format!("nothing below this comment can play `{}`", role.name());
            let help = "put it right above the type, function or module that plays the role";
            problems.push(Problem::at(tree.source(), span, message).help(help));
        }
    }
}

/// The node that starts behind `span` with nothing but white space, comments and attributes between.
fn node_behind(tree: &Tree, span: Span) -> Option<NodeId> {
    let holder = tree.covering(span);
    let next = tree.children(holder).find(|child| tree.span(*child).start() >= span.end())?;
    // Between the attributes of an item, or on it: the item itself.
    if matches!(tree.kind(next), Kind::Visibility | Kind::Attr | Kind::Name) {
        Some(holder)
    } else {
        Some(next)
    }
}

/// The module that `mod m` at `node` declares.
fn module_of(codebase: &Codebase, search: &Search<'_>, node: NodeId) -> Option<ModuleIdx> {
    let tree = codebase.tree(search.file);
    // A module with its body here counts as its own place.
    let around = tree.parent(node).unwrap_or(node);
    let above = codebase.module_at(search.file, around);
    let path = format!("{}::{}", above.path, tree.name(node)?);
    let at = codebase.modules.iter().position(|module| *module.path == *path)?;
    Some(ModuleIdx(at as u32))
}
