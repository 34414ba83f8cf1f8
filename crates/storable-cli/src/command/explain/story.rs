//! One cache's answer as a story for somebody who is tired: the answer first, then what to do, then
//! why, and on whose word.

use std::fmt::Write as _;
use std::io::{self, Write};

use storable::profile::Marker;
use storable::{
    Answer, Answers, Basis, CacheType, Direction, Exposure, FreshFor, Profile, Question, Reason,
    Rule, RuleEffect, Source, Storage, Verdict, Waiting,
};

use crate::named_site::Cache;
use crate::subject::{Judgement, Subject};
use crate::words;

/// Writes the story of one profile.
pub(super) fn tell(out: &mut impl Write, subject: &Subject, cache: Cache) -> io::Result<()> {
    let (profile, judgement) = (subject.profile(cache), subject.judgement(cache));
    subject.judge(cache.site(), |verdict| {
        writeln!(out, "{} ({}, as of {})", profile.name(), profile.id(), profile.as_of())?;
        if cache.routes().len() > 1 {
            let route = subject.route(cache).saturating_add(1);
            writeln!(out, "by route {route} of {} ({})", cache.name(), cache.id())?;
        }
        if let Some((number, finds)) = subject.other_users_route(cache) {
            let route = number.saturating_add(1);
            writeln!(out, "for other users by route {route} too, {}", words::finds(finds))?;
        }
        if let Some(line) = sender(subject, &judgement) {
            writeln!(out, "{line}")?;
        }
        writeln!(out, "{}", headline(subject, &judgement, verdict))?;
        fix(out, subject, cache, &judgement, verdict)?;
        answers(out, &judgement, verdict)?;
        assumptions(out, subject, &judgement)?;
        reasons(out, verdict)?;
        notes(out, subject, verdict)
    })
}

/// That a cache has sent the head, and how what it did compares with what the profile says.
fn sender(subject: &Subject, judgement: &Judgement) -> Option<String> {
    let seen = subject.seen.as_ref()?;
    let mut line = format!("NOT THE ORIGIN'S ANSWER: this head {seen}.");
    let stored = judgement.answers.storage;
    if judgement.was_stored && stored != Storage::Stored {
        let name = seen.cache.name;
        let says = match stored {
            Storage::Unknown => "does not say whether the head as it stands is stored",
            _ => "says that the head as it stands is not stored",
        };
        let _ = write!(
            line,
            "\n{name} had stored it, and this profile {says}: {name} took a field away that had it \
             stored, or a setting of yours does, or another profile is yours."
        );
    }
    Some(line)
}

/// The answer in one sentence.
fn headline(subject: &Subject, judgement: &Judgement, verdict: &Verdict<'_>) -> String {
    if verdict.profile().cache_type() == CacheType::Private {
        return "A private cache has one user, so nobody else can get it.".to_owned();
    }
    let answers = &judgement.answers;
    let worse = judgement.hanging.iter().find(|other| other.answers.exposure > answers.exposure);
    if judgement.was_stored {
        return "SHARED: this response was stored, and went to another user than the one it was \
                fetched for."
            .to_owned();
    }
    match (judgement.exposure(), answers.exposure, worse) {
        (Exposure::Known, ..) => shared(subject, answers, verdict),
        (Exposure::Unknown, Exposure::None, Some(hanging)) => format!(
            "NOT KNOWN whether other users get it, treat it as shared: {}, {}.",
            hanging.with,
            words::in_short(&hanging.answers)
        ),
        (Exposure::Unknown, Exposure::None, None) => {
            "NOT KNOWN whether other users get it, treat it as shared: what the origin sent is not \
             in this head."
                .to_owned()
        }
        (Exposure::Unknown, ..) => {
            "NOT DOCUMENTED whether other users get it: treat it as shared.".to_owned()
        }
        (Exposure::None, ..) => safe(verdict),
    }
}

/// That nobody else gets it, and how well that is known.
fn safe(verdict: &Verdict<'_>) -> String {
    let who = match verdict.other_user() {
        Answer::Validated => "Other users get it only after the origin has confirmed it (304)",
        _ => "No other user gets it",
    };
    let deciding = [verdict.headline(), verdict.why_waiting_user()];
    let rests_on_reports = deciding.iter().any(|reason| {
        matches!(verdict.source(reason), Source::Claim(claim) if claim.basis == Basis::Reported)
    });
    if deciding.iter().any(|reason| verdict.disputes(reason).next().is_some()) {
        format!("{who}, by the sources below; what is said against them stands there too.")
    } else if rests_on_reports {
        format!("{who}, as reported: no measurement and no document of the vendor's confirms it.")
    } else {
        format!("{who}.")
    }
}

/// Who else gets a response that others do get.
fn shared(subject: &Subject, answers: &Answers, verdict: &Verdict<'_>) -> String {
    let who = match (answers.waiting_user, answers.other_user, answers.fresh_for) {
        (Waiting::Shared, Answer::Hit, FreshFor::Seconds(seconds)) if seconds > 0 => {
            format!("every user who asks within {seconds} s gets this user's response")
        }
        (Waiting::Shared, Answer::Hit, _) => {
            "users who ask during the fetch or later get this user's response".to_owned()
        }
        (Waiting::Shared, ..) => {
            "users who ask while this response is being fetched all get it".to_owned()
        }
        _ => "users who ask later get this user's response".to_owned(),
    };
    match (is_beyond(verdict), is_personal(subject)) {
        (true, _) => format!("LEAK: {who}, beyond what RFC 9111 allows."),
        (false, true) => {
            format!(
                "SHARED: {who}. It carries marks of a user: if it differs per user, this is a leak."
            )
        }
        (false, false) => format!("Shared, as RFC 9111 allows: {who}."),
    }
}

/// Whether other users get it beyond what RFC 9111 allows.
fn is_beyond(verdict: &Verdict<'_>) -> bool {
    verdict.deviations().any(|deviation| {
        deviation.direction == Direction::Beyond
            && matches!(deviation.question, Question::OtherUser | Question::WaitingUser)
    })
}

/// Whether something shows that the exchange is about one user.
fn is_personal(subject: &Subject) -> bool {
    let (request, response) = (&subject.request.headers, &subject.response.headers);
    request.iter().any(|line| line.is("cookie") || line.is("authorization"))
        || response.iter().any(|line| line.is("set-cookie"))
}

/// What closes it.
fn fix(
    out: &mut impl Write,
    subject: &Subject,
    cache: Cache,
    judgement: &Judgement,
    verdict: &Verdict<'_>,
) -> io::Result<()> {
    if judgement.answers.exposure == Exposure::None || judgement.origin_unseen {
        return Ok(());
    }
    if let [first, others @ ..] = verdict.remedies().as_slice() {
        // An ordinary response that is shared needs no mending.
        let meant = judgement.answers.exposure == Exposure::Known
            && !is_beyond(verdict)
            && !is_personal(subject);
        let title = if meant { "To keep it from other users:" } else { "Fix: " };
        writeln!(out, "{title} {first}  (checked: then no other user gets it)")?;
        let others: Vec<_> = others.iter().map(ToString::to_string).collect();
        if !others.is_empty() {
            writeln!(out, "      or {}", others.join(", or "))?;
        }
        return Ok(());
    }
    match subject.best_known(cache) {
        Some(remedy) => writeln!(
            out,
            "Best known:  {remedy}  (checked: then later users no longer get it; what users get who \
             ask during the fetch is not documented)"
        ),
        None => writeln!(
            out,
            "No response header is known to close it: change the cache's configuration."
        ),
    }
}

fn answers(out: &mut impl Write, judgement: &Judgement, verdict: &Verdict<'_>) -> io::Result<()> {
    let answers = &judgement.answers;
    let marker = match verdict.marker() {
        Some(Marker::HitForMiss(seconds)) => {
            format!(" (for {seconds} s requests for it do not wait for each other: hit-for-miss)")
        }
        Some(Marker::HitForPass(seconds)) => {
            format!(" (for {seconds} s requests for it pass the cache by: hit-for-pass)")
        }
        _ => String::new(),
    };
    if judgement.origin_unseen {
        writeln!(out, "\nBy this head alone, as if the origin had sent it:")?;
    } else {
        writeln!(out)?;
    }
    writeln!(out, "  Stored               {}{marker}", words::stored(answers))?;
    writeln!(out, "  Same user again      {}", words::same_user(answers.same_request))?;
    writeln!(out, "  Another user later   {}", words::later_user(answers.other_user))?;
    writeln!(out, "  Users during fetch   {}", words::waiting_users(answers.waiting_user))
}

/// What was assumed, where an answer hangs on it.
fn assumptions(out: &mut impl Write, subject: &Subject, judgement: &Judgement) -> io::Result<()> {
    if !judgement.hanging.is_empty() {
        writeln!(out)?;
    }
    for hanging in &judgement.hanging {
        let (says, with) = (hanging.on.says(subject), &hanging.with);
        writeln!(
            out,
            "  ! {says} {}: {}.",
            words::capital(with),
            words::in_short(&hanging.answers)
        )?;
    }
    Ok(())
}

fn reasons(out: &mut impl Write, verdict: &Verdict<'_>) -> io::Result<()> {
    let waiting = verdict.why_waiting_user();
    let all = || verdict.reasons().chain(std::iter::once(&waiting));
    let told = all().filter(|reason| reason.effect != RuleEffect::Ignored);
    let stored = !matches!(verdict.storage(), Storage::NotStored | Storage::Bypass);
    writeln!(out)?;
    let mut last = None;
    for (number, reason) in (1..).zip(told.filter(|reason| stored || !is_lifetime(reason))) {
        write!(out, "{number:>3}  {}", words::sentence(reason))?;
        match reason.evidence.to_string().as_str() {
            "" => writeln!(out)?,
            evidence => writeln!(out, "    {evidence}")?,
        }
        let source = verdict.source(reason);
        let word =
            if last == Some(source) { "     as above".to_owned() } else { on_whose_word(&source) };
        writeln!(out, "{word}  ({})", reason.code())?;
        for claim in verdict.disputes(reason).filter(|_| last != Some(source)) {
            writeln!(out, "     against it: {}  ({})", claim.says, claim.source)?;
        }
        last = Some(source);
    }
    let ignored: Vec<_> = all()
        .filter(|reason| reason.effect == RuleEffect::Ignored)
        .map(|reason| match reason.evidence.to_string() {
            none if none.is_empty() => reason.rule.says().to_owned(),
            evidence => evidence,
        })
        .collect();
    if !ignored.is_empty() {
        writeln!(out, "\n  Ignored by this cache: {}", ignored.join("; "))?;
    }
    Ok(())
}

/// Whether a reason is about a lifetime, which does not matter where nothing is stored.
const fn is_lifetime(reason: &Reason<'_>) -> bool {
    matches!(
        reason.effect,
        RuleEffect::SetsLifetime(_)
            | RuleEffect::LimitsLifetime(_)
            | RuleEffect::Ages(_)
            | RuleEffect::Configured
    )
}

/// The statement that a reason stands on, and where it can be read.
fn on_whose_word(source: &Source) -> String {
    match source {
        Source::Claim(claim) => format!(
            "     \"{}\"\n     - {}, {} {}",
            claim.says, claim.source, claim.basis, claim.seen
        ),
        Source::Operator(axis) => format!("     a setting of the operator: {axis}"),
        Source::Nobody(Some(axis)) => format!("     no public source answers: {}", axis.question()),
        Source::Nobody(None) => "     no public source".to_owned(),
        Source::Standard(section) => format!("     {section}"),
    }
}

/// What RFC 9111 says of it, what is not documented, and what is odd in the input.
fn notes(out: &mut impl Write, subject: &Subject, verdict: &Verdict<'_>) -> io::Result<()> {
    let deviations: Vec<_> = verdict.deviations().collect();
    // What one rule of the RFC forbids stands on one line.
    let mut beyond: Vec<(Rule, Vec<&str>)> = Vec::new();
    for deviation in deviations.iter().filter(|one| one.direction == Direction::Beyond) {
        let what = question(deviation.question);
        match beyond.iter_mut().find(|(rule, _)| *rule == deviation.rule) {
            Some((_, forbidden)) => forbidden.push(what),
            None => beyond.push((deviation.rule, vec![what])),
        }
    }
    for (number, (rule, forbidden)) in beyond.iter().enumerate() {
        if number == 0 {
            writeln!(out)?;
        }
        let (forbidden, says, section) = (forbidden.join(", "), rule.says(), rule.section());
        writeln!(out, "  RFC 9111 does not allow {forbidden}: {says} ({section}).")?;
    }
    if !deviations.is_empty() && deviations.iter().all(|one| one.direction == Direction::Stricter) {
        let by_the_book = match verdict.profile().cache_type() {
            CacheType::Shared => &Profile::RFC9111_SHARED,
            CacheType::Private => &Profile::RFC9111_PRIVATE,
        };
        let answers = subject.judge(by_the_book, |verdict| verdict.answers());
        writeln!(
            out,
            "\n  Compared with RFC 9111: stricter, which is allowed. By the RFC {}.",
            words::in_short(&answers)
        )?;
    }
    let open = verdict.open_questions();
    for (number, axis) in open.iter().enumerate() {
        if number == 0 {
            writeln!(out, "\n  Not documented:")?;
        }
        writeln!(out, "  ? {} ({axis})", axis.question())?;
    }
    if verdict.warning_count() > 0 {
        writeln!(out, "\n  Odd in the input:")?;
    }
    verdict.warnings().into_iter().try_for_each(|warning| writeln!(out, "  - {warning}"))
}

const fn question(question: Question) -> &'static str {
    match question {
        Question::Storage => "that it is stored",
        Question::FreshFor => "so long a lifetime",
        Question::SameRequest => "what the same user gets",
        Question::OtherUser => "that later users get it",
        Question::WaitingUser => "that users who ask during the fetch get it",
    }
}
