//! Any text is a file of Rust: what cannot be read is told, all nodes lie in the text, nothing panics or overflows.
#![no_main]

use libfuzzer_sys::fuzz_target;
use patscan::base::{RelPath, SourceText};
use patscan::syntax::{ParseOptions, STACK_BYTES, parse};

fuzz_target!(|text: &str| {
    let source = SourceText::new(RelPath::new("a.rs"), text);
    let read = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let parsed = parse(&source, &ParseOptions::default());
        for node in parsed.tree.subtree(parsed.tree.root()) {
            assert!(source.text().get(parsed.tree.span(node).range()).is_some());
        }
    });
    read.expect("a thread").join().expect("no panic");
});
