//! Spans, source text, line index, ids and relative paths. Knows no syn, serde, disk or thread.

mod date;
mod id;
mod path;
mod source;
mod span;

pub use date::Date;
pub use id::{CheckId, FileIdx};
pub use path::RelPath;
pub use source::{LineColumn, LineIndex, SourceText};
pub use span::Span;
