//! Numbers in a statement's words, with unit, bound and place. Decides nothing about them.

mod context;
mod number;
mod unit;

use crate::base::Span;
use crate::pattern::Mapped;
use context::Lead;
use number::Number;

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
    /// A time; the number of microseconds in one.
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
            Some(Unit::Time(_, size)) => Some(self.value * *size as f64 / 1000.0),
            _ => None,
        }
    }
}

/// The numbers in `words` that have a unit, a name or a bound; others, such as `Pattern 002`, are no parameters.
pub(super) fn read(words: &Mapped) -> Vec<Param> {
    let text = words.as_str();
    let mut params = Vec::new();
    let mut at = 0;
    while let Some(number) = number::next(text, at) {
        at = number.end;
        let found = unit::after(text, &number);
        let end = found.as_ref().map_or(number.end, |(_, end)| *end);
        let unit = found.map(|(unit, _)| unit);
        let lead = context::before(text, number.start);
        if unit.is_none() && !lead.is_setting(&number) {
            continue;
        }
        at = end;
        let bound = lead.bound.or_else(|| context::bound_after(text, end));
        let make = |value: f64, bound: Option<Bound>| Param {
            name: lead.name.clone(),
            value,
            unit: unit.clone(),
            bound,
            text: text[number.start..end].to_owned(),
            span: words.span(number.start..end),
        };
        match number.upper {
            Some(upper) => {
                params.push(make(number.value, Some(Bound::AtLeast)));
                params.push(make(upper, Some(Bound::AtMost)));
            }
            None => params.push(make(number.value, bound)),
        }
    }
    params
}

impl Lead {
    /// Whether a number without a unit is meant as a setting.
    fn is_setting(&self, number: &Number) -> bool {
        !number.is_word
            && number.upper.is_none()
            && (self.bound.is_some() || self.is_default || self.is_identifier)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, read};
    use crate::pattern::Mapped;

    /// Expects `name? bound? value unit` for each number.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let words = Mapped::copied(text, 7);
        let found: Vec<String> = read(&words)
            .into_iter()
            .map(|param| {
                let at = param.span.start() as usize - 7..param.span.end() as usize - 7;
                assert_eq!(&text[at], param.text, "the span");
                let name = param.name.map_or(String::new(), |name| format!("{name}: "));
                let bound = match param.bound {
                    Some(Bound::AtMost) => "<= ",
                    Some(Bound::AtLeast) => ">= ",
                    Some(Bound::Exactly) => "= ",
                    None => "",
                };
                let unit = param.unit.map_or(String::new(), |unit| format!(" {}", unit.as_str()));
                format!("{name}{bound}{}{unit}", param.value)
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn numbers_with_a_unit_are_parameters() {
        check("stay ≤ 128 KB", &["<= 128 KB"]);
        check("Access token: 15 min", &["Access token: 15 min"]);
        check("wait 30s, then 1.5 h", &["30 s", "1.5 h"]);
        check("99.9 % of calls", &["99.9 %"]);
        check("Max message size 128 KB", &["<= 128 KB"]);
        check("up to **5 minutes**", &["<= 5 min"]);
        check("10 tokens/second", &["10 tokens/second"]);
        check("100 requests per minute", &["100 requests/minute"]);
        check("a 24-hour window", &["24 h"]);
        check("persist for four days", &["4 d"]);
        check("1,024 bytes or 1 MiB", &["1024 B", "1 MiB"]);
        check("100 bound parameters per query", &["100 parameters"]);
        check("10K requests", &["10000 requests"]);
        check("1000 req/min", &["1000 requests/minute"]);
        check("a memory test (12+ hour runs)", &["12 h"]);
        check("12 service calls", &["12 calls"]);
        check("3 retries in 5 jobs", &["3 retries", "5 jobs"]);
        check("< 2x base data", &["<= 2 x"]);
    }

    #[test]
    fn ranges_bound_from_both_sides() {
        check("30–50% for bursts", &[">= 30 %", "<= 50 %"]);
        check("wait 100-500ms", &[">= 100 ms", "<= 500 ms"]);
    }

    #[test]
    fn a_bare_number_needs_a_name_or_a_bound() {
        check("at most 100", &["<= 100"]);
        check("max_attempts: 3", &["max_attempts: 3"]);
        check("`max_retries` (default 3)", &["3"]);
        check("Max steps per workflow: 1024", &["Max steps per workflow: <= 1024"]);
        check("at least 3 replicas", &[">= 3 replicas"]);
        check("DLQ depth > 0", &[">= 0"]);
        check("queue —max_depth: 5", &["max_depth: 5"]);
    }

    #[test]
    fn other_numbers_are_no_parameters() {
        for text in [
            "Pattern 002 holds",
            "memory stays O(1)",
            "HTTP 400 from upstream",
            "for upstream 429s, prefer delay",
            "OpenAPI 3.0 and v1.2.3",
            "on 2024-01-15T10:00:00Z",
            "Rule 1 — stream",
            "p99 of RS256",
            "one file per message",
            "N+1 query loops",
            "4xx errors are final",
            "1) first 2. second",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn sizes_and_times_convert() {
        let param = read(&Mapped::copied("128 KB", 0)).remove(0);
        assert_eq!((param.bytes(), param.milliseconds()), (Some(131_072.0), None));
        let param = read(&Mapped::copied("15 min", 0)).remove(0);
        assert_eq!(param.milliseconds(), Some(900_000.0));
    }
}
