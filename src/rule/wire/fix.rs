//! Reads `fix:`: what is changed, where, and how sure that is. Changes nothing.

use crate::base::Span;
use crate::finding::Applicability;
use crate::rule::wire::read::{Fields, Reader, listed, parts, suggestion};
use crate::rule::wire::table;
use crate::rule::wire::yaml::Node;
use crate::rule::{CodePattern, EditAction, EditSpec, FixSpec, Part, Past, Template};
use std::sync::Arc;

/// The keys of an edit that say what is done, and those that only go with one of them.
const ACTIONS: [&str; 6] = ["replace", "insert_after", "insert_call", "call", "add_arg", "remove_call"];
/// Stands before new code that goes on with an expression.
const CHAINED: &str = "(x)";
const COMPANIONS: [(&str, &str); 2] = [("arg", "replace"), ("past", "insert_after")];

impl Reader<'_> {
    /// The entries of `fix:`.
    pub(crate) fn fixes(&mut self, fields: &Fields<'_>) -> Vec<FixSpec> {
        let Some(node) = fields.node("fix") else { return Vec::new() };
        if parts(node).is_empty() {
            self.problem(node.span, "`fix` is empty", "give at least one fix, or remove the key");
        }
        parts(node).iter().filter_map(|part| self.fix(part)).collect()
    }

    fn fix(&mut self, node: &Node) -> Option<FixSpec> {
        let fields = self.fields(node, &table::FIX)?;
        let when = self.predicate_at(&fields, "when");
        let title = fields.node("title").and_then(|node| self.template(node, "title"));
        let applicability = self.word(&fields, "applicability", &Applicability::ALL);
        let edits = fields.node("edits")?;
        if parts(edits).is_empty() {
            self.problem(edits.span, "this fix changes nothing", "give at least one edit");
        }
        let n_before = self.problems.len();
        let edits: Vec<EditSpec> = parts(edits).iter().filter_map(|part| self.edit(part)).collect();
        let crates = if self.problems.len() == n_before { self.crates_named(&edits) } else { Vec::new() };
        Some(FixSpec { title: title?, applicability: applicability?, when, edits, crates })
    }

    fn edit(&mut self, node: &Node) -> Option<EditSpec> {
        let n_before = self.problems.len();
        let fields = self.fields(node, &table::EDIT)?;
        let mut given = ACTIONS.into_iter().filter(|key| fields.node(key).is_some());
        let Some(action) = given.next() else {
            // A key that is misspelt is told already.
            if self.problems.len() == n_before {
                let help = format!("give one of {}", listed(ACTIONS));
                self.problem(node.span, "this edit does nothing", help);
            }
            return None;
        };
        if let Some(other) = given.next() {
            let message = format!("an edit does one thing, this has `{action}` and `{other}`");
            self.problem(node.span, message, "make it a list of edits");
        }
        for (key, its) in COMPANIONS {
            if let Some(node) = fields.node(key).filter(|_| its != action) {
                self.problem(node.span, format!("`{key}` goes with `{its}`, not with `{action}`"), "");
            }
        }
        let at = fields.node("at").and_then(|node| {
            let name = self.text(&fields, "at")?;
            self.known_place(&name, node.span).then(|| Arc::from(name.trim_start_matches('$')))
        });
        let action = self.action(action, &fields)?;
        let (call_of, up_to) = (self.paths(&fields, "call_of"), self.names(&fields, "up_to"));
        Some(EditSpec { at, call_of, up_to, action })
    }

    /// The crates at the heads of paths in new code, sorted, each once.
    fn crates_named(&self, edits: &[EditSpec]) -> Vec<Arc<str>> {
        let mut crates: Vec<Arc<str>> = Vec::new();
        for edit in edits {
            let pattern = match &edit.action {
                EditAction::Replace { code, .. } | EditAction::AddArg(code) => self.as_code("", code),
                EditAction::InsertAfter { code, .. } | EditAction::InsertCall(code) => {
                    self.as_code(CHAINED, code)
                }
                EditAction::Call(_) | EditAction::RemoveCall => continue,
            };
            let Ok(pattern) = pattern else { continue };
            for node in pattern.tree.subtree(pattern.root) {
                let segments = pattern.tree.path_segments(node);
                let head = segments.first().filter(|head| segments.len() > 1 && is_crate(head));
                crates.extend(head.map(|head| Arc::from(*head)));
            }
        }
        crates.sort();
        crates.dedup();
        crates
    }

    fn action(&mut self, key: &str, fields: &Fields<'_>) -> Option<EditAction> {
        Some(match key {
            "replace" => EditAction::Replace {
                code: self.new_code(fields, key, "")?,
                arg: fields.node("arg").and_then(|node| self.arg_at(node)),
            },
            "insert_after" => EditAction::InsertAfter {
                code: self.new_code(fields, key, CHAINED)?,
                past: self.word_list(fields, "past", &Past::ALL),
            },
            "insert_call" => EditAction::InsertCall(self.new_code(fields, key, CHAINED)?),
            "call" => EditAction::Call(self.called(fields)?),
            "add_arg" => EditAction::AddArg(self.new_code(fields, key, "")?),
            _ => {
                let node = fields.node(key)?;
                if self.flag(fields, key) == Some(false) {
                    self.problem(node.span, "`remove_call: false` does nothing", "remove the edit");
                }
                EditAction::RemoveCall
            }
        })
    }

    /// The path of a function, or the name of a method.
    fn called(&mut self, fields: &Fields<'_>) -> Option<Arc<str>> {
        let node = fields.node("call")?;
        let text = self.text(fields, "call")?;
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && word.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        if text.split("::").all(is_word) {
            return Some(self.words.catalog.canonical(&text).as_ref().into());
        }
        let help = "write a method's name, or a function as `krate::module::function`";
        self.problem(node.span, format!("`{text}` is nothing that can be called"), help);
        None
    }

    /// New code behind `lead`: it must read as Rust there, and each `$name` in it must be known.
    fn new_code(&mut self, fields: &Fields<'_>, key: &str, lead: &str) -> Option<Template> {
        let node = fields.node(key)?;
        let text = self.text(fields, key)?;
        let code = self.filled_code(Template::of_code(text.trim()), key, node.span);
        if let Err(reason) = self.as_code(lead, &code) {
            let help = match lead {
                "" => "write an expression",
                _ => "write what follows an expression, such as `.timeout(x)` or `?`",
            };
            self.problem(node.span, format!("`{key}` holds no Rust code: {reason}"), help);
        }
        Some(code)
    }

    /// New code behind `lead`, each hole a variable.
    fn as_code(&self, lead: &str, code: &Template) -> Result<CodePattern, String> {
        let text = code.render(|_| Some("x".to_owned()));
        CodePattern::new(&format!("{lead}{text}"), self.words.catalog)
    }

    /// Parameters become code; captures and facts stay holes.
    fn filled_code(&mut self, mut code: Template, key: &str, span: Span) -> Template {
        let places = self.places();
        for part in &mut code.parts {
            let Part::Hole(name) = part else { continue };
            let param = self.params.iter().find(|param| param.name == *name);
            if let Some(value) = param.map(|param| param.value.as_code()) {
                match value {
                    Some(value) => *part = Part::Text(value.into()),
                    None => {
                        let message = format!("`{key}` names `${name}`, which is a list");
                        self.problem(span, message, "code takes a number, size, time, text or flag");
                    }
                }
            } else if &**name != "subject" && !places.iter().any(|place| **place == **name) {
                let params = self.params.iter().map(|param| param.name.to_string());
                let known: Vec<String> = params.chain(places.clone()).chain(["subject".to_owned()]).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let message = format!("`{key}` names `${name}`, which nothing fills");
                self.problem(span, message, suggestion(name, "known", &known));
            }
        }
        code
    }
}

/// Whether the head of a path is the name of a crate that must be in the manifest.
fn is_crate(head: &str) -> bool {
    head.starts_with(|c: char| c.is_ascii_lowercase())
        && !matches!(head, "std" | "core" | "alloc" | "crate" | "self" | "super")
}
