//! One row's YAML to an [`Api`] or a [`TypeRow`], with everything wrong about it. Builds no index.

use crate::catalog::api::{ChainStep, Matcher, Timing, TypeRow, VersionRange, read_version};
use crate::catalog::fact::read_duration;
use crate::catalog::fields::{Fields, Reader};
use crate::catalog::read::{paths, role_set, type_expr};
use crate::catalog::yaml::{Node, Value};
use crate::catalog::{Api, ArgName, FactKey, FactKind, FactValue, Grade, RoleSet, TypeExpr};

/// Method names that say nothing about whose they are.
pub(super) const NEVER_DISTINCTIVE: [&str; 36] = [
    "send", "push", "get", "insert", "ack", "next", "run", "put", "delete", "publish", "call", "execute",
    "lock", "add", "recv", "commit", "nack", "pop", "remove", "set", "read", "write", "poll", "new", "build",
    "start", "stop", "query", "find", "update", "save", "request", "connect", "all", "one", "open",
];

/// Reads a row of `apis`.
pub(super) fn api(reader: &mut Reader<'_>, node: &Node, krate: &str) -> Option<Api> {
    let mut fields = reader.fields(node)?;
    let (matcher, paths) = matcher(reader, &mut fields);
    let mut api = Api {
        krate: krate.into(),
        seen: Box::default(),
        source: reader.text_or_empty(fields.take("source")),
        grade: grade(reader, &mut fields),
        matcher: matcher?,
        paths,
        roles: role_set(reader, fields.take("roles")),
        self_roles: role_set(reader, fields.take("self_roles")),
        generic_roles: roles_by_place(reader, fields.take("generic_roles")),
        arg_roles: roles_by_place(reader, fields.take("arg_roles")),
        handler_roles: role_set(reader, fields.take("handler_roles")),
        handler_arg_roles: roles_by_place(reader, fields.take("handler_arg_roles")),
        args: args(reader, fields.take("args")),
        generics: reader.texts(fields.take("generics")),
        returns: type_expr(reader, &mut fields, "returns"),
        awaits: awaits(reader, &mut fields),
        timing: timing(reader, &mut fields),
        step: step(reader, &mut fields),
        is_distinctive: reader.flag(fields.take("distinctive")),
        takes_any_receiver: reader.flag(fields.take("any_receiver")),
        only_in_trait_impl: reader.flag(fields.take("only_in_trait_impl")),
        facts: facts(reader, fields.take("facts")),
        versions: versions(reader, &mut fields),
        note: reader.text_or_empty(fields.take("note")),
    };
    reader.finish(&fields);
    complain(reader, &fields, &api);
    // A builder's method gives the builder unless told otherwise, and the end of a chain never does.
    if api.step == ChainStep::Terminal && api.returns.is_none() {
        api.returns = Some(TypeExpr::Param("_".into()));
    }
    Some(api)
}

/// Reads a row of `types`.
pub(super) fn type_row(reader: &mut Reader<'_>, node: &Node, krate: &str) -> Vec<TypeRow> {
    let Some(mut fields) = reader.fields(node) else { return Vec::new() };
    let named = paths(reader, fields.take("type"));
    if named.is_empty() {
        reader.wrong(fields.span, "a row of `types` needs the type's path under `type`");
    }
    let model = TypeRow {
        krate: krate.into(),
        path: Box::default(),
        params: reader.texts(fields.take("params")),
        roles: role_set(reader, fields.take("roles")),
        is_builder: reader.flag(fields.take("builder")),
        is_queue_source: reader.flag(fields.take("queue_source")),
        is_in_process: reader.flag(fields.take("in_process")),
        item: type_expr(reader, &mut fields, "item"),
        derefs: type_expr(reader, &mut fields, "derefs"),
        opens: type_expr(reader, &mut fields, "opens"),
        payload: reader.texts(fields.take("payload")),
        broker_id: reader.texts(fields.take("broker_id")),
        facts: facts(reader, fields.take("facts")),
        note: reader.text_or_empty(fields.take("note")),
    };
    fields.take("source");
    reader.finish(&fields);
    named.into_iter().map(|path| TypeRow { path, ..model.clone() }).collect()
}

/// What a row as a whole must hold.
fn complain(reader: &mut Reader<'_>, fields: &Fields<'_>, api: &Api) {
    if api.source.is_empty() {
        reader.wrong(fields.span, "a row needs the place it was read from under `source`");
    }
    for path in &api.paths {
        let name = path.rsplit("::").next().unwrap_or(path);
        if api.is_distinctive && NEVER_DISTINCTIVE.contains(&name) {
            reader.wrong(fields.span, format!("the name `{name}` is too common to be distinctive"));
        }
        if matches!(api.matcher, Matcher::Call) && !path.contains("::") {
            reader.wrong(fields.span, format!("`{path}` needs the crate before the name"));
        }
    }
}

fn matcher(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> (Option<Matcher>, Vec<Box<str>>) {
    let methods = reader.texts(fields.take("method"));
    let args = reader.texts(fields.take("attribute_args"));
    let inside = fields.take("inside").and_then(|node| reader.text(node)).map(Into::into);
    let assoc_roles = assoc_roles(reader, fields.take("assoc_roles"));
    let kinds = [
        ("call", Matcher::Call),
        ("macro", Matcher::Macro),
        ("attribute", Matcher::Attribute { args, inside, methods: methods.clone() }),
        ("implements", Matcher::Implements { methods, assoc_roles }),
        ("param", Matcher::Param),
        ("derives", Matcher::Derive),
    ];
    let mut found = (None, Vec::new());
    let mut n_found = 0;
    for (key, matcher) in kinds {
        if let Some(node) = fields.take(key) {
            n_found += 1;
            found = (Some(matcher), paths(reader, Some(node)));
        }
    }
    if n_found != 1 || found.1.is_empty() {
        let message =
            "a row needs exactly one of `call`, `macro`, `attribute`, `implements`, `param`, `derives`";
        reader.wrong(fields.span, message);
    }
    found
}

fn assoc_roles(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<(Box<str>, RoleSet)> {
    let entries = node.and_then(|node| reader.entries(node)).unwrap_or_default();
    entries.iter().map(|(key, value)| (key.text.as_str().into(), role_set(reader, Some(value)))).collect()
}

fn roles_by_place(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<(u8, RoleSet)> {
    let entries = node.and_then(|node| reader.entries(node)).unwrap_or_default();
    let mut found = Vec::new();
    for (key, value) in entries {
        match key.text.parse() {
            Ok(place) => found.push((place, role_set(reader, Some(value)))),
            Err(_) => reader.wrong(key.span, format!("`{}` is no position", key.text)),
        }
    }
    found
}

fn args(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<(ArgName, u8)> {
    let entries = node.and_then(|node| reader.entries(node)).unwrap_or_default();
    let mut found = Vec::new();
    for (key, value) in entries {
        let Some(name) = ArgName::named(&key.text) else {
            let known = ArgName::ALL.into_iter().map(|(_, spelling)| spelling);
            reader.wrong_word(key.span, format!("unknown argument name `{}`", key.text), &key.text, known);
            continue;
        };
        found.extend(reader.position(value).map(|at| (name, at)));
    }
    found
}

fn facts(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<(FactKey, FactValue)> {
    let entries = node.and_then(|node| reader.entries(node)).unwrap_or_default();
    let mut found = Vec::new();
    for (key, node) in entries {
        let Some((name, kind)) = FactKey::named(&key.text) else {
            let known = FactKey::ALL.into_iter().map(|(_, spelling, _)| spelling);
            reader.wrong_word(key.span, format!("unknown fact `{}`", key.text), &key.text, known);
            continue;
        };
        match fact_value(kind, &node.value) {
            Some(value) => found.push((name, value)),
            None => reader.wrong(node.span, format!("`{}` does not take this value", key.text)),
        }
    }
    found
}

fn fact_value(kind: FactKind, value: &Value) -> Option<FactValue> {
    match (kind, value) {
        (FactKind::Time | FactKind::Count, Value::Text(text)) if text == "none" => Some(FactValue::Absent),
        (FactKind::Time, Value::Text(text)) => read_duration(text).map(FactValue::Time),
        (FactKind::Count, Value::Count(count)) => u64::try_from(*count).ok().map(FactValue::Count),
        (FactKind::Flag, Value::Flag(flag)) => Some(FactValue::Flag(*flag)),
        (FactKind::Word, Value::Text(text)) => Some(FactValue::Word(text.as_str().into())),
        (FactKind::Time | FactKind::Count | FactKind::Flag | FactKind::Word, _) => None,
    }
}

fn grade(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Grade {
    let word = reader.text_or_empty(fields.take("grade"));
    let found = Grade::ALL.into_iter().find(|(_, known)| **known == *word);
    if found.is_none() {
        reader.wrong(fields.span, "a row needs `grade: high`, `medium` or `low`");
    }
    found.map_or(Grade::Low, |(grade, _)| grade)
}

fn awaits(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> u8 {
    fields.take("awaits").and_then(|node| reader.position(node)).unwrap_or(0)
}

fn timing(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Timing {
    let is_blocking = reader.flag(fields.take("blocking"));
    match (is_blocking, reader.flag(fields.take("async"))) {
        (true, false) => Timing::Blocking,
        (false, true) => Timing::Async,
        (false, false) => Timing::Instant,
        (true, true) => {
            reader.wrong(fields.span, "a row is `blocking` or `async`, not both");
            Timing::Blocking
        }
    }
}

fn step(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> ChainStep {
    let is_deferred = reader.flag(fields.take("deferred"));
    match (is_deferred, reader.flag(fields.take("terminal"))) {
        (true, _) => ChainStep::Deferred,
        (false, true) => ChainStep::Terminal,
        (false, false) => ChainStep::Whole,
    }
}

fn versions(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> VersionRange {
    let mut bound = |key| {
        let node = fields.take(key)?;
        let version = read_version(reader.text(node)?);
        if version.is_none() {
            reader.wrong(node.span, "a version such as \"0.8\" is expected here");
        }
        version
    };
    VersionRange { since: bound("since"), before: bound("before") }
}
