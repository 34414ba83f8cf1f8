//! What was found out, in words and as JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use storable::Axis;

use super::candidates::candidates;
use super::experiment::Experiment;
use super::hypothesis::{Lifetime, Question};
use super::infer::{Finding, Inference, State};
use super::outcome::{Control, Evidence};
use super::seen::{Possible, Seen};
use crate::words;

/// All that a report is made of.
pub(crate) struct Report<'a> {
    pub(crate) site: &'a str,
    pub(crate) date: &'a str,
    /// Whether the user named the base.
    pub(crate) asked_for: bool,
    pub(crate) requests: usize,
    /// How often an experiment was made whose outcome one cache node alone may have.
    pub(crate) repeat: usize,
    pub(crate) cut_short: bool,
    pub(crate) catalogue: &'a [Experiment],
    pub(crate) evidence: &'a Evidence,
    pub(crate) inference: &'a Inference,
}

/// How many experiments are named as evidence.
const NAMED: usize = 3;
/// How many exchanges are named that depart from a profile; JSON has all.
const EXCHANGES: usize = 20;
/// How many answers are named that are left.
const ANSWERS: usize = 4;

impl Report<'_> {
    fn name(&self, number: usize) -> &str {
        self.catalogue.get(number).map_or("", |experiment| &experiment.name)
    }

    /// What was seen in an experiment, with its repeats.
    fn seen(&self, number: usize) -> String {
        match self.evidence.observations.iter().find(|observation| observation.experiment == number)
        {
            Some(observation) if observation.repeats > 1 => {
                format!("{}, {} times", observation.seen.name(), observation.repeats)
            }
            Some(observation) => observation.seen.name().to_owned(),
            None => "not tried".to_owned(),
        }
    }

    /// Writes the report for people.
    pub(crate) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let inference = self.inference;
        writeln!(
            out,
            "{}, measured on {}: {} experiments, {} requests.",
            self.site,
            self.date,
            self.evidence.observations.len(),
            self.requests,
        )?;
        if self.cut_short {
            writeln!(
                out,
                "It was ended before all {} experiments were made: what the others would have told is open.",
                self.catalogue.len()
            )?;
        }
        self.print_nodes(out)?;
        for (what, numbers) in self.exposed() {
            writeln!(out, "\nExposed: {what}:")?;
            self.print_evidence(out, &numbers)?;
        }
        self.print_base(out)?;
        self.print_contradictions(out)?;
        self.print_counts(out)?;
        for finding in &inference.findings {
            if let Question::Of(axis) = finding.question {
                self.print_finding(out, axis, &finding.state)?;
            }
        }
        self.print_statuses(out)?;
        let not_asked: Vec<_> = inference
            .findings
            .iter()
            .filter_map(|finding| match (finding.question, &finding.state) {
                (Question::Of(axis), State::NotAsked) => Some(axis.name()),
                _ => None,
            })
            .collect();
        if !not_asked.is_empty() {
            writeln!(
                out,
                "\nNot asked, or without effect in this cache: {}.",
                not_asked.join(", ")
            )?;
        }
        Ok(())
    }

    /// What it means that what is stored is not always found.
    fn print_nodes(&self, out: &mut impl Write) -> io::Result<()> {
        let Evidence { control, uncounted, .. } = self.evidence;
        let enough = |misses| usize::try_from(misses).is_ok_and(|misses| misses <= self.repeat);
        let needed = control.misses_that_count();
        if needed.is_some_and(enough) {
            return Ok(());
        }
        let Control { hits, tries } = control;
        write!(
            out,
            "What is stored was found {hits} times of {tries}: several cache nodes answer, each with a store of \
             its own. So a hit proves that a response was stored, and {} misses in a row do not prove that \
             it was not: {uncounted} experiments tell nothing. --pop ADDRESS asks one node",
            self.repeat
        )?;
        match needed {
            Some(misses) => writeln!(out, "; --repeat {misses} makes misses count."),
            None => writeln!(out, "."),
        }
    }

    /// What was seen to go from one user to another though its origin did not want that, with the
    /// numbers of the experiments.
    fn exposed(&self) -> Vec<(&'static str, Vec<usize>)> {
        let of = |axis, seen| {
            let numbers = self.evidence.observations.iter().filter(|it| it.seen == seen);
            let numbers = numbers.map(|it| it.experiment);
            numbers.filter(|number| self.axis(*number) == Some(axis)).collect::<Vec<_>>()
        };
        let is_forbidden = |number: &usize| {
            let said = |it: &Experiment| {
                let control = it.answer.line("Cache-Control").unwrap_or_default();
                control.starts_with("private") || control.starts_with("no-store")
            };
            self.catalogue.get(*number).is_some_and(said)
        };
        [
            (
                "a response that says private is stored, and other users get it",
                of(Axis::Private, Seen::Hit),
            ),
            (
                "a response that says no-store is stored, and other users get it",
                of(Axis::NoStore, Seen::Hit),
            ),
            (
                "a response with Set-Cookie is stored, and other users get its cookie",
                of(Axis::SetCookie, Seen::Hit),
            ),
            (
                "users who wait get what says private or no-store, and is another user's",
                of(Axis::WaitingNotStored, Seen::Shared).into_iter().filter(is_forbidden).collect(),
            ),
        ]
        .into_iter()
        .filter(|(_, numbers)| !numbers.is_empty())
        .collect()
    }

    fn axis(&self, number: usize) -> Option<Axis> {
        self.catalogue.get(number).map(|experiment| experiment.axis)
    }

    fn print_base(&self, out: &mut impl Write) -> io::Result<()> {
        let inference = self.inference;
        let (base, all) = (inference.base.id(), self.evidence.observations.len());
        let departures = &inference.departures;
        if departures.is_empty() {
            return writeln!(
                out,
                "All {all} agree with the profile {base}, as far as it says something."
            );
        }
        let word = if self.asked_for { "departs from" } else { "is nearest to, and departs from," };
        writeln!(
            out,
            "\nThe cache {word} the profile {base} in {} of {all} experiments:",
            departures.len()
        )?;
        self.print_exchanges(out, departures)?;
        let matters = |axis: Axis| {
            let mut of_it = inference.findings.iter().filter(|it| it.question.axis() == axis);
            of_it.any(|it| !matches!(it.state, State::NotAsked))
        };
        let changes = inference.changes().into_iter().filter(|(axis, ..)| matters(*axis));
        let changes: Vec<_> = changes.collect();
        if changes.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nWhat explains this best:")?;
        for (axis, own, instead) in changes {
            let (own, instead) = (in_words(axis, &own), in_words(axis, &instead));
            writeln!(out, "  {axis}: {instead} ({base}: {own})")?;
        }
        Ok(())
    }

    fn print_contradictions(&self, out: &mut impl Write) -> io::Result<()> {
        let contradicted = &self.inference.contradicted;
        if contradicted.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "\nNo answers to the questions explain these {}: the cache is another algorithm there{}.",
            contradicted.len(),
            if self.inference.another_algorithm { ", and nothing is called known" } else { "" },
        )?;
        self.print_exchanges(out, contradicted)
    }

    /// How much is settled, before what it is.
    fn print_counts(&self, out: &mut impl Write) -> io::Result<()> {
        let (mut known, mut alike, mut open) = (0_usize, 0_usize, 0_usize);
        for finding in &self.inference.findings {
            let count = match &finding.state {
                State::Known { .. } => &mut known,
                State::Alike { .. } => &mut alike,
                State::Open { .. } => &mut open,
                State::NotAsked => continue,
            };
            *count = count.saturating_add(1);
        }
        writeln!(
            out,
            "\nOf the questions that these experiments ask, {known} have one answer, {alike} have several that do the \
             same in each of them, and {open} are open.\n"
        )
    }

    fn print_exchanges(&self, out: &mut impl Write, which: &[(usize, Possible)]) -> io::Result<()> {
        for (number, instead) in which.iter().take(EXCHANGES) {
            let expected = instead.certain().map_or("something else", |seen| seen.name());
            writeln!(out, "  {}: {}, and not {expected}", self.name(*number), self.seen(*number))?;
        }
        match which.len().saturating_sub(EXCHANGES) {
            0 => Ok(()),
            more => writeln!(out, "  and {more} more; --json names them all"),
        }
    }

    fn print_finding(&self, out: &mut impl Write, axis: Axis, state: &State) -> io::Result<()> {
        match state {
            State::Known { value, because } => {
                writeln!(out, "{axis}: {}", in_words(axis, value))?;
                self.print_evidence(out, because)
            }
            State::Alike { values, because } => {
                writeln!(out, "{axis}: {}", some(axis, values))?;
                writeln!(out, "    no experiment here tells these apart")?;
                self.print_evidence(out, because)
            }
            State::Open { left, next } => {
                writeln!(out, "{axis}: open: {}", some(axis, left))?;
                match next {
                    Some(number) => writeln!(out, "    this would tell: {}", self.name(*number)),
                    None => writeln!(out, "    what was seen can be explained by each"),
                }
            }
            State::NotAsked => Ok(()),
        }
    }

    fn print_evidence(&self, out: &mut impl Write, because: &[usize]) -> io::Result<()> {
        for number in because.iter().take(NAMED) {
            writeln!(out, "    {}: {}", self.name(*number), self.seen(*number))?;
        }
        match because.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => writeln!(out, "    and {more} more"),
        }
    }

    fn print_statuses(&self, out: &mut impl Write) -> io::Result<()> {
        for (lifetime, words) in
            [(Lifetime::DeltaSeconds, "a lifetime"), (Lifetime::NotStated, "no lifetime")]
        {
            let mut codes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            for (status, state) in self.statuses(lifetime) {
                codes.entry(state).or_default().push(status.to_string());
            }
            let groups: Vec<_> =
                codes.iter().map(|(state, codes)| format!("{state} {}", codes.join(" "))).collect();
            if !groups.is_empty() {
                writeln!(
                    out,
                    "statuses, where the response states {words}: {}",
                    groups.join("; ")
                )?;
            }
        }
        Ok(())
    }

    fn statuses(&self, lifetime: Lifetime) -> impl Iterator<Item = (u16, &str)> {
        self.inference.findings.iter().filter_map(move |finding| {
            match (finding.question, &finding.state) {
                (Question::Status(status, of), state) if of == lifetime => match state {
                    State::Known { value, .. } => Some((status, value.as_str())),
                    State::Open { .. } => Some((status, "open")),
                    State::Alike { .. } | State::NotAsked => None,
                },
                _ => None,
            }
        })
    }

    /// The same as JSON.
    pub(crate) fn json(&self) -> Value {
        let exchanges = |which: &[(usize, Possible)]| -> Vec<Value> {
            let of = |(number, instead): &(usize, Possible)| {
                json!({
                    "experiment": self.name(*number),
                    "seen": self.seen(*number),
                    "instead_of": instead.certain().map(|seen| seen.name()),
                })
            };
            which.iter().map(of).collect()
        };
        let exposed = self
            .exposed()
            .into_iter()
            .map(|(what, numbers)| json!({"what": what, "because": self.evidence(&numbers)}));
        let Control { hits, tries } = self.evidence.control;
        json!({
            "site": self.site,
            "date": self.date,
            "requests": self.requests,
            "experiments": self.evidence.observations.len(),
            "cut_short": self.cut_short,
            "control": {"hits": hits, "tries": tries},
            "exposed": exposed.collect::<Vec<_>>(),
            "base": self.inference.base.id(),
            "departures": exchanges(&self.inference.departures),
            "contradicted": exchanges(&self.inference.contradicted),
            "findings": self.inference.findings.iter().map(|it| self.finding(it)).collect::<Vec<_>>(),
        })
    }

    fn evidence(&self, numbers: &[usize]) -> Vec<Value> {
        numbers
            .iter()
            .map(|number| json!({"experiment": self.name(*number), "seen": self.seen(*number)}))
            .collect()
    }

    fn finding(&self, finding: &Finding) -> Value {
        let names = |numbers: &[usize]| self.evidence(numbers);
        let mut told = match &finding.state {
            State::Known { value, because } => {
                json!({"state": "known", "value": value, "because": names(because)})
            }
            State::Alike { values, because } => {
                json!({"state": "alike", "values": values, "because": names(because)})
            }
            State::Open { left, next } => {
                json!({"state": "open", "values": left, "next": next.map(|number| self.name(number))})
            }
            State::NotAsked => json!({"state": "not-asked"}),
        };
        if let Some(members) = told.as_object_mut() {
            members.insert("question".to_owned(), finding.question.axis().name().into());
            if let Question::Status(status, lifetime) = finding.question {
                members.insert("status".to_owned(), status.into());
                let stated = lifetime == Lifetime::DeltaSeconds;
                members.insert(
                    "lifetime".to_owned(),
                    if stated { "stated" } else { "not-stated" }.into(),
                );
            }
        }
        told
    }
}

/// The first of several answers.
fn some(axis: Axis, values: &[String]) -> String {
    let named = values.iter().take(ANSWERS).map(|value| in_words(axis, value));
    let named = named.collect::<Vec<_>>().join(", or ");
    match values.len().saturating_sub(ANSWERS) {
        0 => named,
        1 => format!("{named}, or another one"),
        more => format!("{named}, or {more} others"),
    }
}

/// An answer as people read it, where JSON has this name for it.
fn in_words(axis: Axis, name: &str) -> String {
    let answers = candidates(axis);
    let of_it = answers.iter().find(|facts| facts.answer(axis).to_string() == name);
    of_it.map_or_else(|| name.to_owned(), |facts| words::fact(facts, axis))
}
