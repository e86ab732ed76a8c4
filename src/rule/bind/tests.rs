//! Documents and what their statements are tied to.
