//! The project's own source files, for tests that read them.

use std::path::Path;

/// One file below `src` or `tests`.
#[derive(Debug)]
pub(crate) struct OwnFile {
    /// Path from the project's root, with `/`.
    pub(crate) path: String,
    /// The whole text.
    pub(crate) text: String,
}

impl OwnFile {
    /// The text before the inline tests, with comments blanked.
    pub(crate) fn code(&self) -> String {
        let lines = self.shipped().lines().map(|line| line.split("// ").next().unwrap_or(""));
        let lines = lines.map(|line| if line.trim_start().starts_with("//") { "" } else { line });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The text before the inline tests.
    pub(crate) fn shipped(&self) -> &str {
        let cut = self.text.find("\n#[cfg(test)]").unwrap_or(self.text.len());
        &self.text[..cut]
    }

    /// The first folder or file below `src`, which names the layer: `src/facts/item.rs` is of `facts`.
    pub(crate) fn module(&self) -> Option<&str> {
        let rest = self.path.strip_prefix("src/")?;
        Some(rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs"))
    }
}

/// All Rust files below `folder`, sorted by path.
pub(crate) fn own_files(folder: &str) -> Vec<OwnFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(root, &root.join(folder), &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!files.is_empty(), "{folder} holds Rust files");
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<OwnFile>) {
    let entries = std::fs::read_dir(folder).expect("a folder of ours");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("our files are UTF-8");
            files.push(OwnFile { path: relative(root, &path), text });
        }
    }
}

fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).expect("a file below the root");
    path.to_string_lossy().replace('\\', "/")
}
