//! Whether the framework or broker is given a key for a type beside its payload, where it is sent or where it is declared.

use crate::facts::{Codebase, ItemIdx, ItemKind};
use crate::syntax::{Kind, NodeId, Tree};

/// Methods and fields that give a send its key.
const SETTERS: [&str; 16] = [
    "message_deduplication_id",
    "set_message_deduplication_id",
    "with_message_id",
    "message_id",
    "job_key",
    "unique_for",
    "unique_key",
    "dedup_key",
    "deduplication_id",
    "builder_with_id",
    "idempotency_key",
    "with_idempotency_key",
    "idempotent",
    "workflow_id",
    "unique_by",
    "with_unique_key",
];
/// How evidence of a place that sends begins.
const SENDS: [&str; 2] = ["sent by", "given to"];
/// Names in paths that give a send its key: a constructor that takes it, a const that names its header.
const CONSTRUCTORS: [&str; 2] = ["new_with_id", "NATS_MESSAGE_ID"];
/// Headers that carry a key.
const HEADERS: [&str; 4] = ["nats-msg-id", "idempotency-key", "x-idempotency-key", "message-id"];
/// Consts and methods by which a type declares itself unique.
const MEMBERS: [&str; 4] = ["uniq", "DEDUPLICATED", "UNIQUE", "UNIQUE_KEY"];

/// Whether every place that shows the type's role gives it a key, or the type declares one.
pub(super) fn identifies(codebase: &Codebase, idx: ItemIdx) -> bool {
    let item = codebase.item(idx);
    let declares = codebase.impls_for(&item.path).iter().any(|imp| {
        let of_impl = codebase.item(*imp);
        let members = codebase.items_of(of_impl.file).map(ItemIdx);
        members.filter(|member| codebase.parent_item(*member) == Some(*imp)).any(|member| {
            let member = codebase.item(member);
            MEMBERS.contains(&&*member.name)
                && says_true(codebase.tree(member.file), member.node, &member.kind)
        })
    });
    if declares {
        return true;
    }
    let mut sends = codebase
        .roles_of(idx)
        .iter()
        .filter(|evidence| matches!(evidence.role.name(), "message" | "job-payload"))
        .filter(|evidence| SENDS.iter().any(|words| evidence.text.starts_with(words)))
        .peekable();
    sends.peek().is_some()
        && sends.all(|evidence| {
            let tree = codebase.tree(evidence.place.file);
            let around = codebase.enclosing_fn(evidence.place.file, evidence.place.node);
            let around = around.map_or(evidence.place.node, |func| codebase.item(func).node);
            tree.subtree(around).any(|node| gives_key(tree, node))
        })
}

fn says_true(tree: &Tree, node: NodeId, kind: &ItemKind) -> bool {
    matches!(kind, ItemKind::Fn(_) | ItemKind::Const(..))
        && !tree.subtree(node).any(|at| tree.kind(at) == Kind::LitBool && tree.text(at) == "false")
}

fn gives_key(tree: &Tree, node: NodeId) -> bool {
    match tree.kind(node) {
        Kind::MethodCall => {
            tree.name(node).is_some_and(|name| SETTERS.contains(&name))
                && tree.child(node, crate::syntax::Field::Arg).is_some()
        }
        Kind::FieldInit => tree.name(node).is_some_and(|name| {
            matches!(name, "message_deduplication_id" | "job_key" | "unique_key" | "deduplication_id")
        }),
        Kind::LitStr => {
            tree.str_value(node).is_some_and(|text| HEADERS.contains(&text.to_ascii_lowercase().as_str()))
        }
        Kind::Path => tree.path_segments(node).last().is_some_and(|name| CONSTRUCTORS.contains(name)),
        _ => false,
    }
}
