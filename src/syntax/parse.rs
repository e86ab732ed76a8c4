//! The two ways in: a whole file, and a fragment for a code pattern.

use crate::base::{RelPath, SourceText};
use crate::finding::Problem;
use crate::syntax::Tree;
use crate::syntax::parser::Parser;

/// Stack that a thread needs to parse any input.
pub const STACK_BYTES: usize = 256 << 20;

/// What to do with tests inside a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TestCode {
    /// Leave out the bodies of `#[cfg(test)]` modules and `#[test]` functions.
    #[default]
    Elide,
    /// Read them as all other code.
    Keep,
}

/// How to read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ParseOptions {
    /// What to do with tests.
    pub test_code: TestCode,
}

/// What reading a file gave.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// All that could be read.
    pub tree: Tree,
    /// What could not, at most 20 of them.
    pub problems: Vec<Problem>,
    /// Number of items and statements that could not be read.
    pub n_unparsed: u32,
}

/// Reads one file; an item or statement that cannot be read stands as [`super::Kind::Unparsed`], and all else is read.
#[must_use]
pub fn parse(source: &SourceText, options: &ParseOptions) -> Parsed {
    let mut parser = Parser::new(source, options);
    // Each item recovers by itself; nothing is left to fail.
    let _ = parser.file();
    let (tree, problems, n_unparsed) = parser.finish_file();
    Parsed { tree, problems, n_unparsed }
}

/// Reads statements, items or one expression with metavariables (`$x`, `$$$`, `$$$xs`), see [`Tree::metavariable`].
///
/// The root holds them as a block does: fields `Stmt`, and `Tail` for a last expression without `;`.
///
/// # Errors
/// The first thing that cannot be read.
pub fn parse_fragment(text: &str) -> Result<Tree, Problem> {
    let source = SourceText::new(RelPath::new("pattern"), text);
    let mut parser = Parser::new(&source, &ParseOptions { test_code: TestCode::Keep });
    parser.fragment();
    let (tree, problems, _) = parser.finish_file();
    problems.into_iter().next().map_or(Ok(tree), Err)
}
