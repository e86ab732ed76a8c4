//! Compares text with a committed file; `UPDATE_GOLDENS=1` writes the file instead.

use std::path::Path;

/// Compares `text` with `tests/it/goldens/<name>`.
#[track_caller]
pub(crate) fn check(name: &str, text: &str) {
    check_file(&format!("tests/it/goldens/{name}"), text);
}

/// Compares `text` with the committed file at `name`, a path from the project's root.
#[track_caller]
pub(crate) fn check_file(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, text).expect("goldens can be written");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == text,
        "{name} differs; `UPDATE_GOLDENS=1 cargo test` writes what came out:\n--- expected\n{expected}\n--- came out\n{text}"
    );
}
