//! Reads macro calls: which reading fits which macro, and what to try where the name tells nothing.

mod argument;
mod select;
mod template;

use crate::syntax::lex::{Key, Tok};
use crate::syntax::parser::{Mark, Parser, Read};
use crate::syntax::{Field, Flag, Kind};

/// How a macro's arguments are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// `a, k = v, "k": v, ?e; n`
    Arguments,
    /// `p = e => h, else => h`
    Select,
    /// `{ "k": v, "l": [..] }`
    Json,
    /// `e, p if g`
    Matches,
    /// Statements and items.
    Statements,
    /// Items, and `static ref A: T = e;`.
    Items,
    /// Types and bounds, with commas.
    Types,
    /// Any run of expressions and types with any punctuation between.
    Loose,
}

/// What is tried for `m! { .. }` of unknown name.
const BRACED: [Reading; 6] =
    [Reading::Statements, Reading::Arguments, Reading::Items, Reading::Json, Reading::Select, Reading::Loose];

/// What is tried for `m!(..)` and `m![..]` of unknown name.
const LISTED: [Reading; 6] = [
    Reading::Arguments,
    Reading::Statements,
    Reading::Types,
    Reading::Matches,
    Reading::Items,
    Reading::Loose,
];

/// Readings by the macro's last segment; for the others the brackets decide.
fn reading_of(name: &str) -> Option<Reading> {
    Some(match name {
        "select" | "select_biased" => Reading::Select,
        "json" | "json_internal" | "bson" => Reading::Json,
        "matches" | "assert_matches" | "debug_assert_matches" | "assert_let" => Reading::Matches,
        "lazy_static" | "thread_local" | "cfg_if" => Reading::Items,
        "stream" | "try_stream" => Reading::Statements,
        "vec" | "format" | "format_args" | "print" | "println" | "eprint" | "eprintln" | "write"
        | "writeln" | "panic" | "todo" | "unimplemented" | "unreachable" | "assert" | "assert_eq"
        | "assert_ne" | "debug_assert" | "debug_assert_eq" | "debug_assert_ne" | "dbg" | "concat" | "env"
        | "option_env" | "include_str" | "include_bytes" | "include" | "trace" | "debug" | "info"
        | "warn" | "error" | "event" | "log" | "span" | "trace_span" | "debug_span" | "info_span"
        | "warn_span" | "error_span" | "bail" | "ensure" | "anyhow" | "eyre" | "query" | "query_as"
        | "query_scalar" | "query_file" | "query_file_as" | "query_unchecked" | "query_as_unchecked"
        | "join" | "try_join" | "ready" | "pin" => Reading::Arguments,
        _ => return None,
    })
}

impl Parser<'_> {
    /// `!(..)` behind the path that is the last node.
    pub(super) fn macro_call(&mut self, mark: Mark, field: Field) -> Read {
        self.enter()?;
        self.play(Field::Path);
        let known = reading_of(self.last_text().rsplit("::").next().unwrap_or("").trim());
        self.expect(b'!')?;
        if !matches!(self.peek(), Tok::Punct(b'(' | b'[' | b'{')) {
            // `m! name { .. }`, as older item macros have it.
            self.item_name()?;
        }
        let guesses = if self.at(b'{') { &BRACED } else { &LISTED };
        if !matches!(self.peek(), Tok::Punct(b'(' | b'[' | b'{')) {
            return self.fail();
        }
        let pair = self.pair();
        self.bump();
        let is_read = match known {
            Some(reading) => {
                self.read_as(reading, pair) || self.flagged(Flag::InMacro, |p| p.guess(guesses, pair))
            }
            None => self.flagged(Flag::InMacro, |p| p.guess(guesses, pair)),
        };
        self.skip_to(pair);
        if !matches!(self.peek(), Tok::Punct(b')' | b']' | b'}')) {
            return self.fail();
        }
        self.bump();
        self.finish(mark, Kind::MacroCall, field);
        if !is_read {
            self.flag(Flag::Opaque);
        }
        self.leave();
        Ok(())
    }

    /// Tries the readings that fit a macro of unknown name.
    fn guess(&mut self, readings: &[Reading], pair: usize) -> bool {
        readings.iter().any(|reading| self.read_as(*reading, pair))
    }

    /// Reads all up to token `pair` in one way; nothing has happened where that fails.
    fn read_as(&mut self, reading: Reading, pair: usize) -> bool {
        self.attempt(|p| {
            match reading {
                Reading::Arguments => p.macro_arguments(pair)?,
                Reading::Select => p.select_arms(pair)?,
                Reading::Json => p.json_value_list(pair)?,
                Reading::Matches => p.matches_arguments()?,
                Reading::Statements => p.macro_statements(pair)?,
                Reading::Items => p.macro_items(pair)?,
                Reading::Types => p.macro_types(pair)?,
                Reading::Loose => p.loose_arguments(pair)?,
            }
            if p.pos() == pair { Ok(()) } else { p.fail() }
        })
    }

    fn macro_statements(&mut self, pair: usize) -> Read {
        if self.pos() == pair {
            return Ok(());
        }
        let mark = self.mark();
        self.statements(pair)?;
        self.finish(mark, Kind::Block, Field::Body);
        Ok(())
    }

    /// Items and `static ref`s, as `lazy_static!`, `thread_local!` and `bitflags!` take them, or branches of `cfg_if!`.
    fn macro_items(&mut self, pair: usize) -> Read {
        let mark = self.mark();
        self.inner_attributes()?;
        while self.pos() < pair {
            if self.eat(b';') {
                continue;
            }
            if self.at(b'{') {
                self.block(Field::Stmt)?;
            } else if self.at_key(Key::If) || self.at_key(Key::Else) {
                // `if #[cfg(..)] { .. } else { .. }`
                self.bump();
                self.outer_attributes()?;
            } else {
                self.lazy_item()?;
            }
        }
        self.finish(mark, Kind::Block, Field::Body);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::outline::{expr_outline, outline, read};
    use crate::syntax::{Field, Kind};

    /// The parts of the macro call `text` but its path.
    #[track_caller]
    fn check(text: &str, parts: &str) {
        let outline = expr_outline(text);
        let (_, rest) = outline.split_once(' ').unwrap_or(("", ")"));
        assert_eq!(rest.strip_suffix(')'), Some(parts), "{text}");
    }

    #[test]
    fn arguments_are_expressions_and_named_values() {
        check("format!(\"{}\", a.b())", "Arg:LitStr'\"{}\"' Arg:MethodCall(Receiver:Path'a' Name:Name'b')");
        check("println!(\"{x}\", x = y)", "Arg:LitStr'\"{x}\"' Arg:FieldInit(Name:Name'x' Init:Path'y')");
        check(
            "assert!(a as u8 <= b)",
            "Arg:Binary<=(Left:Cast(Expr:Path'a' Type:TypePath(Path:Path'u8')) Right:Path'b')",
        );
        check("vec![a; 3]", "Arg:Repeat(Expr:Path'a' Count:LitInt'3')");
        check("vec![a, b,]", "Arg:Path'a' Arg:Path'b'");
        check("query_as!(Row, \"q\", a)", "Arg:Path'Row' Arg:LitStr'\"q\"' Arg:Path'a'");
        check("try_join!(a(), b)", "Arg:Call(Callee:Path'a') Arg:Path'b'");
        check("hashmap! { a => 1, \"b\" => c }", "Arg:Path'a' Arg:LitInt'1' Arg:LitStr'\"b\"' Arg:Path'c'");
    }

    #[test]
    fn log_macros_have_sigils_and_dotted_keys() {
        check(
            "info!(target: \"t\", user.id = %id, ?err, %a.b, \"m {}\", c)",
            "Arg:FieldInit(Name:Name'target' Init:LitStr'\"t\"') Arg:FieldInit(Name:Name'user.id' Init:Path'id') Arg:Path'err' \
             Arg:FieldAccess(Base:Path'a' Name:Name'b') Arg:LitStr'\"m {}\"' Arg:Path'c'",
        );
        check("tracing::warn!(\"http.status\" = s)", "Arg:FieldInit(Name:Name'http.status' Init:Path's')");
    }

    #[test]
    fn json_is_nested_values() {
        check(
            "json!({ \"a\": [1, { \"b\": c() }], \"d\": null })",
            "Arg:FieldInit(Name:Name'a' Init:Array(Expr:LitInt'1' Expr:StructLit(FieldInit:FieldInit(Name:Name'b' \
             Init:Call(Callee:Path'c'))))) Arg:FieldInit(Name:Name'd' Init:Path'null')",
        );
        check("json!([a])", "Arg:Array(Expr:Path'a')");
        check("json!(a)", "Arg:Path'a'");
        check("json!({})", "");
    }

    #[test]
    fn select_has_arms() {
        check(
            "select! { biased; Some(x) = a(), if b => { c }, _ = d => e, else => f }",
            "Arm:SelectArm(Pat:PatTupleStruct(Path:Path'Some' Pat:PatIdent(Name:Name'x')) Init:Call(Callee:Path'a') \
             Guard:Path'b' Body:Block(Tail:Path'c')) Arm:SelectArm(Pat:PatWild'_' Init:Path'd' Body:Path'e') \
             Arm:SelectArm(Body:Path'f')",
        );
        check(
            "futures::select! { a = b => c, complete => break, default => d }",
            "Arm:SelectArm(Pat:PatIdent(Name:Name'a') Init:Path'b' Body:Path'c') Arm:SelectArm(Body:Break'break') \
             Arm:SelectArm(Body:Path'd')",
        );
    }

    #[test]
    fn matches_has_a_pattern_and_a_guard() {
        check(
            "matches!(a, Some(_) | None if b)",
            "Arg:Path'a' Pat:PatOr(Pat:PatTupleStruct(Path:Path'Some' Pat:PatWild'_') Pat:PatIdent(Name:Name'None')) Guard:Path'b'",
        );
        check(
            "assert_matches!(a, B::C, \"d\")",
            "Arg:Path'a' Pat:PatPath(Path:Path'B::C') Arg:LitStr'\"d\"'",
        );
    }

    #[test]
    fn bodies_are_statements_or_items() {
        check(
            "stream! { let a = b; yield a; }",
            "Body:Block(Stmt:LetStmt(Pat:PatIdent(Name:Name'a') Init:Path'b') Stmt:ExprStmt(Expr:OtherExpr(Expr:Path'a')))",
        );
        check(
            "lazy_static! { static ref A: B = c(); }",
            "Body:Block(Stmt:Static(Name:Name'A' Type:TypePath(Path:Path'B') Init:Call(Callee:Path'c')))",
        );
        check(
            "cfg_if! { if #[cfg(a)] { use b; } else { fn c() {} } }",
            "Body:Block(Attr:Attr(Path:Path'cfg' Arg:Path'a') Stmt:Block(Stmt:Use(Item:UseLeaf(Path:Path'b'))) \
             Stmt:Block(Stmt:Fn(Name:Name'c' Body:Block'{}')))",
        );
    }

    #[test]
    fn what_fits_no_reading_is_opaque_and_counted() {
        let tree = read("fn f() { sql! { SELECT a FROM b }; g!(x); h!(<div>) }").tree;
        assert_eq!(tree.n_opaque(), 2);
        let opaque = tree.subtree(tree.root()).filter(|id| tree.is_opaque(*id));
        let parts: Vec<String> = opaque.map(|id| outline(&tree, id)).collect();
        assert_eq!(parts, ["MacroCall(Path:Path'sql')", "MacroCall(Path:Path'h')"]);
    }

    #[test]
    fn each_arm_of_macro_rules_is_code_with_names_for_variables() {
        let tree = read(
            "macro_rules! m { ($($x:expr),* $(,)?) => {{ $( a.push($x.unwrap()); )* a }}; ($v:vis $n:ident) => { $v struct $n; } }",
        )
        .tree;
        let bodies: Vec<_> =
            tree.children_in(tree.child(tree.root(), Field::Item).expect("a macro"), Field::Body).collect();
        assert_eq!(bodies.len(), 2);
        assert!(outline(&tree, bodies[0]).contains("Receiver:Path'$x' Name:Name'unwrap'"));
        assert!(tree.has(bodies[0], crate::syntax::Flag::InMacro));
        let item = tree.child(bodies[1], Field::Stmt).expect("an item");
        assert_eq!((tree.kind(item), tree.name(item)), (Kind::Struct, Some("n")));
    }
}
