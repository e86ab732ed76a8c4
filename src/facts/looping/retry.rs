//! Tells retries: one fallible operation, whose success leaves the loop and whose failure goes on.

use super::classify::Judge;
use super::decision::{Decision, round_nodes};
use super::signal::signal_of;
use crate::catalog::{Grade, LoopKind};
use crate::facts::flow::{self, Ends};
use crate::facts::{LoopFact, Target};
use crate::syntax::{Field, Flag, Kind, NodeId};

impl Judge<'_> {
    /// Success leaves, failure goes on.
    pub(super) fn retries(&self) -> Option<LoopFact> {
        if self.asks_a_person() || self.uses_up_candidates() || self.takes_results() {
            return None;
        }
        let mut best: Option<LoopFact> = None;
        for one in &self.decisions {
            let is_retry = one.is_fallible
                && one.on_failure.has(Ends::STAYS)
                && one.on_success.has(Ends::LEAVES)
                && !one.on_success.has(Ends::STAYS)
                && !one.on_empty.has(Ends::STAYS);
            if !is_retry || !self.is_effect(one.operation) || self.is_computed(one) || self.is_polled(one) {
                continue;
            }
            if self.tries_another_name(one) {
                continue;
            }
            let grade = self.retry_grade(one);
            if best.as_ref().is_some_and(|found| found.grade >= grade) {
                continue;
            }
            let mut fact = self.fact(LoopKind::Retry, grade, "success leaves the loop, failure goes on");
            fact.operation = Some(one.operation);
            fact.is_optimistic = self.is_optimistic(one);
            fact.decision = Some(one.clone());
            best = Some(fact);
        }
        best
    }

    /// `while let Some(result) = running.next().await`: the results of work that has been started, each once.
    fn takes_results(&self) -> bool {
        let tree = self.tree;
        let cond = tree.child(self.node, Field::Cond).filter(|cond| tree.kind(*cond) == Kind::LetCond);
        let init = cond.and_then(|cond| tree.child(cond, Field::Init));
        let call = init
            .filter(|init| tree.kind(*init) == Kind::Await)
            .and_then(|init| tree.child(init, Field::Expr));
        call.is_some_and(|call| matches!(tree.name(call), Some("next" | "join_next")))
    }

    /// Whether each round asks at a terminal, so that it tries what a person typed.
    fn asks_a_person(&self) -> bool {
        let is_prompt = |name: &str| matches!(name, "interact" | "interact_text" | "interact_opt");
        let mut nodes = self.tree.subtree(self.node);
        nodes.any(|at| self.tree.kind(at) == Kind::MethodCall && self.tree.name(at).is_some_and(is_prompt))
    }

    /// `while !candidates.is_empty()` over what the rounds take from: each round has another candidate.
    fn uses_up_candidates(&self) -> bool {
        let tree = self.tree;
        let cond = tree.child(self.node, Field::Cond).filter(|_| tree.kind(self.node) == Kind::While);
        let Some(cond) = cond else { return false };
        let mut emptied = tree
            .subtree(cond)
            .filter(|at| tree.kind(*at) == Kind::MethodCall && tree.name(*at) == Some("is_empty"))
            .filter_map(|at| tree.child(at, Field::Receiver))
            .map(|receiver| tree.text(receiver));
        emptied.any(|name| {
            tree.subtree(self.node).any(|at| match tree.kind(at) {
                Kind::Ref => {
                    tree.has(at, Flag::Mut) && tree.text(at).trim_start_matches("&mut").trim() == name
                }
                Kind::MethodCall => {
                    let takes = matches!(
                        tree.name(at),
                        Some("pop" | "pop_front" | "pop_back" | "remove" | "swap_remove")
                    );
                    takes && tree.child(at, Field::Receiver).is_some_and(|of| tree.text(of) == name)
                }
                _ => false,
            })
        })
    }

    /// Whether the operation is a computation of the workspace on something that each round has anew: nothing is awaited,
    /// no call of it reaches a role, and the round does not wait.
    fn is_computed(&self, one: &Decision) -> bool {
        let mut args = self.tree.children_in(one.operation, Field::Arg);
        let is_anew =
            args.any(|arg| self.tree.variable(arg).is_some_and(|name| self.is_bound_in_round(name)));
        if !is_anew || self.round.sleeps || self.round.has_await {
            return false;
        }
        let site = self.codebase.call_at(self.file, one.operation);
        site.is_some_and(|site| match &site.target {
            Target::Local(item) => self.codebase.summary(*item).all().is_empty(),
            Target::External(_) | Target::Unknown => false,
        })
    }

    /// Whether each round asks for another name that it makes of the number of the round: `format!("{folder}.{number}")`.
    fn tries_another_name(&self, one: &Decision) -> bool {
        let tree = self.tree;
        let counted = tree.child(self.node, Field::Pat).filter(|_| tree.kind(self.node) == Kind::ForLoop);
        let Some(number) = counted.and_then(|pattern| tree.name(pattern)) else { return false };
        let makes_name = |init: NodeId| {
            let text = tree.text(init);
            let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            tree.kind(init) == Kind::MacroCall
                && tree.path_segments(init).last() == Some(&"format")
                && words.any(|word| word == number)
        };
        tree.children_in(one.operation, Field::Arg).flat_map(|arg| tree.subtree(arg)).any(|at| {
            let binding = self.codebase.binding(self.file, at);
            binding.and_then(|binding| binding.init(tree)).is_some_and(makes_name)
        })
    }

    /// Whether the rounds wait for a state that others bring about: the wait is named for polling.
    fn is_polled(&self, one: &Decision) -> bool {
        let pause =
            self.round.pause.filter(|pause| one.failure.iter().any(|arm| self.tree.is_within(*pause, *arm)));
        pause.is_some_and(|pause| {
            let text = self.tree.text(pause).to_ascii_lowercase();
            text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| matches!(word, "poll" | "polling"))
        })
    }

    fn retry_grade(&self, one: &Decision) -> Grade {
        let is_awaited =
            self.tree.parent(one.operation).is_some_and(|above| self.tree.kind(above) == Kind::Await)
                || self.round.has_await;
        let has_site =
            self.codebase.call_at(self.file, one.operation).is_some_and(|site| !site.roles.is_empty());
        if is_awaited || self.round.sleeps || has_site || self.tree.has(self.node, Flag::InMacro) {
            Grade::High
        } else if matches!(self.tree.kind(one.operation), Kind::Call | Kind::MethodCall)
            && self.is_logged(one)
        {
            Grade::Medium
        } else {
            Grade::Low
        }
    }

    /// Whether the failure is logged: it is not an answer like another.
    fn is_logged(&self, one: &Decision) -> bool {
        let tree = self.tree;
        one.failure.iter().any(|arm| {
            flow::own_nodes(tree, *arm).any(|at| {
                let name = tree.path_segments(at).last().copied().unwrap_or("");
                tree.kind(at) == Kind::MacroCall
                    && matches!(name, "warn" | "error" | "info" | "debug" | "eprintln")
            })
        })
    }

    /// Whether trying the operation again can give another outcome.
    fn is_effect(&self, operation: NodeId) -> bool {
        let tree = self.tree;
        let name = match tree.kind(operation) {
            Kind::MethodCall => tree.name(operation).unwrap_or("").to_owned(),
            Kind::Call => {
                tree.path_segments(operation).last().map_or_else(String::new, |last| (*last).to_owned())
            }
            Kind::Path => {
                let is_awaited = tree.parent(operation).is_some_and(|above| tree.kind(above) == Kind::Await);
                let is_bound = tree.variable(operation).is_some_and(|name| self.is_bound_in_round(name));
                return is_awaited || is_bound || tree.has(self.node, Flag::InMacro);
            }
            // What a future or stream says when it is polled is no attempt.
            Kind::MacroCall if tree.path_segments(operation).last() == Some(&"ready") => return false,
            Kind::MacroCall | Kind::Block | Kind::AsyncBlock | Kind::Match | Kind::If | Kind::FieldAccess => {
                return true;
            }
            _ => return false,
        };
        let is_pure = matches!(
            name.as_str(),
            "parse"
                | "try_from"
                | "try_into"
                | "from_str"
                | "from_utf8"
                | "read_line"
                | "next"
                | "pop"
                | "peek"
                | "get"
                | "binary_search"
                | "lock"
                | "try_lock"
                | "downcast"
                | "decode"
                | "try_recv"
                | "recv"
                | "strip_prefix"
                | "try_unwrap"
                | "try_acquire"
                | "try_acquire_owned"
        );
        !is_pure && !name.starts_with("compare_") && !name.starts_with("poll_") && name != "fetch_update"
    }

    fn is_bound_in_round(&self, name: &str) -> bool {
        let mut nodes = round_nodes(self.tree, self.node);
        nodes.any(|at| self.tree.kind(at) == Kind::PatIdent && self.tree.name(at) == Some(name))
    }

    /// Whether only a lost race goes on: a version that differs, a serialization failure.
    fn is_optimistic(&self, one: &Decision) -> bool {
        const WORDS: [&str; 9] = [
            "conflict",
            "concurren",
            "optimistic",
            "versionmismatch",
            "wrongexpected",
            "serialization",
            "stale",
            "\"40001\"",
            "unexpectedversion",
        ];
        let says = |node: NodeId| {
            let text = self.tree.text(node).to_ascii_lowercase();
            WORDS.iter().any(|word| text.contains(word))
        };
        let staying: Vec<NodeId> = one
            .failure
            .iter()
            .copied()
            .filter(|arm| flow::ends_from(self.tree, self.body_of(*arm), self.node).has(Ends::STAYS))
            .collect();
        !staying.is_empty()
            && staying.iter().all(|arm| {
                let head =
                    [Field::Pat, Field::Guard].iter().filter_map(|field| self.tree.child(*arm, *field));
                let mut conditions = flow::own_nodes(self.tree, *arm)
                    .filter(|at| self.tree.kind(*at) == Kind::If)
                    .filter_map(|at| self.tree.child(at, Field::Cond));
                head.into_iter().any(says) || conditions.any(says)
            })
    }

    fn body_of(&self, arm: NodeId) -> NodeId {
        self.tree.child(arm, Field::Body).unwrap_or(arm)
    }

    /// A `for` that only counts attempts or delays: its variable is not what differs between rounds' operations.
    pub(super) fn is_counted(&self) -> bool {
        let tree = self.tree;
        let (Some(pattern), Some(init)) =
            (tree.child(self.node, Field::Pat), tree.child(self.node, Field::Init))
        else {
            return false;
        };
        let mut at = init;
        while tree.kind(at) == Kind::MethodCall {
            let Some(receiver) = tree.child(at, Field::Receiver) else { break };
            at = receiver;
        }
        let text = tree.text(init).to_ascii_lowercase();
        let is_range =
            tree.kind(at) == Kind::Range || text.starts_with("std::iter::repeat") || text.starts_with("0..");
        let is_schedule = ["backoff", "delay", "attempt", "retr", "schedule", "interval"]
            .iter()
            .any(|word| text.contains(word));
        if !is_range && !is_schedule {
            return false;
        }
        let name = match tree.kind(pattern) {
            Kind::PatWild => return true,
            Kind::PatIdent => tree.name(pattern).unwrap_or(""),
            _ => return is_schedule,
        };
        let lower = name.to_ascii_lowercase();
        let is_counter =
            ["attempt", "retry", "retries", "try", "tries", "delay", "backoff", "wait", "round", "_"]
                .iter()
                .any(|word| lower.starts_with(word) || lower.ends_with(word));
        let is_used = self.round.awaited.iter().any(|call| {
            tree.subtree(*call).any(|at| tree.variable(at) == Some(name))
                && signal_of(self.codebase, self.file, *call).is_none()
        });
        is_counter || !is_used
    }
}
