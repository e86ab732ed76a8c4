//! Checks written as data: the YAML wire form, its reader with all mistakes at once, the checked model, examples.
//! Never looks at scanned code; `engine` does.

mod accept;
mod analysis;
mod bind;
mod builtin;
mod code;
mod document;
mod example;
mod fix;
mod load;
mod manual;
mod model;
mod name;
mod page;
mod param;
mod plan;
mod predicate;
mod schema;
mod scope;
mod selector;
mod set;
mod template;
mod value;
mod wire;

pub use crate::catalog::{Role, RoleSet};
pub use accept::{Acceptance, accept};
pub use analysis::{AnalysisSpec, AnalysisUse, FactKind, FactSpec, ParamSpec};
pub use bind::{Binder, OpenDocument, Phrases, changes, is_same_pattern, mark_stale, shared_ids};
pub use builtin::{builtin_sets, is_builtin};
pub use code::CodePattern;
pub use document::{
    Binding, Bond, BoundClause, BoundParam, BoundStatement, Disposition, ExemplarBrief, Number, OwnCheck,
    PatternRules, Proposal, Weight,
};
pub use example::{Example, ExampleFile, Expected, ExpectedVerdict, Mismatch};
pub use fix::{EditAction, EditSpec, FixSpec, Past};
pub use load::{Setting, SettingValue};
pub use manual::manual;
pub use model::{LabelSpec, OnEmpty, Regrade, Rule, RuleSet};
pub use name::{NamePattern, Names, PathPattern, Pattern, matches_any_path};
pub use page::Section;
pub use param::{Param, ParamKind, ParamValue, Params, bytes_text, duration_text};
pub use plan::{Origin, Plan, PlannedPattern, Tie, Use, plan};
pub use predicate::{
    CarriesTest, ContextWord, Extent, FactTest, FieldTest, Inside, Predicate, Quantifier, ReachTest, Region,
    ResultWord, ScopeWord, Test, UseTest,
};
pub use schema::schema;
pub use scope::Scope;
pub use selector::{
    CallSelector, ChainSelector, FieldSetSelector, FnSelector, ImplSelector, LiteralSelector, LoopSelector,
    SelectKey, Selector, SelectorKind, TypeSelector, TypeShape,
};
pub use set::{is_rule_set, rule_set, yaml_of};
pub use template::{Part, Template};
pub use value::{ArgAt, ArgTest, Scalar, TypeTest, ValueKind, ValueTest};
pub use wire::read::Vocabulary;
