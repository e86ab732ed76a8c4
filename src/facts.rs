//! Trees to one [`Codebase`]: packages, modules, names, items, types by hint, calls, loops, regions, roles.
//! Judges nothing and knows no rule.

mod assemble;
pub mod attribute;
mod binding;
mod call;
mod chain;
mod classify;
mod codebase;
mod config;
mod context;
pub mod flow;
mod hint;
mod import;
mod inspect;
mod item;
mod items;
mod lookup;
mod looping;
mod manifest;
mod marker;
mod member;
mod module;
mod names;
mod node_map;
mod package;
mod path_table;
mod prelude;
mod region;
mod resolve;
mod result_use;
mod role;
mod scope;
mod serde_name;
mod shapes;
mod sql;
mod summary;
mod touch;
mod ty;
mod value;
mod walk;

#[cfg(test)]
pub(crate) mod testing;

pub use assemble::{Fan, Input, Serial, assemble};
pub use binding::{Binding, BindingIdx, Bindings};
pub use call::{CallSite, Target};
pub use chain::{Chain, ChainCall};
pub use codebase::{Codebase, Dependency, Module, ModuleIdx, Package, PackageIdx, ScopeClass, SourceFile};
pub use config::{ConfigEntry, ConfigTable, ConfigValue};
pub use context::AsyncContext;
pub use inspect::Note;
pub use item::{FieldInfo, FnInfo, ImplInfo, Item, ItemIdx, ItemKind, TypeInfo, VariantInfo};
pub use looping::{Decision, LoopFact, Outcome, outcome_of_pattern};
pub use manifest::TargetKind;
pub use marker::{Marker, is_piece, markers};
pub use region::Region;
pub use result_use::{Discard, ResultUse};
pub use role::Evidence;
pub use sql::{Comparison, DdlChange, DdlStatement, Schema, SqlFact, SqlFile, SqlFilter, SqlVerb, Table};
pub use summary::{Reach, Summary};
pub use ty::{Place, Resolved, Ty};
pub use value::{Value, ValueKind};
