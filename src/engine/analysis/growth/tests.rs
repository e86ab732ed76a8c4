//! Facts of growing collections, asked by small rules.

use crate::engine::testing::check;

const UNBOUNDED: &str =
    "requires_crate: [tokio]\nselect: { analysis: growth }\nforbid: { fact: { bounded: no } }";

#[test]
fn a_collection_of_the_round_itself_does_not_grow() {
    check(
        UNBOUNDED,
        "
pub async fn run(mut rx: tokio::sync::mpsc::Receiver<String>) {
    let mut all = Vec::new();
    while let Some(x) = rx.recv().await {
        let mut parts = Vec::new();
        parts.push(x.len());
        all.push(parts); //~ a-check
    }
}
",
    );
}

#[test]
fn what_is_emptied_measured_or_handed_on_is_not_said_to_grow() {
    check(
        UNBOUNDED,
        "
fn flush(items: &mut Vec<String>) { items.clear() }
pub struct Hub { items: Vec<String>, rx: tokio::sync::mpsc::Receiver<String> }
impl Hub {
    fn flush(&mut self) { self.items.clear() }
    pub async fn own(mut self) {
        while let Some(x) = self.rx.recv().await {
            self.items.push(x);
            self.flush();
        }
    }
}
pub async fn handed(mut rx: tokio::sync::mpsc::Receiver<String>) {
    let mut items = Vec::new();
    while let Some(x) = rx.recv().await {
        items.push(x); //~ a-check unknown
        flush(&mut items);
    }
}
pub async fn swapped(mut rx: tokio::sync::mpsc::Receiver<String>) {
    let mut items = Vec::new();
    while let Some(x) = rx.recv().await {
        items.push(x);
        drop(std::mem::take(&mut items));
    }
}
",
    );
}
