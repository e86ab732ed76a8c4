//! Rust text to one owned tree per file: true offsets, comments, macro bodies, bounded depth.
//! The only parser of Rust; knows no names, types or rules.

mod attribute;
mod block;
mod definition;
mod expr;
mod generic;
mod item;
mod kind;
mod lex;
mod literal;
mod macro_call;
mod operator;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod outline;
mod parse;
mod parser;
mod path;
mod pattern;
mod primary;
mod tree;
mod ty;

pub use kind::{Field, Kind};
pub use parse::{ParseOptions, Parsed, STACK_BYTES, TestCode, parse, parse_fragment};
pub use tree::{Flag, Meta, Node, NodeId, Tree};
