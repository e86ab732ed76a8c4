//! Where the rules of a document apply: files, packages, roles. Reads words; looks at no code.

use crate::catalog::{Catalog, Role, RoleSet, nearest};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use std::sync::Arc;

/// Limits of a rule: the files or packages in which it applies, and the roles that its subjects stand in.
///
/// Without files and packages it applies in all of them, without roles whatever the code plays.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    words: Vec<String>,
    files: GlobSet,
    packages: Vec<Arc<str>>,
    roles: RoleSet,
}

impl Scope {
    /// Reads words such as `crates/orders/**`, `crate:orders` and `role:queue-consumer`; a bare word is a package.
    /// Words that cannot be read are left out and told, with what is wrong and what helps.
    #[must_use]
    pub fn read(words: &[String]) -> (Self, Vec<(String, String)>) {
        let mut scope = Self { words: words.to_vec(), ..Self::default() };
        let (mut globs, mut wrong) = (GlobSetBuilder::new(), Vec::new());
        scope.words.sort();
        scope.words.dedup();
        for word in scope.words.clone() {
            if let Err(told) = scope.enter(&word, &mut globs) {
                scope.words.retain(|other| *other != word);
                wrong.push(told);
            }
        }
        scope.files = globs.build().unwrap_or_default();
        (scope, wrong)
    }

    fn enter(&mut self, word: &str, globs: &mut GlobSetBuilder) -> Result<(), (String, String)> {
        if let Some(name) = word.strip_prefix("role:") {
            self.roles = self.roles.union([role(name)?].into_iter().collect());
        } else if let Some(name) = word.strip_prefix("crate:") {
            self.packages.push(name.replace('-', "_").into());
        } else if word.contains(['/', '*', '.']) {
            globs.add(glob(word)?);
        } else {
            self.packages.push(word.replace('-', "_").into());
        }
        Ok(())
    }

    /// Its words, sorted; none where it is everywhere.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The words as a sentence shows them; `None` where it is everywhere.
    #[must_use]
    pub fn shown(&self) -> Option<String> {
        let words: Vec<String> = self.words.iter().map(|word| format!("`{word}`")).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    /// Whether it holds a file of this path in a package of this name.
    #[must_use]
    pub fn holds_file(&self, path: &str, package: &str) -> bool {
        let is_anywhere = self.files.is_empty() && self.packages.is_empty();
        is_anywhere || self.files.is_match(path) || self.packages.iter().any(|name| **name == *package)
    }

    /// The roles, one of which the code around a subject must play; none: it does not matter.
    #[must_use]
    pub const fn roles(&self) -> RoleSet {
        self.roles
    }
}

fn role(name: &str) -> Result<Role, (String, String)> {
    Role::named(name).ok_or_else(|| {
        let roles = Catalog::builtin().roles().iter().map(|row| &*row.name);
        let near = nearest(name, roles)
            .map_or_else(|| "`roles.md` lists all".to_owned(), |near| format!("did you mean `{near}`?"));
        (format!("unknown role `{name}` in a scope"), near)
    })
}

/// A folder means everything below it.
fn glob(word: &str) -> Result<Glob, (String, String)> {
    let folder = word.strip_suffix('/').map(|folder| format!("{folder}/**"));
    let text = folder.as_deref().unwrap_or(word).trim_start_matches("./");
    let built = GlobBuilder::new(text).literal_separator(true).build();
    built.map_err(|error| {
        let help = "`*` is any part of a name, `**` any number of folders";
        (format!("`{word}` is no file glob: {}", error.kind()), help.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn files_and_packages_widen_and_what_is_wrong_is_told() {
        let words = ["crates/orders/**", "crate:order-jobs", "src/x.rs", "role:mesage", "a/{b"];
        let (scope, wrong) = Scope::read(&words.map(str::to_owned));
        for (path, package, expected) in [
            ("crates/orders/src/a.rs", "orders", true),
            ("crates/jobs/src/a.rs", "order_jobs", true),
            ("src/x.rs", "svc", true),
            ("src/y.rs", "svc", false),
        ] {
            assert_eq!(scope.holds_file(path, package), expected, "{path}");
        }
        let messages: Vec<&str> = wrong.iter().map(|(message, _)| message.as_str()).collect();
        assert!(messages[0].contains("`a/{b` is no file glob"), "{messages:?}");
        assert_eq!(wrong[1].1, "did you mean `message`?");
        assert_eq!(scope.shown().as_deref(), Some("`crate:order-jobs`, `crates/orders/**`, `src/x.rs`"));
    }

    #[test]
    fn no_words_are_everywhere_and_a_folder_is_all_below_it() {
        assert!(Scope::default().holds_file("any.rs", "any") && Scope::default().shown().is_none());
        let (folder, _) = Scope::read(&["./crates/orders/".to_owned()]);
        assert!(folder.holds_file("crates/orders/src/a.rs", "x") && !folder.holds_file("crates/b.rs", "x"));
    }
}
