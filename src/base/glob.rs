//! Globs over item paths and over files. Knows no item and no file.

use globset::{GlobBuilder, GlobMatcher};

/// A glob over canonical item paths: `*` is one segment, `**` any number, `crate` any crate of the workspace.
#[derive(Clone, Debug)]
pub struct ItemGlob {
    text: String,
    matcher: GlobMatcher,
}

impl ItemGlob {
    /// Reads a glob with `::` or `/` between its segments.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let matcher = matcher(GlobBuilder::new(&text.replace("::", "/")).literal_separator(true))?;
        Ok(Self { text: text.to_owned(), matcher })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it names a canonical path, such as `orders::jobs::run`.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let plain = path.replace("::", "/");
        let of_crate =
            plain.split_once('/').map_or_else(|| "crate".to_owned(), |(_, rest)| format!("crate/{rest}"));
        self.matcher.is_match(&plain) || self.matcher.is_match(of_crate)
    }

    /// Whether it names a text as a whole: a name or a path of a file.
    #[must_use]
    pub fn matches_text(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }
}

/// A glob over files below the scanned folder; a folder stands for all that lies below it.
#[derive(Clone, Debug)]
pub struct PathGlob {
    text: String,
    matcher: GlobMatcher,
}

impl PathGlob {
    /// Reads a glob with `/` between its parts.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let matcher = matcher(&GlobBuilder::new(text.trim_end_matches('/')))?;
        Ok(Self { text: text.to_owned(), matcher })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it names the file, or a folder above it.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        self.matcher.is_match(path) || folders.into_iter().any(|folder| self.matcher.is_match(folder))
    }
}

fn matcher(glob: &GlobBuilder<'_>) -> Result<GlobMatcher, String> {
    glob.build().map(|glob| glob.compile_matcher()).map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use super::{ItemGlob, PathGlob};

    #[test]
    fn a_star_is_one_segment_of_an_item_path() {
        for (glob, path, is_match) in [
            ("orders::jobs::*", "orders::jobs::run", true),
            ("orders::*", "orders::jobs::run", false),
            ("crate::**", "orders::jobs::run", true),
            ("crate::jobs::run", "orders::jobs::run", true),
            ("orders::jobs::ru?", "orders::jobs::run", true),
        ] {
            assert_eq!(ItemGlob::new(glob).expect("a glob").matches(path), is_match, "{glob} {path}");
        }
        assert!(ItemGlob::new("a[").is_err());
    }

    #[test]
    fn a_folder_stands_for_all_below_it() {
        for (glob, path, is_match) in [
            ("crates/x/**", "crates/x/src/a.rs", true),
            ("crates/x", "crates/x/src/a.rs", true),
            ("crates/x/", "crates/x/src/a.rs", true),
            ("crates/x", "crates/xy/src/a.rs", false),
            ("**/gen.rs", "a/gen.rs", true),
        ] {
            assert_eq!(PathGlob::new(glob).expect("a glob").matches(path), is_match, "{glob} {path}");
        }
    }
}
