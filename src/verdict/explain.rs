//! A verdict in words, for somebody who is tired. The text is not part of the API.

use std::fmt;

use super::{Direction, Question, Verdict};
use crate::answer::{Answer, FreshFor, Storage, Waiting};
use crate::profile::Marker;
use crate::rule::Reason;

impl fmt::Display for FreshFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(seconds) => write!(f, "{seconds} s"),
            Self::Between(least, most) => write!(f, "{least} to {most} s"),
            Self::NotStored => f.write_str("-"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_headline(f)?;
        self.fmt_answers(f)?;
        f.write_str("\nwhy\n")?;
        let waiting = self.why_waiting_user();
        for (number, reason) in self.reasons().chain(std::iter::once(&waiting)).enumerate() {
            self.fmt_step(f, number.saturating_add(1), reason)?;
        }
        self.fmt_notes(f)
    }
}

impl Verdict<'_> {
    /// What closes one of the two ways to other users, where nothing is known to close both.
    fn fmt_half_remedies(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "  - no response header that is known to do it: change the cache's configuration\n",
        )?;
        for (answer, whom) in [
            (Question::OtherUser, "users who ask later"),
            (Question::WaitingUser, "users who wait"),
        ] {
            if let Some(remedy) = self.remedies_for(answer).first() {
                writeln!(f, "  - {remedy}: that keeps it from {whom}, and from nobody else")?;
            }
        }
        Ok(())
    }

    /// One line: the cache, what it does, and the exposure if there is one.
    fn fmt_headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): ", self.profile().name(), self.profile().id())?;
        f.write_str(match self.storage() {
            Storage::Bypass => "bypasses the cache",
            Storage::NotStored => "not stored",
            Storage::Stored => "stored",
            Storage::Unknown => "not known whether it is stored",
        })?;
        let fresh_for = self.fresh_for();
        if let FreshFor::Seconds(_) | FreshFor::Between(..) = fresh_for {
            write!(f, ", fresh for {fresh_for}")?;
        }
        let shared = match (self.waiting_user(), self.other_user()) {
            (Waiting::Shared, Answer::Hit) => "OTHER USERS GET IT",
            (Waiting::Shared, _) => "USERS WHO WAIT FOR IT ALL GET IT",
            (_, Answer::Hit) => "LATER USERS GET IT",
            _ if self.may_share() => "it is not documented whether other users get it",
            (Waiting::Validated, _) | (_, Answer::Validated) => {
                "other users get it only after the origin has confirmed it"
            }
            _ => "no other user gets it",
        };
        writeln!(f, "; {shared}\n")
    }

    fn fmt_answers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let marker = match self.marker() {
            Some(Marker::HitForMiss(seconds)) => format!(" (hit-for-miss for {seconds} s)"),
            Some(Marker::HitForPass(seconds)) => format!(" (hit-for-pass for {seconds} s)"),
            Some(Marker::None) | None => String::new(),
        };
        writeln!(f, "  stored?             {}{marker}", self.storage().name())?;
        writeln!(f, "  fresh for           {}", self.fresh_for())?;
        writeln!(f, "  same request again  {}", self.same_request().name())?;
        writeln!(f, "  another user later  {}", self.other_user().name())?;
        writeln!(f, "  users who wait      {}", self.waiting_user().name())
    }

    fn fmt_step(
        &self,
        f: &mut fmt::Formatter<'_>,
        number: usize,
        reason: &Reason<'_>,
    ) -> fmt::Result {
        write!(f, "{number:>3}. {reason}")?;
        let evidence = reason.evidence.to_string();
        if !evidence.is_empty() {
            write!(f, "  [{evidence}]")?;
        }
        writeln!(f, "\n     {}: {}", reason.code(), self.source(reason))?;
        for claim in self.disputes(reason) {
            writeln!(f, "     against it: {} ({}, seen {})", claim.says, claim.source, claim.seen)?;
        }
        Ok(())
    }

    fn fmt_notes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut deviations = self.deviations().peekable();
        if deviations.peek().is_some() {
            f.write_str("\nagainst RFC 9111\n")?;
        }
        for deviation in deviations {
            let mark = if deviation.direction == Direction::Beyond { '!' } else { '-' };
            writeln!(f, "  {mark} {deviation}")?;
        }
        let open = self.open_questions();
        if !open.is_empty() {
            f.write_str("\nwhat no public source says\n")?;
        }
        for axis in open.iter() {
            writeln!(f, "  ? {} ({axis})", axis.question())?;
        }
        if self.may_share() {
            f.write_str("\nwhat would keep it from other users\n")?;
            let remedies = self.remedies();
            for remedy in &remedies {
                writeln!(f, "  - {remedy}")?;
            }
            if remedies.is_empty() {
                self.fmt_half_remedies(f)?;
            }
        }
        if self.warning_count() > 0 {
            f.write_str("\nodd in the input\n")?;
        }
        for warning in self.warnings() {
            writeln!(f, "  - {warning}")?;
        }
        Ok(())
    }
}
