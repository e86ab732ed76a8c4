//! Whether a node is a subject of a selector, and which part of the selector says no. Judges no subject.

mod call;
mod item;
mod value;

use crate::engine::view::FileView;
use crate::engine::{Subject, Truth, pattern};
use crate::facts::Ty;
use crate::rule::{Selector, SelectorKind};
use crate::syntax::{Field, NodeId};
use std::sync::Arc;

pub(super) use call::is_one_of;

/// A subject, or what may be one.
#[derive(Clone, Debug)]
pub(super) struct Selected {
    pub(super) subject: Subject,
    /// Why it is not sure that it is one; then its verdict is unknown.
    pub(super) doubt: Option<String>,
}

impl Selected {
    pub(super) const fn sure(subject: Subject) -> Self {
        Self { subject, doubt: None }
    }
}

/// The part of a selector that does not match a node.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Miss {
    /// What was asked, in the words of the rule language.
    pub(super) part: &'static str,
    /// What stands there instead.
    pub(super) saw: Saw,
}

/// What a node is instead of what was asked.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Saw {
    /// Something of another kind.
    Other,
    /// A name or canonical path.
    Name(Arc<str>),
    /// A type.
    Type(Ty),
    /// A number.
    Count(usize),
    /// Nothing that resolves.
    Unresolved,
}

impl Miss {
    pub(super) const fn new(part: &'static str, saw: Saw) -> Self {
        Self { part, saw }
    }
}

/// `Ok` where the node gave subjects.
pub(super) type Selection = Result<(), Miss>;

impl<'e> FileView<'e> {
    /// Adds the subjects that `selector` finds at `node`, without its filter.
    pub(super) fn select(
        &self,
        selector: &'e Selector,
        node: NodeId,
        found: &mut Vec<Selected>,
    ) -> Selection {
        match &selector.kind {
            SelectorKind::Call(call) => self.select_call(call, node, found),
            SelectorKind::Chain(chain) => self.select_chain(chain, node, found),
            SelectorKind::Macro(paths) => self.select_macro(paths, node, found),
            SelectorKind::Literal(literal) => self.select_literal(literal, node, found),
            SelectorKind::FieldSet(set) => self.select_field_set(set, node, found),
            SelectorKind::Type(ty) => self.select_type(ty, node, found),
            SelectorKind::Fn(func) => {
                let Some(item) = self.item_of(node) else { return Err(Miss::new("fn", Saw::Other)) };
                self.is_fn(func, item)?;
                found.push(Selected::sure(self.subject(node)));
                Ok(())
            }
            SelectorKind::Loop(looping) => self.select_loop(looping, node, found),
            SelectorKind::Import(paths) => self.select_import(paths, node, found),
            SelectorKind::Impl(imp) => self.select_impl(imp, node, found),
            SelectorKind::Code(code) => {
                let Some(captures) = pattern::captures_of(self.codebase, self.file, node, code) else {
                    return Err(Miss::new("code", Saw::Other));
                };
                let mut subject = self.subject(node);
                subject.captures = captures;
                found.push(Selected::sure(subject));
                Ok(())
            }
            SelectorKind::Analysis(asked) => {
                let n_before = found.len();
                self.engine.analysed(asked, self.file, |subjects| {
                    let here = subjects.iter().filter(|subject| subject.place.node == node);
                    found.extend(here.cloned().map(Selected::sure));
                });
                if found.len() > n_before { Ok(()) } else { Err(Miss::new("analysis", Saw::Other)) }
            }
        }
    }

    /// Whether the selector's `where` holds for sure.
    pub(super) fn is_filtered_in(&self, selector: &'e Selector, subject: &Subject) -> bool {
        selector.filter.as_deref().is_none_or(|filter| self.judge(filter, subject).truth == Truth::Yes)
    }

    pub(super) const fn subject(&self, node: NodeId) -> Subject {
        Subject::new(self.file, node)
    }

    /// The canonical path that a path node, or the path of a node, resolves to.
    pub(super) fn path_of(&self, node: NodeId) -> Option<Arc<str>> {
        let path = self.tree.path_node(node)?;
        self.codebase.resolve(self.file, path).map(|to| to.path.clone())
    }

    /// The resolved path of each attribute of `node`; the written path where it does not resolve.
    pub(super) fn attribute_paths(&self, node: NodeId) -> impl Iterator<Item = Arc<str>> + '_ {
        self.tree.children_in(node, Field::Attr).filter_map(|attr| {
            let path = self.tree.child(attr, Field::Path)?;
            let resolved = self.codebase.resolve(self.file, path).map(|to| to.path.clone());
            Some(resolved.unwrap_or_else(|| self.tree.text(path).into()))
        })
    }
}
