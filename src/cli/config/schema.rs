//! The JSON Schema of the configuration, for editors, made of the table of keys. Checks nothing.

use crate::catalog::Catalog;
use crate::cli::config::key::{KEYS, Key, SELECTORS, Takes, below};
use serde_json::{Map, Value, json};

/// Keys that a row must have.
const MUST: [(&str, &[&str]); 3] = [
    ("override", &["path", "checks"]),
    ("scope.exclude", &["path", "reason"]),
    ("waiver", &["check", "owner", "reason"]),
];

/// The schema of `patscan.toml`.
pub(in crate::cli) fn schema() -> Value {
    let mut schema = object("");
    schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".to_owned(), json!("patscan.toml"));
    schema.insert("description".to_owned(), json!("configuration of patscan, a scanner of Rust services"));
    Value::Object(schema)
}

/// The table at `path`.
fn object(path: &str) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    let star = format!("{path}.*");
    if path == "roles" {
        let roles = Catalog::builtin().roles().iter().filter(|row| row.is_declarable);
        let role =
            |name: &str| (name.to_owned(), KEYS.iter().find(|key| key.path == star).map_or(json!({}), value));
        schema.insert("properties".to_owned(), roles.map(|row| role(&row.name)).collect());
        schema.insert("additionalProperties".to_owned(), json!(false));
        return schema;
    }
    if let Some(any) = KEYS.iter().find(|key| key.path == star) {
        schema.insert("additionalProperties".to_owned(), value(any));
        return schema;
    }
    let at = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let keys = below(path).into_iter().filter_map(|name| {
        let key = KEYS.iter().find(|key| key.path == at(name))?;
        Some((name.to_owned(), value(key)))
    });
    schema.insert("properties".to_owned(), keys.collect());
    schema.insert("additionalProperties".to_owned(), json!(false));
    if let Some((_, names)) = MUST.iter().find(|(row, _)| *row == path) {
        schema.insert("required".to_owned(), json!(names));
    }
    schema
}

/// What may stand behind a key.
fn value(key: &Key) -> Value {
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let mut schema = match key.takes {
        Takes::Text | Takes::Day => json!({ "type": "string" }),
        Takes::OneOrMore => json!({ "type": ["string", "array"], "items": { "type": "string" } }),
        Takes::Texts => texts,
        Takes::Word(words) => json!({ "type": "string", "enum": words }),
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::Selectors => {
            let keys: Map<String, Value> =
                SELECTORS.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
            let part =
                json!({ "type": ["string", "object"], "properties": keys, "additionalProperties": false });
            json!({ "type": "array", "items": part, "minItems": 1 })
        }
        Takes::Value => {
            json!({ "type": ["string", "integer", "boolean", "array"], "items": { "type": "string" } })
        }
        Takes::Table => Value::Object(object(key.path)),
        Takes::Rows => json!({ "type": "array", "items": object(key.path) }),
    };
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), json!(key.about));
        if let Some(Ok(default)) = default_of(key) {
            schema.insert("default".to_owned(), default);
        }
    }
    schema
}

/// The default, where it is a value and no explanation.
fn default_of(key: &Key) -> Option<Result<Value, serde_json::Error>> {
    (!key.default.is_empty()).then(|| serde_json::from_str(key.default))
}
