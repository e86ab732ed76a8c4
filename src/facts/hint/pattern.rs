//! Types of variables: where they are declared, and how the pattern takes the value apart.

use super::Asker;
use super::lower::Given;
use crate::base::FileIdx;
use crate::facts::{Binding, Ty};
use crate::syntax::{Field, Kind, NodeId};

impl Asker<'_> {
    /// The type of a variable.
    pub(super) fn binding_type(&self, file: FileIdx, binding: &Binding) -> Ty {
        self.deeper(|| {
            let tree = self.tree(file);
            let whole = self.whole_type(file, binding);
            let mut ty = whole;
            let steps = binding.steps(tree);
            for pair in steps.windows(2) {
                if let [pattern, part] = pair {
                    ty = self.part_type(file, *pattern, *part, &ty);
                }
            }
            ty
        })
    }

    /// The type of the value that the whole pattern is matched with.
    fn whole_type(&self, file: FileIdx, binding: &Binding) -> Ty {
        let tree = self.tree(file);
        if let Some(node) = binding.type_node(tree) {
            let written = self.lower(file, node, &Given::default());
            if !written.is_unknown() {
                return written;
            }
        }
        let Some(init) = binding.init(tree) else {
            return match tree.kind(binding.owner) {
                Kind::LetStmt => self.assigned_type(file, binding),
                Kind::Param => self.closure_param(file, binding.owner),
                _ => Ty::Unknown,
            };
        };
        let ty = self.type_of(file, init);
        match tree.kind(binding.owner) {
            Kind::ForLoop => self.element(&ty),
            Kind::SelectArm => self.awaited(&ty),
            _ => ty,
        }
    }

    /// `let x; .. x = e;`: the first assignment decides.
    fn assigned_type(&self, file: FileIdx, binding: &Binding) -> Ty {
        let tree = self.tree(file);
        let assigned = self.cb.uses_of(file, binding).find_map(|node| {
            let assign = tree.parent(node).filter(|parent| tree.kind(*parent) == Kind::Assign)?;
            (tree.field(node) == Field::Left).then(|| tree.child(assign, Field::Right)).flatten()
        });
        assigned.map_or(Ty::Unknown, |value| self.type_of(file, value))
    }

    /// The parameter of a closure that an adaptor calls with the element or content of its receiver.
    fn closure_param(&self, file: FileIdx, param: NodeId) -> Ty {
        let tree = self.tree(file);
        let Some(closure) = tree.parent(param).filter(|node| tree.kind(*node) == Kind::Closure) else {
            return Ty::Unknown;
        };
        let Some(call) = tree.parent(closure).filter(|node| tree.kind(*node) == Kind::MethodCall) else {
            return Ty::Unknown;
        };
        let is_first = tree.children_in(closure, Field::Param).next() == Some(param);
        let Some(receiver) = tree.child(call, Field::Receiver).filter(|_| is_first) else {
            return Ty::Unknown;
        };
        match tree.name(call) {
            Some(
                "map"
                | "and_then"
                | "for_each"
                | "filter"
                | "filter_map"
                | "flat_map"
                | "find"
                | "any"
                | "all"
                | "inspect"
                | "then"
                | "map_or"
                | "map_or_else"
                | "is_some_and"
                | "is_ok_and"
                | "try_for_each"
                | "for_each_concurrent"
                | "try_for_each_concurrent"
                | "for_each_async"
                | "partition"
                | "position",
            ) => {
                let ty = self.type_of(file, receiver);
                let element = self.element(&ty);
                if element.is_unknown() && matches!(ty.path(), Some("std::result::Result")) {
                    return self.opened(&ty);
                }
                element
            }
            Some("map_err" | "or_else" | "inspect_err" | "unwrap_or_else") => {
                Self::error_of(&self.type_of(file, receiver))
            }
            _ => Ty::Unknown,
        }
    }

    /// The type of `part`, a direct part of `pattern`, which is matched with a value of type `ty`.
    fn part_type(&self, file: FileIdx, pattern: NodeId, part: NodeId, ty: &Ty) -> Ty {
        let tree = self.tree(file);
        match tree.kind(pattern) {
            Kind::PatTuple => match ty {
                Ty::Tuple(parts) => {
                    let at = self.place_in(file, pattern, part, parts.len());
                    at.and_then(|at| parts.get(at)).cloned().unwrap_or(Ty::Unknown)
                }
                _ => Ty::Unknown,
            },
            Kind::PatSlice => self.element(ty),
            Kind::PatType => {
                let written = tree.child(pattern, Field::Type);
                written.map_or_else(|| ty.clone(), |node| self.lower(file, node, &Given::default()))
            }
            Kind::PatTupleStruct => self.tuple_part(file, pattern, part, ty),
            Kind::PatStruct => ty.clone(),
            Kind::FieldPat => self.field_part(file, pattern, ty),
            _ => ty.clone(),
        }
    }

    /// Position of `part` among the patterns of `holder`, a `..` counted as what it leaves out of `n_parts`.
    fn place_in(&self, file: FileIdx, holder: NodeId, part: NodeId, n_parts: usize) -> Option<usize> {
        let tree = self.tree(file);
        let patterns: Vec<NodeId> = tree.children_in(holder, Field::Pat).collect();
        let at = patterns.iter().position(|pattern| *pattern == part)?;
        let rest = patterns.iter().position(|pattern| tree.kind(*pattern) == Kind::PatRest);
        match rest {
            Some(rest) if rest < at => n_parts.checked_sub(patterns.len() - at),
            _ => Some(at),
        }
    }

    /// `P(a, b)`.
    fn tuple_part(&self, file: FileIdx, pattern: NodeId, part: NodeId, ty: &Ty) -> Ty {
        let tree = self.tree(file);
        let segments = tree.path_segments(pattern);
        let Some(name) = segments.last().copied() else { return Ty::Unknown };
        match name {
            "Some" | "Ok" => return self.opened(ty),
            "Err" => return Self::error_of(ty),
            "Ready" => {
                return if ty.path() == Some("std::task::Poll") { ty.arg(0).clone() } else { ty.clone() };
            }
            _ => {}
        }
        let at = self.place_in(file, pattern, part, usize::MAX).unwrap_or(0).to_string();
        let owner = match ty.item() {
            Some(_) => ty.clone(),
            None => self.pattern_type(file, pattern).unwrap_or_else(|| ty.clone()),
        };
        if let Some(found) = self.own_field(&owner, Some(name), &at) {
            return found;
        }
        // `State(pool): State<PgPool>`, `Json(body): Json<Order>`.
        if owner.path().is_some_and(|path| path.rsplit("::").next() == Some(name)) && at == "0" {
            return self.derefs(ty).unwrap_or_else(|| ty.arg(0).clone());
        }
        Ty::Unknown
    }

    /// `f: p` or `f` in `P { .. }`.
    fn field_part(&self, file: FileIdx, field: NodeId, ty: &Ty) -> Ty {
        let tree = self.tree(file);
        let (Some(name), Some(holder)) = (tree.name(field), tree.parent(field)) else { return Ty::Unknown };
        let variant = tree.path_segments(holder).last().copied();
        let owner = match ty.item() {
            Some(_) => ty.clone(),
            None => self.pattern_type(file, holder).unwrap_or_else(|| ty.clone()),
        };
        self.own_field(&owner, variant, name).unwrap_or(Ty::Unknown)
    }

    /// The workspace type that a pattern names.
    fn pattern_type(&self, file: FileIdx, pattern: NodeId) -> Option<Ty> {
        let tree = self.tree(file);
        let path = tree.child(pattern, Field::Path)?;
        if tree.path_segments(path).first() == Some(&"Self") {
            return Some(self.self_type(file, pattern));
        }
        let to = self.cb.resolve(file, path)?;
        to.item.map(|_| self.named_type(to, Vec::new()))
    }
}
