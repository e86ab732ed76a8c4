//! What becomes of the result of an effect: whether it is thrown away, and whether a response's status is ever looked
//! at. Judges neither.

mod status;
#[cfg(test)]
mod tests;

use super::effect::{Effect, effect_of};
use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::{RoleSet, Timing};
use crate::engine::{FactValue, Subject, place};
use crate::facts::{CallSite, Codebase, Discard, ResultUse, Target};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// The analysis `result-flow`.
pub(super) struct ResultFlow;

static SPEC: Spec = Spec {
    name: "result-flow",
    about: "calls with an effect of given roles, also through functions of the workspace, with what becomes of their \
            result",
    params: &[
        ParamSpec {
            name: "roles",
            kind: ParamKind::Names,
            about: "roles of the effects; default: publish enqueue ack db-write tx-commit",
            default: || ParamValue::names(&["publish", "enqueue", "ack", "db-write", "tx-commit"]),
        },
        ParamSpec {
            name: "crates",
            kind: ParamKind::Names,
            about: "only calls of these crates, and of workspace functions where `depth` allows; default: all",
            default: || ParamValue::names(&[]),
        },
        ParamSpec {
            name: "depth",
            kind: ParamKind::Count,
            about: "through at most so many functions of the workspace; default: 1",
            default: || ParamValue::Count(1),
        },
    ],
    facts: &[
        FactSpec {
            name: "discarded",
            kind: FactKind::Symbols(&["no", "underscore", "statement", "ok", "drop"]),
            about: "how the result is thrown away; unknown where it cannot be seen that there is one",
        },
        FactSpec {
            name: "status",
            kind: FactKind::Symbols(&["checked", "unchecked"]),
            about: "for HTTP responses, whether the status is looked at; its place is what reads the response without; \
                    unknown where the response leaves the function",
        },
        FactSpec {
            name: "body",
            kind: FactKind::Symbols(&["typed", "other"]),
            about: "for HTTP responses, whether the body is decoded into a list, or into a type of the workspace that is a \
                    tagged enum or needs at least one field, so that the body of a refusal hardly passes for it",
        },
        FactSpec {
            name: "effect",
            kind: FactKind::Text,
            about: "the role of the effect; its place is the call that has the effect itself",
        },
        FactSpec {
            name: "on_error",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether it stands where another error is handled that is then handed on",
        },
        FactSpec {
            name: "depth",
            kind: FactKind::Count,
            about: "how many functions of the workspace lie between",
        },
    ],
};

impl Analysis for ResultFlow {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let depth = params.count("depth").and_then(|depth| u8::try_from(depth).ok()).unwrap_or(1);
        let roles = RoleSet::named(params.names("roles"));
        let crates = params.names("crates");
        let is_of_crate = |site: &CallSite| match &site.target {
            Target::External(path) => {
                let krate = path.split("::").next().unwrap_or("");
                crates.iter().any(|name| name == krate)
            }
            Target::Local(_) => true,
            Target::Unknown => false,
        };
        let flow = Flow { codebase, file, tree: codebase.tree(file) };
        let sites = codebase.calls(file).iter().filter(|site| crates.is_empty() || is_of_crate(site));
        let effects = sites.filter_map(|site| {
            let effect = effect_of(codebase, file, site, (roles, depth))?;
            Some(flow.subject(site, &effect))
        });
        effects.collect()
    }
}

/// Calls whose results are followed, in one file.
#[derive(Clone, Copy)]
struct Flow<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
}

impl Flow<'_> {
    fn subject(&self, site: &CallSite, effect: &Effect) -> Subject {
        let subject = Subject::new(self.file, site.node)
            .with("discarded", self.discarded(site))
            .with_at(
                "effect",
                FactValue::Text(effect.role.name().to_owned()),
                effect.end_place(self.codebase),
            )
            .with("depth", FactValue::Count(i128::from(effect.depth)))
            .with_symbol("on_error", if self.is_on_error_path(site.node) { "yes" } else { "no" });
        let status = self.status(site.node);
        let is_typed = status.place.is_some_and(|at| self.is_typed_body(at));
        let subject = subject.with_symbol("body", if is_typed { "typed" } else { "other" });
        let span = status.place.map_or_else(|| self.tree.span(site.node), |at| place::method(self.tree, at));
        subject.with_at("status", status.value(), (self.file, span))
    }

    fn discarded(&self, site: &CallSite) -> FactValue {
        let discard = match self.codebase.result_use(self.file, site.node) {
            ResultUse::Discarded(discard) => discard,
            ResultUse::Bound(binding) if self.is_never_used(&binding) => Discard::LetUnderscore,
            ResultUse::Question
            | ResultUse::Unwrapped(_)
            | ResultUse::Defaulted(_)
            | ResultUse::Bound(_)
            | ResultUse::Matched(_)
            | ResultUse::Returned
            | ResultUse::Passed(_)
            | ResultUse::Checked(_)
            | ResultUse::Stored(_)
            | ResultUse::Operand(_) => return FactValue::Symbol("no"),
        };
        if self.is_error_handled(site.node) {
            return FactValue::Symbol("no");
        }
        let is_fallible = self.is_fallible(site);
        if discard == Discard::Statement && !self.ends_in_semicolon(site.node) {
            return FactValue::Symbol("no");
        }
        match discard {
            _ if is_fallible == Some(false) => FactValue::Symbol("no"),
            Discard::LetUnderscore => FactValue::Symbol("underscore"),
            Discard::OkCall => FactValue::Symbol("ok"),
            Discard::Drop => FactValue::Symbol("drop"),
            Discard::Statement if is_fallible == Some(true) => FactValue::Symbol("statement"),
            Discard::Statement => {
                FactValue::Unknown(format!("whether `{}` gives back a result is not known", site.name))
            }
        }
    }

    /// Whether `call` stands in code for an `Err(..)` that gives that error back afterwards.
    fn is_on_error_path(&self, call: NodeId) -> bool {
        let tree = self.tree;
        let around =
            tree.ancestors(call).take_while(|at| !matches!(tree.kind(*at), Kind::Fn | Kind::Closure));
        around.into_iter().any(|at| {
            let holder = match tree.kind(at) {
                Kind::If => tree.child(at, Field::Cond).filter(|cond| tree.kind(*cond) == Kind::LetCond),
                Kind::Arm => Some(at),
                _ => None,
            };
            let pattern = holder.and_then(|holder| tree.child(holder, Field::Pat));
            let pattern = pattern.filter(|pattern| tree.path_segments(*pattern).last() == Some(&"Err"));
            let idents = pattern.into_iter().flat_map(|pattern| tree.subtree(pattern));
            let mut errors = idents.filter_map(|ident| self.codebase.binding(self.file, ident));
            errors.any(|error| {
                let mut later = self.codebase.uses_of(self.file, &error).filter(|used| *used > call);
                later.any(|used| self.is_given_back(used, at))
            })
        })
    }

    /// Whether `used` stands in a `return`, a `break` or the last expression of `around`.
    fn is_given_back(&self, used: NodeId, around: NodeId) -> bool {
        let tree = self.tree;
        let mut inside = tree.ancestors(used).take_while(|at| *at != around);
        inside.any(|at| matches!(tree.kind(at), Kind::Return | Kind::Break) || tree.field(at) == Field::Tail)
            || tree.field(used) == Field::Tail
    }

    /// Whether the statement around is closed by `;`: a branch or block that is not has nothing to give away.
    fn ends_in_semicolon(&self, call: NodeId) -> bool {
        let statement = self.tree.ancestors(call).find(|at| self.tree.kind(*at) == Kind::ExprStmt);
        statement.is_some_and(|statement| self.tree.text(statement).trim_end().ends_with(';'))
    }

    /// A variable such as `_sent`, that nothing uses.
    fn is_never_used(&self, binding: &crate::facts::Binding) -> bool {
        self.tree.text(binding.ident).starts_with('_')
            && self.codebase.uses_of(self.file, binding).next().is_none()
    }

    /// Whether the callee gives back a `Result`: as its signature says, and where an effect of another crate is awaited,
    /// which none has that cannot fail; else not known for other crates.
    fn is_fallible(&self, site: &CallSite) -> Option<bool> {
        let Target::Local(item) = site.target else {
            let mut rows = site.apis.iter().map(|(idx, _)| self.codebase.catalog.api(*idx));
            let is_sent = rows.any(|api| api.timing == Timing::Async);
            return (is_sent && self.codebase.awaits(self.file, site.node) > 0).then_some(true);
        };
        let item = self.codebase.item(item);
        let info = item.kind.as_fn()?;
        let tree = self.codebase.tree(item.file);
        Some(info.ret.is_some_and(|ret| names_result(tree.text(ret))))
    }

    /// Whether a closure looks at the error before the rest is thrown away: `.map_err(|e| ..).ok()`.
    fn is_error_handled(&self, call: NodeId) -> bool {
        let above = std::iter::once(call).chain(self.tree.ancestors(call));
        let mut steps = above.take_while(|at| {
            !matches!(
                self.tree.kind(*at),
                Kind::ExprStmt | Kind::LetStmt | Kind::Block | Kind::Fn | Kind::Closure
            )
        });
        steps.any(|at| {
            let parent = self.tree.parent(at).filter(|_| self.tree.field(at) == Field::Receiver);
            let name = parent.and_then(|parent| self.tree.name(parent)).unwrap_or("");
            matches!(
                name,
                "map_err"
                    | "inspect_err"
                    | "or_else"
                    | "unwrap_or_else"
                    | "tap_err"
                    | "log_err"
                    | "map_or_else"
            )
        })
    }
}

/// Whether a type as written is, or wraps, a `Result` by that name.
fn names_result(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word.ends_with("Result"))
}
