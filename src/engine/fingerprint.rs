//! Identity of a finding over runs: check, item and normalised text, never a line or a machine path.

use crate::base::{CheckId, Span};
use crate::finding::Fingerprint;
use crate::syntax::Tree;
use std::collections::HashMap;
use xxhash_rust::xxh3::Xxh3;

/// Gives equal findings their ordinal: the second `tx.send(x)` of a function is not the first.
///
/// Ask in the order of (path, start), so that the answers are the same in each run.
#[derive(Debug, Default)]
pub struct Numbering {
    seen: HashMap<u64, u64>,
}

impl Numbering {
    /// The fingerprint of the next finding whose identity is `key`, as [`key`] gives it.
    pub fn next(&mut self, key: u64) -> Fingerprint {
        let ordinal = self.seen.entry(key).or_insert(0);
        let mut hasher = Xxh3::with_seed(key);
        hasher.update(&ordinal.to_le_bytes());
        *ordinal += 1;
        Fingerprint(hasher.digest())
    }
}

/// The identity of a finding without its ordinal.
#[must_use]
pub fn key(check: &CheckId, item: &str, tree: &Tree, span: Span) -> u64 {
    let mut hasher = Xxh3::new();
    for part in [check.as_str(), item, &normalised(tree, span)] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.digest()
}

/// The identity without the modules around the item, which a renamed file changes.
#[must_use]
pub fn shape(check: &CheckId, item: &str, tree: &Tree, span: Span) -> Fingerprint {
    Fingerprint(key(check, item.rsplit("::").next().unwrap_or(item), tree, span))
}

/// The text of `span` as a formatter could not change it: comments and white space left out, and so are commas and braces,
/// which it adds to and takes from closures, arms and what it breaks into lines.
#[must_use]
pub fn normalised(tree: &Tree, span: Span) -> String {
    let mut text = String::with_capacity(span.len() as usize);
    let mut at = span.start();
    let comments = tree.comments();
    let first = comments.partition_point(|comment| comment.end() <= span.start());
    for comment in comments.iter().skip(first).take_while(|comment| comment.start() < span.end()) {
        append(&mut text, tree.source().slice(Span::new(at, comment.start().max(at))));
        at = comment.end().min(span.end());
    }
    append(&mut text, tree.source().slice(Span::new(at, span.end())));
    text
}

fn append(text: &mut String, piece: &str) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    for word in piece.split(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}')) {
        if text.ends_with(is_word) && word.starts_with(is_word) {
            text.push(' ');
        }
        text.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbering, normalised};
    use crate::base::{RelPath, SourceText, Span};
    use crate::syntax::{ParseOptions, parse};

    fn text_of(text: &str) -> String {
        let source = SourceText::new(RelPath::new("a.rs"), format!("fn f() {{ {text} }}"));
        let tree = parse(&source, &ParseOptions::default()).tree;
        normalised(&tree, Span::new(0, source.text().len() as u32))
    }

    #[test]
    fn formatting_and_comments_do_not_change_the_identity() {
        let plain = text_of("tx.send(a, b)");
        assert_eq!(text_of("tx\n    .send(\n  a,\n  b,\n)"), plain);
        assert_eq!(text_of("tx.send(a, /* why */ b)"), plain);
        assert_eq!(text_of("a::<\n    B,\n>()"), text_of("a::<B>()"));
        assert_eq!(text_of("a.map(|b| {\n    b.c()\n})"), text_of("a.map(|b| b.c())"));
        assert_eq!(
            text_of("match a {\n    B => {\n        c()\n    }\n    D => e,\n}"),
            text_of("match a { B => c(), D => e }")
        );
        assert_ne!(text_of("tx.send(a, c)"), plain);
        assert_ne!(text_of("tx.send(ab)"), plain);
        assert_ne!(text_of("let ab"), text_of("leta b"));
    }

    #[test]
    fn equal_findings_get_different_fingerprints_in_order() {
        let (mut one, mut two) = (Numbering::default(), Numbering::default());
        let (a, b) = (one.next(7), one.next(7));
        assert_ne!(a, b);
        assert_eq!((two.next(7), two.next(7)), (a, b));
    }
}
