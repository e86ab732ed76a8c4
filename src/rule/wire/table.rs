//! The tables of keys: what may be written where, once for the reader, its messages, the JSON Schema and the manual.
//! Reads nothing itself.

use crate::catalog::LoopKind;
use crate::finding::{Precision, Severity};
use crate::rule::{ContextWord, OnEmpty, ParamKind, Region, ResultWord, ScopeWord, TypeShape};

/// What a key holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// A text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number, or `$param`.
    Count,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One or several of these words.
    Words(&'static [&'static str]),
    /// One or several names, `*` for any characters, or `$param`.
    Names,
    /// One or several paths, with `*` and `**`, or `$param`.
    Paths,
    /// One or several roles of the catalogue.
    Roles,
    /// One or several crates.
    Crates,
    /// A regular expression.
    Pattern,
    /// One or several regular expressions.
    Patterns,
    /// A file glob.
    Glob,
    /// A code pattern.
    Code,
    /// A message text with `{name}` holes.
    Message,
    /// New Rust code with `$name` holes.
    NewCode,
    /// A list of texts.
    Texts,
    /// A selector.
    Selector,
    /// A selector or a list of them, any of which matches.
    Selectors,
    /// A predicate.
    Predicate,
    /// A list of predicates.
    Predicates,
    /// Predicates by name.
    PredicatesByName,
    /// A number, size, time, text or flag, or `$param`.
    Scalar,
    /// One or several of them.
    Scalars,
    /// A mapping with these keys.
    Table(&'static Table),
    /// A mapping with these keys, or one or several paths for the first of them.
    TableOrPaths(&'static Table),
    /// A list of such mappings, or a single one.
    Tables(&'static Table),
    /// A mapping with free names, each with such a mapping.
    ByName(&'static Table),
    /// Texts by name.
    MessagesByName,
    /// A name and parameters of an analysis.
    Analysis,
    /// Tests on facts, by fact.
    Facts,
    /// The index or name of an argument.
    ArgAt,
}

/// Whether a key may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It must be there.
    Must,
    /// It may be left out.
    May,
}

/// A key of a mapping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeySpec {
    /// As written.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) shape: Shape,
    /// Whether it must be there.
    pub(crate) need: Need,
    /// What it means, one line: lower case, no full stop.
    pub(crate) about: &'static str,
}

/// A mapping with fixed keys.
#[derive(Debug)]
pub(crate) struct Table {
    /// What it is called in messages and in the schema.
    pub(crate) name: &'static str,
    /// What it means, one line.
    pub(crate) about: &'static str,
    /// Its keys.
    pub(crate) keys: &'static [KeySpec],
}

impl Table {
    /// The key of that name.
    pub(crate) fn key(&self, name: &str) -> Option<&KeySpec> {
        self.keys.iter().find(|key| key.name == name)
    }
}

pub(super) const fn may(name: &'static str, shape: Shape, about: &'static str) -> KeySpec {
    KeySpec { name, shape, need: Need::May, about }
}

pub(super) const fn must(name: &'static str, shape: Shape, about: &'static str) -> KeySpec {
    KeySpec { name, shape, need: Need::Must, about }
}

/// The words of a choice.
pub(super) const fn words<T: Copy, const N: usize>(all: [(T, &'static str); N]) -> [&'static str; N] {
    let mut found = [""; N];
    let mut at = 0;
    while at < N {
        found[at] = all[at].1;
        at += 1;
    }
    found
}

/// Severities with their words.
pub(crate) const SEVERITIES: [(Severity, &str); 3] =
    [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
/// Precisions with their words.
pub(crate) const PRECISIONS: [(Precision, &str); 3] =
    [(Precision::Exact, "exact"), (Precision::Role, "role"), (Precision::Heuristic, "heuristic")];
/// Regions with their words.
pub(crate) const REGIONS: [(Region, &str); 1] = [(Region::Transaction, "transaction")];

const SEVERITY_WORDS: &[&str] = &words(SEVERITIES);
const PRECISION_WORDS: &[&str] = &words(PRECISIONS);
const LOOP_WORDS: &[&str] = &words(LoopKind::ALL);
const RESULT_WORDS: &[&str] = &words(ResultWord::ALL);
const PARAM_WORDS: &[&str] = &words(ParamKind::ALL);
const CONTEXT_WORDS: &[&str] = &words(ContextWord::ALL);
const SCOPE_WORDS: &[&str] = &words(ScopeWord::ALL);
const REGION_WORDS: &[&str] = &words(REGIONS);
const SHAPE_WORDS: &[&str] = &words(TypeShape::ALL);
const EMPTY_WORDS: &[&str] = &words(OnEmpty::ALL);

/// A check.
pub(crate) static CHECK: Table = Table {
    name: "check",
    about: "one check: who is examined, what must hold, and what is said where it does not",
    keys: &[
        must("check", Shape::Text, "the id, which is the file's name; names the fault"),
        must("severity", Shape::Word(SEVERITY_WORDS), "weight of a finding"),
        must(
            "precision",
            Shape::Word(PRECISION_WORDS),
            "what a verdict rests on; heuristic is a warning at most",
        ),
        may("requires_crate", Shape::Crates, "applies only to packages that depend on one of these"),
        may("params", Shape::ByName(&PARAM), "typed values that configuration and documents may set"),
        may("define", Shape::PredicatesByName, "predicates by name, for `use`"),
        must("select", Shape::Selectors, "who is examined; a match of any of them is a subject"),
        may("unless", Shape::Predicate, "a match for which this holds is no subject at all"),
        may("require", Shape::Predicate, "what must hold for each subject"),
        may("forbid", Shape::Predicate, "what must not hold for any subject"),
        may("place", Shape::Text, "fact or capture at which the finding is placed, not at the subject"),
        may("labels", Shape::MessagesByName, "second places, by fact or capture"),
        may(
            "severity_if",
            Shape::Tables(&REGRADE),
            "other severity or precision where a predicate holds; the first wins",
        ),
        may("on_empty", Shape::Word(EMPTY_WORDS), "what it says where there is no subject"),
        must("message", Shape::Message, "the fact: lower case, no full stop, code in backticks"),
        must("because", Shape::Message, "why it matters"),
        must("help", Shape::Message, "the remedy"),
        may(
            "fix",
            Shape::Tables(&FIX),
            "how the code is changed so that a finding is gone; the first that fits",
        ),
        may(
            "phrases",
            Shape::Texts,
            "words of documents that propose this check; words in brackets: one of them in the sentence or above it; those behind `not`: none of them in its part of the sentence",
        ),
        may("waivable", Shape::Flag, "`false` where no waiver may permit its findings"),
    ],
};

/// A parameter that a check declares.
pub(crate) static PARAM: Table = Table {
    name: "parameter",
    about: "a typed value, used as `$name` in predicates and `{name}` in messages",
    keys: &[
        must("type", Shape::Word(PARAM_WORDS), "its type"),
        must("default", Shape::Scalars, "the value where nobody sets another"),
        must("about", Shape::Text, "what it means, one line"),
    ],
};

/// An entry of `severity_if`.
pub(crate) static REGRADE: Table = Table {
    name: "severity_if",
    about: "another severity or precision where a predicate holds for sure",
    keys: &[
        must("when", Shape::Predicate, "where"),
        may("severity", Shape::Word(SEVERITY_WORDS), "the severity there"),
        may("precision", Shape::Word(PRECISION_WORDS), "the precision there"),
    ],
};

/// A selector: exactly one of its keys, and `where`.
pub(crate) static SELECTOR: Table = Table {
    name: "selector",
    about: "who is examined: exactly one of these keys, and `where` if need be",
    keys: &[
        may("call", Shape::TableOrPaths(&CALL), "calls of functions and methods"),
        may("chain", Shape::Table(&CHAIN), "builder chains"),
        may("macro", Shape::Paths, "macro calls; a name without `::` is that macro of any crate"),
        may("literal", Shape::Table(&LITERAL), "struct literals, or one field of them"),
        may("field_set", Shape::Table(&FIELD_SET), "assignments to a field"),
        may("type", Shape::Table(&TYPE), "structs and enums of the workspace"),
        may("fn", Shape::Table(&FN), "functions and methods of the workspace"),
        may("loop", Shape::Table(&LOOP), "loops by kind"),
        may("import", Shape::Paths, "names imported by `use`"),
        may("impl", Shape::Table(&IMPL), "impls of a trait"),
        may("code", Shape::Code, "code of a shape: `$x` is one node, `$$$` are many"),
        may("analysis", Shape::Analysis, "subjects of a named analysis"),
        may("where", Shape::Predicate, "only those for which this holds"),
    ],
};

/// `call`.
pub(crate) static CALL: Table = Table {
    name: "call",
    about: "every key that is given must match",
    keys: &[
        may("path", Shape::Paths, "it resolves to one of these; methods as `Type::method`"),
        may("method", Shape::Names, "a method of one of these names"),
        may("on", Shape::Paths, "the receiver's type"),
        may("role", Shape::Roles, "it plays one of these"),
        may("args", Shape::Count, "number of arguments"),
        may("in_macro", Shape::Paths, "it stands in the arguments of one of these macros"),
    ],
};

/// `chain`.
pub(crate) static CHAIN: Table = Table {
    name: "chain",
    about: "a builder chain from its constructor on",
    keys: &[
        must("starts", Shape::Paths, "the constructor"),
        may("ends", Shape::Names, "it comes to one of these methods"),
        may("via", Shape::Names, "it calls one of these on the way"),
    ],
};

/// `literal`.
pub(crate) static LITERAL: Table = Table {
    name: "literal",
    about: "a struct literal; with `field`, that field's value",
    keys: &[
        must("type", Shape::Paths, "of one of these types"),
        may("field", Shape::Names, "one of these fields is the subject"),
    ],
};

/// `field_set`.
pub(crate) static FIELD_SET: Table = Table {
    name: "field_set",
    about: "`x.field = value`; the subject is the value",
    keys: &[may("on", Shape::Paths, "the type of `x`"), must("field", Shape::Names, "the field")],
};

/// `type` as a selector.
pub(crate) static TYPE: Table = Table {
    name: "type",
    about: "every key that is given must match; the subject is the type's name",
    keys: &[
        may("role", Shape::Roles, "it plays one of these"),
        may("kind", Shape::Word(SHAPE_WORDS), "its shape"),
        may("derives", Shape::Paths, "one of these"),
        may("implements", Shape::Paths, "one of these"),
        may("attribute", Shape::Paths, "one of these"),
        may("name", Shape::Pattern, "its name matches"),
        may("each_variant", Shape::Flag, "each variant of an enum that holds data is a subject of its own"),
    ],
};

/// `fn`.
pub(crate) static FN: Table = Table {
    name: "fn",
    about: "every key that is given must match; the subject is the function's name",
    keys: &[
        may("role", Shape::Roles, "it plays one of these"),
        may("async", Shape::Flag, "whether it is async or returns a future"),
        may("name", Shape::Pattern, "its name matches"),
        may("attribute", Shape::Paths, "one of these"),
        may("implements", Shape::Paths, "a method of an impl of one of these traits"),
        may("param", Shape::TableOrPaths(&TYPE_TEST), "a parameter of such a type"),
        may(
            "returns",
            Shape::TableOrPaths(&TYPE_TEST),
            "it returns such a type; `Result` and futures are looked through",
        ),
    ],
};

/// `loop`.
pub(crate) static LOOP: Table = Table {
    name: "loop",
    about: "every key that is given must match; the subject is the loop's head",
    keys: &[
        may("kind", Shape::Words(LOOP_WORDS), "one of these"),
        may("in_process", Shape::Flag, "whether its source is a channel of the same process"),
    ],
};

/// `impl`.
pub(crate) static IMPL: Table = Table {
    name: "impl",
    about: "every key that is given must match",
    keys: &[must("of", Shape::Paths, "the trait"), may("for", Shape::TableOrPaths(&TYPE_TEST), "the type")],
};

/// A predicate: several keys must all hold.
pub(crate) static PREDICATE: Table = Table {
    name: "predicate",
    about: "what is tested; several keys must all hold",
    keys: &[
        may("all", Shape::Predicates, "each holds"),
        may("any", Shape::Predicates, "one holds"),
        may("not", Shape::Predicate, "it does not hold"),
        may("sure", Shape::Predicate, "it holds for sure: unknown counts as false"),
        may("use", Shape::Text, "the predicate of that name under `define`"),
        may(
            "chain_calls",
            Shape::Names,
            "the builder chain that begins with or passes the call, followed through variables and helpers, calls one of these",
        ),
        may("chain_calls_all", Shape::Names, "the chain calls all of these"),
        may("chain_call", Shape::Table(&CHAIN_CALL), "the chain calls one of these with such an argument"),
        may(
            "chain_less",
            Shape::Table(&CHAIN_LESS),
            "what a call of the chain is given is less than what another is",
        ),
        may("in", Shape::Table(&INSIDE), "where the subject stands"),
        may("arg", Shape::Table(&ARG), "an argument of the call or macro"),
        may("value", Shape::Table(&VALUE), "the subject itself, which is an expression"),
        may("result", Shape::Words(RESULT_WORDS), "what becomes of the result"),
        may("awaited", Shape::Table(&AWAITED), "number of awaits on it"),
        may(
            "reaches",
            Shape::Table(&REACHES),
            "a function, or a call inside other code, comes to such a call",
        ),
        may(
            "every_use",
            Shape::Table(&EVERY_USE),
            "each use that the value comes to is such; at least one is in sight",
        ),
        may("contains", Shape::Selector, "such a subject lies below"),
        may("follows", Shape::Selector, "such a subject stands before, in the same function"),
        may("precedes", Shape::Selector, "such a subject stands after, in the same function"),
        may("has_field", Shape::Table(&HAS_FIELD), "the type has such a field"),
        may("has_method", Shape::Pattern, "the type has a method whose name matches"),
        may("derives", Shape::Paths, "the type derives one of these"),
        may("implements", Shape::Paths, "the type implements one of these"),
        may("attribute", Shape::Paths, "the item carries one of these"),
        may("name", Shape::Pattern, "the name of the item or called function matches"),
        may("carries", Shape::Table(&CARRIES), "the type carries an identity"),
        may("type_arg", Shape::Table(&TYPE_ARG), "a generic argument of its type or call"),
        may("receiver", Shape::TableOrPaths(&TYPE_TEST), "the type of the method's receiver"),
        may("type_name", Shape::Pattern, "the name of its type matches"),
        may("crate_has", Shape::Selector, "such a subject exists in the package"),
        may("workspace_has", Shape::Selector, "such a subject exists anywhere"),
        may("code", Shape::Code, "code of this shape stands inside, or is it"),
        may("fact", Shape::Facts, "facts of the analysis; each must hold"),
    ],
};

/// `chain_call`.
pub(crate) static CHAIN_CALL: Table = Table {
    name: "chain_call",
    about: "a call on a builder chain",
    keys: &[
        must("name", Shape::Names, "the method"),
        may("at", Shape::ArgAt, "which argument; the first where it is left out"),
        may("is", Shape::Table(&VALUE), "what the argument must be"),
    ],
};

/// `chain_less`.
pub(crate) static CHAIN_LESS: Table = Table {
    name: "chain_less",
    about: "two calls on a builder chain that are given lengths of time or numbers; unknown where one is not there or its \
            value is not written in the code",
    keys: &[
        must("of", Shape::Names, "the methods whose first argument is less"),
        must("than", Shape::Names, "the methods whose first argument is greater"),
    ],
};

/// `in`.
pub(crate) static INSIDE: Table = Table {
    name: "in",
    about: "where it stands; everything that is given must hold",
    keys: &[
        may("fn", Shape::Table(&FN), "inside such a function"),
        may(
            "called_by",
            Shape::Table(&FN),
            "inside a function that has callers in sight, all of them such, or called by such functions alone",
        ),
        may(
            "named",
            Shape::Pattern,
            "inside the value of a variable, field, const or static; the innermost one's name matches",
        ),
        may("loop", Shape::Words(LOOP_WORDS), "inside a loop of one of these kinds"),
        may("in_process", Shape::Flag, "whether the source of that loop is a channel of the same process"),
        may("closure_of", Shape::Roles, "inside a closure or block given to a call of one of these roles"),
        may("argument_of", Shape::Paths, "inside an argument of a call or macro of one of these"),
        may("region", Shape::Word(REGION_WORDS), "inside such a region"),
        may("context", Shape::Word(CONTEXT_WORDS), "how the nearest function, closure or block runs"),
        may("scope", Shape::Words(SCOPE_WORDS), "what the code is for"),
        may("impl_of", Shape::Paths, "inside an impl of one of these traits"),
        may("code", Shape::Code, "inside code of this shape, in the same function"),
        may("file", Shape::Glob, "in a file whose path matches"),
        may("module", Shape::Paths, "in one of these modules"),
        may("module_role", Shape::Roles, "in a module declared as one of these"),
    ],
};

/// `awaited`.
pub(crate) static AWAITED: Table = Table {
    name: "awaited",
    about: "number of awaits",
    keys: &[may("min", Shape::Count, "not less"), may("max", Shape::Count, "not more")],
};

/// `reaches`.
pub(crate) static REACHES: Table = Table {
    name: "reaches",
    about: "a call that comes about, directly or through functions of the workspace",
    keys: &[
        may("role", Shape::Roles, "it plays one of these"),
        may("path", Shape::Paths, "it resolves to one of these"),
        may("depth", Shape::Count, "through at most so many functions, 3 where it is left out"),
    ],
};

/// `every_use`.
pub(crate) static EVERY_USE: Table = Table {
    name: "every_use",
    about: "each use of the value, followed through variables, fields, parameters and functions that give it back; one of \
            `then_calls` and `argument_of` must hold, and it is unknown where the value leaves our sight",
    keys: &[
        may("calls", Shape::Names, "the methods on the value that are its uses"),
        may("given_to", Shape::Paths, "a call of one of these that is given the value is a use as well"),
        may("reads", Shape::Names, "methods that only look at the value, which is no use"),
        may(
            "then_calls",
            Shape::Names,
            "what the use gives back, or is given, has one of these called on it",
        ),
        may(
            "argument_of",
            Shape::Paths,
            "it stands inside an argument of a call of one of these, or all callers of its function do",
        ),
    ],
};

/// `has_field`.
pub(crate) static HAS_FIELD: Table = Table {
    name: "has_field",
    about: "a field of the type",
    keys: &[
        may("name", Shape::Patterns, "its own or its wire name matches one of these"),
        may("type", Shape::TableOrPaths(&TYPE_TEST), "its type"),
        may("depth", Shape::Count, "so many workspace types may lie between, 0 where it is left out"),
    ],
};

/// `carries`.
pub(crate) static CARRIES: Table = Table {
    name: "carries",
    about: "the identity of a message: one of these, in the type or a part of it",
    keys: &[
        may("names", Shape::Patterns, "a field whose own or wire name matches one of these"),
        may("except", Shape::Patterns, "names of fields that never count"),
        may("types", Shape::Paths, "a field of one of these types, by path or last segment"),
        may("methods", Shape::Patterns, "a method whose name matches one of these"),
        may("depth", Shape::Count, "so many workspace types may lie between, 1 where it is left out"),
    ],
};

mod fix;
mod value;

pub(crate) use fix::{EDIT, FIX};
pub(crate) use value::{ARG, TYPE_ARG, TYPE_TEST, VALUE};

/// All tables, the check first.
pub(crate) static ALL: &[&Table] = &[
    &CHECK,
    &PARAM,
    &REGRADE,
    &FIX,
    &EDIT,
    &SELECTOR,
    &CALL,
    &CHAIN,
    &LITERAL,
    &FIELD_SET,
    &TYPE,
    &FN,
    &LOOP,
    &IMPL,
    &PREDICATE,
    &CHAIN_CALL,
    &CHAIN_LESS,
    &INSIDE,
    &ARG,
    &VALUE,
    &TYPE_TEST,
    &AWAITED,
    &REACHES,
    &EVERY_USE,
    &HAS_FIELD,
    &CARRIES,
    &TYPE_ARG,
];

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn every_key_is_explained_in_our_style() {
        for table in ALL {
            for key in table.keys {
                let about = key.about;
                assert!(!about.is_empty() && !about.ends_with('.'), "{}.{}", table.name, key.name);
                assert!(!about.starts_with(char::is_uppercase), "{}.{}", table.name, key.name);
            }
        }
    }
}
