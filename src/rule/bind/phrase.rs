//! Which checks a sentence proposes: stems of the phrases that checks declare, with their polarity. Binds nothing.

use crate::base::CheckId;
use crate::pattern::{Polarity, SectionKind};
use crate::rule::RuleSet;
use std::collections::{BTreeMap, BTreeSet};

/// Words that carry no subject.
const EMPTY: &[&str] = &[
    "a", "all", "always", "an", "and", "any", "are", "as", "at", "be", "been", "being", "by", "can", "do",
    "does", "each", "ensure", "every", "for", "from", "has", "have", "in", "is", "it", "its", "make", "must",
    "of", "on", "only", "or", "our", "per", "prefer", "shall", "should", "so", "sure", "that", "the",
    "their", "them", "there", "this", "to", "use", "used", "uses", "using", "we", "which", "will", "with",
    "you",
];
/// Words that deny in the imperative: where the sentence's polarity says so too, it is said once.
const FORBIDS: &[&str] = &["avoid", "cannot", "don't", "dont", "mustn't", "never", "not", "shouldn't"];
/// Words that say that something is not there.
const LACKS: &[&str] = &["lack", "lacks", "lacking", "missing", "no", "non", "without"];
/// Other spellings of one stem.
const SAME: &[(&str, &str)] = &[
    ("ack", "acknowledg"),
    ("db", "databas"),
    ("dedup", "deduplicat"),
    ("idempot", "idempot"),
    ("msg", "messag"),
    ("randomis", "random"),
    ("randomiz", "random"),
];
/// Verbs of work that people do and no code shows.
const PROCESS: &[&str] = &[
    "alert",
    "analyze",
    "benchmark",
    "discuss",
    "document",
    "evaluat",
    "load",
    "measur",
    "monitor",
    "plan",
    "review",
    "simulat",
    "test",
    "track",
    "train",
    "validat",
    "verify",
];
/// What is said of a limit that people know of; whether code keeps one is another question.
const KNOWN: &[&str] = &["assess", "determin", "estimat", "review", "understood"];
/// What cares for a thing that is there: the part of a sentence that speaks of it does not ask for the thing.
const CARE: &[&str] = &[
    "alert",
    "audit",
    "auditabl",
    "dashboard",
    "depth",
    "monitor",
    "owner",
    "ownership",
    "preserv",
    "replay",
    "retention",
    "runbook",
];
/// Words between those of a phrase, at most.
const SLACK: usize = 3;

/// The phrases of all checks, ready to be looked for.
#[derive(Clone, Debug, Default)]
pub struct Phrases {
    phrases: Vec<Phrase>,
    /// Stems of all phrases, so that `unbounded` is known to deny `bounded`.
    stems: BTreeSet<String>,
    /// Phrases by their first stem.
    by_stem: BTreeMap<String, Vec<usize>>,
}

#[derive(Clone, Debug)]
struct Phrase {
    check: CheckId,
    text: String,
    words: Words,
    /// Stems, one of which the sentence or what stands above it must hold; none: it does not matter.
    context: Vec<String>,
    /// Stems that its part of the sentence must not hold.
    strange: Vec<String>,
}

impl Phrase {
    fn new(check: &CheckId, text: &str, words: Words, condition: &str) -> Self {
        let condition = tokens(condition);
        let (context, strange) = match condition.iter().position(|word| word == "not") {
            Some(at) => (condition.get(..at).unwrap_or(&[]), condition.get(at + 1..).unwrap_or(&[])),
            None => (condition.as_slice(), &[][..]),
        };
        let stems = |words: &[String]| words.iter().map(|word| stem(word)).collect();
        Self {
            check: check.clone(),
            text: text.to_owned(),
            words,
            context: stems(context),
            strange: stems(strange),
        }
    }

    /// Whether `part` of a sentence says it, where `around` are the stems of all that stands there and above.
    fn is_said(&self, part: &Words, around: &BTreeSet<String>) -> bool {
        let has = |stem: &String| part.stems.contains(stem);
        let cares = |stem: &String| CARE.contains(&stem.as_str());
        self.words.is_denied == part.is_denied
            && holds(&part.stems, &self.words.stems)
            && (self.context.is_empty() || self.context.iter().any(|stem| around.contains(stem)))
            && !self.strange.iter().any(has)
            && (!part.stems.iter().any(cares) || self.words.stems.iter().any(cares))
    }
}

/// The stems of some words, and whether together they deny.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Words {
    stems: Vec<String>,
    is_denied: bool,
}

impl Phrases {
    /// The phrases of `rules`.
    #[must_use]
    pub fn of(rules: &RuleSet) -> Self {
        let all = rules.rules.iter();
        Self::new(all.flat_map(|rule| rule.phrases.iter().map(|phrase| (&rule.id, phrase.as_str()))))
    }

    fn new<'p>(all: impl Iterator<Item = (&'p CheckId, &'p str)> + Clone) -> Self {
        let mut phrases = Self::default();
        // Plain words first: `unbounded` is read as a denial only where `bounded` is known.
        for (_, text) in all.clone() {
            let plain = tokens(text).into_iter().filter(|word| !is_denial(word) && !word.starts_with("un"));
            phrases
                .stems
                .extend(plain.filter(|word| !EMPTY.contains(&word.as_str())).map(|word| stem(&word)));
        }
        for (check, text) in all {
            // `jitter (retry backoff)`: jitter, where the sentence or its heading speaks of one of the others;
            // `bounded queue (not dead)`: where its part of the sentence speaks of none of them.
            let (said, condition) = text.split_once(" (").unwrap_or((text, ""));
            let words = phrases.words(&tokens(said), false);
            let Some(first) = words.stems.first().cloned() else { continue };
            phrases.by_stem.entry(first).or_default().push(phrases.phrases.len());
            phrases.phrases.push(Phrase::new(check, said, words, condition));
        }
        phrases
    }

    /// Checks that a sentence proposes, sorted by id, each with the longest phrase that it holds; `above` are the title
    /// and the headings that it stands below.
    #[must_use]
    pub fn found_in(
        &self,
        text: &str,
        above: &str,
        (polarity, section): (Polarity, SectionKind),
    ) -> Vec<(CheckId, String)> {
        let mut found: BTreeMap<&CheckId, &Phrase> = BTreeMap::new();
        if is_work_of_people(text) {
            return Vec::new();
        }
        let around: BTreeSet<String> =
            tokens(above).iter().chain(&tokens(text)).map(|word| stem(word)).collect();
        for words in self.words_of_parts(text, polarity, section) {
            let stems: BTreeSet<&String> = words.stems.iter().collect();
            let near = stems.iter().filter_map(|stem| self.by_stem.get(*stem)).flatten();
            for phrase in near.filter_map(|at| self.phrases.get(*at)) {
                let is_better = found.get(&phrase.check).is_none_or(|known| {
                    (phrase.words.stems.len(), &known.text) > (known.words.stems.len(), &phrase.text)
                });
                if is_better && phrase.is_said(&words, &around) {
                    found.insert(&phrase.check, phrase);
                }
            }
        }
        found.into_iter().map(|(check, phrase)| (check.clone(), phrase.text.clone())).collect()
    }

    /// The words of each part, with what the sentence's polarity makes of them.
    fn words_of_parts(&self, text: &str, polarity: Polarity, section: SectionKind) -> Vec<Words> {
        let is_smell =
            matches!(section, SectionKind::AntiPattern | SectionKind::Pitfall | SectionKind::FailureMode);
        let is_against = match polarity {
            Polarity::MustNot | Polarity::Avoid => true,
            Polarity::Must | Polarity::Should | Polarity::Prefer | Polarity::Default => false,
        };
        // `never x` says once what the polarity says too; `no x` among the smells says that `x` is not there.
        let repeats = |tokens: &[String]| {
            let first = tokens.iter().find(|word| !EMPTY.contains(&word.as_str()));
            let is_lead = |word: &String| FORBIDS.contains(&word.as_str()) || (!is_smell && word == "no");
            first.is_some_and(is_lead) || tokens.iter().any(|word| word == "never")
        };
        let parts: Vec<Vec<String>> = parts(&without_examples(text)).map(spread).collect();
        let is_led = parts.first().is_some_and(|first| repeats(first));
        let read = |tokens: &Vec<String>| self.words(tokens, is_against && !is_led && !repeats(tokens));
        parts.iter().map(read).collect()
    }

    fn words(&self, tokens: &[String], is_denied: bool) -> Words {
        let mut words = Words { stems: Vec::new(), is_denied };
        for token in tokens {
            if is_denial(token) {
                words.is_denied = !words.is_denied;
            } else if let Some(rest) =
                token.strip_prefix("un").map(stem).filter(|rest| self.stems.contains(rest))
            {
                words.is_denied = !words.is_denied;
                words.stems.push(rest);
            } else if !EMPTY.contains(&token.as_str()) {
                words.stems.push(stem(token));
            }
        }
        words
    }
}

fn is_denial(word: &str) -> bool {
    FORBIDS.contains(&word) || LACKS.contains(&word)
}

/// Whether a sentence speaks of what people do or know: it opens so, behind its number or label too.
fn is_work_of_people(text: &str) -> bool {
    let is_in = |words: &[&str], word: &String| words.contains(&stem(word).as_str());
    let opens = text.split(['—', '–', ':']).take(3).map(tokens);
    opens.into_iter().any(|part| part.first().is_some_and(|first| is_in(PROCESS, first)))
        || tokens(text).iter().any(|word| is_in(KNOWN, word))
}

/// Whether all of `phrase` stands in `words`, in any order, with few others between; what it says twice, twice.
fn holds(words: &[String], phrase: &[String]) -> bool {
    let length = phrase.len() + if phrase.len() > 1 { SLACK } else { 0 };
    let windows = words.windows(length.min(words.len()).max(1));
    let count = |words: &[String], stem: &String| words.iter().filter(|word| *word == stem).count();
    words.len() >= phrase.len()
        && windows
            .into_iter()
            .any(|window| phrase.iter().all(|stem| count(window, stem) >= count(phrase, stem)))
}

/// The sentence without brackets that open with `e.g.`: they show an example of something else.
fn without_examples(text: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, example)) = rest.split_once("(e.g.") {
        kept.push_str(before);
        rest = example.split_once(')').map_or("", |(_, after)| after);
    }
    kept + rest
}

/// Parts of a sentence that are affirmed or denied apart.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', ':', '(', ')', '—', '–', '!', '?'])
        .flat_map(|part| part.split(". "))
        .flat_map(|part| part.split(" but "))
        .flat_map(|part| part.split(", "))
}

/// The words of a sentence: a name of code such as `job_id` is one word, and its parts are words too.
fn spread(text: &str) -> Vec<String> {
    let parts = |word: String| {
        let parts: Vec<String> = word.split('_').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let whole = (parts.len() > 1).then_some(word);
        whole.into_iter().chain(parts)
    };
    tokens(text).into_iter().flat_map(parts).collect()
}

/// Lower-case words; `-` parts words, `_` does not.
fn tokens(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('’', "'").replace("dlq", "dead letter queue");
    let words = lower.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '_')));
    words.map(|word| word.trim_matches('\'').to_owned()).filter(|word| !word.is_empty()).collect()
}

/// A word without its ending; made for words of our trade, not for all of English.
fn stem(word: &str) -> String {
    let mut stem = word.to_owned();
    let shorten = |stem: &mut String, ending: &str, by: &str| -> bool {
        let is_cut = stem.len() >= ending.len() + 3 && stem.ends_with(ending);
        if is_cut {
            stem.truncate(stem.len() - ending.len());
            stem.push_str(by);
        }
        is_cut
    };
    let _ = shorten(&mut stem, "ies", "y") || shorten(&mut stem, "ied", "y");
    if !stem.ends_with("ss") && !stem.ends_with("us") && !stem.ends_with("is") {
        shorten(&mut stem, "s", "");
    }
    let endings = ["ements", "ement", "ments", "ment", "ations", "ation", "ency", "ent", "ing", "ed"];
    let _ = endings.iter().any(|ending| shorten(&mut stem, ending, ""));
    if stem.len() > 3 {
        stem.truncate(stem.trim_end_matches('e').len());
    }
    // `dropped`, `committed`: the consonant was doubled before the ending.
    let mut last = stem.chars().rev();
    if let (Some(a), Some(b)) = (last.next(), last.next())
        && a == b
        && matches!(a, 'b' | 'd' | 'g' | 'm' | 'n' | 'p' | 't')
        && stem.len() > 3
    {
        stem.pop();
    }
    SAME.iter().find(|(other, _)| *other == stem).map_or(stem, |(_, one)| (*one).to_owned())
}

#[cfg(test)]
mod tests;
