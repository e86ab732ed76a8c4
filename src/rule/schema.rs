//! The JSON Schema (draft 2020-12) of a check, made from the tables of keys. Checks nothing itself.

use crate::catalog::ArgName;
use crate::rule::wire::read::Vocabulary;
use crate::rule::wire::table::{self, KeySpec, Need, Shape, Table};
use crate::rule::{AnalysisSpec, FactKind, ParamKind};
use serde_json::{Map, Value, json};

/// The schema of one check, for editors.
#[must_use]
pub fn schema(words: Vocabulary<'_>) -> Value {
    let mut definitions = Map::new();
    for table in table::ALL {
        definitions.insert(slug(table), object(table));
    }
    definitions.insert("param".to_owned(), json!({ "type": "string", "pattern": "^\\$[A-Za-z0-9_-]+$" }));
    definitions.insert("names".to_owned(), one_or_many(&json!({ "type": "string" })));
    let roles: Vec<&str> = words.catalog.roles().iter().map(|row| &*row.name).collect();
    let role = json!({ "anyOf": [{ "enum": roles }, reference("param")] });
    definitions.insert("roles".to_owned(), one_or_many(&role));
    definitions.insert("scalar".to_owned(), json!({ "type": ["string", "number", "boolean"] }));
    // The default of a parameter may be an empty list.
    let scalars =
        json!({ "anyOf": [reference("scalar"), { "type": "array", "items": reference("scalar") }] });
    definitions.insert("scalars".to_owned(), scalars);
    definitions.insert("fact".to_owned(), json!({ "anyOf": [reference("scalars"), reference("value")] }));
    definitions.insert("analysis".to_owned(), analyses(words.analyses));
    definitions.insert("facts".to_owned(), facts(words.analyses));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:patscan:check:1",
        "title": "patscan check",
        "$ref": "#/$defs/check",
        "$defs": definitions,
    })
}

fn slug(table: &Table) -> String {
    table.name.replace(' ', "-")
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn one_or_many(one: &Value) -> Value {
    json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
}

fn object(table: &'static Table) -> Value {
    let mut properties = Map::new();
    for key in table.keys {
        properties.insert(key.name.to_owned(), described(key));
    }
    let required: Vec<&str> =
        table.keys.iter().filter(|key| key.need == Need::Must).map(|key| key.name).collect();
    let mut found = json!({
        "type": "object",
        "description": table.about,
        "properties": properties,
        "additionalProperties": false,
        "minProperties": 1,
    });
    if let Some(map) = found.as_object_mut() {
        if !required.is_empty() {
            map.insert("required".to_owned(), json!(required));
        }
        if std::ptr::eq(table, &raw const table::SELECTOR) {
            let kinds = table.keys.iter().map(|key| key.name).filter(|name| *name != "where");
            let one: Vec<Value> = kinds.map(|name| json!({ "required": [name] })).collect();
            map.insert("oneOf".to_owned(), json!(one));
        }
    }
    found
}

fn described(key: &KeySpec) -> Value {
    let mut shape = shape(key.shape);
    if let Some(map) = shape.as_object_mut() {
        map.insert("description".to_owned(), json!(key.about));
    }
    shape
}

fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Text | Shape::Glob | Shape::Code | Shape::Message | Shape::NewCode => {
            json!({ "type": "string" })
        }
        // `"format": "regex"` would mean JavaScript's, which has no `(?i)`.
        Shape::Pattern => {
            json!({ "type": "string", "description": "a regular expression of the crate `regex`" })
        }
        Shape::Texts | Shape::Crates => json!({ "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" } },
        ] }),
        Shape::Flag => json!({ "anyOf": [{ "type": "boolean" }, reference("param")] }),
        Shape::Count => json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, reference("param")] }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::Words(words) => one_or_many(&json!({ "enum": words })),
        Shape::Names | Shape::Paths | Shape::Patterns => reference("names"),
        Shape::Roles => reference("roles"),
        Shape::Scalar => reference("scalar"),
        Shape::Scalars => reference("scalars"),
        Shape::Selector => reference("selector"),
        Shape::Selectors => one_or_many(&reference("selector")),
        Shape::Predicate => reference("predicate"),
        Shape::Predicates => one_or_many(&reference("predicate")),
        Shape::PredicatesByName => {
            json!({ "type": "object", "additionalProperties": reference("predicate") })
        }
        Shape::Table(table) => reference(&slug(table)),
        Shape::TableOrPaths(table) => json!({ "anyOf": [reference(&slug(table)), reference("names")] }),
        Shape::Tables(table) => one_or_many(&reference(&slug(table))),
        Shape::ByName(table) => json!({ "type": "object", "additionalProperties": reference(&slug(table)) }),
        Shape::MessagesByName => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Shape::Analysis => reference("analysis"),
        Shape::Facts => reference("facts"),
        Shape::ArgAt => {
            let names: Vec<&str> = ArgName::ALL.iter().map(|(_, name)| *name).collect();
            json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, { "enum": names }] })
        }
    }
}

fn analyses(specs: &[&'static AnalysisSpec]) -> Value {
    let names: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
    let mut forms = vec![json!({ "enum": names })];
    forms.extend(specs.iter().map(|spec| analysis(spec)));
    json!({ "anyOf": forms })
}

fn analysis(spec: &AnalysisSpec) -> Value {
    let mut properties = Map::new();
    properties.insert("name".to_owned(), json!({ "const": spec.name }));
    for param in spec.params {
        let kind = match param.kind {
            ParamKind::Count => json!({ "type": "integer" }),
            ParamKind::Duration | ParamKind::Bytes | ParamKind::Text => {
                json!({ "type": ["string", "number"] })
            }
            ParamKind::Bool => json!({ "type": "boolean" }),
            ParamKind::Names => reference("names"),
        };
        let default = (param.default)().to_string();
        let about = format!("{}; default: {default}", param.about);
        properties.insert(
            param.name.to_owned(),
            json!({ "anyOf": [kind, reference("param")], "description": about }),
        );
    }
    json!({
        "type": "object",
        "description": spec.about,
        "properties": properties,
        "required": ["name"],
        "additionalProperties": false,
    })
}

/// Facts of all analyses: one that several tell may have the values of each.
fn facts(specs: &[&'static AnalysisSpec]) -> Value {
    let mut properties = Map::new();
    for fact in specs.iter().flat_map(|spec| spec.facts) {
        let values = match fact.kind {
            FactKind::Symbols(words) => one_or_many(&json!({ "enum": words })),
            FactKind::Count | FactKind::Duration | FactKind::Text => reference("fact"),
        };
        let entry = properties
            .entry(fact.name.to_owned())
            .or_insert_with(|| json!({ "anyOf": [], "description": fact.about }));
        if let Some(forms) = entry.get_mut("anyOf").and_then(Value::as_array_mut) {
            forms.push(values);
            forms.push(reference("value"));
        }
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 })
}
