//! Any text is a document: reading it never panics, and every statement's span is text of the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use patscan::base::{RelPath, SourceText};

fuzz_target!(|text: &str| {
    let source = SourceText::new(RelPath::new("a.md"), text);
    let (pattern, _) = patscan::pattern::read(&source);
    for statement in &pattern.statements {
        assert!(source.text().get(statement.span.range()).is_some(), "{statement:?}");
    }
});
