//! Which of the fields that an envelope should have are missing. Knows topics of names, not what they are for.

use super::carrier::Found;
use crate::facts::{Codebase, FieldInfo, Item, ItemKind, Ty, TypeInfo};

/// Parts that may lie between the message and the field.
const MAX_PARTS: u8 = 2;

/// Whether a field is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Has {
    Yes,
    No,
    /// It may be in what is out of sight.
    Maybe,
}

/// One message, or one variant of an enum of messages.
pub(super) struct Message<'c> {
    pub(super) codebase: &'c Codebase,
    pub(super) owner: &'c Item,
    pub(super) info: &'c TypeInfo,
    /// The name of the variant, or of the type itself.
    pub(super) name: &'c str,
    pub(super) fields: &'c [FieldInfo],
    pub(super) key: &'c Found,
}

impl Message<'_> {
    /// The topics of which it has no field, and whether something out of sight may hold one of the others.
    pub(super) fn lacks(&self, topics: &[String]) -> (Vec<String>, bool) {
        let mut missing = Vec::new();
        let mut is_unsure = false;
        for topic in topics {
            match self.has(topic) {
                Has::Yes => {}
                Has::No => missing.push(topic.clone()),
                Has::Maybe => is_unsure = true,
            }
        }
        (missing, is_unsure)
    }

    fn has(&self, topic: &str) -> Has {
        match topic {
            "idempotency-key" => match self.key {
                Found::None => Has::No,
                Found::Unknown(_) => Has::Maybe,
                Found::Dedicated(_) | Found::Natural(_) | Found::Method | Found::Framework => Has::Yes,
            },
            "subject" if matches!(self.key, Found::Natural(_)) => Has::Yes,
            "subject" => match self.among(self.owner, self.fields, topic, MAX_PARTS) {
                Has::No => self.among(self.owner, self.fields, "natural-key", 0),
                found => found,
            },
            // The name of a variant, or a tag, travels beside the fields.
            "message-type" if self.info.is_enum || self.info.tag.is_some() || self.has_variants() => Has::Yes,
            "message-version" if self.info.is_enum && is_numbered(self.name) => Has::Yes,
            _ => self.among(self.owner, self.fields, topic, MAX_PARTS),
        }
    }

    /// Whether a field holds one of several variants with data: the variant's name travels with it.
    fn has_variants(&self) -> bool {
        self.fields.iter().filter(|field| field.wire_name.is_some()).any(|field| {
            let ty = self.codebase.ty(self.owner.file, field.ty);
            let held = if ty.item().is_none() { ty.arg(0) } else { &ty };
            let kind = held.item().map(|item| &self.codebase.item(item).kind);
            matches!(kind, Some(ItemKind::Type(info)) if info.variants.iter().any(|variant| !variant.fields.is_empty()))
        })
    }

    fn among(&self, owner: &Item, fields: &[FieldInfo], topic: &str, depth: u8) -> Has {
        let mut best = Has::No;
        for field in fields.iter().filter(|field| field.wire_name.is_some()) {
            match self.in_field(owner, field, topic, depth) {
                Has::Yes => return Has::Yes,
                Has::Maybe => best = Has::Maybe,
                Has::No => {}
            }
        }
        best
    }

    fn in_field(&self, owner: &Item, field: &FieldInfo, topic: &str, depth: u8) -> Has {
        let names = self.codebase.catalog.names(topic);
        let mut own = std::iter::once(&field.name).chain(field.wire_name.as_ref());
        if own.any(|name| names.matches(name)) {
            return Has::Yes;
        }
        let ty = self.codebase.ty(owner.file, field.ty);
        let held = if ty.path() == Some("std::option::Option") { ty.arg(0) } else { &ty };
        // `Moved(Move)` is open; a newtype further in is a value.
        let is_position =
            field.name.starts_with(|c: char| c.is_ascii_digit()) && std::ptr::eq(owner, self.owner);
        let is_open = field.is_flattened || is_position;
        match held.item().map(|item| self.codebase.item(item)) {
            Some(item) if depth > 0 => match &item.kind {
                ItemKind::Type(info) if !info.is_enum => {
                    self.among(item, &info.fields, topic, if is_open { depth } else { depth - 1 })
                }
                ItemKind::Type(_) if is_open => Has::Maybe,
                ItemKind::Type(_)
                | ItemKind::Fn(_)
                | ItemKind::Alias(_)
                | ItemKind::Trait
                | ItemKind::Impl(_)
                | ItemKind::Const(..)
                | ItemKind::Macro => Has::No,
            },
            Some(_) => Has::No,
            None if is_open || self.is_metadata(field) => match held {
                Ty::Named { to, .. } if !to.path.contains("::") => Has::No,
                Ty::Named { .. } | Ty::Bounded(_) | Ty::Unknown => Has::Maybe,
                Ty::Tuple(_) | Ty::Slice(_) => Has::No,
            },
            None => Has::No,
        }
    }

    /// Whether a field is named for what accompanies the data.
    fn is_metadata(&self, field: &FieldInfo) -> bool {
        self.codebase.catalog.names("event-metadata").matches(&field.name)
    }
}

/// `V2`, `PlacedV2`
fn is_numbered(name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    stem.len() < name.len() && (stem.ends_with('V') || stem.ends_with("_v"))
}
