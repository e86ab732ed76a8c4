//! The checks and patterns that are compiled in. Which these are is in `list`, which a test makes from the folders.

use crate::base::{CheckId, Date, RelPath, SourceText};
use crate::finding::Problem;
use crate::rule::{PatternRules, RuleSet, Vocabulary, set};

/// Paths from the project's root, each with the text of that file.
macro_rules! embedded {
    ($($path:literal)*) => {
        &[$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path)))),*]
    };
}

mod list;

use list::{PAGES, SETS};

/// The patterns that are built in, with what is wrong with them; a test says that nothing is.
#[must_use]
pub fn builtin_sets(
    rules: &RuleSet,
    words: Vocabulary<'_>,
    today: Date,
) -> (Vec<PatternRules>, Vec<Problem>) {
    let (mut sets, mut problems) = (Vec::new(), Vec::new());
    for (path, text) in SETS {
        let source = SourceText::new(RelPath::new(path), *text);
        let (read, wrong) = set::rule_set(&source, rules, words, today);
        sets.extend(read);
        problems.extend(wrong);
    }
    (sets, problems)
}

/// Whether the check comes with the program. No other may have its id.
#[must_use]
pub fn is_builtin(check: &CheckId) -> bool {
    PAGES.iter().any(|(path, _)| RelPath::new(path).file_stem() == check.as_str())
}

/// The pages, sorted by path.
pub(super) fn pages() -> Vec<SourceText> {
    PAGES.iter().map(|(path, text)| SourceText::new(RelPath::new(path), *text)).collect()
}
