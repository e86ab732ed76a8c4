//! Places where the limit of request bodies is taken away, and whether another layer around the same routes brings it
//! back. A layer wraps only the routes that were added before it. Judges none of it.

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::{ArgName, RoleSet};
use crate::engine::{FactValue, Subject, place};
use crate::facts::{CallSite, Chain, Codebase, ItemKind, Place, ValueKind};
use crate::syntax::{Field, Kind, NodeId};

/// The analysis `body-limit`.
pub(super) struct BodyLimit;

/// Routers inside routers that are followed.
const MAX_DEPTH: u32 = 8;

static SPEC: Spec = Spec {
    name: "body-limit",
    about: "places where the limit of request bodies is taken away",
    params: &[ParamSpec {
        name: "huge",
        kind: ParamKind::Bytes,
        about: "a limit from this size on is none",
        default: || ParamValue::Bytes(1 << 40),
    }],
    facts: &[
        FactSpec {
            name: "kind",
            kind: FactKind::Symbols(&["disabled", "unlimited"]),
            about: "the limit is turned off, or set to a number that is none; its place is that number",
        },
        FactSpec {
            name: "limited",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether a limit layer wraps all routes that lose theirs; unknown where the router goes out of sight",
        },
        FactSpec {
            name: "misplaced",
            kind: FactKind::Text,
            about: "a limit layer of the same router that stands before the routes and so does not wrap them",
        },
    ],
};

impl Analysis for BodyLimit {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let view = View { codebase, huge: params.count("huge") };
        codebase.calls(file).iter().filter_map(|site| view.subject(file, site)).collect()
    }
}

/// Whether routes are limited.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Limited {
    Yes,
    /// With a limit layer that stands in the wrong place.
    No(Option<Place>),
    Unknown,
}

/// Where a router's value goes.
enum Exit {
    /// Into another router, by this method call.
    Into(Place),
    /// Out of the function that makes it.
    Returned(Place),
    /// Nowhere else.
    End,
}

#[derive(Clone, Copy)]
struct View<'c> {
    codebase: &'c Codebase,
    /// A limit from this many bytes on is none.
    huge: Option<i128>,
}

impl View<'_> {
    fn subject(self, file: FileIdx, site: &CallSite) -> Option<Subject> {
        let tree = self.codebase.tree(file);
        let is_off = site.roles.meets(RoleSet::named(&["body-limit-off"]));
        let huge = self.huge_limit(file, site);
        if !is_off && huge.is_none() {
            return None;
        }
        let layer = self.layer_around(file, site.node);
        // A layer's call is what is wrong; a setting that is no layer stands for itself.
        let node = layer.filter(|_| is_off).unwrap_or(site.node);
        let subject = Subject::new(file, node).narrowed(place::method(tree, node));
        let subject = match huge {
            Some(literal) => {
                let span = self.codebase.tree(literal.file).span(literal.node);
                subject.with_at("kind", FactValue::Symbol("unlimited"), (literal.file, span))
            }
            None => subject.with_symbol("kind", "disabled"),
        };
        let limited = match layer {
            Some(layer) => self.around(Place { file, node: layer }, Some(site.node)),
            None if is_off => Limited::Unknown,
            None => Limited::No(None),
        };
        Some(match limited {
            Limited::Yes => subject.with_symbol("limited", "yes"),
            Limited::Unknown => subject
                .with("limited", FactValue::Unknown("where the router goes is out of sight".to_owned())),
            Limited::No(None) => subject.with_symbol("limited", "no"),
            Limited::No(Some(early)) => {
                let tree = self.codebase.tree(early.file);
                let text = FactValue::Text(tree.name(early.node).unwrap_or("layer").to_owned());
                let span = place::method(tree, early.node);
                subject.with_symbol("limited", "no").with_at("misplaced", text, (early.file, span))
            }
        })
    }

    /// The number of a body limit that is none.
    fn huge_limit(self, file: FileIdx, site: &CallSite) -> Option<Place> {
        if !site.roles.meets(RoleSet::named(&["body-limit"])) {
            return None;
        }
        let rows = site.apis.iter().map(|(idx, _)| self.codebase.catalog.api(*idx));
        let at = rows.filter_map(|api| api.arg(ArgName::Limit)).next()?;
        let arg = self.codebase.tree(file).children_in(site.node, Field::Arg).nth(at)?;
        let value = self.codebase.value(file, arg)?;
        match value.kind {
            ValueKind::Int(bytes) if self.huge.is_some_and(|huge| bytes >= huge) => Some(value.place),
            ValueKind::None => Some(value.place),
            _ => None,
        }
    }

    /// The outermost `.layer(..)` of a router that `node` is given to, directly or within a builder of layers.
    fn layer_around(self, file: FileIdx, node: NodeId) -> Option<NodeId> {
        let tree = self.codebase.tree(file);
        let mut found = None;
        let mut at = node;
        while let Some(parent) = tree.parent(at) {
            match (tree.kind(parent), tree.field(at)) {
                (Kind::MethodCall, Field::Arg)
                    if matches!(tree.name(parent), Some("layer" | "route_layer" | "with" | "wrap")) =>
                {
                    found = Some(parent);
                }
                (Kind::MethodCall, Field::Receiver) | (Kind::Call, Field::Arg) | (Kind::Tuple, _) => {}
                (Kind::LetStmt, Field::Init) => {
                    let binding =
                        tree.child(parent, Field::Pat).and_then(|at| self.codebase.binding(file, at))?;
                    let used = self.codebase.uses_of(file, &binding).next()?;
                    return self.layer_around(file, used).or(found);
                }
                _ => break,
            }
            // A call of a router's method ends the search: what follows is the router, no layer.
            if found.is_some() && !self.is_layer_builder(file, parent) {
                break;
            }
            at = parent;
        }
        found
    }

    /// Whether a `.layer(..)` call belongs to a stack of layers rather than to a router.
    fn is_layer_builder(self, file: FileIdx, call: NodeId) -> bool {
        let chain = self.codebase.chain_to(file, call);
        chain.start_path.as_deref().is_some_and(|path| path.contains("ServiceBuilder"))
    }

    /// Whether a limit wraps all routes that stand before `layer` in its router; `off` is the call that is under
    /// examination and no limit itself.
    fn around(self, layer: Place, off: Option<NodeId>) -> Limited {
        self.around_to(layer, off, MAX_DEPTH)
    }

    fn around_to(self, at: Place, off: Option<NodeId>, depth: u32) -> Limited {
        let Some(depth) = depth.checked_sub(1) else { return Limited::Unknown };
        let chain = self.codebase.chain(at.file, at.node);
        let Some(own) = chain.calls.iter().position(|call| call.place == at) else { return Limited::Unknown };
        let is_route = |name: &str| !matches!(name, "layer" | "route_layer" | "with_state" | "with" | "wrap");
        // The last route that the layer wraps, or the call itself where that adds the routes.
        let last = match off {
            Some(_) => chain.calls.iter().take(own).rposition(|call| is_route(&call.name)),
            None => Some(own),
        };
        let limits = |call: &&crate::facts::ChainCall| self.is_limit(call.place, off);
        let from = last.map_or(0, |last| last + 1);
        if chain.calls.get(from..).unwrap_or(&[]).iter().any(|call| limits(&call)) {
            return Limited::Yes;
        }
        let early = chain.calls.iter().take(from).find(limits).map(|call| call.place);
        let outer = match self.exit_of(at, &chain) {
            Exit::Into(call) => self.around_to(call, None, depth),
            Exit::Returned(end) => self.around_callers(end, depth),
            Exit::End => Limited::No(None),
        };
        match outer {
            Limited::No(None) => Limited::No(early),
            other => other,
        }
    }

    /// Whether a call adds a limit that is one.
    fn is_limit(self, call: Place, off: Option<NodeId>) -> bool {
        let tree = self.codebase.tree(call.file);
        let limit = RoleSet::named(&["body-limit"]);
        let receiver_past = tree.child(call.node, Field::Receiver).map(|receiver| tree.past(receiver));
        let is_limiting = |site: &&CallSite| {
            let is_own = receiver_past.is_none_or(|past| site.node >= past || site.node == call.node);
            is_own
                && site.roles.meets(limit)
                && off != Some(site.node)
                && !self.raises_default(site)
                && self.huge_limit(call.file, site).is_none()
        };
        if self.codebase.calls_within(call.file, call.node).iter().any(|site| is_limiting(&site)) {
            return true;
        }
        // `let limit = RequestBodyLimitLayer::new(n);` before.
        tree.children_in(call.node, Field::Arg).any(|arg| {
            let init = self.codebase.binding(call.file, arg).and_then(|binding| binding.init(tree));
            let site = init.and_then(|init| self.codebase.call_at(call.file, init));
            site.is_some_and(|site| site.roles.meets(limit) && !self.raises_default(site))
        })
    }

    /// Whether a limit is only the default of extractors, which the inner layer decides.
    fn raises_default(self, site: &CallSite) -> bool {
        match &site.target {
            crate::facts::Target::External(path) => path.contains("DefaultBodyLimit"),
            crate::facts::Target::Local(_) | crate::facts::Target::Unknown => false,
        }
    }

    /// Where the value of a router's chain goes.
    fn exit_of(self, at: Place, chain: &Chain) -> Exit {
        // A helper's own calls stand in another function, where the value does not go from here.
        let here = self.codebase.enclosing_fn(at.file, at.node);
        let is_here = |place: &Place| {
            place.file == at.file && self.codebase.enclosing_fn(place.file, place.node) == here
        };
        let last = chain.calls.iter().map(|call| call.place).rfind(is_here).unwrap_or(at);
        let tree = self.codebase.tree(last.file);
        let mut node = last.node;
        while let Some(parent) = tree.parent(node) {
            match (tree.kind(parent), tree.field(node)) {
                (Kind::MethodCall, Field::Arg) => {
                    let is_router = matches!(
                        tree.name(parent),
                        Some(
                            "merge"
                                | "nest"
                                | "nest_service"
                                | "route"
                                | "route_service"
                                | "fallback_service"
                        )
                    );
                    return if is_router {
                        Exit::Into(Place { file: last.file, node: parent })
                    } else {
                        Exit::End
                    };
                }
                (Kind::MethodCall | Kind::Try | Kind::Await, _) => node = parent,
                (Kind::Call, Field::Arg)
                    if matches!(tree.path_segments(parent).as_slice(), ["Ok" | "Some"]) =>
                {
                    node = parent;
                }
                (Kind::LetStmt, Field::Init) => return self.exit_of_variable(last.file, parent),
                (Kind::Block, Field::Tail) => {
                    let holder = tree.parent(parent);
                    let is_fn = holder.is_some_and(|holder| tree.kind(holder) == Kind::Fn);
                    if is_fn {
                        return Exit::Returned(last);
                    }
                    node = parent;
                }
                (Kind::Return, _) => return Exit::Returned(last),
                (Kind::If | Kind::Match | Kind::Arm, _) => node = parent,
                _ => return Exit::End,
            }
        }
        Exit::End
    }

    /// The last use of the variable that holds a router.
    fn exit_of_variable(self, file: FileIdx, stmt: NodeId) -> Exit {
        let tree = self.codebase.tree(file);
        let pattern = tree.child(stmt, Field::Pat);
        let Some(binding) = pattern.and_then(|pattern| self.codebase.binding(file, pattern)) else {
            return Exit::End;
        };
        let uses: Vec<NodeId> = self.codebase.uses_of(file, &binding).collect();
        for used in uses {
            let Some(parent) = tree.parent(used) else { continue };
            match (tree.kind(parent), tree.field(used)) {
                (Kind::MethodCall, Field::Arg)
                    if matches!(
                        tree.name(parent),
                        Some("merge" | "nest" | "nest_service" | "route" | "route_service")
                    ) =>
                {
                    return Exit::Into(Place { file, node: parent });
                }
                (Kind::Block, Field::Tail) | (Kind::Return, _) => {
                    return Exit::Returned(Place { file, node: used });
                }
                _ => {}
            }
        }
        Exit::End
    }

    /// All callers of the function that returns the router must limit it.
    fn around_callers(self, end: Place, depth: u32) -> Limited {
        let Some(func) = self.codebase.enclosing_fn(end.file, end.node) else { return Limited::Unknown };
        let item = self.codebase.item(func);
        let ItemKind::Fn(_) = item.kind else { return Limited::Unknown };
        let callers: Vec<Place> = self
            .codebase
            .calls_to(&item.path)
            .iter()
            .copied()
            .filter(|call| self.codebase.is_examined(call.file, call.node))
            .collect();
        if callers.is_empty() {
            return Limited::No(None);
        }
        let mut all = Limited::Yes;
        for call in callers {
            match self.around_call(call, depth) {
                Limited::Yes => {}
                Limited::No(early) => return Limited::No(early),
                Limited::Unknown => all = Limited::Unknown,
            }
        }
        all
    }

    /// The router that a call gives: what is done with it.
    fn around_call(self, call: Place, depth: u32) -> Limited {
        let chain = self.codebase.chain(call.file, call.node);
        // The calls that the function itself makes stand in its own body.
        let here = self.codebase.enclosing_fn(call.file, call.node);
        let is_outside = |place: Place| {
            place.file == call.file && self.codebase.enclosing_fn(place.file, place.node) == here
        };
        let is_limited =
            chain.calls.iter().any(|one| is_outside(one.place) && self.is_limit(one.place, None));
        if is_limited {
            return Limited::Yes;
        }
        match self.exit_of(call, &chain) {
            Exit::Into(call) => self.around_to(call, None, depth),
            Exit::Returned(end) => match depth.checked_sub(1) {
                Some(depth) => self.around_callers(end, depth),
                None => Limited::Unknown,
            },
            Exit::End => Limited::No(None),
        }
    }
}
