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

#[cfg(test)]
mod tests {
    use crate::facts::ItemKind;
    use crate::facts::testing::of_text;

    /// Wire names of the fields or variants of the type `T`, in order; `-` for one that does not travel.
    #[track_caller]
    fn check(text: &str, wanted: &str) {
        let codebase = of_text(text);
        let item = codebase.item(codebase.item_by_path("app::T").expect("a type `T`"));
        let ItemKind::Type(info) = &item.kind else { panic!("a type") };
        let fields = info.fields.iter().map(|field| (&field.wire_name, field.is_flattened));
        let of_variant = |variant: &crate::facts::VariantInfo| {
            let fields = variant.fields.iter().map(|field| (field.wire_name.clone(), field.is_flattened));
            std::iter::once((variant.wire_name.clone(), false)).chain(fields).collect::<Vec<_>>()
        };
        let all = fields.map(|(name, is_flat)| (name.clone(), is_flat));
        let all = all.chain(info.variants.iter().flat_map(of_variant));
        let shown: Vec<String> = all
            .map(|(name, is_flat)| {
                format!("{}{}", name.as_deref().unwrap_or("-"), if is_flat { "*" } else { "" })
            })
            .collect();
        assert_eq!(shown.join(" "), wanted, "{text}");
    }

    #[test]
    fn fields_are_renamed_one_by_one_and_all_together() {
        check("struct T { plain: u8, r#type: u8 }", "plain type");
        check("#[serde(rename_all = \"camelCase\")] struct T { order_id: u8, v: u8 }", "orderId v");
        check("#[serde(rename_all = \"SCREAMING-KEBAB-CASE\")] struct T { order_id: u8 }", "ORDER-ID");
        check(
            "struct T { #[serde(rename = \"id\")] a: u8, #[serde(rename(serialize = \"b2\"))] b: u8 }",
            "id b2",
        );
        check("struct T(u8, u8);", "0 1");
    }

    #[test]
    fn skipped_fields_do_not_travel_and_flattened_ones_are_marked() {
        check(
            "struct T { #[serde(skip)] a: u8, #[serde(skip_serializing)] b: u8, #[serde(skip_deserializing)] c: u8, \
             #[serde(flatten)] d: U }",
            "- - c d*",
        );
    }

    #[test]
    fn variants_and_their_fields_have_rules_of_their_own() {
        check(
            "#[serde(rename_all = \"snake_case\", rename_all_fields = \"camelCase\", tag = \"kind\")]\n\
             enum T { OrderPlaced { order_id: u8 }, #[serde(rename = \"x\", rename_all = \"UPPERCASE\")] Gone { at: u8 } }",
            "order_placed orderId x AT",
        );
    }
}
