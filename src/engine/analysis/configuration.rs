//! Tables of configuration files beside the code, such as the queue consumers of `wrangler.toml`: whether they have a key,
//! and what it is set to. Judges no value.

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::engine::{FactValue, Subject};
use crate::facts::{Codebase, ConfigTable, ConfigValue};

/// The analysis `configuration`.
pub(super) struct Configuration;

static SPEC: Spec = Spec {
    name: "configuration",
    about: "tables of configuration files beside the code: `wrangler.toml`, `wrangler.json` and `wrangler.jsonc`",
    params: &[
        ParamSpec {
            name: "table",
            kind: ParamKind::Text,
            about: "the keys that lead to the table, such as `queues.consumers`; those of named environments count as well",
            default: || ParamValue::Text(String::new()),
        },
        ParamSpec {
            name: "key",
            kind: ParamKind::Text,
            about: "the key in question",
            default: || ParamValue::Text(String::new()),
        },
        ParamSpec {
            name: "title",
            kind: ParamKind::Text,
            about: "the key whose value names the table in messages; default: name",
            default: || ParamValue::Text("name".to_owned()),
        },
    ],
    facts: &[
        FactSpec {
            name: "set",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether the table has the key; its place is the value, or the table",
        },
        FactSpec { name: "count", kind: FactKind::Count, about: "its value, where that is a whole number" },
        FactSpec { name: "text", kind: FactKind::Text, about: "its value, where that is a text or a flag" },
        FactSpec { name: "title", kind: FactKind::Text, about: "what the table is called, where it says so" },
    ],
};

impl Analysis for Configuration {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let (tables, wanted) = (codebase.config_tables(file), params.text("table"));
        let meant = tables.iter().filter(|table| is_meant(&table.path, wanted));
        meant.map(|table| subject(codebase, file, params, table)).collect()
    }
}

/// Whether a table is the wanted one, or that of a named environment.
fn is_meant(path: &str, wanted: &str) -> bool {
    let of_environment = || path.strip_prefix("env.").and_then(|path| path.split_once('.'));
    path == wanted || of_environment().is_some_and(|(_, path)| path == wanted)
}

fn subject(codebase: &Codebase, file: FileIdx, params: &Params, table: &ConfigTable) -> Subject {
    let entry = |key: &str| table.entries.iter().find(|entry| &*entry.key == key);
    let subject = Subject::new(file, codebase.tree(file).root()).narrowed(table.span);
    let subject = match entry(params.text("title")).map(|entry| &entry.value) {
        Some(ConfigValue::Text(title)) => subject.with("title", FactValue::Text(title.to_string())),
        Some(ConfigValue::Count(_) | ConfigValue::Flag(_) | ConfigValue::Other) | None => {
            subject.with("title", FactValue::Text("(without a name)".to_owned()))
        }
    };
    let Some(entry) = entry(params.text("key")) else {
        return subject.with_at("set", FactValue::Symbol("no"), (file, table.span));
    };
    let place = (file, entry.span);
    let subject = subject.with_at("set", FactValue::Symbol("yes"), place);
    match &entry.value {
        ConfigValue::Count(count) => subject.with_at("count", FactValue::Count(*count), place),
        ConfigValue::Text(text) => subject.with_at("text", FactValue::Text(text.to_string()), place),
        ConfigValue::Flag(flag) => subject.with_at("text", FactValue::Text(flag.to_string()), place),
        ConfigValue::Other => subject,
    }
}
