//! Predicates on the value of an expression.

use super::Answer;
use crate::engine::view::FileView;
use crate::engine::{Truth, message, pattern};
use crate::facts::{Place, Value, ValueKind as Known};
use crate::rule::{Scalar, ValueKind, ValueTest, matches_any_path};
use crate::syntax::{Kind, NodeId, Tree};
use std::cmp::Ordering;

/// Variables that are followed to what they are bound to.
const MAX_STEPS: usize = 4;

/// Values that mean that there is no limit.
const NO_LIMIT: [i128; 6] =
    [i32::MAX as i128, u32::MAX as i128, i64::MAX as i128, u64::MAX as i128, i128::MAX, isize::MAX as i128];

impl FileView<'_> {
    /// Whether the expression at `at` is such a value.
    pub(super) fn is_value(&self, test: &ValueTest, at: Place) -> Answer {
        let (tree, codebase) = (self.codebase.tree(at.file), self.codebase);
        let value = codebase.value(at.file, at.node);
        let mut answers = Vec::new();
        if let Some(asked) = test.literal {
            answers.push(Answer::from(value.is_some() == asked));
        }
        if let Some(none) = test.none {
            answers.push(self.is_none(tree, at, value.as_ref(), none));
        }
        if let Some(asked) = test.unlimited {
            let truth = value.as_ref().map_or(Truth::Unknown, |value| Truth::of(is_unlimited(&value.kind)));
            answers.push(answer(if asked { truth } else { truth.negated() }, tree, at.node));
        }
        if has_comparison(test) {
            let truth =
                value.as_ref().map_or(Truth::Unknown, |value| Truth::of(is_compared(test, &value.kind)));
            answers.push(answer(truth, tree, at.node));
        }
        if !test.path.is_empty() {
            let path = tree.path_node(at.node).filter(|_| tree.kind(at.node) == Kind::Path);
            let resolved = path.and_then(|path| codebase.resolve(at.file, path));
            answers.push(Answer::from(resolved.is_some_and(|to| matches_any_path(&test.path, &to.path))));
        }
        if !test.kind.is_empty() {
            answers.push(Answer::from(test.kind.iter().any(|kind| is_kind(*kind, tree, at.node))));
        }
        if !test.calls.is_empty() {
            answers.push(Answer::from(self.sources(at).any(|part| self.calls_role(test, part))));
        }
        if !test.calls_path.is_empty() {
            answers.push(Answer::from(self.sources(at).any(|part| self.names_path(test, part))));
        }
        if let Some(code) = &test.code {
            answers.push(Answer::from(pattern::captures_of(codebase, at.file, at.node, code).is_some()));
        }
        if let Some(ty) = &test.ty {
            answers.push(answer(self.is_type(ty, &codebase.type_of(at.file, at.node)), tree, at.node));
        }
        if !test.any.is_empty() {
            answers.push(Answer::any(test.any.iter().map(|test| self.is_value(test, at))));
        }
        if let Some(not) = &test.not {
            answers.push(self.is_value(not, at).negated());
        }
        Answer::all(answers)
    }

    fn is_none(&self, tree: &Tree, at: Place, value: Option<&Value>, asked: bool) -> Answer {
        let path = tree.path_node(at.node).and_then(|path| self.codebase.resolve(at.file, path));
        let truth = match (value.map(|value| &value.kind), path) {
            (Some(kind), _) => Truth::of(*kind == Known::None),
            (None, Some(path)) if path.path.ends_with("Option::None") => Truth::Yes,
            (None, Some(path)) if path.path.ends_with("Option::Some") => Truth::No,
            (None, _) if tree.kind(at.node) == Kind::Call && tree.path_segments(at.node) == ["Some"] => {
                Truth::No
            }
            (None, _) => Truth::Unknown,
        };
        answer(if asked { truth } else { truth.negated() }, tree, at.node)
    }

    /// An expression and, for a variable, what it is bound to.
    fn sources(&self, at: Place) -> impl Iterator<Item = Place> + '_ {
        let tree = self.codebase.tree(at.file);
        let next = move |at: &Place| {
            let binding = self.codebase.binding(at.file, at.node)?;
            let init = binding.init(tree).filter(|init| *init != at.node)?;
            Some(Place { file: at.file, node: init })
        };
        std::iter::successors(Some(at), next).take(MAX_STEPS)
    }

    fn calls_role(&self, test: &ValueTest, at: Place) -> bool {
        self.codebase.calls_within(at.file, at.node).iter().any(|site| site.roles.meets(test.calls))
    }

    /// Whether a function of these paths is called or named, as in `unwrap_or_else(Uuid::new_v4)`.
    fn names_path(&self, test: &ValueTest, at: Place) -> bool {
        let sites = self.codebase.calls_within(at.file, at.node).iter();
        let mut called = sites.filter_map(|site| self.called_path(site));
        let tree = self.codebase.tree(at.file);
        let mut paths = tree.subtree(at.node).filter(|node| tree.kind(*node) == Kind::Path);
        called.any(|path| matches_any_path(&test.calls_path, &path))
            || paths.any(|path| {
                let resolved = self.codebase.resolve(at.file, path);
                resolved.is_some_and(|to| matches_any_path(&test.calls_path, &to.path))
            })
    }
}

fn answer(truth: Truth, tree: &Tree, node: NodeId) -> Answer {
    if truth == Truth::Unknown {
        return Answer::unknown(format!(
            "the value of `{}` is not known",
            message::shortened(tree.text(node))
        ));
    }
    Answer::from(truth)
}

const fn has_comparison(test: &ValueTest) -> bool {
    !test.equals.is_empty() || test.matches.is_some() || test.min.is_some() || test.max.is_some()
}

fn is_compared(test: &ValueTest, value: &Known) -> bool {
    let is_equal = |scalar: &Scalar| compare(value, scalar) == Some(Ordering::Equal);
    (test.equals.is_empty() || test.equals.iter().any(is_equal))
        && test
            .matches
            .as_ref()
            .is_none_or(|pattern| text_of(value).is_some_and(|text| pattern.is_match(text)))
        && test.min.as_ref().is_none_or(|min| compare(value, min).is_some_and(Ordering::is_ge))
        && test.max.as_ref().is_none_or(|max| compare(value, max).is_some_and(Ordering::is_le))
}

fn text_of(value: &Known) -> Option<&str> {
    match value {
        Known::Str(text) => Some(text),
        Known::Path(path) => path.rsplit("::").next(),
        Known::Some(inner) => text_of(&inner.kind),
        Known::Int(_) | Known::Float(_) | Known::Bool(_) | Known::Duration(_) | Known::None => None,
    }
}

fn compare(value: &Known, scalar: &Scalar) -> Option<Ordering> {
    match (value, scalar) {
        (Known::Some(inner), _) => compare(&inner.kind, scalar),
        (Known::Int(own), Scalar::Count(other)) => Some(own.cmp(other)),
        (Known::Int(own), Scalar::Bytes(bytes)) => Some(own.cmp(&i128::from(*bytes))),
        (Known::Float(own), Scalar::Count(other)) => own.partial_cmp(&(*other as f64)),
        (Known::Duration(own), Scalar::Duration(other)) => Some(own.cmp(other)),
        (Known::Bool(own), Scalar::Flag(other)) => Some(own.cmp(other)),
        (Known::Str(own), Scalar::Text(other)) => Some((**own).cmp(other)),
        (Known::Path(_), Scalar::Text(other)) => text_of(value).map(|own| own.cmp(other)),
        _ => None,
    }
}

fn is_unlimited(value: &Known) -> bool {
    match value {
        Known::None => true,
        Known::Int(number) => NO_LIMIT.contains(number),
        Known::Float(number) => number.is_infinite(),
        Known::Duration(length) => *length == std::time::Duration::MAX,
        Known::Some(inner) => is_unlimited(&inner.kind),
        Known::Path(path) => path.ends_with("::MAX"),
        Known::Str(_) | Known::Bool(_) => false,
    }
}

fn is_kind(asked: ValueKind, tree: &Tree, node: NodeId) -> bool {
    let kind = tree.kind(node);
    match asked {
        ValueKind::Literal => matches!(
            kind,
            Kind::LitStr | Kind::LitBytes | Kind::LitChar | Kind::LitInt | Kind::LitFloat | Kind::LitBool
        ),
        ValueKind::Text => kind == Kind::LitStr,
        ValueKind::Number => matches!(kind, Kind::LitInt | Kind::LitFloat),
        ValueKind::Flag => kind == Kind::LitBool,
        ValueKind::Array => {
            let is_vec = kind == Kind::MacroCall && tree.path_segments(node).last() == Some(&"vec");
            is_vec || matches!(kind, Kind::Array | Kind::Repeat)
        }
        ValueKind::Tuple => kind == Kind::Tuple,
        ValueKind::Range => kind == Kind::Range,
        ValueKind::Closure => kind == Kind::Closure,
        ValueKind::Reference => kind == Kind::Ref,
        ValueKind::Call => matches!(kind, Kind::Call | Kind::MethodCall),
        ValueKind::Path => kind == Kind::Path,
        ValueKind::Macro => kind == Kind::MacroCall,
        ValueKind::Struct => kind == Kind::StructLit,
        ValueKind::Block => {
            matches!(kind, Kind::Block | Kind::AsyncBlock | Kind::UnsafeBlock | Kind::OtherBlock)
        }
    }
}
