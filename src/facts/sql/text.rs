//! The SQL text that an expression stands for: literals, `format!`, `concat!`, consts, variables, pushed pieces.

use crate::base::FileIdx;
use crate::facts::{Codebase, ItemKind};
use crate::syntax::{Field, Kind, NodeId};

/// Variables, wrappers and parts that are followed.
const MAX_HOPS: u8 = 8;
/// Pieces that are joined.
const MAX_PIECES: usize = 200;
/// What stands for what is not in sight.
pub(super) const HOLE: &str = "__hole__";

/// A text and where it comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pub(super) value: String,
    /// The first literal, in this file.
    pub(super) literal: Option<NodeId>,
    /// All of it is in sight.
    pub(super) is_whole: bool,
    /// It is that literal's value and nothing else.
    pub(super) is_plain: bool,
    /// The literals that it is made of.
    pub(super) used: Vec<NodeId>,
}

/// The text of `expr`, as far as it is in sight.
pub(super) fn text_of(codebase: &Codebase, file: FileIdx, expr: NodeId) -> Option<Text> {
    Reader { codebase, file }.text(expr, 0).filter(|text| !text.value.trim().is_empty())
}

/// What is pushed later on the builder that `call` makes.
pub(super) fn pieces_behind(codebase: &Codebase, file: FileIdx, call: NodeId) -> Vec<Text> {
    let tree = codebase.tree(file);
    let reader = Reader { codebase, file };
    let Some(stmt) = tree.ancestors(call).find(|at| tree.kind(*at) == Kind::LetStmt) else {
        return Vec::new();
    };
    let Some(pattern) = tree.child(stmt, Field::Pat).filter(|at| tree.kind(*at) == Kind::PatIdent) else {
        return Vec::new();
    };
    let Some(binding) = codebase.binding(file, pattern) else { return Vec::new() };
    codebase
        .uses_of(file, &binding)
        .take(MAX_PIECES)
        .flat_map(|place| reader.chain_of_pushes(place))
        .collect()
}

struct Reader<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
}

impl Reader<'_> {
    fn text(&self, expr: NodeId, hops: u8) -> Option<Text> {
        let tree = self.codebase.tree(self.file);
        if hops > MAX_HOPS {
            return None;
        }
        match tree.kind(expr) {
            Kind::LitStr => Some(Text {
                value: tree.str_value(expr)?,
                literal: Some(expr),
                is_whole: true,
                is_plain: true,
                used: vec![expr],
            }),
            Kind::MacroCall => self.macro_text(expr, hops),
            Kind::Path => self.named(expr, hops),
            Kind::Ref | Kind::Deref | Kind::Try | Kind::Await => {
                self.text(tree.child(expr, Field::Expr)?, hops + 1)
            }
            Kind::MethodCall => self.method(expr, hops),
            Kind::Call => self.call(expr, hops),
            Kind::Binary if tree.operator(expr) == Some("+") => {
                let parts = [tree.child(expr, Field::Left), tree.child(expr, Field::Right)];
                self.joined(parts.into_iter().flatten().collect(), hops)
            }
            _ => None,
        }
    }

    fn macro_text(&self, expr: NodeId, hops: u8) -> Option<Text> {
        let tree = self.codebase.tree(self.file);
        let name = tree.path_segments(expr).last().copied()?;
        match name {
            "format" | "formatcp" | "format_args" | "formatdoc" | "sql_format" => {
                let literal =
                    tree.children_in(expr, Field::Arg).find(|arg| tree.kind(*arg) == Kind::LitStr)?;
                let value = tree.str_value(literal)?;
                let (value, has_holes) = without_holes(&value);
                let is_plain = !has_holes;
                Some(Text {
                    value,
                    literal: Some(literal),
                    is_whole: !has_holes,
                    is_plain,
                    used: vec![literal],
                })
            }
            "concat" | "concatcp" | "indoc" | "const_str" => {
                self.joined(tree.children_in(expr, Field::Arg).collect(), hops)
            }
            _ => None,
        }
    }

    /// Parts one after the other; what is not in sight is a hole.
    fn joined(&self, parts: Vec<NodeId>, hops: u8) -> Option<Text> {
        let is_one = parts.len() == 1;
        let mut all = Text { is_whole: true, is_plain: is_one, ..Text::default() };
        for part in parts.into_iter().take(MAX_PIECES) {
            match self.text(part, hops + 1) {
                Some(text) => {
                    all.value.push_str(&text.value);
                    all.literal = all.literal.or(text.literal);
                    all.is_whole &= text.is_whole;
                    all.used.extend(text.used);
                }
                None => {
                    all.value.push_str(HOLE);
                    all.is_whole = false;
                }
            }
        }
        all.literal.is_some().then_some(all)
    }

    /// `"..".to_string()`, `builder.push("..")`: the text at the start of the chain.
    fn method(&self, expr: NodeId, hops: u8) -> Option<Text> {
        let tree = self.codebase.tree(self.file);
        let mut text = self.text(tree.child(expr, Field::Receiver)?, hops + 1)?;
        match tree.name(expr)? {
            "to_string" | "to_owned" | "into" | "as_str" | "clone" | "trim" | "as_ref" | "trim_end"
            | "trim_start" | "into_string" | "leak" => {}
            "push" | "push_str" => {
                let arg = tree.children_in(expr, Field::Arg).next();
                let piece = arg.and_then(|arg| self.text(arg, hops + 1));
                text.value.push_str(piece.map_or(HOLE.to_owned(), |piece| piece.value).as_str());
                (text.is_whole, text.is_plain) = (false, false);
            }
            _ => (text.is_whole, text.is_plain) = (false, false),
        }
        Some(text)
    }

    /// `String::from("..")`, `AssertSqlSafe(..)`, `QueryBuilder::new("..")`.
    fn call(&self, expr: NodeId, hops: u8) -> Option<Text> {
        let tree = self.codebase.tree(self.file);
        let segments = tree.path_segments(expr);
        let last = segments.last().copied()?;
        let is_carrier =
            matches!(last, "from" | "new" | "AssertSqlSafe" | "Borrowed" | "Owned" | "sql" | "text");
        let text = self.text(tree.children_in(expr, Field::Arg).next().filter(|_| is_carrier)?, hops + 1)?;
        let is_builder = last == "new";
        Some(Text { is_whole: text.is_whole && !is_builder, ..text })
    }

    /// A variable with what is pushed on it later, or a const.
    fn named(&self, expr: NodeId, hops: u8) -> Option<Text> {
        let tree = self.codebase.tree(self.file);
        let Some(binding) = self.codebase.binding(self.file, expr) else { return self.constant(expr, hops) };
        let init = binding.init(tree)?;
        if tree.kind(binding.pattern) != Kind::PatIdent && tree.kind(binding.pattern) != Kind::PatType {
            return None;
        }
        let mut text = self.text(init, hops + 1)?;
        let mut n_pieces = 0;
        for place in self.codebase.uses_of(self.file, &binding).filter(|place| *place < expr) {
            let Some(piece) = self.pushed(place, hops) else { continue };
            n_pieces += 1;
            if n_pieces > MAX_PIECES {
                break;
            }
            (text.is_whole, text.is_plain) = (false, false);
            text.value.push(' ');
            text.value.push_str(&piece.value);
            text.used.extend(piece.used);
        }
        Some(text)
    }

    /// What a use of the variable pushes on it: `sql.push_str("..")`, `sql += ".."`, `write!(sql, "..")`.
    fn pushed(&self, place: NodeId, hops: u8) -> Option<Text> {
        let tree = self.codebase.tree(self.file);
        let mut parent = tree.parent(place)?;
        if tree.kind(parent) == Kind::Ref {
            parent = tree.parent(parent)?;
        }
        let argument = match tree.kind(parent) {
            Kind::MethodCall if tree.field(place) == Field::Receiver => {
                match tree.name(parent) {
                    Some("push" | "push_str") => {}
                    Some("push_bind" | "push_values" | "push_tuples") => {
                        return Some(Text { value: HOLE.to_owned(), ..Text::default() });
                    }
                    _ => return None,
                }
                tree.children_in(parent, Field::Arg).next()?
            }
            Kind::AssignOp if tree.field(place) == Field::Left => tree.child(parent, Field::Right)?,
            Kind::MacroCall if matches!(tree.path_segments(parent).last(), Some(&("write" | "writeln"))) => {
                let literal =
                    tree.children_in(parent, Field::Arg).find(|arg| tree.kind(*arg) == Kind::LitStr)?;
                let (value, _) = without_holes(&tree.str_value(literal)?);
                return Some(Text { value, literal: Some(literal), used: vec![literal], ..Text::default() });
            }
            _ => return None,
        };
        let hole = || Text { value: HOLE.to_owned(), ..Text::default() };
        Some(self.text(argument, hops + 1).unwrap_or_else(hole))
    }

    /// The pieces of `b.push("..").push_bind(x).push("..")`, from the variable on.
    fn chain_of_pushes(&self, place: NodeId) -> Vec<Text> {
        let tree = self.codebase.tree(self.file);
        let mut found = Vec::new();
        let mut at = place;
        while let Some(call) = tree.parent(at).filter(|call| tree.kind(*call) == Kind::MethodCall) {
            if tree.field(at) != Field::Receiver {
                break;
            }
            found.extend(self.pushed(at, 0));
            at = call;
        }
        found
    }

    /// A const or static of any file.
    fn constant(&self, expr: NodeId, hops: u8) -> Option<Text> {
        let item = self.codebase.item(self.codebase.resolve(self.file, expr)?.item?);
        let ItemKind::Const(_, Some(init)) = item.kind else { return None };
        let text = Reader { codebase: self.codebase, file: item.file }.text(init, hops + 1)?;
        if item.file == self.file {
            return Some(text);
        }
        Some(Text { literal: Some(expr), is_plain: false, used: Vec::new(), ..text })
    }
}

/// A format string with a word for each hole, and whether it has any.
fn without_holes(format: &str) -> (String, bool) {
    let mut text = String::with_capacity(format.len());
    let mut has_holes = false;
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(rest.get(..at).unwrap_or(""));
        let tail = rest.get(at..).unwrap_or("");
        let after = if tail.starts_with("{{") || tail.starts_with("}}") {
            text.push_str(tail.get(..1).unwrap_or(""));
            2
        } else if tail.starts_with('{') {
            text.push_str(HOLE);
            has_holes = true;
            tail.find('}').map_or(tail.len(), |end| end + 1)
        } else {
            1
        };
        rest = tail.get(after..).unwrap_or("");
    }
    text.push_str(rest);
    (text, has_holes)
}
