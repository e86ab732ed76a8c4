//! Reads what stands in the brackets of macro calls: which reading fits which macro, and what to try where the name
//! tells nothing. Knows no macro's meaning.

mod argument;
mod json;
mod select;
mod statement;
mod template;

use crate::base::Span;
use crate::syntax::lower::{Lower, Mark};
use crate::syntax::{Field, Flag, Kind};
use argument::Argument;
use proc_macro2::TokenStream;
use statement::LazyItem;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, MacroDelimiter, Pat, Stmt, Token, Type};

/// Macros inside the arguments of macros are read to this depth.
const MAX_MACRO_DEPTH: u32 = 16;

/// What the brackets hold.
enum Body {
    /// `a, k = v, "k": v, ?e`
    Arguments(Vec<Argument>),
    /// `x; n`
    Repeat(Box<(Expr, Expr)>),
    /// `p = e => h, else => h`
    Select(Vec<select::SelectArm>),
    /// `e, p if g, "message"`
    Matches(Box<Matches>),
    Statements(Vec<Stmt>),
    /// Items, and `static ref A: T = e;`.
    Items(Vec<LazyItem>),
    Types(Vec<Type>),
}

/// Arguments of `matches!` and its kin.
struct Matches {
    value: Expr,
    pat: Pat,
    guard: Option<Expr>,
    rest: Vec<Expr>,
}

type Reading = fn(ParseStream<'_>) -> syn::Result<Body>;

/// Readings by the macro's last segment; for the others the brackets decide.
fn reading_of(name: &str) -> Option<Reading> {
    Some(match name {
        "select" | "select_biased" => select::arms,
        "json" | "json_internal" | "bson" => json::values,
        "matches" | "assert_matches" | "debug_assert_matches" | "assert_let" => matches,
        "lazy_static" | "thread_local" | "cfg_if" => statement::items,
        "stream" | "try_stream" => statement::statements,
        "vec" | "format" | "format_args" | "print" | "println" | "eprint" | "eprintln" | "write"
        | "writeln" | "panic" | "todo" | "unimplemented" | "unreachable" | "assert" | "assert_eq"
        | "assert_ne" | "debug_assert" | "debug_assert_eq" | "debug_assert_ne" | "dbg" | "concat" | "env"
        | "option_env" | "include_str" | "include_bytes" | "include" | "trace" | "debug" | "info"
        | "warn" | "error" | "event" | "log" | "span" | "trace_span" | "debug_span" | "info_span"
        | "warn_span" | "error_span" | "bail" | "ensure" | "anyhow" | "eyre" | "query" | "query_as"
        | "query_scalar" | "query_file" | "query_file_as" | "query_unchecked" | "query_as_unchecked"
        | "join" | "try_join" | "ready" | "pin" => argument::arguments,
        _ => return None,
    })
}

const BRACED: [Reading; 5] =
    [statement::statements, argument::arguments, statement::items, json::values, select::arms];
const LISTED: [Reading; 5] = [argument::arguments, statement::statements, types, matches, statement::items];

impl Lower<'_> {
    pub(super) fn macro_call(&mut self, mac: &Macro, field: Field) -> Span {
        let mark = self.mark();
        self.macro_call_from(mark, None, mac, field)
    }

    /// A macro call whose attributes were lowered.
    pub(super) fn macro_call_from(
        &mut self,
        mark: Mark,
        attrs: Option<Span>,
        mac: &Macro,
        field: Field,
    ) -> Span {
        let path = self.path(None, &mac.path, Field::Path);
        let name = mac.path.segments.last().map(|segment| self.word(&segment.ident));
        let known = name.and_then(|name| reading_of(self.piece.slice(name)));
        let is_read = self.macro_depth < MAX_MACRO_DEPTH && {
            self.macro_depth += 1;
            let is_read = self.macro_body(mac, known);
            self.macro_depth -= 1;
            is_read
        };
        let brackets = match &mac.delimiter {
            MacroDelimiter::Paren(paren) => &paren.span,
            MacroDelimiter::Brace(brace) => &brace.span,
            MacroDelimiter::Bracket(bracket) => &bracket.span,
        };
        let span = attrs.map_or(path, |attrs| attrs.to(path)).to(self.closing(brackets));
        self.finish(mark, Kind::MacroCall, field, span);
        if !is_read {
            self.flag(Flag::Opaque);
        }
        span
    }

    fn macro_body(&mut self, mac: &Macro, known: Option<Reading>) -> bool {
        if let Some(body) = known.and_then(|reading| read(reading, &mac.tokens)) {
            self.body(&body);
            return true;
        }
        let is_braced = matches!(mac.delimiter, MacroDelimiter::Brace(_));
        let readings = if is_braced { BRACED } else { LISTED };
        let guess = readings.into_iter().find_map(|reading| read(reading, &mac.tokens));
        let body = guess.or_else(|| argument::loose(&mac.tokens).map(Body::Arguments));
        let Some(body) = body else { return false };
        self.flagged(Flag::InMacro, |lower| lower.body(&body));
        true
    }

    fn body(&mut self, body: &Body) {
        match body {
            Body::Arguments(arguments) => arguments.iter().for_each(|arg| self.argument(arg, Field::Arg)),
            Body::Repeat(parts) => {
                let mark = self.mark();
                let elem = self.expr(&parts.0, Field::Expr);
                let span = elem.to(self.expr(&parts.1, Field::Count));
                self.finish(mark, Kind::Repeat, Field::Arg, span);
            }
            Body::Select(arms) => arms.iter().for_each(|arm| self.select_arm(arm)),
            Body::Matches(parts) => {
                self.expr(&parts.value, Field::Arg);
                self.pattern(&parts.pat, Field::Pat);
                if let Some(guard) = &parts.guard {
                    self.expr(guard, Field::Guard);
                }
                for arg in &parts.rest {
                    self.expr(arg, Field::Arg);
                }
            }
            Body::Statements(stmts) => self.body_block(|lower| lower.statements(stmts)),
            Body::Items(items) => {
                self.body_block(|lower| items.iter().for_each(|item| lower.lazy_item(item)));
            }
            Body::Types(types) => {
                for ty in types {
                    self.ty(ty, Field::Arg);
                }
            }
        }
    }

    /// A block for what `lower` makes; none where it makes nothing.
    fn body_block(&mut self, lower: impl FnOnce(&mut Self)) {
        let mark = self.mark();
        lower(self);
        let Some(last) = self.nodes.get(mark.0..).and_then(<[_]>::last) else { return };
        let end = last.end;
        let mut start = last.start;
        let mut at = self.nodes.len();
        while at > mark.0 {
            let node = self.nodes[at - 1];
            start = start.min(node.start);
            at = at.saturating_sub(node.size as usize);
        }
        self.finish(mark, Kind::Block, Field::Body, Span::new(start, end));
    }
}

fn read(reading: Reading, tokens: &TokenStream) -> Option<Body> {
    reading.parse2(tokens.clone()).ok()
}

fn types(input: ParseStream<'_>) -> syn::Result<Body> {
    let types = Punctuated::<Type, Token![,]>::parse_terminated(input)?;
    Ok(Body::Types(types.into_iter().collect()))
}

fn matches(input: ParseStream<'_>) -> syn::Result<Body> {
    let value = input.parse()?;
    input.parse::<Token![,]>()?;
    let pat = Pat::parse_multi_with_leading_vert(input)?;
    let guard = if input.parse::<Option<Token![if]>>()?.is_some() { Some(input.parse()?) } else { None };
    let mut rest = Vec::new();
    if input.parse::<Option<Token![=>]>>()?.is_some() {
        rest.push(input.parse()?);
    }
    while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
        rest.push(input.parse()?);
    }
    Ok(Body::Matches(Box::new(Matches { value, pat, guard, rest })))
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
            "Body:Block(Stmt:Use(Item:UseLeaf(Path:Path'b')) Stmt:Fn(Name:Name'c' Body:Block'{}'))",
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
        assert!(outline(&tree, bodies[0]).contains("Receiver:Path'x' Name:Name'unwrap'"));
        assert!(tree.has(bodies[0], crate::syntax::Flag::InMacro));
        let item = tree.child(bodies[1], Field::Stmt).expect("an item");
        assert_eq!((tree.kind(item), tree.name(item)), (Kind::Struct, Some("n")));
    }
}
