//! The loaded catalogue with one hash look-up for each question. Matches no code.

use crate::base::{RelPath, SourceText};
use crate::catalog::api::TypeRow;
use crate::catalog::read::{self, Parts};
use crate::catalog::role::Vocabulary;
use crate::catalog::{Api, ApiIdx, Matcher, NameList, RoleRow, TypeExpr, builtin};
use crate::finding::Problem;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::sync::OnceLock;

/// Rewrites of one path that are followed before giving up on a circle.
const MAX_REWRITES: usize = 6;

type Lists = FxHashMap<Box<str>, Vec<ApiIdx>>;

/// Roles, APIs, types and aliases. Immutable; shared by all threads.
#[derive(Debug, Default)]
pub struct Catalog {
    apis: Vec<Api>,
    types: FxHashMap<Box<str>, TypeRow>,
    by_path: Lists,
    by_method: Lists,
    by_macro: Lists,
    by_attribute: Lists,
    by_param: Lists,
    by_trait: Lists,
    by_derive: Lists,
    aliases: FxHashMap<Box<str>, Box<str>>,
    libraries: FxHashMap<Box<str>, Box<str>>,
    crates: FxHashSet<Box<str>>,
    constructors: FxHashSet<Box<str>>,
    transparent: FxHashSet<Box<str>>,
    prelude: FxHashMap<Box<str>, Box<str>>,
    names: FxHashMap<Box<str>, NameList>,
}

impl Catalog {
    /// The catalogue that is compiled in.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &Self::builtin_with_problems().0
    }

    /// What is wrong with the catalogue that is compiled in; empty, and a test says so.
    #[must_use]
    pub fn builtin_problems() -> &'static [Problem] {
        &Self::builtin_with_problems().1
    }

    fn builtin_with_problems() -> &'static (Self, Vec<Problem>) {
        static CATALOG: OnceLock<(Catalog, Vec<Problem>)> = OnceLock::new();
        CATALOG.get_or_init(|| {
            let (catalog, mut problems) = Self::from_yaml(&builtin::FILES);
            problems.extend(read::vocabulary(&builtin::roles()).1);
            (catalog, problems)
        })
    }

    /// Reads files given by name and text; always returns what could be read, with everything wrong about it.
    /// Roles are those of the built-in vocabulary.
    #[must_use]
    pub fn from_yaml(files: &[(&str, &str)]) -> (Self, Vec<Problem>) {
        let mut parts = Parts::default();
        let mut problems = Vec::new();
        for (name, text) in files {
            let source = SourceText::new(RelPath::new(name), *text);
            problems.extend(read::file(&source, &mut parts));
        }
        if parts.apis.len() > usize::from(u16::MAX) {
            problems.push(Problem::new("the catalogue has more rows than can be told apart"));
            parts.apis.truncate(usize::from(u16::MAX));
        }
        (Self::new(parts), problems)
    }

    fn new(parts: Parts) -> Self {
        let mut catalog = Self {
            aliases: parts.aliases.into_iter().collect(),
            libraries: parts.libraries.into_iter().collect(),
            crates: parts.crates.into_iter().collect(),
            constructors: parts.constructors.into_iter().collect(),
            transparent: parts.transparent.into_iter().collect(),
            prelude: parts.prelude.into_iter().collect(),
            names: parts.names.into_iter().collect(),
            ..Self::default()
        };
        for row in parts.types {
            let row = catalog.canonical_type(row);
            catalog.types.insert(row.path.clone(), row);
        }
        for api in parts.apis {
            let api = catalog.canonical_api(api);
            catalog.enter(api);
        }
        catalog
    }

    fn canonical_type(&self, mut row: TypeRow) -> TypeRow {
        row.path = self.canonical(&row.path).into();
        row.item = self.canonical_hint(row.item);
        row.derefs = self.canonical_hint(row.derefs);
        row.opens = self.canonical_hint(row.opens);
        row
    }

    fn canonical_api(&self, mut api: Api) -> Api {
        for path in &mut api.paths {
            *path = self.canonical(path).into();
        }
        if let Matcher::Attribute { inside: Some(inside), .. } = &mut api.matcher {
            *inside = self.canonical(inside).into();
        }
        api.returns = self.canonical_hint(api.returns);
        api
    }

    fn canonical_hint(&self, hint: Option<TypeExpr>) -> Option<TypeExpr> {
        hint.map(|hint| hint.map_paths(&|path| self.canonical(path).into_owned()))
    }

    fn enter(&mut self, api: Api) {
        let idx = ApiIdx(self.apis.len() as u16);
        let lists = match api.matcher {
            Matcher::Call => &mut self.by_path,
            Matcher::Macro => &mut self.by_macro,
            Matcher::Attribute { .. } => &mut self.by_attribute,
            Matcher::Implements { .. } => &mut self.by_trait,
            Matcher::Param => &mut self.by_param,
            Matcher::Derive => &mut self.by_derive,
        };
        for path in &api.paths {
            lists.entry(path.clone()).or_default().push(idx);
            if let (Matcher::Call, Some(name)) = (&api.matcher, method_name(path)) {
                let list = self.by_method.entry(name.into()).or_default();
                if !list.contains(&idx) {
                    list.push(idx);
                }
            }
        }
        self.apis.push(api);
    }

    /// A row.
    ///
    /// # Panics
    /// Where `idx` comes from another catalogue.
    #[must_use]
    pub fn api(&self, idx: ApiIdx) -> &Api {
        &self.apis[usize::from(idx.0)]
    }

    /// All rows, in the order of the files.
    pub fn apis(&self) -> impl Iterator<Item = (ApiIdx, &Api)> {
        self.apis.iter().enumerate().map(|(at, api)| (ApiIdx(at as u16), api))
    }

    /// Rows of methods and associated functions of that name, whosever they are.
    #[must_use]
    pub fn apis_of_method(&self, name: &str) -> &[ApiIdx] {
        list(&self.by_method, name)
    }

    /// Rows of the function `a::b::f` or the method `a::b::Type::m`; the path must be canonical.
    #[must_use]
    pub fn apis_of_path(&self, path: &str) -> &[ApiIdx] {
        list(&self.by_path, path)
    }

    /// Rows of a macro by canonical path, without `!`.
    #[must_use]
    pub fn apis_of_macro(&self, path: &str) -> &[ApiIdx] {
        list(&self.by_macro, path)
    }

    /// Rows of an attribute by canonical path; helper attributes such as `activity` are found by their bare name.
    #[must_use]
    pub fn apis_of_attribute(&self, path: &str) -> &[ApiIdx] {
        list(&self.by_attribute, path)
    }

    /// Rows of functions that take a parameter of that type.
    #[must_use]
    pub fn apis_of_param_type(&self, path: &str) -> &[ApiIdx] {
        list(&self.by_param, path)
    }

    /// Rows of impls of that trait.
    #[must_use]
    pub fn apis_of_trait(&self, path: &str) -> &[ApiIdx] {
        list(&self.by_trait, path)
    }

    /// Rows of types that derive that path.
    #[must_use]
    pub fn apis_of_derive(&self, path: &str) -> &[ApiIdx] {
        list(&self.by_derive, path)
    }

    /// What is known about a type by canonical path.
    #[must_use]
    pub fn type_row(&self, path: &str) -> Option<&TypeRow> {
        self.types.get(path)
    }

    /// All type rows, in no order.
    pub fn types(&self) -> impl Iterator<Item = &TypeRow> {
        self.types.values()
    }

    /// The spelling of a path that the rows use: facades and re-exports replaced, longest prefix first.
    #[must_use]
    pub fn canonical<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let mut found = Cow::Borrowed(path);
        for _ in 0..MAX_REWRITES {
            let Some(next) = self.rewritten(&found) else { break };
            found = Cow::Owned(next);
        }
        found
    }

    fn rewritten(&self, path: &str) -> Option<String> {
        let mut end = path.len();
        loop {
            let prefix = path.get(..end)?;
            if let Some(target) = self.aliases.get(prefix) {
                return Some(format!("{target}{}", path.get(end..)?));
            }
            end = prefix.rfind("::")?;
        }
    }

    /// The canonical path of a name that needs no import.
    #[must_use]
    pub fn prelude(&self, name: &str) -> Option<&str> {
        self.prelude.get(name).map(|path| &**path)
    }

    /// The name of a package in paths.
    #[must_use]
    pub fn library_of<'p>(&'p self, package: &'p str) -> Cow<'p, str> {
        match self.libraries.get(package) {
            Some(library) => Cow::Borrowed(library),
            None if package.contains('-') => Cow::Owned(package.replace('-', "_")),
            None => Cow::Borrowed(package),
        }
    }

    /// Whether the catalogue has rows of that package.
    #[must_use]
    pub fn has_crate(&self, package: &str) -> bool {
        self.crates.contains(package)
    }

    /// Whether `Type::name(..)` returns `Self` by convention. Proof of low grade.
    #[must_use]
    pub fn is_constructor(&self, name: &str) -> bool {
        self.constructors.contains(name)
    }

    /// Whether `value.name(..)` has the type of `value`, opened where it is a `Result` or `Option`.
    #[must_use]
    pub fn is_transparent(&self, name: &str) -> bool {
        self.transparent.contains(name)
    }

    /// The names of a topic such as `message-version`; empty for an unknown topic.
    #[must_use]
    pub fn names(&self, topic: &str) -> &NameList {
        static NONE: OnceLock<NameList> = OnceLock::new();
        self.names.get(topic).unwrap_or_else(|| NONE.get_or_init(NameList::default))
    }

    /// The topics of [`Catalog::names`], sorted.
    #[must_use]
    pub fn topics(&self) -> Vec<&str> {
        let mut topics: Vec<&str> = self.names.keys().map(|topic| &**topic).collect();
        topics.sort_unstable();
        topics
    }

    /// The vocabulary of roles.
    #[must_use]
    pub fn roles(&self) -> &'static [RoleRow] {
        &Vocabulary::builtin().rows
    }
}

fn list<'c>(lists: &'c Lists, name: &str) -> &'c [ApiIdx] {
    lists.get(name).map_or(&[], Vec::as_slice)
}

/// The last part of `..::Type::method`; none for a free function.
fn method_name(path: &str) -> Option<&str> {
    let (owner, name) = path.rsplit_once("::")?;
    let owner = owner.rsplit("::").next()?;
    owner.starts_with(|c: char| c.is_ascii_uppercase()).then_some(name)
}
