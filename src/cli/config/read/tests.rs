//! Configuration texts with what is read from them and what is told.

use super::{file, manifest};
use crate::base::{RelPath, SourceText};
use crate::catalog::{Role, RoleSelector};
use crate::finding::Severity;
use crate::policy::FailOn;
use crate::rule::SettingValue;
use std::collections::BTreeMap;

fn source(text: &str) -> SourceText {
    SourceText::new(RelPath::new("patscan.toml"), text)
}

/// The beginning of every problem of `text`, as `line:column message | help`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let (_, problems) = file(&source(text));
    let told: Vec<String> = problems
        .iter()
        .map(|problem| {
            let (line, column) = problem.place.as_ref().and_then(|place| place.line_column).expect("a place");
            let help = if problem.help.is_empty() { String::new() } else { format!(" | {}", problem.help) };
            format!("{line}:{column} {}{help}", problem.message)
        })
        .collect();
    let is_told =
        told.len() == expected.len() && told.iter().zip(expected).all(|(told, head)| told.starts_with(head));
    assert!(is_told, "told:\n{}", told.join("\n"));
}

const WHOLE: &str = r#"
fail-on = "warning"
[roles]
message = ["orders::jobs::*Job", { implements = "BackgroundJob" }, { derives = "Event" }]
domain = [{ file = "crates/*/src/domain/**" }]
[checks.timeout-over-limit]
severity = "warning"
params = { limit = "30 s", attempts = 3, strict = true, names = ["a", "b"] }
[checks.unbounded-channel]
enabled = false
[[scope.exclude]]
path = "crates/legacy/**"
reason = "frozen, replaced by orders-v2"
"#;

#[test]
fn a_whole_file_is_read() {
    let (config, problems) = file(&source(WHOLE));
    assert_eq!(problems, []);
    assert_eq!(config.fail_on, Some(FailOn::Warning));
    let message = config.roles.iter().find(|role| Some(role.role) == Role::named("message"));
    assert_eq!(
        message.expect("the role").selectors,
        [
            RoleSelector::Path("orders::jobs::*Job".to_owned()),
            RoleSelector::Implements("BackgroundJob".to_owned()),
            RoleSelector::Derives("Event".to_owned()),
        ]
    );
    let [limit, channel] = config.layers[0].checks.as_slice() else { panic!("two checks") };
    assert_eq!((limit.id.as_str(), limit.severity), ("timeout-over-limit", Some(Severity::Warning)));
    assert_eq!((channel.id.as_str(), channel.is_enabled), ("unbounded-channel", Some(false)));
    let text = |text: &str| SettingValue::Text(text.to_owned());
    let params: BTreeMap<&str, SettingValue> =
        limit.params.iter().map(|(name, value, _)| (name.as_str(), value.clone())).collect();
    assert_eq!(
        params,
        BTreeMap::from([
            ("attempts", text("3")),
            ("limit", text("30 s")),
            ("names", SettingValue::Names(vec!["a".to_owned(), "b".to_owned()])),
            ("strict", text("true")),
        ])
    );
    let exclusion = ("crates/legacy/**", "frozen, replaced by orders-v2");
    assert_eq!(
        config.exclusions.iter().map(|it| (it.path.as_str(), it.reason.as_str())).collect::<Vec<_>>(),
        [exclusion]
    );
}

#[test]
fn the_manifest_holds_the_same_and_the_workspace_comes_first() {
    let text =
        "[package.metadata.patscan]\nfail-on = \"note\"\n[workspace.metadata.patscan]\nfail-on = \"never\"\n";
    assert_eq!(manifest(&source(text)).0.fail_on, Some(FailOn::Never));
    assert_eq!(
        manifest(&source(text.split("[workspace").next().unwrap_or(""))).0.fail_on,
        Some(FailOn::Note)
    );
    assert!(manifest(&source("[package")).1.is_empty());
}

#[test]
fn a_conflict_is_told_once() {
    check(
        "<<<<<<< HEAD\nfail-on = \"error\"\n=======\nfail-on = \"note\"\n>>>>>>> x\n",
        &["1:1 this is a conflict marker of git | keep what holds"],
    );
}

#[test]
fn all_mistakes_are_told_at_once_each_at_its_place() {
    check(
        "fail_on = \"error\"\nfail-on = \"errors\"\n[roles]\nmesage = []\nmessage = [3, { implement = \"X\" }, \"\"]\n",
        &[
            "1:1 unknown key `fail_on` | did you mean `fail-on`? allowed: `baseline`, `checks`, `docs`, `extends`, `fail-on`, `name`, `override`, `pages`, `patterns`, `roles`, `scope`, `waiver`",
            "2:11 unknown threshold `errors` | did you mean `error`? allowed: `error`, `warning`, `note`, `never`",
            "4:1 unknown role `mesage` | did you mean `message`? allowed: `http-handler`, ",
            "5:12 a table is expected, not a number",
            "5:17 unknown key `implement` | did you mean `implements`? allowed: `attribute`, `derives`, `file`, `implements`, `name`, `path`",
            "5:36 the text is empty | write it, or take the key out",
        ],
    );
}

#[test]
fn checks_and_exclusions_are_strict_too() {
    check(
        "[checks.Bad_Id]\n[checks.a-check]\nseverity = \"fatal\"\nenabled = 1\nparams = { x = 1.5 }\nparam = {}\n[[scope.exclude]]\npath = \"a[\"\nreason = \"r\"\n[[scope.exclude]]\npath = \"b\"\n",
        &[
            "1:9 `Bad_Id` is no check id | ids are lower-case words joined by `-`",
            "3:12 unknown severity `fatal` | allowed: `error`, `warning`, `note`",
            "4:11 a flag is expected, not a number",
            "5:16 a fraction is no parameter | parameters are texts such as",
            "6:1 unknown key `param` | did you mean `params`? allowed: `enabled`, `params`, `severity`, `waivable`",
            "8:8 not a glob: unclosed character class; missing ']' | `*` and `**` stand for names",
            "10:1 the exclusion has no `reason` | give a `path` glob and a `reason`",
        ],
    );
}

#[test]
fn broken_toml_is_told_with_its_place() {
    check(
        "fail-on = \n[roles\n",
        &["1:11 not TOML: string values must be quoted", "2:7 not TOML: unclosed table"],
    );
}
