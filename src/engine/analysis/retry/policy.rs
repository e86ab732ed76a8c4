//! Policies of retry libraries: what the library does by itself, and what the builder's calls change.

use crate::base::{FileIdx, Span};
use crate::catalog::{Api, ArgName, FactKey, FactValue as Default, RoleSet};
use crate::engine::{FactValue, Subject, message, place};
use crate::facts::{CallSite, Chain, Codebase, ItemKind, Place, Target, ValueKind};
use crate::syntax::{Field, Kind, NodeId};

/// Callers of a function that gives a policy back.
const MAX_CALLERS: usize = 50;
const OUT_OF_SIGHT: &str = "the policy goes where the scanner cannot follow it";

/// What is known of a policy; none is unknown.
#[derive(Clone, Debug, Default)]
pub(super) struct Traits {
    pub(super) growth: Option<&'static str>,
    pub(super) jitter: Option<&'static str>,
    pub(super) cap: Option<&'static str>,
    pub(super) bound: Option<bool>,
    attempts: Option<(i128, Place)>,
    /// Whether nothing is left to be said by code out of sight.
    is_whole: bool,
}

impl Traits {
    /// The facts of a wait that follows this policy.
    pub(super) fn tell(&self, subject: Subject, at: (FileIdx, Span)) -> Subject {
        let told = |value: Option<&'static str>| match value {
            Some(symbol) => FactValue::Symbol(symbol),
            None => FactValue::Unknown(OUT_OF_SIGHT.to_owned()),
        };
        let delay = match self.growth {
            Some("none") => FactValue::Symbol("constant"),
            Some(_) => FactValue::Symbol("growing"),
            None => FactValue::Unknown(OUT_OF_SIGHT.to_owned()),
        };
        let subject =
            if subject.fact("delay").is_some() { subject } else { subject.with_at("delay", delay, at) };
        subject.with_at("growth", told(self.growth), at).with_at("jitter", told(self.jitter), at).with_at(
            "cap",
            told(self.cap),
            at,
        )
    }

    fn tell_bound(&self, codebase: &Codebase, subject: Subject, at: (FileIdx, Span)) -> Subject {
        let bound = match self.bound {
            Some(true) => FactValue::Symbol("yes"),
            Some(false) => FactValue::Symbol("no"),
            None => FactValue::Unknown(OUT_OF_SIGHT.to_owned()),
        };
        let subject = subject.with_at("bound", bound, at);
        match self.attempts {
            Some((count, place)) => {
                let span = codebase.tree(place.file).span(place.node);
                subject.with_at("attempts", FactValue::Count(count), (place.file, span))
            }
            None => subject,
        }
    }
}

/// The policies that are made in `file`, and the retries whose policy is not in sight.
pub(super) fn subjects(codebase: &Codebase, file: FileIdx) -> Vec<Subject> {
    let policies = RoleSet::named(&["backoff-policy"]);
    let combinators = RoleSet::named(&["retry-combinator"]);
    let mut found = Vec::new();
    for site in codebase.calls(file) {
        if is_constructor(codebase, file, site) && site.roles.meets(policies) {
            found.extend(policy_subject(codebase, file, site));
        } else if site.roles.meets(combinators) {
            found.extend(hidden_subject(codebase, file, site));
        }
    }
    found
}

/// Whether a call makes a policy, rather than shaping one.
fn is_constructor(codebase: &Codebase, file: FileIdx, site: &CallSite) -> bool {
    codebase.tree(file).kind(site.node) == Kind::Call
}

fn policy_subject(codebase: &Codebase, file: FileIdx, site: &CallSite) -> Option<Subject> {
    let traits = traits_of(codebase, file, site.node)?;
    let tree = codebase.tree(file);
    let chain = codebase.chain(file, site.node);
    let here = chain.calls.iter().map(|call| call.place).filter(|place| place.file == file);
    let span = here
        .filter(|place| tree.is_within(site.node, place.node))
        .fold(tree.span(site.node), |span, place| span.to(tree.span(place.node)));
    let subject = Subject::new(file, site.node).narrowed(span);
    let subject = subject.with_at("kind", FactValue::Symbol("library"), (file, span));
    let subject = traits.tell(subject.with_symbol("optimistic", "no"), (file, span));
    Some(traits.tell_bound(codebase, subject, (file, span)))
}

/// A retry whose policy no subject of its own stands for.
fn hidden_subject(codebase: &Codebase, file: FileIdx, site: &CallSite) -> Option<Subject> {
    let tree = codebase.tree(file);
    let rows = site.apis.iter().map(|(idx, _)| codebase.catalog.api(*idx));
    let at = rows.filter_map(|api| api.arg(ArgName::Policy)).next()?;
    let policy = tree.children_in(site.node, Field::Arg).nth(at)?;
    if traits_of(codebase, file, policy).is_some() {
        return None;
    }
    let span = place::method(tree, site.node);
    let code = message::shortened(tree.text(policy));
    let reason = format!("the policy `{code}` is not in sight");
    let subject = Subject::new(file, site.node).narrowed(span);
    let subject = subject.with_at("kind", FactValue::Symbol("library"), (file, span));
    let keys = ["delay", "growth", "jitter", "cap", "bound"];
    let subject = keys
        .into_iter()
        .fold(subject, |subject, key| subject.with_at(key, FactValue::Unknown(reason.clone()), (file, span)));
    Some(subject.with_symbol("optimistic", "no"))
}

/// What is known of the policy that an expression is, or is made from.
pub(super) fn traits_of(codebase: &Codebase, file: FileIdx, expr: NodeId) -> Option<Traits> {
    let chain = codebase.chain(file, expr);
    let start = codebase.call_at(chain.start.file, chain.start.node)?;
    let policies = RoleSet::named(&["backoff-policy"]);
    let mut rows = start.apis.iter().map(|(idx, _)| codebase.catalog.api(*idx));
    let api = rows.find(|api| api.roles.meets(policies))?;
    let mut traits = defaults_of(api);
    traits.is_whole = is_all_there(codebase, &chain) || is_all_there_for_callers(codebase, &chain);
    for call in &chain.calls {
        shape(codebase, call.place, &call.name, &mut traits);
    }
    if !traits.is_whole {
        // Code out of sight may add what is missing, but takes nothing away.
        traits.jitter = traits.jitter.filter(|jitter| *jitter != "no");
        traits.cap = traits.cap.filter(|cap| *cap != "no");
        traits.bound = traits.bound.filter(|is_bound| *is_bound);
    }
    Some(traits)
}

fn defaults_of(api: &Api) -> Traits {
    let word = |key: FactKey| match api.fact(key) {
        Some(Default::Word(word)) => Some(&**word),
        _ => None,
    };
    let growth = match word(FactKey::Backoff) {
        Some("constant") => Some("none"),
        Some("exponential") => Some("exponential"),
        Some("linear") => Some("linear"),
        Some("fibonacci") => Some("fibonacci"),
        _ => None,
    };
    let jitter = match word(FactKey::Jitter) {
        Some("builtin") => Some("builtin"),
        Some(_) => Some("no"),
        None => None,
    };
    let cap = match api.fact(FactKey::DefaultMaxDelay) {
        Some(Default::Time(_)) => Some("builtin"),
        Some(_) => Some("no"),
        None if growth == Some("none") => Some("builtin"),
        None => Some("no"),
    };
    let by_time = matches!(api.fact(FactKey::DefaultTimeout), Some(Default::Time(_)));
    let bound = match api.fact(FactKey::DefaultAttempts) {
        Some(Default::Count(_)) => Some(true),
        Some(Default::Absent) => Some(by_time),
        _ => by_time.then_some(true),
    };
    Traits { growth, jitter, cap, bound, attempts: None, is_whole: false }
}

fn is_all_there(codebase: &Codebase, chain: &Chain) -> bool {
    chain.is_whole || ends_in_retry(codebase, chain)
}

/// Whether a function gives the policy back, and all its callers use it as it is.
fn is_all_there_for_callers(codebase: &Codebase, chain: &Chain) -> bool {
    let (file, end) = (chain.end.file, chain.end.node);
    let tree = codebase.tree(file);
    let Some(func) = codebase.enclosing_fn(file, end) else { return false };
    let ItemKind::Fn(info) = &codebase.item(func).kind else { return false };
    let is_given_back = tree.field(end) == Field::Tail && tree.parent(end) == info.body
        || tree.parent(end).is_some_and(|up| tree.kind(up) == Kind::Return);
    if !is_given_back {
        return false;
    }
    let named = codebase.calls_named(&codebase.item(func).name).iter();
    let is_call = |place: &&Place| {
        let site = codebase.call_at(place.file, place.node);
        site.is_some_and(|site| matches!(site.target, Target::Local(item) if item == func))
    };
    let mut callers = named.filter(is_call).take(MAX_CALLERS).peekable();
    callers.peek().is_some()
        && callers.all(|place| {
            let outer = codebase.chain(place.file, place.node);
            let own = codebase.item(func).node;
            let is_outside = |at: &Place| at.file != file || !tree.is_within(at.node, own);
            let mut added = outer.calls.iter().filter(|call| is_outside(&call.place)).map(|call| &*call.name);
            !added.any(|name| name.contains("jitter") || name.contains("max_"))
                && is_all_there(codebase, &outer)
        })
}

/// A policy that is handed to a retry has all its calls behind it.
fn ends_in_retry(codebase: &Codebase, chain: &Chain) -> bool {
    let tree = codebase.tree(chain.end.file);
    let holder = tree.parent(chain.end.node).filter(|_| tree.field(chain.end.node) == Field::Arg);
    let site = holder.and_then(|holder| codebase.call_at(chain.end.file, holder));
    site.is_some_and(|site| {
        site.roles.meets(RoleSet::named(&["retry-combinator"])) || matches!(site.target, Target::External(_))
    })
}

/// What one call of the chain changes.
fn shape(codebase: &Codebase, call: Place, name: &str, traits: &mut Traits) {
    let tree = codebase.tree(call.file);
    let site = codebase.call_at(call.file, call.node);
    let arg = tree.children_in(call.node, Field::Arg).next();
    let value = arg.and_then(|arg| codebase.value(call.file, arg));
    let plays = |role: &str| site.is_some_and(|site| site.roles.meets(RoleSet::named(&[role])));
    let is_off = value.as_ref().is_some_and(|value| match value.kind {
        ValueKind::Float(number) => number == 0.0,
        ValueKind::None => true,
        ValueKind::Bool(flag) => !flag,
        _ => false,
    });
    let is_named_none = arg.is_some_and(|arg| tree.path_segments(arg).last() == Some(&"None"));
    let names_jitter = name.contains("jitter")
        || (name == "map" && arg.is_some_and(|arg| tree.text(arg).to_ascii_lowercase().contains("jitter")));
    if plays("jitter") || names_jitter {
        traits.jitter = Some(if is_off || is_named_none { "no" } else { "yes" });
    }
    if name.starts_with("without_max_times") || name == "without_max_retries" {
        traits.bound = Some(false);
    } else if plays("retry-bound") || name == "take" || is_bound_name(name) {
        traits.bound = Some(!(is_off || is_named_none));
        traits.attempts = value.and_then(|value| match value.kind {
            ValueKind::Int(count) => Some((count, value.place)),
            _ => None,
        });
    }
    if name.starts_with("without_max_delay") {
        traits.cap = Some("no");
    } else if name.contains("max_delay") || name.contains("max_interval") || name == "retry_bounds" {
        traits.cap = Some("yes");
    }
}

fn is_bound_name(name: &str) -> bool {
    ["max_times", "max_retries", "max_attempts", "max_elapsed", "total_delay", "total_retry"]
        .iter()
        .any(|part| name.contains(part))
}
