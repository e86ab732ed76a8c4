//! One file's items, scopes, imports and module declarations as they stand in its tree. Resolves no name.

use crate::facts::{FnInfo, ImplInfo, ItemKind, TypeInfo, attribute, serde_name};
use crate::syntax::{Field, Flag, Kind, NodeId, Tree};
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::sync::Arc;

/// Words of one macro call that are kept.
const MAX_MACRO_WORDS: usize = 256;

/// What opens a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::facts) enum ScopeKind {
    /// The file itself.
    File,
    /// `mod m { .. }`: its name, and `#[path]` where written.
    Module(Arc<str>, Option<Box<str>>),
    /// A block that holds items or imports.
    Block,
}

/// A file, inline module or block that holds names.
#[derive(Clone, Debug)]
pub(in crate::facts) struct RawScope {
    pub(in crate::facts) node: NodeId,
    pub(in crate::facts) parent: Option<u32>,
    pub(in crate::facts) kind: ScopeKind,
    pub(in crate::facts) is_test: bool,
    pub(in crate::facts) is_public: bool,
}

/// An item, without its canonical path.
#[derive(Clone, Debug)]
pub(in crate::facts) struct RawItem {
    pub(in crate::facts) kind: ItemKind,
    pub(in crate::facts) name: Arc<str>,
    pub(in crate::facts) node: NodeId,
    /// The item of this file that holds it.
    pub(in crate::facts) parent: Option<u32>,
    pub(in crate::facts) scope: u32,
    pub(in crate::facts) is_test: bool,
    pub(in crate::facts) is_public: bool,
}

/// One imported name.
#[derive(Clone, Debug)]
pub(in crate::facts) struct RawImport {
    pub(in crate::facts) node: NodeId,
    pub(in crate::facts) scope: u32,
    /// The name that it brings; `_` brings none.
    pub(in crate::facts) name: Arc<str>,
    pub(in crate::facts) path: Box<str>,
    pub(in crate::facts) is_glob: bool,
    /// The path starts with `::`, or it is an `extern crate`.
    pub(in crate::facts) is_extern: bool,
    pub(in crate::facts) is_public: bool,
}

/// `mod m;`.
#[derive(Clone, Debug)]
pub(in crate::facts) struct ModDecl {
    pub(in crate::facts) node: NodeId,
    pub(in crate::facts) scope: u32,
    pub(in crate::facts) name: Arc<str>,
    pub(in crate::facts) path_attr: Option<Box<str>>,
    pub(in crate::facts) is_test: bool,
    pub(in crate::facts) is_public: bool,
}

/// All that one file defines.
#[derive(Clone, Debug, Default)]
pub(in crate::facts) struct FileItems {
    pub(in crate::facts) scopes: Vec<RawScope>,
    pub(in crate::facts) items: Vec<RawItem>,
    pub(in crate::facts) imports: Vec<RawImport>,
    pub(in crate::facts) mods: Vec<ModDecl>,
    /// Words in capitals that macros at item position name, by scope: they may define them.
    pub(in crate::facts) macro_words: Vec<(u32, Arc<str>)>,
    /// Names of type and const parameters anywhere in the file.
    pub(in crate::facts) generics: FxHashSet<Arc<str>>,
}

/// Reads one file.
#[must_use]
pub(in crate::facts) fn of_file(tree: &Tree) -> FileItems {
    let found = FileItems {
        items: Vec::with_capacity(tree.count(is_definition)),
        imports: Vec::with_capacity(tree.count(|kind| matches!(kind, Kind::UseLeaf | Kind::ExternCrate))),
        ..FileItems::default()
    };
    let mut reader = Reader { tree, found, frames: Vec::new() };
    let root = tree.root();
    let is_test = attribute::is_test(tree, root);
    reader.found.scopes.push(RawScope {
        node: root,
        parent: None,
        kind: ScopeKind::File,
        is_test,
        is_public: true,
    });
    reader.frames.push(Frame { node: root, scope: 0, item: None, is_test });
    for node in tree.descendants(root) {
        reader.visit(node);
    }
    reader.found
}

/// What is open around the node that is visited.
#[derive(Clone, Copy)]
struct Frame {
    node: NodeId,
    scope: u32,
    item: Option<u32>,
    is_test: bool,
}

struct Reader<'t> {
    tree: &'t Tree,
    found: FileItems,
    frames: Vec<Frame>,
}

impl Reader<'_> {
    fn top(&mut self, node: NodeId) -> Frame {
        while self.frames.len() > 1 {
            match self.frames.last() {
                Some(frame) if !self.tree.is_within(node, frame.node) => self.frames.pop(),
                _ => break,
            };
        }
        self.frames.last().copied().unwrap_or(Frame {
            node: self.tree.root(),
            scope: 0,
            item: None,
            is_test: false,
        })
    }

    fn visit(&mut self, node: NodeId) {
        match self.tree.kind(node) {
            Kind::Module => self.module(node),
            Kind::ModDecl => self.declaration(node),
            Kind::UseLeaf => self.import(node),
            Kind::ExternCrate => self.extern_crate(node),
            kind if is_definition(kind) => self.item(node),
            Kind::Block | Kind::UnsafeBlock | Kind::AsyncBlock | Kind::OtherBlock => self.block(node),
            Kind::MacroCall if self.tree.field(node) == Field::Item => self.macro_words(node),
            Kind::GenericParam => {
                if let Some(name) = self.tree.name(node)
                    && !name.starts_with('\'')
                    && !self.found.generics.contains(name)
                {
                    self.found.generics.insert(name.into());
                }
            }
            _ => {}
        }
    }

    fn module(&mut self, node: NodeId) {
        let frame = self.top(node);
        let name = self.tree.name(node).unwrap_or("").into();
        let is_test = frame.is_test || attribute::is_test(self.tree, node);
        let kind = ScopeKind::Module(name, path_attr(self.tree, node));
        let is_public = is_public(self.tree, node);
        self.open(node, RawScope { node, parent: Some(frame.scope), kind, is_test, is_public });
    }

    fn block(&mut self, node: NodeId) {
        let holds_names = self.tree.children(node).any(|child| is_item(self.tree.kind(child)));
        let frame = self.top(node);
        if !holds_names || is_item_macro_body(self.tree, node) {
            return;
        }
        let kind = ScopeKind::Block;
        let scope =
            RawScope { node, parent: Some(frame.scope), kind, is_test: frame.is_test, is_public: false };
        self.open(node, scope);
    }

    fn open(&mut self, node: NodeId, scope: RawScope) {
        let frame = self.top(node);
        let at = self.found.scopes.len() as u32;
        self.frames.push(Frame { node, scope: at, item: frame.item, is_test: scope.is_test });
        self.found.scopes.push(scope);
    }

    fn declaration(&mut self, node: NodeId) {
        let frame = self.top(node);
        let Some(name) = self.tree.name(node) else { return };
        self.found.mods.push(ModDecl {
            node,
            scope: frame.scope,
            name: name.into(),
            path_attr: path_attr(self.tree, node),
            is_test: frame.is_test || attribute::is_test(self.tree, node),
            is_public: is_public(self.tree, node),
        });
    }

    fn import(&mut self, leaf: NodeId) {
        let scope = self.top(leaf).scope;
        let tree = self.tree;
        let written = plain_path(tree.use_path(leaf));
        let is_leading = written.starts_with("::") || tree.has(leaf, Flag::Leading);
        let path = written.trim_start_matches("::").trim_end_matches("::self");
        let last = path.rsplit("::").next().unwrap_or("").trim_start_matches("r#");
        let name = tree.name(leaf).unwrap_or(last).into();
        let is_public = tree.parent(leaf).is_some_and(|decl| is_public(tree, decl));
        self.found.imports.push(RawImport {
            node: leaf,
            scope,
            name,
            path: if path.contains("r#") { path.replace("r#", "").into() } else { path.into() },
            is_glob: tree.has(leaf, Flag::Glob),
            is_extern: is_leading,
            is_public,
        });
    }

    fn extern_crate(&mut self, node: NodeId) {
        let scope = self.top(node).scope;
        let Some(path) = self.tree.child(node, Field::Path) else { return };
        let path = self.tree.text(path);
        self.found.imports.push(RawImport {
            node,
            scope,
            name: self.tree.name(node).unwrap_or(path).into(),
            path: path.into(),
            is_glob: false,
            is_extern: path != "self",
            is_public: is_public(self.tree, node),
        });
    }

    fn macro_words(&mut self, call: NodeId) {
        let scope = self.top(call).scope;
        let text = self.tree.text(call);
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let upper = words.filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase()));
        let mut seen = FxHashSet::default();
        let new = upper.filter(|word| seen.insert(*word)).take(MAX_MACRO_WORDS);
        self.found.macro_words.extend(new.map(|word| (scope, Arc::from(word))));
    }

    fn item(&mut self, node: NodeId) {
        let frame = self.top(node);
        let owner = self.tree.parent(node).map(|parent| self.tree.kind(parent));
        let in_owner = matches!(owner, Some(Kind::Impl | Kind::Trait));
        let is_test = frame.is_test || attribute::is_test(self.tree, node);
        let Some(kind) = item_kind(self.tree, node, in_owner) else { return };
        let at = self.found.items.len() as u32;
        self.found.items.push(RawItem {
            kind,
            name: self.tree.name(node).unwrap_or("").into(),
            node,
            parent: frame.item,
            scope: frame.scope,
            is_test,
            is_public: is_public(self.tree, node) || owner == Some(Kind::Trait),
        });
        self.frames.push(Frame { node, item: Some(at), is_test, ..frame });
    }
}

fn item_kind(tree: &Tree, node: NodeId, in_owner: bool) -> Option<ItemKind> {
    let part = |field| tree.child(node, field);
    Some(match tree.kind(node) {
        Kind::Fn => ItemKind::Fn(function(tree, node)),
        Kind::Struct | Kind::Union | Kind::Enum => ItemKind::Type(Box::new(type_info(tree, node))),
        Kind::TypeAlias if in_owner => return None,
        Kind::TypeAlias => match part(Field::Type) {
            Some(ty) => ItemKind::Alias(ty),
            // A type of another language, in `extern "C"`.
            None => ItemKind::Type(Box::default()),
        },
        Kind::Trait => ItemKind::Trait,
        Kind::Impl => ItemKind::Impl(Box::new(implementation(tree, node))),
        Kind::Const | Kind::Static => ItemKind::Const(part(Field::Type), part(Field::Init)),
        Kind::MacroRules => ItemKind::Macro,
        _ => return None,
    })
}

fn function(tree: &Tree, node: NodeId) -> FnInfo {
    let params = || tree.children_in(node, Field::Param);
    FnInfo {
        is_async: tree.has(node, Flag::Async),
        has_self: params().any(|param| tree.kind(param) == Kind::SelfParam),
        params: params().filter(|param| tree.kind(*param) != Kind::SelfParam).collect(),
        ret: tree.child(node, Field::Ret),
        body: tree.child(node, Field::Body),
        owner: None,
    }
}

fn type_info(tree: &Tree, node: NodeId) -> TypeInfo {
    let is_enum = tree.kind(node) == Kind::Enum;
    let written = |path: NodeId| tree.text(path).split_whitespace().collect::<String>().into();
    TypeInfo {
        is_enum,
        fields: if is_enum { Vec::new() } else { serde_name::fields(tree, node, None) },
        variants: if is_enum { serde_name::variants(tree, node) } else { Vec::new() },
        derives: attribute::derives(tree, node).into_iter().map(written).collect(),
        tag: serde_name::tag(tree, node),
    }
}

fn implementation(tree: &Tree, node: NodeId) -> ImplInfo {
    let types = tree.children_in(node, Field::Item).filter(|item| tree.kind(*item) == Kind::TypeAlias);
    ImplInfo {
        of_trait: tree.child(node, Field::Trait).map(|path| tree.path_segments(path).join("::").into()),
        self_path: None,
        self_ty: tree.child(node, Field::Type),
        types: types
            .filter_map(|item| Some((tree.name(item)?.into(), tree.child(item, Field::Type)?)))
            .collect(),
    }
}

/// A path without white space.
fn plain_path(path: &str) -> Cow<'_, str> {
    if path.contains(char::is_whitespace) {
        path.split_whitespace().collect::<String>().into()
    } else {
        path.into()
    }
}

fn path_attr(tree: &Tree, node: NodeId) -> Option<Box<str>> {
    let attr = attribute::named(tree, node, "path").next()?;
    let text = tree.text(attr);
    let (_, value) = text.split_once('=')?;
    Some(attribute::unquoted(value.trim_end_matches(']').trim()).into())
}

fn is_public(tree: &Tree, node: NodeId) -> bool {
    tree.child(node, Field::Vis).is_some_and(|vis| tree.text(vis).replace(' ', "") != "pub(self)")
}

/// Whether a node may be an item of its own.
const fn is_definition(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Fn
            | Kind::Struct
            | Kind::Enum
            | Kind::Union
            | Kind::Trait
            | Kind::Impl
            | Kind::TypeAlias
            | Kind::Const
            | Kind::Static
            | Kind::MacroRules
    )
}

/// Whether a block that directly holds such a node gets names of its own.
const fn is_item(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Use
            | Kind::ExternCrate
            | Kind::Fn
            | Kind::Struct
            | Kind::Enum
            | Kind::Union
            | Kind::Trait
            | Kind::TypeAlias
            | Kind::Const
            | Kind::Static
            | Kind::MacroRules
    )
}

/// Items that a macro at item position wraps are items of the module.
fn is_item_macro_body(tree: &Tree, block: NodeId) -> bool {
    let Some(call) = tree.parent(block) else { return false };
    tree.kind(call) == Kind::MacroCall
        && tree.field(call) == Field::Item
        && tree.parent(call).is_some_and(|outer| matches!(tree.kind(outer), Kind::File | Kind::Module))
}
