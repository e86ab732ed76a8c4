//! The page that tells how to adopt the program: its commands run as they stand there, and print what it says.

use crate::cli::copy;
use crate::golden;
use std::path::Path;
use std::process::Command;

/// What a shell in `folder` prints for `command`, with its exit code where that is not 0.
fn printed(folder: &Path, command: &str) -> String {
    let programs = Path::new(env!("CARGO_BIN_EXE_patscan")).parent().expect("a folder").display().to_string();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .envs([
            ("PATH", path.as_str()),
            ("NO_COLOR", "1"),
            ("COLUMNS", "100"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ])
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Ann")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "ann@example.org")))
        .env_remove("CI")
        .output()
        .expect("a shell");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let code = output.status.code().filter(|code| *code != 0);
    let text = match code {
        Some(code) => format!("{text}[exit code {code}]\n"),
        None => text,
    };
    masked(&text)
}

/// The same text for each day, machine and folder.
fn masked(text: &str) -> String {
    let mut text = text.to_owned();
    for (pattern, mask) in [
        (r"finished in \d+\.\d+ s", "finished in 0.03 s"),
        (r"baseline of \d{4}-\d\d-\d\d", "baseline of 2026-11-29"),
        (r"wrote (\d+) findings to \S*/", "wrote $1 findings to "),
        (r"[ \t]+\n", "\n"),
    ] {
        text = regex::Regex::new(pattern).expect("a pattern").replace_all(&text, mask).into_owned();
    }
    text
}

#[cfg(unix)]
#[test]
fn the_page_on_adoption_says_what_happens() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let temp = tempfile::tempdir().expect("a folder");
    let service = temp.path().join("order-service");
    copy(&root.join("fixtures/order-service"), &service);
    printed(&service, "git init -q . && git add -A && git commit -qm 'as it was'");
    let page = std::fs::read_to_string(root.join(".github/ADOPT.md")).expect("the page");
    let (mut told, mut is_inside) = (String::new(), false);
    for line in page.lines() {
        let command = line.strip_prefix("$ ").filter(|_| is_inside);
        if line.starts_with("```") {
            is_inside = line == "```console";
        }
        if !is_inside || command.is_some() || line.starts_with("```") {
            told += &format!("{line}\n");
        }
        if let Some(command) = command {
            told += &printed(&service, command);
        }
    }
    assert!(told.contains("$ patscan"), "no command was run");
    golden::check("../../../.github/ADOPT.md", &told);
}
