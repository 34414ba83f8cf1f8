//! What each value of an operator's setting does, on top of RFC 9111.

#![allow(missing_docs)]

#[path = "support/lines.rs"]
mod lines;

use lines::bytes;
use storable::profile::{
    Authorization, Heuristic, Permission, Permits, StatusSet, Ttl, VaryFields,
};
use storable::{
    Answer, Answers, Exchange, FreshFor, HeaderLines, Profile, RequestHead, ResponseHead, Storage,
};

const SHARED: Profile = Profile::RFC9111_SHARED;
const DATE: (&str, &str) = ("date", "Mon, 19 Oct 2026 12:00:00 GMT");

/// The answers for a GET with these lines, and a response to it.
fn answers(
    profile: &Profile,
    request: &[(&str, &str)],
    status: u16,
    response: &[(&str, &str)],
) -> Answers {
    let [request, response] = [request, response].map(bytes);
    let request =
        RequestHead::new("GET", "https://shop.example/x", HeaderLines::from_pairs(&request));
    let response = ResponseHead::new(status, HeaderLines::from_pairs(&response));
    Exchange::new(&request, &response).judge(profile).answers()
}

#[test]
fn permits() {
    const LIFETIME: (&str, &str) = ("cache-control", "max-age=60");
    const PUBLIC: (&str, &str) = ("cache-control", "public, max-age=60");
    const EXPIRES: (&str, &str) = ("expires", "Mon, 19 Oct 2026 12:01:00 GMT");
    const NO_CACHE: (&str, &str) = ("cache-control", "no-cache");
    const NO_CACHE_FIELD: (&str, &str) = ("cache-control", "no-cache=\"x\"");
    const ETAG: (&str, &str) = ("etag", "\"a\"");
    const MODIFIED: (&str, &str) = ("last-modified", "Mon, 19 Oct 2026 11:00:00 GMT");
    for (permits, status, lines, stored) in [
        (Permits::Lifetime, 200, &[LIFETIME][..], true),
        (Permits::Lifetime, 200, &[EXPIRES], true),
        (Permits::Lifetime, 200, &[ETAG], false),
        (Permits::Lifetime, 404, &[ETAG], false),
        (Permits::LifetimeIfOk, 200, &[LIFETIME], true),
        (Permits::LifetimeIfOk, 200, &[MODIFIED], false),
        (Permits::LifetimeIfOk, 404, &[MODIFIED], true),
        (Permits::LifetimeOrLastModifiedIfOk, 200, &[LIFETIME], true),
        (Permits::LifetimeOrLastModifiedIfOk, 200, &[MODIFIED], true),
        (Permits::LifetimeOrLastModifiedIfOk, 200, &[ETAG], false),
        (Permits::LifetimeOrLastModifiedIfOk, 404, &[MODIFIED], true),
        (Permits::LifetimeOrValidatorIfOk, 200, &[LIFETIME], true),
        (Permits::LifetimeOrValidatorIfOk, 200, &[MODIFIED], true),
        (Permits::LifetimeOrValidatorIfOk, 200, &[("etag", "a")], false),
        (Permits::LifetimeOrValidatorIfOk, 404, &[MODIFIED], true),
        (Permits::DirectiveOrPublic, 200, &[LIFETIME], true),
        (Permits::DirectiveOrPublic, 200, &[PUBLIC], true),
        // The default lifetime serves.
        (Permits::DirectiveOrPublic, 200, &[NO_CACHE, EXPIRES], true),
        (Permits::DirectiveOrPublic, 200, &[EXPIRES], true),
        (Permits::DirectiveOrPublic, 200, &[MODIFIED], true),
        (Permits::DirectiveOrDates, 200, &[LIFETIME], true),
        (Permits::DirectiveOrDates, 200, &[NO_CACHE], true),
        (Permits::DirectiveOrDates, 200, &[NO_CACHE_FIELD, MODIFIED], true),
        (Permits::DirectiveOrDates, 200, &[EXPIRES, DATE], true),
        (Permits::DirectiveOrDates, 200, &[EXPIRES], false),
        (Permits::DirectiveOrDates, 200, &[DATE, MODIFIED], false),
        (Permits::Nothing, 200, &[LIFETIME], true),
        (Permits::Nothing, 200, &[MODIFIED, DATE], true),
    ] {
        let profile = SHARED.with_permits(permits).with_default_ttl(60);
        let expected = if stored { Storage::Stored } else { Storage::NotStored };
        let told = answers(&profile, &[], status, lines).storage;
        assert_eq!(told, expected, "{permits:?} {status} {lines:?}");
    }
}

const TENTH: Heuristic = Heuristic::Fraction { percent: 10, minimum: 0, maximum: 1_000 };

#[test]
fn heuristics() {
    const AN_HOUR: (&str, &str) = ("last-modified", "Mon, 19 Oct 2026 11:00:00 GMT");
    const TWO_DAYS: (&str, &str) = ("last-modified", "Sat, 17 Oct 2026 00:00:00 GMT");
    const AHEAD: (&str, &str) = ("last-modified", "Mon, 19 Oct 2026 13:00:00 GMT");
    const BOUNDED: Heuristic = Heuristic::Fraction { percent: 10, minimum: 400, maximum: 1_000 };
    const SILENT: Heuristic =
        Heuristic::FractionWhereSilent { percent: 10, minimum: 0, maximum: 1_000 };
    const DAILY: Heuristic = Heuristic::PerDay { seconds: 86_400, maximum: 100_000 };
    for (heuristic, lines, fresh_for) in [
        (Heuristic::None, &[DATE, AN_HOUR][..], FreshFor::Seconds(0)),
        (TENTH, &[DATE, AN_HOUR], FreshFor::Seconds(360)),
        (TENTH, &[DATE, TWO_DAYS], FreshFor::Seconds(1_000)),
        (TENTH, &[DATE, AHEAD], FreshFor::Seconds(0)),
        (TENTH, &[DATE], FreshFor::Seconds(0)),
        // What is stated counts.
        (TENTH, &[DATE, AN_HOUR, ("cache-control", "max-age=5")], FreshFor::Seconds(5)),
        (BOUNDED, &[DATE, AN_HOUR], FreshFor::Seconds(400)),
        (SILENT, &[DATE, AN_HOUR], FreshFor::Seconds(360)),
        (SILENT, &[DATE, AN_HOUR, ("cache-control", "public")], FreshFor::Unknown),
        (DAILY, &[DATE, AN_HOUR], FreshFor::Seconds(0)),
        // Two days and a half: whether the half counts is not known.
        (DAILY, &[DATE, TWO_DAYS], FreshFor::Seconds(100_000)),
    ] {
        let told = answers(&SHARED.with_heuristic(heuristic), &[], 200, lines).fresh_for;
        assert_eq!(told, fresh_for, "{heuristic:?} {lines:?}");
    }
    const SLOW: Heuristic = Heuristic::PerDay { seconds: 100, maximum: 100_000 };
    let told = answers(&SHARED.with_heuristic(SLOW), &[], 200, &[DATE, TWO_DAYS]).fresh_for;
    assert_eq!(told, FreshFor::Between(200, 250));
}

#[test]
fn lifetimes() {
    const STATED: (&str, &str) = ("cache-control", "max-age=60");
    let by_status = SHARED.with_default_ttls(&[
        (StatusSet::Only(&[200]), Ttl::Seconds(7)),
        (StatusSet::Rfc9111, Ttl::Between(1, 2)),
    ]);
    for (profile, status, lines, fresh_for) in [
        (SHARED.with_default_ttl(7), 200, &[][..], FreshFor::Seconds(7)),
        (SHARED.with_default_ttl(7), 200, &[STATED], FreshFor::Seconds(60)),
        (by_status, 200, &[], FreshFor::Seconds(7)),
        (by_status, 404, &[], FreshFor::Between(1, 2)),
        (SHARED.with_minimum_ttl(90), 200, &[STATED], FreshFor::Seconds(90)),
        (SHARED.with_minimum_ttl(30), 200, &[STATED], FreshFor::Seconds(60)),
        (SHARED.with_maximum_ttl(30), 200, &[STATED], FreshFor::Seconds(30)),
        (SHARED.with_maximum_ttl(90), 200, &[STATED], FreshFor::Seconds(60)),
        (SHARED.with_fixed_ttl(5), 200, &[STATED], FreshFor::Seconds(5)),
    ] {
        assert_eq!(answers(&profile, &[], status, lines).fresh_for, fresh_for, "{lines:?}");
    }
}

/// RFC 9111 §3.5 and its neighbours.
#[test]
fn authorization() {
    const ALL: &[Permission] = &[
        Permission::MustRevalidate,
        Permission::NoCache,
        Permission::ProxyRevalidate,
        Permission::Public,
        Permission::SMaxage,
    ];
    let with = |rule, control: &str| {
        let profile = SHARED.with_authorization(rule);
        let lines = [("cache-control", control)];
        answers(&profile, &[("authorization", "Basic x")], 200, &lines).storage
    };
    let sure = ["must-revalidate", "no-cache", "proxy-revalidate", "public", "s-maxage=60"];
    for (permission, directive) in ALL.iter().zip(sure) {
        for other in sure {
            let alone = match permission {
                Permission::MustRevalidate => &[Permission::MustRevalidate][..],
                Permission::NoCache => &[Permission::NoCache],
                Permission::ProxyRevalidate => &[Permission::ProxyRevalidate],
                Permission::Public => &[Permission::Public],
                _ => &[Permission::SMaxage],
            };
            let control = format!("max-age=60, {other}");
            let is_it = other == directive;
            let stored = if is_it { Storage::Stored } else { Storage::NotStored };
            assert_eq!(with(Authorization::NeedsPermission(alone), &control), stored, "{control}");
            let unknown = if is_it { Storage::Unknown } else { Storage::NotStored };
            assert_eq!(with(Authorization::NeedsSomeOf(alone), &control), unknown, "{control}");
            let one_of = Authorization::NeedsOneOf(alone, ALL);
            let perhaps = if is_it { Storage::Stored } else { Storage::Unknown };
            assert_eq!(with(one_of, &control), perhaps, "{control}");
        }
    }
    let plain = "max-age=60";
    assert_eq!(with(Authorization::NeedsPermission(ALL), plain), Storage::NotStored);
    assert_eq!(with(Authorization::NeedsOneOf(ALL, ALL), plain), Storage::NotStored);
    assert_eq!(with(Authorization::Ignored, plain), Storage::Stored);
    assert_eq!(with(Authorization::CheckedAtReuse, plain), Storage::Stored);
    assert_eq!(with(Authorization::Bypassed, plain), Storage::Bypass);
    // What is malformed permits nothing.
    assert_eq!(with(Authorization::NeedsPermission(ALL), "s-maxage=x"), Storage::NotStored);
}

#[test]
fn vary() {
    let with = |rule, lines: &[(&str, &str)]| {
        let profile = SHARED.with_vary_fields(rule).with_default_ttl(60);
        let told = answers(&profile, &[("user-agent", "a"), ("accept", "b")], 200, lines);
        (told.storage, told.other_user)
    };
    let agent = [("vary", "User-Agent")];
    let accept = [("vary", "Accept")];
    let both = [("vary", "accept, user-agent")];
    let hit = (Storage::Stored, Answer::Hit);
    let miss = (Storage::Stored, Answer::Miss);
    let unknown = (Storage::Stored, Answer::Unknown);
    let closed = (Storage::NotStored, Answer::Miss);
    assert_eq!(with(VaryFields::Compared, &agent), miss);
    assert_eq!(with(VaryFields::Compared, &accept), hit);
    assert_eq!(with(VaryFields::Ignored, &both), hit);
    assert_eq!(with(VaryFields::ComparedExcept(&["user-agent"]), &both), hit);
    assert_eq!(with(VaryFields::ComparedExcept(&["accept"]), &both), miss);
    assert_eq!(with(VaryFields::OnlyThese(&["accept"]), &accept), hit);
    assert_eq!(with(VaryFields::OnlyThese(&["accept"]), &both), closed);
    assert_eq!(with(VaryFields::NoneOfThese(&["accept"]), &both), closed);
    assert_eq!(with(VaryFields::NoneOfThese(&["accept"]), &agent), miss);
    assert_eq!(with(VaryFields::Normalised(&["accept"]), &both), hit);
    assert_eq!(with(VaryFields::Normalised(&["user-agent"]), &both), unknown);
    let encoded = VaryFields::EncodedOnly { stored: &["gzip"], disputed: &["br"] };
    let encoding = |name| [("vary", "Accept-Encoding"), ("content-encoding", name)];
    assert_eq!(with(encoded, &encoding("GZip")), hit);
    assert_eq!(with(encoded, &encoding("br")).0, Storage::Unknown);
    assert_eq!(with(encoded, &encoding("zstd")), closed);
    assert_eq!(with(encoded, &both), closed);
}
