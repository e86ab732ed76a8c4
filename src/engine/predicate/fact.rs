//! Predicates on the facts of an analysis, and comparison with the values that rules write.

use super::Answer;
use crate::engine::{FactValue, Subject};
use crate::rule::{FactTest, Scalar, ValueTest};
use std::cmp::Ordering;

/// Whether one of the subject's facts of that key is such a value.
pub(super) fn has_fact(test: &FactTest, subject: &Subject) -> Answer {
    let facts = subject.facts.iter().filter(|fact| fact.key == &*test.key);
    Answer::any(facts.map(|fact| is_value(&test.is, &fact.value)))
}

fn is_value(test: &ValueTest, value: &FactValue) -> Answer {
    if let FactValue::Unknown(reason) = value {
        return Answer::unknown(reason.clone());
    }
    let is_equal = |scalar: &Scalar| compare(value, scalar) == Some(Ordering::Equal);
    let text = match value {
        FactValue::Symbol(symbol) => Some(*symbol),
        FactValue::Text(text) => Some(text.as_str()),
        FactValue::Count(_) | FactValue::Duration(_) | FactValue::Unknown(_) => None,
    };
    let holds = (test.equals.is_empty() || test.equals.iter().any(is_equal))
        && test.matches.as_ref().is_none_or(|pattern| text.is_some_and(|text| pattern.is_match(text)))
        && test.min.as_ref().is_none_or(|min| compare(value, min).is_some_and(Ordering::is_ge))
        && test.max.as_ref().is_none_or(|max| compare(value, max).is_some_and(Ordering::is_le));
    let any = (!test.any.is_empty()).then(|| Answer::any(test.any.iter().map(|test| is_value(test, value))));
    let not = test.not.as_ref().map(|test| is_value(test, value).negated());
    Answer::all([Some(Answer::from(holds)), any, not].into_iter().flatten())
}

fn compare(value: &FactValue, scalar: &Scalar) -> Option<Ordering> {
    match (value, scalar) {
        (FactValue::Symbol(symbol), Scalar::Text(text)) => Some((*symbol).cmp(&**text)),
        (FactValue::Text(own), Scalar::Text(text)) => Some(own.as_str().cmp(&**text)),
        (FactValue::Count(count), Scalar::Count(other)) => Some(count.cmp(other)),
        (FactValue::Count(count), Scalar::Bytes(bytes)) => Some(count.cmp(&i128::from(*bytes))),
        (FactValue::Duration(length), Scalar::Duration(other)) => Some(length.cmp(other)),
        (FactValue::Symbol(symbol), Scalar::Flag(flag)) => {
            Some(symbol.cmp(if *flag { &"yes" } else { &"no" }))
        }
        _ => None,
    }
}
