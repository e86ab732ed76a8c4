//! Rust text to one owned tree per file: true offsets, comments, macro bodies, bounded depth.
//! The only parser of Rust and the only module that sees `syn`; knows no names, types or rules.

mod kind;
mod lex;
mod literal;
mod lower;
mod macro_body;
mod operator;
#[cfg(test)]
mod outline;
mod parse;
mod piece;
mod reader;
mod split;
mod tree;

pub use kind::{Field, Kind};
pub use parse::{ParseOptions, Parsed, STACK_BYTES, TestCode, parse, parse_fragment};
pub use tree::{Flag, Meta, NodeId, Tree};
