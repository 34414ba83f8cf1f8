//! The typed fields: readings in tables, and the laws of reading and printing (P45, P46, P54).

#![allow(
    missing_docs,
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

#[path = "support/case.rs"]
mod case;
#[path = "support/generators.rs"]
mod generators;

use std::time::Duration;

use generators::{
    Case, ONE_LINE, broken_member, in_any_case, lay_out, layout, member, pairs, raw_lines,
    request_directive, unknown_name,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use storable::field::{Field, FieldLines};
use storable::header::*;
use storable::policy::ResponseControl;
use storable::profile::Dialect;
use storable::{Fact, FreshFor, HeaderLines, Profile, Storage};

fn read(line: &str) -> CacheControl {
    CacheControl::from_lines(FieldLines::one(line.as_bytes()))
}

#[test]
fn cache_control_readings() {
    for (line, printed) in [
        ("", ""),
        ("Private, Max-Age=60", "private, max-age=60"),
        ("private, max-age=lolz", "private, max-age=0"),
        ("private=\"Set-Cookie, x\", private=y", "private=\"set-cookie, x, y\""),
        ("private=\"a\\b\"", "private=\"ab\""),
        ("private=\"a\", private", "private"),
        ("private=\"a b\"", "private"),
        ("private=\"\"", "private"),
        ("private=", "private"),
        ("no-cache=\"a", "no-cache"),
        ("max-age=60;no-store", "no-store, max-age=0"),
        ("max-age=60, max-age=5, s-maxage=x", "max-age=5, s-maxage=0"),
        ("max-age=99999999999", "max-age=2147483648"),
        ("max-age=\"60\"", "max-age=60"),
        ("public=1", "public=1"),
        ("public;", ""),
        ("must-understand=1, no-store", "no-store, must-understand=1"),
        ("must-understand;", "must-understand=\"\""),
        ("immutable=x, no-transform", "immutable, no-transform"),
        ("b=\"x\\\"y\", a, b=2, only-if-cached", "b=\"x\\\"y\", a, b=2, only-if-cached"),
        ("x=\"no-store", "no-store"),
        ("x=\"a, no-store\"", "x=\"a, no-store\""),
    ] {
        let control = read(line);
        assert_eq!(control.to_string(), printed, "{line}");
        assert_eq!(read(printed), control, "{printed}");
    }
}

#[test]
fn request_readings() {
    for (line, printed) in [
        ("No-Cache, x", "no-cache, x"),
        ("max-age=5, max-age=9", "max-age=5"),
        ("max-age=x, min-fresh=x", "max-age=0, min-fresh=2147483648"),
        ("max-stale", "max-stale"),
        ("max-stale=5, max-stale", "max-stale=5"),
        ("max-stale=x", "max-stale=0"),
        ("a b max-stale, no-store/", "no-store"),
        ("private, public", "private, public"),
    ] {
        let read = |line: &str| RequestCacheControl::from_lines(FieldLines::one(line.as_bytes()));
        assert_eq!(read(line).to_string(), printed, "{line}");
        assert_eq!(read(printed), read(line), "{printed}");
    }
}

#[test]
fn targeted_readings() {
    let read = |line: &'static str| {
        CacheControl::from_targeted_lines([line.as_bytes()].into_iter())
            .map(|control| control.map(|control| control.to_targeted_value().unwrap()))
    };
    for (line, printed) in [
        ("max-age=60, no-store;x=1", "no-store, max-age=60"),
        ("private=\"A, b\", private", "private"),
        ("private, private=\"A, b\"", "private=\"a, b\""),
        ("max-age=x, max-age=5", "max-age=5"),
        ("x=1, y=a/b, z=\"q\", w=1.5, x=2", "y=a/b, z=\"q\", w=1.5, x=2"),
        ("v=?0, u=(a b), t=:YQ==:, s", "s"),
        ("immutable, no-transform, immutable=1", "no-transform"),
    ] {
        assert_eq!(read(line).unwrap().unwrap(), printed, "{line}");
    }
    assert_eq!(read(" "), Ok(None));
    assert!(matches!(read("max-age=60,"), Err(TargetedError::Syntax(_))));
    for line in ["max-age=1.5", "s-maxage=\"1\"", "private=1", "no-store=?0", "max-age=-1"] {
        assert!(matches!(read(line), Err(TargetedError::WrongType(_))), "{line}");
    }
    for (name, argument) in [("#x", "1"), ("x", "é")] {
        let control = CacheControl::new().extension(Extension::new(name, argument).unwrap());
        assert_eq!(control.to_targeted_value().unwrap_err().name(), name);
    }
}

#[test]
fn extensions_are_no_loophole() {
    for name in ["no-store", "Private", "max-stale", "a b", "", "x=y", "x\r\ny"] {
        assert!(Extension::bare(name).is_err(), "{name}");
    }
    assert_eq!(Extension::new("x", "a\r\nb"), Err(ExtensionError::Argument));
}

#[test]
fn conflicts() {
    let minute = Duration::from_secs(60);
    let new = CacheControl::new;
    for (control, expected) in [
        (new().no_store(), &[][..]),
        (new().no_store().must_understand().max_age(minute), &[]),
        (new().must_understand(), &[Conflict::MustUnderstandAlone]),
        (new().no_store().public(), &[Conflict::PublicNoStore]),
        (new().no_store().max_age(minute), &[Conflict::LifetimeOfNothing]),
        (new().private_fields([http::header::SET_COOKIE]).public(), &[]),
        (new().no_cache().immutable(), &[Conflict::ImmutableNeverFresh]),
        (new().s_maxage(minute).stale_while_revalidate(minute), &[Conflict::StaleBarredShared]),
        (new().must_revalidate().stale_if_error(minute), &[Conflict::StaleBarred]),
    ] {
        assert_eq!(control.check(), expected, "{control}");
    }
}

#[test]
fn cache_status_members() {
    for (line, printed) in [
        ("A; hit", &["A; hit"][..]),
        (
            "A;fwd=uri-miss; stored; ttl=5, \"B, c\";fwd=stale;fwd-status=304;collapsed;ttl=-3",
            &[
                "A; fwd=uri-miss; ttl=5; stored",
                "\"B, c\"; fwd=stale; fwd-status=304; ttl=-3; collapsed",
            ],
        ),
        ("A;hit;fwd=miss", &["A; fwd=miss"]),
        ("A;fwd=made-up;hit=?0;x=y, ,;", &["A"]),
        ("A;key=\"/a;b\\\"\";detail=x/y", &["A; key=\"/a;b\\\"\"; detail=x/y"]),
        ("\"open;hit", &[]),
        ("A;ttl=1.5;detail=\"\u{e9}\"", &["A; detail=\"?\""]),
    ] {
        let members = CacheStatus::read([line.as_bytes()]);
        let printed_again: Vec<_> = members.iter().map(CacheStatus::to_string).collect();
        assert_eq!(printed_again, printed, "{line}");
    }
}

fn names() -> impl Strategy<Value = Vec<HeaderName>> {
    let name = prop_oneof![
        select(vec!["set-cookie", "x-user", "authorization"]).prop_map(str::to_owned),
        "[a-z0-9!#$%&'*+.^_`|~-]{1,8}",
    ];
    proptest::collection::vec(name.prop_map(|name| name.parse().unwrap()), 0..3)
}

fn extensions() -> impl Strategy<Value = Vec<Extension>> {
    let argument = prop_oneof![
        2 => "[a-zA-Z0-9*._-]{1,8}",
        1 => "[ -~]{0,12}",
        1 => Just("é\t".to_owned()),
    ];
    let extension = (unknown_name(), proptest::option::of(argument)).prop_map(
        |(name, argument)| match argument {
            None => Extension::bare(&name).unwrap(),
            Some(argument) => Extension::new(&name, argument).unwrap(),
        },
    );
    proptest::collection::vec(extension, 0..3)
}

fn times(count: usize) -> impl Strategy<Value = Vec<Option<Duration>>> {
    let time = prop_oneof![
        (0_u64..100_000).prop_map(Duration::from_secs),
        any::<u64>().prop_map(Duration::from_millis),
        Just(Duration::MAX),
    ];
    proptest::collection::vec(proptest::option::of(time), count)
}

fn built() -> BoxedStrategy<CacheControl> {
    let scope = || proptest::option::of(names());
    (any::<[bool; 7]>(), times(4), scope(), scope(), extensions())
        .prop_map(|(flags, times, private, no_cache, extensions)| {
            let mut control = CacheControl::new();
            [
                control.no_store,
                control.must_understand,
                control.public,
                control.must_revalidate,
                control.proxy_revalidate,
                control.immutable,
                control.no_transform,
            ] = flags;
            control.max_age = times[0];
            control.s_maxage = times[1];
            control.stale_while_revalidate = times[2];
            control.stale_if_error = times[3];
            if let Some(names) = private {
                control = control.private_fields(names);
            }
            if let Some(names) = no_cache {
                control = control.no_cache_fields(names);
            }
            extensions.into_iter().fold(control, CacheControl::extension)
        })
        .boxed()
}

/// Lines as they come: well-formed, broken, or bytes.
fn lines() -> BoxedStrategy<Vec<Vec<u8>>> {
    let members =
        || proptest::collection::vec(prop_oneof![3 => member(), 1 => broken_member()], 0..6);
    let written = (members(), layout()).prop_map(|(members, layout)| {
        lay_out(&members, &layout).into_iter().map(String::into_bytes).collect()
    });
    prop_oneof![
        4 => written,
        1 => proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..30), 0..3),
        1 => proptest::collection::vec("[-a-z=\",;\\\\ \t0-9]{0,30}".prop_map(String::into_bytes), 0..3),
    ]
    .boxed()
}

fn slices(lines: &[Vec<u8>]) -> Vec<&[u8]> {
    lines.iter().map(Vec::as_slice).collect()
}

/// Whole seconds, as printed.
fn rounded(control: &CacheControl) -> CacheControl {
    let round = |time: Option<Duration>| {
        time.map(|time| Duration::from_secs(time.as_secs().min(storable::field::DELTA_SECONDS_MAX)))
    };
    let mut control = control.clone();
    control.max_age = round(control.max_age);
    control.s_maxage = round(control.s_maxage);
    control.stale_while_revalidate = round(control.stale_while_revalidate);
    control.stale_if_error = round(control.stale_if_error);
    control
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// P45: what is printed reads back as it was.
    #[test]
    fn p45_printing_keeps_the_meaning(lines in lines()) {
        let control = CacheControl::from_lines(FieldLines::from_slices(&slices(&lines)));
        let value = control.to_value();
        prop_assert_eq!(&CacheControl::from_lines(FieldLines::one(value.as_bytes())), &control);
        let request = RequestCacheControl::from_lines(FieldLines::from_slices(&slices(&lines)));
        let value = request.to_value();
        prop_assert_eq!(RequestCacheControl::from_lines(FieldLines::one(value.as_bytes())), request);
        let surrogate = SurrogateControl::from_lines(FieldLines::from_slices(&slices(&lines)));
        let value = surrogate.to_value();
        prop_assert_eq!(SurrogateControl::from_lines(FieldLines::one(value.as_bytes())), surrogate);
        let vary = Vary::from_lines(FieldLines::from_slices(&slices(&lines)));
        let value = vary.to_value();
        prop_assert_eq!(Vary::from_lines(FieldLines::one(value.as_bytes())), vary);
    }

    /// P45: to a cache as well. A `private="field"` whose names cannot be read is printed bare,
    /// which the profiles of the RFC treat alike (C8). An s-maxage in a malformed member is printed
    /// well formed, and then it permits what Authorization bars; but it is 0, so that nobody is exposed.
    #[test]
    fn p45_printing_keeps_the_verdict(case in generators::case(), broken in broken_member(), at: Index) {
        let case = case.with_member(at, &broken);
        let lines: Vec<Vec<u8>> = case.control_lines().into_iter().map(String::into_bytes).collect();
        let control = CacheControl::from_lines(FieldLines::from_slices(&slices(&lines)));
        let mut printed = Case { control: vec![], layout: ONE_LINE, ..case.clone() };
        printed.response.push(("Cache-Control".to_owned(), control.to_value().as_bytes().to_vec()));
        for profile in [&Profile::RFC9111_SHARED, &Profile::RFC9111_PRIVATE] {
            let (read, reread) = (case.answers(profile), printed.answers(profile));
            let permitted = (read.storage, reread.storage) == (Storage::NotStored, Storage::Stored);
            if case.request.iter().any(|(name, _)| name == "Authorization") && permitted {
                prop_assert_eq!(reread.fresh_for, FreshFor::Seconds(0));
                prop_assert_eq!(read.exposure, reread.exposure);
            } else {
                prop_assert_eq!(read, reread);
            }
        }
    }

    /// The typed reading is the policy's reading.
    #[test]
    fn typed_and_policy_readings_agree(lines in lines()) {
        let slices = slices(&lines);
        let lines = FieldLines::from_slices(&slices);
        let policy = ResponseControl::read(lines.clone(), Fact::Known(Dialect::Rfc9111));
        let control = CacheControl::from_lines(lines);
        prop_assert_eq!(control.no_store, policy.no_store.is_present());
        prop_assert_eq!(
            control.private.is_some(),
            policy.private.is_present() || policy.private_fields.is_present()
        );
        prop_assert_eq!(
            control.no_cache.is_some(),
            policy.no_cache.is_present() || policy.no_cache_fields.is_present()
        );
        prop_assert_eq!(control.max_age.is_some(), !policy.max_age.is_absent());
        prop_assert_eq!(control.public, policy.public.is_present());
    }

    /// P46: what a builder makes is what a sender may write, and no cache finds it odd.
    #[test]
    fn p46_built_values_parse_strictly(control in built()) {
        let value = control.to_value();
        prop_assert_eq!(&CacheControl::try_from(&value), &Ok(rounded(&control)));
        let text = value.as_bytes();
        prop_assert!(!text.starts_with(b",") && !text.ends_with(b",") && !text.contains(&b'\n'));
        let request = http::Request::get("https://a.example/").body(()).unwrap();
        let response = http::Response::builder().header("Cache-Control", value).body(()).unwrap();
        let verdict = storable::storable(&request, &response, &Profile::RFC9111_SHARED);
        prop_assert_eq!(verdict.warnings(), []);
    }

    /// The strict reading accepts nothing that means something else to a lenient one.
    #[test]
    fn strict_is_a_part_of_lenient(lines in lines()) {
        let line = lines.first().cloned().unwrap_or_default();
        if let Ok(value) = HeaderValue::from_bytes(&line) {
            if let Ok(control) = CacheControl::try_from(&value) {
                prop_assert_eq!(&control, &CacheControl::from_lines(FieldLines::one(&line)));
                prop_assert_eq!(&CacheControl::try_from(&control.to_value()), &Ok(control.clone()));
            } else if let Err(error) = CacheControl::try_from(&value) {
                prop_assert!(error.offset() < line.len());
            }
        }
    }

    /// P54: whatever stands around it. (No quote among the junk, which could make text of it.)
    #[test]
    fn p54_restrictions_are_never_lost(
        junk in proptest::collection::vec(broken_member(), 0..4),
        open in proptest::option::of(select(vec!["x=\"", "\"", "private=\"a, "])),
        restriction in prop_oneof![in_any_case("no-store"), in_any_case("private")],
        places: (Index, Index),
        layout in layout(),
    ) {
        let mut members = junk;
        members.insert(places.0.index(members.len() + 1), restriction.clone());
        if let Some(open) = open {
            members.insert(places.1.index(members.len() + 1), open.to_owned());
        }
        let lines: Vec<Vec<u8>> =
            lay_out(&members, &layout).into_iter().map(String::into_bytes).collect();
        let control = CacheControl::from_lines(FieldLines::from_slices(&slices(&lines)));
        if restriction.eq_ignore_ascii_case("private") {
            prop_assert_eq!(control.private, Some(Scope::Everything));
        } else {
            prop_assert!(control.no_store);
        }
    }

    /// A map, pairs, and bare lines read alike.
    #[test]
    fn every_door_reads_alike(lines in lines()) {
        let values: Vec<HeaderValue> =
            lines.iter().filter_map(|line| HeaderValue::from_bytes(line).ok()).collect();
        let mut map = HeaderMap::new();
        for value in &values {
            map.append("cache-control", value.clone());
            map.append("vary", value.clone());
        }
        let lines: Vec<&[u8]> = values.iter().map(HeaderValue::as_bytes).collect();
        let bare = FieldLines::from_slices(&lines);
        prop_assert_eq!(
            CacheControl::from_headers(HeaderLines::from_map(&map)),
            CacheControl::from_lines(bare.clone())
        );
        let pairs: Vec<(&str, &[u8])> = lines.iter().map(|line| ("Vary", *line)).collect();
        let by_pairs = Vary::from_headers(HeaderLines::from_pairs(&pairs));
        prop_assert_eq!(&by_pairs, &Vary::from_headers(HeaderLines::from_map(&map)));
        prop_assert_eq!(by_pairs, Vary::from_lines(bare));
    }

    /// RFC 9213: what is printed for a target reads back, and the verdict reads the same.
    #[test]
    fn targeted_values_read_back(control in built()) {
        let mut control = rounded(&control);
        let printable = |extension: &Extension| {
            CacheControl::new().extension(extension.clone()).to_targeted_value().is_ok()
                && extension.name() == extension.name().to_ascii_lowercase()
        };
        control.extensions.retain(printable);
        let mut seen = Vec::new();
        control.extensions.retain(|extension| {
            let first = !seen.contains(&extension.name().to_owned());
            seen.push(extension.name().to_owned());
            first
        });
        let value = control.to_targeted_value().unwrap();
        let read = CacheControl::from_targeted_lines([value.as_bytes()].into_iter()).unwrap();
        let mut read = read.unwrap_or_default();
        // A token that is no token to a structured field is read as the string it became.
        prop_assert_eq!(read.to_targeted_value().unwrap(), &value);
        (read.extensions, control.extensions) = (vec![], vec![]);
        prop_assert_eq!(read, control);
    }

    /// The typed reading of a targeted field and the policy's accept the same fields.
    #[test]
    fn targeted_readings_agree(lines in prop_oneof![
        lines(),
        proptest::collection::vec(
            "([a-z*][a-z-]{0,3}|max-age|private|no-store)(=([0-9]{1,3}|\"[a-z ,]{0,5}\"|\\?[01]|[a-z]))?"
                .prop_map(String::into_bytes),
            0..4,
        ),
    ]) {
        let lines = slices(&lines);
        let read = CacheControl::from_targeted_lines(lines.iter().copied());
        let policy = ResponseControl::read_targeted(lines.iter().copied());
        prop_assert_eq!(matches!(read, Ok(Some(_))), policy.is_some());
        if let (Ok(Some(control)), Some(policy)) = (read, policy) {
            prop_assert_eq!(control.no_store, policy.no_store.is_present());
            prop_assert_eq!(
                control.private.is_some(),
                policy.private.is_present() || policy.private_fields.is_present()
            );
        }
    }

    #[test]
    fn request_values_read_back(
        members in proptest::collection::vec(request_directive(), 0..4),
        flags: [bool; 4],
        times in times(4),
    ) {
        let line = members.join(", ");
        let mut control = RequestCacheControl::from_lines(FieldLines::one(line.as_bytes()));
        [control.no_store, control.no_cache, control.only_if_cached, control.no_transform] = flags;
        control.max_stale = times[3].map(MaxStale::AtMost);
        (control.max_age, control.min_fresh) = (times[0], times[1]);
        let value = control.to_value();
        let strict = RequestCacheControl::try_from(&value);
        prop_assert_eq!(strict.unwrap().to_value(), value);
    }

    #[test]
    fn cache_status_reads_back(
        (cache, key, detail) in ("[ -~]{1,8}", proptest::option::of("[ -~]{0,8}"), proptest::option::of("[ -~]{1,8}")),
        forward in proptest::option::of((select(Forwarded::ALL), any::<[bool; 2]>(), proptest::option::of(any::<u16>()))),
        ttl in proptest::option::of(-999_999_999_999_999_i64..999_999_999_999_999),
    ) {
        let mut status = CacheStatus::hit(&cache);
        if let Some((reason, [stored, collapsed], code)) = forward {
            let mut forward = Forward::because(reason);
            (forward.stored, forward.collapsed, forward.status) = (stored, collapsed, code);
            status.outcome = Some(Outcome::Forwarded(forward));
        }
        let text = |text: Option<String>| text.map(std::borrow::Cow::Owned);
        (status.key, status.detail, status.ttl) = (text(key), text(detail), ttl);
        let mut headers = HeaderMap::new();
        status.append_to(&mut headers);
        status.append_to(&mut headers);
        let read = CacheStatus::from_headers(HeaderLines::from_map(&headers));
        prop_assert_eq!(read, [status.clone(), status]);
    }

    /// Any bytes in any field.
    #[test]
    fn nothing_panics(lines in raw_lines(), at: i32) {
        let pairs = pairs(&lines);
        let lines = HeaderLines::from_pairs(&pairs);
        let now = generators::system(at.into());
        for &field in Field::ALL {
            let lines = || FieldLines::of(field, lines);
            let _ = (CacheControl::from_lines(lines()).check(), Vary::from_lines(lines()));
            let _ = (Age::from_lines(lines()), Date::from_lines(lines(), now));
            let _ = (Expires::from_lines(lines(), now), pragma_no_cache(lines()));
            let _ = (SurrogateControl::from_lines(lines()), CacheStatus::read(lines()));
            let _ = CacheControl::from_targeted_lines(lines());
        }
    }
}
