//! Any text is read as checks, as a page and as YAML: mistakes are told, nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use patscan::base::{RelPath, SourceText};
use patscan::rule::RuleSet;
use patscan::scan::vocabulary;

fuzz_target!(|text: &str| {
    for name in ["a.yaml", "a.md"] {
        let source = SourceText::new(RelPath::new(name), text);
        let (rules, problems) = RuleSet::load(&[source], vocabulary());
        assert!(!rules.rules.is_empty() || !problems.is_empty() || text.trim().is_empty() || name == "a.yaml");
    }
});
