//! The answers that a cache may give to a question: those of every cache that is known, and those
//! that an operator can set.

use storable::field::Field;
use storable::profile::{
    Collapsing, ControlField, DefaultTtl, Eligibility, Fact, Facts, FixedTtl, ForWaiting,
    LifetimeSource, LifetimeSources, MaximumTtl, Permits, RequestRule, StaleWindow, StatusSet,
    Treatment, Ttl, VaryFields, ZeroLifetime,
};
use storable::{Axis, Profile};

/// The distinct answers to a question, each held by facts of which only that answer counts.
///
/// What documents dispute is no answer of a cache, and is told apart by its caller: it leaves
/// predictions open.
pub(crate) fn candidates(axis: Axis) -> Vec<Facts> {
    let known = Profile::ALL.iter().flat_map(|profile| undisputed(profile.facts()));
    let mut distinct: Vec<Facts> = Vec::new();
    for facts in known.chain(conceivable(axis)) {
        let answer = Facts::UNKNOWN.with_answer_of(axis, &facts);
        if answer.says(axis) && !distinct.contains(&answer) {
            distinct.push(answer);
        }
    }
    distinct
}

/// The facts, and where documents dispute the sources of the lifetime, once for each side.
fn undisputed(facts: &Facts) -> Vec<Facts> {
    match facts.lifetime_sources {
        Fact::Known(LifetimeSources::Either(one, other)) => [one, other]
            .map(|sources| {
                let mut side = *facts;
                side.lifetime_sources = Fact::Known(*sources);
                side
            })
            .to_vec(),
        Fact::Known(LifetimeSources::Unranked(..)) => Vec::new(),
        _ => vec![*facts],
    }
}

/// Facts of which one field has these values.
macro_rules! each {
    ($field:ident: $($value:expr),* $(,)?) => {
        vec![$({
            let mut facts = Facts::UNKNOWN;
            facts.$field = Fact::Known($value);
            facts
        }),*]
    };
}

/// Answers that no profile has by itself, but that a property can have by its settings.
fn conceivable(axis: Axis) -> Vec<Facts> {
    use LifetimeSource::{Expires, LoneExpires, MaxAge, SMaxage, SMaxageElseMaxAge, ZeroMaxAge};
    use LifetimeSources::{First, Longest};
    use Treatment::{Ignored, NeverMatches, NotStored, Stripped, Validated};
    const STORED: Fact<&ZeroLifetime> = Fact::Known(&ZeroLifetime::Stored);
    const KEPT_OUT: Fact<&ZeroLifetime> = Fact::Known(&ZeroLifetime::NotStored);
    const AN_HOUR: DefaultTtl = DefaultTtl::Always(Ttl::Seconds(3600));
    match axis {
        Axis::NoStore => each!(no_store: Ignored, NotStored, Validated),
        Axis::Private => each!(private: Ignored, NotStored, Validated),
        Axis::NoCache => each!(no_cache: Ignored, NotStored, Validated),
        Axis::PrivateFields => each!(private_fields: Ignored, NotStored, Stripped),
        Axis::NoCacheFields => each!(no_cache_fields: Ignored, NotStored, Validated, Stripped),
        Axis::Pragma => each!(pragma: Ignored, NotStored, Validated),
        Axis::SetCookie => each!(set_cookie: Ignored, NotStored, Stripped, NeverMatches, Validated),
        Axis::VaryStar => each!(vary_star: Ignored, NotStored, Validated, NeverMatches),
        Axis::MustRevalidate => each!(must_revalidate: Ignored, NotStored),
        Axis::RequestCookie => {
            each!(request_cookie: RequestRule::Ignored, RequestRule::Bypassed)
        }
        Axis::RequestNoStore => each!(
            request_no_store: RequestRule::Ignored, RequestRule::Honoured, RequestRule::Bypassed
        ),
        Axis::RequestNoCache => {
            each!(request_no_cache: RequestRule::Ignored, RequestRule::Honoured)
        }
        Axis::Collapsing => each!(collapsing: Collapsing::Off, Collapsing::On),
        Axis::WaitingNoCache => each!(
            waiting_no_cache: ForWaiting::LookedUpAgain, ForWaiting::OwnFetch, ForWaiting::Shared
        ),
        Axis::WaitingZero => each!(
            waiting_zero: ForWaiting::LookedUpAgain, ForWaiting::OwnFetch, ForWaiting::Shared
        ),
        Axis::WaitingPastExpires => each!(
            waiting_past_expires: ForWaiting::LookedUpAgain, ForWaiting::OwnFetch,
            ForWaiting::Shared
        ),
        Axis::WaitingNotStored => {
            each!(waiting_not_stored: ForWaiting::OwnFetch, ForWaiting::Shared)
        }
        Axis::Permits => each!(
            permits: Permits::Rfc9111, Permits::Lifetime, Permits::LifetimeIfOk,
            Permits::LifetimeOrLastModifiedIfOk, Permits::LifetimeOrValidatorIfOk, Permits::Nothing
        ),
        Axis::LifetimeSources => each!(
            lifetime_sources: First(&[SMaxage, MaxAge, Expires]), First(&[MaxAge, Expires]),
            First(&[SMaxage, MaxAge]), First(&[MaxAge]), First(&[SMaxage]), First(&[SMaxage, Expires]),
            First(&[SMaxage, MaxAge, LoneExpires]), First(&[MaxAge, SMaxage, Expires]),
            First(&[ZeroMaxAge, SMaxage, MaxAge, Expires]), First(&[SMaxage, ZeroMaxAge]),
            Longest(&[MaxAge, Expires]), Longest(&[SMaxageElseMaxAge, Expires]), First(&[]),
        ),
        Axis::FixedTtl => each!(
            fixed_ttl: FixedTtl::None, FixedTtl::Seconds(10), FixedTtl::Seconds(60),
            FixedTtl::Seconds(3600)
        ),
        Axis::MinimumTtl => each!(minimum_ttl: 0, 1, 10, 60, 300, 3600, 86_400),
        Axis::MaximumTtl => each!(
            maximum_ttl: MaximumTtl::None, MaximumTtl::Seconds(0), MaximumTtl::Seconds(10),
            MaximumTtl::Seconds(60), MaximumTtl::Seconds(3600), MaximumTtl::Seconds(86_400)
        ),
        Axis::DefaultTtl => each!(
            default_ttl: DefaultTtl::None, DefaultTtl::Always(Ttl::Seconds(0)),
            DefaultTtl::Always(Ttl::Seconds(10)), DefaultTtl::Always(Ttl::Seconds(60)),
            AN_HOUR, DefaultTtl::WhereSilent(&DefaultTtl::None, Fact::Known(&AN_HOUR)),
            DefaultTtl::WhereSilent(&AN_HOUR, Fact::Known(&DefaultTtl::None)),
        ),
        Axis::ZeroLifetime => {
            let mut facts = each!(zero_lifetime: ZeroLifetime::Stored, ZeroLifetime::NotStored);
            for directive in [STORED, KEPT_OUT] {
                for targeted in [STORED, KEPT_OUT] {
                    for expires in [STORED, KEPT_OUT] {
                        let by = ZeroLifetime::By { directive, targeted, expires };
                        facts.extend(each!(zero_lifetime: by));
                    }
                }
            }
            facts
        }
        Axis::StaleWhileRevalidate => each!(
            stale_while_revalidate: StaleWindow::None, StaleWindow::UnlessBarred,
            StaleWindow::Always, StaleWindow::Default(10), StaleWindow::Default(3600),
            StaleWindow::WhileRenewed(0)
        ),
        Axis::VaryFields => each!(
            vary_fields: VaryFields::Compared, VaryFields::Ignored, VaryFields::OnlyThese(&[]),
            VaryFields::OnlyThese(&["accept-encoding"]),
            VaryFields::ComparedExcept(&["accept-encoding"]),
            VaryFields::NoneOfThese(&["cookie"]),
        ),
        Axis::Key => each!(
            key: &[], &["origin"], &["accept"], &["accept-encoding"], &["accept", "accept-encoding"],
            &["accept-language"], &["cookie"], &["user-agent"], &["accept-encoding", "origin"]
        ),
        Axis::IgnoredFields => each!(
            ignored_fields: &[], &["cache-control"], &["expires"], &["set-cookie"], &["vary"],
            &["x-accel-expires"], &["cache-control", "expires"], &["cache-control", "set-cookie"],
            &["expires", "set-cookie"], &["cache-control", "expires", "set-cookie"],
            &["cache-control", "expires", "set-cookie", "vary"],
        ),
        Axis::Eligibility => each!(eligibility: Eligibility::All, Eligibility::QueryNeedsLifetime),
        Axis::ControlFields => {
            let mut facts = each!(control_fields: &[]);
            for field in [Field::CdnCacheControl, Field::SurrogateControl] {
                let alone: &'static [_] = vec![ControlField::InsteadOfCacheControl(field)].leak();
                facts.extend(each!(control_fields: alone));
            }
            facts.extend(each!(control_fields: &[ControlField::Targeted("cdn-cache-control")]));
            facts
        }
        _ => Vec::new(),
    }
}

/// A set that holds one status, or holds it not: an experiment has one status, and of the others
/// nothing is asked.
pub(crate) const fn holding(stored: bool) -> StatusSet {
    if stored { StatusSet::AllBut(&[]) } else { StatusSet::Only(&[]) }
}
