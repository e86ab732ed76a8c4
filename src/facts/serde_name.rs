//! Fields and variants with their names on the wire, by `#[serde(..)]`. Follows no type.

use crate::facts::{FieldInfo, VariantInfo, attribute};
use crate::syntax::{Field, NodeId, Tree};
use std::sync::Arc;

/// Fields of a struct, union or variant; `rule` is the case that an enclosing enum asks for.
pub(in crate::facts) fn fields(tree: &Tree, holder: NodeId, rule: Option<&str>) -> Vec<FieldInfo> {
    let rule = setting(tree, holder, "rename_all").or(rule);
    let nodes = tree.children_in(holder, Field::FieldDef).enumerate();
    nodes.filter_map(|(at, node)| field(tree, (at, node), rule)).collect()
}

fn field(tree: &Tree, (at, node): (usize, NodeId), rule: Option<&str>) -> Option<FieldInfo> {
    let ty = tree.child(node, Field::Type)?;
    let name: Arc<str> = tree.name(node).map_or_else(|| at.to_string().into(), Arc::from);
    let case = rule.and_then(Case::named);
    let wire_name = wire_name(tree, node, || match case {
        Some(case) if tree.name(node).is_some() => case.of_snake(&name).into(),
        _ => name.clone(),
    });
    Some(FieldInfo { is_flattened: has_word(tree, node, "flatten"), name, node, ty, wire_name })
}

/// Variants of an enum.
pub(in crate::facts) fn variants(tree: &Tree, holder: NodeId) -> Vec<VariantInfo> {
    let case = setting(tree, holder, "rename_all").and_then(Case::named);
    let field_rule = setting(tree, holder, "rename_all_fields");
    let variant = |node: NodeId| {
        let name: Arc<str> = tree.name(node)?.into();
        let wire_name =
            wire_name(tree, node, || case.map_or_else(|| name.clone(), |case| case.of_pascal(&name).into()));
        Some(VariantInfo { fields: fields(tree, node, field_rule), name, node, wire_name })
    };
    tree.children_in(holder, Field::Variant).filter_map(variant).collect()
}

/// `#[serde(tag = "..")]` of an enum or struct.
pub(in crate::facts) fn tag(tree: &Tree, holder: NodeId) -> Option<Arc<str>> {
    setting(tree, holder, "tag").map(Arc::from)
}

fn wire_name(tree: &Tree, node: NodeId, plain: impl Fn() -> Arc<str>) -> Option<Arc<str>> {
    if has_word(tree, node, "skip") || has_word(tree, node, "skip_serializing") {
        return None;
    }
    let renamed = setting(tree, node, "rename");
    let split = || {
        attribute::named(tree, node, "serde")
            .flat_map(|attr| attribute::lists(tree, attr, "rename"))
            .find_map(|list| attribute::text_of(tree, list, "serialize"))
    };
    Some(renamed.or_else(split).map_or_else(plain, Arc::from))
}

fn setting<'t>(tree: &'t Tree, node: NodeId, key: &str) -> Option<&'t str> {
    attribute::named(tree, node, "serde").find_map(|attr| attribute::text_of(tree, attr, key))
}

fn has_word(tree: &Tree, node: NodeId, word: &str) -> bool {
    attribute::named(tree, node, "serde").any(|attr| attribute::has_word(tree, attr, word))
}

/// A spelling that `rename_all` can ask for.
#[derive(Clone, Copy)]
enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    fn named(rule: &str) -> Option<Self> {
        Some(match rule {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    /// The spelling of a variant's name.
    fn of_pascal(self, name: &str) -> String {
        match self {
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Pascal => name.to_owned(),
            Self::Camel => lower_first(name),
            Self::Snake | Self::ScreamingSnake | Self::Kebab | Self::ScreamingKebab => {
                self.of_snake(&snake(name))
            }
        }
    }

    /// The spelling of a field's name.
    fn of_snake(self, name: &str) -> String {
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => pascal(name),
            Self::Camel => lower_first(&pascal(name)),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for (at, c) in name.char_indices() {
        if at > 0 && c.is_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

fn pascal(name: &str) -> String {
    name.split('_').map(upper_first).collect()
}

fn upper_first(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

fn lower_first(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + chars.as_str())
}
