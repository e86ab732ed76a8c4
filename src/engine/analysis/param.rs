//! The values of an analysis' parameters, complete: what a rule leaves out has its default. Checked by `rule` on load.

use super::Spec;
use std::collections::BTreeMap;
use std::time::Duration;

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParamValue {
    /// A whole number.
    Count(i128),
    /// A length of time.
    Duration(Duration),
    /// A size.
    Bytes(u64),
    /// A list of names.
    Names(Vec<String>),
    /// One text.
    Text(String),
    /// Yes or no.
    Bool(bool),
}

/// All parameters of one use of an analysis. Equal params share one evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Params {
    values: BTreeMap<String, ParamValue>,
}

impl Params {
    /// The defaults of `spec`, with `given` laid over them.
    #[must_use]
    pub fn new(spec: &Spec, given: impl IntoIterator<Item = (String, ParamValue)>) -> Self {
        let defaults = spec.params.iter().map(|param| (param.name.to_owned(), (param.default)()));
        Self { values: defaults.chain(given).collect() }
    }

    /// The names under `key`; empty where there are none.
    #[must_use]
    pub fn names(&self, key: &str) -> &[String] {
        match self.values.get(key) {
            Some(ParamValue::Names(names)) => names,
            _ => &[],
        }
    }

    /// Whether `name` is among the names under `key`.
    #[must_use]
    pub fn lists(&self, key: &str, name: &str) -> bool {
        self.names(key).iter().any(|listed| listed == name)
    }

    /// The number under `key`.
    #[must_use]
    pub fn count(&self, key: &str) -> Option<i128> {
        match self.values.get(key) {
            Some(ParamValue::Count(count)) => Some(*count),
            Some(ParamValue::Bytes(bytes)) => Some(i128::from(*bytes)),
            _ => None,
        }
    }

    /// The length of time under `key`.
    #[must_use]
    pub fn duration(&self, key: &str) -> Option<Duration> {
        match self.values.get(key) {
            Some(ParamValue::Duration(duration)) => Some(*duration),
            _ => None,
        }
    }

    /// The text under `key`; empty where there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        match self.values.get(key) {
            Some(ParamValue::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether `key` is set to true.
    #[must_use]
    pub fn is_on(&self, key: &str) -> bool {
        matches!(self.values.get(key), Some(ParamValue::Bool(true)))
    }
}
