//! Paths relative to the scanned root. Never touches the disk.

use std::fmt;
use std::sync::Arc;

/// A path below the scanned root, with `/` between its parts on every system; the root itself is `""`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(Arc<str>);

impl RelPath {
    /// Takes a relative path in any spelling: `\` becomes `/`, `.` parts vanish, `..` is resolved where it can be.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut parts: Vec<&str> = Vec::new();
        for part in text.split(['/', '\\']) {
            match part {
                "" | "." => {}
                ".." if parts.last().is_some_and(|last| *last != "..") => {
                    parts.pop();
                }
                other => parts.push(other),
            }
        }
        Self(parts.join("/").into())
    }

    /// A file that a person named, which may lie anywhere: an absolute path stays one.
    #[must_use]
    pub fn named(text: &str) -> Self {
        let path = Self::new(text);
        if text.starts_with('/') { Self(format!("/{path}").into()) } else { path }
    }

    /// The text, with `/` between parts.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds it; `""` for a path of one part.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self(self.0.rsplit_once('/').map_or("", |(head, _)| head).into())
    }

    /// The last part.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, tail)| tail)
    }

    /// The last part without its extension.
    #[must_use]
    pub fn file_stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// This path followed by `tail`, normalised as by [`RelPath::new`].
    #[must_use]
    pub fn join(&self, tail: &str) -> Self {
        if self.0.is_empty() { Self::new(tail) } else { Self::new(&format!("{}/{tail}", self.0)) }
    }

    /// Whether it is `folder` or lies below it; every path lies below `""`.
    #[must_use]
    pub fn is_below(&self, folder: &Self) -> bool {
        folder.0.is_empty()
            || (self.0.starts_with(&*folder.0)
                && matches!(self.0.as_bytes().get(folder.0.len()), None | Some(b'/')))
    }

    /// Its parts from the root on.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::RelPath;

    #[test]
    fn spellings_of_one_path_are_equal() {
        for text in ["a/b.rs", "./a/b.rs", "a\\b.rs", "a/x/../b.rs", "a//b.rs"] {
            assert_eq!(RelPath::new(text).as_str(), "a/b.rs", "{text}");
        }
    }

    #[test]
    fn an_absolute_path_stays_one_where_a_person_named_it() {
        for (text, shown) in [("/no//x.json", "/no/x.json"), ("./x.json", "x.json"), ("../x", "../x")] {
            assert_eq!(RelPath::named(text).as_str(), shown);
        }
    }

    #[test]
    fn a_folder_with_the_same_beginning_is_another_folder() {
        assert!(RelPath::new("src/a.rs").is_below(&RelPath::new("src")));
        assert!(!RelPath::new("srcs/a.rs").is_below(&RelPath::new("src")));
        assert!(RelPath::new("srcs/a.rs").is_below(&RelPath::new("")));
    }
}
