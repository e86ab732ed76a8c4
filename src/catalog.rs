//! Names that checks and documents may use: roles, crate APIs, aliases; loaded from `rules/catalog/*.yaml`.
//! Looks up paths that are already resolved; never reads code.
//!
//! A file holds `crates`, each a group of rows read from one version of one package:
//!
//! ```yaml
//! crates:
//!   - crate: lapin                  # package name; `std` for the standard library
//!     seen: "4.12.3"                # version that the rows were read from
//!     library: lapin                # name in paths, only where it is not the package name with `_`
//!     aliases: { "lapin::channel::Channel": "lapin::Channel" }     # other spelling: the one used below
//!     types:
//!       - { type: lapin::Consumer, queue_source: true, item: lapin::message::Delivery }
//!     apis:
//!       - roles: [publish]          # what the matched code is
//!         grade: high               # high | medium | low
//!         source: generated/channel.rs:664
//!         call: ["lapin::Channel::basic_publish"]
//!         distinctive: true         # the method's name alone is proof in a package that depends on the crate
//!         args: { queue: 1, payload: 3 }
//!         async: true
//!         awaits: 2                 # awaits until the effect is known to have happened
//!         returns: lapin::Confirmation
//! ```
//!
//! Keys of a row of `apis`, beside one of the matchers `call`, `macro`, `attribute` (with `attribute_args`, `inside`,
//! `method`), `implements` (with `method`, `assoc_roles`), `param`, `derives`: `roles`, `grade`, `source`, `note`,
//! `self_roles`, `generic_roles`, `arg_roles`, `handler_roles`, `handler_arg_roles`, `args`, `generics`, `returns`,
//! `awaits`, `async`, `blocking`, `deferred`, `terminal`, `distinctive`, `any_receiver`, `only_in_trait_impl`, `facts`, `since`, `before`.
//! They are described at [`Api`]. Keys of a row of `types` are described at [`TypeRow`].
//!
//! Other keys of a file: `aliases` (path prefix: what it stands for), `prelude` (name: path), `constructors` (names of
//! associated functions that return `Self` by convention), `transparent` (names of methods that give back their
//! receiver's type), `names` (topic: names of fields and the like), and in `roles.yaml` `roles`.

mod api;
mod builtin;
mod declared;
mod fact;
mod fields;
mod index;
mod loop_kind;
mod names;
mod quick;
mod read;
mod role;
mod row;
mod type_expr;
mod yaml;

pub use api::{Api, ApiIdx, ArgName, ChainStep, Grade, Matcher, Timing, TypeRow, VersionRange, read_version};
pub use declared::{DeclaredRole, Exclusion, RoleSelector};
pub use fact::{FactKey, FactKind, FactValue, read_duration};
pub use fields::nearest;
pub use index::Catalog;
pub use loop_kind::LoopKind;
pub use names::NameList;
pub use role::{Role, RoleKind, RoleRow, RoleSet, Shape};
pub use type_expr::TypeExpr;

#[cfg(test)]
mod tests;
