//! Rust text to one owned tree per file: true offsets, comments, macro bodies, bounded depth.
//! The only parser of Rust and the only module that sees `syn`; knows no names, types or rules.

mod kind;
mod tree;

pub use kind::{Field, Kind};
pub use tree::{Flag, Node, NodeId, Tree, TreeBuilder};
