//! Typed values that a check or an analysis takes. Reads no file.

use crate::catalog::RoleSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParamKind {
    /// A whole number.
    Count,
    /// A time, as `30 s`, `5 min`, `250 ms`.
    Duration,
    /// A size, as `128 KB`; KB and KiB are 1,024 bytes.
    Bytes,
    /// A list of names.
    Names,
    /// A text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A list of role names; only analyses take it.
    Roles,
    /// A list of paths, made canonical; only analyses take it.
    Paths,
}

impl ParamKind {
    /// Every kind with its word in rules.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::Count, "count"),
        (Self::Duration, "duration"),
        (Self::Bytes, "bytes"),
        (Self::Names, "names"),
        (Self::Text, "text"),
        (Self::Flag, "bool"),
        (Self::Roles, "roles"),
        (Self::Paths, "paths"),
    ];

    /// The word in rules.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParamValue {
    /// A whole number.
    Count(i128),
    /// A time.
    Duration(Duration),
    /// A size.
    Bytes(u64),
    /// Names, in written order.
    Names(Vec<Arc<str>>),
    /// A text.
    Text(Arc<str>),
    /// `true` or `false`.
    Flag(bool),
    /// Roles.
    Roles(RoleSet),
    /// Canonical paths, in written order.
    Paths(Vec<Arc<str>>),
}

impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Duration(time) => f.write_str(&duration_text(*time)),
            Self::Bytes(bytes) => f.write_str(&bytes_text(*bytes)),
            Self::Names(names) | Self::Paths(names) => f.write_str(&names.join(", ")),
            Self::Text(text) => f.write_str(text),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Roles(roles) => {
                let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
                f.write_str(&names.join(", "))
            }
        }
    }
}

/// A time as people write it: in the largest unit that divides it.
fn duration_text(time: Duration) -> String {
    let millis = time.as_millis();
    match millis {
        0 => "0 s".to_owned(),
        _ if millis % 3_600_000 == 0 => format!("{} h", millis / 3_600_000),
        _ if millis % 60_000 == 0 => format!("{} min", millis / 60_000),
        _ if millis % 1000 == 0 => format!("{} s", millis / 1000),
        _ => format!("{millis} ms"),
    }
}

/// A size as people write it: in the largest unit that divides it.
fn bytes_text(bytes: u64) -> String {
    let units = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    let unit = units.into_iter().find(|(size, _)| bytes > 0 && bytes.is_multiple_of(*size));
    unit.map_or_else(|| format!("{bytes} B"), |(size, word)| format!("{} {word}", bytes / size))
}

/// Values by name, sorted by name; two uses of an analysis with equal parameters share their subjects.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Params(pub Vec<(Arc<str>, ParamValue)>);

impl Params {
    /// The value of that name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&ParamValue> {
        self.0.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    /// The number of that name; `None` where it is no count.
    #[must_use]
    pub fn count(&self, name: &str) -> Option<i128> {
        match self.value(name) {
            Some(ParamValue::Count(count)) => Some(*count),
            _ => None,
        }
    }

    /// The time of that name; `None` where it is no duration.
    #[must_use]
    pub fn duration(&self, name: &str) -> Option<Duration> {
        match self.value(name) {
            Some(ParamValue::Duration(time)) => Some(*time),
            _ => None,
        }
    }

    /// The text of that name; empty where it is no text.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        match self.value(name) {
            Some(ParamValue::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether the flag of that name is set.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        matches!(self.value(name), Some(ParamValue::Flag(true)))
    }

    /// The names or paths of that name; none where it holds neither.
    #[must_use]
    pub fn names(&self, name: &str) -> &[Arc<str>] {
        match self.value(name) {
            Some(ParamValue::Names(names) | ParamValue::Paths(names)) => names,
            _ => &[],
        }
    }

    /// The roles of that name; none where it holds none.
    #[must_use]
    pub fn roles(&self, name: &str) -> RoleSet {
        match self.value(name) {
            Some(ParamValue::Roles(roles)) => *roles,
            _ => RoleSet::EMPTY,
        }
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
