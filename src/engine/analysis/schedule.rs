//! Consts that list lengths of time, such as the waits between attempts. Judges none.

use super::{Analysis, FactKind, FactSpec, Params, Spec};
use crate::base::FileIdx;
use crate::engine::{FactValue, Subject};
use crate::facts::{Codebase, ItemIdx, ItemKind, ValueKind};
use crate::rule::duration_text;
use crate::syntax::{Field, Kind, NodeId};
use std::time::Duration;

/// The analysis `schedule`.
pub(super) struct Schedule;

static SPEC: Spec = Spec {
    name: "schedule",
    about: "consts and statics that are arrays of lengths of time, or of numbers whose name tells their unit",
    params: &[],
    facts: &[
        FactSpec {
            name: "const",
            kind: FactKind::Text,
            about: "the name of the const; its place is the whole array",
        },
        FactSpec {
            name: "steps",
            kind: FactKind::Text,
            about: "its lengths in order, as in `0 s, 1 min, 5 min`; unknown where one is not written in the code",
        },
        FactSpec {
            name: "longest",
            kind: FactKind::Duration,
            about: "the longest of those that are written",
        },
    ],
};

impl Analysis for Schedule {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn subjects(&self, codebase: &Codebase, file: FileIdx, _params: &Params) -> Vec<Subject> {
        codebase.items_of(file).filter_map(|item| subject(codebase, file, ItemIdx(item))).collect()
    }
}

fn subject(codebase: &Codebase, file: FileIdx, item: ItemIdx) -> Option<Subject> {
    let item = codebase.item(item);
    let ItemKind::Const(_, Some(init)) = item.kind else { return None };
    let tree = codebase.tree(file);
    let array = if tree.kind(init) == Kind::Ref { tree.child(init, Field::Expr)? } else { init };
    let parts: Vec<NodeId> = tree.children_in(array, Field::Expr).collect();
    if tree.kind(array) != Kind::Array || parts.is_empty() {
        return None;
    }
    let unit = unit_of(&item.name);
    let lengths: Vec<Option<Duration>> = parts
        .into_iter()
        .map(|part| match codebase.value(file, part)?.kind {
            ValueKind::Duration(length) => Some(length),
            ValueKind::Int(count) => Some(unit? * u32::try_from(count).ok()?),
            _ => None,
        })
        .collect();
    if lengths.iter().all(Option::is_none) {
        return None;
    }
    let longest = lengths.iter().flatten().max().copied();
    let texts: Option<Vec<String>> = lengths.into_iter().map(|length| length.map(duration_text)).collect();
    let steps = match texts {
        Some(texts) => FactValue::Text(texts.join(", ")),
        None => FactValue::Unknown("one of its lengths is not written in the code".to_owned()),
    };
    let span = tree.span(array);
    let subject = Subject::new(file, item.node).narrowed(span);
    let subject = subject.with_at("const", FactValue::Text(item.name.to_string()), (file, span));
    let subject = subject.with_at("steps", steps, (file, span));
    Some(match longest {
        Some(longest) => subject.with("longest", FactValue::Duration(longest)),
        None => subject,
    })
}

/// The unit that a name ends in.
fn unit_of(name: &str) -> Option<Duration> {
    let lower = name.to_ascii_lowercase();
    let word = lower.rsplit('_').next()?;
    match word {
        "ms" | "millis" | "milliseconds" => Some(Duration::from_millis(1)),
        "s" | "secs" | "seconds" | "sec" => Some(Duration::from_secs(1)),
        "min" | "mins" | "minutes" => Some(Duration::from_secs(60)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::testing::check;

    #[test]
    fn lengths_and_numbers_with_a_unit_are_read() {
        check(
            "select: { analysis: { name: schedule } }\nforbid: { fact: { steps: { equals: '0 s, 1 min' } } }",
            "
use std::time::Duration;
pub const A: [Duration; 2] = [Duration::ZERO, Duration::from_secs(60)]; //~ a-check
pub static B_SECS: &[u64] = &[0, 60]; //~ a-check
pub const C: [u64; 2] = [0, 60];
pub const D_MS: [u64; 2] = [0, 60];
",
        );
    }
}
