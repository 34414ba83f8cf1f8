//! Several caches' answers to one response: a table, and the same as JSON.

use std::io::{self, Write};

use comfy_table::{Cell, Color, Table};
use serde_json::{Value, json};
use storable::{Answer, Answers, Exposure, FreshFor, Waiting};

use crate::named_site::Cache;
use crate::subject::{Assumption, Judgement, Subject};

/// Writes a row for each profile, and below the table what the answers hang on.
pub(super) fn write(
    out: &mut impl Write,
    subject: &Subject,
    caches: &[Cache],
    table_by_id: fn(&[&str]) -> Table,
) -> io::Result<()> {
    if let Some(seen) = &subject.seen {
        writeln!(out, "This head {seen}: what the origin sent may have been other.\n")?;
    }
    let mut table = table_by_id(&[
        "profile",
        "storage",
        "fresh for",
        "same request",
        "other user",
        "waiting users",
        "deciding rule",
        "hangs on",
    ]);
    let mut hanging_on: Vec<(Assumption, String)> = Vec::new();
    for &cache in caches {
        let judgement = subject.judgement(cache);
        for hanging in &judgement.hanging {
            if !hanging_on.iter().any(|(on, _)| *on == hanging.on) {
                hanging_on.push((hanging.on, format!("{}, {}", cache.id(), hanging.with)));
            }
        }
        table.add_row(row(subject, cache, &judgement));
    }
    writeln!(out, "{table}")?;
    if !hanging_on.is_empty() {
        writeln!(out, "\n?  another answer, if what it hangs on is not as assumed here")?;
    }
    for (on, example) in hanging_on {
        writeln!(out, "\n{} Another answer gives, for example: {example}.", on.says(subject))?;
    }
    Ok(())
}

fn row(subject: &Subject, cache: Cache, judgement: &Judgement) -> [Cell; 8] {
    let answers = &judgement.answers;
    let rule = subject.judge(cache.site(), |verdict| verdict.headline().code());
    let (other, waiting) = (answers.other_user, answers.waiting_user);
    let marked = |text: String, shared: bool, unknown: bool| match (shared, unknown) {
        (true, _) => Cell::new(text).fg(Color::Red),
        (_, true) => Cell::new(text).fg(Color::Yellow),
        _ => Cell::new(text),
    };
    // What is so only under an assumption is not known to be so.
    let hangs = |differs: fn(&Answers, &Answers) -> bool| {
        judgement.origin_unseen
            || judgement.hanging.iter().any(|hanging| differs(answers, &hanging.answers))
    };
    let doubtful = |words: String, doubt: bool| if doubt { format!("{words}?") } else { words };
    let storage = match judgement.was_stored {
        true => "stored".to_owned(),
        false => doubtful(in_words(answers.storage.name()), hangs(|a, b| a.storage != b.storage)),
    };
    let fresh = match answers.fresh_for {
        FreshFor::NotStored => "-".to_owned(),
        fresh => in_words(&fresh.to_string()),
    };
    let fresh = doubtful(fresh, hangs(|a, b| a.fresh_for != b.fresh_for));
    let same = in_words(answers.same_request.name());
    let later = hangs(|a, b| a.other_user != b.other_user);
    let during = hangs(|a, b| a.waiting_user != b.waiting_user);
    [
        Cell::new(cache.id()),
        Cell::new(storage),
        Cell::new(fresh),
        Cell::new(doubtful(same, hangs(|a, b| a.same_request != b.same_request))),
        marked(
            doubtful(in_words(other.name()), later),
            other == Answer::Hit,
            later || other == Answer::Unknown,
        ),
        marked(
            doubtful(in_words(waiting.name()), during),
            waiting == Waiting::Shared,
            during || waiting == Waiting::Unknown,
        ),
        Cell::new(rule),
        Cell::new(hangs_on(judgement).join(", ")),
    ]
}

/// A name that a program reads, as people do.
fn in_words(name: &str) -> String {
    if name == "unknown" { "not documented".to_owned() } else { name.replace('-', " ") }
}

fn hangs_on(judgement: &Judgement) -> Vec<&'static str> {
    let mut names: Vec<_> = judgement.hanging.iter().map(|hanging| hanging.on.name()).collect();
    if judgement.origin_unseen && !names.contains(&Assumption::Origin.name()) {
        names.push(Assumption::Origin.name());
    }
    names
}

/// The answers for a program: a list with an object for each profile.
pub(super) fn json(subject: &Subject, caches: &[Cache]) -> Value {
    caches.iter().map(|cache| of_cache(subject, *cache)).collect()
}

fn of_cache(subject: &Subject, cache: Cache) -> Value {
    let (profile, judgement) = (subject.profile(cache), subject.judgement(cache));
    let answers = &judgement.answers;
    let exposed = match judgement.exposure() {
        Exposure::Known => "yes",
        Exposure::Unknown => "unknown",
        Exposure::None => "no",
    };
    subject.judge(cache.site(), |verdict| {
        let reasons = verdict.reasons().map(|reason| {
            json!({
                "code": reason.code(),
                "says": reason.to_string(),
                "evidence": reason.evidence.to_string(),
                "source": verdict.source(reason).to_string(),
            })
        });
        json!({
            "profile": profile.id(),
            "storage": if judgement.was_stored { "stored" } else { answers.storage.name() },
            "fresh_for": storable_wire::fresh_for(verdict),
            "same_request": answers.same_request.name(),
            "other_user": answers.other_user.name(),
            "waiting_user": answers.waiting_user.name(),
            "exposed": exposed,
            "rule": verdict.headline().code(),
            "reasons": reasons.collect::<Vec<_>>(),
            "remedies": verdict.remedies().iter().map(ToString::to_string).collect::<Vec<_>>(),
            "hangs_on": hangs_on(&judgement),
            "seen_cache": subject.seen.as_ref().map(ToString::to_string),
        })
    })
}
