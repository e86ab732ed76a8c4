//! Predicates on where a subject stands.

use super::Answer;
use super::every_use::callers_of;
use crate::catalog::{LoopKind, RoleSet};
use crate::engine::view::FileView;
use crate::engine::{Truth, pattern};
use crate::facts::{AsyncContext, Place, ScopeClass};
use crate::rule::{
    CodePattern, ContextWord, FnSelector, Inside, PathPattern, Region, ScopeWord, matches_any_path,
};
use crate::syntax::{Field, Kind, NodeId};

/// Functions that may lie between code and the callers that are asked for.
const CALLER_DEPTH: u8 = 2;

impl FileView<'_> {
    pub(super) fn is_inside(&self, asked: &Inside, node: NodeId) -> Answer {
        let Inside {
            func,
            called_by,
            named,
            loops,
            in_process,
            closure_of,
            argument_of,
            region,
            context,
            scope,
            impl_of,
            code,
            file,
            module,
            module_role,
        } = asked;
        let holds = func.as_ref().is_none_or(|func| self.is_in_fn(func, node))
            && called_by.as_ref().is_none_or(|func| self.is_called_by(func, node, CALLER_DEPTH))
            && named.as_ref().is_none_or(|name| self.name_around(node).is_some_and(|of| name.is_match(of)))
            && (loops.is_empty() && in_process.is_none() || self.is_in_loop(loops, *in_process, node))
            && (closure_of.is_empty() || self.is_in_closure(*closure_of, node))
            && (argument_of.is_empty() || self.is_in_argument(argument_of, node))
            && region.is_none_or(|region| self.is_in_region(region, node))
            && context.is_none_or(|context| self.is_in_context(context, node))
            && (scope.is_empty() || self.is_in_scope(scope, node))
            && (impl_of.is_empty() || self.is_in_impl(impl_of, node))
            && code.as_ref().is_none_or(|code| self.is_in_code(code, node))
            && file.as_ref().is_none_or(|glob| glob.is_match(self.tree.source().path().as_str()))
            && self.is_in_module(module, *module_role, node);
        Answer::from(Truth::of(holds))
    }

    /// Inside code of this shape, up to the function around.
    fn is_in_code(&self, code: &CodePattern, node: NodeId) -> bool {
        let mut above = self.tree.ancestors(node).take_while(|at| self.tree.kind(*at) != Kind::Fn);
        above.any(|at| pattern::captures_of(self.codebase, self.file, at, code).is_some())
    }

    fn is_in_fn(&self, asked: &FnSelector, node: NodeId) -> bool {
        let mut closures = self.tree.ancestors(node).filter(|at| self.tree.kind(*at) == Kind::Closure);
        let plays = |at: NodeId| {
            let roles = self.codebase.roles_of_closure(Place { file: self.file, node: at });
            roles.iter().any(|evidence| asked.roles.contains(evidence.role))
        };
        let func = self.codebase.enclosing_fn(self.file, node);
        func.is_some_and(|func| self.is_fn(asked, func).is_ok()) || closures.any(plays)
    }

    /// Whether the function around has callers in sight, and such functions alone come to it.
    fn is_called_by(&self, asked: &FnSelector, node: NodeId, depth: u8) -> bool {
        let Some(func) = self.codebase.enclosing_fn(self.file, node).filter(|_| depth > 0) else {
            return false;
        };
        let callers = callers_of(self.codebase, func);
        !callers.is_empty()
            && callers.into_iter().all(|call| {
                let view = FileView::new(self.engine, call.file);
                view.is_in_fn(asked, call.node) || view.is_called_by(asked, call.node, depth - 1)
            })
    }

    /// The name of the variable, field, const or static whose value holds the node.
    fn name_around(&self, node: NodeId) -> Option<&str> {
        let tree = self.tree;
        let mut at = node;
        while let Some(parent) = tree.parent(at) {
            let holder = match tree.kind(parent) {
                Kind::LetStmt if tree.field(at) == Field::Init => {
                    tree.child(parent, Field::Pat).and_then(|pattern| tree.name(pattern))
                }
                Kind::Assign if tree.field(at) == Field::Right => {
                    let left = tree.child(parent, Field::Left);
                    left.and_then(|left| tree.name(left).or_else(|| tree.path_segments(left).last().copied()))
                }
                Kind::FieldInit | Kind::Const | Kind::Static => tree.name(parent),
                Kind::Fn => return None,
                _ => None,
            };
            if holder.is_some() {
                return holder;
            }
            at = parent;
        }
        None
    }

    fn is_in_loop(&self, asked: &[LoopKind], in_process: Option<bool>, node: NodeId) -> bool {
        let is_asked = |kind: LoopKind| asked.is_empty() || asked.contains(&kind);
        self.codebase
            .loops_around(self.file, node)
            .any(|fact| is_asked(fact.kind) && in_process.is_none_or(|is_own| fact.in_process == is_own))
    }

    /// Inside a closure or async block that a call of one of these roles is given.
    fn is_in_closure(&self, asked: RoleSet, node: NodeId) -> bool {
        let bodies = self.tree.ancestors(node).filter(|at| {
            matches!(self.tree.kind(*at), Kind::Closure | Kind::AsyncBlock)
                && self.tree.field(*at) == Field::Arg
        });
        let mut calls = bodies.filter_map(|at| self.codebase.call_at(self.file, self.tree.parent(at)?));
        calls.any(|site| site.roles.meets(asked))
    }

    pub(super) fn is_in_argument(&self, asked: &[PathPattern], node: NodeId) -> bool {
        let mut above = std::iter::once(node).chain(self.tree.ancestors(node));
        above.any(|at| {
            let is_arg = matches!(self.tree.field(at), Field::Arg | Field::Arm | Field::Body);
            let parent = self.tree.parent(at).filter(|_| is_arg);
            let site = parent.and_then(|parent| self.codebase.call_at(self.file, parent));
            let path = site.and_then(|site| self.called_path(site));
            path.is_some_and(|path| matches_any_path(asked, &path))
        })
    }

    fn is_in_region(&self, region: Region, node: NodeId) -> bool {
        match region {
            Region::Transaction => self.codebase.transaction(self.file, node).is_some(),
        }
    }

    fn is_in_context(&self, context: ContextWord, node: NodeId) -> bool {
        match self.codebase.async_context(self.file, node) {
            AsyncContext::Async => context == ContextWord::Async,
            AsyncContext::Sync => context == ContextWord::Sync,
            AsyncContext::Blocking(_) => context == ContextWord::Blocking,
        }
    }

    fn is_in_scope(&self, asked: &[ScopeWord], node: NodeId) -> bool {
        let scope = self.codebase.scope_at(self.file, node);
        asked.iter().any(|word| match word {
            ScopeWord::Cli => scope == ScopeClass::Cli,
            ScopeWord::Library => scope == ScopeClass::Library,
            ScopeWord::Service => scope == ScopeClass::Service,
        })
    }

    fn is_in_impl(&self, asked: &[PathPattern], node: NodeId) -> bool {
        let mut items = self.codebase.items_around(self.file, node);
        items.any(|item| self.codebase.trait_of(item).is_some_and(|path| matches_any_path(asked, path)))
    }

    fn is_in_module(&self, paths: &[PathPattern], roles: RoleSet, node: NodeId) -> bool {
        if paths.is_empty() && roles.is_empty() {
            return true;
        }
        let path = &self.codebase.module_at(self.file, node).path;
        let is_named = paths.is_empty() || matches_any_path(paths, path);
        let item = self.codebase.item_at(self.file, node);
        let module =
            item.map_or(self.codebase.file(self.file).module, |item| self.codebase.item(item).module);
        let declared = self.codebase.roles_of_module(module);
        let plays = roles.is_empty() || declared.iter().any(|evidence| roles.contains(evidence.role));
        is_named && plays
    }
}
