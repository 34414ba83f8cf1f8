//! The values of facts in words, those that are more than a word.

use std::fmt::Display;

use storable::profile::{
    AgeField, AgeRule, Authorization, Collapsing, ConnectionFields, ControlField, DefaultTtl,
    Eligibility, ErrorTtl, ExpiresClock, FixedTtl, Heuristic, InvalidExpires, LifetimeSource,
    LifetimeSources, Marker, MaximumTtl, Methods, Permission, Permits, Reload, StaleWindow,
    StatusSet, Statuses, Ttl, Validation, VaryFields, ZeroLifetime,
};
use storable::{Axis, Fact, Facts};

use super::{directives, key, later, plain, requests};

/// The answer to one question; what nobody has configured does not happen.
pub(super) fn in_words(facts: &Facts, axis: Axis) -> Option<String> {
    Some(match axis {
        Axis::Bypass => requests::bypasses(facts.bypass.known().unwrap_or_default()),
        Axis::KeyClasses => {
            return facts.key_classes.known().filter(|all| !all.is_empty()).map(requests::classes);
        }
        Axis::ControlFields => fields_of(facts.control_fields.known()?),
        Axis::Methods => methods(facts.methods.known()?),
        Axis::Authorization => authorization(facts.authorization.known()?)?,
        Axis::VaryFields => vary(facts.vary_fields.known()?)?,
        Axis::Statuses => statuses(facts.statuses.known()?),
        Axis::Eligibility => eligibility(facts.eligibility.known()?)?,
        Axis::Permits => permits(facts.permits.known()?)?,
        Axis::LifetimeSources => lifetime_sources(facts.lifetime_sources.known()?)?,
        Axis::FixedTtl => fixed_ttl(facts.fixed_ttl.known()?)?,
        Axis::Age => age(facts.age.known()?)?,
        Axis::Heuristic => heuristic(facts.heuristic.known()?)?,
        Axis::DefaultTtl => default_ttl(&facts.default_ttl.known()?)?,
        Axis::MinimumTtl => format!("{} s", facts.minimum_ttl.known()?),
        Axis::MaximumTtl => match facts.maximum_ttl.known()? {
            MaximumTtl::Seconds(seconds) => format!("{seconds} s"),
            other => plain(&format!("{other:?}").to_lowercase()),
        },
        Axis::ZeroLifetime => zero_lifetime(facts.zero_lifetime)?,
        Axis::ErrorTtl => error_ttl(facts.error_ttl.known()?)?,
        Axis::Marker => match facts.marker.known()? {
            Marker::None => "none".to_owned(),
            Marker::HitForMiss(seconds) => format!("hit-for-miss, for {seconds} s"),
            Marker::HitForPass(seconds) => format!("hit-for-pass, for {seconds} s"),
            _ => return None,
        },
        Axis::StaleWhileRevalidate => stale_window(facts.stale_while_revalidate.known()?)?,
        Axis::Key | Axis::IgnoredFields | Axis::BypassingFields => {
            let listed = plain(&facts.answer(axis));
            if listed.is_empty() { "none".to_owned() } else { listed }
        }
        Axis::NoStore => directives::treatment(facts.no_store.known()?)?,
        Axis::Private => directives::treatment(facts.private.known()?)?,
        Axis::PrivateFields => directives::treatment(facts.private_fields.known()?)?,
        Axis::NoCache => directives::treatment(facts.no_cache.known()?)?,
        Axis::NoCacheFields => directives::treatment(facts.no_cache_fields.known()?)?,
        Axis::Pragma => directives::treatment(facts.pragma.known()?)?,
        Axis::SetCookie => directives::treatment(facts.set_cookie.known()?)?,
        Axis::VaryStar => directives::treatment(facts.vary_star.known()?)?,
        Axis::MustRevalidate => directives::treatment(facts.must_revalidate.known()?)?,
        Axis::RequestCookie => directives::request(facts.request_cookie.known()?)?,
        Axis::RequestNoStore => directives::request(facts.request_no_store.known()?)?,
        Axis::RequestNoCache => directives::request(facts.request_no_cache.known()?)?,
        Axis::MustUnderstand => directives::request(facts.must_understand.known()?)?,
        Axis::Dialect => directives::dialect(facts.dialect.known()?)?,
        Axis::WaitingNoCache => directives::waiting(facts.waiting_no_cache.known()?)?,
        Axis::WaitingZero => directives::waiting(facts.waiting_zero.known()?)?,
        Axis::WaitingPastExpires => directives::waiting(facts.waiting_past_expires.known()?)?,
        Axis::WaitingNotStored => directives::waiting(facts.waiting_not_stored.known()?)?,
        Axis::KeyOrigin => key::origin(facts.key_origin.known()?)?,
        Axis::KeyQuery => key::query(facts.key_query.known()?)?,
        Axis::KeyCookies => key::cookies(facts.key_cookies.known()?)?,
        Axis::StaleIfError => later::stale_if_error(facts.stale_if_error.known()?)?,
        Axis::Invalidation => later::invalidation(facts.invalidation.known()?)?,
        Axis::NotModified => later::not_modified(facts.not_modified.known()?)?,
        Axis::HeadRequests => later::head_requests(facts.head_requests.known()?)?,
        Axis::ForwardedConditions => later::forwarded(facts.forwarded_conditions.known()?)?,
        Axis::SentValidators => later::sent_validators(facts.sent_validators.known()?)?,
        Axis::Variants => later::variants(facts.variants.known()?)?,
        Axis::Superseded => later::superseded(facts.superseded.known()?)?,
        Axis::ForbiddingUpdate => later::forbidding_update(facts.forbidding_update.known()?)?,
        Axis::ClientConditions => later::conditions(facts.client_conditions.known()?)?,
        Axis::Ranges => later::ranges(facts.ranges.known()?)?,
        Axis::VaryComparison => later::vary_comparison(facts.vary_comparison.known()?)?,
        Axis::RequestDirectives => later::directives(facts.request_directives.known()?)?,
        Axis::RequestPragma => later::pragma(facts.request_pragma.known()?)?,
        _ => return in_a_word(facts, axis).map(str::to_owned),
    })
}

/// The answers that have few words.
fn in_a_word(facts: &Facts, axis: Axis) -> Option<&'static str> {
    Some(match axis {
        Axis::Collapsing => match facts.collapsing.known()? {
            Collapsing::On => "yes",
            Collapsing::Off => "no, the origin is asked for each",
            _ => return None,
        },
        Axis::ExpiresClock => match facts.expires_clock.known()? {
            ExpiresClock::Date => "from the Date of the response",
            ExpiresClock::Local => "from the cache's own clock",
            ExpiresClock::LocalIfDateWithin(_) => {
                "from the cache's own clock, or from Date where the two are far apart"
            }
            _ => return None,
        },
        Axis::InvalidExpires => match facts.invalid_expires.known()? {
            InvalidExpires::Past => "a date in the past",
            InvalidExpires::PastUnlessRepeated => {
                "a date in the past; where Expires stands twice it is ignored"
            }
            InvalidExpires::Absent => "as if it were not there",
            _ => return None,
        },
        Axis::Validation => match facts.validation.known()? {
            Validation::Conditional => "with a condition where it has a validator, else anew",
            Validation::AlwaysConditional => {
                "always with a condition: without a validator its age makes one"
            }
            Validation::Plain => "fetched anew",
            Validation::ByDate => "with a condition where it has Last-Modified, else anew",
            _ => return None,
        },
        Axis::Reload => match facts.reload.known()? {
            Reload::Validated => "validated",
            Reload::FetchedAnew => "fetched anew",
            _ => return None,
        },
        Axis::AgeField => match facts.age_field.known()? {
            AgeField::Current => "the current age",
            AgeField::AsStored => "what the origin sent, if anything",
            AgeField::None => "none",
            _ => return None,
        },
        Axis::ConnectionFields => match facts.connection_fields.known()? {
            ConnectionFields::Removed => "no",
            ConnectionFields::Kept => "yes",
            _ => return None,
        },
        _ => return None,
    })
}

pub(super) fn listed<T: Display>(all: &[T]) -> String {
    all.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

fn fields_of(fields: &[ControlField]) -> String {
    if fields.is_empty() {
        return "none".to_owned();
    }
    let told = fields.iter().map(|field| match field {
        ControlField::SurrogateMaxAge(name) => format!("`{name}`, for the lifetime"),
        ControlField::BareSeconds(name) => format!("`{name}`, as bare seconds"),
        ControlField::HidesCacheControl(name) => format!("`{name}`, which hides Cache-Control"),
        ControlField::LiftsRestrictions(name) => {
            format!("`{name}`, which lifts what restricts storing")
        }
        ControlField::HidesRestrictions(name) => {
            format!("`{name}`, which hides what restricts storing")
        }
        ControlField::Targeted(name) => format!("`{name}`, as RFC 9213 has it"),
        ControlField::InsteadOfCacheControl(field) => {
            format!("`{}`, instead of Cache-Control", field.name())
        }
        ControlField::InsteadOfDirectives(field) => {
            format!("`{}`, instead of Cache-Control's directives", field.name())
        }
        ControlField::BarsElseUnknown(field) => {
            format!(
                "`{}`, which may forbid storing; the rest of it is not documented",
                field.name()
            )
        }
        other => plain(&format!("{other:?}").to_lowercase()),
    });
    told.collect::<Vec<_>>().join(", then ")
}

fn methods(methods: Methods) -> String {
    match methods {
        Methods::Only(all) => listed(all),
        Methods::Rfc9111 => "GET, HEAD, QUERY, and POST and PATCH as RFC 9110 allows".to_owned(),
        _ => "none".to_owned(),
    }
}

fn authorization(rule: Authorization) -> Option<String> {
    let permitting = |all: &[Permission]| {
        let names = all.iter().map(|permission| match permission {
            Permission::MustRevalidate => "must-revalidate",
            Permission::ProxyRevalidate => "proxy-revalidate",
            Permission::Public => "public",
            Permission::SMaxage => "s-maxage",
            Permission::NoCache => "no-cache",
            _ => "another directive",
        });
        names.collect::<Vec<_>>().join(", ")
    };
    Some(match rule {
        Authorization::Ignored => "it makes no difference".to_owned(),
        Authorization::Bypassed => "the request passes the cache by".to_owned(),
        Authorization::CheckedAtReuse => "nothing where a response is stored; a later request \
                                          with it is answered where the response says public, \
                                          after validation where it says must-revalidate or \
                                          proxy-revalidate, and else passes the cache by"
            .to_owned(),
        Authorization::NeedsPermission([]) => "the response is not stored".to_owned(),
        Authorization::NeedsPermission(all) => {
            format!("stored only where the response has one of: {}", permitting(all))
        }
        Authorization::NeedsSomeOf(all) => format!(
            "stored only where the response has one of: {}; which of them suffice is not documented",
            permitting(all)
        ),
        Authorization::NeedsOneOf(sure, perhaps) => format!(
            "stored only where the response has one of: {}; whether {} suffices is not documented",
            permitting(sure),
            permitting(perhaps)
        ),
        _ => return None,
    })
}

fn vary(fields: VaryFields) -> Option<String> {
    Some(match fields {
        VaryFields::Compared => {
            "a later request gets the response where it is alike in them".to_owned()
        }
        VaryFields::Ignored => "nothing: they are not compared".to_owned(),
        VaryFields::EncodedOnly { stored, disputed: [] } => format!(
            "not stored, unless it names Accept-Encoding alone and the response has one of these \
             codings: {}",
            listed(stored)
        ),
        VaryFields::EncodedOnly { stored, disputed } => format!(
            "not stored, unless it names Accept-Encoding alone and the response has one of these \
             codings: {}; for {} two documents say two things",
            listed(stored),
            listed(disputed)
        ),
        VaryFields::ByName { names, others } => {
            let mut told: Vec<_> = names
                .iter()
                .map(|(name, does)| format!("{name}: {}", directives::varying(*does)))
                .collect();
            told.push(format!("others: {}", directives::varying(others)));
            told.join("; ")
        }
        VaryFields::OnlyThese([]) => "not stored where it names any".to_owned(),
        VaryFields::OnlyThese(names) => format!(
            "not stored where it names another field than these, which are compared: {}",
            listed(names)
        ),
        VaryFields::NoneOfThese(names) => format!("not stored where it names: {}", listed(names)),
        VaryFields::ComparedExcept(names) => format!("compared, but for: {}", listed(names)),
        VaryFields::Normalised(names) => {
            format!("only these are compared, in a form of the cache's own: {}", listed(names))
        }
        _ => return None,
    })
}

fn statuses(Statuses { explicit, heuristic }: Statuses) -> String {
    if explicit == heuristic {
        return set(explicit);
    }
    format!("with a lifetime: {}; without one: {}", set(explicit), set(heuristic))
}

pub(super) fn set(set: StatusSet) -> String {
    match set {
        StatusSet::Only(codes) => listed(codes),
        StatusSet::AllBut([]) => "all".to_owned(),
        StatusSet::AllBut(codes) => format!("all but {}", listed(codes)),
        StatusSet::Partly(codes, []) => {
            format!("{}; of others it is not documented", listed(codes))
        }
        StatusSet::Partly(codes, others) => {
            format!("{}, not {}; of others it is not documented", listed(codes), listed(others))
        }
        StatusSet::AllPerhapsBut(codes) => {
            format!("all, though of {} it is not documented", listed(codes))
        }
        _ => "all that RFC 9111 allows".to_owned(),
    }
}

fn eligibility(rule: Eligibility) -> Option<String> {
    Some(match rule {
        Eligibility::Paths { extensions, names } => {
            let names = listed(names);
            let named = if names.is_empty() { String::new() } else { format!(", and {names}") };
            format!("those whose path ends in one of: {}{named}", listed(extensions))
        }
        Eligibility::AllButPaths(extensions) => {
            format!("all but those whose path ends in one of: {}", listed(extensions))
        }
        Eligibility::QueryNeedsLifetime => {
            "all, those with a query only where they state a lifetime".to_owned()
        }
        _ => return None,
    })
}

fn permits(permits: Permits) -> Option<String> {
    let words = match permits {
        Permits::Rfc9111 => {
            "what RFC 9111 §3 lists: a lifetime, public, or a status for which one may be guessed"
        }
        Permits::Lifetime => "a lifetime",
        Permits::LifetimeIfOk => {
            "with a 200 a lifetime, with other statuses nothing more than the status"
        }
        Permits::LifetimeOrLastModifiedIfOk => "with a 200 a lifetime or Last-Modified",
        Permits::LifetimeOrValidatorIfOk => "with a 200 a lifetime or a validator",
        Permits::DirectiveOrPublic => {
            "where it has Cache-Control, a max-age, s-maxage or public in it; else nothing"
        }
        Permits::DirectiveOrDates => "max-age, s-maxage, no-cache, or both Date and Expires",
        Permits::Nothing => "nothing",
        _ => return None,
    };
    Some(words.to_owned())
}

fn lifetime_sources(sources: LifetimeSources) -> Option<String> {
    let join = |all: &[LifetimeSource], between: &str| {
        all.iter().map(|one| source(*one)).collect::<Vec<_>>().join(between)
    };
    Some(match sources {
        LifetimeSources::First(all) => join(all, ", then "),
        LifetimeSources::Longest(all) => format!("the longest of {}", join(all, " and ")),
        LifetimeSources::Either(one, other) => format!(
            "{}; or {}: which of the two is not documented",
            lifetime_sources(*one)?,
            lifetime_sources(*other)?
        ),
        LifetimeSources::Unranked(known, perhaps) => {
            let perhaps = join(perhaps, " or ");
            let perhaps = if perhaps.is_empty() {
                String::new()
            } else {
                format!("; whether {perhaps} counts is not documented")
            };
            format!("{}; in which order they count is not documented{perhaps}", join(known, " or "))
        }
        _ => return None,
    })
}

const fn source(source: LifetimeSource) -> &'static str {
    match source {
        LifetimeSource::SurrogateMaxAge => "the cache's own field",
        LifetimeSource::SMaxage => "s-maxage",
        LifetimeSource::MaxAge => "max-age",
        LifetimeSource::Expires => "Expires",
        LifetimeSource::SMaxageElseMaxAge => "s-maxage or else max-age",
        LifetimeSource::LoneExpires => "Expires where there is no Cache-Control",
        LifetimeSource::TargetedMaxAge => "max-age in a field that replaces Cache-Control",
        LifetimeSource::ZeroMaxAge => "max-age=0",
        LifetimeSource::NoCache => "no-cache, as 0",
        _ => "another source",
    }
}

fn ttl(ttl: Ttl) -> String {
    match ttl {
        Ttl::Seconds(seconds) => format!("{seconds} s"),
        Ttl::Between(least, most) => format!("{least} to {most} s"),
        Ttl::Configured => "as the operator has set".to_owned(),
        Ttl::Optional(seconds) => format!("{seconds} s or none"),
        Ttl::Positive => "some time".to_owned(),
        _ => "a time that is not documented".to_owned(),
    }
}

fn by_status(ttls: &[(StatusSet, Ttl)]) -> String {
    let told = ttls.iter().map(|(statuses, time)| format!("{}: {}", set(*statuses), ttl(*time)));
    told.collect::<Vec<_>>().join("; ")
}

fn fixed_ttl(fixed: FixedTtl) -> Option<String> {
    Some(match fixed {
        FixedTtl::None => "no".to_owned(),
        FixedTtl::Seconds(seconds) => format!("{seconds} s"),
        FixedTtl::Configured => "the one that the operator has set".to_owned(),
        FixedTtl::ByStatus(ttls) => by_status(ttls),
        FixedTtl::OfPages(ttls, files) => {
            format!(
                "{}; files that end in {} for a time that is not documented",
                by_status(ttls),
                listed(files)
            )
        }
        _ => return None,
    })
}

fn default_ttl(ttls: &DefaultTtl) -> Option<String> {
    let or_not = |fact: Fact<&'static DefaultTtl>| match fact.known() {
        Some(ttls) => default_ttl(ttls),
        None => Some("not documented".to_owned()),
    };
    Some(match *ttls {
        DefaultTtl::None => "it has none".to_owned(),
        DefaultTtl::Always(time) => ttl(time),
        DefaultTtl::ByStatus(ttls) => by_status(ttls),
        DefaultTtl::ByContentType(types, time) => {
            format!("{} where the Content-Type is one of: {}", ttl(time), listed(types))
        }
        DefaultTtl::ContentTypesFirst(types, time, others) => format!(
            "{} where the Content-Type is one of: {}; else {}",
            ttl(time),
            listed(types),
            or_not(others)?
        ),
        DefaultTtl::WithEtag(time) => format!("{} with an ETag", ttl(time)),
        DefaultTtl::WherePublic(time) => format!("{} where it says public", ttl(time)),
        DefaultTtl::StatusesFirst(ttls, others) => {
            format!("{}; else {}", by_status(ttls), default_ttl(others)?)
        }
        DefaultTtl::WhereSilent(silent, others) => format!(
            "without Cache-Control and Expires: {}; else {}",
            default_ttl(silent)?,
            or_not(others)?
        ),
        _ => return None,
    })
}

fn age(rule: AgeRule) -> Option<String> {
    let words = match rule {
        AgeRule::Rfc9111 => "yes, from Age and Date, as RFC 9111 has it",
        AgeRule::AgeField => "yes, from Age alone",
        AgeRule::AgeFieldUnlessExpires => "yes, from Age, but not against a lifetime from Expires",
        AgeRule::AgeFieldOfDirectives => {
            "yes, from Age, where a directive gives the lifetime; elsewhere it is not documented"
        }
        AgeRule::DateOfTheLastDay => {
            "yes, as RFC 9111 has it, but a Date of more than a day ago counts as now"
        }
        AgeRule::Ignored => "no",
        _ => return None,
    };
    Some(words.to_owned())
}

fn heuristic(rule: Heuristic) -> Option<String> {
    let fraction = |percent: u8, minimum: u64, maximum: u64| {
        let least = if minimum == 0 { String::new() } else { format!(", at least {minimum} s") };
        let most =
            if maximum == u64::MAX { String::new() } else { format!(", at most {maximum} s") };
        format!("yes, {percent} % of the time since then{least}{most}")
    };
    Some(match rule {
        Heuristic::None => "no".to_owned(),
        Heuristic::Fraction { percent, minimum, maximum } => fraction(percent, minimum, maximum),
        Heuristic::FractionWhereSilent { percent, minimum, maximum } => format!(
            "{}, where there is neither Cache-Control nor Expires; elsewhere it is not documented",
            fraction(percent, minimum, maximum)
        ),
        Heuristic::PerDay { seconds, maximum } => {
            format!("yes, {seconds} s for each whole day since then, at most {maximum} s")
        }
        _ => return None,
    })
}

fn zero_lifetime(rule: Fact<ZeroLifetime>) -> Option<String> {
    let of = |rule: Fact<&'static ZeroLifetime>| {
        rule.known()
            .map_or(Some("not documented".to_owned()), |rule| zero_lifetime(Fact::Known(*rule)))
    };
    Some(match rule.known()? {
        ZeroLifetime::Stored => "stored".to_owned(),
        ZeroLifetime::NotStored => "not stored".to_owned(),
        ZeroLifetime::NotStoredUnlessStale => {
            "not stored; where it may be given stale, that is not documented".to_owned()
        }
        ZeroLifetime::By { directive, targeted, expires } => format!(
            "by a directive: {}; by a field for this cache: {}; by Expires: {}",
            of(directive)?,
            of(targeted)?,
            of(expires)?
        ),
        _ => return None,
    })
}

fn error_ttl(rule: ErrorTtl) -> Option<String> {
    let but = |barred: &[u16]| match barred {
        [] => String::new(),
        barred => format!("; no-store, no-cache and private count with {} alone", listed(barred)),
    };
    Some(match rule {
        ErrorTtl::AtLeast { seconds, statuses, barred } => {
            format!("{seconds} s for {}{}", listed(statuses), but(barred))
        }
        ErrorTtl::ByStatus { ttls, barred } => format!("{}{}", by_status(ttls), but(barred)),
        _ => return None,
    })
}

fn stale_window(rule: StaleWindow) -> Option<String> {
    Some(match rule {
        StaleWindow::None => "no".to_owned(),
        StaleWindow::Always => "as long as stale-while-revalidate says".to_owned(),
        StaleWindow::UnlessBarred => {
            "as long as stale-while-revalidate says, unless a directive forbids stale use"
                .to_owned()
        }
        StaleWindow::UnknownWhereBarred => "as long as stale-while-revalidate says; where a \
                                            directive forbids stale use it is not documented"
            .to_owned(),
        StaleWindow::Default(seconds) => {
            format!("as long as stale-while-revalidate says, {seconds} s where it is not there")
        }
        StaleWindow::DefaultUnlessBarred(seconds) => {
            format!(
                "as long as stale-while-revalidate says, {seconds} s where it is not there, unless a directive forbids stale use"
            )
        }
        StaleWindow::DefaultUnknownWhereBarred(seconds) => format!(
            "as long as stale-while-revalidate says, {seconds} s where it is not there; where a directive forbids stale use it is not documented"
        ),
        StaleWindow::WhileRenewed(seconds) => {
            format!(
                "while another request renews it, as long as stale-while-revalidate says and at least {seconds} s"
            )
        }
        StaleWindow::AfterSMaxage(seconds) => {
            format!(
                "as long as stale-while-revalidate says, {seconds} s after an s-maxage where it is not there"
            )
        }
        _ => return None,
    })
}
