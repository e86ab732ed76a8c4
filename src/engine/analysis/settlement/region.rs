//! The code that handles one message: the body of a consume loop, a function that is given a message, a task for each
//! message, a function that takes a job's row and deletes it.

use super::Params;
use super::effect::{self, Settle};
use crate::base::{FileIdx, Span};
use crate::catalog::{Grade, LoopKind, Role};
use crate::facts::{BindingIdx, CallSite, Codebase, ItemIdx, ResultUse, Target, flow};
use crate::syntax::{Field, Kind, NodeId, Tree};
use std::collections::BTreeSet;

/// Code that handles one message at a time.
pub(super) struct Region<'c> {
    pub(super) codebase: &'c Codebase,
    pub(super) file: FileIdx,
    pub(super) tree: &'c Tree,
    /// What is walked.
    pub(super) body: NodeId,
    /// The loop whose `continue` ends the handling; none in functions and tasks.
    pub(super) around: Option<NodeId>,
    /// The call that receives, inside the body; none where the message is there from the start.
    pub(super) source: Option<NodeId>,
    /// The variables that hold the message, parts of it or what is made from it.
    pub(super) held: BTreeSet<BindingIdx>,
    /// The variables that the message is settled by.
    pub(super) keys: BTreeSet<BindingIdx>,
    pub(super) settles: Vec<Settle>,
    /// A message that is not settled hangs: the broker has a way to return it, and the caller cannot settle it.
    pub(super) is_answerable: bool,
    /// `Ok` from this function settles the message.
    pub(super) is_ok_done: bool,
}

/// The regions of a file, in node order.
pub(super) fn regions(codebase: &Codebase, file: FileIdx) -> Vec<Region<'_>> {
    let sites = codebase.calls(file).iter();
    let settling = sites.filter_map(|site| Some((site, effect::settles(codebase, file, site)?))).collect();
    let finder = Finder { codebase, file, tree: codebase.tree(file), settling };
    let mut found = Vec::new();
    let loops: Vec<NodeId> = finder.loops(&mut found);
    for at in codebase.items_of(file) {
        found.extend(finder.function(ItemIdx(at), &loops));
    }
    found
}

struct Finder<'c> {
    codebase: &'c Codebase,
    file: FileIdx,
    tree: &'c Tree,
    /// The calls of the file that settle, in node order: most functions hold none.
    settling: Vec<(&'c CallSite, Settle)>,
}

impl<'c> Finder<'c> {
    /// Enters the consume loops, and gives their nodes.
    fn loops(&self, found: &mut Vec<Region<'c>>) -> Vec<NodeId> {
        let tree = self.tree;
        let mut nodes = Vec::new();
        for fact in self.codebase.loops(self.file) {
            if fact.kind != LoopKind::Consume || fact.in_process || fact.grade == Grade::Low {
                continue;
            }
            let body = match tree.kind(fact.node) {
                Kind::MethodCall => self.closure_body(fact.node),
                _ => tree.child(fact.node, Field::Body),
            };
            let Some(body) = body else { continue };
            nodes.push(fact.node);
            let mut region = self.region(body);
            region.around = Some(fact.node);
            region.source = fact.source.filter(|source| tree.is_within(*source, body));
            let source = fact.source.unwrap_or(fact.node);
            region.held = self.received(fact.node, source);
            self.fill(&mut region);
            self.narrow(&mut region);
            found.push(region);
        }
        nodes
    }

    fn closure_body(&self, call: NodeId) -> Option<NodeId> {
        let closure =
            self.tree.children_in(call, Field::Arg).find(|arg| self.tree.kind(*arg) == Kind::Closure)?;
        self.tree.child(closure, Field::Body)
    }

    fn region(&self, body: NodeId) -> Region<'c> {
        Region {
            codebase: self.codebase,
            file: self.file,
            tree: self.tree,
            body,
            around: None,
            source: None,
            held: BTreeSet::new(),
            keys: BTreeSet::new(),
            settles: Vec::new(),
            is_answerable: false,
            is_ok_done: false,
        }
    }

    /// The variables that hold what `source` received.
    fn received(&self, around: NodeId, source: NodeId) -> BTreeSet<BindingIdx> {
        let tree = self.tree;
        let all = self.codebase.bindings(self.file).all().iter();
        let direct = all.filter(|binding| tree.is_within(binding.ident, around)).filter(|binding| {
            match binding.init(tree) {
                Some(init) => tree.is_within(source, init),
                None => tree.kind(around) == Kind::MethodCall && binding.is_param(tree),
            }
        });
        direct.map(|binding| binding.idx).collect()
    }

    /// A function that settles messages itself, or whose `Ok` does, outside of the consume loops.
    fn function(&self, item: ItemIdx, loops: &[NodeId]) -> Option<Region<'c>> {
        let tree = self.tree;
        let info = self.codebase.item(item).kind.as_fn()?;
        let body = info.body.filter(|_| !self.codebase.item(item).is_test)?;
        let mut region = self.region(body);
        let plays = |name: &str| Role::named(name).is_some_and(|role| self.codebase.plays(item, role));
        let is_handler = plays("job-handler") || plays("queue-consumer");
        let gives_result = info.ret.is_some_and(|ret| tree.text(ret).contains("Result"));
        region.is_ok_done = is_handler && gives_result;
        if is_handler {
            let all = self.codebase.bindings(self.file).all().iter();
            let params = all.filter(|binding| info.params.contains(&binding.owner));
            region.held = params.map(|binding| binding.idx).collect();
        }
        self.fill(&mut region);
        self.rows(&mut region);
        // What a loop inside settles is the loop's.
        region.settles.retain(|settle| !loops.iter().any(|found| tree.is_within(settle.node, *found)));
        if region.settles.is_empty() && !region.is_ok_done {
            return None;
        }
        let settled_param = region.keys.iter().find_map(|key| {
            let binding = self.codebase.bindings(self.file).all().get(key.0 as usize)?;
            info.params.contains(&binding.owner).then_some(binding)
        });
        match settled_param {
            Some(binding) => {
                let is_lent = binding.type_node(tree).is_some_and(|ty| tree.kind(ty) == Kind::TypeRef);
                region.is_answerable &= !is_lent;
            }
            None => region.is_answerable &= self.begin(&mut region),
        }
        self.narrow(&mut region);
        Some(region)
    }

    /// Sets where a message that is no parameter is received; whether that is in sight.
    fn begin(&self, region: &mut Region<'c>) -> bool {
        if region.source.is_some() {
            return true;
        }
        let (Some(recv), tree) = (Role::named("recv"), self.tree) else { return false };
        let calls = self.codebase.calls_within(self.file, region.body);
        region.source = calls.iter().find(|site| site.roles.contains(recv)).map(|site| site.node);
        let all = self.codebase.bindings(self.file).all();
        region.source.is_some_and(|source| {
            let mut keys = region.keys.iter().filter_map(|key| all.get(key.0 as usize));
            keys.any(|key| key.init(tree).is_some_and(|init| tree.is_within(source, init)))
        })
    }

    /// Finds what settles, and all variables that hold the message.
    fn fill(&self, region: &mut Region<'c>) {
        let mut settles: Vec<Settle> = Vec::new();
        let mut keys = BTreeSet::new();
        let within: Vec<_> =
            self.settling.iter().filter(|(site, _)| self.tree.is_within(site.node, region.body)).collect();
        let known = match within.is_empty() {
            true => BTreeSet::new(),
            false => self.with_derived(region.body, region.held.clone()),
        };
        for (site, settle) in within.into_iter().copied() {
            if settles.iter().any(|outer| self.tree.is_within(site.node, outer.node)) {
                continue;
            }
            let roots = self.roots(site);
            // A helper that is not given the message settles something else.
            let is_own = site.roles.iter().any(|role| matches!(role.name(), "ack" | "nack"));
            let receiver = self.tree.child(site.node, Field::Receiver);
            let is_wrapper =
                receiver.and_then(|receiver| root_of(self.codebase, self.file, receiver)).is_some();
            let is_unheld = region.held.is_empty() && is_wrapper;
            if is_own || is_unheld || roots.iter().any(|root| known.contains(root)) {
                settles.push(settle);
                keys.extend(roots);
            }
        }
        region.is_answerable = settles.iter().any(|settle| settle.is_answerable);
        region.settles = settles;
        region.keys = keys;
        let all = self.codebase.bindings(self.file).all();
        // A settled variable that is made from another holds that one's message.
        let mut above: Vec<BindingIdx> = region.keys.iter().copied().collect();
        while let Some(key) = above.pop() {
            let init = all.get(key.0 as usize).and_then(|binding| binding.init(self.tree));
            let root = init.and_then(|init| root_of(self.codebase, self.file, init));
            if let Some(root) = root.filter(|root| !region.keys.contains(root)) {
                region.keys.insert(root);
                above.push(root);
            }
        }
        if !region.held.is_empty() {
            // The channel or client that settles is no message.
            let held = self.with_derived(region.body, region.held.clone());
            region.keys.retain(|key| held.contains(key));
            region.held = held;
        } else {
            region.held = self.with_derived(region.body, region.keys.clone());
        }
    }

    fn roots(&self, site: &CallSite) -> Vec<BindingIdx> {
        let parts = self
            .tree
            .children(site.node)
            .filter(|part| matches!(self.tree.field(*part), Field::Receiver | Field::Arg));
        parts.filter_map(|part| root_of(self.codebase, self.file, part)).collect()
    }

    /// `held` with the variables below `body` that are made from one of them.
    fn with_derived(&self, body: NodeId, mut held: BTreeSet<BindingIdx>) -> BTreeSet<BindingIdx> {
        let tree = self.tree;
        if held.is_empty() {
            return held;
        }
        for binding in self.codebase.bindings(self.file).all() {
            if !tree.is_within(binding.ident, body) {
                continue;
            }
            let Some(init) = binding.init(tree) else { continue };
            let is_made = tree.subtree(init).any(|node| {
                tree.kind(node) == Kind::Path
                    && self.codebase.binding(self.file, node).is_some_and(|used| held.contains(&used.idx))
            });
            if is_made {
                held.insert(binding.idx);
            }
        }
        held
    }

    /// Rows of a table that are taken by a locking query and deleted afterwards: the deletion settles.
    fn rows(&self, region: &mut Region<'c>) {
        let calls = self.codebase.calls_within(self.file, region.body);
        for (at, site) in calls.iter().enumerate() {
            let taken = effect::taken_tables(self.codebase, self.file, site);
            if taken.is_empty() {
                continue;
            }
            for later in calls.iter().skip(at + 1) {
                let deleted = effect::deleted_tables(self.codebase, self.file, later);
                if deleted.iter().any(|table| taken.contains(table)) {
                    region.source = Some(site.node);
                    let settle = Settle { node: later.node, is_ack: true, is_answerable: false };
                    region.settles.push(settle);
                    let held = self.received(region.body, site.node);
                    region.held.extend(self.with_derived(region.body, held));
                    return;
                }
            }
        }
    }

    /// Where all settling happens in one inner loop, task or closure, the message is handled there.
    fn narrow(&self, region: &mut Region<'c>) {
        let tree = self.tree;
        let Some(first) = region.settles.first() else { return };
        let inner = tree.ancestors(first.node).take_while(|at| *at > region.body).find(|at| {
            let is_apart = matches!(tree.kind(*at), Kind::AsyncBlock | Kind::Closure);
            let is_each = tree.kind(*at) == Kind::ForLoop && self.binds_key(region, *at);
            (is_apart || is_each) && region.settles.iter().all(|settle| tree.is_within(settle.node, *at))
        });
        let Some(inner) = inner else { return };
        if region.source.is_some_and(|source| tree.is_within(source, inner)) {
            region.body = inner;
            return;
        }
        region.source = None;
        region.around = (tree.kind(inner) == Kind::ForLoop).then_some(inner);
        region.is_ok_done &= region.around.is_none() && tree.kind(inner) == Kind::AsyncBlock;
        region.body = match tree.kind(inner) {
            Kind::AsyncBlock => inner,
            _ => tree.child(inner, Field::Body).unwrap_or(inner),
        };
    }

    /// Whether a loop's pattern names what is settled.
    fn binds_key(&self, region: &Region<'_>, each: NodeId) -> bool {
        let all = self.codebase.bindings(self.file).all();
        region.keys.iter().any(|key| all.get(key.0 as usize).is_some_and(|binding| binding.owner == each))
    }
}

impl Region<'_> {
    /// Whether `node` names what the message is settled by.
    pub(super) fn is_key(&self, node: NodeId) -> bool {
        matches!(self.tree.kind(node), Kind::Path | Kind::FieldInit)
            && self.codebase.binding(self.file, node).is_some_and(|used| self.keys.contains(&used.idx))
    }

    /// Whether a call takes what the message is settled by, or lends it to code that is out of sight.
    pub(super) fn is_handed_over(&self, call: NodeId) -> bool {
        let tree = self.tree;
        let is_known =
            self.codebase.call_at(self.file, call).is_some_and(|site| site.target != Target::Unknown);
        tree.children_in(call, Field::Arg).any(|arg| match tree.kind(arg) {
            Kind::Path => self.is_key(arg),
            Kind::MethodCall if matches!(tree.name(arg), Some("into" | "clone")) => {
                tree.child(arg, Field::Receiver).is_some_and(|receiver| self.is_key(receiver))
            }
            Kind::Ref => !is_known && tree.child(arg, Field::Expr).is_some_and(|lent| self.is_key(lent)),
            _ => false,
        })
    }

    /// Whether leaving at `node` hides the message: no `break` or bare `return` of a consumer that stops, and no `?` on
    /// what was received.
    pub(super) fn is_exit(&self, node: NodeId) -> bool {
        let tree = self.tree;
        match tree.kind(node) {
            Kind::Continue => true,
            Kind::Try => {
                let inner = tree.child(node, Field::Expr);
                !inner.is_some_and(|inner| self.is_receipt(inner))
            }
            Kind::Return => self.around.is_none() || tree.child(node, Field::Expr).is_some(),
            Kind::MacroCall => true,
            _ => false,
        }
    }

    /// Whether an expression is the call that receives, or no more than its result.
    pub(super) fn is_receipt(&self, expr: NodeId) -> bool {
        let tree = self.tree;
        if self.source.is_some_and(|source| tree.is_within(source, expr)) {
            return true;
        }
        let mut at = expr;
        loop {
            let inner = match tree.kind(at) {
                Kind::Path => {
                    let binding = self.codebase.binding(self.file, at);
                    return binding
                        .is_some_and(|binding| self.keys.contains(&binding.idx) && !binding.is_param(tree));
                }
                Kind::Try | Kind::Ref | Kind::Await => tree.child(at, Field::Expr),
                Kind::MethodCall
                    if matches!(tree.name(at), Some("map_err" | "context" | "ok_or" | "ok_or_else")) =>
                {
                    tree.child(at, Field::Receiver)
                }
                _ => return false,
            };
            let Some(inner) = inner else { return false };
            at = inner;
        }
    }

    /// The branch that comes to the end without settling while a sibling settles.
    pub(super) fn silent_branch(&self) -> Option<NodeId> {
        let tree = self.tree;
        let settles = |node: NodeId| self.settles.iter().any(|settle| tree.is_within(settle.node, node));
        let around = self.around.unwrap_or(self.body);
        let falls = |node: NodeId| {
            let ends = flow::ends_of(tree, node, around);
            ends.has(flow::Ends::FALLS)
        };
        for node in flow::own_nodes(tree, self.body) {
            let branches: Vec<NodeId> = match tree.kind(node) {
                Kind::Match => tree.children_in(node, Field::Arm).collect(),
                Kind::If => {
                    let then = tree.child(node, Field::Then);
                    let other = tree.child(node, Field::Else).unwrap_or(node);
                    if then.is_some_and(settles) && other == node {
                        return Some(node);
                    }
                    then.into_iter().chain(Some(other).filter(|other| *other != node)).collect()
                }
                _ => continue,
            };
            let is_receipt = tree
                .child(node, Field::Init)
                .or_else(|| tree.child(node, Field::Cond).and_then(|cond| tree.child(cond, Field::Init)))
                .is_some_and(|init| self.is_receipt(init));
            if is_receipt || !branches.iter().any(|branch| settles(*branch)) {
                continue;
            }
            if let Some(silent) = branches.iter().find(|branch| !settles(**branch) && falls(**branch)) {
                return Some(*silent);
            }
        }
        None
    }

    /// Where the function says that all is well, after the branch `arm`.
    pub(super) fn ok_end(&self, arm: NodeId) -> Option<Span> {
        let tree = self.tree;
        let is_ok =
            |node: NodeId| tree.kind(node) == Kind::Call && tree.path_segments(node).last() == Some(&"Ok");
        if !self.is_ok_done {
            return None;
        }
        let own = tree.child(arm, Field::Tail).unwrap_or(arm);
        let tail = tree.child(self.body, Field::Tail);
        [Some(own), tail].into_iter().flatten().find(|node| is_ok(*node)).map(|node| tree.span(node))
    }

    /// Whether another effect of the message can fail, and is heard when it does.
    pub(super) fn has_other_effect(&self, operation: NodeId) -> bool {
        let tree = self.tree;
        let calls = self.codebase.calls_within(self.file, self.body);
        let around = tree.ancestors(operation).find(|up| matches!(tree.kind(*up), Kind::If | Kind::Match));
        calls.iter().any(|site| {
            let is_apart = around.is_none_or(|around| {
                let head = tree.child(around, Field::Init).or_else(|| tree.child(around, Field::Cond));
                !head.is_some_and(|head| tree.is_within(site.node, head))
            });
            let is_heard = matches!(
                self.codebase.result_use(self.file, site.node),
                ResultUse::Question | ResultUse::Returned | ResultUse::Unwrapped(_)
            );
            is_apart && is_heard && self.is_effect(site)
        })
    }

    /// Whether the names in a call have one of the words for what may fail.
    pub(super) fn is_named(&self, operation: NodeId, params: &Params) -> bool {
        let tree = self.tree;
        let named = tree.name(operation).map(str::to_owned);
        let path = tree.path_segments(operation).join("_");
        let receiver = tree.child(operation, Field::Receiver).map(|receiver| tree.text(receiver).to_owned());
        let words = [named, Some(path), receiver].into_iter().flatten().collect::<Vec<_>>().join("_");
        let lower = words.to_ascii_lowercase();
        lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| params.lists("best_effort", word))
    }
}

/// The variable at the root of an expression that is it, a reference to it, a part of it or what a method makes of it.
pub(super) fn root_of(codebase: &Codebase, file: FileIdx, expr: NodeId) -> Option<BindingIdx> {
    let tree = codebase.tree(file);
    let mut at = expr;
    loop {
        at = match tree.kind(at) {
            Kind::Path => return codebase.binding(file, at).map(|binding| binding.idx),
            Kind::Ref | Kind::Deref | Kind::Try | Kind::Await => tree.child(at, Field::Expr)?,
            Kind::MethodCall => tree.child(at, Field::Receiver)?,
            Kind::FieldAccess | Kind::Index => tree.child(at, Field::Base)?,
            Kind::Match => tree.child(at, Field::Init)?,
            _ => return None,
        };
    }
}
