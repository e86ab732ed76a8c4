//! Names of places in the page, each given once. Knows nothing of what they name.

use std::collections::BTreeMap;

/// Names that were given.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    given: BTreeMap<String, u32>,
}

impl Anchors {
    /// A name made of `text`: letters, digits and `-`; numbered where it was given before.
    pub(super) fn give(&mut self, lead: &str, text: &str) -> String {
        let mut name = format!("{lead}-");
        for c in text.chars().take(80) {
            let c = c.to_ascii_lowercase();
            let is_kept = c.is_ascii_alphanumeric();
            if is_kept || !name.ends_with('-') {
                name.push(if is_kept { c } else { '-' });
            }
        }
        let name = name.trim_end_matches('-').to_owned();
        let n = self.given.entry(name.clone()).or_default();
        *n += 1;
        let n = *n;
        if n == 1 { name } else { self.give(&name, &n.to_string()) }
    }
}

#[cfg(test)]
mod tests {
    use super::Anchors;

    #[test]
    fn a_name_is_given_once() {
        let mut anchors = Anchors::default();
        let names = ["a/b c", "a b/c", "\"><x", "", "2", "a-b-c"].map(|text| anchors.give("s", text));
        assert_eq!(names, ["s-a-b-c", "s-a-b-c-2", "s-x", "s", "s-2", "s-a-b-c-3"]);
    }
}
