//! Statements in lists of the front matter, such as `production_checklist`. Knows no other key's meaning.

use super::{Collector, Raw};
use crate::pattern::Form;
use crate::pattern::block::Inline;
use crate::pattern::section::{self, Part};

impl Collector<'_> {
    /// Drafts the entries of lists whose key names a section of norms.
    pub(super) fn front_matter(&mut self) {
        let Some(front_matter) = &self.document.front_matter else { return };
        for entry in front_matter.entries.iter().filter(|entry| entry.is_list) {
            let name = entry.key.rsplit('.').next().unwrap_or("");
            let words = name.replace('_', " ");
            let Some(Part::Norm(section) | Part::Rules(section)) = section::part_of(&words, &[]) else {
                continue;
            };
            for value in &entry.values {
                let words = Inline { text: value.clone(), ..Inline::default() };
                let span = value.whole();
                self.draft(Raw { section, form: Form::FrontMatter, words, span, extent: span });
            }
        }
    }
}
