//! The checks that are compiled in. A new check is its page and one line here; a test compares both.

use crate::base::{Date, RelPath, SourceText};
use crate::finding::Problem;
use crate::rule::{PatternRules, RuleSet, Vocabulary, set};

macro_rules! pages {
    ($($name:literal)*) => {
        [$((
            concat!("rules/checks/", $name, ".md"),
            include_str!(concat!("../../rules/checks/", $name, ".md")),
        )),*]
    };
}

const PAGES: &[(&str, &str)] = &pages! {
    "async/blocking-call-in-async"
    "async/full-channel-ignored"
    "async/handler-awaits-long-job"
    "async/lock-held-across-await"
    "async/loop-ignores-shutdown"
    "async/send-outside-producer"
    "async/server-without-graceful-shutdown"
    "async/spawn-before-ack"
    "async/spawned-task-unsupervised"
    "async/worker-spawn-without-wait-until"
    "database/query-without-limit"
    "effect/domain-does-io"
    "effect/effect-outside-step"
    "effect/external-call-in-transaction"
    "effect/layer-direction-broken"
    "effect/response-status-unchecked"
    "effect/workflow-not-deterministic"
    "event-sourcing/dual-write-without-outbox"
    "memory/body-limit-disabled"
    "memory/body-read-unbounded"
    "memory/consumer-expands-scope"
    "memory/pages-accumulated"
    "memory/step-returns-dataset"
    "memory/stream-collected-whole"
    "memory/task-per-item"
    "memory/unbounded-channel"
    "memory/unbounded-collection-in-consumer"
    "memory/unbounded-fan-out"
    "messaging/ack-before-work"
    "messaging/auto-ack-enabled"
    "messaging/batch-send-over-cap"
    "messaging/broker-id-as-idempotency-key"
    "messaging/consumer-panics-on-poison"
    "messaging/consumer-path-without-ack"
    "messaging/consumer-swallows-error"
    "messaging/consumer-without-dedupe"
    "messaging/consumer-without-prefetch"
    "messaging/idempotency-key-not-stable"
    "messaging/message-carries-payload"
    "messaging/message-type-not-namespaced"
    "messaging/message-version-not-integer"
    "messaging/message-without-envelope-fields"
    "messaging/message-without-idempotency-key"
    "messaging/publish-not-confirmed"
    "messaging/unsafe-route-without-idempotency-key"
    "retry/backoff-without-jitter"
    "retry/backoff-without-max-delay"
    "retry/batch-settled-whole"
    "retry/consumer-without-dead-letter"
    "retry/effect-result-discarded"
    "retry/one-bad-message-fails-batch"
    "retry/receive-error-hot-loop"
    "retry/retry-count-out-of-range"
    "retry/retry-schedule-differs"
    "retry/retry-unbounded"
    "retry/retry-without-delay"
    "retry/retry-without-exponential-backoff"
    "timeout/aws-client-without-timeout"
    "timeout/connect-timeout-not-shorter"
    "timeout/grpc-call-without-deadline"
    "timeout/http-client-without-timeout"
    "timeout/server-without-timeout"
    "timeout/timeout-over-limit"
};

macro_rules! sets {
    ($($name:literal)*) => {
        [$((concat!("rules/", $name, ".yaml"), include_str!(concat!("../../rules/", $name, ".yaml")))),*]
    };
}

/// The compiled rule sets of our own patterns; a test compares them with their documents.
const SETS: &[(&str, &str)] = &sets! {
    "001-bounded-memory"
    "002-message-contract"
    "003-reliable-writes"
    "004-job-orchestrator"
    "bulkhead"
    "fire-and-forget"
    "http-reference"
    "queue-consumer"
    "retry-with-backoff"
};

/// The patterns that are built in, with what is wrong with them; a test says that nothing is.
#[must_use]
pub fn builtin_sets(
    rules: &RuleSet,
    words: Vocabulary<'_>,
    today: Date,
) -> (Vec<PatternRules>, Vec<Problem>) {
    let (mut sets, mut problems) = (Vec::new(), Vec::new());
    for (path, text) in SETS {
        let source = SourceText::new(RelPath::new(path), *text);
        let (read, wrong) = set::rule_set(&source, rules, words, today);
        sets.extend(read);
        problems.extend(wrong);
    }
    (sets, problems)
}

/// The pages, sorted by path.
pub(super) fn pages() -> Vec<SourceText> {
    PAGES.iter().map(|(path, text)| SourceText::new(RelPath::new(path), *text)).collect()
}

#[cfg(test)]
mod tests {
    use super::{PAGES, SETS};
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_rule_set_of_the_folder_is_compiled_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let files = std::fs::read_dir(folder).expect("the folder of rules");
        let names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
        let on_disk: BTreeSet<String> =
            names.filter(|name| name.ends_with(".yaml")).map(|name| format!("rules/{name}")).collect();
        let listed: BTreeSet<String> = SETS.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(on_disk, listed, "add a line to `src/rule/builtin.rs`");
    }

    #[test]
    fn every_page_of_the_folder_is_compiled_in() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut on_disk = BTreeSet::new();
        for theme in std::fs::read_dir(root.join("rules/checks")).expect("the folder of checks") {
            for page in std::fs::read_dir(theme.expect("a theme").path()).expect("a folder") {
                let path = page.expect("a page").path();
                let path =
                    path.strip_prefix(root).expect("a path below the root").to_string_lossy().into_owned();
                on_disk.insert(path.replace('\\', "/"));
            }
        }
        let listed: Vec<String> = PAGES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert!(listed.is_sorted(), "keep the list in `src/rule/builtin.rs` sorted");
        assert_eq!(on_disk, listed.into_iter().collect(), "add a line to `src/rule/builtin.rs`");
    }
}
