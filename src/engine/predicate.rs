//! Evaluates predicates, three-valued, with the one that decided. Selects nothing by itself.

mod chain;
mod every_use;
mod fact;
mod identity;
mod inside;
mod reach;
mod ty;
mod value;

use crate::engine::view::FileView;
use crate::engine::{Fact, Subject, Truth};
use crate::facts::Place;
use crate::rule::{Predicate, Test};
use fact::has_fact;

/// What a predicate says of a subject.
#[derive(Clone, Debug)]
pub(super) struct Judged<'e> {
    pub(super) truth: Truth,
    /// The innermost predicate that decided.
    pub(super) by: &'e Predicate,
    /// Why it is unknown.
    pub(super) reason: Option<String>,
    /// Places that the predicates came upon, such as a call that is reached.
    pub(super) found: Vec<Fact>,
}

/// What one test says, before anyone knows which predicate it belongs to.
#[derive(Clone, Debug)]
struct Answer {
    truth: Truth,
    reason: Option<String>,
    found: Vec<Fact>,
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        Self::from(Truth::of(holds))
    }
}

impl From<Truth> for Answer {
    fn from(truth: Truth) -> Self {
        Self { truth, reason: None, found: Vec::new() }
    }
}

impl Answer {
    fn unknown(reason: impl Into<String>) -> Self {
        Self { truth: Truth::Unknown, reason: Some(reason.into()), found: Vec::new() }
    }

    /// The answer of several tests that must all hold; asks no further than the first that does not.
    fn all(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::from(Truth::Yes);
        for answer in answers {
            match answer.truth {
                Truth::No => return answer,
                Truth::Unknown if all.truth == Truth::Yes => all = answer,
                Truth::Unknown | Truth::Yes => all.found.extend(answer.found),
            }
        }
        all
    }

    /// The answer of several tests of which one must hold.
    fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Self::from(Truth::No);
        for answer in answers {
            match answer.truth {
                Truth::Yes => return answer,
                Truth::Unknown if any.truth == Truth::No => any = answer,
                Truth::Unknown | Truth::No => {}
            }
        }
        any
    }

    fn negated(mut self) -> Self {
        self.truth = self.truth.negated();
        self
    }
}

impl<'e> FileView<'e> {
    /// What `predicate` says of `subject`. Nesting is bounded by the reader of rules.
    pub(super) fn judge(&self, predicate: &'e Predicate, subject: &Subject) -> Judged<'e> {
        match &predicate.test {
            Test::All(parts) => self.judge_list(predicate, parts, subject, Truth::No),
            Test::Any(parts) => self.judge_list(predicate, parts, subject, Truth::Yes),
            Test::Not(inner) => {
                let judged = self.judge(inner, subject);
                Judged { truth: judged.truth.negated(), ..judged }
            }
            Test::Sure(inner) => {
                let judged = self.judge(inner, subject);
                let reason = judged.reason.filter(|_| judged.truth != Truth::Unknown);
                Judged { truth: Truth::of(judged.truth == Truth::Yes), reason, ..judged }
            }
            test => {
                let Answer { truth, reason, found } = self.answer(test, subject);
                Judged { truth, by: predicate, reason, found }
            }
        }
    }

    /// A list that is decided by its first part that is `decisive`.
    fn judge_list(
        &self,
        list: &'e Predicate,
        parts: &'e [Predicate],
        subject: &Subject,
        decisive: Truth,
    ) -> Judged<'e> {
        let mut found = Vec::new();
        let mut unknown = None;
        for part in parts {
            let judged = self.judge(part, subject);
            if judged.truth == decisive {
                return judged;
            }
            if judged.truth == Truth::Unknown {
                unknown = unknown.or(Some(judged));
            } else {
                found.extend(judged.found);
            }
        }
        let by = if let [only] = parts { only } else { list };
        unknown.unwrap_or(Judged { truth: decisive.negated(), by, reason: None, found })
    }

    fn answer(&self, test: &'e Test, subject: &Subject) -> Answer {
        let node = subject.place.node;
        match test {
            // Taken apart by `judge`.
            Test::All(parts) => Answer::from(self.judge_all(parts, subject)),
            Test::Any(parts) => Answer::from(self.judge_any(parts, subject)),
            Test::Not(inner) => Answer::from(self.judge(inner, subject).truth.negated()),
            Test::Sure(inner) => Answer::from(Truth::of(self.judge(inner, subject).truth == Truth::Yes)),
            Test::ChainCalls(names, quantifier) => self.calls_in_chain(names, *quantifier, subject),
            Test::ChainLess(of, than) => self.is_less_in_chain(of, than, subject),
            Test::ChainCall(names, arg) => self.call_in_chain(names, arg.as_deref(), subject),
            Test::In(inside) => self.is_inside(inside, node),
            Test::Arg(arg) => self.has_arg(arg, Place { file: self.file, node }),
            Test::Value(value) => self.is_value(value, Place { file: self.file, node }),
            Test::Result(words) => Answer::from(self.has_result(words, node)),
            Test::Awaited(min, max) => {
                let n_awaits = self.codebase.awaits(self.file, node);
                Answer::from(n_awaits >= *min && max.is_none_or(|max| n_awaits <= max))
            }
            Test::EveryUse(asked) => self.is_every_use(asked, subject),
            Test::Reaches(reach) => self.reaches(reach, node),
            Test::Contains(selector) => self.contains(selector, node),
            Test::Follows(selector) => self.follows(selector, node),
            Test::Precedes(selector) => self.precedes(selector, node),
            Test::HasField(field) => self.has_field(field, subject),
            Test::HasMethod(name) => self.has_method(name, subject),
            Test::Derives(paths) => self.derives(paths, subject),
            Test::Implements(paths) => self.implements_one(paths, subject),
            Test::Attribute(paths) => Answer::from(self.carries_attribute(paths, node)),
            Test::Name(pattern) => {
                Answer::from(self.name_of(node).is_some_and(|name| pattern.is_match(&name)))
            }
            Test::Carries(identity) => self.carries(identity, subject),
            Test::TypeArg(at, test) => self.has_type_arg(*at, test, subject),
            Test::Receiver(test) => self.has_receiver(test, node),
            Test::TypeName(pattern) => self.has_type_name(pattern, subject),
            Test::Exists(selector, extent) => self.exists(selector, *extent),
            Test::Code(code) => Answer::from(self.holds_code(code, node)),
            Test::Facts(facts) => Answer::all(facts.iter().map(|fact| has_fact(fact, subject))),
        }
    }

    fn judge_all(&self, parts: &'e [Predicate], subject: &Subject) -> Truth {
        parts.iter().fold(Truth::Yes, |truth, part| truth.and(self.judge(part, subject).truth))
    }

    fn judge_any(&self, parts: &'e [Predicate], subject: &Subject) -> Truth {
        parts.iter().fold(Truth::No, |truth, part| truth.or(self.judge(part, subject).truth))
    }
}
