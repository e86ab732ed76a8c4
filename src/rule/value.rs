//! Tests on values and types. Evaluated by `engine`.

use crate::catalog::ArgName;
use crate::rule::{CodePattern, Names, PathPattern, Pattern, RoleSet};
use std::sync::Arc;
use std::time::Duration;

/// A value that a rule compares with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    /// A whole number.
    Count(i128),
    /// A time.
    Duration(Duration),
    /// A size in bytes; equals a count.
    Bytes(u64),
    /// A text, a symbol or the last segment of a path.
    Text(Arc<str>),
    /// `true` or `false`.
    Flag(bool),
}

/// The shape of an expression as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueKind {
    /// A literal of any type.
    Literal,
    /// A text literal.
    Text,
    /// A number literal.
    Number,
    /// `true` or `false`.
    Flag,
    /// `[..]` or `vec![..]`.
    Array,
    /// `(..)`.
    Tuple,
    /// `a..b`.
    Range,
    /// A closure.
    Closure,
    /// `&x`.
    Reference,
    /// A call of a function or method.
    Call,
    /// A name: variable, const, unit variant.
    Path,
    /// A macro call.
    Macro,
    /// A struct literal.
    Struct,
    /// A block, `async` or not.
    Block,
}

impl ValueKind {
    /// Every kind with its word in rules.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Literal, "literal"),
        (Self::Text, "text"),
        (Self::Number, "number"),
        (Self::Flag, "bool"),
        (Self::Array, "array"),
        (Self::Tuple, "tuple"),
        (Self::Range, "range"),
        (Self::Closure, "closure"),
        (Self::Reference, "reference"),
        (Self::Call, "call"),
        (Self::Path, "path"),
        (Self::Macro, "macro"),
        (Self::Struct, "struct"),
        (Self::Block, "block"),
    ];
}

/// What a value must be; everything that is given must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ValueTest {
    /// `literal`: whether its value is written in the code (consts followed) or not.
    pub literal: Option<bool>,
    /// `equals`: one of these.
    pub equals: Vec<Scalar>,
    /// `matches`: a text that matches.
    pub matches: Option<Pattern>,
    /// `min`: a number, size or time that is not less.
    pub min: Option<Scalar>,
    /// `max`: a number, size or time that is not greater.
    pub max: Option<Scalar>,
    /// `none`: whether it is `None`.
    pub none: Option<bool>,
    /// `unlimited`: whether it is `None`, a type's `MAX` or zero where zero means no limit.
    pub unlimited: Option<bool>,
    /// `path`: a name that resolves to one of these.
    pub path: Vec<PathPattern>,
    /// `kind`: one of these shapes.
    pub kind: Vec<ValueKind>,
    /// `calls`: some call inside it plays one of these roles.
    pub calls: RoleSet,
    /// `calls_path`: some call inside it resolves to one of these.
    pub calls_path: Vec<PathPattern>,
    /// `code`: it has this shape.
    pub code: Option<CodePattern>,
    /// `type`: its type by hint.
    pub ty: Option<TypeTest>,
    /// `any`: one of these holds.
    pub any: Vec<ValueTest>,
    /// `not`: this does not hold.
    pub not: Option<Box<ValueTest>>,
}

/// Which argument is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgAt {
    /// By place, from 0, without the receiver.
    Index(u32),
    /// By what the catalogue says it is for, such as `payload`, `sql`, `limit`.
    Named(ArgName),
    /// Some argument.
    Any,
}

/// A test on one argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct ArgTest {
    /// Which.
    pub at: ArgAt,
    /// What it must be.
    pub is: ValueTest,
}

/// What a type must be; everything that is given must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypeTest {
    /// `path`: one of these; a bare list of paths in a rule is this.
    pub path: Vec<PathPattern>,
    /// `role`: a type of the workspace or catalogue with one of these roles.
    pub roles: RoleSet,
    /// `name`: its last segment.
    pub name: Option<Pattern>,
    /// `names`: its last segment, as a list.
    pub names: Names,
    /// `arg`: its first generic argument.
    pub arg: Option<Box<TypeTest>>,
    /// `any`: one of these holds.
    pub any: Vec<TypeTest>,
    /// `not`: this does not hold.
    pub not: Option<Box<TypeTest>>,
}
