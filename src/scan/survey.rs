//! What kind of service was loaded, for somebody who sets it up: packages, crates, roles. Judges nothing.

use crate::base::RelPath;
use crate::catalog::{Catalog, Role, RoleKind};
use crate::facts::ScopeClass;
use crate::scan::Loaded;
use std::collections::BTreeSet;

/// A role and who plays it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayedRole {
    /// Its name.
    pub role: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Paths of the items that play it, by what the code shows or somebody declared.
    pub items: Vec<String>,
    /// Closures that play it in the place of a function.
    pub n_closures: usize,
    /// A person may declare it.
    pub is_declarable: bool,
}

/// What was seen of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Packages that are examined, by name, with what their code is for.
    pub packages: Vec<(String, &'static str)>,
    /// Dependencies of which the program knows what they offer, sorted.
    pub crates: Vec<String>,
    /// Roles of functions and types, in the catalogue's order; those that nobody plays have no items.
    pub roles: Vec<PlayedRole>,
}

/// Packages that a name lists; the rest is counted.
const MAX_NAMED: usize = 3;

impl Loaded {
    /// What people may call the code that is reported: the package at its root, else its services, else its packages. Knows
    /// no folder's name, which differs from machine to machine.
    #[must_use]
    pub fn name(&self) -> String {
        let is_asked = |folder: &RelPath| self.asked.holds(&folder.join("Cargo.toml"));
        let packages = self.codebase.packages.iter().filter(|package| {
            package.scope.is_examined() && !package.is_guessed && is_asked(&package.folder)
        });
        let (mut names, mut services) = (Vec::new(), Vec::new());
        for package in packages {
            if package.folder.as_str().is_empty() {
                return package.name.to_string();
            }
            names.push(&*package.name);
            if package.scope == ScopeClass::Service {
                services.push(&*package.name);
            }
        }
        let mut names = if services.is_empty() { names } else { services };
        let n_more = names.len().saturating_sub(MAX_NAMED);
        names.truncate(MAX_NAMED);
        let more = if n_more > 0 { format!(" and {n_more} more") } else { String::new() };
        format!("{}{more}", names.join(", "))
    }

    /// What the code shows of the service.
    #[must_use]
    pub fn survey(&self) -> Survey {
        let catalog = Catalog::builtin();
        let examined = self
            .codebase
            .packages
            .iter()
            .filter(|package| package.scope.is_examined() && !package.is_guessed);
        let crates: BTreeSet<String> = examined
            .clone()
            .flat_map(|package| &package.dependencies)
            .filter(|dependency| !dependency.is_dev && dependency.package.is_none())
            .map(|dependency| dependency.crate_name.to_string())
            .filter(|name| catalog.has_crate(name) || catalog.has_crate(&name.replace('_', "-")))
            .collect();
        let rows = catalog.roles().iter();
        let rows = rows
            .filter(|row| matches!(row.kind, RoleKind::Function | RoleKind::Type) && &*row.name != "test");
        Survey {
            packages: examined.map(|package| (package.name.to_string(), word(package.scope))).collect(),
            crates: crates.into_iter().collect(),
            roles: rows.filter_map(|row| self.played(Role::named(&row.name)?)).collect(),
        }
    }

    fn played(&self, role: Role) -> Option<PlayedRole> {
        let row = role.row()?;
        let codebase = &self.codebase;
        let is_examined = |item: &&crate::facts::ItemIdx| {
            let item = codebase.item(**item);
            codebase.is_examined(item.file, item.node)
        };
        let items = codebase.items_with_role(role).iter().filter(is_examined);
        let items: BTreeSet<String> = items.map(|item| codebase.item(*item).path.to_string()).collect();
        Some(PlayedRole {
            role: &row.name,
            meaning: &row.meaning,
            items: items.into_iter().collect(),
            n_closures: codebase.closures_with_role(role).count(),
            is_declarable: row.is_declarable,
        })
    }
}

const fn word(scope: ScopeClass) -> &'static str {
    match scope {
        ScopeClass::Cli => "program",
        ScopeClass::Library => "library",
        ScopeClass::Service => "service",
        ScopeClass::Test
        | ScopeClass::Bench
        | ScopeClass::Example
        | ScopeClass::Build
        | ScopeClass::Generated
        | ScopeClass::Vendored
        | ScopeClass::Excluded => "left out",
    }
}
