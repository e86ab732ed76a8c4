//! The files of `rules/catalog` that are compiled in. A new file is one more line here.

use crate::base::{RelPath, SourceText};

macro_rules! embedded {
    ($name:literal) => {
        (concat!("rules/catalog/", $name), include_str!(concat!("../../rules/catalog/", $name)))
    };
}

/// Name and text of each file.
pub(super) const FILES: [(&str, &str); 17] = [
    embedded!("aliases.yaml"),
    embedded!("blocking.yaml"),
    embedded!("channels.yaml"),
    embedded!("clients.yaml"),
    embedded!("cloudflare.yaml"),
    embedded!("collections.yaml"),
    embedded!("databases.yaml"),
    embedded!("event_sourcing.yaml"),
    embedded!("identity.yaml"),
    embedded!("jobs.yaml"),
    embedded!("observability.yaml"),
    embedded!("queues.yaml"),
    embedded!("redis.yaml"),
    embedded!("resilience.yaml"),
    embedded!("roles.yaml"),
    embedded!("servers.yaml"),
    embedded!("tasks.yaml"),
];

/// The file that holds the vocabulary.
pub(super) fn roles() -> SourceText {
    let (name, text) = embedded!("roles.yaml");
    SourceText::new(RelPath::new(name), text)
}
