//! Tests of types by hint: each `probe(e)` has its type behind `//~`.

use crate::base::FileIdx;
use crate::facts::testing::assembled;
use crate::facts::{Codebase, Ty};
use crate::syntax::{Field, Kind};

fn shown(ty: &Ty) -> String {
    let list = |parts: &[Ty]| parts.iter().map(shown).collect::<Vec<_>>().join(", ");
    match ty {
        Ty::Named { to, args } if args.is_empty() => to.path.to_string(),
        Ty::Named { to, args } => format!("{}<{}>", to.path, list(args)),
        Ty::Tuple(parts) => format!("({})", list(parts)),
        Ty::Slice(element) => format!("[{}]", shown(element)),
        Ty::Bounded(traits) => {
            let traits: Vec<String> = traits
                .iter()
                .map(|(path, arg)| {
                    arg.as_ref().map_or(path.to_string(), |arg| format!("{path}<{}>", shown(arg)))
                })
                .collect();
            format!("impl {}", traits.join(" + "))
        }
        Ty::Unknown => "?".to_owned(),
    }
}

fn probes(cb: &Codebase, file: FileIdx) -> Vec<(usize, String)> {
    let tree = cb.tree(file);
    let is_probe = |node: &crate::syntax::NodeId| {
        tree.kind(*node) == Kind::Call && tree.path_segments(*node) == ["probe"]
    };
    let calls = tree.subtree(tree.root()).filter(is_probe);
    calls
        .map(|call| {
            let arg = tree.child(call, Field::Arg).unwrap();
            let line = tree.source().text()[..tree.span(call).start() as usize].matches('\n').count();
            (line, shown(&cb.type_of(file, arg)))
        })
        .collect()
}

#[track_caller]
fn check(text: &str) {
    let (cb, _) = assembled(&[("src/lib.rs", text)]);
    let found = probes(&cb, FileIdx(0));
    let expected: Vec<(usize, String)> = text
        .lines()
        .enumerate()
        .filter_map(|(at, line)| line.split_once("//~ ").map(|(_, ty)| (at, ty.trim().to_owned())))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn parameters_annotations_and_constructors_tell_the_type() {
    check(
        "
use reqwest::Client as Http;
use std::sync::Arc;
struct Job { id: u64 }
fn f(a: &Http, b: Arc<Job>, c: Box<dyn Fn()>, (d, e): (u8, Job)) {
    probe(a); //~ reqwest::Client
    probe(b); //~ app::Job
    probe(b.id); //~ u64
    probe(d); //~ u8
    probe(e.id); //~ u64
    let g: Vec<Job> = make();
    probe(g); //~ std::vec::Vec<app::Job>
    probe(g[0]); //~ app::Job
    let h = Job { id: 1 };
    probe(h); //~ app::Job
    let i = Http::new();
    probe(i.clone()); //~ reqwest::Client
    let j = Arc::new(Job { id: 2 });
    probe(j); //~ app::Job
    let k;
    k = Http::new();
    probe(k); //~ reqwest::Client
    probe(unseen); //~ ?
}
",
    );
}

#[test]
fn shadowing_takes_the_nearest_declaration() {
    check(
        "
struct A; struct B;
fn f(x: A) {
    let y = |x: B| { probe(x) }; //~ app::B
    probe(x); //~ app::A
    let x = B;
    probe(x); //~ app::B
}
",
    );
}

#[test]
fn functions_and_methods_of_the_workspace_return_what_they_say() {
    check(
        "
use anyhow::Result;
struct Pool; struct Conn; struct Guard;
type Shared = std::sync::Arc<Pool>;
impl Pool {
    fn new() -> Self { Pool }
    async fn open() -> Result<Self> { Ok(Pool) }
    async fn get(&self) -> Result<Conn, Error> { todo() }
    fn later(&self) -> impl std::future::Future<Output = Result<Conn>> { todo() }
    fn boxed(&self) -> std::pin::Pin<Box<dyn std::future::Future<Output = Conn> + Send>> { todo() }
    fn me(&self) { probe(self); } //~ app::Pool
}
impl Conn { fn guard(&mut self) -> Option<Guard> { None } }
fn make() -> Conn { todo() }
async fn f(shared: Shared) -> Result<()> {
    probe(Pool::new()); //~ app::Pool
    probe(Pool::open().await?); //~ app::Pool
    let c = Pool::new().get().await.map_err(x).unwrap();
    probe(c); //~ app::Conn
    probe(make()); //~ app::Conn
    probe(Pool.later().await?); //~ app::Conn
    probe(Pool.boxed().await); //~ app::Conn
    probe(shared.get().await?); //~ app::Conn
    if let Some(guard) = make().guard() {
        probe(guard); //~ app::Guard
    }
    let Ok(conn) = shared.get().await else { return };
    probe(conn); //~ app::Conn
    match shared.get().await {
        Ok(conn) => probe(conn), //~ app::Conn
        Err(e) => probe(e), //~ ?
    }
    Ok(())
}
",
    );
}

#[test]
fn fields_guards_and_generics_are_followed() {
    check(
        "
use std::sync::{Arc, Mutex};
use tokio::sync::RwLock;
struct Client; struct Item;
struct Repo<T> { inner: T, all: Vec<T>, state: Arc<Mutex<State>>, cache: RwLock<Client> }
struct State { client: Option<Client>, pairs: std::collections::HashMap<String, Item> }
impl<T> Repo<T> { fn one(&self) -> T { todo() } }
async fn f(repo: Repo<Item>) {
    probe(repo.inner); //~ app::Item
    probe(repo.one()); //~ app::Item
    for item in &repo.all {
        probe(item); //~ app::Item
    }
    for (at, item) in repo.all.iter().enumerate() {
        probe(item); //~ app::Item
    }
    probe(repo.state.lock().unwrap().client.as_ref().unwrap()); //~ app::Client
    probe(repo.cache.read().await); //~ tokio::sync::RwLockReadGuard<app::Client>
    let state = repo.state.lock().unwrap();
    probe(state.pairs.get(\"a\").unwrap()); //~ app::Item
    if let Some(client) = &state.client {
        probe(client); //~ app::Client
    }
}
",
    );
}

#[test]
fn bounds_are_traits_and_not_types() {
    check(
        "
trait Store { fn get(&self) -> Item; }
struct Item;
struct S { store: Box<dyn Store + Send> }
fn f<T: Store, U>(a: impl Store, b: T, c: U, s: &S) where U: Store {
    probe(a); //~ impl app::Store
    probe(b); //~ impl app::Store
    probe(c); //~ impl app::Store
    probe(s.store.get()); //~ app::Item
    probe(b.get()); //~ app::Item
}
",
    );
}

#[test]
fn enums_and_patterns_are_taken_apart() {
    check(
        "
struct A; struct B; struct C;
enum E { One(A), Two { b: B }, Three }
struct W(A, B);
fn f(e: E, w: W, t: (A, (B, C)), o: Option<Result<C, B>>) {
    match e {
        E::One(a) => probe(a), //~ app::A
        E::Two { b } => probe(b), //~ app::B
        x @ E::Three => probe(x), //~ app::E
    }
    let W(p, q) = w;
    probe(q); //~ app::B
    let (_, (_, c)) = t;
    probe(c); //~ app::C
    match o { Some(Ok(c)) => probe(c), //~ app::C
        Some(Err(b)) => probe(b), //~ app::B
        None => {} }
    probe(E::Three); //~ app::E
    probe(E::One(A)); //~ app::E
    let r = if x { A } else { A };
    probe(r); //~ app::A
    probe(match x { 1 => return, _ => B }); //~ app::B
}
",
    );
}

#[test]
fn the_catalogue_tells_what_its_functions_return() {
    check(
        "
async fn f(channel: &lapin::Channel) -> R {
    let (tx, mut rx) = tokio::sync::mpsc::unbounded_channel::<u8>();
    probe(tx); //~ tokio::sync::mpsc::UnboundedSender<u8>
    probe(rx); //~ tokio::sync::mpsc::UnboundedReceiver<u8>
    while let Some(x) = rx.recv().await {
        probe(x); //~ u8
    }
    let mut consumer = channel.basic_consume(a, b, c, d).await?;
    probe(consumer); //~ lapin::Consumer
    while let Some(delivery) = consumer.next().await {
        let delivery = delivery?;
        probe(delivery); //~ lapin::message::Delivery
    }
    let client = reqwest::Client::builder().timeout(d).build()?;
    probe(client.get(url).header(a, b)); //~ reqwest::RequestBuilder
    probe(client.get(url).send().await?); //~ reqwest::Response
}
",
    );
}

#[test]
fn values_of_unheard_crates_are_certainly_theirs() {
    check(
        "
fn f() {
    probe(unheard::global::meter(\"a\").counter(\"b\").build()); //~ unheard::global::meter()
    probe(unheard::engine::STANDARD.encode(b)); //~ unheard::engine::STANDARD()
    probe(unheard::Config::new().load::<u8>()); //~ ?
    probe(unheard::Config::new().run(|x| y)); //~ ?
    let mut all = std::collections::HashMap::<u8, Vec<u16>>::new();
    probe(all.entry(1).or_default()); //~ std::vec::Vec<u16>
}
",
    );
}

#[test]
fn a_long_chain_and_a_circle_end() {
    let chain = ".clone()".repeat(3000);
    check(&format!("struct A;\nfn f(a: A) {{\n    probe(a{chain}); //~ app::A\n}}\n"));
    check("type A = B; type B = A;\nfn f(a: A) {\n    let x; x = x;\n    probe(x); //~ ?\n}\n");
}

#[test]
fn bounds_that_name_each_other_and_aliases_that_double_end_soon() {
    check(
        "
trait Io { type Value: Copy + std::ops::BitAnd<Output = Self::Value> + std::ops::BitOr<Output = Self::Value>; }
fn f<T: Fn(U) -> U + Fn(T) -> U, U: Fn(T) -> T + Fn(U) -> T>(t: T) {}
struct A;
fn g<T: Io>(a: A, t: T, v: T::Value) { probe(a); } //~ app::A
",
    );
    let twice = "Twice<".repeat(20) + "A" + &">".repeat(20);
    check(&format!(
        "struct A; type Twice<T> = (T, T);\nfn f(a: {twice}, b: A) {{\n    let x = a;\n    probe(b); //~ app::A\n}}\n"
    ));
}
