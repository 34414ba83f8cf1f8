//! What a cache does with what it has stored, in words.

use storable::profile::{
    AnsweredFor, BothConditions, ChangedFor, ClientConditions, ConditionalStatuses, DateComparison,
    ForbiddingUpdate, ForwardedConditions, HeadRequests, Invalidation, NotModified, OnlyIfCached,
    Preconditions, Ranges, RequestDirectives, RequestPragma, RequestRule, SentValidators,
    StaleIfError, StatusSet, Superseded, TagComparison, Variants, VaryComparison,
};

use super::facts::{listed, set};

pub(super) fn stale_if_error(rule: StaleIfError) -> Option<String> {
    Some(match rule {
        StaleIfError::Never => "no".to_owned(),
        StaleIfError::WhereStated => {
            "where the response or the request says stale-if-error".to_owned()
        }
        StaleIfError::WhereStatedAndUnreachable => "where the response says stale-if-error and \
                                                    the origin does not answer at all"
            .to_owned(),
        StaleIfError::UnlessBarred => "yes, unless a directive forbids stale use or \
                                       stale-if-error is over"
            .to_owned(),
        StaleIfError::UnlessStaleIsBarred => "yes, also what must be validated before every use, \
                                              unless a directive forbids stale use"
            .to_owned(),
        StaleIfError::UnlessBarredOrFailure => "yes, unless a directive forbids stale use, \
                                                stale-if-error is over, or what is stored is \
                                                itself a failure"
            .to_owned(),
        StaleIfError::WithinSeconds(seconds) => {
            format!("yes, for {seconds} s after its lifetime, unless a directive forbids stale use")
        }
        _ => return None,
    })
}

pub(super) fn invalidation(rule: Invalidation) -> Option<String> {
    Some(match rule {
        Invalidation::None => "nothing".to_owned(),
        Invalidation::Rfc9111 => "what is stored for their target, for Location and for \
                                  Content-Location, after an answer that is no error"
            .to_owned(),
        Invalidation::Rfc9111ButUnknownAtOnce(_) => "what is stored for their target, for \
                                                     Location and for Content-Location, after an \
                                                     answer that is no error; a method that the \
                                                     cache does not know does so at once"
            .to_owned(),
        Invalidation::Target => {
            "what is stored for their target, after an answer that is no error".to_owned()
        }
        Invalidation::TargetAfter(methods) => format!(
            "what is stored for the target of {}, after an answer that is no error",
            listed(methods)
        ),
        Invalidation::TargetAfterSuccess(methods) => format!(
            "what is stored for the target of {}, after an answer of 200 to 299",
            listed(methods)
        ),
        _ => return None,
    })
}

pub(super) fn not_modified(rule: NotModified) -> Option<String> {
    Some(match rule {
        NotModified::Rfc9111 => "it updates the response that its validators select".to_owned(),
        NotModified::Rfc9111UnlessContradicted(fields) => format!(
            "it updates the response that its validators select; where one of these fields \
             differs, the whole is fetched anew: {}",
            listed(fields)
        ),
        NotModified::Replaces { but, drops: [] } => {
            format!("its fields take the place of the stored ones, but for: {}", listed(but))
        }
        NotModified::Replaces { but, drops } => format!(
            "its fields take the place of the stored ones, but for: {}; these go in any case: {}",
            listed(but),
            listed(drops)
        ),
        NotModified::RenewsLifetime => {
            "it renews the lifetime; the stored fields stay as they are".to_owned()
        }
        NotModified::ReplacesAndRenews(but) => format!(
            "its fields take the place of the stored ones, but for: {}; the lifetime is what it \
             says itself",
            listed(but)
        ),
        _ => return None,
    })
}

pub(super) fn head_requests(rule: HeadRequests) -> Option<String> {
    Some(
        match rule {
            HeadRequests::Rfc9111 => {
                "as HEAD; its answer updates or invalidates what GET has stored"
            }
            HeadRequests::Apart => "as HEAD; its answer changes nothing that is stored",
            HeadRequests::AsGet => "as GET, and the answer is stored as that",
            _ => return None,
        }
        .to_owned(),
    )
}

pub(super) fn forwarded(rule: ForwardedConditions) -> Option<String> {
    Some(
        match rule {
            ForwardedConditions::All => "all",
            ForwardedConditions::Ranges => "ranges and their If-Range, no other condition",
            ForwardedConditions::None => {
                "none: the whole is fetched, and the cache answers conditions and ranges itself"
            }
            _ => return None,
        }
        .to_owned(),
    )
}

pub(super) fn sent_validators(rule: SentValidators) -> Option<String> {
    Some(
        match rule {
            SentValidators::All => "those of all responses that are stored for the URI",
            SentValidators::Chosen => "that of the response that fits the request",
            SentValidators::ChosenStrong => {
                "that of the response that fits the request, unless it is weak or the client \
                 sends its own"
            }
            SentValidators::ChosenAsStrong => {
                "that of the response that fits the request, without its `W/`"
            }
            _ => return None,
        }
        .to_owned(),
    )
}

pub(super) fn conditions(rule: ClientConditions) -> Option<String> {
    let tags = match rule.tags {
        TagComparison::Rfc9110 => "entity-tags by the weak comparison",
        TagComparison::MembersAsText => "entity-tags as text, but for `W/`",
        TagComparison::MembersWithoutQuotes => "entity-tags as text, but for `W/` and quotes",
        TagComparison::WholeText => "the whole of If-None-Match as one text, but for `W/`",
        _ => return None,
    };
    let dates = match rule.dates {
        DateComparison::NoLater => "dates that are no later",
        DateComparison::Exact => "dates that are the same",
        _ => return None,
    };
    let both = match rule.both {
        BothConditions::Tags => "of both the tags count",
        BothConditions::Each => "both have to hold",
        _ => return None,
    };
    let changed = match rule.changed {
        ChangedFor::Stored => "the cache",
        ChangedFor::Origin => "the origin",
        _ => return None,
    };
    let preconditions = match rule.preconditions {
        Preconditions::Origins => "If-Match and If-Unmodified-Since are left to the origin",
        Preconditions::IfMatchAnsweredOfHits => {
            "a hit that If-Match does not list is answered with 412; If-Unmodified-Since is \
             ignored"
        }
        Preconditions::IfUnmodifiedSinceAnsweredOfHits => {
            "a hit that is newer than If-Unmodified-Since is answered with 412; If-Match is left \
             to the origin"
        }
        Preconditions::Answered => {
            "where If-Match or If-Unmodified-Since does not hold, the answer is 412"
        }
        Preconditions::AnsweredOfTags => {
            "where If-Match or If-Unmodified-Since does not hold, the answer is 412, but a \
             response without a tag matches all"
        }
        _ => return None,
    };
    let statuses = match rule.statuses {
        ConditionalStatuses::Successes => "with a status of 200 to 299",
        ConditionalStatuses::Ok => "with status 200",
        ConditionalStatuses::Any => "with any status",
        _ => return None,
    };
    let answered = match rule.answered {
        AnsweredFor::Hits => "hits",
        AnsweredFor::Stored => "hits and what is just being stored",
        AnsweredFor::UnlessForbidden => "hits and all that no field keeps out of the cache",
        AnsweredFor::HitsAndLookedUp => "hits and each 200 to a GET that was looked up",
        AnsweredFor::Every => "every response",
        _ => return None,
    };
    Some(format!(
        "for {answered}, {statuses}: it compares {tags}, and {dates}; {both}; a client whose \
         copy is outdated is answered by {changed}; {preconditions}"
    ))
}

pub(super) fn ranges(rule: Ranges) -> Option<String> {
    Some(
        match rule {
            Ranges::Rfc9110 => "the part, or 416 where the content has none of it",
            Ranges::WhereAccepted => {
                "the part where the response has Accept-Ranges, else the whole"
            }
            Ranges::WholeIfNone => "the part, or the whole where the content has none of it",
            Ranges::WholeIfNoneOrCutOff => {
                "the part, or the whole where the content has none of it; where If-Range does \
                 not hold, the head of the whole without its content"
            }
            Ranges::OfEveryOk => "the part, also of a 200 that is not stored",
            Ranges::One => "the part, where it is one; of several the whole",
            Ranges::OneOrRefused => "the part, where it is one; else 416",
            Ranges::Ignored => "the whole",
            _ => return None,
        }
        .to_owned(),
    )
}

pub(super) fn vary_comparison(rule: VaryComparison) -> Option<String> {
    Some(
        match rule {
            VaryComparison::Meaning => "where they mean the same, whatever the white space",
            VaryComparison::Text => "where they are the same text",
            VaryComparison::TextButSpaces => {
                "where they are the same text, but for spaces in Accept-Charset, \
                 Accept-Encoding and Accept-Language"
            }
            VaryComparison::Members => {
                "where they list the same members in the same order, in any letter case"
            }
            _ => return None,
        }
        .to_owned(),
    )
}

pub(super) fn directives(rule: RequestDirectives) -> Option<String> {
    let of = |name: &str, rule: RequestRule| {
        Some(match rule {
            RequestRule::Honoured => format!("{name}: yes"),
            RequestRule::Ignored => format!("{name}: no"),
            RequestRule::Bypassed => format!("{name}: nothing stored is used"),
            _ => return None,
        })
    };
    let only_if_cached = match rule.only_if_cached {
        OnlyIfCached::Honoured => "yes",
        OnlyIfCached::OfMisses => "where nothing is stored; what is stale is validated",
        OnlyIfCached::Ignored => "no",
        _ => return None,
    };
    Some(format!(
        "{}; {}; only-if-cached: {only_if_cached}",
        of("max-stale", rule.max_stale)?,
        of("min-fresh", rule.min_fresh)?
    ))
}

pub(super) fn pragma(rule: RequestPragma) -> Option<String> {
    Some(
        match rule {
            RequestPragma::WithoutCacheControl => "where the request has no Cache-Control",
            RequestPragma::WithoutKnownDirective => {
                "where Cache-Control in the request has no directive that the cache knows"
            }
            RequestPragma::Always => "always",
            _ => return None,
        }
        .to_owned(),
    )
}

pub(super) fn variants(rule: Variants) -> Option<String> {
    Some(
        match rule {
            Variants::Rfc9111 => {
                "one with a Vary, then what the request prefers, then the newest; responses \
                 with another Vary stay beside each other"
            }
            Variants::LastStored => {
                "the one that was stored last; responses with another Vary stay beside it"
            }
            Variants::OneVary => {
                "the one that was stored last; a response with another Vary replaces all"
            }
            Variants::OneVaryByValue => {
                "the one that was stored last; a response with another Vary replaces all, and \
                 an empty field counts as an absent one"
            }
            Variants::BestMatch => {
                "the one that suits the request best, then the newest, even where another one \
                 is fresh and that one is not"
            }
            _ => return None,
        }
        .to_owned(),
    )
}

pub(super) fn superseded(rule: Superseded) -> Option<String> {
    let by = |statuses: StatusSet| match statuses {
        StatusSet::AllBut([]) => "it is removed".to_owned(),
        statuses => {
            format!(
                "it is removed where the answer has one of these status codes: {}",
                set(statuses)
            )
        }
    };
    Some(match rule {
        Superseded::Removed => {
            "it is removed, unless the answer is an error of the origin".to_owned()
        }
        Superseded::RemovedBy(statuses) => by(statuses),
        Superseded::RemovedUnsoughtBy(statuses) => {
            format!("{}; also by the answer to a reload, but not to a no-store", by(statuses))
        }
        Superseded::RemovedByNoContentToo(statuses) => {
            format!("{}; a 204 removes it and is not stored itself", by(statuses))
        }
        Superseded::Kept => "it stays".to_owned(),
        _ => return None,
    })
}

pub(super) fn forbidding_update(rule: ForbiddingUpdate) -> Option<String> {
    Some(
        match rule {
            ForbiddingUpdate::Removes => "it is removed",
            ForbiddingUpdate::StaysToBeValidated => {
                "it stays, and is validated before it is used again"
            }
            ForbiddingUpdate::Ignored => "it stays for the lifetime that the 304 gives it",
            ForbiddingUpdate::FetchesAnew => "the whole is fetched anew at once",
            _ => return None,
        }
        .to_owned(),
    )
}
