//! Every key of the configuration, once: what it takes, what holds without it, what it means. Reads nothing.
//!
//! The reader, `patscan config --explain` and the JSON Schema all ask this table.

use crate::catalog::nearest;
use crate::policy::FailOn;

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Takes {
    /// A text.
    Text,
    /// A text or a list of texts.
    OneOrMore,
    /// A list of texts.
    Texts,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A day, as text or as a TOML date.
    Day,
    /// A list of role selectors.
    Selectors,
    /// A parameter's value: text, whole number, flag or list of texts.
    Value,
    /// A table.
    Table,
    /// Tables in a row, written `[[key]]`.
    Rows,
}

impl Takes {
    /// For people.
    pub(in crate::cli) fn told(self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::OneOrMore => "a text or a list of texts".to_owned(),
            Self::Texts => "a list of texts".to_owned(),
            Self::Word(words) => {
                words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(" or ")
            }
            Self::Flag => "`true` or `false`".to_owned(),
            Self::Day => "a day such as `\"2027-01-31\"`".to_owned(),
            Self::Selectors => {
                "a list of item path globs, or of tables with one key: `attribute`, `derives`, `file`, `implements`, `name` or `path`"
                    .to_owned()
            }
            Self::Value => "a text such as `\"30 s\"`, a whole number, a flag or a list of texts".to_owned(),
            Self::Table => "a table".to_owned(),
            Self::Rows => "tables, each written with `[[ ]]`".to_owned(),
        }
    }
}

/// One key.
#[derive(Debug)]
pub(in crate::cli) struct Key {
    /// Its path; `*` stands for a name that the user gives.
    pub(in crate::cli) path: &'static str,
    /// What it takes.
    pub(in crate::cli) takes: Takes,
    /// What holds where nobody sets it; empty for tables and for keys of a row, which must or need not be there.
    pub(in crate::cli) default: &'static str,
    /// What it means; lower case, no full stop.
    pub(in crate::cli) about: &'static str,
}

const SEVERITIES: [&str; 3] = ["error", "warning", "note"];

/// Weights of a rule for documents.
pub(in crate::cli) const WEIGHTS: [&str; 4] = ["off", "note", "warning", "error"];

/// Keys of a role's selector.
pub(in crate::cli) const SELECTORS: [&str; 6] =
    ["attribute", "derives", "file", "implements", "name", "path"];

impl Key {
    const fn table(path: &'static str, about: &'static str) -> Self {
        Self { path, takes: Takes::Table, default: "", about }
    }

    const fn rows(path: &'static str, about: &'static str) -> Self {
        Self { path, takes: Takes::Rows, default: "", about }
    }

    /// A key of a row, which must or need not be there.
    const fn of_row(path: &'static str, takes: Takes, about: &'static str) -> Self {
        Self { path, takes, default: "", about }
    }

    const fn value(path: &'static str, takes: Takes, default: &'static str, about: &'static str) -> Self {
        Self { path, takes, default, about }
    }
}

/// All keys, parents first.
pub(in crate::cli) static KEYS: [Key; 40] = [
    Key::value(
        "baseline",
        Takes::Text,
        "\"patscan-baseline.json\", where it is there",
        "the findings that were there before, as a path below the scanned folder",
    ),
    Key::table("checks", "settings of checks, by id"),
    Key::table("checks.*", "settings of one check"),
    Key::value("checks.*.enabled", Takes::Flag, "true", "whether the check runs"),
    Key::table(
        "checks.*.params",
        "values of the check's parameters, by name; `patscan explain ID` shows them",
    ),
    Key::value("checks.*.params.*", Takes::Value, "what the check's page says", "the value of one parameter"),
    Key::value(
        "checks.*.severity",
        Takes::Word(&SEVERITIES),
        "what the check's page says",
        "the weight of the check's findings",
    ),
    Key::value(
        "checks.*.waivable",
        Takes::Flag,
        "what the check's page says, `true` where it says nothing",
        "whether a waiver may permit the check's findings",
    ),
    Key::table("docs", "weights of the rules for documents, by number or name"),
    Key::table("docs.*", "settings of one rule for documents, such as `DM-05`"),
    Key::value(
        "docs.*.severity",
        Takes::Word(&WEIGHTS),
        "what `patscan docs` shows",
        "the weight of what the rule tells",
    ),
    Key::value(
        "extends",
        Takes::OneOrMore,
        "nothing",
        "configurations that this one lies over: files, or folders with a `patscan.toml`, counted from this file; what stands here wins, lists are joined",
    ),
    Key::value(
        "fail-on",
        Takes::Word(&FailOn::NAMES),
        "\"error\"",
        "the severity from which on a finding fails the run",
    ),
    Key::value(
        "name",
        Takes::Text,
        "the package at the root, else the packages",
        "what reports call the service",
    ),
    Key::rows("override", "other settings for a part of the code; the last row that names a place wins"),
    Key::table("override.checks", "settings of checks there, by id"),
    Key::table("override.checks.*", "settings of one check there"),
    Key::value(
        "override.checks.*.enabled",
        Takes::Flag,
        "what `checks` says",
        "whether the check runs there",
    ),
    Key::table("override.checks.*.params", "values of the check's parameters there, by name"),
    Key::value(
        "override.checks.*.params.*",
        Takes::Value,
        "what `checks` says",
        "the value of one parameter there",
    ),
    Key::value(
        "override.checks.*.severity",
        Takes::Word(&SEVERITIES),
        "what `checks` says",
        "the weight of the check's findings there",
    ),
    Key::of_row(
        "override.path",
        Takes::OneOrMore,
        "globs of files, or folders with all below them, such as `crates/x/**`",
    ),
    Key::value(
        "pages",
        Takes::Text,
        "the repository that this program comes from, where its manifest names one; for the built-in checks",
        "where the pages of checks are on the web: an address with `{check}` and, if need be, `{theme}` in place of the names; SARIF, reviewdog, cargo's messages and Markdown lead there",
    ),
    Key::value(
        "patterns",
        Takes::Texts,
        "the built-in patterns alone",
        "pattern documents and rule sets, or folders of them, counted from this file; they stand beside the built-in ones",
    ),
    Key::table("roles", "roles that code plays and the scanner cannot know, by role"),
    Key::value(
        "roles.*",
        Takes::Selectors,
        "what the code shows",
        "who plays the role; `*` is one segment of a path, `**` any number, `crate` any crate",
    ),
    Key::table("scope", "which files count"),
    Key::rows(
        "scope.exclude",
        "files that nobody examines, with the reason; tests, benches, examples, build scripts, generated and vendored code are left out anyway",
    ),
    Key::of_row(
        "scope.exclude.path",
        Takes::Text,
        "a glob of files, such as `crates/legacy/**`, or a folder with all below it",
    ),
    Key::of_row("scope.exclude.reason", Takes::Text, "why nobody examines them"),
    Key::rows("waiver", "permissions for findings that no comment can hold or that cover many places"),
    Key::of_row("waiver.check", Takes::OneOrMore, "ids of the checks whose findings are permitted"),
    Key::of_row(
        "waiver.item",
        Takes::Text,
        "a glob of item paths in which it holds, such as `orders::jobs::*`",
    ),
    Key::of_row("waiver.owner", Takes::Text, "who answers for it"),
    Key::of_row(
        "waiver.path",
        Takes::Text,
        "a glob of files in which it holds, or a folder with all below it",
    ),
    Key::of_row("waiver.reason", Takes::Text, "why the findings are permitted"),
    Key::of_row("waiver.until", Takes::Day, "the last day on which it holds; without it there is no end"),
    // The manifest's tables hold the same keys.
    Key::table(
        "workspace.metadata.patscan",
        "in `Cargo.toml`: all of these keys, where there is no `patscan.toml`",
    ),
    Key::table(
        "package.metadata.patscan",
        "in `Cargo.toml`: all of these keys for a package that stands alone; in a workspace only `checks`, which then hold for that package",
    ),
    Key::table("package.metadata.patscan.checks", "settings of checks for one package of a workspace, by id"),
];

/// Names of the keys right below `path`; those at the top for an empty one.
pub(in crate::cli) fn below(path: &str) -> Vec<&'static str> {
    let tails = KEYS.iter().filter_map(|key| {
        let tail = if path.is_empty() { key.path } else { key.path.strip_prefix(path)?.strip_prefix('.')? };
        (!tail.contains('.') && tail != "*").then_some(tail)
    });
    tails.collect()
}

/// The key that a person means by `text`: its path, with any name where the table has `*`.
pub(in crate::cli) fn find(text: &str) -> Option<&'static Key> {
    let wanted: Vec<&str> = parts(text);
    KEYS.iter().find(|key| {
        let path: Vec<&str> = key.path.split('.').collect();
        path.len() == wanted.len()
            && path.iter().zip(&wanted).all(|(key, wanted)| *key == "*" || key == wanted)
    })
}

/// The key whose path is nearest to `text`.
pub(in crate::cli) fn nearest_to(text: &str) -> Option<&'static str> {
    let text = parts(text).join(".");
    nearest(&text, KEYS.iter().map(|key| key.path)).or_else(|| {
        let last = text.rsplit('.').next().unwrap_or("");
        KEYS.iter().find(|key| key.path.rsplit('.').next() == Some(last)).map(|key| key.path)
    })
}

/// `[[waiver]].until` and `checks."a-check".severity` as parts.
fn parts(text: &str) -> Vec<&str> {
    let parts = text.split('.').map(|part| part.trim_matches(|c: char| matches!(c, '[' | ']' | '"' | ' ')));
    parts.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{KEYS, below, find, nearest_to};

    #[test]
    fn a_key_is_found_by_any_spelling_of_its_path() {
        for (text, path) in [
            ("fail-on", "fail-on"),
            ("checks.unbounded-channel.severity", "checks.*.severity"),
            ("[[waiver]].until", "waiver.until"),
            ("scope.exclude", "scope.exclude"),
            ("roles.message", "roles.*"),
        ] {
            assert_eq!(find(text).map(|key| key.path), Some(path), "{text}");
        }
        assert!(find("nothing").is_none());
        assert_eq!(nearest_to("fail_on"), Some("fail-on"));
        assert_eq!(nearest_to("until"), Some("waiver.until"));
    }

    #[test]
    fn each_key_has_its_parent_and_says_what_it_means() {
        for key in KEYS.iter().filter(|key| !key.path.contains("metadata")) {
            if let Some((parent, _)) = key.path.rsplit_once('.') {
                assert!(KEYS.iter().any(|key| key.path == parent), "{parent}");
            }
            assert!(!key.about.is_empty() && !key.about.ends_with('.'), "{}", key.path);
        }
        assert_eq!(below("scope.exclude"), ["path", "reason"]);
        assert!(below("checks").is_empty());
    }
}
