//! Writes a report to a file: beside it first, then in its place, so that a failure leaves the old file whole.

use crate::base::RelPath;
use crate::finding::Problem;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes the file at `path`.
///
/// # Errors
/// A problem of that file; what was there before is still there.
pub(super) fn save(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Problem> {
    let refuse = |error: &io::Error| {
        let message = format!("cannot be written: {error}");
        Problem::in_file(&RelPath::new(&path.to_string_lossy()), message)
            .help("check that its folder exists, is writable and has room; the old file was not touched")
    };
    // A device or pipe, such as `/dev/stdout`, has no place beside it.
    if std::fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir()) {
        return std::fs::File::create(path).and_then(|file| written(file, write)).map_err(|e| refuse(&e));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let result = std::fs::File::create(&beside)
        .and_then(|file| written(file, write))
        .and_then(|()| std::fs::rename(&beside, path));
    result.map_err(|error| {
        // Nothing of ours stays behind; where it cannot be removed, it was most likely never made.
        let _ = std::fs::remove_file(&beside);
        refuse(&error)
    })
}

fn written(file: std::fs::File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::save;
    use std::io;

    fn read(path: &std::path::Path) -> String {
        std::fs::read_to_string(path).expect("the file")
    }

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.json");
        save(&path, |out| out.write_all(b"old")).expect("written");
        let failed = save(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.expect_err("a problem").message.contains("disk full"));
        assert_eq!(read(&path), "old");
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1);
        save(&path, |out| out.write_all(b"new")).expect("written");
        assert_eq!(read(&path), "new");
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_problem() {
        let folder = tempfile::tempdir().expect("a folder");
        let problem = save(&folder.path().join("no/a.json"), |_| Ok(())).expect_err("a problem");
        assert!(problem.help.contains("folder exists"), "{problem:?}");
    }
}
