//! Predicates on calls: their chain, arguments and result.

use super::Answer;
use crate::engine::view::FileView;
use crate::engine::{Fact, FactValue, Subject, Truth, message, place};
use crate::facts::{Chain, ChainCall, Place, ResultUse, ValueKind};
use crate::rule::{ArgAt, ArgTest, Names, Quantifier, ResultWord};
use crate::syntax::{Field, NodeId};

const OUT_OF_SIGHT: &str = "the builder goes where the scanner cannot follow it";

impl FileView<'_> {
    /// The builder chain of a subject: to its end where the rule names one, else as far as it can be seen.
    fn chain_of(&self, subject: &Subject) -> Chain {
        match subject.chain_end {
            Some(end) => self.codebase.chain_to(end.file, end.node),
            None => self.codebase.chain(self.file, subject.place.node),
        }
    }

    pub(super) fn calls_in_chain(&self, names: &Names, quantifier: Quantifier, subject: &Subject) -> Answer {
        let chain = self.chain_of(subject);
        let is_called =
            |name: &crate::rule::NamePattern| chain.calls.iter().any(|call| name.matches(&call.name));
        let holds = match quantifier {
            Quantifier::Any => names.iter().any(is_called),
            Quantifier::All => names.iter().all(is_called),
        };
        let mut answer = match (holds, chain.is_whole) {
            (true, _) => Answer::from(true),
            (false, true) => Answer::from(false),
            (false, false) => Answer::unknown(OUT_OF_SIGHT),
        };
        let meant = chain.calls.iter().filter(|call| names.has(&call.name));
        answer.found.extend(meant.map(|call| self.found_call(call)));
        answer
    }

    fn found_call(&self, call: &ChainCall) -> Fact {
        let tree = self.codebase.tree(call.place.file);
        let span = place::method(tree, call.place.node);
        Fact {
            key: "chain-call",
            value: FactValue::Text(call.name.to_string()),
            place: Some((call.place.file, span)),
        }
    }

    pub(super) fn call_in_chain(&self, names: &Names, arg: Option<&ArgTest>, subject: &Subject) -> Answer {
        let chain = self.chain_of(subject);
        let calls = chain.calls.iter().filter(|call| names.has(&call.name));
        let mut answer = Answer::any(calls.map(|call| {
            let mut answer = arg.map_or(Answer::from(true), |arg| self.has_arg(arg, call.place));
            answer.found.push(self.found_call(call));
            answer
        }));
        if answer.truth == Truth::No && !chain.is_whole {
            answer = Answer::unknown(OUT_OF_SIGHT);
        }
        answer
    }

    /// Whether the least that `than` is given is more than the most that `of` is given.
    pub(super) fn is_less_in_chain(&self, of: &Names, than: &Names, subject: &Subject) -> Answer {
        let chain = self.chain_of(subject);
        let given = |names: &Names| {
            let calls = chain.calls.iter().filter(|call| names.has(&call.name));
            calls.map(|call| self.amount_of(call)).collect::<Vec<Option<i128>>>()
        };
        let (small, large) = (given(of), given(than));
        let (Some(most), Some(least)) = (small.iter().flatten().max(), large.iter().flatten().min()) else {
            return Answer::unknown("the code does not write both values");
        };
        let is_known = small.iter().chain(&large).all(Option::is_some);
        if *most < *least && !is_known {
            return Answer::unknown("the code does not write all of the values");
        }
        let mut answer = Answer::from(*most < *least);
        let meant = chain.calls.iter().filter(|call| of.has(&call.name) || than.has(&call.name));
        answer.found.extend(meant.map(|call| self.found_call(call)));
        answer
    }

    /// The length of time, in nanoseconds, or the number that a call of a chain is given.
    fn amount_of(&self, call: &ChainCall) -> Option<i128> {
        let tree = self.codebase.tree(call.place.file);
        let arg = tree.child(call.place.node, Field::Arg)?;
        let mut value = self.codebase.value(call.place.file, arg)?;
        while let ValueKind::Some(inner) = value.kind {
            value = *inner;
        }
        match value.kind {
            ValueKind::Duration(length) => i128::try_from(length.as_nanos()).ok(),
            ValueKind::Int(count) => Some(count),
            ValueKind::Float(_)
            | ValueKind::Str(_)
            | ValueKind::Bool(_)
            | ValueKind::None
            | ValueKind::Some(_)
            | ValueKind::Path(_) => None,
        }
    }

    /// Whether an argument of the call or macro at `call` is such a value.
    pub(super) fn has_arg(&self, test: &ArgTest, call: Place) -> Answer {
        let tree = self.codebase.tree(call.file);
        let args: Vec<NodeId> = tree.children_in(call.node, Field::Arg).collect();
        let is_value = |node: NodeId| {
            let mut answer = self.is_value(&test.is, Place { file: call.file, node });
            answer.found.push(Fact {
                key: "arg",
                value: FactValue::Text(message::shortened(tree.text(node))),
                place: Some((call.file, tree.span(node))),
            });
            answer
        };
        match &test.at {
            ArgAt::Any => Answer::any(args.into_iter().map(is_value)),
            at => match self.index_of_arg(call, at) {
                Some(at) => args.get(at).map_or(Answer::from(false), |node| is_value(*node)),
                None => Answer::unknown("the catalogue does not say which argument is meant"),
            },
        }
    }

    /// The argument of the call at `call` that is meant, where it is known which.
    pub(in crate::engine) fn arg_of(&self, call: Place, at: &ArgAt) -> Option<NodeId> {
        let index = self.index_of_arg(call, at)?;
        self.codebase.tree(call.file).children_in(call.node, Field::Arg).nth(index)
    }

    fn index_of_arg(&self, call: Place, at: &ArgAt) -> Option<usize> {
        match at {
            ArgAt::Any => None,
            ArgAt::Index(at) => Some(*at as usize),
            ArgAt::Named(name) => {
                let site = self.codebase.call_at(call.file, call.node);
                let rows = site.map_or(&[][..], |site| &site.apis);
                rows.iter().find_map(|(idx, _)| self.codebase.catalog.api(*idx).arg(*name))
            }
        }
    }

    pub(super) fn has_result(&self, words: &[ResultWord], node: NodeId) -> bool {
        let word = match self.codebase.result_use(self.file, node) {
            ResultUse::Discarded(_) => Some(ResultWord::Discarded),
            ResultUse::Question => Some(ResultWord::Question),
            ResultUse::Unwrapped(_) => Some(ResultWord::Unwrapped),
            ResultUse::Bound(_) => Some(ResultWord::Bound),
            ResultUse::Matched(_) | ResultUse::Checked(_) => Some(ResultWord::Matched),
            ResultUse::Returned => Some(ResultWord::Returned),
            ResultUse::Passed(_) | ResultUse::Stored(_) => Some(ResultWord::Passed),
            ResultUse::Defaulted(_) | ResultUse::Operand(_) => None,
        };
        word.is_some_and(|word| words.contains(&word))
    }
}
