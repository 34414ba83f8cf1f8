//! A comparison in words and as JSON: the answer first, then what to do, then the details.

use std::borrow::Cow;
use std::io::{self, Write};

use comfy_table::{Cell, Color};
use serde_json::{Value, json};
use storable::{Answers, Axis, Exposure, Profile};

use crate::named_site::Cache;

use super::comparison::{Comparison, Group, Span};
use crate::output::terminal;
use crate::words;

/// How many of a kind are listed.
const LISTED: usize = 10;
/// How many rows the table of changes has.
const ROWS: usize = 50;

/// For somebody who has to decide today.
pub(super) fn text(out: &mut impl Write, comparison: &Comparison) -> io::Result<()> {
    summary(comparison).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    writeln!(out, "\n{}", subject(comparison))?;
    let (personal, other) = parted(comparison);
    if !personal.is_empty() {
        writeln!(out, "\nPERSONAL, AND NEWLY IN REACH OF OTHER USERS")?;
    }
    for alike in personal.chunk_by(|one, next| same_story(one, next)) {
        story(out, alike)?;
    }
    if !other.is_empty() {
        let title = if personal.is_empty() { "What changes" } else { "What else changes" };
        writeln!(out, "\n{title}\n{}", changes(&other, comparison))?;
        let more = other.len().saturating_sub(ROWS);
        if more > 0 {
            writeln!(out, "and {more} more: --html or --json lists all.")?;
        }
    }
    axes(out, comparison)?;
    let notes = notes(comparison);
    if !notes.is_empty() {
        writeln!(out, "\nWhat this recording cannot show")?;
    }
    notes.iter().try_for_each(|note| writeln!(out, "  - {note}"))
}

/// What was compared.
pub(super) fn subject(comparison: &Comparison) -> String {
    let (from, to) = (comparison.from, comparison.to);
    let files: Vec<_> = comparison.files().iter().map(|file| terminal::printable(file)).collect();
    format!(
        "from  {} ({}, {})\nto    {} ({}, {})\nseen  {} in {}",
        from.name(),
        from.id(),
        from.basis(),
        to.name(),
        to.id(),
        to.basis(),
        counted(comparison.seen.judged, "exchange"),
        first_of(&files, 3),
    )
}

/// What is personal and newly in reach, and what else changes.
pub(super) fn parted(comparison: &Comparison) -> (Vec<&Group>, Vec<&Group>) {
    comparison
        .changed()
        .partition(|group| group.exposure != Exposure::None && group.marks.are_personal())
}

/// One question that the two caches answer differently, and for how many exchanges that decides.
pub(super) struct Decided {
    pub(super) axis: Axis,
    pub(super) exchanges: usize,
    pub(super) before: String,
    pub(super) after: String,
}

/// What the switch is: the questions that decided and that the two caches answer differently.
pub(super) fn decided(comparison: &Comparison) -> Vec<Decided> {
    let mut axes: Vec<_> = comparison
        .axes
        .iter()
        .map(|(&(axis, [from, to]), &exchanges)| Decided {
            axis,
            exchanges,
            before: answer(comparison.from, from, axis),
            after: answer(comparison.to, to, axis),
        })
        .collect();
    axes.sort_by_key(|decided| std::cmp::Reverse(decided.exchanges));
    axes
}

fn axes(out: &mut impl Write, comparison: &Comparison) -> io::Result<()> {
    let decided = decided(comparison);
    if !decided.is_empty() {
        writeln!(out, "\nWhat the switch is, and for how many exchanges it decides")?;
    }
    for Decided { axis, exchanges, before, after } in decided {
        writeln!(out, "  {} ({exchanges})", axis.question())?;
        writeln!(out, "      {}: {before}", comparison.from.id())?;
        writeln!(out, "      {}: {after}", comparison.to.id())?;
    }
    Ok(())
}

/// What a cache does, in the words of the statement about it where there is one about this alone.
fn answer(cache: Cache, route: usize, axis: Axis) -> String {
    let Some(profile) = cache.routes().get(route) else { return String::new() };
    let says = says_of(profile, axis);
    match cache.routes() {
        [_] => says,
        _ => format!("{says} (route {})", route.saturating_add(1)),
    }
}

fn says_of(profile: &Profile, axis: Axis) -> String {
    if axis != Axis::Bypass && !profile.facts().says(axis) {
        return "not documented".to_owned();
    }
    let is_own = !profile.operator().contains(axis);
    match profile.claim(axis).filter(|claim| is_own && claim.axes == [axis]) {
        Some(claim) => claim.says.to_owned(),
        None => words::fact(profile.facts(), axis),
    }
}

/// Whether two responses are in reach for the same reason and can be closed alike.
pub(super) fn same_story(one: &Group, other: &Group) -> bool {
    let story =
        |group: &Group| (group.why.story.clone(), group.why.source.clone(), group.beyond_rfc);
    story(one) == story(other)
        && one.likeness.changes == other.likeness.changes
        && one.hangs_on.is_some() == other.hangs_on.is_some()
        && closing(one) == closing(other)
}

/// One reason, and every response that is in reach because of it.
fn story(out: &mut impl Write, alike: &[&Group]) -> io::Result<()> {
    let Some(first) = alike.first() else { return Ok(()) };
    let beyond = if first.beyond_rfc { "; beyond what RFC 9111 allows" } else { "" };
    writeln!(out, "\n  {}{beyond}", says(first))?;
    match &first.hangs_on {
        Some(hangs_on) => writeln!(out, "    why     {hangs_on}")?,
        None => writeln!(out, "    why     {} ({})", first.why.story, first.why.rule)?,
    }
    writeln!(out, "    source  {}", first.why.source)?;
    writeln!(out, "    close   {}", closing(first))?;
    for group in alike.iter().take(LISTED) {
        let seen = counted(group.entries.len(), "exchange");
        write!(out, "    - {}  {}, {seen}, ", group.request(), group.likeness.status)?;
        write!(out, "{}, fresh for: {}", marks(group), group.to)?;
        match group.why.evidence.as_str() {
            "" => writeln!(out)?,
            evidence => writeln!(out, "  [{evidence}]")?,
        }
    }
    match alike.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => writeln!(out, "    - and {more} more: --html or --json lists all"),
    }
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
    table.add_rows(groups.iter().take(ROWS).map(|group| {
        let changes = Cell::new(says(group));
        [
            Cell::new(group.request()),
            Cell::new(group.likeness.status),
            Cell::new(group.entries.len()),
            Cell::new(personal(group, comparison)),
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

/// What shows that a response is about one user.
pub(super) fn personal(group: &Group, comparison: &Comparison) -> String {
    match (group.marks.are_personal(), comparison.shows_users()) {
        (true, _) => marks(group),
        (false, true) => String::new(),
        (false, false) => "not known".to_owned(),
    }
}

/// What changes.
pub(super) fn says(group: &Group) -> String {
    if group.likeness.changes.is_empty() {
        return "not known whether other users get it".to_owned();
    }
    let changes: Vec<_> =
        group.likeness.changes.iter().map(|change| words::change(*change)).collect();
    changes.join("; ")
}

pub(super) fn marks(group: &Group) -> String {
    group.marks.names().collect::<Vec<_>>().join(", ")
}

/// The smallest change that closes an exposure.
pub(super) fn closing(group: &Group) -> Cow<'_, str> {
    match (group.remedies.first(), group.best_known) {
        (Some(remedy), _) => remedy.into(),
        (None, _) if group.hangs_on.is_some() => "record what the origin itself sends".into(),
        (None, Some(remedy)) => format!(
            "{remedy}, which keeps it from later users; what users get who ask \
             during the fetch is not documented"
        )
        .into(),
        (None, None) => "no response header is known to: change the cache's configuration".into(),
    }
}

/// What the recording leaves open, as far as it can be told from it.
pub(super) fn notes(comparison: &Comparison) -> Vec<String> {
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
    for (cache, &count) in &seen.out_of_caches {
        let responses = counted(count, "response");
        notes.push(format!(
            "{responses} came out of {}: what the origin sends is not in the recording. Record at \
             the origin, or past the cache.",
            store_of(cache)
        ));
    }
    for (cache, &count) in &seen.through_caches {
        let responses = counted(count, "response");
        notes.push(format!(
            "{responses} came through {cache}, which may have taken fields away or changed them. \
             Record at the origin."
        ));
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
            seen.from_service_worker,
            "answered by a service worker, which may have made up the response. Record with service workers blocked.",
        ),
        (
            seen.with_other_clock,
            "with a Date that is more than a minute away from the browser's clock: the lifetime here is off by that. Set the clock and record again.",
        ),
        (seen.not_http, "left out: no HTTP (WebSocket, data: and the like)."),
        (seen.no_response, "left out: no response (failed, blocked or aborted)."),
    ];
    notes.extend(
        counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, says)| format!("{} {says}", counted(count, "exchange"))),
    );
    if seen.left_out_lines > 0 {
        notes.push(format!(
            "{} that HTTP cannot carry and that no cache reads: left out.",
            counted(seen.left_out_lines, "header line")
        ));
    }
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

/// The cache that a name stands for.
fn store_of(cache: &str) -> String {
    if cache.starts_with("a ") { cache.to_owned() } else { format!("the cache of {cache}") }
}

/// The first lines: what would happen, and what to do.
pub(super) fn summary(comparison: &Comparison) -> Vec<String> {
    let named = |exposure: Exposure, personal: bool| -> Vec<&Group> {
        comparison
            .exposed()
            .filter(|group| group.exposure == exposure && group.marks.are_personal() == personal)
            .collect()
    };
    let (leaks, unknown) = (named(Exposure::Known, true), named(Exposure::Unknown, true));
    let (shared, unsaid) = (named(Exposure::Known, false), named(Exposure::Unknown, false));
    let mut lines = Vec::new();
    if !leaks.is_empty() {
        let pages = counted(leaks.len(), "personal response");
        lines.push(format!("{pages} WOULD NEWLY GO TO OTHER USERS: {}", listed(&leaks)));
    }
    if !unknown.is_empty() {
        let pages = counted(unknown.len(), "personal response");
        lines.push(format!(
            "{pages} might newly go to other users, which no public source settles: {}",
            listed(&unknown)
        ));
    }
    let personal = [leaks.clone(), unknown.clone()].concat();
    if let Some(remedy) = common_remedy(&personal) {
        let all = if personal.len() == 1 { "it" } else { "every one of them" };
        lines.push(format!("Fix: {remedy} (checked: it closes {all})"));
    }
    let check = if comparison.shows_users() {
        "with no mark of a user: check that none of them differs from user to user"
    } else {
        "personal or not, the recording cannot tell"
    };
    if !shared.is_empty() {
        let others = counted(shared.len(), "other response");
        lines.push(format!("{others} would newly be shared, {check}"));
    }
    if !unsaid.is_empty() {
        let others = counted(unsaid.len(), "other response");
        lines.push(format!("{others} might newly be shared, which is not documented; {check}"));
    }
    let out_of_caches: usize = comparison.seen.out_of_caches.values().sum();
    if out_of_caches > 0 {
        let responses = counted(out_of_caches, "response");
        lines.push(format!(
            "{responses} came out of a cache: what the new cache will do with what the origin sends \
             for them cannot be told from this recording"
        ));
    }
    if comparison.exposed().next().is_none() {
        lines.push(match (comparison.nothing_judged(), out_of_caches) {
            (Some(nothing), _) => format!("NOTHING WAS JUDGED: {nothing}."),
            (None, 0) => "No response is newly in reach of other users.".to_owned(),
            (None, _) => "No other response is newly in reach of other users.".to_owned(),
        });
    }
    lines.push(format!("{} unchanged", counted(comparison.unchanged(), "exchange")));
    if !comparison.bad().is_empty() {
        let bad = entries(comparison.bad().len());
        lines.push(format!("{bad} could not be read, so this says nothing about what is there"));
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
    let names: Vec<_> = groups.iter().map(|group| group.request()).collect();
    first_of(&names, LISTED)
}

/// The first ones of many, and how many more there are.
fn first_of(names: &[String], most: usize) -> String {
    let shown: Vec<_> = names.iter().take(most).map(String::as_str).collect();
    let more = names.len().saturating_sub(most);
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown}, and {more} more") }
}

pub(super) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

fn entries(count: usize) -> String {
    format!("{count} {}", if count == 1 { "entry" } else { "entries" })
}

/// For programs.
pub(super) fn json(comparison: &Comparison) -> Value {
    let (from, to) = (comparison.from, comparison.to);
    let axes = decided(comparison).into_iter().map(|decided| {
        json!({
            "axis": decided.axis.name(),
            "asks": decided.axis.question(),
            "from": decided.before,
            "to": decided.after,
            "exchanges": decided.exchanges,
        })
    });
    json!({
        "from": from.id(),
        "to": to.id(),
        "files": comparison.files(),
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
        "hangs_on": group.hangs_on,
        "remedies": group.remedies,
        "best_known": group.best_known.map(|remedy| remedy.to_string()),
    })
}
