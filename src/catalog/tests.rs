//! Tests of the loader and of the built-in rows.

use crate::catalog::{ArgName, Catalog, Matcher, Role, RoleKind};

/// Loads `text` and compares the messages, each with its line.
#[track_caller]
fn check(text: &str, expected: &[(u32, &str, &str)]) -> Catalog {
    let (catalog, problems) = Catalog::from_yaml(&[("a.yaml", text)]);
    let found: Vec<(u32, &str, &str)> = problems
        .iter()
        .map(|problem| {
            let line = problem.place.as_ref().and_then(|place| place.line_column).map_or(0, |(line, _)| line);
            (line, &*problem.message, &*problem.help)
        })
        .collect();
    assert_eq!(found, expected);
    catalog
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    check(
        "
crates:
  - crate: a
    seen: \"1.0\"
    apis:
      - call: [a::T::basic_send]
        rols: [publish]
        grade: high
        source: x
      - call: [\"a::T::m (\"]
        roles: [publsh]
        grade: hgh
        source: x
        args: { paylod: 0 }
        facts: { default-timeout: 60 }
        returns: a<
      - roles: [publish]
        grade: low
        source: x
      - { call: [a::T::send], roles: [publish], grade: high, distinctive: true }
",
        &[
            (7, "unknown key `rols`", "did you mean `roles`"),
            (
                10,
                "a row needs exactly one of `call`, `macro`, `attribute`, `implements`, `param`, `derives`",
                "",
            ),
            (10, "a row needs `grade: high`, `medium` or `low`", ""),
            (10, "`a::T::m (` is no path", ""),
            (11, "unknown role `publsh`", "did you mean `publish`"),
            (14, "unknown argument name `paylod`", "did you mean `payload`"),
            (15, "`default-timeout` does not take this value", ""),
            (16, "`a<` is no type hint: a type is missing at its end", ""),
            (
                17,
                "a row needs exactly one of `call`, `macro`, `attribute`, `implements`, `param`, `derives`",
                "",
            ),
            (20, "a row needs the place it was read from under `source`", ""),
            (20, "the name `send` is too common to be distinctive", ""),
        ],
    );
}

#[test]
fn a_facade_is_the_crate_behind_it() {
    let catalog = check(
        "
aliases: { facade: real, real::Old: real::New, real::New::x: real::y }
crates:
  - crate: real
    seen: \"1.0\"
    apis:
      - { call: [real::Old::make], roles: [client-ctor], grade: high, source: x, returns: facade::Old }
",
        &[],
    );
    assert_eq!(catalog.canonical("facade::Old::make"), "real::New::make");
    assert_eq!(catalog.canonical("facade::Old::x::z"), "real::y::z");
    assert_eq!(catalog.canonical("facades::Old"), "facades::Old");
    let [idx] = catalog.apis_of_path("real::New::make") else { panic!("one row") };
    assert_eq!(catalog.api(*idx).returns.as_ref().map(ToString::to_string).as_deref(), Some("real::New"));
    assert_eq!(catalog.apis_of_method("make"), [*idx]);
}

#[test]
fn a_circle_of_aliases_ends() {
    let catalog = check("aliases: { a: b, b: a }", &[]);
    assert!(catalog.canonical("a::x").ends_with("::x"));
}

#[test]
fn the_built_in_catalogue_has_no_mistake() {
    let problems: Vec<String> = Catalog::builtin_problems()
        .iter()
        .map(|problem| {
            format!("{:?} {}", problem.place.as_ref().map(|place| &place.line_column), problem.message)
        })
        .collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn lapin_rows_answer_as_the_layers_above_ask() {
    let catalog = Catalog::builtin();
    let [idx] = catalog.apis_of_path("lapin::Channel::basic_publish") else { panic!("one row") };
    let api = catalog.api(*idx);
    assert_eq!(api.arg(ArgName::Payload), Some(3));
    assert_eq!(api.awaits, 2);
    assert!(api.roles.contains(Role::named("publish").expect("a role")));
    assert!(api.is_distinctive && api.matcher == Matcher::Call);
}

#[test]
fn roles_stand_on_what_they_are_for() {
    let misplaced: Vec<String> = Catalog::builtin()
        .apis()
        .filter(|(_, api)| matches!(api.matcher, Matcher::Call | Matcher::Macro))
        .flat_map(|(_, api)| api.roles.iter().map(move |role| (api, role)))
        .filter(|(_, role)| role.row().is_none_or(|row| row.kind != RoleKind::Expression))
        .map(|(api, role)| format!("{:?} {role}", api.paths))
        .collect();
    assert!(misplaced.is_empty(), "{misplaced:#?}");
}

/// Package names of the role catalogue that must have rows.
const CRATES: [&str; 106] = [
    "worker",
    "rdkafka",
    "lapin",
    "aws-sdk-sqs",
    "aws-sdk-sns",
    "aws_lambda_events",
    "async-nats",
    "pulsar",
    "google-cloud-pubsub",
    "gcloud-pubsub",
    "redis",
    "apalis",
    "apalis-workflow",
    "apalis-cron",
    "fang",
    "sqlxmq",
    "pgmq",
    "rumqttc",
    "iggy",
    "faktory",
    "graphile_worker",
    "rusty-sidekiq",
    "background-jobs-core",
    "underway",
    "job",
    "obix",
    "restate-sdk",
    "temporalio-sdk",
    "celery",
    "omniqueue",
    "tokio-cron-scheduler",
    "clokwerk",
    "tokio",
    "async-channel",
    "flume",
    "crossbeam-channel",
    "kanal",
    "futures-channel",
    "std",
    "axum",
    "axum-extra",
    "actix-web",
    "rocket",
    "warp",
    "poem",
    "poem-openapi",
    "salvo",
    "tonic",
    "async-graphql",
    "tower",
    "tower-http",
    "tower_governor",
    "lambda_runtime",
    "reqwest",
    "reqwest-middleware",
    "reqwest-retry",
    "hyper-util",
    "ureq",
    "awc",
    "isahc",
    "sqlx",
    "sea-orm",
    "diesel",
    "diesel-async",
    "tokio-postgres",
    "deadpool",
    "mongodb",
    "aws-sdk-s3",
    "aws-sdk-dynamodb",
    "aws-config",
    "lettre",
    "mail-send",
    "object_store",
    "elasticsearch",
    "moka",
    "cached",
    "foyer",
    "backon",
    "backoff",
    "tokio-retry",
    "tokio-retry2",
    "retry",
    "governor",
    "failsafe",
    "tower-resilience",
    "tokio-util",
    "futures",
    "tokio-stream",
    "cqrs-es",
    "esrs",
    "disintegrate",
    "eventually",
    "kurrentdb",
    "postgres-es",
    "tracing",
    "log",
    "metrics",
    "prometheus",
    "opentelemetry",
    "sentry",
    "jsonwebtoken",
    "argon2",
    "bcrypt",
    "uuid",
    "ulid",
    "config",
];

#[test]
fn each_crate_of_the_role_catalogue_has_rows() {
    let catalog = Catalog::builtin();
    let with_rows: std::collections::BTreeSet<&str> = catalog.apis().map(|(_, api)| &*api.krate).collect();
    let missing: Vec<&&str> = CRATES.iter().filter(|name| !with_rows.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(with_rows.contains("secrecy") && !catalog.has_crate("mnemosyne"), "that one hacks processes");
}

#[test]
fn no_two_rows_say_the_same_and_each_path_is_canonical() {
    let catalog = Catalog::builtin();
    let mut seen = std::collections::BTreeMap::new();
    let mut wrong = Vec::new();
    for (idx, api) in catalog.apis() {
        for path in &api.paths {
            let key = (path, format!("{:?}", api.matcher), api.versions.since, api.versions.before);
            if let Some(first) = seen.insert(key, idx) {
                wrong.push(format!("{path}: {first:?} and {idx:?}"));
            }
            if catalog.canonical(path) != **path {
                wrong.push(format!("{path} is no end of its aliases"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
