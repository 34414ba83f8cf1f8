//! What is asked of a cache: requests, the origin's answer between them, and how long it waits.
//!
//! An experiment is data. The same one is sent to a real cache, judged under each profile that the
//! cache might have, and written down as a recording.

use std::time::{Duration, SystemTime};

use storable::Axis;

/// One thing that is tried on a cache, at a path of its own.
#[derive(Clone, Debug)]
pub(crate) struct Experiment {
    /// The question that it was made for; what it shows may settle others too.
    pub(crate) axis: Axis,
    /// What is tried, in words that no other experiment has.
    pub(crate) name: String,
    /// The request that fetches the answer.
    pub(crate) first: Ask,
    /// The request whose answer tells.
    pub(crate) second: Ask,
    /// What the origin answers.
    pub(crate) answer: OriginAnswer,
    /// When the second request comes.
    pub(crate) trial: Trial,
}

/// A request, but for its path.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    pub(crate) query: &'static str,
    pub(crate) headers: Vec<(String, String)>,
}

/// What the origin answers at one path.
#[derive(Clone, Debug)]
pub(crate) struct OriginAnswer {
    pub(crate) status: u16,
    /// The lines. `{+60}` in a value is a date that many seconds from now; `{serial}` the number of
    /// the answer.
    lines: Vec<(String, String)>,
    /// What the path ends in; `None`: as the whole run has it.
    pub(crate) suffix: Option<&'static str>,
    /// What becomes of requests after the first one.
    pub(crate) later: Later,
}

/// What the origin does with requests after the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Later {
    /// The same answer with a new serial, or 304 where the request has its validator.
    Same,
    /// 503.
    Unavailable,
    /// It closes the connection.
    HangsUp,
}

/// When the second request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trial {
    /// As soon as the first is answered.
    Again,
    /// So long after the first was answered.
    After(Duration),
    /// Several of them while the origin is still answering the first.
    Crowd,
}

/// How many users ask at once in a [`Trial::Crowd`], the first included.
pub(crate) const CROWD: usize = 5;

impl Ask {
    fn get() -> Self {
        Self { method: "GET", query: "", headers: Vec::new() }
    }

    fn with(mut self, line: &str) -> Self {
        self.headers.push(parsed(line));
        self
    }
}

impl OriginAnswer {
    /// The lines as they are sent at a time, Date included.
    pub(crate) fn lines_at(&self, now: SystemTime, serial: u64) -> Vec<(String, String)> {
        let mut lines: Vec<_> = self
            .lines
            .iter()
            .map(|(name, value)| (name.clone(), filled(value, now, serial)))
            .collect();
        if !lines.iter().any(|(name, _)| name == "Date") {
            lines.push(("Date".to_owned(), filled("{+0}", now, serial)));
        }
        lines
    }

    /// The value of a line, as it is written down here.
    pub(crate) fn line(&self, name: &str) -> Option<&str> {
        self.lines.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// A value with its dates and its serial written out.
fn filled(value: &str, now: SystemTime, serial: u64) -> String {
    let Some((before, (inside, after))) =
        value.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    else {
        return value.to_owned();
    };
    let text = match inside.parse::<i64>() {
        Ok(seconds) => httpdate::fmt_http_date(shifted(now, seconds)),
        Err(_) => serial.to_string(),
    };
    format!("{before}{text}{}", filled(after, now, serial))
}

fn shifted(now: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    let at = if seconds < 0 { now.checked_sub(by) } else { now.checked_add(by) };
    at.unwrap_or(now)
}

fn parsed(line: &str) -> (String, String) {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    (name.to_owned(), value.trim().to_owned())
}

/// The catalogue as it is being written.
struct Catalogue {
    experiments: Vec<Experiment>,
}

/// Fills in one experiment; it is in the catalogue when it is dropped from the chain.
impl Experiment {
    fn new(axis: Axis, lines: &[&str]) -> Self {
        let lines: Vec<_> = lines.iter().map(|line| parsed(line)).collect();
        Self {
            axis,
            name: String::new(),
            first: Ask::get(),
            second: Ask::get(),
            answer: OriginAnswer { status: 200, lines, suffix: None, later: Later::Same },
            trial: Trial::Again,
        }
    }

    fn status(mut self, status: u16) -> Self {
        self.answer.status = status;
        if (300..=308).contains(&status) {
            self.answer.lines.push(parsed("Location: /elsewhere"));
        }
        self
    }

    fn after(mut self, seconds: u64) -> Self {
        self.trial = Trial::After(Duration::from_secs(seconds));
        self
    }

    fn crowd(mut self) -> Self {
        self.trial = Trial::Crowd;
        self
    }

    fn first(mut self, line: &str) -> Self {
        self.first = self.first.with(line);
        self
    }

    fn second(mut self, line: &str) -> Self {
        self.second = self.second.with(line);
        self
    }

    fn methods(mut self, first: &'static str, second: &'static str) -> Self {
        self.first.method = first;
        self.second.method = second;
        self
    }

    fn queries(mut self, first: &'static str, second: &'static str) -> Self {
        self.first.query = first;
        self.second.query = second;
        self
    }

    fn suffix(mut self, suffix: &'static str) -> Self {
        self.answer.suffix = Some(suffix);
        self
    }

    fn later(mut self, later: Later) -> Self {
        self.answer.later = later;
        self
    }

    /// What is tried, in words.
    fn described(&self) -> String {
        let mut parts = Vec::new();
        if self.answer.status != 200 {
            parts.push(self.answer.status.to_string());
        }
        let lines = self.answer.lines.iter().filter(|(name, _)| name != "Location");
        parts.extend(lines.map(|(name, value)| match name.as_str() {
            "Cache-Control" => value.clone(),
            _ => format!("{name}: {value}"),
        }));
        if self.answer.lines.is_empty() {
            parts.push("nothing said".to_owned());
        }
        let mut text = parts.join(" + ");
        for (which, ask) in [("first", &self.first), ("then", &self.second)] {
            let lines = ask.headers.iter().map(|(name, value)| format!("{name}: {value}"));
            let method = (ask.method != "GET").then(|| ask.method.to_owned());
            let query = (!ask.query.is_empty()).then(|| ask.query.to_owned());
            let said: Vec<_> = method.into_iter().chain(query).chain(lines).collect();
            if !said.is_empty() {
                text = format!("{text}; {which} {}", said.join(", "));
            }
        }
        if let Some(suffix) = self.answer.suffix {
            let place = if suffix.is_empty() { "a path without an extension" } else { suffix };
            text = format!("{text}; at {place}");
        }
        let text = match self.answer.later {
            Later::Same => text,
            Later::Unavailable => format!("{text}; then the origin says 503"),
            Later::HangsUp => format!("{text}; then the origin hangs up"),
        };
        match self.trial {
            Trial::Again => text,
            Trial::After(wait) => format!("{text}; again after {} s", wait.as_secs()),
            Trial::Crowd => format!("{text}; {CROWD} at once"),
        }
    }
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
    all.add(Experiment::new(Axis::KeyQuery, &[MINUTE, TAG]).queries("?x=a", "?x=b"));
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

impl Experiment {
    /// How long the second request waits for once the first is answered.
    pub(crate) const fn wait(&self) -> Duration {
        match self.trial {
            Trial::After(wait) => wait,
            Trial::Again | Trial::Crowd => Duration::ZERO,
        }
    }
}
