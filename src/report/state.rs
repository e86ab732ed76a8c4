//! The states of statements as reports show them: word, shape, tone, what it says. Decides none.

use crate::policy::StatementCount;

/// How much a state asks of its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Something has to be mended.
    Bad,
    /// Something has to be looked at.
    Doubt,
    /// Somebody has to decide.
    Open,
    /// It is settled without evidence in the code.
    Settled,
    /// It holds.
    Good,
}

impl Tone {
    /// The word in class names.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Doubt => "doubt",
            Self::Open => "open",
            Self::Settled => "settled",
            Self::Good => "good",
        }
    }
}

/// One state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StateAbout {
    /// The word.
    pub(super) word: &'static str,
    /// A shape that stands for it where colours are not seen.
    pub(super) shape: &'static str,
    /// What it asks of its reader.
    pub(super) tone: Tone,
    /// What it says of a statement.
    pub(super) meaning: &'static str,
}

const fn state(word: &'static str, shape: &'static str, tone: Tone, meaning: &'static str) -> StateAbout {
    StateAbout { word, shape, tone, meaning }
}

/// All states, in the order in which they matter.
pub(super) const STATES: [StateAbout; 15] = [
    state("error", "!", Tone::Bad, "what ties it to checks is broken"),
    state("fail", "✕", Tone::Bad, "code breaks it"),
    state("stale", "↻", Tone::Doubt, "its words changed since it was tied to checks"),
    state("unknown", "?", Tone::Doubt, "too little of the code could be seen"),
    state("partial", "◐", Tone::Doubt, "checks judge a part of it"),
    state("proposed", "◇", Tone::Open, "a check is proposed and nobody accepted it yet"),
    state("unbound", "○", Tone::Open, "nothing judges it"),
    state("manual", "☐", Tone::Open, "a person judges it"),
    state("waived", "⊘", Tone::Settled, "it is broken and that is permitted"),
    state("baselined", "▪", Tone::Settled, "it was broken before, and nothing new breaks it"),
    state("tested", "✓", Tone::Good, "a test shows it"),
    state("attested", "✎", Tone::Good, "somebody vouches for it"),
    state("duplicate", "≡", Tone::Settled, "it repeats another statement"),
    state("not-applicable", "–", Tone::Settled, "nothing in this code is what it speaks of"),
    state("pass", "✓", Tone::Good, "all code that it speaks of keeps it"),
];

/// The state of that word; one that nobody knows stands open.
pub(super) fn about(word: &str) -> StateAbout {
    let known = STATES.iter().find(|state| state.word == word).copied();
    known.unwrap_or(state("unbound", "○", Tone::Open, "nothing judges it"))
}

/// Counts of the states of `statements`, such as `1 fail, 3 pass`, in the order in which they matter.
pub fn state_counts<'s>(statements: impl Iterator<Item = &'s StatementCount>) -> String {
    let statements: Vec<&StatementCount> = statements.collect();
    let counts = STATES.iter().filter_map(|state| {
        let n = statements.iter().filter(|statement| statement.state == state.word).count();
        (n > 0).then(|| format!("{n} {}", state.word))
    });
    counts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{STATES, about};

    #[test]
    fn every_state_has_its_own_word_and_is_found_by_it() {
        for state in STATES {
            assert_eq!(about(state.word), state);
            assert_eq!(state.shape.chars().count(), 1, "{}", state.word);
        }
    }
}
