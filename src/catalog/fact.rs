//! What a library does by itself: default timeouts, jitter, what dropping a message means. A closed list of keys.

use std::time::Duration;

/// A property of an API that holds without the caller writing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactKey {
    /// Whole-operation timeout.
    DefaultTimeout,
    /// Connect timeout.
    DefaultConnectTimeout,
    /// Shortest delay of a backoff.
    DefaultMinDelay,
    /// Longest delay of a backoff.
    DefaultMaxDelay,
    /// Time to live of what is written.
    DefaultTtl,
    /// How long acquiring from a pool waits.
    DefaultWait,
    /// Lease or visibility time of a received message.
    DefaultLease,
    /// Attempts, first included.
    DefaultAttempts,
    /// Items in a buffer, prefetch or cache.
    DefaultCapacity,
    /// Items that one read returns.
    DefaultLimit,
    /// Bytes of a body or message.
    DefaultBodyLimit,
    /// `builtin`, `off` or `optional`.
    Jitter,
    /// `exponential`, `constant`, `linear` or `fibonacci`.
    Backoff,
    /// The client waits by itself between failed receives.
    InternalBackoff,
    /// The client retries failed calls by itself.
    Retries,
    /// Dropping the message unsettled returns it to the queue.
    DropMeansNack,
    /// Returning an error returns the message to the queue.
    ErrMeansNack,
    /// Returning without settling settles the message.
    ImplicitAck,
    /// Messages are settled before the work unless told otherwise.
    AutoAck,
    /// Settles many messages at once.
    SettlesWhole,
    /// Receiving removes the message: there is nothing left to settle.
    DestructiveRead,
    /// What it writes survives a crash of the process.
    Durable,
    /// Lives inside the process.
    InProcess,
    /// Messages may be dropped silently under load.
    Lossy,
    /// The same input gives the same output.
    Deterministic,
    /// The caller can hand a deduplication key; `caller` or `builtin`.
    Dedup,
    /// Concurrent misses on one key share one load.
    SingleFlight,
    /// Runs may overlap.
    Overlaps,
    /// Returns whole collections: the caller must bound them.
    Unbounded,
    /// Only the enqueueing in the client is confirmed, not the delivery.
    OnlyEnqueued,
    /// Deprecated by the crate; a word names what replaces it.
    ReplacedBy,
}

/// What a fact's value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// A duration such as `60 s`, or `none`.
    Time,
    /// A whole number, or `none` for no bound.
    Count,
    /// `true` or `false`.
    Flag,
    /// A word.
    Word,
}

/// The value of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactValue {
    /// `none`: the library has no such default.
    Absent,
    /// A duration.
    Time(Duration),
    /// A number.
    Count(u64),
    /// A yes or no.
    Flag(bool),
    /// A word.
    Word(Box<str>),
}

impl FactKey {
    /// Every key with its spelling and the kind of its value.
    pub const ALL: [(Self, &'static str, FactKind); 31] = [
        (Self::DefaultTimeout, "default-timeout", FactKind::Time),
        (Self::DefaultConnectTimeout, "default-connect-timeout", FactKind::Time),
        (Self::DefaultMinDelay, "default-min-delay", FactKind::Time),
        (Self::DefaultMaxDelay, "default-max-delay", FactKind::Time),
        (Self::DefaultTtl, "default-ttl", FactKind::Time),
        (Self::DefaultWait, "default-wait", FactKind::Time),
        (Self::DefaultLease, "default-lease", FactKind::Time),
        (Self::DefaultAttempts, "default-attempts", FactKind::Count),
        (Self::DefaultCapacity, "default-capacity", FactKind::Count),
        (Self::DefaultLimit, "default-limit", FactKind::Count),
        (Self::DefaultBodyLimit, "default-body-limit", FactKind::Count),
        (Self::Jitter, "jitter", FactKind::Word),
        (Self::Backoff, "backoff", FactKind::Word),
        (Self::InternalBackoff, "internal-backoff", FactKind::Flag),
        (Self::Retries, "retries", FactKind::Flag),
        (Self::DropMeansNack, "drop-means-nack", FactKind::Flag),
        (Self::ErrMeansNack, "err-means-nack", FactKind::Flag),
        (Self::ImplicitAck, "implicit-ack", FactKind::Flag),
        (Self::AutoAck, "auto-ack", FactKind::Flag),
        (Self::SettlesWhole, "settles-whole", FactKind::Flag),
        (Self::DestructiveRead, "destructive-read", FactKind::Flag),
        (Self::Durable, "durable", FactKind::Flag),
        (Self::InProcess, "in-process", FactKind::Flag),
        (Self::Lossy, "lossy", FactKind::Flag),
        (Self::Deterministic, "deterministic", FactKind::Flag),
        (Self::Dedup, "dedup", FactKind::Word),
        (Self::SingleFlight, "single-flight", FactKind::Flag),
        (Self::Overlaps, "overlaps", FactKind::Flag),
        (Self::Unbounded, "unbounded", FactKind::Flag),
        (Self::OnlyEnqueued, "only-enqueued", FactKind::Flag),
        (Self::ReplacedBy, "replaced-by", FactKind::Word),
    ];

    /// The key of that spelling, and the kind of its value.
    #[must_use]
    pub fn named(name: &str) -> Option<(Self, FactKind)> {
        Self::ALL.iter().find(|(_, spelling, _)| *spelling == name).map(|(key, _, kind)| (*key, *kind))
    }

    /// The spelling in the catalogue.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(key, _, _)| *key == self).map_or("", |(_, spelling, _)| spelling)
    }
}

/// Reads `500 ms`, `60 s`, `15 min`, `2 h` or `7 d`; `None` for anything else.
#[must_use]
pub fn read_duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    let scale = match unit.trim() {
        "ms" => return Some(Duration::from_millis(number)),
        "s" => 1,
        "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    number.checked_mul(scale).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::{FactKey, read_duration};
    use std::time::Duration;

    #[test]
    fn durations_need_a_unit() {
        for (text, expected) in [
            ("500 ms", Some(Duration::from_millis(500))),
            ("15 min", Some(Duration::from_secs(900))),
            ("60", None),
            ("60 parsecs", None),
            ("99999999999999999999 s", None),
            ("18446744073709551615 d", None),
        ] {
            assert_eq!(read_duration(text), expected, "{text}");
        }
    }

    #[test]
    fn each_key_has_one_spelling() {
        for (key, spelling, _) in FactKey::ALL {
            assert_eq!(FactKey::named(spelling).map(|(found, _)| found), Some(key));
        }
    }
}
