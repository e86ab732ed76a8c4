//! Servers that are started, and what wraps the routes that they serve. Judges none.

#[cfg(test)]
mod tests;

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::{Role, RoleSet};
use crate::engine::{FactValue, Subject};
use crate::facts::{CallSite, Chain, Codebase, Place};
use crate::syntax::{Field, Kind, NodeId};

/// The analysis `served`.
pub(super) struct Served;

/// Services around a router that are looked through.
const MAX_WRAPPERS: usize = 4;

static SPEC: Spec = Spec {
    name: "served",
    about: "calls that start a server with a router, with the layers of that router",
    params: &[
        ParamSpec {
            name: "starts",
            kind: ParamKind::Names,
            about: "paths of the functions and methods that are given the router; default: axum::serve and the `serve` \
                    of axum's and hyper's older servers",
            default: || {
                ParamValue::names(&[
                    "axum::serve",
                    "axum::Server::serve",
                    "axum_server::Server::serve",
                    "hyper::server::Builder::serve",
                ])
            },
        },
        ParamSpec {
            name: "layers",
            kind: ParamKind::Names,
            about: "roles of the layers in question; default: layer-timeout",
            default: || ParamValue::names(&["layer-timeout"]),
        },
    ],
    facts: &[
        FactSpec {
            name: "wrapped",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether such a layer wraps the router, in its chain or in a function of the workspace that shapes it; \
                    unknown where part of the chain is out of sight",
        },
        FactSpec {
            name: "router",
            kind: FactKind::Text,
            about: "what the router is made by; its place is there, or at the served value where that is out of sight",
        },
    ],
};

impl Analysis for Served {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let layers = params.names("layers").iter().filter_map(|name| Role::named(name)).collect();
        let starts = params.names("starts").iter().flat_map(|path| codebase.calls_to(path));
        let mut found: Vec<Subject> = starts
            .filter(|start| start.file == file)
            .filter_map(|start| Server { codebase, layers }.subject(*start))
            .collect();
        found.sort_by_key(|subject| subject.place.node);
        found
    }
}

#[derive(Clone, Copy)]
struct Server<'c> {
    codebase: &'c Codebase,
    layers: RoleSet,
}

impl Server<'_> {
    fn subject(self, start: Place) -> Option<Subject> {
        let tree = self.codebase.tree(start.file);
        let app = tree.children_in(start.node, Field::Arg).last()?;
        let chain = self.unwrapped(self.codebase.chain_to(start.file, app));
        let subject = Subject::new(start.file, start.node).narrowed(tree.span(start.node));
        // The chain of a service of the workspace begins inside its constructor, at anything but the router it is given.
        let is_elsewhere = chain.start.file != start.file && !self.is_router(chain.start);
        let wrapped = match (self.is_wrapped(start.file, app, &chain), chain.is_whole && !is_elsewhere) {
            (true, _) => FactValue::Symbol("yes"),
            (false, true) => FactValue::Symbol("no"),
            (false, false) => FactValue::Unknown("part of the router is out of sight".to_owned()),
        };
        let router = self.codebase.tree(chain.start.file);
        let text = chain.start_path.as_deref().unwrap_or("a value").to_owned();
        let shown = (chain.start.file, router.span(chain.start.node));
        Some(subject.with("wrapped", wrapped).with_at("router", FactValue::Text(text), shown))
    }

    /// The chain of the router inside of services that wrap it: `Shared::new(NormalizePath::trim(app))`.
    fn unwrapped(self, mut chain: Chain) -> Chain {
        for _ in 0..MAX_WRAPPERS {
            let at = chain.start;
            let tree = self.codebase.tree(at.file);
            let is_router = self.is_router(at);
            let Some(inner) = tree.children_in(at.node, Field::Arg).next().filter(|_| !is_router) else {
                break;
            };
            if tree.kind(at.node) != Kind::Call {
                break;
            }
            let found = self.codebase.chain_to(at.file, inner);
            let calls = found.calls.into_iter().chain(chain.calls).collect();
            chain = Chain { calls, is_whole: found.is_whole && chain.is_whole, ..found };
        }
        chain
    }

    fn is_router(self, at: Place) -> bool {
        let routers: RoleSet = Role::named("router").into_iter().collect();
        self.codebase.call_at(at.file, at.node).is_some_and(|site| site.roles.meets(routers))
    }

    fn is_wrapped(self, file: FileIdx, app: NodeId, chain: &Chain) -> bool {
        let is_layer = |site: &CallSite| {
            site.roles.meets(self.layers)
                || self
                    .codebase
                    .callees(site)
                    .iter()
                    .any(|callee| self.codebase.summary(*callee).reach_any(self.layers).is_some())
        };
        let within = |at: Place| self.codebase.calls_within(at.file, at.node).iter().any(is_layer);
        let of_args = |at: Place| {
            let tree = self.codebase.tree(at.file);
            let mut args = tree.children_in(at.node, Field::Arg);
            args.any(|arg| {
                let bound = self.codebase.binding(at.file, arg).and_then(|binding| binding.init(tree));
                let is_variable = tree.kind(arg) == Kind::Path;
                within(Place { file: at.file, node: arg })
                    || bound.filter(|_| is_variable).is_some_and(|node| within(Place { file: at.file, node }))
            })
        };
        within(Place { file, node: app })
            || chain.calls.iter().any(|call| of_args(call.place))
            || within(chain.start)
    }
}
