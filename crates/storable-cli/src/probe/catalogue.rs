//! Everything that can be asked of a cache.

use storable::Axis;

use super::experiment::{Experiment, Later};

/// The catalogue as it is being written.
struct Catalogue {
    experiments: Vec<Experiment>,
}

impl Catalogue {
    fn add(&mut self, mut experiment: Experiment) {
        experiment.name = experiment.described();
        if self.experiments.iter().all(|other| other.name != experiment.name) {
            self.experiments.push(experiment);
        }
    }

    /// The same request twice, for each of these answers.
    fn twice(&mut self, axis: Axis, answers: &[&[&str]]) {
        for lines in answers {
            self.add(Experiment::new(axis, lines));
        }
    }

    fn crowds(&mut self, axis: Axis, answers: &[&[&str]]) {
        for lines in answers {
            self.add(Experiment::new(axis, lines).crowd());
        }
    }
}

/// What every cache stores that stores anything.
const CONTROL: &str = "Cache-Control: public, max-age=60, s-maxage=60";
/// A lifetime: some caches look at s-maxage alone.
const MINUTE: &str = "Cache-Control: max-age=60, s-maxage=60";
const TAG: &str = "ETag: \"probe\"";
const STATUSES: &[u16] = &[
    200, 201, 203, 204, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 410, 412, 414, 421,
    429, 451, 500, 501, 502, 503, 504,
];

/// What has to be a hit before anything else is worth asking.
pub(crate) fn control() -> Experiment {
    let mut control = Experiment::new(Axis::Eligibility, &[CONTROL, TAG]);
    control.name = "control".to_owned();
    control
}

/// Everything that can be asked, in the order in which it is asked.
pub(crate) fn catalogue() -> Vec<Experiment> {
    let mut all = Catalogue { experiments: Vec::new() };
    waiting(&mut all);
    restrictions(&mut all);
    lifetimes(&mut all);
    requests(&mut all);
    keys(&mut all);
    statuses(&mut all);
    spellings(&mut all);
    later_life(&mut all);
    markers(&mut all);
    conditions(&mut all);
    all.experiments
}

fn waiting(all: &mut Catalogue) {
    all.crowds(Axis::Collapsing, &[&[CONTROL]]);
    all.crowds(
        Axis::WaitingNotStored,
        &[
            &["Cache-Control: private"],
            &["Cache-Control: no-store"],
            &["Cache-Control: private, max-age=60"],
            &[MINUTE, "Set-Cookie: s={serial}"],
            &[MINUTE, "Vary: *"],
            &[MINUTE, "Vary: X-Probe"],
        ],
    );
    all.add(Experiment::new(Axis::WaitingNotStored, &[]).status(500).crowd());
    all.crowds(
        Axis::WaitingZero,
        &[&["Cache-Control: max-age=0", TAG], &["Cache-Control: s-maxage=0", TAG]],
    );
    all.crowds(
        Axis::WaitingNoCache,
        &[&["Cache-Control: no-cache", TAG], &["Cache-Control: no-cache, max-age=60", TAG]],
    );
    all.crowds(Axis::WaitingPastExpires, &[&["Expires: {-3600}", TAG], &["Expires: 0", TAG]]);
}

fn restrictions(all: &mut Catalogue) {
    for (axis, directive) in
        [(Axis::NoStore, "no-store"), (Axis::Private, "private"), (Axis::NoCache, "no-cache")]
    {
        all.twice(
            axis,
            &[
                &[&format!("Cache-Control: {directive}"), TAG],
                &[&format!("Cache-Control: {directive}, max-age=60"), TAG],
            ],
        );
        for status in [301, 404, 500] {
            let line = format!("Cache-Control: {}, max-age=60", directive);
            all.add(Experiment::new(axis, &[&line, TAG]).status(status));
        }
    }
    for (axis, directive) in [(Axis::PrivateFields, "private"), (Axis::NoCacheFields, "no-cache")] {
        let named = |field: &str| format!("Cache-Control: {directive}=\"{field}\", max-age=60");
        all.twice(
            axis,
            &[
                &[&named("x-probe"), TAG],
                &[&named("x-probe"), "X-Probe: 1", TAG],
                &[&named("set-cookie"), TAG],
                &[&named("set-cookie"), "Set-Cookie: s={serial}", TAG],
            ],
        );
    }
    all.twice(
        Axis::MustUnderstand,
        &[&["Cache-Control: must-understand, no-store, max-age=60", TAG]],
    );
    all.twice(Axis::MustRevalidate, &[&["Cache-Control: must-revalidate, max-age=60", TAG]]);
    all.twice(
        Axis::Pragma,
        &[
            &[MINUTE, "Pragma: no-cache", TAG],
            &["Expires: {+60}", "Pragma: no-cache", TAG],
            &["Pragma: no-cache", TAG],
        ],
    );
    all.twice(
        Axis::SetCookie,
        &[
            &[MINUTE, "Set-Cookie: s={serial}", TAG],
            &["Cache-Control: public, s-maxage=60", "Set-Cookie: s={serial}", TAG],
            &["Set-Cookie: s={serial}", TAG],
        ],
    );
    for status in [301, 404] {
        let lines = [MINUTE, "Set-Cookie: s={serial}", TAG];
        all.add(Experiment::new(Axis::SetCookie, &lines).status(status));
    }
    all.twice(
        Axis::VaryStar,
        &[&[MINUTE, "Vary: *"], &["Cache-Control: public, s-maxage=60", "Vary: *"]],
    );
}

fn lifetimes(all: &mut Catalogue) {
    for directives in [
        "max-age=60",
        "s-maxage=60",
        "s-maxage=0, max-age=60",
        "max-age=0, s-maxage=60",
        "public",
        "must-revalidate",
        "public, must-revalidate",
    ] {
        let axis = if directives.contains('=') { Axis::LifetimeSources } else { Axis::Permits };
        all.twice(axis, &[&[&format!("Cache-Control: {directives}"), TAG]]);
    }
    all.twice(
        Axis::LifetimeSources,
        &[
            &["Cache-Control: max-age=0", "Expires: {+60}", TAG],
            &[MINUTE, "Expires: {-60}", TAG],
            &["Cache-Control: s-maxage=60", "Expires: {-60}", TAG],
            &["Cache-Control: s-maxage=0", "Expires: {+60}", TAG],
            &["Cache-Control: public", "Expires: {+60}", TAG],
            &["Cache-Control: no-cache", "Expires: {+60}", TAG],
            &["Expires: {+60}", TAG],
        ],
    );
    all.twice(
        Axis::ZeroLifetime,
        &[
            &["Cache-Control: max-age=0", TAG],
            &["Cache-Control: s-maxage=0", TAG],
            &["Expires: {-60}", TAG],
            &["Cache-Control: public", "Expires: {-60}", TAG],
            &["Cache-Control: max-age=0, stale-while-revalidate=60", TAG],
            &["CDN-Cache-Control: max-age=0", TAG],
            &["Surrogate-Control: max-age=0", TAG],
        ],
    );
    all.twice(
        Axis::InvalidExpires,
        &[
            &["Expires: 0", TAG],
            &["Cache-Control: public", "Expires: 0", TAG],
            &["Expires: 0", "Expires: 0", TAG],
        ],
    );
    all.twice(
        Axis::Permits,
        &[
            &[],
            &[TAG],
            &["Last-Modified: {-86400000}"],
            &["Cache-Control: public", "Age: 0"],
            &["Age: 0"],
            &[MINUTE],
            &["Cache-Control: public", "Last-Modified: {-86400000}"],
        ],
    );
    for (axis, lines) in [
        (Axis::DefaultTtl, &[][..]),
        (Axis::DefaultTtl, &["Cache-Control: public"][..]),
        (Axis::MinimumTtl, &["Cache-Control: max-age=1"][..]),
        (Axis::MaximumTtl, &["Cache-Control: max-age=6000"][..]),
        (Axis::Heuristic, &["Last-Modified: {-100}"][..]),
        (Axis::Heuristic, &["Last-Modified: {-86400000}"][..]),
    ] {
        for wait in [5, 15, 66] {
            all.add(Experiment::new(axis, lines).after(wait));
        }
    }
    all.twice(
        Axis::Age,
        &[
            &[MINUTE, "Age: 70", TAG],
            &["Expires: {+60}", "Age: 70", TAG],
            &[MINUTE, "Date: {-100}", TAG],
            &[MINUTE, "Date: {-200000}", TAG],
            &[MINUTE, "Age: 70", "Date: {-200000}", TAG],
        ],
    );
    all.twice(
        Axis::ExpiresClock,
        &[
            &["Date: {-30}", "Expires: {-5}", TAG],
            &["Date: {-5}", "Expires: {-2}", TAG],
            &["Date: {+100}", "Expires: {+60}", TAG],
        ],
    );
    for field in [
        "CDN-Cache-Control",
        "Cloudflare-CDN-Cache-Control",
        "Netlify-CDN-Cache-Control",
        "Vercel-CDN-Cache-Control",
        "Akamai-Cache-Control",
        "Souin-Cache-Control",
        "Surrogate-Control",
    ] {
        let axis = Axis::ControlFields;
        let said = |directives: &str| format!("{field}: {directives}");
        all.twice(
            axis,
            &[
                &["Cache-Control: max-age=0", &said("max-age=60"), TAG],
                &["Cache-Control: private", &said("max-age=60"), TAG],
                &[MINUTE, &said("no-store"), TAG],
                &["Expires: {+60}", &said("public"), TAG],
                &[MINUTE, &said("public"), TAG],
            ],
        );
        if field != "CDN-Cache-Control" {
            let more =
                ["Cache-Control: max-age=0", &said("max-age=60"), "CDN-Cache-Control: no-store"];
            all.add(Experiment::new(axis, &more));
        }
    }
    all.twice(
        Axis::ControlFields,
        &[
            &["Cache-Control: max-age=0", "X-Accel-Expires: 60", TAG],
            &[MINUTE, "X-Accel-Expires: 0", TAG],
        ],
    );
}

fn requests(all: &mut Catalogue) {
    let stored = [MINUTE, TAG];
    let basic = "Authorization: Basic dTpw";
    for directives in [
        "max-age=60",
        "public, max-age=60",
        "s-maxage=60",
        "must-revalidate, max-age=60",
        "proxy-revalidate, max-age=60",
        "no-cache, max-age=60",
    ] {
        let line = format!("Cache-Control: {directives}");
        let asked = Experiment::new(Axis::Authorization, &[&line, TAG]);
        all.add(asked.clone().first(basic));
        all.add(asked.second(basic));
    }
    for cookie in ["Cookie: u=1", "Cookie: wordpress_logged_in_1=a"] {
        all.add(Experiment::new(Axis::RequestCookie, &stored).first(cookie));
        all.add(Experiment::new(Axis::RequestCookie, &stored).second(cookie));
    }
    all.add(Experiment::new(Axis::RequestNoStore, &stored).first("Cache-Control: no-store"));
    all.add(Experiment::new(Axis::RequestNoStore, &stored).second("Cache-Control: no-store"));
    for line in ["Cache-Control: no-cache", "Cache-Control: max-age=0", "Pragma: no-cache"] {
        all.add(Experiment::new(Axis::RequestNoCache, &stored).second(line));
    }
    for line in ["Range: bytes=0-3", "If-Range: \"x\""] {
        all.add(Experiment::new(Axis::BypassingFields, &stored).second(line));
    }
    // In an answer that is no part, some refuse the field and some drop it.
    all.twice(Axis::Ranges, &[&[MINUTE, "Content-Range: bytes 0-9/10"]]);
    all.add(Experiment::new(Axis::Methods, &stored).methods("HEAD", "HEAD"));
    all.add(Experiment::new(Axis::Methods, &stored).methods("GET", "HEAD"));
    let pragma = Experiment::new(Axis::RequestPragma, &stored).second("Pragma: no-cache");
    all.add(pragma.second("Cache-Control: max-stale=60"));
    all.add(
        Experiment::new(Axis::RequestDirectives, &stored).second("Cache-Control: min-fresh=600"),
    );
    let stale = Experiment::new(Axis::RequestDirectives, &["Cache-Control: max-age=1", TAG]);
    all.add(stale.second("Cache-Control: max-stale=60").after(4));
}

fn keys(all: &mut Catalogue) {
    // Without an entity-tag: a cache may ask about one variant with the tag of another.
    let names = [
        "X-Probe",
        "Accept",
        "Accept-Language",
        "User-Agent",
        "Cookie",
        "Origin",
        "Referer",
        "Accept-Encoding",
    ];
    for name in names {
        let (a, b) = match name {
            "Accept-Encoding" => ("gzip", "identity"),
            "Origin" | "Referer" => ("https://a.example", "https://b.example"),
            "Accept" => ("text/html", "image/webp"),
            "Cookie" => ("u=a", "u=b"),
            _ => ("a", "b"),
        };
        let [a, b] = [a, b].map(|value| format!("{name}: {value}"));
        let vary = format!("Vary: {name}");
        all.add(Experiment::new(Axis::VaryFields, &[MINUTE, &vary]).first(&a).second(&a));
        all.add(Experiment::new(Axis::VaryFields, &[MINUTE, &vary]).first(&a).second(&b));
        all.add(Experiment::new(Axis::Key, &[MINUTE, TAG]).first(&a).second(&b));
    }
    for (a, b) in [("?x=a", "?x=b"), ("?a=1&b=2", "?b=2&a=1"), ("?utm_source=a", "?utm_source=b")] {
        all.add(Experiment::new(Axis::KeyQuery, &[MINUTE, TAG]).queries(a, b));
    }
    let (first, second) = ("Cookie: session=a", "Cookie: session=b");
    all.add(Experiment::new(Axis::KeyCookies, &[MINUTE, TAG]).first(first).second(second));
    for (name, a, b) in [
        ("X-Probe", "a, b", "a,b"),
        ("Accept-Language", "de, en", "de,en"),
        ("Accept-Language", "de, en", "en, de"),
        ("Accept-Language", "de", "DE"),
    ] {
        let [a, b] = [a, b].map(|value| format!("{name}: {value}"));
        let vary = format!("Vary: {name}");
        all.add(Experiment::new(Axis::VaryComparison, &[MINUTE, &vary]).first(&a).second(&b));
    }
    all.add(Experiment::new(Axis::Eligibility, &[TAG]).queries("?x=a", "?x=a"));
    all.add(Experiment::new(Axis::Eligibility, &[MINUTE, TAG]).queries("?x=a", "?x=a"));
    for suffix in ["", ".html", ".css", ".php"] {
        all.add(Experiment::new(Axis::Eligibility, &[MINUTE, TAG]).suffix(suffix));
    }
}

fn statuses(all: &mut Catalogue) {
    for &status in STATUSES {
        all.add(Experiment::new(Axis::Statuses, &[MINUTE, TAG]).status(status));
        all.add(Experiment::new(Axis::Statuses, &[TAG]).status(status));
    }
    for status in [404, 500, 503] {
        let zero = ["Cache-Control: max-age=0", TAG];
        all.add(Experiment::new(Axis::ErrorTtl, &zero).status(status));
        all.add(
            Experiment::new(Axis::ErrorTtl, &["Cache-Control: max-age=1"]).status(status).after(5),
        );
    }
}

fn spellings(all: &mut Catalogue) {
    for directives in [
        "MAX-AGE=60",
        "max-age=\"60\"",
        "max-age = 60",
        "max-age=60;",
        "max-age=60.5",
        "max-age=a",
        "public; max-age=60",
        "public max-age=60",
        "max-age=0, max-age=60",
        "max-age=60, max-age=0",
        "s-maxage=a, max-age=60",
        "s-maxage, max-age=60",
        "PRIVATE, max-age=60",
        "No-Store, max-age=60",
        "max-age=60, no-store=1",
        "max-age=60, x-private",
        "max-age=60, ext=\"a, private\"",
        "max-age=60, ext=\"a, no-store",
    ] {
        all.twice(Axis::Dialect, &[&[&format!("Cache-Control: {directives}"), TAG]]);
    }
    all.twice(
        Axis::Dialect,
        &[
            &["Cache-Control: max-age=0", "Cache-Control: max-age=60", TAG],
            &["Cache-Control: max-age=60", "Cache-Control: private", TAG],
        ],
    );
}

fn later_life(all: &mut Catalogue) {
    let modified = "Last-Modified: {-86400}";
    for validators in [&[][..], &[TAG][..], &[modified][..]] {
        for directives in ["Cache-Control: no-cache", "Cache-Control: max-age=1"] {
            let lines: Vec<_> = [directives].iter().chain(validators).copied().collect();
            let asked = Experiment::new(Axis::Validation, &lines);
            all.add(if directives.contains('1') { asked.after(4) } else { asked });
        }
    }
    for directives in [
        "max-age=1, stale-while-revalidate=60",
        "max-age=1, must-revalidate, stale-while-revalidate=60",
        "max-age=1, must-revalidate",
    ] {
        let line = format!("Cache-Control: {directives}");
        all.add(Experiment::new(Axis::StaleWhileRevalidate, &[&line, TAG]).after(4));
    }
    for later in [Later::Unavailable, Later::HangsUp] {
        for directives in ["max-age=1", "max-age=1, stale-if-error=600"] {
            let line = format!("Cache-Control: {directives}");
            all.add(Experiment::new(Axis::StaleIfError, &[&line]).later(later).after(4));
        }
    }
}

/// What is stored, and would be, after something that was not.
fn markers(all: &mut Catalogue) {
    for before in ["Cache-Control: private, max-age=60", "Cache-Control: no-store"] {
        let marked = Experiment::new(Axis::Marker, &[CONTROL, TAG]).after_get_of(&[before]);
        all.add(marked.clone());
        all.add(marked.crowd());
    }
}

/// Conditions of clients, and what becomes of what is stored.
fn conditions(all: &mut Catalogue) {
    let stored = [MINUTE, TAG, "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"];
    // No date ahead: to Varnish it is none (RFC2616_Do_Cond), which no answer to the question says.
    for line in [
        "If-None-Match: \"probe\"",
        "If-None-Match: W/\"probe\"",
        "If-None-Match: \"other\"",
        "If-None-Match: *",
        "If-Modified-Since: Wed, 01 Jan 2025 00:00:00 GMT",
    ] {
        all.add(Experiment::new(Axis::ClientConditions, &stored).second(line));
    }
    let numbered = ["Cache-Control: max-age=1", TAG, "X-Probe: {serial}"];
    all.add(Experiment::new(Axis::NotModified, &numbered).after(4));
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let unsafe_one = Experiment::new(Axis::Invalidation, &[MINUTE, TAG]);
        all.add(unsafe_one.methods(method, "GET").after_get_of(&[MINUTE, TAG]));
    }
}
