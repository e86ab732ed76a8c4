//! The text of a unified diff, as git and `diff -u` write it, to the lines that changed. Compares nothing with the disk.

use crate::base::{RelPath, SourceText, Span};
use crate::finding::Problem;
use crate::policy::change::{Change, ChangedFile, Removed};

/// Reads a patch; paths are those of the patch, without `a/` and `b/`.
///
/// # Errors
/// The first line that no unified diff has there.
pub fn read_patch(source: &SourceText, against: String) -> Result<Change, Problem> {
    let mut reader =
        Reader { source, change: Change { against, ..Change::default() }, file: None, n_hunks: 0, line: 0 };
    let n_lines = source.lines().n_lines();
    while reader.line < n_lines {
        let line = source.line_text(reader.line);
        reader.line += 1;
        reader.head(line)?;
    }
    reader.close();
    let is_empty = reader.change.files.is_empty() && reader.change.gone.is_empty();
    if is_empty && !source.text().trim().is_empty() {
        let message = "holds no unified diff";
        return Err(Problem::in_file(source.path(), message).help("write it with `git diff` or `diff -u`"));
    }
    Ok(reader.change)
}

/// A file whose head was read.
#[derive(Default)]
struct Open {
    /// Its path before and now; `None` for `/dev/null` and where no line has told it.
    old: Option<String>,
    new: Option<String>,
    is_gone: bool,
    is_renamed: bool,
    file: ChangedFile,
}

struct Reader<'a> {
    source: &'a SourceText,
    change: Change,
    file: Option<Open>,
    n_hunks: usize,
    /// 0-based number of the next line.
    line: usize,
}

impl Reader<'_> {
    /// Takes a line outside of hunks.
    fn head(&mut self, line: &str) -> Result<(), Problem> {
        if let Some(rest) = line.strip_prefix("diff --git ") {
            self.close();
            let (old, new) = both_paths(rest).unzip();
            self.file = Some(Open { old, new, ..Open::default() });
        } else if line.starts_with("diff --cc ")
            || line.starts_with("diff --combined ")
            || line.starts_with("@@@")
        {
            return Err(self.wrong("a combined diff of a merge", "compare with one base: `git diff BASE`"));
        } else if let Some(rest) = line.strip_prefix("--- ") {
            // Without a line of git's, this is where a file begins.
            if self.file.as_ref().is_none_or(|_| self.n_hunks > 0) {
                self.close();
            }
            self.file.get_or_insert_default().old = path_of(rest);
        } else if let Some(rest) = line.strip_prefix("+++ ") {
            let new = path_of(rest);
            let open = self.file.get_or_insert_default();
            open.is_gone |= new.is_none();
            open.new = new;
        } else if line.starts_with("@@ ") {
            self.hunk(line)?;
        } else if let Some(open) = &mut self.file {
            if let Some(from) = line.strip_prefix("rename from ") {
                (open.old, open.is_renamed) = (Some(unquoted(from)), true);
            } else if let Some(to) = line.strip_prefix("rename to ") {
                open.new = Some(unquoted(to));
            } else if line.starts_with("deleted file mode ") {
                open.is_gone = true;
            }
        }
        Ok(())
    }

    /// Takes a hunk: its head `@@ -1,2 +3,4 @@` and as many lines as that says.
    fn hunk(&mut self, head: &str) -> Result<(), Problem> {
        let help = "the patch was cut or edited: write it anew with `git diff`";
        let numbers = hunk_numbers(head).ok_or_else(|| self.wrong("no head of a hunk", help))?;
        if self.file.as_ref().is_none_or(|open| open.new.is_none() && open.old.is_none()) {
            return Err(
                self.wrong("a hunk of no file", "a hunk follows the lines `---` and `+++` of its file")
            );
        }
        let (mut n_old, start, mut n_new) = numbers;
        // A hunk without new lines names the line before it.
        let mut at = if n_new == 0 { start.saturating_add(1) } else { start };
        let (mut changed, mut removed): (Vec<std::ops::Range<u32>>, Vec<Removed>) = (Vec::new(), Vec::new());
        while n_old > 0 || n_new > 0 {
            if self.line >= self.source.lines().n_lines() {
                return Err(self.wrong("the hunk ends too early", help));
            }
            let line = self.source.line_text(self.line);
            self.line += 1;
            match line.as_bytes().first() {
                Some(b'+') if n_new > 0 => {
                    n_new -= 1;
                    match changed.last_mut().filter(|lines| lines.end == at) {
                        Some(lines) => lines.end = at.saturating_add(1),
                        None => changed.push(at..at.saturating_add(1)),
                    }
                    at = at.saturating_add(1);
                }
                Some(b'-') if n_old > 0 => {
                    n_old -= 1;
                    let gone = Removed { before: at, leads: is_lead(&line[1..]) };
                    match removed.last_mut().filter(|last| last.before == at) {
                        Some(last) => *last = gone,
                        None => removed.push(gone),
                    }
                }
                // Mail programs drop the blank of an empty line.
                Some(b' ') | None if n_old > 0 && n_new > 0 => {
                    (n_old, n_new, at) = (n_old - 1, n_new - 1, at.saturating_add(1));
                }
                Some(b'\\') => {}
                _ => return Err(self.wrong("no line of a hunk", help)),
            }
        }
        self.n_hunks += 1;
        if let Some(open) = &mut self.file {
            open.file.changed.extend(changed);
            open.file.removed.extend(removed);
        }
        Ok(())
    }

    fn close(&mut self) {
        self.n_hunks = 0;
        let Some(open) = self.file.take() else { return };
        if open.is_gone {
            self.change.gone.extend(open.old.as_deref().map(RelPath::new));
            return;
        }
        let Some(new) = open.new else { return };
        let was = open.old.filter(|old| open.is_renamed || *old != new).map(|old| RelPath::new(&old));
        self.change.files.insert(RelPath::new(&new), ChangedFile { was, ..open.file });
    }

    /// A problem of the line that was read last.
    fn wrong(&self, message: &str, help: &str) -> Problem {
        let line = self.line.saturating_sub(1);
        let start = self.source.lines().start_of(line);
        let end = start + self.source.line_text(line).len() as u32;
        Problem::at(self.source, Span::new(start, end.max(start)), message).help(help)
    }
}

/// Old length, new start, new length of `@@ -1,2 +3,4 @@`.
fn hunk_numbers(head: &str) -> Option<(u32, u32, u32)> {
    let (ranges, _) = head.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let pair = |text: &str| match text.split_once(',') {
        Some((start, length)) => Some((start.parse::<u32>().ok()?, length.parse::<u32>().ok()?)),
        None => Some((text.parse::<u32>().ok()?, 1)),
    };
    let ((_, n_old), (start, n_new)) = (pair(old)?, pair(new)?);
    Some((n_old, start, n_new))
}

/// Whether a line is a comment or an attribute.
fn is_lead(line: &str) -> bool {
    let line = line.trim();
    ["//", "/*", "*", "#["].iter().any(|head| line.starts_with(head))
}

/// The path behind `---` or `+++`; `None` for `/dev/null`. `diff -u` writes a tab and the time behind it.
fn path_of(text: &str) -> Option<String> {
    let path =
        if text.starts_with('"') { unquoted(text) } else { unquoted(text.split('\t').next().unwrap_or("")) };
    (path != "/dev/null").then(|| without_prefix(&path).to_owned())
}

/// `a/x b/x` of a file whose other lines may tell no path: a new empty one, a binary one, a change of mode.
fn both_paths(text: &str) -> Option<(String, String)> {
    if text.starts_with('"') {
        let end = text.match_indices("\" ").map(|(at, _)| at + 1).next()?;
        let (old, new) = (unquoted(&text[..end]), unquoted(text[end..].trim_start()));
        return Some((without_prefix(&old).to_owned(), without_prefix(&new).to_owned()));
    }
    // Paths may hold blanks: the two are equal where nothing else tells them.
    let splits = text.match_indices(' ').map(|(at, _)| (&text[..at], &text[at + 1..]));
    let mut equal =
        splits.map(|(old, new)| (without_prefix(old), without_prefix(new))).filter(|(old, new)| old == new);
    equal.next().map(|(old, new)| (old.to_owned(), new.to_owned()))
}

/// A path without the letter that git puts before it.
fn without_prefix(path: &str) -> &str {
    let is_letter = |letter: &str| matches!(letter, "a" | "b" | "c" | "i" | "o" | "w");
    path.split_once('/').filter(|(letter, _)| is_letter(letter)).map_or(path, |(_, rest)| rest)
}

/// A path in git's quotes, with its escapes undone; other paths as they are.
fn unquoted(text: &str) -> String {
    let Some(inner) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else {
        return text.to_owned();
    };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'r') => bytes.push(b'\r'),
            Some(b'a') => bytes.push(7),
            Some(b'b') => bytes.push(8),
            Some(b'v') => bytes.push(11),
            Some(b'f') => bytes.push(12),
            Some(first @ b'0'..=b'3') => {
                let mut value = first - b'0';
                for _ in 0..2 {
                    if let Some(digit) = rest.next_if(|digit| (b'0'..=b'7').contains(digit)) {
                        value = value.wrapping_mul(8).wrapping_add(digit - b'0');
                    }
                }
                bytes.push(value);
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::read_patch;
    use crate::base::{RelPath, SourceText};
    use proptest::prelude::*;
    use std::fmt::Write as _;

    fn source(text: &str) -> SourceText {
        SourceText::new(RelPath::new("x.patch"), text)
    }

    /// What a patch says: one line a file, with its former path, changed lines and places of what is gone.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let change = read_patch(&source(text), String::new()).expect("a patch");
        let mut told: Vec<String> = Vec::new();
        for (path, file) in &change.files {
            let mut line = path.to_string();
            if let Some(was) = &file.was {
                let _ = write!(line, " was {was}");
            }
            for lines in &file.changed {
                let _ = write!(line, " +{}..{}", lines.start, lines.end);
            }
            for gone in &file.removed {
                let _ = write!(line, " -{}{}", gone.before, if gone.leads { "!" } else { "" });
            }
            told.push(line);
        }
        told.extend(change.gone.iter().map(|path| format!("gone {path}")));
        assert_eq!(told, expected, "{text}");
    }

    #[track_caller]
    fn check_wrong(text: &str, told: &str) {
        let problem = read_patch(&source(text), String::new()).expect_err(text);
        assert!(problem.message.contains(told), "{problem:?}");
        assert!(!problem.help.is_empty());
    }

    #[test]
    fn hunks_with_and_without_context_give_the_same_lines() {
        check(
            "diff --git a/src/a.rs b/src/a.rs\nindex 1..2 100644\n--- a/src/a.rs\n+++ b/src/a.rs\n@@ -3,0 +4,2 @@ fn f\n+x\n+y\n@@ -9,2 +11,0 @@\n-z\n-// z\n",
            &["src/a.rs +4..6 -12!"],
        );
        check("--- a/src/a.rs\n+++ b/src/a.rs\n@@ -2,2 +3,4 @@\n a\n+x\n+y\n \n", &["src/a.rs +4..6"]);
        check(
            "--- a/a.rs\n+++ b/a.rs\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n",
            &["a.rs +1..2 -1"],
        );
    }

    #[test]
    fn new_renamed_and_removed_files_are_told_apart() {
        check(
            "diff --git a/o.rs b/n.rs\nsimilarity index 90%\nrename from o.rs\nrename to n.rs\n--- a/o.rs\n+++ b/n.rs\n@@ -1 +1 @@\n-a\n+b\ndiff --git a/x.rs b/y.rs\nsimilarity index 100%\nrename from x.rs\nrename to y.rs\n",
            &["n.rs was o.rs +1..2 -1", "y.rs was x.rs"],
        );
        check(
            "diff --git a/g.rs b/g.rs\ndeleted file mode 100644\n--- a/g.rs\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\ndiff --git a/n.rs b/n.rs\nnew file mode 100644\n--- /dev/null\n+++ b/n.rs\n@@ -0,0 +1 @@\n+a\n",
            &["n.rs +1..2", "gone g.rs"],
        );
        check("diff --git a/e f.rs b/e f.rs\nnew file mode 100644\nindex 000..e69\n", &["e f.rs"]);
    }

    #[test]
    fn a_line_of_code_that_looks_like_a_head_is_a_line_of_code() {
        check(
            "--- a/a.rs\n+++ b/a.rs\n@@ -1,2 +1,2 @@\n--- x\n-y\n+++ x\n+diff --git a/b b/b\n",
            &["a.rs +1..3 -1"],
        );
    }

    #[test]
    fn paths_in_quotes_with_times_and_other_letters_are_read() {
        check(
            "--- \"a/\\303\\251\\t.rs\"\n+++ \"b/\\303\\251\\t.rs\"\n@@ -0,0 +1 @@\n+a\n",
            &["é\t.rs +1..2"],
        );
        check(
            "--- old/a.rs\t2026-01-01 00:00:00\n+++ old/a.rs\t2026-01-02\n@@ -0,0 +1 @@\n+a\n",
            &["old/a.rs +1..2"],
        );
        check("diff --git i/a.rs w/a.rs\n--- i/a.rs\n+++ w/a.rs\n@@ -0,0 +1 @@\n+a\n", &["a.rs +1..2"]);
        check("", &[]);
    }

    #[test]
    fn what_is_no_patch_is_refused_with_its_line() {
        check_wrong("fn main() {}\n", "no unified diff");
        check_wrong("@@ -1 +1 @@\n-a\n+b\n", "a hunk of no file");
        check_wrong("--- a/a.rs\n+++ b/a.rs\n@@ -1,5 +1,5 @@\n a\n", "ends too early");
        check_wrong("--- a/a.rs\n+++ b/a.rs\n@@ -1,5 +1,5 @@\n a", "ends too early");
        check_wrong("--- a/a.rs\n+++ b/a.rs\n@@ -1,5 +1,5 @@\n a\ndiff --git", "no line of a hunk");
        check_wrong("--- a/a.rs\n+++ b/a.rs\n@@ 1 @@\n", "no head of a hunk");
        check_wrong("diff --cc a.rs\n@@@ -1 -1 +1 @@@\n", "combined diff");
        check_wrong("--- a/a.rs\n+++ b/a.rs\n@@ -4294967296 +1 @@\n", "no head of a hunk");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "([-+@ a/\"\\\\0-9,]|diff --git |--- |\\+\\+\\+ |@@ -1,2 \\+3,4 @@|\n|é){0,60}") {
            let _ = read_patch(&source(&text), String::new());
        }
    }
}
