//! The schema against the built-in checks and against broken ones, by a validator of the few keywords that it uses.

use patscan::rule::{RuleSet, schema};
use patscan::scan::vocabulary;
use serde_json::Value;

/// Why `value` is refused; nothing where it is accepted. A keyword that this does not know refuses all.
fn refusal(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    let keywords = schema.as_object().expect("a schema");
    keywords.iter().find_map(|(keyword, wanted)| match keyword.as_str() {
        "$schema" | "$id" | "$defs" | "title" | "description" | "default" | "format" => None,
        "$ref" => {
            let name =
                wanted.as_str().and_then(|text| text.strip_prefix("#/$defs/")).expect("a local reference");
            match root["$defs"].get(name) {
                Some(definition) => refusal(root, definition, value),
                None => Some(format!("no definition `{name}`")),
            }
        }
        "type" => {
            let types = wanted.as_array().cloned().unwrap_or_else(|| vec![wanted.clone()]);
            let is_fit = types.iter().any(|ty| match ty.as_str().expect("a type") {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "integer" => value.is_i64(),
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                _ => false,
            });
            (!is_fit).then(|| format!("{value} is no {wanted}"))
        }
        "enum" => (!wanted.as_array().expect("a list").contains(value))
            .then(|| format!("{value} is not in {wanted}")),
        "const" => (wanted != value).then(|| format!("{value} is not {wanted}")),
        "pattern" => {
            let pattern =
                regex::Regex::new(wanted.as_str().expect("a pattern")).expect("a regular expression");
            value.as_str().filter(|text| !pattern.is_match(text)).map(|text| format!("{text} does not match"))
        }
        "minimum" => (value.as_i64() < wanted.as_i64()).then(|| format!("{value} is too small")),
        "minItems" => (value.as_array().map(Vec::len) == Some(0)).then(|| "empty list".to_owned()),
        "minProperties" => {
            (value.as_object().map(serde_json::Map::len) == Some(0)).then(|| "empty".to_owned())
        }
        "items" => value.as_array().and_then(|list| list.iter().find_map(|part| refusal(root, wanted, part))),
        "required" => {
            let names = wanted.as_array().expect("a list").iter().map(|name| name.as_str().expect("a name"));
            names.filter(|name| value.get(name).is_none()).map(|name| format!("{name} is missing")).next()
        }
        "properties" => value.as_object().and_then(|map| {
            let known = map.iter().filter_map(|(key, part)| Some((key, wanted.get(key)?, part)));
            known
                .filter_map(|(key, schema, part)| Some(format!("{key}: {}", refusal(root, schema, part)?)))
                .next()
        }),
        "additionalProperties" => {
            let known = schema.get("properties");
            let rest = value.as_object().into_iter().flatten();
            let mut rest =
                rest.filter(|(key, _)| known.is_none_or(|known| known.get(key.as_str()).is_none()));
            rest.find_map(|(key, part)| match wanted {
                Value::Bool(false) => Some(format!("unknown key {key}")),
                other => refusal(root, other, part),
            })
        }
        "anyOf" => {
            let refusals: Option<Vec<String>> =
                wanted.as_array().expect("a list").iter().map(|form| refusal(root, form, value)).collect();
            refusals.map(|refusals| refusals.join(" / "))
        }
        "oneOf" => {
            let forms = wanted.as_array().expect("a list");
            let n_fit = forms.iter().filter(|form| refusal(root, form, value).is_none()).count();
            (n_fit != 1).then(|| format!("{n_fit} forms fit"))
        }
        other => Some(format!("keyword {other} is not known to this test")),
    })
}

/// Why the schema refuses a check; nothing where it accepts it.
fn refusal_of(yaml: &str) -> Option<String> {
    let schema = schema(vocabulary());
    let value: Value = serde_saphyr::from_str(yaml).expect("YAML");
    refusal(&schema, &schema, &value)
}

#[test]
fn the_schema_accepts_every_built_in_check() {
    let (rules, _) = RuleSet::builtin(vocabulary());
    assert!(!rules.rules.is_empty());
    for rule in &rules.rules {
        assert_eq!(refusal_of(rule.page.slice(rule.body)), None, "{}", rule.id);
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let head = "check: a\nseverity: error\nprecision: exact\nmessage: m\nbecause: b\nhelp: h\n";
    for (text, is_accepted) in [
        ("select: { macro: [todo] }", true),
        ("select: [{ call: a::b }, { call: { path: a::b, args: 2 } }]", true),
        ("select: { macro: [todo] }\nrequire: { any: [{ name: x }, { fact: { } }] }", false),
        ("select: { macro: [todo], import: [x] }", false),
        ("select: { macro: [todo] }\nrequire: {}", false),
        ("select: { macro: [todo] }\nrequire: { nam: x }", false),
        ("select: { macro: [] }", false),
        ("select: { call: { role: publsh } }", false),
        ("select: { call: { role: publish } }", true),
        ("select: { call: { args: -1 } }", false),
        ("select: { call: { args: $n } }", true),
        ("select: { loop: { kind: retri } }", false),
        ("select: { chain: { ends: build } }", false),
        ("selct: 1", false),
    ] {
        let full = format!("{head}{text}\n");
        let refusal = refusal_of(&full);
        assert_eq!(refusal.is_none(), is_accepted, "{text}: {refusal:?}");
    }
}

#[test]
fn the_schema_of_the_configuration_agrees_with_its_reader() {
    let temp = crate::cli::folder(&[("src/lib.rs", "pub fn f() {}\n")]);
    let printed = crate::cli::run(temp.path(), &["schema", "config"]);
    let schema: Value = serde_json::from_str(&printed.out).expect("JSON");
    for (text, is_accepted) in [
        ("fail-on = \"never\"\nextends = []\npatterns = [\"src\"]", true),
        ("fail-on = \"newer\"", false),
        ("failon = \"never\"", false),
        ("[roles]\nmessage = [\"a::*\", { implements = \"B\" }]", true),
        ("[roles]\nmesage = [\"a::*\"]", false),
        ("[roles]\nmessage = []", false),
        ("[roles]\nmessage = [{ implement = \"B\" }]", false),
        ("[checks.unbounded-channel]\nseverity = \"note\"\nwaivable = false\nenabled = true", true),
        ("[checks.unbounded-channel]\nseverity = \"off\"", false),
        ("[docs.DM-05]\nseverity = \"off\"", true),
        ("[[override]]\npath = \"a\"\nchecks.unbounded-channel.enabled = false", true),
        ("[[override]]\npath = \"a\"", false),
        ("[[override]]\npath = \"a\"\nchecks.unbounded-channel.waivable = false", false),
        ("[[scope.exclude]]\npath = \"a\"\nreason = \"b\"", true),
        ("[[scope.exclude]]\npath = \"a\"", false),
        (
            "[[waiver]]\ncheck = \"a-check\"\npath = \"a\"\nowner = \"b\"\nreason = \"c\"\nuntil = \"2027-01-31\"",
            true,
        ),
        ("[[waiver]]\nchek = \"a-check\"", false),
    ] {
        let value: Value = toml::from_str(text).expect("TOML");
        let refusal = refusal(&schema, &schema, &value);
        crate::cli::write(temp.path(), "patscan.toml", text.as_bytes());
        let read = crate::cli::run(temp.path(), &["config"]);
        assert_eq!(refusal.is_none(), is_accepted, "{text}: {refusal:?}");
        assert_eq!(read.code == 0, is_accepted, "{text}: {}", read.err);
    }
}
