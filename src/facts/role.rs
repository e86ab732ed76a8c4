//! Who plays which role, and why. Holds and answers; the evidence is gathered by its parts.

mod consumer;
mod declared;
mod evidence;
mod found;
mod handler;
mod message;

use found::{Player, Search};

use crate::base::FileIdx;
use crate::catalog::{DeclaredRole, Grade, Role};
use crate::facts::{Codebase, Fan, ItemIdx, ModuleIdx, Place};
use crate::finding::Problem;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One reason to give an item a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The role.
    pub role: Role,
    /// How sure it is.
    pub grade: Grade,
    /// The place that shows it: an attribute, an impl, a publish call, a declaration's target.
    pub place: Place,
    /// What shows it, for people.
    pub text: Arc<str>,
}

/// The roles of a code base; empty until the phase has run.
#[derive(Clone, Debug, Default)]
pub(super) struct RoleTable {
    /// Sorted; at most one for each role and place.
    pub(super) by_item: BTreeMap<ItemIdx, Vec<Evidence>>,
    /// Items of each role, sorted.
    pub(super) by_role: BTreeMap<Role, Vec<ItemIdx>>,
    /// Declared roles of modules.
    pub(super) modules: BTreeMap<ModuleIdx, Vec<Evidence>>,
    /// Closures that play a function's role, such as a handler written in place.
    pub(super) closures: BTreeMap<Place, Vec<Evidence>>,
    /// Declared roles of tables: lower-case names.
    pub(super) tables: BTreeMap<Role, Vec<Arc<str>>>,
    /// Declared roles of clients: item path globs as written.
    pub(super) clients: BTreeMap<Role, Vec<Arc<str>>>,
    /// Roles that a person declared, whether or not anything matched.
    pub(super) declared: Vec<Role>,
}

/// Runs the phase of roles, on a code base whose names, calls and shapes are known.
pub(super) fn run(codebase: &mut Codebase, declared: &[DeclaredRole], fan: &impl Fan) -> Vec<Problem> {
    let n_files = codebase.files.len();
    let first = fan.map(n_files, |at| {
        let mut search = Search::new(codebase, FileIdx(at as u32));
        evidence::search(&mut search);
        handler::search(&mut search);
        message::search(&mut search);
        consumer::search(&mut search);
        handler::named(&mut search);
        let (modules, problems) = declared::comments(&mut search);
        (search.found, modules, problems)
    });
    let mut table = RoleTable::default();
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for (of_file, modules, mistakes) in first {
        found.extend(of_file);
        problems.extend(mistakes);
        for (module, evidence) in modules {
            table.modules.entry(module).or_default().push(evidence);
        }
    }
    declared::select(codebase, declared, &mut table, &mut found);
    // What consumers decode can be told once all consumers are known.
    let consumers = message::consumers(&found);
    let second = fan.map(n_files, |at| {
        let mut search = Search::new(codebase, FileIdx(at as u32));
        message::decoded(&mut search, &consumers);
        search.found
    });
    found.extend(second.into_iter().flatten());
    table.fill(found);
    codebase.roles = table;
    problems
}

impl RoleTable {
    /// Enters what was found: for each player and role the surest evidence first, one for each place.
    fn fill(&mut self, found: Vec<(Player, Evidence)>) {
        let order = |evidence: &Evidence| (evidence.role, Reverse(evidence.grade), evidence.place);
        for (player, evidence) in found {
            match player {
                Player::Item(item) => self.by_item.entry(item).or_default().push(evidence),
                Player::Closure(place) => self.closures.entry(place).or_default().push(evidence),
            }
        }
        for list in self.by_item.values_mut().chain(self.closures.values_mut()) {
            list.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.text.cmp(&b.text)));
            list.dedup_by(|a, b| (a.role, a.place) == (b.role, b.place));
        }
        for (item, list) in &self.by_item {
            for evidence in list.iter().filter(|evidence| evidence.grade > Grade::Low) {
                let items = self.by_role.entry(evidence.role).or_default();
                if items.last() != Some(item) {
                    items.push(*item);
                }
            }
        }
    }
}

impl Codebase {
    /// Why the function, type, trait or impl `item` plays its roles, sorted by role, surest first.
    #[must_use]
    pub fn roles_of(&self, item: ItemIdx) -> &[Evidence] {
        self.roles.by_item.get(&item).map_or(&[], Vec::as_slice)
    }

    /// The surest reason for which `item` plays `role`.
    #[must_use]
    pub fn role_evidence(&self, item: ItemIdx, role: Role) -> Option<&Evidence> {
        self.roles_of(item).iter().find(|evidence| evidence.role == role)
    }

    /// Whether `item` plays `role` by more than its name.
    #[must_use]
    pub fn plays(&self, item: ItemIdx, role: Role) -> bool {
        self.roles_of(item).iter().any(|evidence| evidence.role == role && evidence.grade > Grade::Low)
    }

    /// The items that play `role` by more than their name, sorted.
    #[must_use]
    pub fn items_with_role(&self, role: Role) -> &[ItemIdx] {
        self.roles.by_role.get(&role).map_or(&[], Vec::as_slice)
    }

    /// The roles of a module, declared for it or for one above it.
    #[must_use]
    pub fn roles_of_module(&self, module: ModuleIdx) -> Vec<&Evidence> {
        let mut found = Vec::new();
        let mut at = Some(module);
        while let Some(module) = at {
            found.extend(self.roles.modules.get(&module).into_iter().flatten());
            at = self
                .modules
                .get(module.0 as usize)
                .and_then(|module| module.parent)
                .filter(|above| *above < module);
        }
        found
    }

    /// The roles of a closure that is written in the place of a function.
    #[must_use]
    pub fn roles_of_closure(&self, place: Place) -> &[Evidence] {
        self.roles.closures.get(&place).map_or(&[], Vec::as_slice)
    }

    /// The closures that play `role`, sorted.
    pub fn closures_with_role(&self, role: Role) -> impl Iterator<Item = Place> + '_ {
        let all = self.roles.closures.iter();
        all.filter(move |(_, reasons)| reasons.iter().any(|found| found.role == role))
            .map(|(place, _)| *place)
    }

    /// Lower-case names of the tables that were declared to play `role`.
    #[must_use]
    pub fn tables_with_role(&self, role: Role) -> &[Arc<str>] {
        self.roles.tables.get(&role).map_or(&[], Vec::as_slice)
    }

    /// Item path globs of the clients that were declared to play `role`.
    #[must_use]
    pub fn clients_with_role(&self, role: Role) -> &[Arc<str>] {
        self.roles.clients.get(&role).map_or(&[], Vec::as_slice)
    }

    /// Whether a person declared who plays `role`; what nobody declared and nothing shows is unbound, not passed.
    #[must_use]
    pub fn is_role_declared(&self, role: Role) -> bool {
        self.roles.declared.contains(&role)
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::{Catalog, DeclaredRole, Grade, Role, RoleSelector};
    use crate::facts::testing::{assembled, codebase};
    use crate::facts::{Codebase, ItemKind};

    /// Each function and type whose line ends in `//~ a b` must play just these roles; `//~ -` none.
    #[track_caller]
    fn check_all(codebase: &Codebase, n_expected: usize) {
        let mut n_seen = 0;
        for (at, item) in codebase.items.iter().enumerate() {
            if !matches!(item.kind, ItemKind::Fn(_) | ItemKind::Type(_)) {
                continue;
            }
            let idx = crate::facts::ItemIdx(at as u32);
            let tree = codebase.tree(item.file);
            let name = tree.child(item.node, crate::syntax::Field::Name).expect("a name");
            let line = tree.source().line_column(tree.span(name).start()).line as usize - 1;
            let line = tree.source().line_text(line);
            let Some((_, expected)) = line.split_once("//~ ") else { continue };
            let mut found: Vec<&str> = codebase
                .roles_of(idx)
                .iter()
                .filter(|evidence| evidence.grade > Grade::Low)
                .map(|evidence| evidence.role.name())
                .collect();
            found.dedup();
            let found = if found.is_empty() { "-".to_owned() } else { found.join(" ") };
            assert_eq!(found, expected.trim(), "{line}\n{:#?}", codebase.roles_of(idx));
            n_seen += 1;
        }
        assert_eq!(n_seen, n_expected, "each expectation has its item");
    }

    #[track_caller]
    fn check(text: &str) {
        check_all(&codebase(&[("src/main.rs", text)]), text.matches("//~ ").count());
    }

    #[test]
    fn a_published_type_is_a_message_through_variables_and_serialisation() {
        check(
            r#"
use lapin::{Channel, options::BasicPublishOptions, BasicProperties};
struct Direct { id: u8 } //~ message
struct ByVariable { id: u8 } //~ message
struct ByHelper { id: u8 } //~ message
struct Quiet { id: u8 } //~ -
async fn a(channel: &Channel, quiet: Quiet) {
    let message = ByVariable { id: 1 };
    let bytes = serde_json::to_vec(&message)?;
    channel.basic_publish("", "q", BasicPublishOptions::default(), &bytes, BasicProperties::default()).await?;
    channel.basic_publish("", "q", o, &serde_json::to_vec(&Direct { id: 1 })?, p).await?;
    send(channel, &ByHelper { id: 2 }).await;
}
async fn send<T: serde::Serialize>(channel: &Channel, message: &T) {
    let payload = serde_json::to_vec(message).unwrap();
    channel.basic_publish("", "q", o, &payload, p).await;
}
"#,
        );
    }

    #[test]
    fn builders_and_queues_carry_messages_and_channels_of_this_process_do_not() {
        check(
            r#"
use rdkafka::producer::{FutureProducer, FutureRecord};
struct Record { id: u8 } //~ message
struct Local { id: u8 } //~ -
struct Batch { id: u8 } //~ message
async fn a(producer: &FutureProducer, record: &Record) {
    let payload = serde_json::to_string(record).unwrap();
    producer.send(FutureRecord::to("t").key("k").payload(&payload), d).await;
    let (tx, rx) = tokio::sync::mpsc::channel::<Local>(4);
    tx.send(Local { id: 1 }).await;
}
#[worker::event(queue)]
async fn consume(batch: worker::MessageBatch<Batch>, env: worker::Env, ctx: worker::Context) {} //~ queue-consumer
"#,
        );
    }

    #[test]
    fn jobs_show_themselves_by_traits_of_crates_and_of_the_repository() {
        check(
            r#"
pub trait BackgroundJob: serde::Serialize + serde::de::DeserializeOwned + Send {
    async fn run(self) -> Result<(), E>;
}
struct Resize { id: u8 } //~ job-payload
impl BackgroundJob for Resize {
    async fn run(self) -> Result<(), E> { Ok(()) } //~ job-handler
}
struct Plain;
trait Runner { fn run(&self); }
impl Runner for Plain {
    fn run(&self) {} //~ -
}
"#,
        );
    }

    #[test]
    fn handlers_are_named_in_routers_and_say_what_they_take() {
        check(
            r#"
use axum::{Json, Router, extract::State, routing::{get, post}};
struct Body { id: u8 } //~ http-body
fn app() -> Router { //~ -
    Router::new().route("/livez", get(livez)).route("/orders", post(create).get(list_orders))
}
async fn livez() {} //~ http-handler liveness
async fn create(State(s): State<u8>, Json(body): Json<Body>) {} //~ http-handler
async fn list_orders() {} //~ http-handler list-endpoint
async fn helper(body: Body) {} //~ -
#[tokio::main]
async fn main() {} //~ startup
"#,
        );
    }

    #[test]
    fn a_function_that_a_consume_loop_hands_its_message_is_a_consumer() {
        check(
            r#"
use futures::StreamExt;
struct Decoded { id: u8 } //~ message
async fn work(mut consumer: lapin::Consumer) {
    while let Some(delivery) = consumer.next().await {
        let delivery = delivery?;
        handle(&delivery).await;
        audit("nothing of it").await;
    }
}
async fn handle(delivery: &lapin::message::Delivery) { //~ queue-consumer
    let decoded: Decoded = serde_json::from_slice(&delivery.data)?;
}
async fn audit(text: &str) {} //~ -
async fn local(mut rx: tokio::sync::mpsc::Receiver<Decoded>) {
    while let Some(x) = rx.recv().await { process(x).await }
}
async fn process(x: Decoded) {} //~ -
"#,
        );
    }

    #[test]
    fn comments_declare_roles_and_mistakes_in_them_are_told() {
        let text = r#"
// patscan: role(message)
#[derive(Debug)]
pub struct Order { id: u8 } //~ message

// patscan: role(decider, long-job)
pub(crate) fn decide() {} //~ decider long-job

// patscan: role(mesage)
struct Typo; //~ -
fn f() { // patscan: role(message)
    g()
}
"#;
        let (codebase, problems) = assembled(&[("src/main.rs", text)]);
        check_all(&codebase, text.matches("//~ ").count());
        let messages: Vec<(&str, &str)> =
            problems.iter().map(|problem| (problem.message.as_str(), problem.help.as_str())).collect();
        assert_eq!(
            messages,
            [
                ("`mesage` is no role that may be declared", "write `message`"),
                (
                    "nothing below this comment can play `message`",
                    "put it right above the type, function or module that plays the role"
                ),
            ]
        );
    }

    #[test]
    fn selectors_declare_roles_of_items_modules_and_tables() {
        let files = [
            (
                "src/lib.rs",
                "pub mod jobs;
pub mod domain;
",
            ),
            (
                "src/jobs.rs",
                "pub struct MailJob; //~ message
pub struct Other; //~ event
impl crate::domain::Event for Other {}
",
            ),
            (
                "src/domain.rs",
                "pub trait Event {}
pub mod inner { pub struct Deep; }
",
            ),
        ];
        let mut input = crate::facts::Input::new(Catalog::builtin());
        for (path, text) in files {
            let source = crate::base::SourceText::new(crate::base::RelPath::new(path), text);
            input.trees.push(crate::syntax::parse(&source, &crate::syntax::ParseOptions::default()).tree);
        }
        let role = |name: &str| Role::named(name).expect("a role");
        let one = |name: &str, selector| DeclaredRole { role: role(name), selectors: vec![selector] };
        input.declared = vec![
            one("message", RoleSelector::Path("crate::jobs::*Job".into())),
            one("event", RoleSelector::Implements("Event".into())),
            one("domain", RoleSelector::Path("crate::domain::**".into())),
            one("soft-deleted-table", RoleSelector::Name("Users".into())),
        ];
        let (codebase, _) = crate::facts::assemble(input, &crate::facts::Serial);
        check_all(&codebase, 2);
        let is_domain = |path: &str| {
            let at =
                codebase.modules.iter().position(|module| module.path.ends_with(path)).expect("a module");
            !codebase.roles_of_module(crate::facts::ModuleIdx(at as u32)).is_empty()
        };
        assert!(is_domain("::domain") && is_domain("::domain::inner") && !is_domain("::jobs"));
        assert_eq!(codebase.tables_with_role(role("soft-deleted-table")), ["users".into()]);
        assert!(codebase.is_role_declared(role("domain")) && !codebase.is_role_declared(role("outbox")));
    }
}
