//! What the code base knows about some lines of a file, ready to print. Prints nothing itself.

use crate::base::FileIdx;
use crate::catalog::Grade;
use crate::facts::{
    AsyncContext, CallSite, Codebase, Evidence, ItemIdx, ItemKind, LoopFact, Region, SqlFact, Target, Ty,
};
use crate::syntax::{Kind, NodeId};
use std::fmt::Write;
use std::ops::RangeInclusive;

/// Characters of code that a note quotes.
const MAX_QUOTE: usize = 60;

/// One known thing about a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What kind of thing: `item`, `role`, `call`, `loop`, `transaction`, `sql`, `type`, `context`, `unknown`.
    pub topic: &'static str,
    /// What is known.
    pub text: String,
    /// Why.
    pub reason: String,
}

impl Codebase {
    /// What is known about the 1-based lines `lines` of a file, sorted by place.
    #[must_use]
    pub fn inspect(&self, file: FileIdx, lines: RangeInclusive<u32>) -> Vec<Note> {
        let mut inspector = Inspector { codebase: self, file, lines, notes: Vec::new() };
        inspector.items();
        inspector.loops();
        inspector.transactions();
        inspector.sql();
        inspector.calls();
        inspector.types();
        let mut notes = inspector.notes;
        notes.sort();
        notes.dedup();
        notes
    }
}

struct Inspector<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    lines: RangeInclusive<u32>,
    notes: Vec<Note>,
}

impl Inspector<'_> {
    /// Adds a note about `node`, if it starts on one of the lines.
    fn note(&mut self, node: NodeId, topic: &'static str, text: String, reason: String) {
        let tree = self.codebase.tree(self.file);
        let place = tree.source().line_column(tree.span(node).start());
        if self.lines.contains(&place.line) {
            self.notes.push(Note { line: place.line, column: place.column, topic, text, reason });
        }
    }

    /// Whether any part of `node` lies on one of the lines.
    fn is_touched(&self, node: NodeId) -> bool {
        let tree = self.codebase.tree(self.file);
        let span = tree.span(node);
        let first = tree.source().line_column(span.start()).line;
        let last = tree.source().line_column(span.end()).line;
        first <= *self.lines.end() && last >= *self.lines.start()
    }

    /// Items that begin on the lines, or hold them, with their roles.
    fn items(&mut self) {
        let codebase = self.codebase;
        for at in codebase.items_of(self.file) {
            let idx = ItemIdx(at);
            let item = codebase.item(idx);
            if !self.is_touched(item.node) || matches!(item.kind, ItemKind::Impl(_)) {
                continue;
            }
            let tree = codebase.tree(self.file);
            let place = tree.source().line_column(tree.span(item.node).start());
            let (line, column) = (place.line, place.column);
            let scope = format!("{:?}", codebase.scope_at(self.file, item.node)).to_lowercase();
            let text = item.path.to_string();
            self.notes.push(Note { line, column, topic: "item", text, reason: format!("{scope} code") });
            let module_roles = codebase.roles_of_module(item.module).into_iter();
            for evidence in codebase.roles_of(idx).iter().chain(module_roles) {
                let text = evidence.role.name().to_owned();
                self.notes.push(Note { line, column, topic: "role", text, reason: self.reason(evidence) });
            }
        }
    }

    fn reason(&self, evidence: &Evidence) -> String {
        let tree = self.codebase.tree(evidence.place.file);
        let line = tree.source().line_column(tree.span(evidence.place.node).start()).line;
        let grade = grade_word(evidence.grade);
        format!("{}, {grade} ({}:{line})", evidence.text, tree.source().path())
    }

    fn loops(&mut self) {
        let codebase = self.codebase;
        for fact in codebase.loops(self.file) {
            let LoopFact { node, kind, grade, in_process, evidence, .. } = fact;
            let place = if *in_process { " within this process" } else { "" };
            let text = format!("{} loop{place}", kind.as_str());
            self.note(*node, "loop", text, format!("{evidence}, {}", grade_word(*grade)));
        }
    }

    fn transactions(&mut self) {
        let codebase = self.codebase;
        for region in codebase.transactions(self.file) {
            let Region { begin, name, evidence, grade, .. } = region;
            let text = format!("a transaction is open from here: `{name}`");
            self.note(*begin, "transaction", text, format!("{evidence}, {}", grade_word(*grade)));
        }
    }

    fn sql(&mut self) {
        let codebase = self.codebase;
        for fact in codebase.sql_statements(self.file) {
            let SqlFact { literal, verb, tables, is_parsed, is_whole, has_limit, .. } = fact;
            let limit = if *has_limit { ", limited" } else { "" };
            let text = format!("{} on {}{limit}", verb.as_str(), tables.join(", "));
            let seen = match (is_parsed, is_whole) {
                (true, true) => "parsed",
                (true, false) => "parsed, though not all of the text is in sight",
                (false, _) => "read by its words",
            };
            self.note(*literal, "sql", text, seen.to_owned());
        }
    }

    fn calls(&mut self) {
        let codebase = self.codebase;
        for site in codebase.calls(self.file) {
            let (target, is_known) = match &site.target {
                Target::Local(item) => (codebase.item(*item).path.to_string(), true),
                Target::External(path) => (path.to_string(), true),
                Target::Unknown => (site.name.to_string(), false),
            };
            if !is_known {
                let why = if site.doubt { "may be one of the catalogue's: " } else { "" };
                let reason = format!("{why}no hint tells the receiver's type");
                self.note(site.node, "unknown", format!("`{target}`"), reason);
                continue;
            }
            let mut text = format!("`{target}`");
            for role in site.roles.iter() {
                let _ = write!(text, " {role}");
            }
            self.note(site.node, "call", text, self.call_reason(site));
        }
    }

    fn call_reason(&self, site: &CallSite) -> String {
        let rows = site.apis.iter().map(|(row, grade)| {
            let api = self.codebase.catalog.api(*row);
            format!("catalogue row of {} {}, {}", api.krate, api.seen, grade_word(*grade))
        });
        let mut reasons: Vec<String> = rows.collect();
        reasons.dedup();
        let context = match self.codebase.async_context(self.file, site.node) {
            AsyncContext::Async => "in async code",
            AsyncContext::Sync => "in code that is not async",
            AsyncContext::Blocking(_) => "where blocking is allowed",
        };
        reasons.push(context.to_owned());
        reasons.join("; ")
    }

    /// Hinted types of the variables that are declared on the lines.
    fn types(&mut self) {
        let codebase = self.codebase;
        let tree = codebase.tree(self.file);
        for binding in codebase.bindings(self.file).all() {
            let ty = codebase.type_of_binding(self.file, binding);
            let name = tree.name(binding.ident).unwrap_or("");
            match shown(&ty, 0) {
                Some(ty) => {
                    self.note(binding.ident, "type", format!("`{name}`: {ty}"), self.origin(binding.owner));
                }
                None => {
                    self.note(binding.ident, "unknown", format!("type of `{name}`"), "no hint".to_owned());
                }
            }
        }
    }

    fn origin(&self, owner: NodeId) -> String {
        let tree = self.codebase.tree(self.file);
        let text: Vec<&str> = tree.text(owner).split_whitespace().collect();
        let text: String = text.join(" ").chars().take(MAX_QUOTE).collect();
        match tree.kind(owner) {
            Kind::Param => format!("parameter `{text}`"),
            _ => format!("by `{text}`"),
        }
    }
}

fn grade_word(grade: Grade) -> &'static str {
    match grade {
        Grade::High => "sure",
        Grade::Medium => "likely",
        Grade::Low => "by its name only",
    }
}

/// A type for people; none where nothing is known.
fn shown(ty: &Ty, depth: u8) -> Option<String> {
    if depth > 4 {
        return Some("..".to_owned());
    }
    let list = |parts: &[Ty]| {
        let parts: Vec<String> =
            parts.iter().map(|part| shown(part, depth + 1).unwrap_or_else(|| "_".to_owned())).collect();
        parts.join(", ")
    };
    match ty {
        Ty::Named { to, args } if args.is_empty() => Some(to.path.to_string()),
        Ty::Named { to, args } => Some(format!("{}<{}>", to.path, list(args))),
        Ty::Tuple(parts) => Some(format!("({})", list(parts))),
        Ty::Slice(element) => Some(format!("[{}]", list(std::slice::from_ref(element)))),
        Ty::Bounded(bounds) => {
            let paths: Vec<&str> = bounds.iter().map(|(path, _)| &**path).collect();
            Some(format!("impl {}", paths.join(" + ")))
        }
        Ty::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::base::FileIdx;
    use crate::facts::testing::of_text;

    #[test]
    fn a_line_tells_items_roles_calls_and_what_is_not_known() {
        let codebase = of_text(
            "#[tokio::main]
async fn main() {
    let client = reqwest::Client::new();
    let mystery = conjure();
}
",
        );
        let notes: Vec<String> = codebase
            .inspect(FileIdx(0), 2..=5)
            .into_iter()
            .map(|note| {
                format!("{}:{} {} {} ({})", note.line, note.column, note.topic, note.text, note.reason)
            })
            .collect();
        for expected in [
            "1:1 item app::main (library code)",
            "1:1 role startup (attribute `#[tokio::main]`, sure (src/lib.rs:1))",
            "3:9 type `client`: reqwest::Client (by `let client = reqwest::Client::new();`)",
            "4:9 unknown type of `mystery` (no hint)",
        ] {
            assert!(notes.iter().any(|note| note == expected), "{expected}\n{notes:#?}");
        }
        assert!(notes.iter().any(|note| note.starts_with("3:18 call `reqwest::Client::new` client-ctor")));
    }
}
