//! Calls of workspace functions that play given roles, and whether somebody waits for them. Judges none.

use super::{Analysis, FactKind, FactSpec, ParamKind, ParamSpec, ParamValue, Params, Spec};
use crate::base::FileIdx;
use crate::catalog::Role;
use crate::engine::{FactValue, Subject, place};
use crate::facts::{CallSite, Codebase};

/// The analysis `called`.
pub(super) struct Called;

static SPEC: Spec = Spec {
    name: "called",
    about: "calls of workspace functions that play given roles",
    params: &[ParamSpec {
        name: "roles",
        kind: ParamKind::Names,
        about: "roles of the functions; default: long-job",
        default: || ParamValue::Names(vec!["long-job".to_owned()]),
    }],
    facts: &[
        FactSpec {
            name: "role",
            kind: FactKind::Text,
            about: "the role that the function plays; its place is the function's name",
        },
        FactSpec {
            name: "awaited",
            kind: FactKind::Symbols(&["yes", "no"]),
            about: "whether the caller waits for it: it is awaited, or not async at all, and in no task of its own",
        },
    ],
};

impl Analysis for Called {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, params: &Params) -> Vec<Subject> {
        let roles: Vec<Role> = params.names("roles").iter().filter_map(|name| Role::named(name)).collect();
        codebase.calls(file).iter().filter_map(|site| subject(codebase, file, site, &roles)).collect()
    }
}

fn subject(codebase: &Codebase, file: FileIdx, site: &CallSite, roles: &[Role]) -> Option<Subject> {
    let callees = codebase.callees(site);
    let mut played = callees.iter().flat_map(|item| roles.iter().map(move |role| (*item, *role)));
    let (item, role) = played.find(|(item, role)| codebase.plays(*item, *role))?;
    let callee = codebase.item(item);
    let tree = codebase.tree(callee.file);
    let is_async = matches!(&callee.kind, crate::facts::ItemKind::Fn(info) if info.is_async);
    let is_waited = !is_async || codebase.awaits(file, site.node) > 0;
    let awaited = if is_waited && !codebase.is_detached(file, site.node) { "yes" } else { "no" };
    let shown = (callee.file, place::name(tree, callee.node));
    let subject = Subject::new(file, site.node).narrowed(place::method(codebase.tree(file), site.node));
    Some(
        subject
            .with_at("role", FactValue::Text(role.name().to_owned()), shown)
            .with_symbol("awaited", awaited),
    )
}

#[cfg(test)]
mod tests {
    use crate::engine::testing::check;

    #[test]
    fn a_call_of_a_function_that_plays_the_role_is_a_subject_wherever_it_stands() {
        check(
            "select: { analysis: { name: called } }\nforbid: { fact: { awaited: yes } }",
            "
pub struct Reports;
impl Reports {
    // patscan: role(long-job)
    async fn rebuild(&self) {}
}
// patscan: role(long-job)
fn crunch() {}
pub async fn all(reports: std::sync::Arc<Reports>) {
    reports.rebuild().await; //~ a-check
    crunch(); //~ a-check
    let other = reports.clone();
    tokio::spawn(async move { other.rebuild().await });
}
",
        );
    }
}
