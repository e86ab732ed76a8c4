//! What must hold for a subject, checked and compiled. Evaluated by `engine`, three-valued.

use crate::base::Span;
use crate::catalog::LoopKind;

use crate::rule::{
    ArgTest, CodePattern, FnSelector, Names, PathPattern, Pattern, RoleSet, Selector, TypeTest, ValueTest,
};
use globset::GlobMatcher;
use std::sync::Arc;

/// A predicate with its place in the check's page, so that `explain` can show which one decided.
#[derive(Clone, Debug)]
pub struct Predicate {
    /// What is tested.
    pub test: Test,
    /// Its bytes in the page that the rule was read from.
    pub span: Span,
}

/// Whether one or all of a list must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// One is enough.
    Any,
    /// All must.
    All,
}

/// Where something must exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// In the package of the subject.
    Crate,
    /// Anywhere.
    Workspace,
}

/// A test on a subject.
#[derive(Clone, Debug)]
pub enum Test {
    /// `all`: each holds; a mapping of several predicates is this.
    All(Vec<Predicate>),
    /// `any`: one holds.
    Any(Vec<Predicate>),
    /// `not`: it does not hold.
    Not(Box<Predicate>),
    /// `sure`: it holds for sure; unknown counts as false, and so is never the outcome.
    Sure(Box<Predicate>),
    /// `chain_calls` and `chain_calls_all`: the builder chain calls one or all of these methods.
    ChainCalls(Names, Quantifier),
    /// `chain_call`: the chain calls one of these methods with such an argument.
    ChainCall(Names, Option<Box<ArgTest>>),
    /// `chain_less`: what the first calls are given is less than what the second ones are.
    ChainLess(Names, Names),
    /// `in`: where the subject stands.
    In(Box<Inside>),
    /// `arg`: an argument of the subject, which is a call or macro.
    Arg(Box<ArgTest>),
    /// `value`: the subject itself, which is an expression or a field's value.
    Value(Box<ValueTest>),
    /// `result`: what becomes of the call's result.
    Result(Vec<ResultWord>),
    /// `awaited`: number of awaits on it, not less than the first and not more than the second.
    Awaited(u32, Option<u32>),
    /// `every_use`: each use that the value comes to is such.
    EveryUse(Box<UseTest>),
    /// `reaches`: the subject's function, or the callee of a call, comes to such a call.
    Reaches(ReachTest),
    /// `contains`: such a subject lies below this one.
    Contains(Box<Selector>),
    /// `follows`: such a subject stands before this one in the same function.
    Follows(Box<Selector>),
    /// `precedes`: such a subject stands after this one in the same function.
    Precedes(Box<Selector>),
    /// `has_field`: the type has such a field.
    HasField(Box<FieldTest>),
    /// `has_method`: the type has a method whose name matches.
    HasMethod(Pattern),
    /// `derives`: the type derives one of these.
    Derives(Vec<PathPattern>),
    /// `implements`: the type implements one of these.
    Implements(Vec<PathPattern>),
    /// `attribute`: the item carries one of these.
    Attribute(Vec<PathPattern>),
    /// `name`: the item's or called function's name matches.
    Name(Pattern),
    /// `carries`: the type carries an identity.
    Carries(Box<CarriesTest>),
    /// `type_arg`: generic argument `.0` of the subject's type or call is such a type.
    TypeArg(u32, Box<TypeTest>),
    /// `receiver`: the method's receiver has such a type.
    Receiver(Box<TypeTest>),
    /// `type_name`: the name of the subject's type matches.
    TypeName(Pattern),
    /// `crate_has` and `workspace_has`: such a subject exists there.
    Exists(Box<Selector>, Extent),
    /// `code`: code of this shape stands inside the subject, or is it.
    Code(CodePattern),
    /// `fact`: facts of an analysis subject; each must hold.
    Facts(Vec<FactTest>),
}

/// `in`: where a subject stands; everything that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Inside {
    /// `fn`: inside such a function.
    pub func: Option<FnSelector>,
    /// `called_by`: inside a function that has callers, all of them such, or called by such alone.
    pub called_by: Option<FnSelector>,
    /// `named`: inside the value of a variable, field, const or static whose name matches.
    pub named: Option<Pattern>,
    /// `loop`: inside a loop of one of these kinds, within the same function.
    pub loops: Vec<LoopKind>,
    /// `in_process`: whether the source of that loop is a channel of the same process.
    pub in_process: Option<bool>,
    /// `closure_of`: inside a closure or `async` block given to a call of one of these roles.
    pub closure_of: RoleSet,
    /// `argument_of`: inside an argument of a call or macro that resolves to one of these.
    pub argument_of: Vec<PathPattern>,
    /// `region`: inside such a region.
    pub region: Option<Region>,
    /// `context`: the nearest function, closure or block is such.
    pub context: Option<ContextWord>,
    /// `scope`: in code for one of these.
    pub scope: Vec<ScopeWord>,
    /// `impl_of`: inside an impl of one of these traits.
    pub impl_of: Vec<PathPattern>,
    /// `code`: inside code of this shape, within the same function.
    pub code: Option<CodePattern>,
    /// `file`: in a file whose path matches.
    pub file: Option<GlobMatcher>,
    /// `module`: in a module whose path or declared role matches.
    pub module: Vec<PathPattern>,
    /// `module_role`: in a module with one of these declared roles.
    pub module_role: RoleSet,
}

/// A stretch of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// From the begin of a database transaction to its end.
    Transaction,
}

/// How code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContextWord {
    /// On an executor.
    Async,
    /// In a plain function.
    Sync,
    /// In a closure for a blocking thread.
    Blocking,
}

impl ContextWord {
    /// Every context with its word in rules.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Async, "async"), (Self::Sync, "sync"), (Self::Blocking, "blocking")];
}

/// What code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeWord {
    /// A command-line program.
    Cli,
    /// A library without service evidence.
    Library,
    /// A package that serves, consumes or runs jobs.
    Service,
}

impl ScopeWord {
    /// Every scope with its word in rules.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Cli, "cli"), (Self::Library, "library"), (Self::Service, "service")];
}

/// What becomes of a call's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResultWord {
    /// `let _ =`, `;` on it, `.ok();`, `drop(..)`.
    Discarded,
    /// `?`.
    Question,
    /// `unwrap`, `expect` and the like.
    Unwrapped,
    /// Bound to a name.
    Bound,
    /// `match`, `if let`, `is_err` and the like.
    Matched,
    /// Returned or the tail of its function.
    Returned,
    /// Given to another call or stored in a literal.
    Passed,
}

impl ResultWord {
    /// Every use with its word in rules.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Discarded, "discarded"),
        (Self::Question, "question"),
        (Self::Unwrapped, "unwrapped"),
        (Self::Bound, "bound"),
        (Self::Matched, "matched"),
        (Self::Returned, "returned"),
        (Self::Passed, "passed"),
    ];
}

/// `reaches`: a call that comes about, directly or through functions of the workspace.
#[derive(Clone, Debug, Default)]
pub struct ReachTest {
    /// `role`: it plays one of these.
    pub roles: RoleSet,
    /// `path`: it resolves to one of these.
    pub paths: Vec<PathPattern>,
    /// `depth`: through at most so many functions; 0 is the function itself.
    pub depth: u8,
}

/// `every_use`: what each use of a value must be, wherever the value is kept.
#[derive(Clone, Debug, Default)]
pub struct UseTest {
    /// `calls`: the methods on the value that are its uses.
    pub calls: Names,
    /// `given_to`: a call of one of these that is given the value is a use as well.
    pub given_to: Vec<PathPattern>,
    /// `reads`: methods that only look at the value.
    pub reads: Names,
    /// `then_calls`: what a use gives back, or is given, must have one of these called on it.
    pub then_calls: Names,
    /// `argument_of`: or the use, or what it gives back, stands inside an argument of one of these.
    pub argument_of: Vec<PathPattern>,
}

/// `has_field`: a field of a type.
#[derive(Clone, Debug, Default)]
pub struct FieldTest {
    /// `name`: the field's or its wire name matches one of these.
    pub names: Vec<Pattern>,
    /// `type`: its type.
    pub ty: Option<TypeTest>,
    /// `depth`: so many workspace types may lie between.
    pub depth: u8,
}

/// `carries`: the identity of a message: a field by name or type, or a method, of the type or of a part of it.
#[derive(Clone, Debug, Default)]
pub struct CarriesTest {
    /// `names`: a field whose name or wire name matches one of these.
    pub names: Vec<Pattern>,
    /// `except`: field names that never count.
    pub except: Vec<Pattern>,
    /// `types`: a field of one of these types, by last segment (`*Id`) or path.
    pub types: Vec<PathPattern>,
    /// `methods`: a method whose name matches one of these.
    pub methods: Vec<Pattern>,
    /// `depth`: so many workspace types may lie between.
    pub depth: u8,
}

/// One fact of an analysis subject.
#[derive(Clone, Debug)]
pub struct FactTest {
    /// The fact's key.
    pub key: Arc<str>,
    /// What it must be; a symbol equals its text.
    pub is: ValueTest,
}
