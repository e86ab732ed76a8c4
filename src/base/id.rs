//! Ids that travel through every layer. Says nothing about what they name.

use std::fmt;
use std::sync::Arc;

/// The id of a check, such as `unbounded-channel`: lower-case words joined by `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckId(Arc<str>);

impl CheckId {
    /// Takes an id; `None` where the text is not lower-case ASCII words, digits and single hyphens.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        (text.len() <= 100 && text.split('-').all(is_word)).then(|| Self(text.into()))
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The place of a file in the scan's list of files, which is sorted by path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileIdx(pub u32);

impl FileIdx {
    /// The index into the list.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

#[cfg(test)]
mod tests {
    use super::CheckId;

    #[test]
    fn only_kebab_case_is_an_id() {
        for (text, is_id) in [
            ("unbounded-channel", true),
            ("a1", true),
            ("", false),
            ("Upper", false),
            ("a--b", false),
            ("-a", false),
            ("a_b", false),
        ] {
            assert_eq!(CheckId::new(text).is_some(), is_id, "{text}");
        }
    }
}
