//! What loops are for: the words that rules ask with and facts answer with. Looks at no loop.

/// What a loop is for, as its shape says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LoopKind {
    /// Receives from a queue or channel, one message or batch each round.
    Consume,
    /// Repeats one fallible operation: success leaves, failure goes on.
    Retry,
    /// Asks again and again, and success stays in the loop.
    Poll,
    /// Moves a cursor, offset or page number through a result.
    Page,
    /// Takes what is there and ends when nothing is left.
    Drain,
    /// Works at a fixed pace.
    Periodic,
    /// Runs a task and starts it again when it ends.
    Supervise,
    /// Accepts connections.
    Accept,
    /// Anything else.
    Other,
}

impl LoopKind {
    /// Every kind with its word in rules.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Consume, "consume"),
        (Self::Retry, "retry"),
        (Self::Poll, "poll"),
        (Self::Page, "page"),
        (Self::Drain, "drain"),
        (Self::Periodic, "periodic"),
        (Self::Supervise, "supervise"),
        (Self::Accept, "accept"),
        (Self::Other, "other"),
    ];

    /// The kind of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, found)| *found == word).map(|(kind, _)| *kind)
    }

    /// The word in rules.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }
}
