//! Named analyses: what does not compose from selectors and predicates. Each is general and parametric, never made
//! for one check; one file each below `analysis/`, one line each in [`ALL`].

mod batch;
mod body_limit;
mod called;
mod channel;
mod collect;
mod config_keys;
mod configuration;
mod confirm;
mod decode;
mod effect;
mod effect_order;
mod endless;
mod fan_out;
mod fields;
mod growth;
mod identity;
mod key_source;
mod layers;
mod lock_guard;
mod prepared;
mod quantity;
mod receive_failure;
mod result_flow;
mod retry;
mod root;
mod route;
mod rows;
mod schedule;
mod served;
mod setting;
mod settlement;
mod type_name;

use crate::base::FileIdx;
use crate::engine::Subject;
use crate::facts::Codebase;

pub use crate::rule::AnalysisSpec as Spec;
pub use crate::rule::{FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params};

/// A named analysis. Evaluated once per (analysis, params, file) and shared by all rules that use it.
pub trait Analysis: Sync {
    /// Its name in rules, parameters and facts, all documented.
    fn spec(&self) -> &'static Spec;

    /// Its subjects in `file`, in the order of their nodes. Pure; leaves scope and tests to the engine, which drops
    /// subjects in code that is not examined.
    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject>;
}

/// All analyses, sorted by name.
pub static ALL: &[&dyn Analysis] = &[
    &batch::Batch,
    &body_limit::BodyLimit,
    &called::Called,
    &channel::Channel,
    &collect::Collect,
    &config_keys::ConfigKeys,
    &configuration::Configuration,
    &confirm::Confirm,
    &decode::Decode,
    &effect_order::EffectOrder,
    &endless::Endless,
    &fan_out::FanOut,
    &fields::Fields,
    &growth::Growth,
    &identity::Identity,
    &key_source::KeySource,
    &layers::Layers,
    &lock_guard::LockGuard,
    &prepared::Prepared,
    &receive_failure::ReceiveFailure,
    &result_flow::ResultFlow,
    &retry::Retry,
    &route::Route,
    &rows::Rows,
    &schedule::Schedule,
    &served::Served,
    &setting::Setting,
    &settlement::Settlement,
    &type_name::TypeName,
];

/// What all analyses take and tell, as the loader of rules wants it.
#[must_use]
pub fn specs() -> Vec<&'static Spec> {
    ALL.iter().map(|analysis| analysis.spec()).collect()
}

/// The analysis called `name`.
#[must_use]
pub fn named(name: &str) -> Option<&'static dyn Analysis> {
    ALL.iter().copied().find(|analysis| analysis.spec().name == name)
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn analyses_are_sorted_and_documented() {
        let names: Vec<&str> = ALL.iter().map(|analysis| analysis.spec().name).collect();
        assert!(names.is_sorted(), "{names:?}");
        for spec in ALL.iter().map(|analysis| analysis.spec()) {
            assert!(!spec.about.is_empty(), "{}", spec.name);
            assert!(spec.facts.iter().all(|fact| !fact.about.is_empty()), "{}", spec.name);
            assert!(spec.params.iter().all(|param| !param.about.is_empty()), "{}", spec.name);
        }
    }
}
