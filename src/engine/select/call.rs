//! Selects calls, builder chains and macro calls.

use super::{Miss, Saw, Selected, Selection};
use crate::base::Span;
use crate::catalog::RoleSet;
use crate::engine::view::FileView;
use crate::engine::{Subject, Truth, message, place};
use crate::facts::{CallSite, Chain, Target, Ty};
use crate::rule::{CallSelector, ChainSelector, Names, PathPattern, matches_any_path};
use crate::syntax::{Field, Kind, NodeId};
use std::borrow::Cow;
use std::sync::Arc;

impl FileView<'_> {
    pub(super) fn select_call(
        &self,
        asked: &CallSelector,
        node: NodeId,
        found: &mut Vec<Selected>,
    ) -> Selection {
        let site = self.site_of(node).ok_or(Miss::new("call", Saw::Other))?;
        let site = &*site;
        if !asked.method.is_empty() && !asked.method.has(&site.name) {
            return Err(Miss::new("method", Saw::Name(site.name.clone())));
        }
        let n_args = self.tree.children_in(node, Field::Arg).count();
        if asked.n_args.is_some_and(|asked| asked as usize != n_args) {
            return Err(Miss::new("args", Saw::Count(n_args)));
        }
        self.is_in_macro(&asked.in_macro, node)?;
        let path = self.is_call_of(site, &asked.path)?;
        let role = self.has_call_role(site, asked.roles)?;
        let receiver = self.is_called_on(site, &asked.on)?;
        let subject = self.subject(node).narrowed(place::method(self.tree, node));
        let doubt = (path.and(role).and(receiver) == Truth::Unknown).then(|| self.doubt_of(node));
        found.push(Selected { subject, doubt });
        Ok(())
    }

    /// The call at `node`; one of which nothing is known has a name at least.
    fn site_of(&self, node: NodeId) -> Option<Cow<'_, CallSite>> {
        if let Some(site) = self.codebase.call_at(self.file, node) {
            return Some(Cow::Borrowed(site));
        }
        let name: Arc<str> = match self.tree.kind(node) {
            Kind::MethodCall => self.tree.name(node)?.into(),
            Kind::Call => (*self.tree.path_segments(node).last()?).into(),
            _ => return None,
        };
        let target = Target::Unknown;
        Some(Cow::Owned(CallSite {
            node,
            name,
            target,
            apis: Box::default(),
            roles: RoleSet::EMPTY,
            doubt: false,
        }))
    }

    fn doubt_of(&self, node: NodeId) -> String {
        let receiver = self.tree.child(node, Field::Receiver).unwrap_or(node);
        format!("the type of `{}` is not known", message::shortened(self.tree.text(receiver)))
    }

    fn is_in_macro(&self, asked: &[PathPattern], node: NodeId) -> Selection {
        if asked.is_empty() {
            return Ok(());
        }
        let mut macros = self.tree.ancestors(node).filter(|at| self.tree.kind(*at) == Kind::MacroCall);
        let is_meant = macros.any(|at| self.is_macro(asked, at).is_ok());
        if is_meant { Ok(()) } else { Err(Miss::new("in_macro", Saw::Other)) }
    }

    fn is_call_of(&self, site: &CallSite, asked: &[PathPattern]) -> Result<Truth, Miss> {
        if asked.is_empty() {
            return Ok(Truth::Yes);
        }
        match self.called_path(site).or_else(|| self.path_by_receiver(site)) {
            Some(path) if matches_any_path(asked, &path) => Ok(Truth::Yes),
            Some(path) => Err(Miss::new("path", Saw::Name(path))),
            None => {
                let may_be = |pattern: &PathPattern| {
                    let (krate, _) = pattern.as_str().split_once("::").unwrap_or(("", ""));
                    let name = pattern.as_str().rsplit("::").next().unwrap_or("");
                    name == &*site.name && self.engine.depends_on(self.package, krate)
                };
                let is_doubt = site.doubt && asked.iter().any(may_be);
                if is_doubt { Ok(Truth::Unknown) } else { Err(Miss::new("path", Saw::Unresolved)) }
            }
        }
    }

    /// `Type::method` by the type of the receiver, for methods that neither the catalogue nor the workspace knows.
    fn path_by_receiver(&self, site: &CallSite) -> Option<Arc<str>> {
        let receiver = self.tree.child(site.node, Field::Receiver)?;
        let ty = self.codebase.type_of(self.file, receiver);
        ty.path().map(|path| format!("{path}::{}", site.name).into())
    }

    /// The canonical path of what is called, as far as it is known.
    pub(in crate::engine) fn called_path(&self, site: &CallSite) -> Option<Arc<str>> {
        match &site.target {
            Target::External(path) => Some(path.clone()),
            Target::Local(item) => Some(self.codebase.item(*item).path.clone()),
            Target::Unknown => None,
        }
    }

    fn has_call_role(&self, site: &CallSite, asked: RoleSet) -> Result<Truth, Miss> {
        if asked.is_empty() || site.roles.meets(asked) {
            return Ok(Truth::Yes);
        }
        let catalog = self.codebase.catalog;
        let may_be = || {
            let rows = catalog.apis_of_method(&site.name).iter().map(|idx| catalog.api(*idx));
            rows.filter(|api| api.roles.meets(asked))
                .any(|api| self.engine.depends_on(self.package, &catalog.library_of(&api.krate)))
        };
        if site.doubt && may_be() {
            return Ok(Truth::Unknown);
        }
        let saw = self.called_path(site).map_or(Saw::Unresolved, Saw::Name);
        Err(Miss::new("role", saw))
    }

    fn is_called_on(&self, site: &CallSite, asked: &[PathPattern]) -> Result<Truth, Miss> {
        if asked.is_empty() {
            return Ok(Truth::Yes);
        }
        let Some(receiver) = self.tree.child(site.node, Field::Receiver) else {
            // `Type::method(value)`.
            let path = self.called_path(site);
            let owner = path.as_deref().and_then(|path| path.rsplit_once("::")).map(|(owner, _)| owner);
            return match owner {
                Some(owner) if matches_any_path(asked, owner) => Ok(Truth::Yes),
                _ => Err(Miss::new("on", path.map_or(Saw::Unresolved, Saw::Name))),
            };
        };
        let ty = self.codebase.type_of(self.file, receiver);
        match is_one_of(&ty, asked) {
            Truth::Yes => Ok(Truth::Yes),
            Truth::No => Err(Miss::new("on", Saw::Type(ty))),
            Truth::Unknown => {
                let krate =
                    |pattern: &PathPattern| pattern.as_str().split("::").next().unwrap_or("").to_owned();
                let may_be = asked.iter().any(|on| self.engine.depends_on(self.package, &krate(on)));
                if may_be { Ok(Truth::Unknown) } else { Err(Miss::new("on", Saw::Type(ty))) }
            }
        }
    }

    pub(super) fn select_chain(
        &self,
        asked: &ChainSelector,
        node: NodeId,
        found: &mut Vec<Selected>,
    ) -> Selection {
        let site = self.codebase.call_at(self.file, node).ok_or(Miss::new("chain", Saw::Other))?;
        let path = self.called_path(site).ok_or(Miss::new("starts", Saw::Unresolved))?;
        if !matches_any_path(&asked.starts, &path) {
            return Err(Miss::new("starts", Saw::Name(path)));
        }
        let chain = self.codebase.chain(self.file, node);
        let via = calls_one(&chain, &asked.via, "via")?;
        let ends = calls_one(&chain, &asked.ends, "ends")?;
        let doubt = (via.and(ends) == Truth::Unknown)
            .then(|| "the builder goes where the scanner cannot follow it".to_owned());
        let chain_end = chain.calls.iter().rfind(|call| asked.ends.has(&call.name)).map(|call| call.place);
        let shown = chain_end.map_or(chain, |end| self.codebase.chain_to(end.file, end.node));
        let subject = self.subject(node).narrowed(self.chain_span(node, &shown));
        found.push(Selected { subject: Subject { chain_end, ..subject }, doubt });
        Ok(())
    }

    /// A chain's bytes from its constructor on, as far as they lie in one expression.
    fn chain_span(&self, start: NodeId, chain: &Chain) -> Span {
        let span = self.tree.span(start);
        let is_here = |node: NodeId| self.tree.is_within(start, node);
        let calls = chain.calls.iter().map(|call| call.place).filter(|place| place.file == self.file);
        calls
            .filter(|place| is_here(place.node))
            .fold(span, |span, place| span.to(self.tree.span(place.node)))
    }

    pub(super) fn select_macro(
        &self,
        asked: &[PathPattern],
        node: NodeId,
        found: &mut Vec<Selected>,
    ) -> Selection {
        if self.tree.kind(node) != Kind::MacroCall {
            return Err(Miss::new("macro", Saw::Other));
        }
        self.is_macro(asked, node)?;
        found.push(Selected::sure(self.subject(node)));
        Ok(())
    }

    /// Whether a macro call resolves to one of these; a name without `::` is the macro of any crate.
    fn is_macro(&self, asked: &[PathPattern], node: NodeId) -> Selection {
        let site = self.codebase.call_at(self.file, node);
        let path = site.and_then(|site| self.called_path(site)).or_else(|| self.path_of(node));
        let written = self.tree.path_segments(node).last().map(|name| Arc::<str>::from(*name));
        let is_meant = |pattern: &PathPattern| match (pattern.as_str().contains("::"), &path) {
            (true, Some(path)) => pattern.matches(path),
            (true, None) => false,
            (false, _) => written.as_deref().is_some_and(|name| pattern.matches(name)),
        };
        if asked.iter().any(is_meant) {
            return Ok(());
        }
        Err(Miss::new("macro", path.or(written).map_or(Saw::Unresolved, Saw::Name)))
    }
}

/// Whether a type is one of these; a bounded type is what its traits say.
pub(in crate::engine) fn is_one_of(ty: &Ty, asked: &[PathPattern]) -> Truth {
    match ty {
        Ty::Named { to, .. } => Truth::of(matches_any_path(asked, &to.path)),
        Ty::Bounded(bounds) => Truth::of(bounds.iter().any(|(bound, _)| matches_any_path(asked, bound))),
        Ty::Tuple(_) | Ty::Slice(_) => Truth::No,
        Ty::Unknown => Truth::Unknown,
    }
}

/// Whether a chain calls one of these names; no names at all ask nothing.
fn calls_one(chain: &Chain, asked: &Names, part: &'static str) -> Result<Truth, Miss> {
    if asked.is_empty() || chain.calls.iter().any(|call| asked.has(&call.name)) {
        return Ok(Truth::Yes);
    }
    if chain.is_whole { Err(Miss::new(part, Saw::Other)) } else { Ok(Truth::Unknown) }
}
