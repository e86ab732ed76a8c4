//! One piece of code that a rule or an analysis selects, with what is known of it. Judges nothing.

use crate::base::{FileIdx, Span};
use crate::facts::Place;
use crate::syntax::NodeId;
use std::time::Duration;

/// A piece of code under judgement.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// Its node: what `in`, `contains`, `code` and the item path are asked of.
    pub place: Place,
    /// The bytes to report, where they are not those of the node (checks.md "Placement", see [`crate::engine::place`]).
    pub span: Option<Span>,
    /// What an analysis found out; a key may come more than once, and holds where any of its values does.
    pub facts: Vec<Fact>,
    /// Nodes that a pattern or an analysis named, in the subject's file; usable in messages and labels.
    pub captures: Vec<(String, NodeId)>,
    /// The call at which a builder chain has become what it builds; what is done with that is no part of the chain.
    pub chain_end: Option<Place>,
}

/// One thing that is known, or known to be unknown, of a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Its name, one of those in the analysis' spec.
    pub key: &'static str,
    /// What is known.
    pub value: FactValue,
    /// The code that shows it: `place:` of a rule makes it the finding's primary place, `labels:` a second label.
    pub place: Option<(FileIdx, Span)>,
}

/// The value of a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum FactValue {
    /// One of the words that the spec lists.
    Symbol(&'static str),
    /// A number.
    Count(i128),
    /// A length of time.
    Duration(Duration),
    /// A name or another piece of text.
    Text(String),
    /// It cannot be seen, with the reason: lower case, no full stop, such as "the delay is the parameter `wait`".
    Unknown(String),
}

impl Subject {
    /// The node `node` of `file`, with nothing known yet.
    #[must_use]
    pub const fn new(file: FileIdx, node: NodeId) -> Self {
        Self {
            place: Place { file, node },
            span: None,
            facts: Vec::new(),
            captures: Vec::new(),
            chain_end: None,
        }
    }

    /// The same subject, reported at `span`.
    #[must_use]
    pub const fn narrowed(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same subject with one more fact.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: FactValue) -> Self {
        self.facts.push(Fact { key, value, place: None });
        self
    }

    /// The same subject with one more fact that is one of the spec's words.
    #[must_use]
    pub fn with_symbol(self, key: &'static str, symbol: &'static str) -> Self {
        self.with(key, FactValue::Symbol(symbol))
    }

    /// The same subject with one more fact, shown by `place`.
    #[must_use]
    pub fn with_at(mut self, key: &'static str, value: FactValue, place: (FileIdx, Span)) -> Self {
        self.facts.push(Fact { key, value, place: Some(place) });
        self
    }

    /// The same subject with a node that messages may name.
    #[must_use]
    pub fn capturing(mut self, name: &str, node: NodeId) -> Self {
        self.captures.push((name.to_owned(), node));
        self
    }

    /// The first fact called `key`.
    #[must_use]
    pub fn fact(&self, key: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.key == key)
    }
}
