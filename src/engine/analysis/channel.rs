//! Channels without a bound: what they carry and who is left to receive it. Judges none of it.

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::{Role, RoleSet};
use crate::engine::{FactValue, Subject, message, place};
use crate::facts::{Binding, Codebase, FieldInfo, ItemKind, Target, Ty, TypeInfo, flow};
use crate::syntax::{Field, Kind, NodeId, Tree};

/// The analysis `channel`.
pub(super) struct Channel;

/// Paths of senders that hold an answer back to who asked.
const REPLIES: [&str; 4] = [
    "tokio::sync::oneshot::Sender",
    "futures::channel::oneshot::Sender",
    "std::sync::mpsc::SyncSender",
    "oneshot::Sender",
];

static SPEC: Spec = Spec {
    name: "channel",
    about: "channels without a bound",
    params: &[ParamSpec {
        name: "control",
        kind: ParamKind::Names,
        about: "words of names of halves and element types that only tell tasks what to do: shutdown, signal, done",
        default: || {
            let words = [
                "shutdown",
                "signal",
                "signals",
                "stop",
                "stopped",
                "done",
                "finished",
                "completed",
                "completion",
                "completions",
                "cancel",
                "cancellation",
                "terminate",
                "quit",
                "exit",
                "kill",
                "abort",
                "wakeup",
                "heartbeat",
                "rebalance",
            ];
            ParamValue::names(&words)
        },
    }],
    facts: &[
        FactSpec {
            name: "carries",
            kind: FactKind::Symbols(&["unit", "control", "reply", "data"]),
            about: "nothing; words without data; something whose sender waits for an answer, or one answer; else data",
        },
        FactSpec {
            name: "element",
            kind: FactKind::Text,
            about: "the type that it carries, where that can be seen",
        },
        FactSpec {
            name: "halves",
            kind: FactKind::Symbols(&["both", "one"]),
            about: "whether both halves are kept, or one is dropped at once",
        },
        FactSpec {
            name: "choice",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether it stands where a setting for the capacity is absent, beside a channel with a bound",
        },
        FactSpec {
            name: "gathered",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether the function that makes it awaits all that sends and then takes everything out itself, as from a \
                    list",
        },
    ],
};

impl Analysis for Channel {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let Some(unbounded) = Role::named("channel-unbounded") else { return Vec::new() };
        let made = codebase.calls(file).iter().filter(|site| site.roles.contains(unbounded));
        made.map(|site| View { codebase, file, tree: codebase.tree(file), params, node: site.node }.subject())
            .collect()
    }
}

/// One channel under examination.
struct View<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    params: &'c Params,
    /// The call that makes it.
    node: NodeId,
}

impl View<'_> {
    fn subject(&self) -> Subject {
        let subject = Subject::new(self.file, self.node).narrowed(place::method(self.tree, self.node));
        let halves = self.halves();
        let is_dropped = self.pattern().is_some_and(|pattern| {
            self.tree.children_in(pattern, Field::Pat).any(|half| self.tree.kind(half) == Kind::PatWild)
        });
        let subject = subject.with_symbol("halves", if is_dropped { "one" } else { "both" });
        let element = self.element(&halves);
        let carries = self.carries(&element, &halves);
        let subject = subject
            .with_symbol("carries", carries)
            .with_symbol("choice", if self.is_choice() { "yes" } else { "no" })
            .with_symbol("gathered", if self.is_gathered(&halves) { "yes" } else { "no" });
        match element.path() {
            Some(path) => {
                let name = path.rsplit("::").next().unwrap_or(path);
                subject.with("element", FactValue::Text(message::shortened(name)))
            }
            None => subject,
        }
    }

    /// `match capacity { Some(n) => channel(n), None => unbounded_channel() }`, or the same with `if let`.
    fn is_choice(&self) -> bool {
        let tree = self.tree;
        let bounded = RoleSet::named(&["channel-bounded"]);
        let mut above = tree.ancestors(self.node).take_while(|at| !flow::is_apart(tree.kind(*at)));
        above.any(|at| {
            let is_decision = match tree.kind(at) {
                Kind::Match => true,
                Kind::If => tree.child(at, Field::Cond).is_some_and(|cond| tree.kind(cond) == Kind::LetCond),
                _ => false,
            };
            is_decision
                && self.codebase.calls_within(self.file, at).iter().any(|site| site.roles.meets(bounded))
        })
    }

    /// Whether the receiver is first used, by the function itself, behind the last use of the sender, which no task gets.
    fn is_gathered(&self, halves: &[Binding]) -> bool {
        let tree = self.tree;
        let [sender, receiver] = halves else { return false };
        let spawning = RoleSet::named(&["spawn", "spawn-local", "spawn-blocking", "wait-until"]);
        let around = |used: NodeId| {
            let above = tree.ancestors(used).take_while(|at| !matches!(tree.kind(*at), Kind::Fn));
            above.collect::<Vec<NodeId>>()
        };
        let is_kept = |used: NodeId| {
            tree.kind(used) == Kind::FieldInit
                || around(used).into_iter().any(|at| matches!(tree.kind(at), Kind::FieldInit | Kind::Return))
        };
        let is_own = |used: NodeId| {
            let above = around(used);
            !is_kept(used)
                && !above.iter().any(|at| flow::is_apart(tree.kind(*at)))
                && above.iter().any(|at| tree.kind(*at) == Kind::Await)
        };
        let is_task = |used: NodeId| {
            let mut sites = around(used).into_iter().filter_map(|at| self.codebase.call_at(self.file, at));
            sites.any(|site| site.roles.meets(spawning))
        };
        let taken: Vec<NodeId> = self.codebase.uses_of(self.file, receiver).collect();
        let given: Vec<NodeId> = self.codebase.uses_of(self.file, sender).collect();
        let (Some(first), Some(last)) = (taken.first(), given.last()) else { return false };
        last < first
            && taken.iter().all(|used| is_own(*used))
            && !given.iter().any(|used| is_task(*used) || is_kept(*used))
    }

    /// The tuple pattern that takes the channel apart.
    fn pattern(&self) -> Option<NodeId> {
        let mut at = self.node;
        while let Some(parent) = self.tree.parent(at) {
            match self.tree.kind(parent) {
                Kind::LetStmt => return self.tree.child(parent, Field::Pat),
                Kind::Try | Kind::Await => at = parent,
                _ => return None,
            }
        }
        None
    }

    /// The variables of both halves.
    fn halves(&self) -> Vec<Binding> {
        let pattern = self.pattern();
        let inside = pattern.into_iter().flat_map(|pattern| self.tree.subtree(pattern));
        let idents = inside.filter(|at| self.tree.kind(*at) == Kind::PatIdent);
        idents.filter_map(|at| self.codebase.binding(self.file, at)).collect()
    }

    fn carries(&self, element: &Ty, halves: &[Binding]) -> &'static str {
        let is_unit = |ty: &Ty| matches!(ty, Ty::Tuple(parts) if parts.is_empty());
        if is_unit(element) {
            return "unit";
        }
        if self.is_reply(element) || self.is_received_once(halves) {
            return "reply";
        }
        let names = halves.iter().filter_map(|half| self.tree.name(half.ident));
        let is_control = self.is_plain(element)
            || element.path().is_some_and(|path| self.has_word(path.rsplit("::").next().unwrap_or(path)))
            || names.into_iter().any(|name| self.has_word(name));
        if is_control { "control" } else { "data" }
    }

    /// Whether one of the words of a name, in snake or camel case, is one for control.
    fn has_word(&self, name: &str) -> bool {
        let mut words = vec![String::new()];
        for letter in name.chars() {
            if letter == '_' || letter.is_uppercase() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut().filter(|_| letter != '_') {
                word.extend(letter.to_lowercase());
            }
        }
        words.iter().any(|word| self.params.lists("control", word))
    }

    /// An enum whose variants hold nothing.
    fn is_plain(&self, element: &Ty) -> bool {
        self.codebase.type_info(element).is_some_and(TypeInfo::is_plain_enum)
    }

    /// Whether each element holds a sender for its answer, so that who sends it waits.
    fn is_reply(&self, element: &Ty) -> bool {
        let is_sender = |ty: &Ty| ty.path().is_some_and(|path| REPLIES.contains(&path));
        if is_sender(element) {
            return true;
        }
        if let Ty::Tuple(parts) = element {
            return parts.iter().any(is_sender);
        }
        let Some(item) = element.item().map(|item| self.codebase.item(item)) else { return false };
        let ItemKind::Type(info) = &item.kind else { return false };
        let has_sender = |fields: &[FieldInfo]| {
            fields.iter().any(|field| is_sender(&self.codebase.ty(item.file, field.ty)))
        };
        let mut with_data = info.variants.iter().filter(|variant| !variant.fields.is_empty()).peekable();
        has_sender(&info.fields)
            || with_data.peek().is_some() && with_data.all(|variant| has_sender(&variant.fields))
    }

    /// Whether the receiver is only asked once.
    fn is_received_once(&self, halves: &[Binding]) -> bool {
        let tree = self.tree;
        let Some(receiver) = halves.get(1) else { return false };
        let uses: Vec<NodeId> = self.codebase.uses_of(self.file, receiver).collect();
        let [used] = uses.as_slice() else { return false };
        let is_receive = tree.parent(*used).is_some_and(|call| {
            tree.kind(call) == Kind::MethodCall
                && matches!(tree.name(call), Some("recv" | "recv_timeout" | "recv_async" | "blocking_recv"))
        });
        is_receive && self.codebase.loop_around(self.file, *used).is_none()
    }

    /// The type that the channel carries: as written, else as its halves are used.
    fn element(&self, halves: &[Binding]) -> Ty {
        if let Some(written) =
            self.tree.descendants(self.node).find(|at| self.tree.field(*at) == Field::GenericArg)
        {
            return self.codebase.ty(self.file, written);
        }
        let whole = self.codebase.type_of(self.file, self.node);
        let own = whole.arg(0).arg(0);
        if !own.is_unknown() {
            return own.clone();
        }
        let returned = || {
            let func = self.codebase.enclosing_fn(self.file, self.node)?;
            let info = self.codebase.item(func).kind.as_fn()?;
            let is_tail = self.tree.field(self.node) == Field::Tail;
            let ret = info.ret.filter(|_| is_tail)?;
            known(self.codebase.ty(self.file, ret).arg(0).arg(0).clone())
        };
        let by_use = || halves.iter().find_map(|half| self.element_of(half));
        returned().or_else(by_use).unwrap_or(Ty::Unknown)
    }

    fn element_of(&self, half: &Binding) -> Option<Ty> {
        let by_type = known(self.codebase.type_of_binding(self.file, half).arg(0).clone());
        let mut uses = self.codebase.uses_of(self.file, half);
        by_type.or_else(|| uses.find_map(|used| self.element_at(used)))
    }

    /// What a use of a half tells: a parameter, a field, a value that is sent.
    fn element_at(&self, used: NodeId) -> Option<Ty> {
        let tree = self.tree;
        if tree.kind(used) == Kind::FieldInit {
            return self.element_of_field(used);
        }
        let mut at = used;
        loop {
            let parent = tree.parent(at)?;
            match (tree.kind(parent), tree.field(at)) {
                (Kind::MethodCall, Field::Receiver) => match tree.name(parent)? {
                    "clone" => at = parent,
                    "send" | "unbounded_send" | "try_send" => {
                        let value = tree.child(parent, Field::Arg)?;
                        return known(self.codebase.type_of(self.file, value));
                    }
                    _ => return None,
                },
                (Kind::Ref, _) => at = parent,
                (Kind::FieldInit, _) => return self.element_of_field(parent),
                (Kind::Call | Kind::MethodCall, Field::Arg) => return self.element_of_param(parent, at),
                _ => return None,
            }
        }
    }

    fn element_of_param(&self, call: NodeId, arg: NodeId) -> Option<Ty> {
        let Target::Local(item) = self.codebase.call_at(self.file, call)?.target else { return None };
        let item = self.codebase.item(item);
        let info = item.kind.as_fn()?;
        let at = self.tree.children_in(call, Field::Arg).position(|other| other == arg)?;
        let ty = self.codebase.tree(item.file).child(*info.params.get(at)?, Field::Type)?;
        known(self.codebase.ty(item.file, ty).arg(0).clone())
    }

    fn element_of_field(&self, field_init: NodeId) -> Option<Ty> {
        let literal = self.tree.parent(field_init)?;
        let name = self.tree.name(field_init)?;
        let item = self.codebase.type_of(self.file, literal).item()?;
        let item = self.codebase.item(item);
        let info = item.kind.as_type()?;
        let field = info.fields.iter().find(|field| &*field.name == name)?;
        known(self.codebase.ty(item.file, field.ty).arg(0).clone())
    }
}

fn known(ty: Ty) -> Option<Ty> {
    (!ty.is_unknown()).then_some(ty)
}
