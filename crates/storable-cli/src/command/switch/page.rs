//! A comparison as one page of HTML that needs nothing else: no network, no other file.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use storable::Exposure;

use super::comparison::{Comparison, Group};
use super::report;

/// The whole report.
pub(super) fn page(comparison: &Comparison) -> String {
    let (from, to) = (comparison.from, comparison.to);
    let title = format!("From {} to {}", from.name(), to.name());
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (title) }
                    (answer(comparison))
                    (exposed(comparison))
                    (changes(comparison))
                    (what_the_switch_is(comparison))
                    (limits(comparison))
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// Text in which backticks stand around code.
fn with_code(text: &str) -> Markup {
    html! {
        @for (number, part) in text.split('`').enumerate() {
            @if number % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// What somebody has to know who reads no further.
fn answer(comparison: &Comparison) -> Markup {
    let worst = comparison.exposed().map(|group| group.exposure).max().unwrap_or(Exposure::None);
    let sure = worst == Exposure::None && comparison.nothing_judged().is_none();
    html! {
        section class={ "answer " (if sure { "safe" } else { class(worst) }) } {
            ul { @for line in report::summary(comparison) { li { (with_code(&line)) } } }
        }
        pre { (report::subject(comparison)) }
    }
}

const fn class(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::Known => "leak",
        Exposure::Unknown => "unknown",
        Exposure::None => "unsure",
    }
}

/// What is personal and newly in reach, by its reason.
fn exposed(comparison: &Comparison) -> Markup {
    let (personal, _) = report::parted(comparison);
    html! {
        @if !personal.is_empty() {
            h2 { "Personal, and newly in reach of other users" }
        }
        @for alike in personal.chunk_by(|one, next| report::same_story(one, next)) {
            @if let Some(first) = alike.first() {
                section class={ "story " (class(first.exposure)) } {
                    h3 {
                        (report::says(first))
                        @if first.beyond_rfc { ", beyond what RFC 9111 allows" }
                    }
                    dl {
                        dt { "Why" }
                        dd { (first.hangs_on.as_deref().unwrap_or(&first.why.story)) " " code { (first.why.rule) } }
                        dt { "On whose word" } dd { (first.why.source) }
                        dt { "What closes it" } dd { strong { (with_code(&report::closing(first))) } }
                    }
                    (requests(alike))
                }
            }
        }
    }
}

fn requests(groups: &[&Group]) -> Markup {
    html! {
        table {
            thead { tr { th { "Request" } th { "Status" } th { "Seen" } th { "PersonalMarks of a user" } th { "Fresh for" } th { "Evidence" } } }
            tbody {
                @for group in groups {
                    tr {
                        td class="url" { (group.request()) }
                        td data-label="Status" { (group.likeness.status) }
                        td data-label="Seen" { (group.entries.len()) }
                        td data-label="PersonalMarks of a user" { (report::marks(group)) }
                        td data-label="Fresh for" { (group.to) }
                        td data-label="Evidence" { @if !group.why.evidence.is_empty() { code { (group.why.evidence) } } }
                    }
                }
            }
        }
    }
}

/// Everything else that changes: a table to filter and to sort.
fn changes(comparison: &Comparison) -> Markup {
    let (_, other) = report::parted(comparison);
    html! {
        @if !other.is_empty() {
            h2 { "What else changes" }
            p {
                label { "Show only what contains " input id="filter" type="search" placeholder="part of a URL, a rule, a change"; }
                " " span id="count" {}
            }
            table id="changes" {
                thead {
                    tr {
                        @for name in ["Request", "Status", "Seen", "Personal", "What changes", "Fresh for, before", "After", "Deciding rule"] {
                            th { button type="button" { (name) } }
                        }
                    }
                }
                tbody {
                    @for group in other {
                        tr class=(if group.exposure == Exposure::None { "" } else { class(group.exposure) }) {
                            td class="url" { (group.request()) }
                            td data-label="Status" { (group.likeness.status) }
                            td data-label="Seen" { (group.entries.len()) }
                            td data-label="Personal" { (report::personal(group, comparison)) }
                            td data-label="What changes" { (report::says(group)) }
                            td data-label="Fresh for, before" { (group.from) }
                            td data-label="After" { (group.to) }
                            td data-label="Deciding rule" { (group.why.says) " " code { (group.why.rule) } }
                        }
                    }
                }
            }
        }
    }
}

fn what_the_switch_is(comparison: &Comparison) -> Markup {
    let decided = report::decided(comparison);
    html! {
        @if !decided.is_empty() {
            h2 { "What the switch is" }
            table {
                thead { tr { th { "Question" } th { (comparison.from.id()) } th { (comparison.to.id()) } th { "Decides for" } } }
                tbody {
                    @for one in decided {
                        tr {
                            td { (one.axis.question()) }
                            td data-label=(comparison.from.id()) { (one.before) }
                            td data-label=(comparison.to.id()) { (one.after) }
                            td data-label="Decides for" { (report::counted(one.exchanges, "exchange")) }
                        }
                    }
                }
            }
        }
    }
}

fn limits(comparison: &Comparison) -> Markup {
    let notes = report::notes(comparison);
    html! {
        @if !notes.is_empty() {
            h2 { "What this recording cannot show" }
            ul { @for note in notes { li { (note) } } }
        }
        @if !comparison.bad().is_empty() {
            h2 { "What could not be read" }
            ul {
                @for bad in comparison.bad() {
                    li { code { (bad.file) ": " (bad.place) } " " (bad.error) }
                }
            }
        }
    }
}

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
