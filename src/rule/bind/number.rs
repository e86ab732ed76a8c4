//! Numbers of a sentence as values of a check's parameters, where kind and name leave no doubt. Reads no sentence.

use crate::pattern::{self, Bound, Unit};
use crate::rule::document::{BoundParam, Number};
use crate::rule::{Param, ParamKind, ParamValue, Rule};
use std::time::Duration;

/// The numbers of a statement as the rule set keeps them.
pub(super) fn numbers(params: &[pattern::Param]) -> Vec<Number> {
    let number = |param: &pattern::Param| Number {
        value: param.value,
        unit: param.unit.as_ref().map(|unit| unit.as_str().to_owned()),
        text: param.text.clone(),
    };
    params.iter().map(number).collect()
}

/// The values that the numbers of a statement give the parameters of `rule`; parameters in `given` are left alone.
///
/// A number goes to the parameter of its name; else to the only one that takes its kind, where it is the only number
/// of that kind; `min` takes what bounds from below, `max` and `limit` what bounds from above.
pub(super) fn taken(rule: &Rule, numbers: &[pattern::Param], given: &[BoundParam]) -> Vec<BoundParam> {
    let is_free = |param: &&Param| given.iter().all(|given| given.name != *param.name);
    let mut taken = Vec::new();
    for param in rule.params.iter().filter(is_free) {
        let fitting: Vec<(&pattern::Param, ParamValue)> =
            numbers.iter().filter_map(|number| Some((number, value(param.kind, number)?))).collect();
        let named = fitting
            .iter()
            .find(|(number, _)| number.name.as_deref().is_some_and(|name| is_name(name, param)));
        let n_rivals = rule.params.iter().filter(|other| other.kind == param.kind).count();
        let found = named.or_else(|| match (&*fitting, n_rivals) {
            ([only], 1) => Some(only),
            _ => fitting.iter().find(|(number, _)| is_bound(number.bound, &param.name)),
        });
        if let Some((number, value)) = found {
            taken.push(BoundParam {
                name: param.name.to_string(),
                value: value.clone(),
                taken_from: Some(number.text.clone()),
            });
        }
    }
    taken
}

fn is_name(name: &str, param: &Param) -> bool {
    name.replace(['-', ' '], "_").eq_ignore_ascii_case(&param.name.replace('-', "_"))
}

fn is_bound(bound: Option<Bound>, name: &str) -> bool {
    match bound {
        Some(Bound::AtMost) => matches!(name, "max" | "limit"),
        Some(Bound::AtLeast) => name == "min",
        Some(Bound::Exactly) | None => false,
    }
}

/// The number as a value of that kind, where its unit fits.
fn value(kind: ParamKind, number: &pattern::Param) -> Option<ParamValue> {
    let whole = |value: f64| (value >= 0.0 && value.fract() == 0.0 && value < 9e15).then_some(value as u64);
    match (kind, &number.unit) {
        (ParamKind::Duration, Some(Unit::Time(..))) => {
            number.milliseconds().and_then(whole).map(Duration::from_millis).map(ParamValue::Duration)
        }
        (ParamKind::Bytes, Some(Unit::Bytes(..))) => number.bytes().and_then(whole).map(ParamValue::Bytes),
        (ParamKind::Count, Some(Unit::Things(_)) | None) => {
            whole(number.value).map(|count| ParamValue::Count(i128::from(count)))
        }
        _ => None,
    }
}
