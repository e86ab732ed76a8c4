//! Trees to one [`Codebase`]: packages, modules, names, items, types by hint, calls, loops, regions, roles.
//! Judges nothing and knows no rule.

mod codebase;
mod item;
mod ty;

pub use codebase::{Codebase, Dependency, Module, ModuleIdx, Package, PackageIdx, ScopeClass, SourceFile};
pub use item::{FieldInfo, FnInfo, ImplInfo, Item, ItemIdx, ItemKind, TypeInfo, VariantInfo};
pub use ty::{Place, Resolved, Ty};
