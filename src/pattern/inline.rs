//! Collects the words of one paragraph, heading or cell from Markdown events. Knows no block.

use crate::pattern::{Inline, Mapped};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// Words that are being read.
#[derive(Debug, Default)]
pub(super) struct Words {
    inline: Inline,
    strong_at: Option<usize>,
    link: Option<(usize, String)>,
}

impl Words {
    /// Takes one event; `at` is its place in `view`.
    pub(super) fn take(&mut self, event: &Event<'_>, view: &Mapped, at: Range<usize>) {
        let here = self.inline.text.len() as usize;
        match event {
            Event::Text(text) => self.push(text, view, at),
            Event::Code(text) => {
                let raw = view.as_str().get(at.clone()).unwrap_or("");
                let inside = raw.find(text.as_ref()).map(|start| at.start + start);
                let place = inside.map_or(at, |start| start..start + text.len());
                self.push(text, view, place);
                self.inline.code.push(here..self.inline.text.len() as usize);
            }
            Event::SoftBreak | Event::HardBreak => self.push(" ", view, at),
            Event::InlineHtml(tag) if tag.starts_with("<br") => self.push(" ", view, at),
            Event::FootnoteReference(name) => self.push(&format!("[^{name}]"), view, at),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.push(text, view, at),
            Event::Start(Tag::Strong) => self.strong_at = Some(here),
            Event::End(TagEnd::Strong) => {
                let start = self.strong_at.take().unwrap_or(here);
                self.inline.strong.push(start..here);
            }
            Event::Start(Tag::Link { dest_url, .. }) => self.link = Some((here, dest_url.to_string())),
            Event::End(TagEnd::Link) => {
                let link = self.link.take();
                self.inline.links.extend(link.map(|(start, to)| (start..here, to)));
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str, view: &Mapped, at: Range<usize>) {
        let made = &mut self.inline.text;
        if view.as_str().get(at.clone()) == Some(text) {
            made.push_part(view, at);
        } else {
            made.push_made(text, view.span(at));
        }
    }

    /// The words without white space at both ends and without an attribute list; `None` where there are none.
    pub(super) fn finish(self) -> Option<Inline> {
        let mut inline = self.inline.trimmed();
        if let Some(start) = attributes_at(inline.as_str()) {
            let attributes = &inline.as_str()[start..];
            let words = attributes.trim_matches(['{', '}', ':', ' ']).split_whitespace();
            let anchor = words.into_iter().find_map(|word| word.strip_prefix('#')).map(str::to_owned);
            inline = inline.part(0, start).trimmed();
            inline.anchor = anchor;
        }
        (!inline.as_str().is_empty()).then_some(inline)
    }
}

/// Where `{ #id .class }` starts, if the text ends in it.
fn attributes_at(text: &str) -> Option<usize> {
    let inside = text.strip_suffix('}')?;
    let start = inside.rfind('{')?;
    let words = inside[start + 1..].trim_start_matches(':').trim();
    let is_attribute = |word: &str| {
        word.starts_with(['#', '.']) && word.len() > 1
            || word.split_once('=').is_some_and(|(key, _)| !key.is_empty())
    };
    let is_list = words.starts_with(['#', '.']) && words.split_whitespace().all(is_attribute);
    is_list.then_some(start)
}
