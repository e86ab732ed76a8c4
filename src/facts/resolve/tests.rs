//! What paths stand for, by marks in the text: `//= a::b` gives the last path of its line, `//= ?` has none.

use crate::base::FileIdx;
use crate::facts::Codebase;
use crate::facts::testing::assembled;
use crate::syntax::{Kind, NodeId, Tree};
use std::fmt::Write;

/// Every line with `//= path` holds a path that stands for that; the last one before the mark counts, or the one
/// that ends in the word behind `@`: `//= a::b @x`.
#[track_caller]
fn check(files: &[(&str, &str)]) {
    let (codebase, _) = assembled(files);
    let mut n_marks = 0;
    for (at, file) in codebase.files.iter().enumerate() {
        let text = file.tree.source().text();
        for (line, content) in text.lines().enumerate() {
            let Some((_, mark)) = content.split_once("//= ") else { continue };
            n_marks += 1;
            let (wanted, word) = mark.split_once(" @").unwrap_or((mark, ""));
            let file_idx = FileIdx(at as u32);
            let found = found(&codebase, file_idx, line, word);
            assert_eq!(
                found.as_deref().unwrap_or("?"),
                wanted.trim(),
                "{}: {content}",
                file.tree.source().path()
            );
        }
    }
    assert!(n_marks > 0, "no marks");
}

fn found(codebase: &Codebase, file: FileIdx, line: usize, word: &str) -> Option<String> {
    let tree = codebase.tree(file);
    let on_line = |node: &NodeId| tree.source().lines().line_of(tree.span(*node).start()) == line;
    let is_path = |node: &NodeId| matches!(tree.kind(*node), Kind::Path | Kind::UseLeaf);
    let ends = |node: &NodeId| word.is_empty() || ends_in(tree, *node, word);
    let mut paths = tree.subtree(tree.root()).filter(is_path).filter(on_line).filter(ends);
    let path = if word.is_empty() { paths.last() } else { paths.next() };
    codebase.resolve(file, path.expect("a path on the line")).map(|found| found.path.to_string())
}

fn ends_in(tree: &Tree, node: NodeId, word: &str) -> bool {
    tree.path_segments(node).last().is_some_and(|last| *last == word)
}

#[test]
fn imports_by_alias_glob_and_group_lead_to_one_path() {
    check(&[(
        "src/lib.rs",
        "
use tokio::sync::mpsc;
use tokio::sync::mpsc::unbounded_channel as open;
use tokio::{sync::{self as sy, oneshot}, task};
fn f() {
    mpsc::unbounded_channel(); //= tokio::sync::mpsc::unbounded_channel
    open(); //= tokio::sync::mpsc::unbounded_channel
    sy::mpsc::unbounded_channel::<u8>(); //= tokio::sync::mpsc::unbounded_channel @unbounded_channel
    tokio::sync::mpsc::unbounded_channel(); //= tokio::sync::mpsc::unbounded_channel
    ::tokio::sync::mpsc::unbounded_channel(); //= tokio::sync::mpsc::unbounded_channel
    oneshot::channel(); //= tokio::sync::oneshot::channel
    task::spawn_blocking(f); //= tokio::task::spawn_blocking @spawn_blocking
}
",
    )]);
}

#[test]
fn self_super_and_crate_walk_the_module_tree() {
    check(&[
        (
            "src/lib.rs",
            "
pub mod orders;
pub struct Config;
",
        ),
        (
            "src/orders.rs",
            "
pub mod jobs;
pub struct Order;
fn f(a: self::jobs::Job) {} //= app::orders::jobs::Job
fn g(a: crate::Config) {} //= app::Config
mod inner {
    fn h(a: super::Order) {} //= app::orders::Order
    fn i(a: super::super::Config) {} //= app::Config
    fn j(a: self::super::jobs::Job) {} //= app::orders::jobs::Job
}
",
        ),
        (
            "src/orders/jobs.rs",
            "
use super::*;
pub struct Job;
fn f(a: Order) {} //= app::orders::Order
fn g(a: super::super::super::Config) {} //= ?
",
        ),
    ]);
}

#[test]
fn re_exports_are_followed_through_chains_and_globs() {
    check(&[(
        "src/lib.rs",
        "
pub use a::Thing as Named;
pub use a::prelude::*;
mod a {
    pub use self::b::c::Thing;
    pub mod prelude { pub use super::b::*; }
    pub mod b {
        pub use c::Other;
        pub mod c { pub struct Thing; pub struct Other; impl Thing { pub fn new() {} } }
    }
}
fn f(
    a: Named, //= app::a::b::c::Thing
    b: Other, //= app::a::b::c::Other
    d: c::Thing, //= app::a::b::c::Thing
) {
    Named::new(); //= app::a::b::c::Thing::new
}
",
    )]);
}

#[test]
fn cyclic_globs_and_imports_end() {
    check(&[(
        "src/lib.rs",
        "
mod a { pub use super::b::*; pub use super::b::X as Y; pub struct InA; }
mod b { pub use super::a::*; pub use super::a::Y as X; pub struct InB; }
use a::*;
fn f(p: InB) {} //= app::b::InB
fn g(p: InA) {} //= app::a::InA
fn h(p: Nowhere) {} //= ?
",
    )]);
}

#[test]
fn renamed_and_inherited_dependencies_have_their_own_names() {
    check(&[
        (
            "Cargo.toml",
            "
[workspace]
members = [\"crates/*\"]
[workspace.dependencies]
queue = { package = \"lapin\", version = \"2\" }
shared = { path = \"crates/shared\" }
",
        ),
        (
            "crates/api/Cargo.toml",
            "
[package]
name = \"api-server\"
[dependencies]
queue = { workspace = true }
shared.workspace = true
also-shared = { package = \"shared\", path = \"../shared\" }
async-nats = \"0.30\"
[target.'cfg(unix)'.dependencies]
nix = \"1\"
",
        ),
        ("crates/shared/Cargo.toml", "[package]\nname = \"shared\"\n[lib]\nname = \"shared_types\"\n"),
        ("crates/shared/src/lib.rs", "pub mod dto { pub struct Order; }\npub use dto::Order;\n"),
        (
            "crates/api/src/main.rs",
            "
use shared_types::Order;
use queue::Channel;
fn a(o: Order) {} //= shared_types::dto::Order
fn b(o: also_shared::Order) {} //= shared_types::dto::Order
fn c(o: Channel) {} //= lapin::Channel
fn d(o: async_nats::Client) {} //= async_nats::Client
fn e(o: nix::Pid) {} //= nix::Pid
fn f(o: unknown_crate::Thing) {} //= ?
",
        ),
    ]);
}

#[test]
fn a_local_name_is_not_the_crates() {
    check(&[(
        "src/lib.rs",
        "
use tokio::spawn;
use tokio::sync::*;
fn own() {
    fn spawn() {}
    spawn(); //= app::own::spawn
}
fn imported() {
    use std::thread::spawn;
    spawn(); //= std::thread::spawn
}
fn block() {
    { use rayon::spawn; spawn(); } //= rayon::spawn
    spawn(); //= tokio::spawn
}
fn variable(spawn: fn()) {
    spawn(); //= ?
}
fn bound() {
    let spawn = || (); spawn(); //= ?
}
fn generic<Mutex>(m: Mutex) {} //= ? @Mutex
struct Holder<T>(T); //= ? @T
struct Vec; fn vec(v: Vec) {} //= app::Vec
mod inner { mod tokio { pub fn spawn() {} } fn f() { tokio::spawn(); } } //= app::inner::tokio::spawn
mod std_names { fn f(v: Vec<u8>, o: Option<u8>) {} } //= std::option::Option @Option
",
    )]);
}

#[test]
fn a_module_does_not_see_what_stands_around_it() {
    check(&[(
        "src/lib.rs",
        "
use anyhow::Result;
mod inner {
    fn f() -> Result<()> { todo() } //= std::result::Result @Result
}
mod with_glob {
    use super::*;
    fn f() -> Result<()> { todo() } //= anyhow::Result @Result
}
mod other { pub use crate::inner::*; }
use other::*;
fn g() -> Result<()> { todo() } //= anyhow::Result @Result
",
    )]);
}

#[test]
fn private_imports_are_not_seen_through_a_glob() {
    check(&[(
        "src/lib.rs",
        "
mod errors { use anyhow::Result; pub struct E; }
mod user {
    use crate::errors::*;
    fn f() -> Result<(), E> { todo() } //= std::result::Result @Result
    fn g(e: E) {} //= app::errors::E
}
",
    )]);
}

#[test]
fn aliases_of_types_are_looked_through() {
    check(&[(
        "src/lib.rs",
        "
type Tx = tokio::sync::mpsc::UnboundedSender<u8>;
type Again = Tx;
struct Real; impl Real { fn new() {} }
type Short = Real;
type Pair<T> = T;
fn a(t: Again) {} //= tokio::sync::mpsc::UnboundedSender
fn b(t: Short) { Short::new(); } //= app::Real::new
fn d(t: Pair<u8>) {} //= app::Pair @Pair
",
    )]);
}

#[test]
fn aliases_in_a_circle_end() {
    check(&[("src/lib.rs", "type A = B;\ntype B = A;\nfn f(a: A) {} //= app::B\n")]);
}

#[test]
fn variants_and_associated_names_end_in_their_type() {
    check(&[(
        "src/lib.rs",
        "
enum Job { Mail, Sms { to: String } }
use Job::*;
use self::Job::Sms as Text;
struct Repo;
trait Store { const LIMIT: u32 = 1; fn open() -> Self; fn save(&self) {} }
impl Store for Repo { fn open() -> Self { Repo } }
impl Repo { fn find() { Self::open(); } } //= app::Repo::open
impl Store for Job { fn open() -> Self { Self::Mail } } //= app::Job::Mail
fn f() {
    Mail; //= app::Job::Mail
    Job::Mail; //= app::Job::Mail
    Text { to: x() }; //= app::Job::Sms @Text
    Repo::find(); //= app::Repo::find
    Repo::save(&r); //= app::Repo::save @save
    <Repo as Store>::open(); //= app::Store::open @open
    <Repo>::find(); //= app::Repo::find @find
    Store::save(&r); //= app::Store::save @save
    Repo::derived(); //= app::Repo::derived
}
",
    )]);
}

#[test]
fn the_standard_library_has_one_spelling() {
    check(&[(
        "src/lib.rs",
        "
use core::time::Duration;
use std::collections::HashMap as Map;
fn f() {
    Duration::from_secs(1); //= std::time::Duration::from_secs
    core::mem::drop(x); //= std::mem::drop @drop
    Some(1); //= std::option::Option::Some
    String::new(); //= std::string::String::new
    println!(); //= std::println
}
fn g(a: Map<u8, u8>, b: u64) {} //= u64
fn h(a: Map<u8, u8>) {} //= std::collections::HashMap @Map
",
    )]);
}

#[test]
fn a_glob_of_one_crate_gives_what_nothing_else_defines() {
    check(&[(
        "src/lib.rs",
        "
use worker::*;
fn f(env: Env) {} //= worker::Env
fn g(s: String) {} //= std::string::String
fn h() { helper(); } //= app::helper
fn helper() { unknown(1); } //= ?
",
    )]);
}

#[test]
fn macros_are_found_by_module_export_and_import() {
    check(&[
        (
            "src/lib.rs",
            "
#[macro_use]
mod macros;
use tracing::info;
mod user {
    fn f() {
        crate::exported!(); //= app::macros::exported
    }
}
fn g() {
    info!(); //= tracing::info
    tracing::warn!(); //= tracing::warn
    retry!(); //= app::macros::retry
}
",
        ),
        (
            "src/macros.rs",
            "
macro_rules! retry { () => {} }
#[macro_export]
macro_rules! exported { () => {} }
",
        ),
    ]);
}

#[test]
fn names_that_a_macro_may_define_have_the_path_of_its_module() {
    check(&[
        (
            "src/lib.rs",
            "mod ids;\nuse ids::*;\nuse a::*;\nuse b::*;\nfn f(id: OrderId) {} //= app::ids::OrderId\nfn g(id: String) {} //= std::string::String\nfn h(id: Other) {} //= ?\n",
        ),
        ("src/ids.rs", "entity_id! { OrderId, UserId; String => 1 }\n"),
    ]);
}

#[test]
fn generated_modules_give_the_path_as_written() {
    check(&[(
        "src/lib.rs",
        "
pub mod proto { tonic::include_proto!(\"orders\"); }
use proto::orders_client::OrdersClient;
fn f(c: OrdersClient) {} //= app::proto::orders_client::OrdersClient
fn g(c: proto::Order) {} //= app::proto::Order
",
    )]);
}

#[test]
fn tests_and_binaries_see_their_library() {
    check(&[
        ("Cargo.toml", "[package]\nname = \"my-app\"\n[dependencies]\n"),
        ("src/lib.rs", "pub mod api { pub fn serve() {} }\nmod shared;\n"),
        ("src/shared.rs", "pub struct S;\n"),
        (
            "src/main.rs",
            "mod shared;\nuse my_app::api;\nfn main() { api::serve(); } //= my_app::api::serve\nfn s(s: shared::S) {} //= my_app::shared::S\n",
        ),
        (
            "src/bin/tool.rs",
            "fn main() { my_app::api::serve(); crate::local(); } //= tool::local\nfn local() {}\n",
        ),
        (
            "tests/it/main.rs",
            "mod common;\nfn f() { my_app::api::serve(); common::up(); } //= it::common::up\n",
        ),
        ("tests/it/common/mod.rs", "pub fn up() {}\n"),
    ]);
}

#[test]
fn associated_types_of_the_impl_around_are_known() {
    check(&[(
        "src/lib.rs",
        "
struct Job;
impl std::str::FromStr for Job {
    type Err = anyhow::Error;
    fn from_str(s: &str) -> Result<Self, Self::Err> { todo() } //= anyhow::Error @Err
}
",
    )]);
}

#[test]
fn imports_themselves_are_resolved() {
    check(&[(
        "src/lib.rs",
        "
use tokio::sync::mpsc as m; //= tokio::sync::mpsc
use foo::foo; //= foo::foo
use foo::bar as _; //= foo::bar
use anyhow::{anyhow, Context};
fn f() -> anyhow::Result<()> { anyhow::bail!() } //= anyhow::bail
fn g() -> anyhow::Result<()> { anyhow!() } //= anyhow::Result @Result
fn h() { anyhow!() } //= anyhow::anyhow
use inner::deep; //= app::inner::deep
mod inner { pub fn deep() {} }
",
    )]);
}

#[test]
fn globs_of_many_modules_are_all_looked_through() {
    let mut root = String::new();
    let mut user = String::from("use crate::{");
    for n in 0..100 {
        let _ = writeln!(root, "pub mod m{n} {{ mod inner {{ pub struct S{n}; }} pub use inner::*; }}");
        let _ = write!(user, "m{n}::*, ");
    }
    root.push_str("mod user;\n");
    user.push_str("};\nfn f(s: S99) {} //= app::m99::inner::S99\n");
    check(&[("src/lib.rs", &root), ("src/user.rs", &user)]);
}

#[test]
fn without_a_manifest_every_crate_may_be_a_dependency() {
    let files = [
        ("a/Cargo.toml", "[package\n"),
        (
            "a/src/lib.rs",
            "fn f() { tokio::spawn(g()); } //= tokio::spawn @spawn\nfn g() { lapin::X; h::i(); } //= lapin::X @X\n",
        ),
        ("loose.rs", "fn f() { tokio::spawn(g()); } //= tokio::spawn @spawn\n"),
    ];
    check(&files);
    let (codebase, _) = assembled(&files);
    let names = codebase.packages.iter().map(|package| package.dependencies.len()).collect::<Vec<_>>();
    assert_eq!(names, [1, 3]);
}

#[test]
fn patterns_may_name_variants_and_consts() {
    let (codebase, _) = assembled(&[(
        "src/lib.rs",
        "const LIMIT: u8 = 1; enum E { A }\nuse E::*;\nfn f(x: u8) { match x { None => {} LIMIT => {} A => {} other => {} Unknown => {} } }\n",
    )]);
    let tree = codebase.tree(FileIdx(0));
    let patterns = tree.subtree(tree.root()).filter(|node| tree.kind(*node) == Kind::PatIdent);
    let found: Vec<_> = patterns
        .filter_map(|node| codebase.resolve(FileIdx(0), node).map(|found| found.path.to_string()))
        .collect();
    assert_eq!(found, ["std::option::Option::None", "app::LIMIT", "app::E::A"]);
}
