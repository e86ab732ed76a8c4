//! Two texts as a patch. Prints nothing and applies nothing.

/// What leads from `old` to `new`, each with the name that its header shows; empty where they are the same.
pub(super) fn unified((from, old): (&str, &str), (to, new): (&str, &str)) -> String {
    similar::TextDiff::from_lines(old, new).unified_diff().header(from, to).to_string()
}
