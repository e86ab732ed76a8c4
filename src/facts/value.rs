//! Values that can be read off the code: literals, consts, durations, simple arithmetic. Follows no variable.

use crate::base::FileIdx;
use crate::facts::{Codebase, ItemKind, Place};
use crate::syntax::{Field, Kind, NodeId, Tree};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

/// A value with the place of the literal that decides it.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// The literal, or the whole expression where several make the value.
    pub place: Place,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind {
    /// An integer; `usize::MAX` and the like are folded.
    Int(i128),
    /// A float.
    Float(f64),
    /// A text, owned or borrowed.
    Str(Arc<str>),
    /// `true` or `false`.
    Bool(bool),
    /// `Duration::from_secs(3)` and the like.
    Duration(Duration),
    /// `None`.
    None,
    /// `Some(x)`.
    Some(Box<Value>),
    /// A unit variant or another named value that is not a const of the workspace: its canonical path.
    Path(Arc<str>),
}

/// Expressions and consts that are followed, one inside the other.
const MAX_DEPTH: u32 = 64;
/// Expressions that are read for one value.
const MAX_STEPS: u32 = 2_000;

impl Codebase {
    /// The value of an expression, as far as it can be read off the code. Consts and statics are followed; variables
    /// are not, whatever they are bound to.
    #[must_use]
    pub fn value(&self, file: FileIdx, expr: NodeId) -> Option<Value> {
        Reader { codebase: self, file, steps: &Cell::new(MAX_STEPS) }.read(expr, MAX_DEPTH)
    }
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    codebase: &'a Codebase,
    file: FileIdx,
    /// Steps that are left; consts that name each other twice would take for ever.
    steps: &'a Cell<u32>,
}

impl Reader<'_> {
    fn tree(&self) -> &Tree {
        self.codebase.tree(self.file)
    }

    fn made(&self, node: NodeId, kind: ValueKind) -> Value {
        Value { kind, place: Place { file: self.file, node } }
    }

    fn read(&self, node: NodeId, depth: u32) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        self.steps.set(self.steps.get().checked_sub(1)?);
        let tree = self.tree();
        let inner = |field| self.read(tree.child(node, field)?, depth);
        match tree.kind(node) {
            Kind::LitInt | Kind::LitFloat | Kind::LitStr | Kind::LitChar | Kind::LitBool => {
                Some(self.made(node, self.literal(node)?))
            }
            Kind::Neg => Some(self.made(node, inner(Field::Expr)?.kind.negated()?)),
            Kind::Ref | Kind::Deref | Kind::Cast => inner(Field::Expr),
            Kind::Block | Kind::OtherBlock if tree.children(node).count() == 1 => inner(Field::Tail),
            Kind::Binary => {
                let (left, right) = (inner(Field::Left)?.kind, inner(Field::Right)?.kind);
                Some(self.made(node, left.combined(tree.operator(node)?, right)?))
            }
            Kind::Path => self.named(node, depth),
            Kind::Call => self.call(node, depth),
            Kind::MethodCall => self.method(node, depth),
            Kind::MacroCall => self.concatenated(node, depth),
            _ => None,
        }
    }

    fn literal(&self, node: NodeId) -> Option<ValueKind> {
        let tree = self.tree();
        let text = tree.text(node);
        Some(match tree.kind(node) {
            Kind::LitInt => match tree.int_value(node) {
                Some(value) => ValueKind::Int(i128::try_from(value).ok()?),
                None => ValueKind::Float(float(text)?),
            },
            Kind::LitFloat => ValueKind::Float(float(text)?),
            Kind::LitStr => ValueKind::Str(tree.str_value(node)?.into()),
            Kind::LitChar => ValueKind::Str(text.trim_matches('\'').into()),
            _ => ValueKind::Bool(text == "true"),
        })
    }

    /// A const, a static, a limit of a type, `None`, or another named value.
    fn named(&self, node: NodeId, depth: u32) -> Option<Value> {
        let resolved = self.codebase.resolve(self.file, node)?;
        if let Some(item) = resolved.item.map(|item| self.codebase.item(item)) {
            return match &item.kind {
                ItemKind::Const(_, init) => Reader { file: item.file, ..*self }.read((*init)?, depth),
                ItemKind::Type(_) => Some(self.made(node, ValueKind::Path(resolved.path.clone()))),
                ItemKind::Fn(_)
                | ItemKind::Alias(_)
                | ItemKind::Trait
                | ItemKind::Impl(_)
                | ItemKind::Macro => None,
            };
        }
        let path = &*resolved.path;
        let kind = match path {
            "std::option::Option::None" => ValueKind::None,
            "std::time::Duration::MAX" => ValueKind::Duration(Duration::MAX),
            "std::time::Duration::ZERO" => ValueKind::Duration(Duration::ZERO),
            _ => limit(path).map_or_else(|| ValueKind::Path(resolved.path.clone()), ValueKind::Int),
        };
        Some(self.made(node, kind))
    }

    fn call(&self, node: NodeId, depth: u32) -> Option<Value> {
        let tree = self.tree();
        let resolved = self.codebase.resolve(self.file, tree.child(node, Field::Callee)?)?;
        let args: Vec<NodeId> = tree.children_in(node, Field::Arg).collect();
        let first = *args.first()?;
        let path = &*resolved.path;
        let (owner, name) = path.rsplit_once("::")?;
        if path == "std::option::Option::Some" {
            let value = self.read(first, depth)?;
            return Some(self.made(node, ValueKind::Some(Box::new(value))));
        }
        if resolved.item.is_some() {
            return None;
        }
        if is_duration(owner) {
            let value = self.read(first, depth)?;
            if name == "new" {
                let nanos = self.read(*args.get(1)?, depth)?.kind.int()?;
                let whole = duration("from_secs", &value.kind)?;
                let part = Duration::from_nanos(u64::try_from(nanos).ok()?);
                return Some(self.made(node, ValueKind::Duration(whole.checked_add(part)?)));
            }
            return Some(Value { kind: ValueKind::Duration(duration(name, &value.kind)?), ..value });
        }
        if name == "new" && owner.contains("::NonZero") {
            let value = self.read(first, depth)?;
            return Some(self.made(node, ValueKind::Some(Box::new(value))));
        }
        let is_conversion = matches!(path, "std::string::String::from" | "std::borrow::Cow::Borrowed")
            || (name == "from" && !owner.contains("::"))
            || (name == "new" && matches!(owner, "std::boxed::Box" | "std::sync::Arc"));
        if is_conversion { self.read(first, depth) } else { None }
    }

    fn method(&self, node: NodeId, depth: u32) -> Option<Value> {
        let tree = self.tree();
        let value = self.read(tree.child(node, Field::Receiver)?, depth)?;
        match tree.name(node)? {
            "into" | "to_string" | "to_owned" | "clone" | "as_str" | "as_ref" | "to_vec" | "as_bytes"
            | "try_into" | "borrow" => Some(value),
            "unwrap" | "expect" | "unwrap_or_default" | "unwrap_unchecked" => match value.kind {
                ValueKind::Some(inner) => Some(*inner),
                ValueKind::None => None,
                _ => Some(value),
            },
            "as_secs" => self.part(node, &value, |it| i128::from(it.as_secs())),
            "as_millis" => self.part(node, &value, |it| it.as_millis() as i128),
            "as_secs_f64" => match value.kind {
                ValueKind::Duration(it) => Some(self.made(node, ValueKind::Float(it.as_secs_f64()))),
                _ => None,
            },
            _ => None,
        }
    }

    fn part(&self, node: NodeId, value: &Value, count: fn(Duration) -> i128) -> Option<Value> {
        match value.kind {
            ValueKind::Duration(it) => Some(self.made(node, ValueKind::Int(count(it)))),
            _ => None,
        }
    }

    /// `concat!("a", "b")`
    fn concatenated(&self, node: NodeId, depth: u32) -> Option<Value> {
        let tree = self.tree();
        let path = tree.child(node, Field::Path)?;
        if tree.text(path) != "concat" || tree.is_opaque(node) {
            return None;
        }
        let mut text = String::new();
        for arg in tree.children_in(node, Field::Arg) {
            match self.read(arg, depth)?.kind {
                ValueKind::Str(part) => text.push_str(&part),
                ValueKind::Int(part) => text.push_str(&part.to_string()),
                ValueKind::Bool(part) => text.push_str(&part.to_string()),
                ValueKind::Float(_)
                | ValueKind::Duration(_)
                | ValueKind::None
                | ValueKind::Some(_)
                | ValueKind::Path(_) => return None,
            }
        }
        Some(self.made(node, ValueKind::Str(text.into())))
    }
}

impl ValueKind {
    const fn int(&self) -> Option<i128> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    fn negated(self) -> Option<Self> {
        match self {
            Self::Int(value) => value.checked_neg().map(Self::Int),
            Self::Float(value) => Some(Self::Float(-value)),
            _ => None,
        }
    }

    fn combined(self, operator: &str, right: Self) -> Option<Self> {
        match (self, right) {
            (Self::Int(left), Self::Int(right)) => integers(left, operator, right).map(Self::Int),
            (Self::Float(left), Self::Float(right)) => floats(left, operator, right).map(Self::Float),
            (Self::Duration(time), Self::Int(factor)) | (Self::Int(factor), Self::Duration(time)) => {
                let factor = u32::try_from(factor).ok()?;
                match operator {
                    "*" => time.checked_mul(factor).map(Self::Duration),
                    "/" => time.checked_div(factor).map(Self::Duration),
                    _ => None,
                }
            }
            (Self::Duration(left), Self::Duration(right)) => match operator {
                "+" => left.checked_add(right).map(Self::Duration),
                "-" => left.checked_sub(right).map(Self::Duration),
                _ => None,
            },
            _ => None,
        }
    }
}

fn integers(left: i128, operator: &str, right: i128) -> Option<i128> {
    match operator {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "/" => left.checked_div(right),
        "%" => left.checked_rem(right),
        "<<" => left.checked_mul(1_i128.checked_shl(u32::try_from(right).ok().filter(|by| *by < 100)?)?),
        _ => None,
    }
}

fn floats(left: f64, operator: &str, right: f64) -> Option<f64> {
    Some(match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        _ => return None,
    })
}

fn float(text: &str) -> Option<f64> {
    let plain = text.replace('_', "");
    plain.trim_end_matches("f64").trim_end_matches("f32").parse().ok()
}

/// `usize::MAX` and the like, for a machine of 64 bits.
fn limit(path: &str) -> Option<i128> {
    let (ty, name) = path.trim_start_matches("std::").split_once("::")?;
    let (is_signed, width) = match ty.split_at_checked(1)? {
        ("u", "size") => (false, 64),
        ("i", "size") => (true, 64),
        ("u", width) => (false, width.parse::<u32>().ok()?),
        ("i", width) => (true, width.parse::<u32>().ok()?),
        _ => return None,
    };
    let bits = if is_signed { width.checked_sub(1)? } else { width };
    let max = if bits >= 127 { i128::MAX } else { (1_i128 << bits) - 1 };
    match name {
        "MAX" => Some(max),
        "MIN" => Some(if is_signed { -max - 1 } else { 0 }),
        _ => None,
    }
}

fn is_duration(path: &str) -> bool {
    path.ends_with("::Duration") || path.ends_with("::TimeDelta")
}

/// `Duration::from_secs(n)` and the spellings of other crates.
fn duration(name: &str, value: &ValueKind) -> Option<Duration> {
    let unit = name.trim_start_matches("try_").trim_start_matches("from_");
    let nanos: u64 = match unit.trim_end_matches("_f64").trim_end_matches("_f32") {
        "nanos" | "nanoseconds" => 1,
        "micros" | "microseconds" => 1_000,
        "millis" | "milliseconds" => 1_000_000,
        "secs" | "seconds" => 1_000_000_000,
        "mins" | "minutes" => 60_000_000_000,
        "hours" => 3_600_000_000_000,
        "days" => 86_400_000_000_000,
        "weeks" => 604_800_000_000_000,
        _ => return None,
    };
    match value {
        ValueKind::Int(count) => {
            let total = u128::try_from(*count).ok()?.checked_mul(u128::from(nanos))?;
            let (secs, rest) = (total / 1_000_000_000, total % 1_000_000_000);
            Some(Duration::new(u64::try_from(secs).unwrap_or(u64::MAX), rest as u32))
        }
        ValueKind::Float(count) => Duration::try_from_secs_f64(count * (nanos as f64 / 1e9)).ok(),
        ValueKind::Str(_)
        | ValueKind::Bool(_)
        | ValueKind::Duration(_)
        | ValueKind::None
        | ValueKind::Some(_)
        | ValueKind::Path(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::testing::{file_at, node_of, of_text};

    /// The value of `expr` as an initialiser below some consts.
    #[track_caller]
    fn check(expr: &str, wanted: &str) {
        let text = format!(
            "use std::time::Duration;\nuse other::Kind;\nmod limits {{ use super::*; pub const MAX: u32 = 5; pub static WAIT: Duration = Duration::from_millis(250); }}\n\
             use limits::MAX;\nenum Mode {{ Fast }}\nimpl Mode {{ const LIMIT: usize = 2 * 1024; }}\nconst LOOP: u8 = LOOP;\n\
             fn f(variable: u8) {{ let it = {expr}; }}\n"
        );
        let codebase = of_text(&text);
        let file = file_at(&codebase, "src/lib.rs");
        let node = node_of(codebase.tree(file), &format!("let it = ‹{expr}›;"));
        let found = codebase.value(file, node).map_or("?".to_owned(), |value| format!("{:?}", value.kind));
        assert_eq!(found, wanted, "{expr}");
    }

    #[test]
    fn literals_and_arithmetic_are_folded() {
        check("1_000u64", "Int(1000)");
        check("-3", "Int(-3)");
        check("128 * 1024 + 1", "Int(131073)");
        check("1 << 20", "Int(1048576)");
        check("(10 - 4) / 2 as u8", "Int(3)");
        check("1 / 0", "?");
        check("0.5 * 3.0", "Float(1.5)");
        check("\"a\".to_string()", "Str(\"a\")");
        check("String::from(\"a\\n\")", "Str(\"a\\n\")");
        check("concat!(\"a\", \"b\", 1)", "Str(\"ab1\")");
        check("true", "Bool(true)");
    }

    #[test]
    fn consts_are_followed_and_variables_are_not() {
        check("MAX", "Int(5)");
        check("limits::MAX as usize * 2", "Int(10)");
        check("Mode::LIMIT", "Int(2048)");
        check("limits::WAIT", "Duration(250ms)");
        check("LOOP", "?");
        check("variable", "?");
        check("usize::MAX", "Int(18446744073709551615)");
        check("std::i32::MIN", "Int(-2147483648)");
    }

    #[test]
    fn durations_have_one_meaning_in_all_spellings() {
        check("Duration::from_secs(30)", "Duration(30s)");
        check("std::time::Duration::from_millis(1500)", "Duration(1.5s)");
        check("Duration::from_secs(60) * 15", "Duration(900s)");
        check("Duration::from_secs_f64(0.5)", "Duration(500ms)");
        check("chrono::Duration::minutes(2)", "Duration(120s)");
        check("Duration::from_secs(MAX.into())", "Duration(5s)");
        check("Duration::new(1, 500)", "Duration(1.0000005s)");
        check("Duration::from_secs(90).as_millis()", "Int(90000)");
    }

    #[test]
    fn options_and_named_values_stay_what_they_are() {
        check("None", "None");
        check("Mode::Fast", "Path(\"app::Mode::Fast\")");
        check("Kind::Slow", "Path(\"other::Kind::Slow\")");
        check("std::num::NonZeroU32::new(7).unwrap()", "Int(7)");
        check("unknown()", "?");
    }

    #[test]
    fn consts_that_name_each_other_twice_end() {
        let mut text = String::from("const C0: u8 = 1;\n");
        for n in 1..60 {
            text.push_str(&format!("const C{n}: u8 = C{0} + C{0};\n", n - 1));
        }
        text.push_str("fn f() { g(C59, C5); }\n");
        let codebase = of_text(&text);
        let file = file_at(&codebase, "src/lib.rs");
        let value = |text| codebase.value(file, node_of(codebase.tree(file), text)).map(|value| value.kind);
        assert_eq!(value("g(‹C59›, C5)"), None);
        assert_eq!(value("C59, ‹C5›)"), Some(super::ValueKind::Int(32)));
    }

    #[test]
    fn the_place_is_that_of_the_literal() {
        let codebase = of_text("const N: u8 = 7;\nfn f() { g(Some(N)); }\n");
        let file = file_at(&codebase, "src/lib.rs");
        let value = codebase.value(file, node_of(codebase.tree(file), "g(‹Some(N)›)")).expect("a value");
        let super::ValueKind::Some(inner) = value.kind else { panic!("an option") };
        assert_eq!(codebase.tree(file).text(inner.place.node), "7");
    }
}
