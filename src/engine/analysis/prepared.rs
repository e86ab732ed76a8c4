//! Calls on a value that a call of another role should have prepared before: in the same function, in the one that made
//! the value, in its callers, or where the type that keeps it is made. Judges none of it.

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::RoleSet;
use crate::engine::{FactValue, Subject, Truth, place};
use crate::facts::{Binding, CallSite, Codebase, ItemIdx, ItemKind, Place, Target};
use crate::rule::{PathPattern, matches_any_path};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// Callers, makers and variables that are followed one behind the other.
const MAX_DEPTH: u8 = 4;
/// Callers of one function that are looked at.
const MAX_CALLERS: usize = 50;

/// The analysis `prepared`.
pub(super) struct Prepared;

static SPEC: Spec = Spec {
    name: "prepared",
    about: "calls on a value that a call of another role should have prepared first",
    params: &[
        ParamSpec {
            name: "calls",
            kind: ParamKind::Names,
            about: "paths of the calls, as `Type::method`",
            default: || ParamValue::Names(Vec::new()),
        },
        ParamSpec {
            name: "by",
            kind: ParamKind::Names,
            about: "roles of the calls on the same value that prepare it",
            default: || ParamValue::Names(Vec::new()),
        },
    ],
    facts: &[FactSpec {
        name: "prepared",
        kind: FactKind::Symbols(&["yes", "no"]),
        about: "whether such a call comes before it, also under a condition; unknown where the value comes from out of \
                sight",
    }],
};

impl Analysis for Prepared {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let calls: Vec<PathPattern> =
            params.names("calls").iter().map(|path| PathPattern::new(path)).collect();
        let crates =
            calls.iter().filter_map(|path| path.as_str().split("::").next().map(str::to_owned)).collect();
        let finder = Finder { codebase, by: RoleSet::named(params.names("by")), crates };
        let is_meant = |site: &&CallSite| match &site.target {
            Target::External(path) => !site.doubt && matches_any_path(&calls, path),
            Target::Local(_) | Target::Unknown => false,
        };
        let tree = codebase.tree(file);
        let sites = codebase.calls(file).iter().filter(is_meant);
        let subjects = sites.filter_map(|site| {
            let receiver = tree.child(site.node, Field::Receiver)?;
            let prepared = match finder.is_prepared(Place { file, node: receiver }, site.node, MAX_DEPTH) {
                Truth::Yes => FactValue::Symbol("yes"),
                Truth::No => FactValue::Symbol("no"),
                Truth::Unknown => {
                    FactValue::Unknown(format!("`{}` comes from code out of sight", tree.text(receiver)))
                }
            };
            let subject = Subject::new(file, site.node).narrowed(place::method(tree, site.node));
            Some(subject.with("prepared", prepared))
        });
        subjects.collect()
    }
}

struct Finder<'c> {
    codebase: &'c Codebase,
    by: RoleSet,
    /// The crates of the calls: what they make is new, and so not prepared.
    crates: Vec<String>,
}

impl Finder<'_> {
    /// Whether the value of `value` is prepared before `end`, a node of the same function.
    fn is_prepared(&self, value: Place, end: NodeId, depth: u8) -> Truth {
        let codebase = self.codebase;
        let Some(func) = codebase.enclosing_fn(value.file, value.node).filter(|_| depth > 0) else {
            return Truth::Unknown;
        };
        let tree = codebase.tree(value.file);
        let root = inside(tree, value.node);
        if self.is_touched(func, value.file, root, end) {
            return Truth::Yes;
        }
        match tree.kind(root) {
            Kind::Path if tree.variable(root) == Some("self") => self.by_callers(func, None, depth),
            Kind::Path | Kind::FieldInit => match codebase.binding(value.file, root) {
                Some(binding) => self.variable(func, value.file, &binding, depth),
                None => Truth::Unknown,
            },
            Kind::FieldAccess => self.field(value.file, root, depth),
            Kind::Call | Kind::MethodCall => self.made_by(value.file, root, depth),
            _ => Truth::Unknown,
        }
    }

    /// Whether a call before `end` in `func` prepares what `root` names, or is given it and prepares something.
    fn is_touched(&self, func: ItemIdx, file: FileIdx, root: NodeId, end: NodeId) -> bool {
        let tree = self.codebase.tree(file);
        let sites = self.codebase.calls_within(file, self.codebase.item(func).node).iter();
        sites.take_while(|site| site.node < end || tree.is_within(site.node, end)).any(|site| {
            let parts = tree
                .children(site.node)
                .filter(|part| matches!(tree.field(*part), Field::Arg | Field::Receiver));
            let names = || parts.into_iter().any(|part| self.is_same(file, inside(tree, part), root));
            self.prepares(site) && site.node != end && names()
        })
    }

    fn prepares(&self, site: &CallSite) -> bool {
        site.roles.meets(self.by)
            || self
                .codebase
                .callees(site)
                .iter()
                .any(|callee| self.codebase.summary(*callee).reach_any(self.by).is_some())
    }

    /// The same variable, `self`, or a field written the same way.
    fn is_same(&self, file: FileIdx, a: NodeId, b: NodeId) -> bool {
        let tree = self.codebase.tree(file);
        match (self.codebase.binding(file, a), self.codebase.binding(file, b)) {
            (Some(a), Some(b)) => a.idx == b.idx,
            (None, None) => {
                matches!(tree.kind(a), Kind::Path | Kind::FieldAccess) && tree.text(a) == tree.text(b)
            }
            _ => false,
        }
    }

    fn variable(&self, func: ItemIdx, file: FileIdx, binding: &Binding, depth: u8) -> Truth {
        let tree = self.codebase.tree(file);
        if let Some(init) = binding.init(tree) {
            let root = inside(tree, init);
            // What a longer expression makes is told by its calls.
            return match tree.kind(root) {
                Kind::Call | Kind::MethodCall => self.made_by(file, root, depth),
                _ => self.is_prepared(Place { file, node: init }, init, depth - 1),
            };
        }
        let ItemKind::Fn(info) = &self.codebase.item(func).kind else { return Truth::Unknown };
        match info.params.iter().position(|param| *param == binding.owner) {
            Some(at) => self.by_callers(func, Some(at), depth),
            None => Truth::Unknown,
        }
    }

    /// Whether the function's callers prepare what they give as argument `at`, or as receiver: one that does not, decides.
    fn by_callers(&self, func: ItemIdx, at: Option<usize>, depth: u8) -> Truth {
        let codebase = self.codebase;
        let item = codebase.item(func);
        let ItemKind::Fn(info) = &item.kind else { return Truth::Unknown };
        // A method of a trait is called by the trait's name as well.
        let name = item.name.clone();
        let calls = codebase.calls_named(&name).iter().take(MAX_CALLERS);
        let mut all: Option<Truth> = None;
        for call in calls.filter(|call| codebase.is_examined(call.file, call.node)) {
            let Some(site) = codebase.call_at(call.file, call.node) else { continue };
            if !codebase.callees(site).contains(&func) {
                continue;
            }
            let tree = codebase.tree(call.file);
            let is_plain = tree.kind(call.node) == Kind::Call && info.has_self;
            let given = match at {
                None if is_plain => tree.children_in(call.node, Field::Arg).next(),
                None => tree.child(call.node, Field::Receiver),
                Some(at) => tree.children_in(call.node, Field::Arg).nth(at + usize::from(is_plain)),
            };
            let Some(given) = given else { continue };
            let truth = self.is_prepared(Place { file: call.file, node: given }, call.node, depth - 1);
            all = Some(all.map_or(truth, |all| all.and(truth)));
        }
        all.unwrap_or(Truth::Unknown)
    }

    /// A field: prepared by any method of its type, or by the function that makes the type.
    fn field(&self, file: FileIdx, access: NodeId, depth: u8) -> Truth {
        let codebase = self.codebase;
        let tree = codebase.tree(file);
        let owner = tree.child(access, Field::Base).and_then(|base| codebase.type_of(file, base).item());
        let (Some(owner), Some(name)) = (owner, tree.name(access)) else { return Truth::Unknown };
        let path = codebase.item(owner).path.clone();
        let mut all: Option<Truth> = None;
        for imp in codebase.impls_for(&path) {
            let item = codebase.item(*imp);
            let own = codebase.tree(item.file);
            let touches = |site: &CallSite| {
                let parts = own.children(site.node).map(|part| inside(own, part));
                let mut fields = parts.filter(|part| own.kind(*part) == Kind::FieldAccess);
                fields.any(|part| own.name(part) == Some(name))
            };
            let mut sites = codebase.calls_within(item.file, item.node).iter();
            if sites.any(|site| self.prepares(site) && touches(site)) {
                return Truth::Yes;
            }
            let inits = own.subtree(item.node).filter(|at| {
                own.kind(*at) == Kind::FieldInit
                    && own.name(*at) == Some(name)
                    && self.is_of(item.file, *at, owner)
            });
            for init in inits {
                let value = own.child(init, Field::Init).unwrap_or(init);
                let truth = self.is_prepared(Place { file: item.file, node: value }, init, depth - 1);
                all = Some(all.map_or(truth, |all| all.and(truth)));
            }
        }
        let wrapped = self.wrapped(&path, name, depth);
        all.into_iter().chain(wrapped).reduce(Truth::and).unwrap_or(Truth::Unknown)
    }

    /// A field without a name: what each `Owner(value)` in sight is given.
    fn wrapped(&self, owner: &str, name: &str, depth: u8) -> Option<Truth> {
        let at: usize = name.parse().ok()?;
        let made = self.codebase.calls_to(owner).iter().take(MAX_CALLERS);
        let made = made.filter(|call| self.codebase.is_examined(call.file, call.node));
        let given = made.filter_map(|call| {
            let value = self.codebase.tree(call.file).children_in(call.node, Field::Arg).nth(at)?;
            Some(self.is_prepared(Place { file: call.file, node: value }, call.node, depth - 1))
        });
        given.reduce(Truth::and)
    }

    fn is_of(&self, file: FileIdx, init: NodeId, owner: ItemIdx) -> bool {
        let literal = self.codebase.tree(file).parent(init);
        literal.and_then(|literal| self.codebase.resolve(file, literal)).and_then(|to| to.item) == Some(owner)
    }

    /// What a call gives: prepared where the workspace function behind it does that, not where the crate of the calls
    /// makes it.
    fn made_by(&self, file: FileIdx, call: NodeId, depth: u8) -> Truth {
        match self.codebase.call_at(file, call) {
            Some(site) if self.prepares(site) => Truth::Yes,
            Some(site) => match site.target {
                Target::Local(item) => self.given_by(item, depth),
                Target::External(ref path) if !site.doubt => {
                    let krate = path.split("::").next().unwrap_or("");
                    if self.crates.iter().any(|own| own == krate) { Truth::No } else { Truth::Unknown }
                }
                Target::External(_) | Target::Unknown => Truth::Unknown,
            },
            None => Truth::Unknown,
        }
    }

    /// What a workspace function gives back at its end.
    fn given_by(&self, func: ItemIdx, depth: u8) -> Truth {
        let item = self.codebase.item(func);
        let ItemKind::Fn(info) = &item.kind else { return Truth::Unknown };
        let tail = info.body.and_then(|body| self.codebase.tree(item.file).child(body, Field::Tail));
        tail.map_or(Truth::Unknown, |tail| {
            self.is_prepared(Place { file: item.file, node: tail }, tail, depth - 1)
        })
    }
}

/// The expression whose value `node` is: awaits, questions, references and error handling taken off.
fn inside(tree: &Tree, node: NodeId) -> NodeId {
    let mut at = node;
    loop {
        let inner = match tree.kind(at) {
            Kind::Await | Kind::Try | Kind::Ref | Kind::Deref => tree.child(at, Field::Expr),
            Kind::Call
                if matches!(
                    tree.path_segments(at).as_slice(),
                    ["Ok" | "Some"] | [.., "Arc", "new"] | [.., "block_on"]
                ) =>
            {
                tree.child(at, Field::Arg)
            }
            Kind::MethodCall
                if tree.name(at).is_some_and(|name| {
                    matches!(
                        name,
                        "clone"
                            | "unwrap"
                            | "expect"
                            | "map_err"
                            | "context"
                            | "with_context"
                            | "as_ref"
                            | "as_mut"
                            | "borrow"
                    )
                }) =>
            {
                tree.child(at, Field::Receiver)
            }
            _ => None,
        };
        match inner {
            Some(inner) => at = inner,
            None => return at,
        }
    }
}
