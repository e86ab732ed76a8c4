//! Places that a person names, `FILE` or `FILE:LINE`, and how paths are told to them. Scans nothing.

use crate::finding::Problem;
use std::path::{Path, PathBuf};

/// A place that a person named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamedPlace {
    /// The file, as named.
    pub(super) file: PathBuf,
    /// The line, from 1.
    pub(super) line: Option<u32>,
}

impl NamedPlace {
    /// Reads `FILE`, `FILE:LINE` or `FILE:LINE:COLUMN`; the column does not matter.
    pub(super) fn parse(text: &str) -> Self {
        let number = |word: &str| word.parse::<u32>().ok().filter(|line| *line > 0);
        if let Some((head, last)) = text.rsplit_once(':')
            && let Some(last) = number(last)
        {
            return match head.rsplit_once(':').and_then(|(file, line)| Some((file, number(line)?))) {
                Some((file, line)) => Self { file: file.into(), line: Some(line) },
                None => Self { file: head.into(), line: Some(last) },
            };
        }
        Self { file: text.into(), line: None }
    }

    /// The folder to scan: `working` where the file lies below it, else the outermost package around the file.
    ///
    /// # Errors
    /// Where there is no such file.
    pub(super) fn scan_folder(&self, working: &Path) -> Result<PathBuf, Problem> {
        let file = working.join(&self.file);
        if !file.is_file() {
            return Err(Problem::new(format!("no such file: `{}`", self.file.display()))
                .help("name a file as `FILE` or `FILE:LINE`"));
        }
        let file = file.canonicalize().unwrap_or(file);
        let working = working.canonicalize().unwrap_or_else(|_| working.to_path_buf());
        if file.starts_with(&working) {
            return Ok(working);
        }
        let folders = file.ancestors().skip(1).filter(|folder| folder.join("Cargo.toml").is_file());
        let outermost = folders.last().or_else(|| file.parent()).unwrap_or(&working);
        Ok(outermost.to_path_buf())
    }
}

/// `path` as it should be shown and kept: relative to the working folder where it lies below.
pub(super) fn shown(path: &Path, working: &Path) -> PathBuf {
    match path.strip_prefix(working) {
        Ok(tail) if tail.as_os_str().is_empty() => PathBuf::from("."),
        Ok(tail) => tail.to_path_buf(),
        Err(_) => path.to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::NamedPlace;

    #[test]
    fn a_line_may_follow_the_file_and_a_column_the_line() {
        for (text, file, line) in [
            ("src/a.rs", "src/a.rs", None),
            ("src/a.rs:12", "src/a.rs", Some(12)),
            ("src/a.rs:12:5", "src/a.rs", Some(12)),
            ("C:/a.rs:3", "C:/a.rs", Some(3)),
            ("odd:name.rs", "odd:name.rs", None),
            ("a.rs:0", "a.rs:0", None),
        ] {
            assert_eq!(NamedPlace::parse(text), NamedPlace { file: file.into(), line }, "{text}");
        }
    }
}
