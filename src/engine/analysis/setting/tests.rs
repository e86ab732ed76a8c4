//! Facts of settings, asked by small rules.

use crate::engine::testing::check;

const LONG: &str =
    "select: { analysis: { name: setting } }\nforbid: { fact: { length: { min: 31 s } } }\nplace: length";

#[test]
fn the_literal_is_shown_wherever_it_is_written() {
    check(
        LONG,
        "
use std::time::Duration;
const PATIENCE: Duration = Duration::from_secs(120); //~ a-check
pub fn client() -> reqwest::ClientBuilder {
    let short = Duration::from_secs(5);
    let long = Duration::from_millis(90_000); //~ a-check
    reqwest::Client::builder().timeout(PATIENCE).connect_timeout(short).read_timeout(long)
}
",
    );
}

#[test]
fn a_length_out_of_sight_is_unknown() {
    check(
        LONG,
        "
use std::time::Duration;
pub struct Config { pub patience: Duration }
pub fn client(config: &Config, mut wait: Duration) -> reqwest::ClientBuilder {
    wait *= 2;
    reqwest::Client::builder()
        .timeout(config.patience) //~ a-check unknown
        .connect_timeout(wait) //~ a-check unknown
}
",
    );
}
