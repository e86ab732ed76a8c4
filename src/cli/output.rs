//! Writes a report to a file: beside it first, then in its place, so that a failure leaves the old file whole.

use crate::base::RelPath;
use crate::cli::interrupt::Pending;
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
        Problem::in_file(&RelPath::named(&path.to_string_lossy()), message)
            .help("check that its folder exists, is writable and has room; the old file was not touched")
    };
    // A device or pipe, such as `/dev/stdout`, has no place beside it.
    if std::fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir()) {
        let written = std::fs::File::create(path).and_then(|file| filled(file, write));
        return written.map(|_| ()).map_err(|e| refuse(&e));
    }
    // A link stays one: what it leads to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = target.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let pending = Pending::new(&beside);
    let result = replaced(&target, &beside, write);
    if result.is_err() {
        // Nothing of ours stays behind; where it cannot be removed, it was most likely never made.
        let _ = std::fs::remove_file(&beside);
    }
    drop(pending);
    result.map_err(|error| refuse(&error))
}

fn replaced(
    target: &Path,
    beside: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let old = std::fs::metadata(target).ok();
    if old.as_ref().is_some_and(|data| data.permissions().readonly()) {
        // To rename over it would work, and is not what somebody meant who protected it.
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    let file = filled(std::fs::File::create(beside)?, write)?;
    // Some disks say only here that they are full.
    file.sync_all()?;
    if let Some(old) = old {
        std::fs::set_permissions(beside, old.permissions())?;
    }
    std::fs::rename(beside, target)
}

fn filled(
    file: std::fs::File,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<std::fs::File> {
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)
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

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_permissions_stay_what_they_were() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let (real, link) = (folder.path().join("real.sh"), folder.path().join("link.sh"));
        std::fs::write(&real, "old").expect("written");
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o750)).expect("set");
        std::os::unix::fs::symlink("real.sh", &link).expect("a link");
        save(&link, |out| out.write_all(b"new")).expect("written");
        assert_eq!(read(&real), "new");
        assert!(link.symlink_metadata().expect("it").file_type().is_symlink());
        assert_eq!(real.metadata().expect("it").permissions().mode() & 0o777, 0o750);
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o440)).expect("set");
        assert!(save(&real, |out| out.write_all(b"newer")).is_err(), "it was protected");
        assert_eq!(read(&real), "new");
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_problem() {
        let folder = tempfile::tempdir().expect("a folder");
        let problem = save(&folder.path().join("no/a.json"), |_| Ok(())).expect_err("a problem");
        assert!(problem.help.contains("folder exists"), "{problem:?}");
    }
}
