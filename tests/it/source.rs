//! The project's own source files, for tests that read them.

use std::path::Path;

/// One file below `src` or `tests`.
#[derive(Debug)]
pub(crate) struct OwnFile {
    /// Path from the project's root, with `/`.
    pub(crate) path: String,
    /// The whole text.
    pub(crate) text: String,
    /// Whether it is compiled for tests only.
    pub(crate) is_test: bool,
}

impl OwnFile {
    /// The text before the inline tests, with comments blanked.
    pub(crate) fn code(&self) -> String {
        let lines = self.shipped().lines().map(|line| line.split("// ").next().unwrap_or(""));
        let lines = lines.map(|line| if line.trim_start().starts_with("//") { "" } else { line });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The text before the inline tests; nothing of a file that is test code as a whole.
    pub(crate) fn shipped(&self) -> &str {
        if self.is_test {
            return "";
        }
        let tests = self.text.match_indices("\n#[cfg(test)]\n").map(|(at, _)| at);
        let is_inline =
            |at: &usize| module_for_tests(&self.text[*at..]).is_some_and(|(_, is_inline)| is_inline);
        let cut = tests.into_iter().find(is_inline).unwrap_or(self.text.len());
        &self.text[..cut]
    }

    /// The modules of files that this file declares for tests only, as `folder/name`.
    fn modules_for_tests(&self) -> Vec<String> {
        let stem = self.path.trim_end_matches(".rs");
        let folder = stem.strip_suffix("/lib").or(stem.strip_suffix("/main")).unwrap_or(stem);
        let tests = self
            .text
            .match_indices("#[cfg(test)]\n")
            .filter_map(|(at, _)| module_for_tests(&self.text[at..]));
        tests.filter(|(_, is_inline)| !is_inline).map(|(name, _)| format!("{folder}/{name}")).collect()
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
    let tests: Vec<String> = files.iter().flat_map(OwnFile::modules_for_tests).collect();
    for file in &mut files {
        let is_below = |module: &String| {
            file.path.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        file.is_test = tests.iter().any(is_below);
    }
    files
}

/// The module that follows `#[cfg(test)]`: its name, and whether its body follows.
fn module_for_tests(text: &str) -> Option<(&str, bool)> {
    let line = text.trim_start().lines().nth(1)?.trim();
    let name = line.split("mod ").nth(1)?;
    name.strip_suffix(';').map(|name| (name, false)).or(name.strip_suffix(" {").map(|name| (name, true)))
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<OwnFile>) {
    let entries = std::fs::read_dir(folder).expect("a folder of ours");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("our files are UTF-8");
            files.push(OwnFile { path: relative(root, &path), text, is_test: false });
        }
    }
}

fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).expect("a file below the root");
    path.to_string_lossy().replace('\\', "/")
}
