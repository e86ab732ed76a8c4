//! What a call does to the loop around it: receives, accepts, waits, joins. Roles decide; a name only where the
//! receiver's type is not known.

use crate::base::FileIdx;
use crate::catalog::{Grade, Role, RoleSet, TypeRow};
use crate::facts::{CallSite, Codebase, ItemIdx, ItemKind, Target, Ty};
use crate::syntax::{Field, Kind, NodeId};
use std::sync::OnceLock;

/// What a call does to the loop around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// Waits for a message or value.
    Receive,
    /// Takes a message or value if there is one.
    TryReceive,
    /// Waits for a connection.
    Accept,
    /// Waits for the next tick.
    Tick,
    /// Waits for a time.
    Sleep,
    /// Waits for a task to end.
    Join,
    /// Waits for room, a lock or a permit; what follows is still the head.
    Room,
}

/// A signal, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) signal: Signal,
    pub(super) grade: Grade,
    /// What is received comes from this process.
    pub(super) in_process: bool,
}

/// Roles that matter to loops.
struct Known {
    recv: Option<Role>,
    try_recv: Option<Role>,
    sleep: Option<Role>,
    periodic: Option<Role>,
    join: Option<Role>,
    room: RoleSet,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| Known {
        recv: Role::named("recv"),
        try_recv: Role::named("try-recv"),
        sleep: Role::named("sleep"),
        periodic: Role::named("periodic"),
        join: Role::named("join"),
        room: ["permit", "lock-async", "lock-std", "log", "metric", "span", "time-now"]
            .iter()
            .filter_map(|name| Role::named(name))
            .collect(),
    })
}

/// What `node` does to the loop around it, if it is a call that does anything.
pub(super) fn signal_of(codebase: &Codebase, file: FileIdx, node: NodeId) -> Option<Seen> {
    let tree = codebase.tree(file);
    if !matches!(tree.kind(node), Kind::Call | Kind::MethodCall) {
        return None;
    }
    // A watched value or a notice only wakes the loop up: no message is lost, none is waiting.
    if matches!(tree.name(node), Some("changed" | "notified")) && tree.kind(node) == Kind::MethodCall {
        return Some(Seen { signal: Signal::Room, grade: Grade::Medium, in_process: true });
    }
    let site = codebase.call_at(file, node);
    if let Some(found) = site.and_then(|site| by_role(codebase, file, site)) {
        return Some(found);
    }
    if let Some(found) = by_source(codebase, file, node) {
        return Some(found);
    }
    match site.map(|site| &site.target) {
        Some(Target::Local(item)) => {
            let callees = site.map_or(&[][..], |site| codebase.callees(site));
            let found = by_helper(codebase, file, node, *item);
            // A trait's method receives as its implementations do.
            found.or_else(|| callees.iter().find_map(|callee| by_helper(codebase, file, node, *callee)))
        }
        // Its owner is known, and it is none of these.
        Some(Target::External(path)) if tree.kind(node) == Kind::MethodCall => by_owner(path),
        Some(Target::External(_) | Target::Unknown) | None => by_name(codebase, file, node),
    }
}

/// A method of a type that the catalogue does not know, by the names of both.
fn by_owner(path: &str) -> Option<Seen> {
    let (owner, name) = path.rsplit_once("::")?;
    let owner = owner.rsplit("::").next().unwrap_or(owner);
    let medium = |signal| Some(Seen { signal, grade: Grade::Medium, in_process: true });
    match name {
        "accept" if owner.ends_with("Listener") || owner.ends_with("Endpoint") => medium(Signal::Accept),
        "tick" if owner.ends_with("Interval") => medium(Signal::Tick),
        "recv" | "recv_async" if owner.ends_with("Receiver") || owner.ends_with("Rx") => {
            medium(Signal::Receive)
        }
        "try_recv" if owner.ends_with("Receiver") || owner.ends_with("Rx") => medium(Signal::TryReceive),
        _ => None,
    }
}

fn by_role(codebase: &Codebase, file: FileIdx, site: &CallSite) -> Option<Seen> {
    let known = known();
    let plays = |role: Option<Role>| role.is_some_and(|role| site.roles.contains(role));
    let grade = site.apis.iter().map(|(_, grade)| *grade).max().unwrap_or(Grade::Medium);
    let signal = if plays(known.try_recv) {
        Signal::TryReceive
    } else if plays(known.recv) {
        Signal::Receive
    } else if plays(known.sleep) {
        Signal::Sleep
    } else if plays(known.periodic) && matches!(&*site.name, "tick" | "next" | "poll_tick") {
        Signal::Tick
    } else if plays(known.join) {
        Signal::Join
    } else if site.roles.meets(known.room) {
        Signal::Room
    } else {
        return None;
    };
    Some(Seen { signal, grade, in_process: is_in_process(codebase, file, site.node) })
}

/// The next element of a stream whose type is a queue's or a channel's.
fn by_source(codebase: &Codebase, file: FileIdx, node: NodeId) -> Option<Seen> {
    let tree = codebase.tree(file);
    let receiver = tree.child(node, Field::Receiver)?;
    let signal = match tree.name(node)? {
        "next" | "try_next" | "recv" | "recv_async" | "recv_many" | "iter" | "receive" | "poll"
        | "select_next_some" | "next_message" => Signal::Receive,
        "try_recv" | "try_iter" | "drain" | "now_or_never" => Signal::TryReceive,
        _ => return None,
    };
    let row = source_row(codebase, codebase.type_of(file, receiver))?;
    Some(Seen { signal, grade: Grade::High, in_process: row.is_in_process })
}

/// What the catalogue says about a queue's or channel's type, behind guards and smart pointers.
pub(super) fn source_row(codebase: &Codebase, ty: Ty) -> Option<&TypeRow> {
    let mut ty = ty;
    for _ in 0..4 {
        let row = ty.path().and_then(|path| codebase.catalog.type_row(path));
        if let Some(row) = row.filter(|row| row.is_queue_source || row.is_in_process) {
            return Some(row);
        }
        ty = codebase.deref_of(&ty)?;
    }
    None
}

/// Whether the receiver of a call is a channel of this process, as far as its type is known.
pub(super) fn is_in_process(codebase: &Codebase, file: FileIdx, call: NodeId) -> bool {
    let tree = codebase.tree(file);
    let Some(receiver) = tree.child(call, Field::Receiver) else { return false };
    source_row(codebase, codebase.type_of(file, receiver)).is_some_and(|row| row.is_in_process)
}

/// A function of the workspace: what it reaches, where its name says the same.
fn by_helper(codebase: &Codebase, file: FileIdx, node: NodeId, item: ItemIdx) -> Option<Seen> {
    let known = known();
    let summary = codebase.summary(item);
    let reaches = |role: Option<Role>, depth: u8| {
        role.and_then(|role| summary.reach(role)).filter(|reach| reach.depth <= depth && !reach.is_detached)
    };
    let name = codebase.item(item).name.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let has_body = matches!(&codebase.item(item).kind, ItemKind::Fn(func) if func.body.is_some());
    let medium = |signal, in_process| Some(Seen { signal, grade: Grade::Medium, in_process });
    if says(&["recv", "receive", "next", "pull", "dequeue", "fetch", "poll"]) && !says(&["try_"]) {
        if let Some(reach) = reaches(known.recv, 1) {
            return medium(Signal::Receive, is_in_process(codebase, reach.end.file, reach.end.node));
        }
        let is_implemented = codebase.parent_item(item).is_some_and(|owner| {
            matches!(codebase.item(owner).kind, ItemKind::Trait)
                && !codebase.impls_of(&codebase.item(owner).path).is_empty()
        });
        let is_declared =
            !is_implemented && !has_body && (name.starts_with("recv") || name.starts_with("receive"));
        if is_declared && codebase.tree(file).kind(node) == Kind::MethodCall {
            return medium(Signal::Receive, false);
        }
    }
    if says(&["sleep", "wait", "delay", "backoff", "pause"]) && reaches(known.sleep, 2).is_some() {
        return medium(Signal::Sleep, false);
    }
    if name == "accept" || name == "accept_connection" {
        return medium(Signal::Accept, false);
    }
    None
}

/// Names that mean the same wherever they stand; the receiver's own name says whether it is a channel.
fn by_name(codebase: &Codebase, file: FileIdx, node: NodeId) -> Option<Seen> {
    let tree = codebase.tree(file);
    let low = |signal| Some(Seen { signal, grade: Grade::Low, in_process: false });
    let medium = |signal| Some(Seen { signal, grade: Grade::Medium, in_process: false });
    let n_args = tree.children_in(node, Field::Arg).count();
    if tree.kind(node) == Kind::Call {
        return match tree.path_segments(node).as_slice() {
            [.., "sleep" | "sleep_until" | "delay_for" | "delay_until"] => medium(Signal::Sleep),
            [.., "Delay" | "TimeoutFuture" | "Timer", "from" | "new" | "after" | "interval"] => {
                medium(Signal::Sleep)
            }
            _ => None,
        };
    }
    match (tree.name(node)?, n_args) {
        ("tick", 0) => medium(Signal::Tick),
        ("accept", 0) => medium(Signal::Accept),
        ("sleep" | "sleep_until", 1) => medium(Signal::Sleep),
        ("join_next" | "join_next_with_id", 0) => medium(Signal::Join),
        ("try_recv" | "try_next_message", 0) => medium(Signal::TryReceive),
        (
            "acquire" | "acquire_owned" | "reserve" | "reserve_owned" | "ready" | "readable" | "notified"
            | "changed",
            0,
        ) => medium(Signal::Room),
        ("lock" | "read" | "write", 0) => low(Signal::Room),
        ("recv" | "recv_async" | "blocking_recv", 0) | ("recv_many", 2) | ("recv_timeout", 1) => Some(Seen {
            signal: Signal::Receive,
            grade: Grade::Low,
            in_process: names_a_channel(tree.text(node)),
        }),
        ("receive" | "receive_all" | "receive_batch" | "receive_message", _) => low(Signal::Receive),
        _ => None,
    }
}

/// Whether the text before the last method names a channel's end.
fn names_a_channel(call: &str) -> bool {
    let receiver = call.rsplit_once('.').map_or(call, |(receiver, _)| receiver);
    let last = receiver.rsplit(['.', ' ']).next().unwrap_or("").to_ascii_lowercase();
    !["consumer", "subscri", "listener", "queue", "broker"].iter().any(|word| last.contains(word))
}

/// Whether a word speaks of stopping.
pub(super) fn names_a_stop(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "shutdown",
        "stop",
        "cancel",
        "terminat",
        "quit",
        "exit",
        "signal",
        "sigterm",
        "sigint",
        "ctrl_c",
        "kill",
        "guard.wait",
        "abort",
        "is_closed",
    ];
    let text = text.to_ascii_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}
