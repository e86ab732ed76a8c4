//! Code and data that a document shows as the way it should look: names and literals in it. Judges nothing.

use crate::base::Span;
use crate::pattern::Param;
use crate::pattern::block::Fence;

/// A fence below a heading of a reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// Its language, lower case; empty where it has none.
    pub language: String,
    /// Bytes of the inside.
    pub span: Span,
    /// What stands inside.
    pub text: String,
    /// What was recognised in it, in written order.
    pub parts: Vec<ExemplarPart>,
    /// Numbers with their names and units.
    pub params: Vec<Param>,
}

/// One thing that an exemplar shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExemplarPart {
    /// What it is.
    pub kind: ExemplarKind,
    /// Its name, with those above it joined by `.`.
    pub name: String,
    /// Its literal value, if one stands there.
    pub value: Option<String>,
    /// Bytes of the name.
    pub span: Span,
}

/// What a part of an exemplar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExemplarKind {
    /// A field of a JSON shape or of a `name: value` line.
    Field,
    /// An HTTP header.
    Header,
    /// A column of a table.
    Column,
    /// A format of names, such as `<entity>.<action>`.
    NameFormat,
    /// One wait of a schedule, such as `Attempt 2: 1 min delay`.
    Schedule,
    /// A request, such as `GET /users/:id`.
    Route,
}

/// Reads one fence.
#[allow(dead_code, reason = "called once references are collected")]
pub(super) fn read(fence: &Fence) -> Exemplar {
    Exemplar {
        language: fence.language(),
        span: fence.text.whole(),
        text: fence.text.as_str().to_owned(),
        parts: Vec::new(),
        params: Vec::new(),
    }
}
