//! What a file defines: functions, types, impls, consts. Holds nodes, not copies of the code.

use crate::base::FileIdx;
use crate::facts::ModuleIdx;
use crate::syntax::NodeId;
use std::sync::Arc;

/// The place of an item in [`super::Codebase::items`], which is sorted by file, then by node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemIdx(pub u32);

/// What an item is.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// A free function, method, associated function or trait method.
    Fn(FnInfo),
    /// A struct, union or enum.
    Type(Box<TypeInfo>),
    /// `type A = T;` outside of impls: the node of `T`.
    Alias(NodeId),
    /// A trait; its methods are items of their own.
    Trait,
    /// An impl block; its methods are items of their own.
    Impl(Box<ImplInfo>),
    /// A const or static: the nodes of its type and value.
    Const(Option<NodeId>, Option<NodeId>),
    /// A `macro_rules!`.
    Macro,
}

impl ItemKind {
    /// The signature of a function.
    #[must_use]
    pub const fn as_fn(&self) -> Option<&FnInfo> {
        if let Self::Fn(info) = self { Some(info) } else { None }
    }

    /// A struct, union or enum.
    #[must_use]
    pub fn as_type(&self) -> Option<&TypeInfo> {
        if let Self::Type(info) = self { Some(info) } else { None }
    }

    /// An impl block.
    #[must_use]
    pub fn as_impl(&self) -> Option<&ImplInfo> {
        if let Self::Impl(info) = self { Some(info) } else { None }
    }
}

/// One item of the workspace.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Its name; empty for an impl.
    pub name: Arc<str>,
    /// Canonical path, such as `orders::jobs::Job::run`: crate name, modules, type for methods, name.
    pub path: Arc<str>,
    /// File that holds it.
    pub file: FileIdx,
    /// Its node in that file's tree.
    pub node: NodeId,
    /// Module that holds it.
    pub module: ModuleIdx,
    /// Whether it is test code: by attribute, by module or by file.
    pub is_test: bool,
}

/// A function's signature. Node ids lie in the item's file.
#[derive(Clone, Debug, Default)]
pub struct FnInfo {
    /// `async fn`.
    pub is_async: bool,
    /// Takes `self` in any form.
    pub has_self: bool,
    /// Parameters without `self`, in order.
    pub params: Box<[NodeId]>,
    /// The return type.
    pub ret: Option<NodeId>,
    /// The body; none in a trait's required method.
    pub body: Option<NodeId>,
    /// The impl or trait that holds it.
    pub owner: Option<ItemIdx>,
}

/// A struct, union or enum.
#[derive(Clone, Debug, Default)]
pub struct TypeInfo {
    /// Whether it is an enum; then `fields` is empty.
    pub is_enum: bool,
    /// Fields of a struct or union, in order.
    pub fields: Vec<FieldInfo>,
    /// Variants of an enum.
    pub variants: Vec<VariantInfo>,
    /// Canonical paths of the derived traits; the written path where it does not resolve.
    pub derives: Vec<Arc<str>>,
    /// `#[serde(tag = "..")]`.
    pub tag: Option<Arc<str>>,
}

impl TypeInfo {
    /// Whether it is an enum whose variants hold nothing.
    #[must_use]
    pub fn is_plain_enum(&self) -> bool {
        self.is_enum && self.variants.iter().all(|variant| variant.fields.is_empty())
    }
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct VariantInfo {
    /// Its name.
    pub name: Arc<str>,
    /// Its node.
    pub node: NodeId,
    /// Its fields, in order.
    pub fields: Vec<FieldInfo>,
    /// Name on the wire; `None` where it does not travel.
    pub wire_name: Option<Arc<str>>,
}

/// A field of a struct or variant.
#[derive(Clone, Debug)]
pub struct FieldInfo {
    /// The name, or the number in a tuple.
    pub name: Arc<str>,
    /// The [`crate::syntax::Kind::FieldDef`] node.
    pub node: NodeId,
    /// The node of its type.
    pub ty: NodeId,
    /// Name on the wire, `#[serde(rename)]` and `rename_all` applied; `None` where it does not travel.
    pub wire_name: Option<Arc<str>>,
    /// `#[serde(flatten)]`.
    pub is_flattened: bool,
}

/// An impl block.
#[derive(Clone, Debug, Default)]
pub struct ImplInfo {
    /// Canonical path of the trait; the written path where it does not resolve; none for inherent impls.
    pub of_trait: Option<Arc<str>>,
    /// Canonical path of the self type.
    pub self_path: Option<Arc<str>>,
    /// The node of the self type.
    pub self_ty: Option<NodeId>,
    /// Associated types: name and the node of the type.
    pub types: Vec<(Arc<str>, NodeId)>,
}
