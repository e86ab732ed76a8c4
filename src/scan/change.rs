//! What a change means for loaded code: the items it touches, and which places belong to it. Asks no git.

use crate::base::{FileIdx, RelPath, Span};
use crate::facts::ItemIdx;
use crate::finding::Finding;
use crate::policy::{Change, ChangedFile, DiffScope};
use crate::scan::Loaded;
use std::collections::BTreeSet;

/// A change with the items that it touches.
#[derive(Clone, Debug)]
pub struct Touched<'a> {
    loaded: &'a Loaded,
    change: &'a Change,
    scope: DiffScope,
    items: BTreeSet<ItemIdx>,
    readers: BTreeSet<ItemIdx>,
}

/// An item that a change touches, for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TouchedItem {
    /// Its file.
    pub path: RelPath,
    /// Its bytes.
    pub span: Span,
    /// Its canonical path, such as `orders::jobs::Job::run`; that of its type for an impl.
    pub item: String,
    /// It did not change itself: it reads a message that did.
    pub is_reader: bool,
}

impl Loaded {
    /// What `change` touches in this code.
    #[must_use]
    pub fn touched<'a>(&'a self, change: &'a Change, scope: DiffScope) -> Touched<'a> {
        let mut items = BTreeSet::new();
        for (path, file) in &change.files {
            if let Some(idx) = self.file_idx(path) {
                items.extend(self.codebase.items_touched(idx, |first, last| file.touches_piece(first, last)));
            }
        }
        let readers = self.codebase.readers_of(&items);
        Touched { loaded: self, change, scope, items, readers }
    }
}

impl Touched<'_> {
    /// The items, by place.
    #[must_use]
    pub fn items(&self) -> Vec<TouchedItem> {
        let codebase = &self.loaded.codebase;
        let told = |(item, is_reader): (&ItemIdx, bool)| {
            let item = codebase.item(*item);
            let tree = codebase.tree(item.file);
            let (path, span) = (tree.source().path().clone(), tree.span(item.node));
            TouchedItem { path, span, item: item.path.to_string(), is_reader }
        };
        let readers = self.readers.difference(&self.items).map(|item| (item, true));
        let mut items: Vec<TouchedItem> =
            self.items.iter().map(|item| (item, false)).chain(readers).map(told).collect();
        items.sort();
        items
    }

    /// Whether the finding's place, or another place that matters to it, belongs to the change.
    #[must_use]
    pub fn concerns(&self, finding: &Finding) -> bool {
        self.holds(&finding.path, finding.span)
            || finding.labels.iter().any(|label| self.holds(&label.path, label.span))
    }

    /// Whether a place belongs to the change.
    #[must_use]
    pub fn holds(&self, path: &RelPath, span: Span) -> bool {
        let file = self.change.files.get(path);
        match self.scope {
            DiffScope::Files => file.is_some(),
            DiffScope::Lines => file.is_some_and(|file| self.is_changed(file, path, span)),
            DiffScope::Items => {
                file.is_some_and(|file| self.is_changed(file, path, span)) || self.is_in_item(path, span)
            }
        }
    }

    fn is_changed(&self, file: &ChangedFile, path: &RelPath, span: Span) -> bool {
        let Some(source) = self.loaded.source(path) else { return false };
        let line = |at: u32| source.line_column(at).line;
        file.touches(line(span.start()), line(span.end().saturating_sub(1).max(span.start())))
    }

    fn is_in_item(&self, path: &RelPath, span: Span) -> bool {
        let Some(file) = self.loaded.file_idx(path) else { return false };
        let item = self.innermost(file, span);
        item.is_some_and(|item| self.items.contains(&item) || self.readers.contains(&item))
    }

    fn innermost(&self, file: FileIdx, span: Span) -> Option<ItemIdx> {
        let codebase = &self.loaded.codebase;
        codebase.item_at(file, codebase.tree(file).covering(span))
    }
}
