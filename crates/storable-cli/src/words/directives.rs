//! What a cache does with a directive or a field, in words.

use storable::profile::{
    Dialect, ForWaiting, Overflow, RequestRule, StatusSet, Treatment, VaryName,
};

use super::facts::{listed, set};

/// What becomes of a response that has a directive or a field.
pub(super) fn treatment(treatment: Treatment) -> Option<String> {
    Some(match treatment {
        Treatment::Ignored => "it makes no difference".to_owned(),
        Treatment::NotStored => "not stored".to_owned(),
        Treatment::Validated => "stored; the origin is asked before every use".to_owned(),
        Treatment::Stripped => "stored without the fields in question".to_owned(),
        Treatment::MinimumTtl => {
            "stored for the minimum TTL; not stored where that is 0".to_owned()
        }
        Treatment::ValidatedOrMinimumTtl => "stored for the minimum TTL; where that is 0 the \
                                             origin is asked before every use"
            .to_owned(),
        Treatment::NeverMatches => "stored, but no later request matches it".to_owned(),
        Treatment::NeverMatchesOrIgnored => "where the minimum TTL is 0, no later request \
                                             matches it; else it makes no difference"
            .to_owned(),
        Treatment::NotReused => "the origin is asked before every use; whether it is stored for \
                                 that is not documented"
            .to_owned(),
        Treatment::NotReusedOrMinimumTtl => "stored for the minimum TTL; where that is 0 the \
                                             origin is asked before every use, and whether it is \
                                             stored for that is not documented"
            .to_owned(),
        Treatment::NotStoredUnlessTargeted => "not stored where Cache-Control says it; where a \
                                               field for this cache says it, stored, and the \
                                               origin is asked before every use"
            .to_owned(),
        Treatment::ValidatedWhereNamed => "stored without Set-Cookie where that is named; where \
                                           another named field is there, the origin is asked \
                                           before every use"
            .to_owned(),
        Treatment::NotStoredUnlessNamed => "not stored, unless private or no-cache names the \
                                            field: then stored without it"
            .to_owned(),
        Treatment::NotStoredWith(statuses) => not_stored_with(statuses),
        Treatment::StrippedOfCookies => "stored without Set-Cookie where that alone is named; \
                                         what else it does is not documented"
            .to_owned(),
        _ => return None,
    })
}

fn not_stored_with(statuses: StatusSet) -> String {
    match statuses {
        StatusSet::AllPerhapsBut(codes) => {
            format!("not stored; with these status codes that is not documented: {}", listed(codes))
        }
        statuses => format!(
            "not stored with these status codes: {}; with others it makes no difference",
            set(statuses)
        ),
    }
}

/// What something in a request does.
pub(super) fn request(rule: RequestRule) -> Option<String> {
    Some(match rule {
        RequestRule::Ignored => "it makes no difference".to_owned(),
        RequestRule::Honoured => "the cache obeys it, as RFC 9111 has it".to_owned(),
        RequestRule::Bypassed => "the request passes the cache by".to_owned(),
        RequestRule::BypassedWhere(patterns) => {
            let patterns: Vec<_> = patterns.iter().map(|pattern| format!("`{pattern}`")).collect();
            format!(
                "the request passes the cache by where a cookie begins with {}",
                patterns.join(" or ")
            )
        }
        _ => return None,
    })
}

/// What users get who ask during the fetch.
pub(super) fn waiting(rule: ForWaiting) -> Option<String> {
    Some(
        match rule {
            ForWaiting::LookedUpAgain => "what a later request would get",
            ForWaiting::OwnFetch => "nothing of it: the origin is asked for each of them",
            ForWaiting::Shared => "that response",
            ForWaiting::OwnFetchWhereSaid => {
                "nothing of it where it says no-store, private, no-cache or a lifetime of 0; \
                 elsewhere that is not documented"
            }
            ForWaiting::SharedUnlessBarred => {
                "that response, unless a restriction or its status forbids it"
            }
            _ => return None,
        }
        .to_owned(),
    )
}

/// What a name in Vary does.
pub(super) const fn varying(name: VaryName) -> &'static str {
    match name {
        VaryName::Compared => "compared",
        VaryName::Normalised => "compared in a form of the cache's own",
        VaryName::NotStored => "the response is not stored",
        _ => "not documented",
    }
}

/// How Cache-Control is read.
pub(super) fn dialect(dialect: Dialect) -> Option<String> {
    Some(
        match dialect {
            Dialect::Rfc9111 => {
                "as RFC 9111 has it: names in any letter case, quoted text is no directive, of \
                 repeated lifetimes the smallest counts, and a malformed one is 0"
            }
            Dialect::FastlyVcl => {
                "private and no-store are searched for in the raw line, lifetimes too, all in \
                 lower case; a number is its leading digits"
            }
            Dialect::Httpd => {
                "cut at commas, spaces and tabs outside quotes, names in any letter case; of \
                 repeated numbers the last well-formed one counts"
            }
            Dialect::Haproxy => {
                "cut at commas outside quotes; no-store, private and no-cache count only \
                 without an argument; a number is its leading digits"
            }
            Dialect::HaproxyWithArguments => {
                "cut at commas outside quotes; no-store, private and no-cache count with an \
                 argument too; a number is its leading digits"
            }
            Dialect::RawLine(Overflow::Saturates) => {
                "names are searched for in the raw line, in any letter case; of a line the first \
                 counts; what is not a number forbids storing; a number too large counts as the \
                 greatest there is"
            }
            Dialect::RawLine(_) => {
                "names are searched for in the raw line, in any letter case; of a line the first \
                 counts; what is not a number forbids storing; a number too large wraps around"
            }
            Dialect::Squid => {
                "names in any letter case; of repeated directives the first counts; a directive \
                 whose argument does not fit is ignored"
            }
            Dialect::Squid5 => {
                "names in lower case only; of repeated directives the first counts; a directive \
                 whose argument does not fit is ignored"
            }
            Dialect::Varnish => {
                "lifetimes are whole members, of repeated ones the first counts, and a malformed \
                 one is 0; private, no-store and no-cache are searched for in the raw line; any \
                 letter case"
            }
            Dialect::Pingora => {
                "names in any letter case behind commas and semicolons; of repeated directives \
                 the last counts; a malformed lifetime is none, and a malformed s-maxage hides \
                 max-age"
            }
            Dialect::Souin => {
                "one malformed directive makes the whole field void; names in any letter case; \
                 of repeated directives the last counts"
            }
            Dialect::Envoy => {
                "cut at every comma, names in any letter case; a malformed number is none; of \
                 repeated s-maxage the last counts, of max-age the first"
            }
            Dialect::Envoy139 => {
                "cut at every comma, names in lower case only; a malformed number is none; of \
                 repeated s-maxage the last counts, of max-age the first"
            }
            Dialect::TrafficServer => {
                "names in any letter case at the start of a member; a lifetime is the first \
                 number behind its name, 0 where there is none, and of two the last counts; \
                 private and no-cache count for the whole even where they name fields"
            }
            _ => return None,
        }
        .to_owned(),
    )
}
