//! What the code base knows about some lines of a file, ready to print. Prints nothing itself.

use crate::base::FileIdx;
use crate::facts::Codebase;

/// One known thing about a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What kind of thing: `item`, `role`, `call`, `loop`, `transaction`, `sql`, `type`, `unknown`.
    pub topic: &'static str,
    /// What is known.
    pub text: String,
    /// Why.
    pub reason: String,
}

impl Codebase {
    /// What is known about the 1-based lines `lines` of a file, sorted by place.
    #[must_use]
    pub fn inspect(&self, _file: FileIdx, _lines: std::ops::RangeInclusive<u32>) -> Vec<Note> {
        Vec::new()
    }
}
