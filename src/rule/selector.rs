//! Who is examined, checked and compiled. Run by `engine`.

use crate::base::Span;
use crate::catalog::LoopKind;

use crate::rule::{
    AnalysisUse, CodePattern, Names, PathPattern, Pattern, Predicate, Role, RoleSet, TypeTest,
};
use crate::syntax::Kind;
use std::sync::Arc;

/// A selector with its filter and its place in the check's page.
#[derive(Clone, Debug)]
pub struct Selector {
    /// Who.
    pub kind: SelectorKind,
    /// `where`: only those for which this holds; unknown counts as no match.
    pub filter: Option<Box<Predicate>>,
    /// Its bytes in the page that the rule was read from.
    pub span: Span,
}

/// Who is examined.
#[derive(Clone, Debug)]
pub enum SelectorKind {
    /// `call`: calls of functions and methods.
    Call(CallSelector),
    /// `chain`: builder chains.
    Chain(ChainSelector),
    /// `macro`: macro calls that resolve to one of these; a name without `::` means the macro of any crate.
    Macro(Vec<PathPattern>),
    /// `literal`: struct literals, or one field of them.
    Literal(LiteralSelector),
    /// `field_set`: assignments to a field.
    FieldSet(FieldSetSelector),
    /// `type`: structs and enums of the workspace.
    Type(TypeSelector),
    /// `fn`: functions and methods of the workspace.
    Fn(Box<FnSelector>),
    /// `loop`: loops by kind.
    Loop(LoopSelector),
    /// `import`: names imported by `use`.
    Import(Vec<PathPattern>),
    /// `impl`: impls of a trait.
    Impl(ImplSelector),
    /// `code`: code of a shape.
    Code(CodePattern),
    /// `analysis`: subjects of a named analysis.
    Analysis(AnalysisUse),
}

/// `call`: every key that is given must match.
#[derive(Clone, Debug, Default)]
pub struct CallSelector {
    /// `path`: it resolves to one of these; methods as `Type::method`.
    pub path: Vec<PathPattern>,
    /// `method`: a method of one of these names.
    pub method: Names,
    /// `on`: the receiver's type.
    pub on: Vec<PathPattern>,
    /// `role`: it plays one of these.
    pub roles: RoleSet,
    /// `args`: number of arguments.
    pub n_args: Option<u32>,
    /// `in_macro`: it stands in the arguments of one of these macros.
    pub in_macro: Vec<PathPattern>,
}

/// `chain`: a builder chain from its constructor on.
#[derive(Clone, Debug, Default)]
pub struct ChainSelector {
    /// `starts`: the constructor resolves to one of these.
    pub starts: Vec<PathPattern>,
    /// `ends`: it comes to one of these methods; none: wherever it ends.
    pub ends: Names,
    /// `via`: it calls one of these methods on the way.
    pub via: Names,
}

/// `literal`: a struct literal.
#[derive(Clone, Debug, Default)]
pub struct LiteralSelector {
    /// `type`: of one of these types.
    pub types: Vec<PathPattern>,
    /// `field`: the subject is the value of one of these fields; a literal without it is no subject.
    pub field: Names,
}

/// `field_set`: `x.field = value`.
#[derive(Clone, Debug, Default)]
pub struct FieldSetSelector {
    /// `on`: the type of `x`.
    pub on: Vec<PathPattern>,
    /// `field`: the field; the subject is the value.
    pub field: Names,
}

/// A struct or an enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TypeShape {
    /// A struct or union.
    Struct,
    /// An enum.
    Enum,
}

impl TypeShape {
    /// Every shape with its word in rules.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Struct, "struct"), (Self::Enum, "enum")];
}

/// `type`: every key that is given must match.
#[derive(Clone, Debug, Default)]
pub struct TypeSelector {
    /// `role`: it plays one of these.
    pub roles: RoleSet,
    /// `kind`: its shape.
    pub shape: Option<TypeShape>,
    /// `derives`: one of these.
    pub derives: Vec<PathPattern>,
    /// `implements`: one of these.
    pub implements: Vec<PathPattern>,
    /// `attribute`: one of these.
    pub attribute: Vec<PathPattern>,
    /// `name`: its name matches.
    pub name: Option<Pattern>,
    /// `each_variant`: each variant of an enum that holds data is a subject of its own.
    pub each_variant: bool,
}

/// `fn`: every key that is given must match.
#[derive(Clone, Debug, Default)]
pub struct FnSelector {
    /// `role`: it plays one of these.
    pub roles: RoleSet,
    /// `async`: whether it is an `async fn` or returns a future.
    pub is_async: Option<bool>,
    /// `name`: its name matches.
    pub name: Option<Pattern>,
    /// `attribute`: one of these.
    pub attribute: Vec<PathPattern>,
    /// `implements`: a method of an impl of one of these traits.
    pub implements: Vec<PathPattern>,
    /// `param`: a parameter of such a type.
    pub param: Option<TypeTest>,
    /// `returns`: it returns such a type; `Result` and futures are looked through.
    pub returns: Option<TypeTest>,
}

/// `loop`: every key that is given must match.
#[derive(Clone, Debug, Default)]
pub struct LoopSelector {
    /// `kind`: one of these.
    pub kinds: Vec<LoopKind>,
    /// `in_process`: whether its source is a channel of the same process.
    pub in_process: Option<bool>,
}

/// `impl`: every key that is given must match.
#[derive(Clone, Debug, Default)]
pub struct ImplSelector {
    /// `of`: the trait.
    pub of: Vec<PathPattern>,
    /// `for`: the type.
    pub ty: Option<TypeTest>,
}

/// What the engine's index is asked with, so that a rule costs only where one of its keys occurs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SelectKey {
    /// Calls that resolve to this path.
    CallPath(Arc<str>),
    /// Calls of a method of this name.
    Method(Arc<str>),
    /// Calls that play this role.
    CallRole(Role),
    /// Calls whose path fits this glob.
    CallGlob(PathPattern),
    /// Every call: nothing to index by.
    AnyCall,
    /// Calls of this path that start a builder chain.
    ChainStart(Arc<str>),
    /// Macro calls whose last segment is this.
    Macro(Arc<str>),
    /// Struct literals whose last path segment is this.
    Literal(Arc<str>),
    /// Every struct literal.
    AnyLiteral,
    /// Assignments to a field of this name.
    FieldSet(Arc<str>),
    /// Every assignment to a field.
    AnyFieldSet,
    /// Types of this role.
    TypeRole(Role),
    /// Every type.
    AnyType,
    /// Functions of this role.
    FnRole(Role),
    /// Every function.
    AnyFn,
    /// Loops of this kind.
    Loop(LoopKind),
    /// Imports.
    Import,
    /// Impls of this trait.
    ImplOf(Arc<str>),
    /// Every impl.
    AnyImpl,
    /// Nodes of this kind, for a code pattern.
    Node(Kind),
    /// Subjects of this analysis.
    Analysis(AnalysisUse),
}

impl Selector {
    /// The keys under which its subjects are found; each subject lies under at least one.
    #[must_use]
    pub fn keys(&self) -> Vec<SelectKey> {
        match &self.kind {
            SelectorKind::Call(call) => call.keys(),
            SelectorKind::Chain(chain) => {
                paths(&chain.starts, SelectKey::ChainStart, SelectKey::CallGlob, SelectKey::AnyCall)
            }
            SelectorKind::Macro(names) => names.iter().map(|path| SelectKey::Macro(last(path))).collect(),
            SelectorKind::Literal(literal) if literal.types.is_empty() => vec![SelectKey::AnyLiteral],
            SelectorKind::Literal(literal) => {
                let is_named = |path: &PathPattern| !last(path).contains('*');
                if literal.types.iter().all(is_named) {
                    literal.types.iter().map(|path| SelectKey::Literal(last(path))).collect()
                } else {
                    vec![SelectKey::AnyLiteral]
                }
            }
            SelectorKind::FieldSet(set) => names(&set.field, SelectKey::FieldSet, &SelectKey::AnyFieldSet),
            SelectorKind::Type(ty) => roles(ty.roles, SelectKey::TypeRole, SelectKey::AnyType),
            SelectorKind::Fn(func) => roles(func.roles, SelectKey::FnRole, SelectKey::AnyFn),
            SelectorKind::Loop(looping) if looping.kinds.is_empty() => {
                LoopKind::ALL.iter().map(|(kind, _)| SelectKey::Loop(*kind)).collect()
            }
            SelectorKind::Loop(looping) => looping.kinds.iter().copied().map(SelectKey::Loop).collect(),
            SelectorKind::Import(_) => vec![SelectKey::Import],
            SelectorKind::Impl(imp) => {
                paths(&imp.of, SelectKey::ImplOf, |_| SelectKey::AnyImpl, SelectKey::AnyImpl)
            }
            SelectorKind::Code(code) => vec![SelectKey::Node(code.tree.kind(code.root))],
            SelectorKind::Analysis(analysis) => vec![SelectKey::Analysis(analysis.clone())],
        }
    }
}

impl CallSelector {
    /// Each given key must match, so any one of them is an index; the narrowest is taken.
    fn keys(&self) -> Vec<SelectKey> {
        if !self.path.is_empty() {
            paths(&self.path, SelectKey::CallPath, SelectKey::CallGlob, SelectKey::AnyCall)
        } else if !self.roles.is_empty() {
            roles(self.roles, SelectKey::CallRole, SelectKey::AnyCall)
        } else {
            names(&self.method, SelectKey::Method, &SelectKey::AnyCall)
        }
    }
}

/// The last segment of a path.
fn last(path: &PathPattern) -> Arc<str> {
    let text = path.as_str();
    text.rsplit_once("::").map_or(text, |(_, tail)| tail).into()
}

/// A key for each path; `any` where there is none.
fn paths(
    patterns: &[PathPattern],
    exact: fn(Arc<str>) -> SelectKey,
    glob: fn(PathPattern) -> SelectKey,
    any: SelectKey,
) -> Vec<SelectKey> {
    if patterns.is_empty() {
        return vec![any];
    }
    let keys = patterns.iter().map(|pattern| match pattern {
        PathPattern::Exact(path) => exact(path.clone()),
        PathPattern::Glob(_) => glob(pattern.clone()),
    });
    keys.collect()
}

fn names(names: &Names, key: fn(Arc<str>) -> SelectKey, any: &SelectKey) -> Vec<SelectKey> {
    let keys: Option<Vec<SelectKey>> = names.iter().map(|name| name.exact().cloned().map(key)).collect();
    keys.filter(|keys| !keys.is_empty()).unwrap_or_else(|| vec![any.clone()])
}

fn roles(set: RoleSet, key: fn(Role) -> SelectKey, any: SelectKey) -> Vec<SelectKey> {
    if set.is_empty() { vec![any] } else { set.iter().map(key).collect() }
}
