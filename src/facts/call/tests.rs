//! Tests of calls: roles, doubts and targets stand behind `//~` on the line of the call's name.

use crate::base::{FileIdx, Span};
use crate::catalog::Role;
use crate::facts::testing::assembled;
use crate::facts::{Codebase, ItemIdx, ItemKind, Target};
use crate::syntax::{Field, Kind, NodeId};

fn line_of(cb: &Codebase, file: FileIdx, node: NodeId) -> usize {
    let tree = cb.tree(file);
    let name = match tree.kind(node) {
        Kind::MethodCall => tree.child(node, Field::Name).unwrap(),
        _ => node,
    };
    tree.source().slice(Span::new(0, tree.span(name).start())).matches('\n').count()
}

/// Roles of the calls on each line, in the order of the text, and `doubt`.
fn roles(cb: &Codebase, file: FileIdx) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, u32, String)> = Vec::new();
    for site in cb.calls(file) {
        let mut words: Vec<&str> = site.roles.iter().map(Role::name).collect();
        if site.doubt {
            words.push("doubt");
        }
        if !words.is_empty() {
            let end = cb.tree(file).span(site.node).end();
            lines.push((line_of(cb, file, site.node), end, words.join(" ")));
        }
    }
    lines.sort();
    let mut merged: Vec<(usize, String)> = Vec::new();
    for (line, _, words) in lines {
        match merged.last_mut().filter(|(last, _)| *last == line) {
            Some((_, all)) => *all = format!("{all}, {words}"),
            None => merged.push((line, words)),
        }
    }
    merged
}

fn expected(text: &str) -> Vec<(usize, String)> {
    let marked = text.lines().enumerate();
    marked
        .filter_map(|(at, line)| line.split_once("//~ ").map(|(_, rest)| (at, rest.trim().to_owned())))
        .collect()
}

#[track_caller]
fn check(text: &str) {
    let (cb, _) = assembled(&[("src/lib.rs", text)]);
    assert_eq!(roles(&cb, FileIdx(0)), expected(text));
}

#[test]
fn paths_are_resolved_and_never_compared_as_text() {
    check(
        "
use tokio::sync::mpsc as queue;
use tokio::sync::mpsc::unbounded_channel as endless;
fn unbounded_channel() {}
fn f() {
    queue::unbounded_channel::<u8>(); //~ channel-unbounded
    endless(); //~ channel-unbounded
    unbounded_channel();
    let endless = || 1;
    endless();
}
",
    );
}

#[test]
fn a_receiver_of_another_type_is_certainly_not_the_api() {
    check(
        "
use tokio::sync::mpsc::{Receiver, Sender};
use std::collections::HashMap;
struct Mine; impl Mine { fn send(&self, x: u8) {} fn recv(&self) {} }
struct Other<T>(T);
async fn f(tx: Sender<u8>, rx: &mut Receiver<u8>, mine: Mine, map: HashMap<u8, u8>, other: Other<u8>) {
    tx.send(1).await; //~ channel-send
    rx.recv().await; //~ recv
    mine.send(1);
    mine.recv();
    map.get(&1);
    other.0.recv();
}
",
    );
}

#[test]
fn an_ambiguous_method_without_hint_is_in_doubt() {
    check(
        "
fn make<T>() -> T { loop {} }
async fn f(tx: tokio::sync::mpsc::Sender<u8>) {
    let unseen = elsewhere();
    unseen.send(1).await; //~ doubt
    unseen.send();
    unseen.other(1).await;
}
",
    );
    // An async API is awaited or handed on.
    check(
        "
async fn f(pool: sqlx::PgPool) {
    let unseen = elsewhere();
    unseen.commit().await; //~ doubt
    handle(unseen.commit()); //~ doubt
    let n = unseen.commit() + 1;
    unseen.commit();
}
",
    );
    check("async fn f() { let unseen = elsewhere(); unseen.send(1).await; }");
}

#[test]
fn a_distinctive_method_needs_no_hint() {
    check(
        "
async fn f(x: lapin::Unseen) {
    let channel = elsewhere();
    channel.basic_publish(a, b, c, d, e).await; //~ publish
}
",
    );
}

#[test]
fn deferred_roles_stand_at_the_end_of_the_chain() {
    check(
        "
use reqwest::Client;
async fn f(client: &Client) {
    client
        .get(url)
        .header(a, b)
        .send() //~ http-call http-read
        .await;
    let request = client.post(url);
    let request = request.json(&b);
    request.send().await; //~ http-call http-write
    client.post(url);
}
",
    );
}

#[test]
fn fields_helpers_and_traits_lead_to_the_api() {
    check(
        "
use std::sync::Arc;
use sqlx::PgPool;
struct State { pool: PgPool, store: Arc<dyn Store> }
trait Store { fn pool(&self) -> &PgPool; }
impl State { fn pool(&self) -> &PgPool { &self.pool } }
async fn f(state: &State) -> Result<(), E> {
    let mut tx = state.pool.begin().await?; //~ tx-begin
    tx.commit().await?; //~ tx-commit
    state.pool().begin().await?; //~ tx-begin
    let tx = state.store.pool().begin().await?; //~ tx-begin
    drop(tx);
    Ok(())
}
",
    );
}

#[test]
fn types_that_macros_make_have_the_functions_of_their_traits_and_impls() {
    check(
        "
mod order {
    use sea_orm::entity::prelude::*;
    #[derive(DeriveEntityModel)]
    struct Model { id: u64 }
    impl Entity {
        fn of_shop(id: u64) -> Select<Entity> { Self::find().filter(x) }
    }
}
async fn f(db: &sea_orm::DatabaseConnection) {
    order::Entity::of_shop(1).one(db).await; //~ db-read-one
    let query = order::Entity::of_shop(1).filter(y);
    query.all(db).await; //~ db-read-many
}
",
    );
    check(
        "
#[derive(derive_builder::Builder)]
struct NewOrder { id: u64 }
impl NewOrder { fn builder() -> NewOrderBuilder { todo() } }
fn f() {
    let c: reqwest::Client;
    NewOrder::builder().id(1).build();
}
",
    );
}

fn targets(cb: &Codebase, file: FileIdx) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for site in cb.calls(file) {
        if let Target::Local(item) = site.target
            && matches!(cb.item(item).kind, ItemKind::Fn(_))
        {
            found.push((line_of(cb, file, site.node), cb.item(item).path.to_string()));
        }
    }
    found.sort();
    found
}

#[test]
fn workspace_functions_and_methods_are_targets() {
    let text = "
mod inner { pub fn go() {} }
use inner::go as run;
struct A; struct B;
impl A { fn new() -> Self { A } fn work(&self) {} }
impl B { fn work(&self) {} }
trait Job { fn perform(&self); }
impl Job for A { fn perform(&self) {} }
fn f(b: &B, job: Box<dyn Job>, generic: impl Job) {
    run(); //~ app::inner::go
    A::new(); //~ app::A::new
    let a = A::new(); //~ app::A::new
    a.work(); //~ app::A::work
    b.work(); //~ app::B::work
    unseen.work();
    job.perform(); //~ app::Job::perform
    generic.perform(); //~ app::Job::perform
    a.perform(); //~ app::A::perform
}
";
    let (cb, _) = assembled(&[("src/lib.rs", text)]);
    assert_eq!(targets(&cb, FileIdx(0)), expected(text));
}

#[test]
fn calls_are_found_by_name_path_and_role() {
    let text = "
async fn f(tx: tokio::sync::mpsc::Sender<u8>) {
    tx.send(1).await;
    tokio::sync::mpsc::unbounded_channel::<u8>();
    other.strange(1);
}
fn g(a: &ext::Api) { a.unheard(); }
";
    let (cb, _) = assembled(&[("src/lib.rs", text)]);
    let lines = |places: &[crate::facts::Place]| -> Vec<usize> {
        places.iter().map(|place| line_of(&cb, place.file, place.node)).collect()
    };
    assert_eq!(lines(cb.calls_named("strange")), [4]);
    assert_eq!(lines(cb.calls_to("tokio::sync::mpsc::Sender::send")), [2]);
    assert_eq!(lines(cb.calls_to("tokio::sync::mpsc::unbounded_channel")), [3]);
    assert_eq!(lines(cb.calls_to("ext::Api::unheard")), [6]);
    assert_eq!(lines(cb.calls_with_role(Role::named("channel-send").unwrap())), [2]);
}

/// The reaches of function `name`: role, depth, and the line of the end.
#[track_caller]
fn check_reach(text: &str, name: &str, expected: &[(&str, u8, usize, &str)]) {
    let (cb, _) = assembled(&[("src/lib.rs", text)]);
    let item = cb.items.iter().position(|item| &*item.path == name).unwrap();
    let found: Vec<(&str, u8, usize, &str)> = cb
        .summary(ItemIdx(item as u32))
        .all()
        .iter()
        .map(|reach| {
            let line = line_of(&cb, reach.end.file, reach.end.node);
            (reach.role.name(), reach.depth, line, if reach.is_detached { "detached" } else { "awaited" })
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn roles_are_reached_through_helpers_traits_and_circles() {
    let text = "
use tokio::sync::mpsc::Sender;
struct S { tx: Sender<u8>, out: Box<dyn Out> }
trait Out { fn put(&self); }
struct Real { tx: Sender<u8> }
impl Out for Real { fn put(&self) { self.tx.try_send(1); } }
impl S {
    async fn one(&self) { self.two().await }
    async fn two(&self) { self.three().await; self.one().await }
    async fn three(&self) { self.tx.send(1).await; }
    fn through_trait(&self) { self.out.put() }
    async fn four(&self) { self.five().await }
    async fn five(&self) { self.one().await }
}
async fn spawns(s: S) { tokio::spawn(async move { s.three().await }); }
";
    check_reach(text, "app::S::three", &[("channel-send", 0, 9, "awaited")]);
    check_reach(text, "app::S::one", &[("channel-send", 2, 9, "awaited")]);
    check_reach(text, "app::S::five", &[("channel-send", 3, 9, "awaited")]);
    check_reach(text, "app::S::four", &[]);
    check_reach(text, "app::S::through_trait", &[("channel-send", 1, 5, "awaited")]);
    check_reach(text, "app::spawns", &[("channel-send", 1, 9, "detached"), ("spawn", 0, 14, "awaited")]);
}
