//! What keeps a growing collection small: it is emptied, replaced or measured, its keys are few, or its source ends.

use super::region::{Region, Source};
use super::{Base, Grown, Root, View, root_of};
use crate::catalog::RoleSet;
use crate::facts::flow::{self, Ends};
use crate::facts::{Codebase, ItemIdx, Place, Target, TypeInfo};
use crate::syntax::{Field, Flag, Kind, NodeId};

/// Helpers that are looked into.
const MAX_DEPTH: u32 = 3;

/// Whether a collection is kept small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Relief {
    Yes,
    No,
    Unknown(String),
}

impl Relief {
    fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => Self::Yes,
            Self::No => other(),
            Self::Unknown(reason) => match other() {
                Self::Yes => Self::Yes,
                Self::No | Self::Unknown(_) => Self::Unknown(reason),
            },
        }
    }

    fn unknown(reason: &str) -> Self {
        Self::Unknown(reason.to_owned())
    }
}

impl View<'_> {
    pub(super) fn relief(&self, node: NodeId, region: &Region, grown: &Grown) -> Relief {
        if self.has_few_keys(grown.at) || self.has_permit(region) || self.is_source_bounded(region) {
            return Relief::Yes;
        }
        let code = Place { file: self.file, node: region.node };
        self.emptied_in(code, &grown.root, MAX_DEPTH)
            .or(|| self.emptied_elsewhere(region, &grown.root))
            .or(|| if region.source == Source::Pages { Relief::No } else { self.ended(node, region) })
            .or(|| self.gathered(region, &grown.root))
    }

    /// Whether the key that is put in is one of few values.
    fn has_few_keys(&self, at: Place) -> bool {
        let tree = self.codebase.tree(at.file);
        let mut call = at.node;
        // The key of `map.entry(key).or_default()` is that of `entry`.
        while !matches!(tree.name(call), Some("entry" | "insert")) {
            let Some(inner) =
                tree.child(call, Field::Receiver).filter(|at| tree.kind(*at) == Kind::MethodCall)
            else {
                return false;
            };
            call = inner;
        }
        let Some(key) = tree.child(call, Field::Arg) else { return false };
        let names_few = |node: NodeId| {
            let name = match tree.kind(node) {
                Kind::Path => tree.variable(node),
                Kind::MethodCall | Kind::FieldAccess => tree.name(node),
                _ => None,
            };
            name.is_some_and(|name| name.split('_').any(|word| self.params.lists("keys", word)))
        };
        let is_plain_enum = || {
            let ty = self.codebase.type_of(at.file, key);
            self.codebase.type_info(&ty).is_some_and(TypeInfo::is_plain_enum)
        };
        let is_literal = matches!(tree.kind(key), Kind::LitStr | Kind::LitInt);
        is_literal || tree.subtree(key).any(names_few) || is_plain_enum()
    }

    fn has_permit(&self, region: &Region) -> bool {
        let permits = RoleSet::named(&["permit"]);
        region.is_loop
            && self.codebase.calls_within(self.file, region.node).iter().any(|site| site.roles.meets(permits))
    }

    /// Whether the source gives at most so many: a batch, `take(n)`.
    fn is_source_bounded(&self, region: &Region) -> bool {
        let tree = self.tree;
        let mut at = region.receive;
        while let Some(node) = at {
            let ty = self.codebase.type_of(self.file, node);
            if ty.path().is_some_and(|path| path.ends_with("Batch")) {
                return true;
            }
            at = match tree.kind(node) {
                Kind::MethodCall => {
                    let is_limit = matches!(tree.name(node), Some("take" | "max_messages" | "messages"));
                    if is_limit {
                        return true;
                    }
                    tree.child(node, Field::Receiver)
                }
                Kind::Await | Kind::Try | Kind::Ref => tree.child(node, Field::Expr),
                Kind::Path => self.codebase.binding(self.file, node).and_then(|binding| {
                    binding
                        .init(tree)
                        .filter(|init| *init < node && tree.kind(binding.owner) == Kind::LetStmt)
                }),
                _ => None,
            };
        }
        // A `for` over what one receive gave ends with it.
        tree.kind(region.node) == Kind::ForLoop && region.source == Source::Queue
    }

    /// Whether code shrinks, replaces or measures what `root` names, itself or in methods that hold it.
    fn emptied_in(&self, code: Place, root: &Root, depth: u32) -> Relief {
        let tree = self.codebase.tree(code.file);
        let mut relief = Relief::No;
        for node in tree.subtree(code.node) {
            let found = match tree.kind(node) {
                Kind::MethodCall => {
                    self.emptied_by_method(Place { file: code.file, node }, root, code.node, depth)
                }
                Kind::Call => self.emptied_by_call(Place { file: code.file, node }, root),
                Kind::Assign => {
                    let left = tree.child(node, Field::Left);
                    let left = left.and_then(|left| root_of(self.codebase, code.file, left));
                    match left.is_some_and(|left| left.meets(root) && left.fields.len() <= root.fields.len())
                    {
                        true => Relief::Yes,
                        false => Relief::No,
                    }
                }
                _ => continue,
            };
            if found == Relief::Yes {
                return Relief::Yes;
            }
            relief = relief.or(|| found);
        }
        relief
    }

    fn emptied_by_method(&self, call: Place, root: &Root, code: NodeId, depth: u32) -> Relief {
        let tree = self.codebase.tree(call.file);
        let name = tree.name(call.node).unwrap_or("");
        let receiver = tree.child(call.node, Field::Receiver);
        let Some(receiver) = receiver.and_then(|receiver| root_of(self.codebase, call.file, receiver)) else {
            return self.handed_on(call, root);
        };
        if receiver.meets(root) && receiver.fields.len() >= root.fields.len() {
            if shrinks(name) {
                return Relief::Yes;
            }
            let is_measure = matches!(name, "len" | "capacity" | "size" | "is_full" | "entry_count");
            if is_measure && (name == "is_full" || is_compared(self.codebase, call, code)) {
                return Relief::Yes;
            }
        }
        let inner = root.seen_from(&receiver);
        let target = self.codebase.call_at(call.file, call.node).map(|site| &site.target);
        match (inner, target) {
            (Some(inner), Some(Target::Local(item))) if depth > 0 && !inner.fields.is_empty() => {
                match body_of(self.codebase, *item) {
                    Some(body) => self.emptied_in(body, &inner, depth - 1),
                    None => Relief::unknown("a method that is out of sight holds the collection"),
                }
            }
            _ => self.handed_on(call, root),
        }
    }

    fn emptied_by_call(&self, call: Place, root: &Root) -> Relief {
        let tree = self.codebase.tree(call.file);
        let is_swap = matches!(
            tree.path_segments(call.node).as_slice(),
            [.., "mem", "take" | "replace" | "swap"] | ["take" | "replace" | "swap"]
        );
        match self.handed_on(call, root) {
            Relief::Unknown(_) if is_swap => Relief::Yes,
            other => other,
        }
    }

    /// `f(&mut collection)`: the function may empty it.
    fn handed_on(&self, call: Place, root: &Root) -> Relief {
        let tree = self.codebase.tree(call.file);
        let is_wrapped = tree.kind(call.node) == Kind::Call
            && matches!(tree.path_segments(call.node).as_slice(), ["Ok" | "Some" | "Err"]);
        let is_given = !is_wrapped
            && tree.children_in(call.node, Field::Arg).any(|arg| {
                let is_mutable = tree.kind(arg) == Kind::Ref && tree.has(arg, Flag::Mut)
                    || tree.kind(arg) == Kind::Path && tree.variable(arg).is_some();
                let of = is_mutable.then(|| root_of(self.codebase, call.file, arg)).flatten();
                of.is_some_and(|of| of.meets(root) && of.fields.len() <= root.fields.len())
            });
        match is_given {
            true => Relief::unknown("the collection is handed to a function that may empty it"),
            false => Relief::No,
        }
    }

    /// A field, static or shared variable may be emptied by other code.
    fn emptied_elsewhere(&self, region: &Region, root: &Root) -> Relief {
        let is_emptied = match root.base {
            Base::Own => {
                self.own_impls(region.node).into_iter().any(|code| self.shrinks_somewhere(code, root))
            }
            Base::Static(_) => (0..self.codebase.files.len()).any(|at| {
                let file = crate::base::FileIdx(at as u32);
                self.shrinks_somewhere(Place { file, node: self.codebase.tree(file).root() }, root)
            }),
            Base::Variable(idx) => {
                let binding = self.codebase.bindings(self.file).all().get(idx.0 as usize).copied();
                return match binding {
                    Some(binding) if self.is_shared(&binding) => {
                        Relief::unknown("the collection is shared with other code")
                    }
                    Some(_) | None => Relief::No,
                };
            }
        };
        if is_emptied {
            Relief::unknown("other code takes something out of the collection")
        } else {
            Relief::No
        }
    }

    /// The impls of the type around `node`.
    fn own_impls(&self, node: NodeId) -> Vec<Place> {
        let owner = self.codebase.enclosing_type(self.file, node).map(|owner| self.codebase.item(owner));
        let impls = owner.map_or(&[][..], |owner| self.codebase.impls_for(&owner.path));
        let place = |imp: &ItemIdx| {
            let item = self.codebase.item(*imp);
            Place { file: item.file, node: item.node }
        };
        impls.iter().map(place).collect()
    }

    fn shrinks_somewhere(&self, code: Place, root: &Root) -> bool {
        let tree = self.codebase.tree(code.file);
        tree.subtree(code.node).any(|node| match tree.kind(node) {
            Kind::MethodCall if tree.name(node).is_some_and(shrinks) => {
                let receiver = tree.child(node, Field::Receiver);
                let of = receiver.and_then(|receiver| root_of(self.codebase, code.file, receiver));
                of.is_some_and(|of| of.meets(root) && of.fields.len() >= root.fields.len())
            }
            Kind::Call => self.emptied_by_call(Place { file: code.file, node }, root) == Relief::Yes,
            Kind::Assign => {
                let left = tree.child(node, Field::Left);
                left.and_then(|left| root_of(self.codebase, code.file, left))
                    .is_some_and(|left| left == *root)
            }
            _ => false,
        })
    }

    /// Whether a variable holds something that other tasks hold too.
    fn is_shared(&self, binding: &crate::facts::Binding) -> bool {
        let tree = self.tree;
        let is_reference = binding.is_param(tree)
            && binding.type_node(tree).is_some_and(|ty| tree.kind(ty) == Kind::TypeRef);
        let text = |node: Option<NodeId>| node.map_or("", |node| tree.text(node));
        let written = [text(binding.type_node(tree)), text(binding.init(tree))];
        let is_lock = written.iter().any(|text| {
            text.contains("Arc") || text.contains("Rc::") || text.contains("Mutex") || text.contains("RwLock")
        });
        let is_cloned = self.codebase.uses_of(self.file, binding).any(|used| {
            tree.parent(used)
                .is_some_and(|at| tree.kind(at) == Kind::MethodCall && tree.name(at) == Some("clone"))
        });
        is_reference || is_lock || is_cloned
    }

    /// The loop ends when a condition holds, or when a time is over.
    fn ended(&self, node: NodeId, region: &Region) -> Relief {
        let tree = self.tree;
        if !region.is_loop {
            return Relief::No;
        }
        let leaves = |part: Option<NodeId>| {
            part.is_some_and(|part| flow::ends_of(tree, part, region.node).has(Ends::LEAVES))
        };
        let is_end = flow::own_nodes(tree, region.node).any(|at| match tree.kind(at) {
            Kind::If => {
                let cond = tree.child(at, Field::Cond);
                let is_limit = cond.is_some_and(|cond| {
                    tree.subtree(cond).any(|part| {
                        tree.kind(part) == Kind::Binary
                            && matches!(tree.operator(part), Some("<" | "<=" | ">" | ">=" | "=="))
                    })
                });
                is_limit && (leaves(tree.child(at, Field::Then)) || leaves(tree.child(at, Field::Else)))
            }
            Kind::SelectArm => {
                let init = tree.child(at, Field::Init).map_or("", |init| tree.text(init));
                let is_time =
                    ["sleep", "timeout", "deadline", "tick", "delay"].iter().any(|word| init.contains(word));
                is_time && leaves(tree.child(at, Field::Body))
            }
            _ => false,
        });
        let is_last = flow::ends_after(tree, node, region.node).only_leaves();
        match is_end || is_last {
            true => Relief::unknown("the loop may end before the collection is large"),
            false => Relief::No,
        }
    }

    /// Results of tasks that the same function started, gathered until all senders are gone.
    fn gathered(&self, region: &Region, root: &Root) -> Relief {
        let (Source::InProcess, Base::Variable(idx)) = (&region.source, root.base) else { return Relief::No };
        let tree = self.tree;
        let past = tree.past(region.node);
        let binding = self.codebase.bindings(self.file).all().get(idx.0 as usize);
        let is_used_after =
            binding.is_some_and(|binding| self.codebase.uses_of(self.file, binding).any(|used| used >= past));
        let receiver = region.receive.and_then(|call| tree.child(call, Field::Receiver).or(Some(call)));
        let made = receiver
            .and_then(|receiver| self.codebase.binding(self.file, receiver))
            .and_then(|receiver| receiver.init(tree))
            .and_then(|init| self.codebase.call_at(self.file, init));
        let is_own = made
            .is_some_and(|site| site.roles.meets(RoleSet::named(&["channel-bounded", "channel-unbounded"])));
        if is_used_after && is_own {
            return Relief::unknown("the function made the channel itself and may know how much comes");
        }
        match is_used_after && tree.kind(region.node) == Kind::While && self.is_answer(region, root) {
            true => Relief::unknown("it is the answer, gathered until all senders are gone"),
            false => Relief::No,
        }
    }

    /// Whether the function around the loop gives the collection back at its end.
    fn is_answer(&self, region: &Region, root: &Root) -> bool {
        let Some(func) = self.codebase.enclosing_fn(self.file, region.node) else { return false };
        let body = body_of(self.codebase, func).map(|body| body.node);
        let tail = body.and_then(|body| self.tree.child(body, Field::Tail));
        let given = tail.map(|tail| match self.tree.kind(tail) {
            Kind::Call => self.tree.child(tail, Field::Arg).unwrap_or(tail),
            _ => tail,
        });
        given.and_then(|given| root_of(self.codebase, self.file, given)).is_some_and(|given| given == *root)
    }
}

fn body_of(codebase: &Codebase, item: ItemIdx) -> Option<Place> {
    let item = codebase.item(item);
    item.kind.as_fn()?.body.map(|node| Place { file: item.file, node })
}

/// Whether a method of that name takes something out of its receiver.
fn shrinks(name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "clear",
        "drain",
        "truncate",
        "split_off",
        "retain",
        "retain_mut",
        "take",
        "swap_remove",
        "shift_remove",
        "extract_if",
        "dequeue",
        "shrink_to_fit",
        "replace",
        "split",
    ];
    NAMES.contains(&name)
        || name.starts_with("pop")
        || name.starts_with("remove")
        || name.starts_with("evict")
        || name.starts_with("invalidate")
        || name.starts_with("resize")
}

/// Whether a measure is compared with something, or decides a branch.
fn is_compared(codebase: &Codebase, call: Place, code: NodeId) -> bool {
    let tree = codebase.tree(call.file);
    tree.ancestors(call.node).take_while(|above| *above >= code).any(|above| {
        tree.kind(above) == Kind::Binary
            && tree.operator(above).is_some_and(|op| matches!(op, "<" | "<=" | ">" | ">=" | "==" | "!="))
    })
}
