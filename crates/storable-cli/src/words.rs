//! Answers in words: the ones that every subcommand prints.

mod directives;
mod facts;
mod key;
mod later;
mod requests;

use storable::{
    Answer, Answers, Axis, Difference, Exposure, Facts, Finds, FreshFor, Reason, Rule, RuleEffect,
    Storage, Waiting,
};

/// What is stored, and for how long.
pub(crate) fn stored(answers: &Answers) -> String {
    match (answers.storage, answers.fresh_for) {
        (Storage::Bypass, _) => "no: the request passes the cache by".to_owned(),
        (Storage::NotStored, _) => "no".to_owned(),
        (Storage::Unknown, _) => "not documented".to_owned(),
        (Storage::Stored, FreshFor::Seconds(0)) => "yes, lifetime 0 s".to_owned(),
        (Storage::Stored, FreshFor::Unknown) => "yes, lifetime not documented".to_owned(),
        (Storage::Stored, FreshFor::NotStored) => "yes".to_owned(),
        (Storage::Stored, fresh) => format!("yes, fresh for {fresh}"),
    }
}

/// What the same user gets who asks again.
pub(crate) const fn same_user(answer: Answer) -> &'static str {
    match answer {
        Answer::Hit => "gets it from the cache, the origin is not asked",
        Answer::Validated => "gets it once the origin has confirmed it",
        Answer::Miss => "the origin is asked",
        Answer::GatewayTimeout => "gets 504: the request wants a stored response or nothing",
        Answer::Unknown => "not documented",
    }
}

/// What another user gets who asks afterwards.
pub(crate) const fn later_user(answer: Answer) -> &'static str {
    match answer {
        Answer::Hit => "gets this response, the origin is not asked",
        Answer::Validated => "gets this response once the origin has confirmed it (304)",
        Answer::Miss => "the origin is asked",
        Answer::GatewayTimeout => "gets 504: the request wants a stored response or nothing",
        Answer::Unknown => "not documented",
    }
}

/// What users get who ask during the fetch.
pub(crate) const fn waiting_users(waiting: Waiting) -> &'static str {
    match waiting {
        Waiting::Shared => "get this response, the origin is asked once",
        Waiting::Validated => "wait for it, then the origin is asked whether they may have it",
        Waiting::OwnFetch => "the origin is asked for each of them",
        Waiting::Unknown => "not documented",
    }
}

/// The answers in half a sentence.
pub(crate) fn in_short(answers: &Answers) -> String {
    let stored = match (answers.storage, answers.fresh_for) {
        (Storage::Bypass, _) => "the request passes the cache by".to_owned(),
        (Storage::NotStored, _) => "it is not stored".to_owned(),
        (Storage::Unknown, _) => "it is not documented whether it is stored".to_owned(),
        (Storage::Stored, FreshFor::Seconds(seconds)) => format!("it is stored for {seconds} s"),
        (Storage::Stored, _) => "it is stored".to_owned(),
    };
    let shared = match answers.exposure {
        Exposure::Known => "and other users get it",
        Exposure::Unknown => "and it is not documented whether other users get it",
        Exposure::None => "and no other user gets it",
    };
    format!("{stored}, {shared}")
}

/// What changes from one cache to another.
pub(crate) const fn change(difference: Difference) -> &'static str {
    match difference {
        Difference::SharedWithWaiting => "users who ask during the fetch newly get it",
        Difference::ServedToLater => "later users newly get it",
        Difference::Unknown => "what happens is not documented",
        Difference::Stored => "newly stored",
        Difference::LongerLifetime => "longer lifetime",
        Difference::ShorterLifetime => "shorter lifetime",
        Difference::NoLongerShared => "other users no longer get it",
        Difference::NoLongerStored => "no longer stored",
        other => other.says(),
    }
}

/// A rule and what it did, as a sentence.
pub(crate) fn sentence(reason: &Reason<'_>) -> String {
    let says = reason.rule.says();
    if let Some(response) = waited_for(reason.rule) {
        match reason.effect {
            RuleEffect::KeepsApart => {
                return format!(
                    "Users who ask during the fetch do not get it without the origin being asked: {response}."
                );
            }
            RuleEffect::Shares => {
                return format!("Users who ask during the fetch all get it, though {response}.");
            }
            _ => {}
        }
    }
    let sentence = match (reason.effect, responses(reason.rule)) {
        (RuleEffect::ForbidsStoring, _) if reason.rule == Rule::Permit => {
            "nothing in the response permits this cache to store it.".to_owned()
        }
        (RuleEffect::ForbidsStoring, Some(which)) => format!("this cache does not store {which}."),
        (RuleEffect::PermitsStoring, Some(which)) => format!("this cache stores {which}."),
        (RuleEffect::Unknown, Some(which)) => {
            format!("whether this cache stores {which} is not documented.")
        }
        (effect, _) => of_effect(effect, says),
    };
    capital(&sentence)
}

/// What is so of a response that requests wait for.
const fn waited_for(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::WaitingNotStored => "it is not stored",
        Rule::WaitingZero => "its lifetime is 0 s",
        Rule::WaitingPastExpires => "its Expires is past",
        Rule::WaitingNoCache => "it must be validated at every use",
        _ => return None,
    })
}

/// The responses that a rule is about which goes by what they are, and not by what they say.
const fn responses(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::Method => "responses to this method",
        Rule::Status => "responses with this status code",
        Rule::Eligibility => "responses of this kind",
        Rule::ContentSize => "content of this size",
        Rule::Permit => "what no field permits it to store",
        _ => return None,
    })
}

/// What a rule says, and what follows from it.
fn of_effect(effect: RuleEffect, says: &str) -> String {
    match effect {
        RuleEffect::ForbidsStoring => format!("{says}, so it is not stored."),
        RuleEffect::Bypasses => format!("{says}, so the request passes the cache by."),
        RuleEffect::PermitsStoring => format!("{says}, so it may be stored."),
        RuleEffect::SetsLifetime(seconds) => format!("{says}: {seconds} s."),
        RuleEffect::Configured => format!("{says}, for as long as the operator has set."),
        RuleEffect::LimitsLifetime(seconds) => format!("{says}: it is now {seconds} s."),
        RuleEffect::Ages(seconds) => format!("{says}: {seconds} s of its lifetime are over."),
        RuleEffect::Validates => format!("{says}, so the origin is asked before every use."),
        RuleEffect::NeverReused => format!(
            "{says}, so it is not used without asking the origin; whether it is stored is not documented."
        ),
        RuleEffect::Strips => format!("{says}: it is stored without that."),
        RuleEffect::NeverMatches => format!("{says}, so no later request matches it."),
        RuleEffect::Lifts => format!("{says}, which lifts no-store."),
        RuleEffect::Unknown => format!("{says}. What this cache does then is not documented."),
        RuleEffect::Shares => format!("{says}: they all get it."),
        RuleEffect::KeepsApart => format!("{says}: nobody gets another user's response."),
        _ => format!("{says}."),
    }
}

/// Whether requests of another route find what was stored.
pub(crate) const fn finds(finds: Finds) -> &'static str {
    match finds {
        Finds::Yes => "which finds what is stored here",
        Finds::ByKey => "which finds what is stored here under the same key",
        Finds::No => "which does not find what is stored here",
        Finds::Untold => {
            "and the site does not say whether that finds what is stored here: give both routes a \
             `cache`, and where their keys differ a `key.text`"
        }
    }
}

/// A sentence begins with a capital letter.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What a cache does: the answer to one question.
pub(crate) fn fact(facts: &Facts, axis: Axis) -> String {
    let told = facts::in_words(facts, axis);
    told.unwrap_or_else(|| match facts.says(axis) {
        true => plain(&facts.answer(axis)),
        false => "not documented".to_owned(),
    })
}

/// A value without the marks of the code that it stands in.
fn plain(value: &impl std::fmt::Display) -> String {
    let text = value.to_string().replace(" {", ":");
    let plain: String = text.chars().filter(|char| !"()[]{}\"".contains(*char)).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use storable::Profile;

    use super::*;

    /// A fact has words of its own: none is printed as the program holds it.
    #[test]
    fn every_fact_of_every_profile_has_words() {
        for profile in Profile::ALL {
            let facts = profile.facts();
            let untold: Vec<_> = Axis::ALL
                .iter()
                .filter(|axis| facts.says(**axis) && facts::in_words(facts, **axis).is_none())
                .map(|axis| (axis.name(), fact(facts, *axis)))
                .filter(|(_, told)| !["", "all", "none", "nothing"].contains(&told.as_str()))
                .collect();
            assert!(untold.is_empty(), "{}: {untold:?}", profile.id());
        }
    }

    #[test]
    fn a_value_without_words_loses_the_marks_of_code() {
        let value = "statuses { explicit: only ([200, 203]), heuristic: [first (\"a\")] }";
        assert_eq!(plain(&value), "statuses: explicit: only 200, 203, heuristic: first a");
    }
}
