//! A comparison in words and as JSON.

use std::io::{self, Write};

use comfy_table::{Cell, Color};
use serde_json::{Value, json};
use storable::{Answers, Exposure};

use super::comparison::{Comparison, Group, Span};
use crate::output::terminal;

/// For somebody who has to decide today.
pub(crate) fn text(out: &mut impl Write, file: &str, comparison: &Comparison) -> io::Result<()> {
    let (from, to) = (comparison.from, comparison.to);
    writeln!(out, "from  {} ({}, {})", from.name(), from.id(), from.basis())?;
    writeln!(out, "to    {} ({}, {})", to.name(), to.id(), to.basis())?;
    writeln!(out, "seen  {} in {file}", counted(comparison.seen.judged, "exchange"))?;
    axes(out, comparison)?;
    let (personal, other): (Vec<_>, Vec<_>) = comparison
        .changed()
        .partition(|group| group.exposure != Exposure::None && group.marks.are_personal());
    if !personal.is_empty() {
        writeln!(out, "\nPERSONAL, AND NEWLY IN REACH OF OTHER USERS")?;
    }
    for alike in personal.chunk_by(|one, next| same_story(one, next)) {
        story(out, alike)?;
    }
    if !other.is_empty() {
        let title = if personal.is_empty() { "What changes" } else { "What else changes" };
        writeln!(out, "\n{title}\n{}", changes(&other, comparison))?;
    }
    let notes = notes(comparison);
    if !notes.is_empty() {
        writeln!(out, "\nWhat this file cannot show")?;
    }
    for note in notes {
        writeln!(out, "  - {note}")?;
    }
    writeln!(out)?;
    summary(comparison).iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// What the switch is: the questions that decided and that the two caches answer differently.
fn axes(out: &mut impl Write, comparison: &Comparison) -> io::Result<()> {
    if comparison.axes.is_empty() {
        return Ok(());
    }
    let (from, to) = (comparison.from, comparison.to);
    writeln!(out, "\nWhat the switch is, and for how many exchanges it decides")?;
    let mut axes: Vec<_> = comparison.axes.iter().collect();
    axes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (axis, count) in axes {
        let [before, after] = [from, to].map(|profile| profile.facts().answer(*axis));
        writeln!(out, "  {} {before} -> {after} ({count})", axis.asks())?;
        for profile in [from, to] {
            // A claim about more than this would say too much here.
            if let Some(claim) = profile.claim(*axis).filter(|claim| claim.axes == [*axis]) {
                writeln!(out, "      {}: {}", profile.id(), claim.says)?;
            }
        }
    }
    Ok(())
}

/// Whether two responses are in reach for the same reason and can be closed alike.
fn same_story(one: &Group, other: &Group) -> bool {
    let story =
        |group: &Group| (group.why.story.clone(), group.why.source.clone(), group.beyond_rfc);
    story(one) == story(other)
        && one.likeness.changes == other.likeness.changes
        && closing(one) == closing(other)
}

/// One reason, and every response that is in reach because of it.
fn story(out: &mut impl Write, alike: &[&Group]) -> io::Result<()> {
    let Some(first) = alike.first() else { return Ok(()) };
    let beyond = if first.beyond_rfc { "; beyond what RFC 9111 allows" } else { "" };
    writeln!(out, "\n  {}{beyond}", says(first))?;
    writeln!(out, "    why     {} ({})", first.why.story, first.why.rule)?;
    writeln!(out, "    source  {}", first.why.source)?;
    writeln!(out, "    close   {}", closing(first))?;
    for group in alike {
        let seen = counted(group.entries.len(), "exchange");
        write!(out, "    - {}  {}, {seen}, ", group.request(), group.likeness.status)?;
        write!(out, "{}, fresh for {}", marks(group), group.to)?;
        match group.why.evidence.as_str() {
            "" => writeln!(out)?,
            evidence => writeln!(out, "  [{evidence}]")?,
        }
    }
    Ok(())
}

fn changes(groups: &[&Group], comparison: &Comparison) -> comfy_table::Table {
    let mut table = terminal::table(&[
        "request",
        "status",
        "seen",
        "personal",
        "what changes",
        "fresh for, before",
        "after",
        "deciding rule",
    ]);
    table.add_rows(groups.iter().map(|group| {
        let changes = Cell::new(says(group));
        let personal = match (group.marks.are_personal(), comparison.shows_users()) {
            (true, _) => marks(group),
            (false, true) => String::new(),
            (false, false) => "unknown".to_owned(),
        };
        [
            Cell::new(group.request()),
            Cell::new(group.likeness.status),
            Cell::new(group.entries.len()),
            Cell::new(personal),
            match group.exposure {
                Exposure::Known => changes.fg(Color::Red),
                Exposure::Unknown => changes.fg(Color::Yellow),
                Exposure::None => changes,
            },
            Cell::new(group.from),
            Cell::new(group.to),
            Cell::new(group.why.rule),
        ]
    }));
    table
}

fn says(group: &Group) -> String {
    let changes: Vec<_> = group.likeness.changes.iter().map(|change| change.says()).collect();
    changes.join("; ")
}

fn marks(group: &Group) -> String {
    group.marks.names().collect::<Vec<_>>().join(", ")
}

/// The smallest change that closes an exposure.
fn closing(group: &Group) -> &str {
    group.remedies.first().map_or(NO_REMEDY, String::as_str)
}

const NO_REMEDY: &str = "no response header that is known to: change the cache's configuration";

/// What the file leaves open, as far as it can be told from the file.
fn notes(comparison: &Comparison) -> Vec<String> {
    let seen = &comparison.seen;
    let mut notes = Vec::new();
    if seen.judged > 0 && !comparison.shows_users() {
        notes.push(
            "No exchange here has Cookie, Authorization or Set-Cookie: browsers drop them from a \
             \"sanitised\" export. What is personal is unknown, and caches that look at them may \
             do otherwise. Export again with sensitive data."
                .to_owned(),
        );
    }
    let counts = [
        (
            seen.not_modified,
            "answered 304 and left out: the full response is not in the file. Record with the browser's cache off.",
        ),
        (
            seen.from_browser_cache,
            "taken from the browser's cache and judged by the headers that it had kept. Record with the browser's cache off.",
        ),
        (
            seen.with_age,
            "with Age: it comes from a cache on the way and shortens the lifetime here. Record at the origin.",
        ),
        (
            seen.with_other_clock,
            "with a Date that is more than a minute away from the browser's clock: the lifetime here is off by that. Set the clock and record again.",
        ),
        (seen.not_http, "left out: no HTTP (WebSocket, data: and the like)."),
        (seen.no_response, "left out: no response."),
    ];
    notes.extend(
        counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, says)| format!("{} {says}", counted(count, "exchange"))),
    );
    if seen.judged > 1 && seen.with_unsorted_lines == 0 {
        notes.push(
            "The order in which header lines arrived: they stand in the order of their names. \
             nginx before 1.23 depends on it."
                .to_owned(),
        );
    }
    if seen.with_cdn_fields == 0 {
        notes.push(
            "Fields such as Surrogate-Control, if the origin sends any: a cache on the way takes \
             them away."
                .to_owned(),
        );
    }
    notes
}

/// The last lines: what to do.
fn summary(comparison: &Comparison) -> Vec<String> {
    let named = |exposure: Exposure, personal: bool| -> Vec<&Group> {
        comparison
            .exposed()
            .filter(|group| group.exposure == exposure && group.marks.are_personal() == personal)
            .collect()
    };
    let others = if comparison.shows_users() {
        "showing no user; look whether any of them differs from user to user"
    } else {
        "personal or not, this file cannot tell"
    };
    let mut lines = Vec::new();
    let mut say = |groups: &[&Group], kind: &str, what: &str| {
        if !groups.is_empty() {
            lines.push(format!("{} {what}", counted(groups.len(), kind)));
        }
    };
    let (leaks, unknown) = (named(Exposure::Known, true), named(Exposure::Unknown, true));
    let leaking = format!("WOULD NEWLY GO TO OTHER USERS: {}", listed(&leaks));
    say(&leaks, "personal response", &leaking);
    let unsaid = format!("might, nobody says: {}", listed(&unknown));
    say(&unknown, "personal response", &unsaid);
    let shared = format!("would newly be shared, {others}");
    say(&named(Exposure::Known, false), "other response", &shared);
    let unsaid = format!("might newly be shared, nobody says; {others}");
    say(&named(Exposure::Unknown, false), "other response", &unsaid);
    if let Some(remedy) = common_remedy(&[leaks, unknown].concat()) {
        lines.push(format!("every personal one of them is closed by: {remedy}"));
    }
    if comparison.exposed().next().is_none() {
        lines.push("No response is newly in reach of other users.".to_owned());
    }
    lines.push(format!("{} as before", counted_fare(comparison.unchanged())));
    if !comparison.bad().is_empty() {
        let bad = comparison.bad().len();
        lines.push(format!("{} could not be read: what they hold is not in this", entries(bad)));
    }
    lines
}

/// The smallest change that closes all of them.
fn common_remedy<'a>(groups: &[&'a Group]) -> Option<&'a str> {
    let (first, rest) = groups.split_first()?;
    first
        .remedies
        .iter()
        .find(|remedy| rest.iter().all(|group| group.remedies.contains(remedy)))
        .map(String::as_str)
}

/// The requests, the first ones of many.
fn listed(groups: &[&Group]) -> String {
    const SHOWN: usize = 10;
    let names: Vec<_> = groups.iter().take(SHOWN).map(|group| group.request()).collect();
    let more = groups.len().saturating_sub(SHOWN);
    let names = names.join(", ");
    if more == 0 { names } else { format!("{names}, and {more} more") }
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

fn counted_fare(count: usize) -> String {
    format!("{} {}", counted(count, "exchange"), if count == 1 { "fares" } else { "fare" })
}

fn entries(count: usize) -> String {
    format!("{count} {}", if count == 1 { "entry" } else { "entries" })
}

/// For programs.
pub(crate) fn json(comparison: &Comparison) -> Value {
    let (from, to) = (comparison.from, comparison.to);
    let axes = comparison.axes.iter().map(|(axis, count)| {
        json!({
            "axis": axis.name(),
            "asks": axis.asks(),
            "from": from.facts().answer(*axis).to_string(),
            "to": to.facts().answer(*axis).to_string(),
            "exchanges": count,
        })
    });
    json!({
        "from": from.id(),
        "to": to.id(),
        "seen": comparison.seen,
        "axes": axes.collect::<Vec<_>>(),
        "exposed": comparison.exposed().count(),
        "unchanged": comparison.unchanged(),
        "changes": comparison.changed().map(|group| change(group, comparison)).collect::<Vec<_>>(),
        "notes": notes(comparison),
        "summary": summary(comparison),
        "bad": comparison.bad(),
    })
}

fn change(group: &Group, comparison: &Comparison) -> Value {
    let answers = |answers: &Answers, fresh: Span| {
        json!({
            "storage": answers.storage.name(),
            "fresh_for": match fresh {
                Span::Seconds(least, most) => json!([least, most]),
                Span::NotStored => Value::Null,
                Span::Unknown => "unknown".into(),
            },
            "same_request": answers.same_request.name(),
            "other_user": answers.other_user.name(),
            "waiting_user": answers.waiting_user.name(),
        })
    };
    let personal = group.marks.are_personal();
    json!({
        "method": group.likeness.method,
        "url": group.likeness.url,
        "status": group.likeness.status,
        "entries": group.entries,
        "personal": (personal || comparison.shows_users()).then_some(personal),
        "marks": group.marks.names().collect::<Vec<_>>(),
        "beyond_rfc9111": group.beyond_rfc,
        "exposed": match group.exposure {
            Exposure::Known => "yes",
            Exposure::Unknown => "unknown",
            Exposure::None => "no",
        },
        "changes": group.likeness.changes.iter().map(|change| change.name()).collect::<Vec<_>>(),
        "from": answers(&group.likeness.from, group.from),
        "to": answers(&group.likeness.to, group.to),
        "why": group.why,
        "remedies": group.remedies,
    })
}
