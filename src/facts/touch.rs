//! Which items a change of lines touches, and which functions read a message that changed. Compares no texts.

use crate::base::{FileIdx, Span};
use crate::catalog::{Role, RoleSet};
use crate::facts::{Codebase, ItemIdx, ItemKind};
use crate::syntax::{Kind, Tree};
use std::collections::BTreeSet;

/// Roles of types that one part of a system writes and another reads.
const MESSAGES: [&str; 5] = ["message", "event", "command", "job-payload", "outbox-record"];

/// Roles of functions that read them.
const READERS: [&str; 8] = [
    "queue-consumer",
    "job-handler",
    "command-handler",
    "event-handler",
    "event-apply",
    "projection",
    "workflow",
    "workflow-step",
];

impl Codebase {
    /// The items of a file of which `touches` says that their lines, from the first to the last, changed. A comment
    /// right above an item is one of its lines. What holds such an item, an impl or a function, is touched with it.
    #[must_use]
    pub fn items_touched(&self, file: FileIdx, touches: impl Fn(u32, u32) -> bool) -> Vec<ItemIdx> {
        let tree = self.tree(file);
        let is_touched = |item: &ItemIdx| {
            let (first, last) = lines_of(tree, tree.span(self.item(*item).node));
            touches(first, last)
        };
        self.items_of(file).map(ItemIdx).filter(is_touched).collect()
    }

    /// The functions that play the part of a reader and name one of the types of `changed` that travel as messages.
    #[must_use]
    pub fn readers_of(&self, changed: &BTreeSet<ItemIdx>) -> BTreeSet<ItemIdx> {
        let (messages, readers) = (RoleSet::named(&MESSAGES), RoleSet::named(&READERS));
        let is_message = |item: &ItemIdx| {
            matches!(self.item(*item).kind, ItemKind::Type(_)) && self.plays_any(*item, messages)
        };
        let types: BTreeSet<ItemIdx> = changed.iter().copied().filter(is_message).collect();
        let mut found = BTreeSet::new();
        if types.is_empty() {
            return found;
        }
        for file in (0..self.files.len() as u32).map(FileIdx) {
            let tree = self.tree(file);
            for node in tree.descendants(tree.root()).filter(|node| tree.kind(*node) == Kind::Path) {
                let item = self.resolve(file, node).and_then(|resolved| resolved.item);
                if item.is_some_and(|item| types.contains(&item)) {
                    let around = self.items_around(file, node);
                    found.extend(around.filter(|item| self.plays_any(*item, readers)));
                }
            }
        }
        found
    }

    fn plays_any(&self, item: ItemIdx, roles: RoleSet) -> bool {
        roles.iter().any(|role: Role| self.plays(item, role))
    }
}

/// The 1-based lines of a piece of syntax with the comments right above it.
fn lines_of(tree: &Tree, span: Span) -> (u32, u32) {
    let source = tree.source();
    let mut first = source.lines().line_of(span.start());
    let is_remark = |line: usize| {
        let text = source.line_text(line).trim_start();
        ["//", "/*", "*"].iter().any(|head| text.starts_with(head))
    };
    while first > 0 && is_remark(first - 1) {
        first -= 1;
    }
    let last = source.lines().line_of(span.end().saturating_sub(1).max(span.start()));
    (first as u32 + 1, last as u32 + 1)
}

#[cfg(test)]
mod tests {
    use crate::facts::testing::{codebase, file_at};
    use std::collections::BTreeSet;

    const FILE: &str = "// one\n// of a\nfn a() {}\n\nstruct B;\nimpl B {\n    fn c(&self) {\n        d();\n    }\n\n    fn e(&self) {}\n}\n";

    /// The items of [`FILE`] that a change of 1-based `line` touches.
    #[track_caller]
    fn check(line: u32, expected: &[&str]) {
        let codebase = codebase(&[("src/lib.rs", FILE)]);
        let file = file_at(&codebase, "src/lib.rs");
        let items = codebase.items_touched(file, |first, last| first <= line && line <= last);
        let names: Vec<_> = items.iter().map(|item| codebase.item(*item).path.to_string()).collect();
        assert_eq!(names, expected, "line {line}");
    }

    #[test]
    fn a_line_touches_its_item_and_what_holds_that() {
        check(1, &["app::a"]);
        check(3, &["app::a"]);
        check(4, &[]);
        check(8, &["app::B", "app::B::c"]);
        check(10, &["app::B"]);
    }

    #[test]
    fn a_reader_of_a_changed_message_is_found_wherever_it_is() {
        let codebase = codebase(&[
            ("src/lib.rs", "pub mod wire;\npub mod work;\n"),
            (
                "src/wire.rs",
                "// patscan: role(message)\npub struct Placed { pub id: u64 }\npub struct Plain;\n",
            ),
            (
                "src/work.rs",
                "use crate::wire::{Placed as P, Plain};\n// patscan: role(queue-consumer)\npub async fn on(p: P) {}\npub fn make() -> P { P { id: 1 } }\n// patscan: role(queue-consumer)\npub fn other(p: Plain) {}\n",
            ),
        ]);
        let item = |path: &str| codebase.item_by_path(path).expect("an item");
        let changed = BTreeSet::from([item("app::wire::Placed"), item("app::wire::Plain")]);
        assert_eq!(codebase.readers_of(&changed), BTreeSet::from([item("app::work::on")]));
    }
}
