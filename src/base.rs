//! Spans, source text, line index, ids, days, relative paths and globs over them. Knows no syn, serde, disk or thread.

mod date;
mod glob;
mod id;
mod path;
mod source;
mod span;

pub use date::Date;
pub use glob::{ItemGlob, PathGlob};
pub use id::{CheckId, FileIdx};
pub use path::RelPath;
pub use source::{LineColumn, LineIndex, SourceText};
pub use span::Span;
