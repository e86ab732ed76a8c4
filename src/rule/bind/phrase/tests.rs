//! Sentences and the checks that they propose.

use super::{Phrases, stem};
use crate::base::CheckId;
use crate::pattern::{Polarity, SectionKind};

const PHRASES: [(&str, &str); 12] = [
    ("backoff-without-jitter", "jitter (retry backoff)"),
    ("unbounded-channel", "channels are bounded"),
    ("unbounded-channel", "backpressure"),
    ("query-without-limit", "no unbounded reads"),
    ("retry-without-delay", "never retry immediately"),
    ("http-client-without-timeout", "outbound calls have a timeout"),
    ("backoff-without-jitter", "backoff has jitter"),
    ("ack-before-work", "acknowledge after the work"),
    ("message-without-idempotency-key", "every message carries an idempotency key"),
    ("unbounded-channel", "bounded queue (not dead)"),
    ("consumer-without-dead-letter", "dead letter queue"),
    ("pages-accumulated", "process page by page"),
];

#[track_caller]
fn check(text: &str, polarity: Polarity, section: SectionKind, expected: &[&str]) {
    check_below("", text, (polarity, section), expected);
}

#[track_caller]
fn check_below(above: &str, text: &str, place: (Polarity, SectionKind), expected: &[&str]) {
    let ids: Vec<(CheckId, &str)> =
        PHRASES.iter().map(|(id, phrase)| (CheckId::new(id).expect("an id"), *phrase)).collect();
    let phrases = Phrases::new(ids.iter().map(|(id, phrase)| (id, *phrase)));
    let found = phrases.found_in(text, above, place);
    let found: Vec<&str> = found.iter().map(|(check, _)| check.as_str()).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_rule_and_the_smell_that_breaks_it_propose_the_same_check() {
    let channel: &[&str] = &["unbounded-channel"];
    check("Use bounded channels", Polarity::Should, SectionKind::Guidance, channel);
    check("Avoid unbounded channels", Polarity::Avoid, SectionKind::Guidance, channel);
    check("Unbounded channels between stages", Polarity::Avoid, SectionKind::AntiPattern, channel);
    check("Channels between two stages must be bounded", Polarity::Must, SectionKind::Invariant, channel);
    check("No backpressure", Polarity::Avoid, SectionKind::AntiPattern, channel);
    check("Never use an unbounded channel", Polarity::MustNot, SectionKind::Invariant, channel);
}

#[test]
fn the_contrary_of_a_rule_proposes_nothing() {
    check("Use unbounded channels for control", Polarity::Should, SectionKind::Guidance, &[]);
    check("Avoid bounded channels here", Polarity::Avoid, SectionKind::Guidance, &[]);
    check("Retry immediately", Polarity::Must, SectionKind::Invariant, &[]);
    check("Backoff without jitter", Polarity::Should, SectionKind::Guidance, &[]);
}

#[test]
fn denials_of_phrase_and_sentence_meet() {
    check("Never retry immediately", Polarity::MustNot, SectionKind::Invariant, &["retry-without-delay"]);
    check("Retrying immediately", Polarity::Avoid, SectionKind::AntiPattern, &["retry-without-delay"]);
    check("No unbounded reads", Polarity::Must, SectionKind::Invariant, &["query-without-limit"]);
    check("No unbounded reads", Polarity::MustNot, SectionKind::Invariant, &["query-without-limit"]);
    check("Unbounded reads", Polarity::Avoid, SectionKind::Pitfall, &["query-without-limit"]);
    check(
        "Outbound calls without a timeout",
        Polarity::Avoid,
        SectionKind::AntiPattern,
        &["http-client-without-timeout"],
    );
}

#[test]
fn each_part_of_a_sentence_stands_for_itself() {
    check(
        "Never block the executor; channels are bounded, backoff has jitter",
        Polarity::MustNot,
        SectionKind::Invariant,
        &["backoff-without-jitter", "unbounded-channel"],
    );
    check(
        "Channels are bounded; the backoff has full jitter; messages carry keys",
        Polarity::Must,
        SectionKind::Invariant,
        &["backoff-without-jitter", "unbounded-channel"],
    );
    check(
        "Each message of the queue carries one stable idempotency key",
        Polarity::Must,
        SectionKind::Invariant,
        &["message-without-idempotency-key"],
    );
}

#[test]
fn a_phrase_may_ask_for_a_word_above_the_sentence() {
    let pitfall = (Polarity::Avoid, SectionKind::Pitfall);
    check_below("Retry with backoff", "No jitter", pitfall, &["backoff-without-jitter"]);
    check_below("Heartbeat", "No jitter", pitfall, &[]);
    check_below("Heartbeat", "No jitter when it retries", pitfall, &["backoff-without-jitter"]);
}

#[test]
fn work_of_people_proposes_nothing() {
    check("Monitor backpressure", Polarity::Must, SectionKind::Checklist, &[]);
    check("Load tested with backpressure", Polarity::Must, SectionKind::Checklist, &[]);
    check("Implement backpressure", Polarity::Must, SectionKind::Checklist, &["unbounded-channel"]);
}

#[test]
fn work_of_people_is_known_behind_a_number_or_label_too() {
    for text in [
        "PRC-071 — Test retries under backpressure",
        "Chaos: verify that backpressure holds",
        "Quotas, backpressure and support commitments are understood",
        "Backpressure is reviewed",
    ] {
        check(text, Polarity::Must, SectionKind::Checklist, &[]);
    }
    let channel: &[&str] = &["unbounded-channel"];
    check("PRC-072 — Backpressure between all stages", Polarity::Must, SectionKind::Checklist, channel);
}

#[test]
fn care_for_a_thing_does_not_ask_for_it() {
    let dead: &[&str] = &["consumer-without-dead-letter"];
    check("Each queue has a DLQ", Polarity::Must, SectionKind::Checklist, dead);
    check(
        "Each queue has a dead letter queue, its depth is monitored",
        Polarity::Must,
        SectionKind::Checklist,
        dead,
    );
    for text in [
        "DLQ depth monitored",
        "Runbook for the dead letter queue",
        "Retention of DLQ messages",
        "Replay from the DLQ",
    ] {
        check(text, Polarity::Must, SectionKind::Checklist, &[]);
    }
    check("No alerting on the DLQ", Polarity::Avoid, SectionKind::Pitfall, &[]);
}

#[test]
fn a_phrase_may_name_words_that_mean_something_else() {
    check("Queues are bounded", Polarity::Must, SectionKind::Checklist, &["unbounded-channel"]);
    check(
        "Dead letter queues are bounded",
        Polarity::Must,
        SectionKind::Checklist,
        &["consumer-without-dead-letter"],
    );
}

#[test]
fn examples_in_brackets_ask_for_nothing() {
    check(
        "Write short titles (e.g. “backpressure between stages”)",
        Polarity::Should,
        SectionKind::Guidance,
        &[],
    );
}

#[test]
fn what_a_phrase_says_twice_is_said_twice() {
    check("Process it page by page", Polarity::Must, SectionKind::Checklist, &["pages-accumulated"]);
    check("A process for the status page exists", Polarity::Must, SectionKind::Checklist, &[]);
}

#[test]
fn words_of_one_family_have_one_stem() {
    for family in [
        &["retry", "retries", "retrying", "retried"][..],
        &["acknowledge", "acknowledged", "acknowledgement", "ack", "acks"],
        &["bound", "bounds", "bounded", "bounding"],
        &["limit", "limits", "limited"],
        &["timeout", "timeouts"],
        &["idempotent", "idempotency"],
        &["drop", "drops", "dropped"],
        &["queue", "queues", "queued"],
    ] {
        let stems: Vec<String> = family.iter().map(|word| stem(word)).collect();
        assert!(stems.iter().all(|other| *other == stems[0]), "{stems:?}");
    }
    assert_ne!(stem("status"), stem("stat"));
}
