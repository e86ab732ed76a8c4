//! Reads one text file that a person named, up to a size. Understands none.

use crate::base::{RelPath, SourceText};
use crate::finding::Problem;
use std::path::Path;

/// The text at `path`, told as `shown`, of at most `max_mib` MiB.
///
/// # Errors
/// A problem of that file with `help` as its remedy.
pub(super) fn text_of(
    path: &Path,
    shown: &RelPath,
    (max_mib, help): (u64, &str),
) -> Result<SourceText, Problem> {
    let problem = |message: String| Problem::in_file(shown, message).help(help);
    let unreadable = |error: std::io::Error| problem(format!("cannot be read: {error}"));
    let data = std::fs::metadata(path).map_err(unreadable)?;
    if !data.is_file() || data.len() > max_mib << 20 {
        return Err(problem(format!("is no file of at most {max_mib} MiB")));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    Ok(SourceText::new(shown.clone(), text))
}

#[cfg(test)]
mod tests {
    use super::text_of;
    use crate::base::RelPath;

    #[test]
    fn what_is_no_readable_text_is_a_problem_with_its_remedy() {
        let temp = tempfile::tempdir().expect("a folder");
        let path = |name: &str| temp.path().join(name);
        std::fs::write(path("good"), "text").expect("written");
        std::fs::write(path("latin"), b"gr\xfc").expect("written");
        std::fs::write(path("big"), vec![b'x'; (1 << 20) + 1]).expect("written");
        let read = |name: &str| text_of(&path(name), &RelPath::new(name), (1, "name another"));
        assert_eq!(read("good").expect("a text").text(), "text");
        for (name, told) in [
            ("none", "cannot be read"),
            ("latin", "cannot be read"),
            ("big", "is no file of at most 1 MiB"),
            (".", "is no file of at most 1 MiB"),
        ] {
            let problem = read(name).expect_err(name);
            assert!(problem.message.contains(told) && problem.help == "name another", "{problem:?}");
        }
    }
}
