//! Keys of configurations, asked by a small rule.

use crate::engine::testing::check;

const RULE: &str = "select: { analysis: { name: config-keys, starts: [\"rdkafka::ClientConfig::new\"], key: commit, \
                    pair: store, marks: [group], makes: [StreamConsumer] } }\n\
                    forbid: { all: [ { fact: { purpose: yes } }, { fact: { value: [absent, \"true\"] } }, \
                    { not: { fact: { paired: \"false\" } } } ] }";

#[test]
fn a_key_is_found_in_any_statement_or_helper() {
    check(
        RULE,
        "
use rdkafka::{ClientConfig, consumer::StreamConsumer};
const OFF: &str = \"false\";
pub fn absent() -> StreamConsumer {
    ClientConfig::new().set(\"group\", \"g\").create().unwrap() //~ a-check
}
pub fn set() {
    let mut config = ClientConfig::new();
    config.set(\"group\", \"g\");
    config.set(\"commit\", OFF);
    let made: StreamConsumer = config.create().unwrap();
}
pub fn on() {
    let mut config = ClientConfig::new();
    config.set(\"commit\", \"true\"); //~ a-check
    let made = config.create::<StreamConsumer>();
}
pub fn paired() {
    let mut config = ClientConfig::new();
    config.set(\"group\", \"g\").set(\"commit\", \"true\");
    config.set(\"store\", \"false\");
    let made = config.create::<StreamConsumer>();
}
fn quiet(config: &mut ClientConfig) { config.set(\"commit\", \"false\"); }
pub fn helped() {
    let mut config = ClientConfig::new();
    config.set(\"group\", \"g\");
    quiet(&mut config);
    let made = config.create::<StreamConsumer>();
}
pub fn other_purpose() {
    let made = ClientConfig::new().create::<rdkafka::producer::FutureProducer>();
}
pub fn computed(auto: String) {
    let made = ClientConfig::new().set(\"group\", \"g\").set(\"commit\", &auto).create::<StreamConsumer>(); //~ a-check unknown
}
",
    );
}
