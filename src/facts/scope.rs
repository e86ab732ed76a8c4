//! What code is for, by path, package name, dependencies and the file's first lines. Looks at no item.

use crate::base::RelPath;
use crate::facts::manifest::TargetKind;
use crate::facts::{Dependency, ScopeClass};
use crate::syntax::Tree;

/// Folders that hold tests and what tests need.
const TEST_FOLDERS: [&str; 13] = [
    "tests",
    "test",
    "testing",
    "e2e",
    "fixtures",
    "mocks",
    "integration-tests",
    "integration_tests",
    "test-utils",
    "test_utils",
    "testutil",
    "testdata",
    "smoke",
];
/// Words in a package's name that make it a test package.
const TEST_WORDS: [&str; 15] = [
    "test",
    "tests",
    "testing",
    "e2e",
    "testkit",
    "testsuite",
    "testutil",
    "testutils",
    "loadtest",
    "loadtests",
    "stress",
    "mock",
    "mocks",
    "fixtures",
    "smoke",
];
/// Crates whose use makes a package serve, consume or run jobs.
const SERVICE_CRATES: [&str; 38] = [
    "axum",
    "actix_web",
    "rocket",
    "warp",
    "poem",
    "salvo",
    "tonic",
    "tide",
    "hyper",
    "ntex",
    "gotham",
    "thruster",
    "viz",
    "jsonrpsee",
    "tarpc",
    "volo",
    "pingora",
    "lapin",
    "rdkafka",
    "async_nats",
    "nats",
    "pulsar",
    "rskafka",
    "samsa",
    "omniqueue",
    "aws_sdk_sqs",
    "google_cloud_pubsub",
    "rumqttc",
    "worker",
    "lambda_runtime",
    "lambda_http",
    "apalis",
    "fang",
    "faktory",
    "sqlxmq",
    "job",
    "restate_sdk",
    "temporal_sdk",
];
/// Command-line parsers.
const CLI_CRATES: [&str; 7] = ["clap", "structopt", "argh", "bpaf", "pico_args", "gumdrop", "lexopt"];
/// What starts a server, in crates that are for clients too.
const SERVER_PATHS: [&str; 10] = [
    "axum::serve",
    "axum::Server",
    "axum::Router",
    "axum_server::",
    "tonic::transport::Server",
    "tonic::transport::server",
    "hyper::server",
    "hyper_util::server",
    "warp::serve",
    "jsonrpsee::server",
];
/// Bytes at the start of a file in which it may say that it is generated.
const HEAD: usize = 2048;

/// What a package is for.
pub(in crate::facts) fn of_package(name: &str, deps: &[Dependency], has_binary: bool) -> ScopeClass {
    let words = || name.split(['-', '_']);
    if name == "integration" || words().any(|word| TEST_WORDS.contains(&word)) {
        return ScopeClass::Test;
    }
    if words().any(|word| word.starts_with("bench")) {
        return ScopeClass::Bench;
    }
    if words().any(|word| matches!(word, "xtask" | "codegen")) {
        return ScopeClass::Build;
    }
    let uses = |crates: &[&str]| deps.iter().any(|dep| !dep.is_dev && crates.contains(&&*dep.crate_name));
    if uses(&SERVICE_CRATES) {
        ScopeClass::Service
    } else if has_binary && uses(&CLI_CRATES) {
        ScopeClass::Cli
    } else {
        ScopeClass::Library
    }
}

/// Whether a resolved path shows that a command-line parser is used.
pub(in crate::facts) fn is_cli_path(path: &str) -> bool {
    CLI_CRATES.contains(&first(path))
}

/// Whether a resolved path reads the arguments of the program, with no parser for them.
pub(in crate::facts) fn is_arguments_path(path: &str) -> bool {
    path == "std::env::args"
}

/// Whether a resolved path ends the program with a code of its own.
pub(in crate::facts) fn is_exit_path(path: &str) -> bool {
    path.rsplit_once("::") == Some(("std::process", "exit"))
}

/// Whether a resolved path shows that code serves, consumes or runs jobs; clients of the same crates do not.
pub(in crate::facts) fn is_service_path(path: &str) -> bool {
    match first(path) {
        "axum" | "tonic" | "hyper" | "hyper_util" | "axum_server" | "warp" | "jsonrpsee" | "tarpc" => {
            SERVER_PATHS.iter().any(|server| path.starts_with(server))
        }
        name => SERVICE_CRATES.contains(&name),
    }
}

fn first(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}

/// What the code of a target is for, where its kind alone tells.
pub(in crate::facts) const fn of_target(kind: TargetKind) -> Option<ScopeClass> {
    match kind {
        TargetKind::Library | TargetKind::Binary => None,
        TargetKind::Test => Some(ScopeClass::Test),
        TargetKind::Bench => Some(ScopeClass::Bench),
        TargetKind::Example => Some(ScopeClass::Example),
        TargetKind::BuildScript => Some(ScopeClass::Build),
    }
}

/// What a file is for, as far as its path and its first lines tell.
pub(in crate::facts) fn of_file(tree: &Tree, package_folder: &RelPath) -> Option<ScopeClass> {
    let path = tree.source().path();
    of_folders(path, package_folder).or_else(|| of_name(path, package_folder)).or_else(|| {
        let text = tree.source().text();
        is_generated(text).then_some(ScopeClass::Generated)
    })
}

fn of_folders(path: &RelPath, package_folder: &RelPath) -> Option<ScopeClass> {
    let folder = path.parent();
    let has = |wanted: &[&str]| folder.parts().any(|part| wanted.contains(&part));
    // A package below `examples` is a program of its own; only a package's own `examples` are examples.
    let mut own = folder.parts().skip(package_folder.parts().count());
    if has(&["vendor", "vendored", "third_party", "third-party"]) {
        Some(ScopeClass::Vendored)
    } else if has(&TEST_FOLDERS) {
        Some(ScopeClass::Test)
    } else if has(&["benches", "benchmarks"]) {
        Some(ScopeClass::Bench)
    } else if own.any(|part| part == "examples") {
        Some(ScopeClass::Example)
    } else if has(&["xtask"]) {
        Some(ScopeClass::Build)
    } else if has(&["cli"]) {
        Some(ScopeClass::Cli)
    } else {
        None
    }
}

fn of_name(path: &RelPath, package_folder: &RelPath) -> Option<ScopeClass> {
    let stem = path.file_stem();
    if stem == "build" && path.parent() == *package_folder {
        return Some(ScopeClass::Build);
    }
    let is_test = matches!(stem, "test" | "tests" | "testing" | "testutil" | "testutils" | "mocks")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || is_test_help(stem);
    is_test.then_some(ScopeClass::Test)
}

/// `test_utils`, `testing_helpers` and the like.
fn is_test_help(stem: &str) -> bool {
    let rest = stem.strip_prefix("test_").or_else(|| stem.strip_prefix("testing_"));
    rest.is_some_and(|rest| matches!(rest, "util" | "utils" | "helper" | "helpers" | "support" | "fixtures"))
}

/// Whether the first comments of a text say that a program wrote it.
fn is_generated(text: &str) -> bool {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or("");
    let mut is_block = false;
    let comments = head.lines().map(str::trim).take_while(|line| {
        let is_comment = is_block || line.is_empty() || line.starts_with(['/', '*', '#']);
        is_block = (is_block || line.starts_with("/*")) && !line.contains("*/");
        is_comment
    });
    let says = |line: &str| {
        let line = line.to_ascii_lowercase();
        let has = |part: &str| line.contains(part);
        let start = line.trim_start_matches(['/', '*', '!', ' ']);
        start.starts_with("generated by:")
            || start.starts_with("automatically generated by")
            || has("@generated")
            || has("do not edit")
            || has("autogenerated file")
            || (has("generated") && (has("this file") || has("this code") || has("code generated")))
    };
    comments.filter(|line| !line.starts_with('#')).any(says)
}
