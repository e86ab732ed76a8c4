//! Follows a value to its uses: through variables, fields, parameters, statics and functions that give it back. What it
//! cannot follow makes the answer unknown, never a guess.

mod trail;

use super::Answer;
use crate::engine::view::FileView;
use crate::engine::{Fact, FactValue, Subject, message, place};
use crate::facts::{Codebase, ItemIdx, Place, ResultUse, Target};
use crate::rule::UseTest;
use crate::syntax::Field;
use trail::Trail;

/// Functions that may lie between a use and what it stands in.
const MAX_DEPTH: u8 = 2;
/// Callers of one function that are looked at.
const MAX_CALLERS: usize = 50;

impl FileView<'_> {
    /// Whether each use of what a subject makes is such.
    pub(super) fn is_every_use(&self, asked: &UseTest, subject: &Subject) -> Answer {
        let trail = Trail::from(self.codebase, asked, subject.chain_end.unwrap_or(subject.place));
        if let Some(other) = trail.uses.iter().find(|used| !self.is_such_use(asked, **used, MAX_DEPTH)) {
            let mut answer = Answer::from(false);
            let tree = self.codebase.tree(other.file);
            answer.found.push(Fact {
                key: "use",
                value: FactValue::Text(message::shortened(tree.text(other.node))),
                place: Some((other.file, place::method(tree, other.node))),
            });
            return answer;
        }
        match trail.lost {
            Some(reason) => Answer::unknown(reason),
            None if trail.uses.is_empty() => Answer::unknown("no use of the value is in sight"),
            None => Answer::from(true),
        }
    }

    fn is_such_use(&self, asked: &UseTest, used: Place, depth: u8) -> bool {
        let view = FileView::new(self.engine, used.file);
        if view.is_in_argument(&asked.argument_of, used.node) {
            return true;
        }
        // What a call of `given_to` is given is the value itself, and no request made with it.
        let is_given = trail::use_by(self.codebase, asked, used).is_some();
        let args = view.tree.children_in(used.node, Field::Arg).filter(|_| !is_given);
        let mut chains = args.map(|arg| self.codebase.chain_to(used.file, arg));
        if chains.any(|chain| chain.calls.iter().any(|call| asked.then_calls.has(&call.name))) {
            return true;
        }
        let before = self.codebase.chain_to(used.file, used.node);
        let mut after = self.codebase.chain(used.file, used.node);
        after.calls.retain(|call| call.place != used && !before.calls.contains(call));
        let is_meant = after.calls.iter().any(|call| {
            asked.then_calls.has(&call.name)
                || FileView::new(self.engine, call.place.file)
                    .is_in_argument(&asked.argument_of, call.place.node)
        });
        if is_meant {
            return true;
        }
        let end = after.calls.iter().rfind(|call| call.place.file == used.file);
        let end = end.map_or(used.node, |call| call.place.node);
        match self.codebase.result_use(used.file, end) {
            ResultUse::Bound(binding) => {
                let mut later = self.codebase.uses_of(used.file, &binding);
                if later.any(|at| view.is_in_argument(&asked.argument_of, at)) {
                    return true;
                }
            }
            ResultUse::Returned
                if self.are_callers(used, depth, |call| self.is_such_use(asked, call, depth - 1)) =>
            {
                return true;
            }
            ResultUse::Returned
            | ResultUse::Discarded(_)
            | ResultUse::Question
            | ResultUse::Unwrapped(_)
            | ResultUse::Defaulted(_)
            | ResultUse::Matched(_)
            | ResultUse::Passed(_)
            | ResultUse::Checked(_)
            | ResultUse::Stored(_)
            | ResultUse::Operand(_) => {}
        }
        self.is_called_in_argument(asked, used, depth)
    }

    /// Whether all callers of the function around `used` stand inside such an argument, or their callers do.
    fn is_called_in_argument(&self, asked: &UseTest, used: Place, depth: u8) -> bool {
        !asked.argument_of.is_empty()
            && self.are_callers(used, depth, |call| {
                let view = FileView::new(self.engine, call.file);
                view.is_in_argument(&asked.argument_of, call.node)
                    || self.is_called_in_argument(asked, call, depth - 1)
            })
    }

    /// Whether the function around `at` has callers, and all are such.
    fn are_callers(&self, at: Place, depth: u8, is_such: impl Fn(Place) -> bool) -> bool {
        let Some(func) = self.codebase.enclosing_fn(at.file, at.node).filter(|_| depth > 0) else {
            return false;
        };
        let callers = callers_of(self.codebase, func);
        !callers.is_empty() && callers.into_iter().all(is_such)
    }
}

/// The calls of a workspace function in code that is examined.
pub(super) fn callers_of(codebase: &Codebase, func: ItemIdx) -> Vec<Place> {
    let calls = codebase.calls_to(&codebase.item(func).path).iter().copied().take(MAX_CALLERS);
    let is_caller = |call: &Place| {
        let site = codebase.call_at(call.file, call.node);
        site.is_some_and(|site| matches!(site.target, Target::Local(item) if item == func))
            && codebase.is_examined(call.file, call.node)
    };
    calls.filter(is_caller).collect()
}

#[cfg(test)]
mod tests {
    use crate::engine::testing::check;

    const RULE: &str = "select: { call: [ext::Client::new] }\nrequire:\n  every_use: { calls: [get, run], then_calls: \
                        [limit], argument_of: [ext::within] }";

    #[test]
    fn a_value_that_leaves_our_sight_is_unknown() {
        check(
            RULE,
            "
//@ depends: ext
use ext::Client;
fn given() { ext::take(Client::new()); } //~ a-check unknown
fn unused() { let _client = Client::new(); } //~ a-check unknown
fn kept() -> impl Fn() { let client = Client::new(); move || drop(&client) } //~ a-check unknown
fn listed() { let all = vec![Client::new()]; drop(all); } //~ a-check unknown
",
        );
    }

    #[test]
    fn a_use_may_be_a_call_that_is_given_the_value() {
        check(
            "select: { call: [ext::load] }\nrequire:\n  every_use: { given_to: [ext::Builder::from, \
             ext::Client::new], reads: [region], then_calls: [limit] }",
            "
//@ depends: ext
fn direct() { let shared = ext::load(); ext::Client::new(&shared); } //~ a-check
fn bounded() { let shared = ext::load(); show(shared.region()); within(&shared); }
fn within(shared: &ext::Shared) -> ext::Client {
    let mut builder = ext::Builder::from(shared);
    if true { builder = builder.region(1); }
    ext::Client::from_conf(builder.limit(3).build())
}
fn show(_: u8) {}
fn split() { let shared = ext::load(); within(&shared); ext::Client::from_conf(ext::Builder::from(&shared).build()); } //~ a-check
fn other() { ext::take(&ext::load()); } //~ a-check unknown
",
        );
    }

    #[test]
    fn one_use_of_another_kind_decides() {
        check(
            RULE,
            "
//@ depends: ext
use ext::Client;
struct Both { client: Client }
fn both() -> Both { Both { client: Client::new() } } //~ a-check
impl Both {
    fn good(&self) { self.client.get(1).limit(2); }
    fn bad(&self) { let Both { client } = self; client.clone().get(1); }
}
fn direct() { Client::new().get(1).send(); } //~ a-check
",
        );
    }

    #[test]
    fn uses_are_found_behind_fields_parameters_statics_and_callers() {
        check(
            RULE,
            "
//@ depends: ext
use ext::Client;
use std::sync::{Arc, LazyLock};
struct Inner { client: Arc<Client> }
fn inner() -> Inner { let client = Client::new(); Inner { client: Arc::new(client) } }
fn field(inner: &Inner) { inner.client.get(1).header(2).limit(3); }
fn wrapped(inner: &Inner) { ext::within(1, inner.client.get(1)); }
fn called(inner: &Inner) { ext::within(1, asks(inner)); }
fn asks(inner: &Inner) { inner.client.get(1); }
static SHARED: LazyLock<Client> = LazyLock::new(|| Client::new());
fn shared() { by(&SHARED); }
fn by(client: &Client) { client.run(request(client)); }
fn request(client: &Client) -> ext::Request { client.get(1).limit(2).build() }
fn made() -> Result<Client, ()> { Ok(Client::new()) }
fn uses() -> Result<(), ()> { match made() { Ok(client) => { client.get(1).limit(1); } Err(error) => return Err(error) } Ok(()) }
",
        );
    }
}
