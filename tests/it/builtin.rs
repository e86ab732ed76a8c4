//! What is compiled in is what the folders hold: a new check is one page, and the list of them is made from the folder.

use crate::golden;
use std::path::Path;

/// Files below a folder of the project, sorted, whose path ends so.
fn files(folder: &str, end: &str, n_deep: usize) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root.join(folder)).expect("the folder") {
        let name = entry.expect("a file").file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        if root.join(&path).is_dir() && n_deep > 0 {
            found.extend(files(&path, end, n_deep - 1));
        } else if path.ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn listed(paths: &[String]) -> String {
    paths.iter().map(|path| format!("    \"{path}\"\n")).collect()
}

#[test]
fn every_page_and_rule_set_of_the_folders_is_compiled_in() {
    let text = format!(
        "//! Which files are compiled in. Made from the folders by `UPDATE_GOLDENS=1 cargo test --test it builtin`; never edit it.\n\n\
         /// The pages of checks, sorted.\n\
         pub(super) const PAGES: &[(&str, &str)] = embedded! {{\n{}}};\n\n\
         /// The compiled rule sets of our own patterns, sorted; another test compares them with their documents.\n\
         pub(super) const SETS: &[(&str, &str)] = embedded! {{\n{}}};\n",
        listed(&files("rules/checks", ".md", 1)),
        listed(&files("rules", ".yaml", 0)),
    );
    golden::check_file("src/rule/builtin/list.rs", &text);
}
