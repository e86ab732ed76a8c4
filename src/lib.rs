//! Scans Rust services and reports where they break the architecture patterns a team wrote down.
//!
//! ```text
//! rules/catalog/*.yaml ▸ catalog ─────────────────────────────┐   what crates offer, which role each API plays
//! rules/checks/**/*.md ▸ rule ────────────▸ RuleSet ──────────┼─┐ checks as data, all mistakes told at once
//!                                                             │ │
//! docs/patterns/*.md ▸ pattern: blocks ▸ dialect ▸ Pattern: statements with places, numbers, relations
//! paths ▸ scan: walk ▸ read ▸ syntax: one Tree a file ▸ facts ┴─┼─▸ Codebase: modules, names, types, calls, loops, roles
//!                             (in parallel, panics contained)   │      │
//!                                                        engine ◂──────┘
//!                                         subjects ▸ verdicts ▸ findings, counted; explanations
//!                                                           │
//! patscan.toml ▸ cli ──▸ policy: exceptions, waivers, baseline, change, threshold, final order ▸ Report ▸ report: one file a format
//! ```
//!
//! Everything right of `syntax` is owned, `Send` data. Each module uses only the layers below it:
//! [`base`] and [`finding`] know nothing of the others; [`catalog`], [`syntax`], then [`pattern`], [`rule`] and [`facts`], then
//! [`engine`]; [`policy`] sees findings only; [`scan`] drives, [`report`] writes, [`cli`] speaks with people.
//! `tests/it/layering.rs` holds that table.
//!
//! Three kinds of outcome never mix: a [`finding::Finding`] says that scanned code breaks a check, a
//! [`finding::Problem`] that something written for us (or a file to read) is wrong, and an `Err` that nothing can go on.

pub mod base;
pub mod catalog;
pub mod cli;
pub mod engine;
pub mod facts;
pub mod finding;
pub mod pattern;
pub mod policy;
pub mod report;
pub mod rule;
pub mod scan;
pub mod syntax;
