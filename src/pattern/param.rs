//! Numbers in a statement's words, with unit, bound and place. Decides nothing about them.

use crate::base::Span;
use crate::pattern::Mapped;

/// A number that a document sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The name before it, such as `max_attempts`, where one stands there.
    pub name: Option<String>,
    /// The number as written.
    pub value: f64,
    /// What it counts; `None` for a bare number.
    pub unit: Option<Unit>,
    /// Whether it bounds from above or below.
    pub bound: Option<Bound>,
    /// Number and unit as written.
    pub text: String,
    /// Bytes of number and unit.
    pub span: Span,
}

/// From which side a number bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// `≤`, `at most`, `up to`, `max`.
    AtMost,
    /// `≥`, `at least`, `min`.
    AtLeast,
    /// `=`, `exactly`.
    Exactly,
}

/// What a number counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// A size; the number of bytes in one, KB and KiB both 1,024.
    Bytes(&'static str, u64),
    /// A time; the number of milliseconds in one.
    Time(&'static str, u64),
    /// Of a hundred.
    Percent,
    /// Things, such as `messages`.
    Things(String),
}

impl Unit {
    /// The unit's usual spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Bytes(name, _) | Self::Time(name, _) => name,
            Self::Percent => "%",
            Self::Things(name) => name,
        }
    }
}

impl Param {
    /// The size in bytes, if it is one.
    #[must_use]
    pub fn bytes(&self) -> Option<f64> {
        match &self.unit {
            Some(Unit::Bytes(_, size)) => Some(self.value * *size as f64),
            _ => None,
        }
    }

    /// The time in milliseconds, if it is one.
    #[must_use]
    pub fn milliseconds(&self) -> Option<f64> {
        match &self.unit {
            Some(Unit::Time(_, size)) => Some(self.value * *size as f64),
            _ => None,
        }
    }
}

/// The numbers in `words`.
pub(super) fn read(_words: &Mapped) -> Vec<Param> {
    Vec::new()
}
