//! The sentence of a pattern that a finding breaks, in one line. Escapes nothing.

use crate::finding::Finding;

/// The sentence with its place in its document; `None` where no pattern speaks of the finding.
pub(super) fn broken_sentence(finding: &Finding) -> Option<String> {
    let sentence = finding.statement.as_ref()?;
    Some(format!("{} ({}:{})", sentence.text.trim(), sentence.path, sentence.line))
}
