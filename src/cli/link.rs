//! Where the pages of checks are on the web: what the configuration says, else the repository that this program comes from.
//! Asks no server.

use crate::policy::{CheckAbout, Report};
use crate::rule::is_builtin;

/// The repository that the manifest of this program names; empty where it names none.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// An address with `{check}` and `{theme}` in place of the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageTemplate(String);

impl PageTemplate {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(text: &str) -> Result<Self, &'static str> {
        let bare = text.replace("{check}", "").replace("{theme}", "");
        let is_of_web = ["https://", "http://"].iter().any(|scheme| bare.starts_with(scheme));
        // What a format would have to escape, and no address needs.
        let is_plain = bare.chars().all(|c| c.is_ascii_graphic() && !r#"<>"'`{}|\^()"#.contains(c));
        match (is_of_web && is_plain, text.contains("{check}")) {
            (true, true) => Ok(Self(text.to_owned())),
            (true, false) => Err("the address is the same for all checks"),
            (false, _) => Err("this is no address of the web"),
        }
    }

    fn page_of(&self, about: &CheckAbout) -> String {
        self.0.replace("{check}", about.check.as_str()).replace("{theme}", &about.theme)
    }
}

/// Names the pages of the checks in `report`. Without a template only those that are built in have one.
pub(super) fn link(report: &mut Report, template: Option<&PageTemplate>) {
    let own = default_template(REPOSITORY);
    for about in &mut report.about {
        let builtin = || own.as_ref().filter(|_| is_builtin(&about.check));
        about.page = template.or_else(builtin).map(|template| template.page_of(about));
    }
}

fn default_template(repository: &str) -> Option<PageTemplate> {
    let version = env!("CARGO_PKG_VERSION");
    let text = format!("{repository}/blob/v{version}/rules/checks/{{theme}}/{{check}}.md");
    PageTemplate::new(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::{PageTemplate, default_template, link};
    use crate::base::CheckId;
    use crate::finding::{Precision, Severity};
    use crate::policy::{CheckAbout, Report};

    fn about(check: &str) -> CheckAbout {
        let (check, theme, why) = (CheckId::new(check).expect("an id"), "memory".into(), String::new());
        let (severity, precision) = (Severity::Error, Precision::Exact);
        CheckAbout { check, theme, severity, precision, why, page: None }
    }

    #[test]
    fn an_address_names_the_check_and_needs_no_escape() {
        for (text, wrong) in [
            ("https://x.example/{theme}/{check}.md", None),
            ("http://x.example/?id={check}#why", None),
            ("https://x.example/{theme}", Some("the same for all checks")),
            ("x.example/{check}", Some("no address")),
            ("javascript:alert('{check}')", Some("no address")),
            ("https://x.example/{check}/{name}", Some("no address")),
            ("https://x.example/ {check}", Some("no address")),
        ] {
            let told = PageTemplate::new(text).err();
            assert_eq!(told.is_some(), wrong.is_some(), "{text}");
            assert!(told.unwrap_or_default().contains(wrong.unwrap_or_default()), "{text}");
        }
    }

    #[test]
    fn the_default_leads_to_the_page_in_the_repository() {
        let template = default_template("https://x.example/patscan").expect("a template");
        let page = template.page_of(&about("unbounded-channel"));
        let version = env!("CARGO_PKG_VERSION");
        let path = "rules/checks/memory/unbounded-channel.md";
        assert_eq!(page, format!("https://x.example/patscan/blob/v{version}/{path}"));
        assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path).is_file());
        assert_eq!(default_template(""), None);
    }

    #[test]
    fn a_template_of_the_configuration_is_for_all_checks() {
        let mut report = Report { about: vec![about("own-check")], ..Report::default() };
        link(&mut report, None);
        assert_eq!(report.about[0].page, None);
        link(&mut report, PageTemplate::new("https://x.example/{check}").ok().as_ref());
        assert_eq!(report.about[0].page.as_deref(), Some("https://x.example/own-check"));
    }
}
