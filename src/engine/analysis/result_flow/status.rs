//! Whether anyone looks at the status of an HTTP response, by following the response outward from the call that sends
//! the request, and through variables, patterns and closures of the same function.

use super::Flow;
use crate::engine::FactValue;
use crate::facts::{ItemKind, Outcome, outcome_of_pattern};
use crate::syntax::{Field, Kind, NodeId};

/// Variables that one response may pass.
const MAX_HOPS: u8 = 6;

/// What is known of a response's status.
#[derive(Clone, Debug)]
pub(super) struct Status {
    seen: Seen,
    /// What looks at the response.
    pub(super) place: Option<NodeId>,
}

#[derive(Clone, Debug)]
enum Seen {
    /// Somebody looks at the status.
    Checked,
    /// It leaves our sight.
    Lost(String),
    /// The body is read.
    Decoded,
    /// Nothing that matters.
    Nothing,
}

impl Status {
    const NOTHING: Self = Self { seen: Seen::Nothing, place: None };

    fn at(seen: Seen, place: NodeId) -> Self {
        Self { seen, place: Some(place) }
    }

    fn lost(reason: impl Into<String>) -> Self {
        Self { seen: Seen::Lost(reason.into()), place: None }
    }

    /// The fact.
    pub(super) fn value(&self) -> FactValue {
        match &self.seen {
            Seen::Checked => FactValue::Symbol("checked"),
            Seen::Lost(reason) => FactValue::Unknown(reason.clone()),
            Seen::Decoded | Seen::Nothing => FactValue::Symbol("unchecked"),
        }
    }

    const fn weight(&self) -> u8 {
        match self.seen {
            Seen::Checked => 3,
            Seen::Lost(_) => 2,
            Seen::Decoded => 1,
            Seen::Nothing => 0,
        }
    }

    /// What is known where a response has several uses: one look is enough.
    fn of_all(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter()
            .fold(Self::NOTHING, |best, next| if next.weight() > best.weight() { next } else { best })
    }
}

/// What a method does with the response, or with a `Result` or future of it.
fn method_use(name: &str) -> MethodUse {
    match name {
        "error_for_status" | "error_for_status_ref" | "status" | "status_code" | "is_success" => {
            MethodUse::Checks
        }
        "json" | "text" | "bytes" | "text_with_charset" | "bytes_stream" | "chunk" | "body" | "into_body"
        | "body_json" | "body_string" | "body_bytes" | "copy_to" => MethodUse::Decodes,
        "map_err" | "context" | "with_context" | "unwrap" | "expect" | "ok" | "or_else" | "inspect_err"
        | "unwrap_or_else" | "wrap_err" | "wrap_err_with" | "as_ref" | "as_mut" | "timeout"
        | "instrument" | "boxed" | "ok_or" | "ok_or_else" | "change_context" | "attach_printable"
        | "into" | "err_into" | "compat" => MethodUse::HandsOn,
        "and_then" | "map" | "then" | "inspect" | "inspect_ok" | "map_ok" | "is_ok_and" | "map_or"
        | "map_or_else" | "try_for_each" => MethodUse::GivesToClosure,
        "headers" | "url" | "content_length" | "cookies" | "version" | "remote_addr" => MethodUse::Reads,
        "is_ok" | "is_err" => MethodUse::Reaches,
        _ => MethodUse::Other,
    }
}

#[derive(Clone, Copy)]
enum MethodUse {
    Checks,
    Decodes,
    HandsOn,
    GivesToClosure,
    Reads,
    Reaches,
    Other,
}

/// Where the walk outward stands after one step.
enum Step {
    Outward,
    End(Status),
}

impl Flow<'_> {
    /// Whether the status of what `call` gives back is looked at.
    pub(super) fn status(&self, call: NodeId) -> Status {
        self.status_of(call, 0)
    }

    fn status_of(&self, from: NodeId, n_hops: u8) -> Status {
        if n_hops > MAX_HOPS {
            return Status::lost("the response passes too many variables");
        }
        let mut at = from;
        while let Some(parent) = self.tree.parent(at) {
            match self.step(at, parent, n_hops) {
                Step::Outward => at = parent,
                Step::End(status) => return status,
            }
        }
        Status::NOTHING
    }

    fn step(&self, at: NodeId, parent: NodeId, n_hops: u8) -> Step {
        let tree = self.tree;
        let field = tree.field(at);
        match tree.kind(parent) {
            Kind::Await | Kind::Try | Kind::Ref | Kind::Deref | Kind::Cast => Step::Outward,
            Kind::Arm | Kind::If if field != Field::Guard && field != Field::Cond => Step::Outward,
            Kind::Block | Kind::UnsafeBlock | Kind::OtherBlock if field == Field::Tail => Step::Outward,
            Kind::MethodCall if field == Field::Receiver => self.method(parent, n_hops),
            Kind::MethodCall => Step::End(self.passed(parent)),
            Kind::Call if field == Field::Arg => self.argument(parent),
            Kind::LetStmt | Kind::LetCond | Kind::SelectArm if field == Field::Init => {
                Step::End(self.of_pattern(tree.child(parent, Field::Pat), n_hops))
            }
            Kind::Match if field == Field::Init => {
                let arms = tree.children_in(parent, Field::Arm);
                Step::End(Status::of_all(
                    arms.map(|arm| self.of_pattern(tree.child(arm, Field::Pat), n_hops)),
                ))
            }
            Kind::Match | Kind::SelectArm => Step::Outward,
            Kind::FieldAccess if tree.name(parent) == Some("status") => {
                Step::End(Status::at(Seen::Checked, parent))
            }
            Kind::ExprStmt
            | Kind::Block
            | Kind::UnsafeBlock
            | Kind::OtherBlock
            | Kind::Binary
            | Kind::Not
            | Kind::FieldAccess
            | Kind::If
            | Kind::Arm => Step::End(Status::NOTHING),
            Kind::AsyncBlock if field != Field::Tail => Step::End(Status::NOTHING),
            Kind::Return | Kind::Closure | Kind::Fn | Kind::AsyncBlock | Kind::Break => {
                Step::End(Status::lost("the response is given back to a caller"))
            }
            Kind::Assign if field == Field::Right => Step::End(self.assigned(parent, n_hops)),
            Kind::MacroCall => Step::End(self.in_macro(parent)),
            _ => Step::End(Status::lost("the response is stored")),
        }
    }

    fn method(&self, call: NodeId, n_hops: u8) -> Step {
        let name = self.tree.name(call).unwrap_or("");
        match method_use(name) {
            MethodUse::Checks => Step::End(Status::at(Seen::Checked, call)),
            MethodUse::Decodes if self.is_told_by_body(call) => {
                Step::End(Status::lost("the body itself tells of errors"))
            }
            MethodUse::Decodes => Step::End(Status::at(Seen::Decoded, call)),
            MethodUse::HandsOn => Step::Outward,
            MethodUse::Reads => Step::End(Status::NOTHING),
            MethodUse::Reaches => Step::End(Status::lost(
                "only whether the server answers is asked, which may be all that matters",
            )),
            MethodUse::GivesToClosure => Step::End(self.of_closure(call, n_hops)),
            MethodUse::Other => Step::End(Status::lost(format!("`{name}` takes the response"))),
        }
    }

    /// Whether `json` makes a list, or a type of the workspace that not every object passes for.
    pub(super) fn is_typed_body(&self, decode: NodeId) -> bool {
        let tree = self.tree;
        if tree.kind(decode) != Kind::MethodCall || tree.name(decode) != Some("json") {
            return false;
        }
        let around = tree.ancestors(decode).find(|at| matches!(tree.kind(*at), Kind::LetStmt | Kind::Block));
        let written = around.and_then(|at| tree.child(at, Field::Type));
        let named = tree.child(decode, Field::GenericArg).or(written);
        let ty = named.map(|node| self.codebase.ty(self.file, node));
        if ty.as_ref().and_then(|ty| ty.path()) == Some("std::vec::Vec") {
            return true;
        }
        let Some(item) = ty.and_then(|ty| ty.item()).map(|item| self.codebase.item(item)) else {
            return false;
        };
        let ItemKind::Type(info) = &item.kind else { return false };
        let of_type = self.codebase.tree(item.file);
        let has_default = |node: NodeId| {
            let mut attrs = of_type.children_in(node, Field::Attr);
            attrs.any(|attr| of_type.text(attr).contains("default"))
        };
        let is_needed = |field: &crate::facts::FieldInfo| {
            field.wire_name.is_some()
                && !has_default(field.node)
                && !of_type.text(field.ty).contains("Option<")
        };
        if info.is_enum {
            let mut attrs = of_type.subtree(item.node).filter(|at| of_type.field(*at) == Field::Attr);
            return !attrs
                .any(|attr| ["untagged", "other"].iter().any(|word| of_type.text(attr).contains(word)));
        }
        !has_default(item.node) && info.fields.iter().any(is_needed)
    }

    /// Whether a variant such as `Reply::Error` is told apart after the body was read.
    fn is_told_by_body(&self, decode: NodeId) -> bool {
        let tree = self.tree;
        let Some(func) = self.codebase.enclosing_fn(self.file, decode) else { return false };
        let mut nodes = tree.descendants(self.codebase.item(func).node).filter(|at| *at > decode);
        nodes.any(|at| {
            let is_variant = matches!(tree.kind(at), Kind::PatTupleStruct | Kind::PatStruct | Kind::PatPath);
            let segments = if is_variant { tree.path_segments(at) } else { Vec::new() };
            segments.len() > 1
                && segments.last().is_some_and(|last| {
                    ["Error", "Err", "Fail"].iter().any(|word| last.starts_with(word) || last.ends_with(word))
                })
        })
    }

    /// What closures, or functions named by their paths, do with the response.
    fn of_closure(&self, call: NodeId, n_hops: u8) -> Status {
        let tree = self.tree;
        let of_arg = |arg: NodeId| match tree.kind(arg) {
            Kind::Closure => {
                let param = tree.children_in(arg, Field::Param).next();
                self.of_pattern(param.and_then(|param| tree.child(param, Field::Pat)), n_hops)
            }
            Kind::Path => match method_use(tree.path_segments(arg).last().copied().unwrap_or("")) {
                MethodUse::Checks => Status::at(Seen::Checked, arg),
                MethodUse::Decodes => Status::at(Seen::Decoded, arg),
                MethodUse::HandsOn
                | MethodUse::GivesToClosure
                | MethodUse::Reads
                | MethodUse::Reaches
                | MethodUse::Other => Status::lost(format!("`{}` takes the response", tree.text(arg))),
            },
            _ => Status::NOTHING,
        };
        Status::of_all(tree.children_in(call, Field::Arg).map(of_arg))
    }

    fn argument(&self, call: NodeId) -> Step {
        match self.tree.path_segments(call).as_slice() {
            ["drop"] | [.., "mem", "drop"] => Step::End(Status::NOTHING),
            ["Ok" | "Some"] | [.., "timeout" | "timeout_at"] | [.., "Box" | "Pin", "new" | "pin"] => {
                Step::Outward
            }
            [.., name] if matches!(method_use(name), MethodUse::Checks) => {
                Step::End(Status::at(Seen::Checked, call))
            }
            _ => Step::End(self.passed(call)),
        }
    }

    fn passed(&self, call: NodeId) -> Status {
        let name = self.tree.name(call).map(str::to_owned);
        let name = name.or_else(|| self.tree.path_segments(call).last().map(|last| (*last).to_owned()));
        Status::lost(format!("the response is handed to `{}`", name.unwrap_or_default()))
    }

    fn in_macro(&self, call: NodeId) -> Status {
        let is_text = matches!(
            self.tree.path_segments(call).last(),
            Some(
                &("trace"
                    | "debug"
                    | "info"
                    | "warn"
                    | "error"
                    | "log"
                    | "println"
                    | "eprintln"
                    | "print"
                    | "eprint"
                    | "format"
                    | "dbg")
            )
        );
        if is_text { Status::NOTHING } else { self.passed(call) }
    }

    fn assigned(&self, assign: NodeId, n_hops: u8) -> Status {
        let Some(left) = self.tree.child(assign, Field::Left) else {
            return Status::lost("the response is stored");
        };
        if self.tree.text(left) == "_" {
            return Status::NOTHING;
        }
        let Some(binding) = self.codebase.binding(self.file, left) else {
            return Status::lost("the response is stored");
        };
        self.of_binding(&binding, n_hops)
    }

    /// The variables of a pattern that does not stand for a failure.
    fn of_pattern(&self, pattern: Option<NodeId>, n_hops: u8) -> Status {
        let Some(pattern) = pattern else { return Status::NOTHING };
        if outcome_of_pattern(self.tree, pattern) == Outcome::Failure {
            return Status::NOTHING;
        }
        let names = self.tree.subtree(pattern).filter(|at| self.tree.kind(*at) == Kind::PatIdent);
        let bindings = names.filter_map(|name| self.codebase.binding(self.file, name));
        Status::of_all(bindings.map(|binding| self.of_binding(&binding, n_hops)))
    }

    fn of_binding(&self, binding: &crate::facts::Binding, n_hops: u8) -> Status {
        let uses = self.codebase.uses_of(self.file, binding).filter(|node| {
            // The left side of an assignment is no use.
            self.tree.field(*node) != Field::Left
        });
        Status::of_all(uses.map(|node| self.status_of(node, n_hops + 1)))
    }
}
