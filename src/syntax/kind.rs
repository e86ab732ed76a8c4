//! What a node is and which part it plays in its parent. Holds no data.

/// What a node is. The fields that its children may have stand behind each; attributes ([`Field::Attr`])
/// and visibility ([`Field::Vis`]) may lead the children of every item, field, variant and parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    // ---- items -------------------------------------------------------------------------------
    /// A whole file: `Item*`.
    File,
    /// `mod m;` or `mod m { .. }`: `Name`, then `Item*` (none for `mod m;`, see [`Kind::ModDecl`]).
    Module,
    /// `mod m;`: `Name`.
    ModDecl,
    /// `use a::{b as c, d::*};`: one `Item` child, a [`Kind::UseLeaf`], for each imported name.
    Use,
    /// One imported name: `Path` (the whole path, group prefixes included, is the node's text only for
    /// plain imports, so ask the tree's side table [`super::Tree::use_path`]), `Name` where renamed. The `self` of
    /// `a::{self}` is no part of the path, which is `a`.
    UseLeaf,
    /// `extern crate a as b;`: `Path`, `Name` where renamed.
    ExternCrate,
    /// A function, method or trait method: `Name`, `Generics`, `Param*`, `Ret`, `Body`.
    Fn,
    /// `Name`, `Generics`, `FieldDef*`.
    Struct,
    /// `Name`, `Generics`, `Variant*`.
    Enum,
    /// `Name`, `Generics`, `FieldDef*`.
    Union,
    /// An enum's variant: `Name`, `FieldDef*`, `Init` (discriminant).
    Variant,
    /// A field of a struct or variant: `Name` (none in a tuple), `Type`.
    FieldDef,
    /// `Name`, `Generics`, `Bound*`, `Item*`.
    Trait,
    /// `Generics`, `Trait` (a path, none for an inherent impl), `Type` (self type), `Item*`.
    Impl,
    /// `type A = T;` also in traits and impls: `Name`, `Generics`, `Bound*`, `Type`.
    TypeAlias,
    /// `Name`, `Type`, `Init`.
    Const,
    /// `Name`, `Type`, `Init`.
    Static,
    /// `macro_rules! m { .. }`: `Name`, a `Body` (block) for each arm whose transcriber could be read.
    MacroRules,
    /// `extern "C" { .. }`: `Item*`.
    ForeignMod,
    /// An item or a statement that could not be read; no children.
    Unparsed,
    // ---- parts of items ----------------------------------------------------------------------
    /// `#[path(args)]`, `#[path = v]` or `#![..]`: `Path`, then `Init` (the `v`) or `Arg*`: [`Kind::MetaPair`] for `k = v`, [`Kind::MetaList`]
    /// for `k(..)`, expressions else. Doc comments are no attributes.
    Attr,
    /// `k = v` in an attribute: `Path`, `Init`.
    MetaPair,
    /// `k(..)` in an attribute: `Path`, `Arg*`.
    MetaList,
    /// `pub`, `pub(crate)`, `pub(in a::b)`.
    Visibility,
    /// An identifier in defining or selecting position; its text is the name (`r#` kept).
    Name,
    /// `<..>`: `GenericParam*`; and one more of the same kind and field for a `where` clause: `Where*`.
    Generics,
    /// `T: A + B = D`, `'a`, `const N: usize = 1`: `Name`, `Bound*`, `Type` (default or const's type), `Init`. A bound is
    /// a [`Kind::Path`], or a [`Kind::TypeOther`] for a lifetime or `?Sized`; so everywhere.
    GenericParam,
    /// `T: A + B` in a `where` clause: `Type`, `Bound*`.
    WherePredicate,
    /// A parameter of a function or closure: `Pat`, `Type` (none where a closure leaves it out).
    Param,
    /// `self`, `&self` (flag `ByRef`), `&mut self` (and `Mut`), `self: T`: `Type` where written.
    SelfParam,
    // ---- paths and types ---------------------------------------------------------------------
    /// `a::b::<T>::c`, as expression, type's path or pattern: `Qself` type for `<T as A>::c`; a `Segment` for each
    /// segment **only** where one has generic arguments, a `Qself` or a gap. Use [`super::Tree::path_segments`].
    Path,
    /// One segment of a path with generics: `Name`, `GenericArg*` (types, consts), `Ret` for `Fn(A) -> B`.
    Segment,
    /// A type named by a path: `Path`.
    TypePath,
    /// `&'a mut T`: `Type`.
    TypeRef,
    /// `*const T`: `Type`.
    TypePtr,
    /// `(A, B)`: `Type*`; `()` has none.
    TypeTuple,
    /// `[T]`: `Type`.
    TypeSlice,
    /// `[T; N]`: `Type`, `Init`.
    TypeArray,
    /// `fn(A) -> B`: `Param*` (types), `Ret`.
    TypeFn,
    /// `impl A + B`: `Bound*`.
    TypeImpl,
    /// `dyn A + B`: `Bound*`.
    TypeDyn,
    /// `_`, `!` and other types without parts.
    TypeOther,
    /// `T = X` or `T: B` among generic arguments: `Name`, `Type` (or `Init` for a const), `Bound*`.
    AssocArg,
    // ---- statements --------------------------------------------------------------------------
    /// `let p: T = e else { .. };`: `Pat`, `Type`, `Init`, `Else`.
    LetStmt,
    /// `e;`, or `if`, `match`, a loop, a block or `m! {}` without `;`: `Expr`. A block's last expression without `;` is a
    /// direct child with field `Tail`.
    ExprStmt,
    // ---- expressions (parentheses and groups leave no node) -----------------------------------
    /// A string literal; see [`super::Tree::str_value`].
    LitStr,
    /// A byte or C string, or a byte.
    LitBytes,
    /// A character.
    LitChar,
    /// An integer, with its suffix.
    LitInt,
    /// A float, with its suffix.
    LitFloat,
    /// `true` or `false`.
    LitBool,
    /// `f(a, b)`: `Callee`, `Arg*`.
    Call,
    /// `r.m::<T>(a)`: `Receiver`, `Name`, `GenericArg*`, `Arg*`.
    MethodCall,
    /// `b.f` or `b.0`: `Base`, `Name`.
    FieldAccess,
    /// `b[i]`: `Base`, `Arg`.
    Index,
    /// `*e`: `Expr`.
    Deref,
    /// `!e`: `Expr`.
    Not,
    /// `-e`: `Expr`.
    Neg,
    /// `&e`, `&mut e`, `&raw e`: `Expr`.
    Ref,
    /// `a + b` and all other operators: `Left`, `Right`; see [`super::Tree::operator`].
    Binary,
    /// `a = b`: `Left`, `Right`.
    Assign,
    /// `a += b`: `Left`, `Right`.
    AssignOp,
    /// `a..b`: `Left`, `Right`, each optional.
    Range,
    /// `e as T`: `Expr`, `Type`.
    Cast,
    /// `e?`: `Expr`.
    Try,
    /// `e.await`: `Expr`.
    Await,
    /// `{ .. }` and function bodies: statements and items with field `Stmt`, a last expression with `Tail`.
    Block,
    /// `unsafe { .. }`: as [`Kind::Block`].
    UnsafeBlock,
    /// `async { .. }`, `async move { .. }`: as [`Kind::Block`].
    AsyncBlock,
    /// `const { .. }`, `try { .. }`, `gen { .. }`: as [`Kind::Block`].
    OtherBlock,
    /// `|a, b| e`: `Param*`, `Ret`, `Body`.
    Closure,
    /// `if c { .. } else ..`: `Cond`, `Then`, `Else` (a block or another `If`).
    If,
    /// `let p = e` inside a condition: `Pat`, `Init`.
    LetCond,
    /// `while c { .. }`: `Label`, `Cond`, `Body`.
    While,
    /// `loop { .. }`: `Label`, `Body`.
    Loop,
    /// `for p in e { .. }`: `Label`, `Pat`, `Init`, `Body`.
    ForLoop,
    /// `match e { .. }`: `Init`, `Arm*`.
    Match,
    /// `p if g => e`: `Pat`, `Guard`, `Body`.
    Arm,
    /// `return e`: `Expr`.
    Return,
    /// `break 'a e`: `Label`, `Expr`.
    Break,
    /// `continue 'a`: `Label`.
    Continue,
    /// `'a`, on a loop or jump.
    Label,
    /// `(a, b)`: `Expr*`; `()` has none.
    Tuple,
    /// `[a, b]`: `Expr*`.
    Array,
    /// `[e; n]`: `Expr`, `Count`.
    Repeat,
    /// `P { f: e, ..r }`: `Path` (none for an object inside `json!`), [`Kind::FieldInit`] with field `FieldInit`, `Rest`
    /// (a [`Kind::PatRest`] for a bare `..`).
    StructLit,
    /// `f: e` or `f`: `Name`, `Init` (none for the short form).
    FieldInit,
    /// `m!(..)` as item, statement, expression, pattern or type: `Path`, then what was read of its arguments:
    /// `Arg*` (expressions; [`Kind::FieldInit`] for `k = v` in log macros and `"k": v` in `json!`; one [`Kind::Repeat`] for
    /// `[x; n]`; types; then `Pat` and `Guard` in `matches!`), or `Arm*` of kind [`Kind::SelectArm`], or one `Body` block
    /// of statements or items. Arguments that could not be read: no children but `Path`, and
    /// [`super::Tree::is_opaque`] holds. Nodes in the arguments of macros of unknown name carry `Flag::InMacro`.
    MacroCall,
    /// `p = e, if g => h` in `select!`: `Pat`, `Init`, `Guard`, `Body`; `else => h`: `Body` only.
    SelectArm,
    /// Any other expression: its parts with field `Expr`.
    OtherExpr,
    // ---- patterns ----------------------------------------------------------------------------
    /// `ref mut x @ p`: `Name`, `Pat`.
    PatIdent,
    /// `_`.
    PatWild,
    /// `..`.
    PatRest,
    /// `P(a, b)`: `Path`, `Pat*`.
    PatTupleStruct,
    /// `P { f: p, .. }`: `Path`, `FieldPat*`, `Rest`.
    PatStruct,
    /// `f: p` or `f`: `Name`, `Pat` (for the short form a [`Kind::PatIdent`] of the same span).
    FieldPat,
    /// `(a, b)`: `Pat*`.
    PatTuple,
    /// `[a, b]`: `Pat*`.
    PatSlice,
    /// `a | b`: `Pat*`.
    PatOr,
    /// `&p`: `Pat`.
    PatRef,
    /// A literal, range, const block or macro as pattern: `Expr*`.
    PatOther,
    /// `A::B` as pattern: `Path`.
    PatPath,
    /// `p: T` outside of parameters: `Pat`, `Type`.
    PatType,
}

/// The part that a node plays in its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "the list in `Kind` says what each holds")]
pub enum Field {
    /// The root of a tree.
    Root,
    Arg,
    Arm,
    Attr,
    Base,
    Body,
    Bound,
    Callee,
    Cond,
    Count,
    Else,
    Expr,
    FieldDef,
    FieldInit,
    FieldPat,
    GenericArg,
    GenericParam,
    Generics,
    Guard,
    Init,
    Item,
    Label,
    Left,
    Name,
    Param,
    Pat,
    Path,
    Qself,
    Receiver,
    Rest,
    Ret,
    Right,
    Segment,
    Stmt,
    Tail,
    Then,
    Trait,
    Type,
    Variant,
    Vis,
    Where,
}
