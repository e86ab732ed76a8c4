//! Trees to one [`Codebase`]: packages, modules, names, items, types by hint, calls, loops, regions, roles.
//! Judges nothing and knows no rule.

mod binding;
mod call;
mod codebase;
mod item;
mod result_use;
mod ty;

pub use binding::{Binding, BindingIdx, Bindings};
pub use codebase::{Codebase, Dependency, Module, ModuleIdx, Package, PackageIdx, ScopeClass, SourceFile};
pub use item::{FieldInfo, FnInfo, ImplInfo, Item, ItemIdx, ItemKind, TypeInfo, VariantInfo};
pub use result_use::{Discard, ResultUse};
pub use ty::{Place, Resolved, Ty};
