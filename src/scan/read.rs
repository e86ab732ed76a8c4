//! Reads one file into text, or says why not. Never holds more than the limit in memory.

use crate::base::SourceText;
use crate::finding::Problem;
use crate::scan::Found;
use crate::syntax::{self, ParseOptions};
use std::io::Read;

/// Bytes above which a file is not read.
pub const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// The text of `found`.
///
/// # Errors
/// A problem of that file, with its remedy.
pub fn read(found: &Found) -> Result<SourceText, Problem> {
    let problem = |message: String| Problem::in_file(&found.path, message);
    let too_big = |n_bytes: u64| {
        problem(format!("too big to read: {} MiB, the limit is {} MiB", n_bytes >> 20, MAX_BYTES >> 20))
            .help("split the file, or leave it out through `.ignore`")
    };
    if found.n_bytes > MAX_BYTES {
        return Err(too_big(found.n_bytes));
    }
    let unreadable = |error: std::io::Error| {
        problem(format!("cannot be read: {error}"))
            .help("check its permissions, or leave it out through `.ignore`")
    };
    let file = std::fs::File::open(&found.disk).map_err(unreadable)?;
    let mut bytes = Vec::with_capacity(usize::try_from(found.n_bytes).unwrap_or(0));
    // The file may have grown since it was found.
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_big(bytes.len() as u64));
    }
    text_of(found, bytes)
}

/// Items of a text that do not parse.
#[must_use]
pub fn n_unparsed(source: &SourceText) -> u32 {
    // Nesting is refused before it could overflow a thread's stack of this size.
    let parsed = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(syntax::STACK_BYTES);
        let parsing =
            thread.spawn_scoped(scope, || syntax::parse(source, &ParseOptions::default()).n_unparsed);
        parsing.ok().and_then(|parsing| parsing.join().ok())
    });
    parsed.unwrap_or(u32::MAX)
}

fn text_of(found: &Found, bytes: Vec<u8>) -> Result<SourceText, Problem> {
    let problem = |message: String| Problem::in_file(&found.path, message);
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(problem("is UTF-16, not UTF-8".to_owned()).help("save it as UTF-8"));
    }
    // `contains` looks at many bytes at once, `position` at one.
    if bytes.contains(&0) {
        let at = bytes.iter().position(|byte| *byte == 0).unwrap_or(0);
        return Err(problem(format!("holds a NUL byte in line {}", line_of(&bytes, at)))
            .help("remove the byte, or leave the file out through `.ignore` if it is no Rust code"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceText::new(found.path.clone(), text)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = line_of(error.as_bytes(), at);
            Err(problem(format!("is not UTF-8 from line {line} on")).help("save it as UTF-8"))
        }
    }
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, read};
    use crate::base::RelPath;
    use crate::scan::{FileKind, Found};

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let temp = tempfile::tempdir().expect("a folder");
        let disk = temp.path().join("a.rs");
        std::fs::write(&disk, bytes).expect("a file");
        let found =
            Found { disk, path: RelPath::new("a.rs"), kind: FileKind::Rust, n_bytes: bytes.len() as u64 };
        let came = read(&found);
        let came =
            came.as_ref().map(crate::base::SourceText::text).map_err(|problem| problem.message.as_str());
        assert_eq!(came, expected);
    }

    #[test]
    fn only_utf8_text_without_nul_is_read() {
        check("é\r\n".as_bytes(), Ok("é\r\n"));
        check(b"", Ok(""));
        check(b"a\n\xff", Err("is not UTF-8 from line 2 on"));
        check(b"a\n\nb\0", Err("holds a NUL byte in line 3"));
        check(b"\xff\xfea\0", Err("is UTF-16, not UTF-8"));
    }

    #[test]
    fn a_file_that_grew_past_the_limit_is_refused_too() {
        let temp = tempfile::tempdir().expect("a folder");
        let disk = temp.path().join("a.rs");
        let file = std::fs::File::create(&disk).expect("a file");
        file.set_len(MAX_BYTES * 12).expect("a sparse file");
        for n_bytes in [MAX_BYTES * 12, 10] {
            let found =
                Found { disk: disk.clone(), path: RelPath::new("a.rs"), kind: FileKind::Rust, n_bytes };
            let problem = read(&found).expect_err("too big");
            assert!(problem.message.starts_with("too big to read"), "{}", problem.message);
        }
    }
}
