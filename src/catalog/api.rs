//! One row of the catalogue: what is matched, and what is known about it. Matches nothing itself.

use crate::catalog::{FactKey, FactValue, RoleSet, TypeExpr};

/// The place of a row in [`crate::catalog::Catalog::api`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiIdx(pub u16);

/// How sure a match is of its roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Names only: raises or lowers a weight, never decides.
    Low,
    /// A method with evidence of its receiver or arguments.
    Medium,
    /// Attribute, derive, impl, or a resolved path.
    High,
}

impl Grade {
    /// Every grade with its word.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Low, "low"), (Self::Medium, "medium"), (Self::High, "high")];

    /// The word in the catalogue.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(grade, _)| *grade == self).map_or("", |(_, word)| word)
    }
}

/// What kind of code a row's paths are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matcher {
    /// `a::b::f(..)`, `Type::m(..)`, or `value.m(..)` with a value of that type.
    Call,
    /// `a::b::m!(..)`.
    Macro,
    /// `#[a::b(..)]` on a function; with `methods`, on an impl or trait.
    Attribute {
        /// Words that must stand in the attribute's arguments.
        args: Vec<Box<str>>,
        /// Attribute on the impl or module around it, without which this one means nothing.
        inside: Option<Box<str>>,
        /// Roles go to these methods of the annotated impl or trait, not to what is annotated; `*` is each method.
        methods: Vec<Box<str>>,
    },
    /// `impl Trait for T`: roles go to the named methods; `*` is each method.
    Implements {
        /// Names of methods.
        methods: Vec<Box<str>>,
        /// Roles of the associated type of that name.
        assoc_roles: Vec<(Box<str>, RoleSet)>,
    },
    /// A function with a parameter of that type: roles go to the function.
    Param,
    /// `#[derive(Path)]`: roles go to the type.
    Derive,
}

/// What an argument of a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArgName {
    /// What is sent, stored or returned.
    Payload,
    /// The name of a queue, topic, subject, stream or channel.
    Queue,
    /// The key of a cache, store or record.
    Key,
    /// A deduplication or idempotency key.
    DedupKey,
    /// The value that is stored.
    Value,
    /// SQL text.
    Sql,
    /// Bound values of SQL.
    Params,
    /// What a query runs on: a pool, a connection or a transaction.
    Executor,
    /// How many at most.
    Limit,
    /// How many fit in.
    Capacity,
    /// A time span.
    Duration,
    /// A point in time or a schedule.
    Schedule,
    /// A function that is called for each request, message or job.
    Handler,
    /// A closure that is called once or retried.
    Closure,
    /// A future that is awaited or spawned.
    Future,
    /// A struct of options.
    Options,
    /// A retry or backoff policy.
    Policy,
    /// A URL or address.
    Url,
    /// A path of a route or file.
    Path,
    /// The message that is settled.
    Message,
    /// The value of a switch, such as `true` in `danger_accept_invalid_certs(true)`.
    Flag,
    /// A signal that stops a server or loop.
    Signal,
    /// A router, service or listener that is nested or served.
    Service,
    /// A secret: key or password.
    Secret,
    /// The name of a metric, variable or span.
    Name,
    /// Several items at once.
    Items,
}

impl ArgName {
    /// Every name with its spelling.
    pub const ALL: [(Self, &'static str); 26] = [
        (Self::Payload, "payload"),
        (Self::Queue, "queue"),
        (Self::Key, "key"),
        (Self::DedupKey, "dedup-key"),
        (Self::Value, "value"),
        (Self::Sql, "sql"),
        (Self::Params, "params"),
        (Self::Executor, "executor"),
        (Self::Limit, "limit"),
        (Self::Capacity, "capacity"),
        (Self::Duration, "duration"),
        (Self::Schedule, "schedule"),
        (Self::Handler, "handler"),
        (Self::Closure, "closure"),
        (Self::Future, "future"),
        (Self::Options, "options"),
        (Self::Policy, "policy"),
        (Self::Url, "url"),
        (Self::Path, "path"),
        (Self::Message, "message"),
        (Self::Flag, "flag"),
        (Self::Signal, "signal"),
        (Self::Service, "service"),
        (Self::Secret, "secret"),
        (Self::Name, "name"),
        (Self::Items, "items"),
    ];

    /// The name of that spelling.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, spelling)| *spelling == name).map(|(arg, _)| *arg)
    }

    /// The spelling in the catalogue.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(arg, _)| *arg == self).map_or("", |(_, spelling)| spelling)
    }
}

/// Whether a call holds the thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timing {
    /// Neither blocks nor waits.
    Instant,
    /// Returns a future.
    Async,
    /// Holds the thread until it is done.
    Blocking,
}

/// Where a call stands in a chain that has one effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChainStep {
    /// The call is the effect.
    Whole,
    /// Starts or steers an effect that happens at the chain's end, such as `client.post(url)`: its roles and
    /// arguments belong to that end.
    Deferred,
    /// Ends the chain: the effect happens here, with the roles of the deferred calls before it.
    Terminal,
}

/// The versions of a crate that a row speaks of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VersionRange {
    /// First version, as (major, minor).
    pub since: Option<(u32, u32)>,
    /// First version that is no longer meant.
    pub before: Option<(u32, u32)>,
}

impl VersionRange {
    /// Whether a version is meant. A version that is not known is.
    #[must_use]
    pub fn contains(self, version: Option<(u32, u32)>) -> bool {
        let Some(version) = version else { return true };
        self.since.is_none_or(|since| version >= since) && self.before.is_none_or(|before| version < before)
    }
}

/// Reads the first two numbers of a version or a requirement such as `^1.2`, `=0.7.3` or `>=1, <2`.
#[must_use]
pub fn read_version(text: &str) -> Option<(u32, u32)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let number = text.get(start..)?;
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
    let mut parts = number.get(..end)?.split('.');
    let major = parts.next()?.parse().ok()?;
    Some((major, parts.next().and_then(|minor| minor.parse().ok()).unwrap_or(0)))
}

/// One row.
#[derive(Clone, Debug)]
pub struct Api {
    /// Package name; `std` for the standard library.
    pub krate: Box<str>,
    /// Version that the row was read from; empty for `std`.
    pub seen: Box<str>,
    /// Place in that version's source, or `docs` where only documentation was read.
    pub source: Box<str>,
    /// How sure a match is.
    pub grade: Grade,
    /// What the paths are compared with.
    pub matcher: Matcher,
    /// Canonical paths, any of which matches.
    pub paths: Vec<Box<str>>,
    /// Roles of what is matched.
    pub roles: RoleSet,
    /// Roles of the `Self` type of a matched impl, or of the type that carries a matched attribute's methods.
    pub self_roles: RoleSet,
    /// Roles of type argument n: of the call's turbofish, of the trait, or of the parameter's type.
    pub generic_roles: Vec<(u8, RoleSet)>,
    /// Roles of the type of argument n; for a macro, of the type written there.
    pub arg_roles: Vec<(u8, RoleSet)>,
    /// Roles of the function or closure given as the `handler` or `closure` argument.
    pub handler_roles: RoleSet,
    /// Roles of the type of parameter n of that function.
    pub handler_arg_roles: Vec<(u8, RoleSet)>,
    /// What the arguments are for; 0-based, `self` not counted.
    pub args: Vec<(ArgName, u8)>,
    /// Names of the call's type parameters, as `returns` uses them.
    pub generics: Vec<Box<str>>,
    /// Type of the result after `.await` and `?`.
    pub returns: Option<TypeExpr>,
    /// Number of awaits until the effect is known to have happened.
    pub awaits: u8,
    /// Whether it holds the thread.
    pub timing: Timing,
    /// Where it stands in a chain.
    pub step: ChainStep,
    /// The method's name alone is proof in a package that depends on the crate.
    pub is_distinctive: bool,
    /// A method of an extension trait: the receiver may be of any type.
    pub takes_any_receiver: bool,
    /// Counts for methods of trait impls only.
    pub only_in_trait_impl: bool,
    /// Library defaults.
    pub facts: Vec<(FactKey, FactValue)>,
    /// Versions that the row speaks of.
    pub versions: VersionRange,
    /// One line for people.
    pub note: Box<str>,
}

impl Api {
    /// The position of an argument; `None` where the call has none of that name.
    #[must_use]
    pub fn arg(&self, name: ArgName) -> Option<usize> {
        self.args.iter().find(|(found, _)| *found == name).map(|(_, at)| usize::from(*at))
    }

    /// A library default.
    #[must_use]
    pub fn fact(&self, key: FactKey) -> Option<&FactValue> {
        self.facts.iter().find(|(found, _)| *found == key).map(|(_, value)| value)
    }

    /// Whether a yes-or-no fact holds.
    #[must_use]
    pub fn holds(&self, key: FactKey) -> bool {
        self.fact(key) == Some(&FactValue::Flag(true))
    }
}

/// What is known about a type.
#[derive(Clone, Debug)]
pub struct TypeRow {
    /// Package name.
    pub krate: Box<str>,
    /// Canonical path.
    pub path: Box<str>,
    /// Names of its type parameters, as the hints of its methods use them.
    pub params: Vec<Box<str>>,
    /// Roles of a value or field of the type.
    pub roles: RoleSet,
    /// Each method that no row names returns the receiver.
    pub is_builder: bool,
    /// Receiving from it delivers messages of a queue.
    pub is_queue_source: bool,
    /// Receiving from it delivers values of this process: a channel.
    pub is_in_process: bool,
    /// What a stream or receiver delivers.
    pub item: Option<TypeExpr>,
    /// The type whose methods it has beside its own, and which patterns such as `State(x)` open.
    pub derefs: Option<TypeExpr>,
    /// What `?`, `.await`, `unwrap` and the like open: `Result<T, E>` to `T`.
    pub opens: Option<TypeExpr>,
    /// Fields and methods that give the content of a received message.
    pub payload: Vec<Box<str>>,
    /// Fields and methods that give the broker's own id of a message.
    pub broker_id: Vec<Box<str>>,
    /// Library defaults.
    pub facts: Vec<(FactKey, FactValue)>,
    /// One line for people.
    pub note: Box<str>,
}

impl TypeRow {
    /// A library default.
    #[must_use]
    pub fn fact(&self, key: FactKey) -> Option<&FactValue> {
        self.facts.iter().find(|(found, _)| *found == key).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::{ArgName, VersionRange, read_version};

    #[test]
    fn requirements_give_their_first_version() {
        for (text, expected) in [
            ("1.2.3", Some((1, 2))),
            ("^0.8", Some((0, 8))),
            (">=1, <2", Some((1, 0))),
            ("=2.0.0-rc.1", Some((2, 0))),
            ("*", None),
            ("99999999999", None),
        ] {
            assert_eq!(read_version(text), expected, "{text}");
        }
    }

    #[test]
    fn an_unknown_version_is_in_every_range() {
        let range = VersionRange { since: Some((1, 0)), before: Some((2, 0)) };
        assert!(range.contains(None) && range.contains(Some((1, 9))));
        assert!(!range.contains(Some((2, 0))) && !range.contains(Some((0, 9))));
    }

    #[test]
    fn each_argument_has_one_spelling() {
        for (arg, spelling) in ArgName::ALL {
            assert_eq!((ArgName::named(spelling), arg.as_str()), (Some(arg), spelling));
        }
    }
}
