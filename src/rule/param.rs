//! Typed values that a check or an analysis takes. Reads no file.

use crate::rule::AnalysisSpec;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The type of a parameter, spelled in rules as in `params: { x: { type: .. } }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParamKind {
    /// A whole number.
    Count,
    /// `30 s`, `5 min`, `250 ms`.
    Duration,
    /// `128 KB`; KB and KiB are 1,024 bytes.
    Bytes,
    /// A list of names.
    Names,
    /// One text.
    Text,
    /// `true` or `false`.
    Bool,
}

impl ParamKind {
    /// Every kind with its word in rules.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Count, "count"),
        (Self::Duration, "duration"),
        (Self::Bytes, "bytes"),
        (Self::Names, "names"),
        (Self::Text, "text"),
        (Self::Bool, "bool"),
    ];

    /// The word in rules.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParamValue {
    /// A whole number.
    Count(i128),
    /// A length of time.
    Duration(Duration),
    /// A size.
    Bytes(u64),
    /// A list of names, in written order.
    Names(Vec<String>),
    /// One text.
    Text(String),
    /// Yes or no.
    Bool(bool),
}

impl ParamValue {
    /// A list of names.
    #[must_use]
    pub fn names(list: &[&str]) -> Self {
        Self::Names(list.iter().map(|name| (*name).to_owned()).collect())
    }
}

impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Duration(time) => f.write_str(&duration_text(*time)),
            Self::Bytes(bytes) => f.write_str(&bytes_text(*bytes)),
            Self::Names(names) => f.write_str(&names.join(", ")),
            Self::Text(text) => f.write_str(text),
            Self::Bool(flag) => write!(f, "{flag}"),
        }
    }
}

/// A time as people write it: in the largest unit that divides it.
#[must_use]
pub fn duration_text(time: Duration) -> String {
    let millis = time.as_millis();
    match millis {
        0 => "0 s".to_owned(),
        _ if millis.is_multiple_of(3_600_000) => format!("{} h", millis / 3_600_000),
        _ if millis.is_multiple_of(60_000) => format!("{} min", millis / 60_000),
        _ if millis.is_multiple_of(1000) => format!("{} s", millis / 1000),
        _ => format!("{millis} ms"),
    }
}

/// A size as people write it: in the largest unit that divides it.
#[must_use]
pub fn bytes_text(bytes: u64) -> String {
    let units = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    let unit = units.into_iter().find(|(size, _)| bytes > 0 && bytes.is_multiple_of(*size));
    unit.map_or_else(|| format!("{bytes} B"), |(size, word)| format!("{} {word}", bytes / size))
}

/// All parameters of one use of an analysis. Equal params share one evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Params {
    values: BTreeMap<String, ParamValue>,
}

impl Params {
    /// The defaults of `spec`, with `given` laid over them.
    #[must_use]
    pub fn new(spec: &AnalysisSpec, given: impl IntoIterator<Item = (String, ParamValue)>) -> Self {
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

/// A parameter that a check declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Name; used as `$name` in predicates and `{name}` in messages.
    pub name: Arc<str>,
    /// Type.
    pub kind: ParamKind,
    /// The value in force: the default, unless configuration or a document sets another.
    pub value: ParamValue,
    /// What it means, one line.
    pub about: String,
}
