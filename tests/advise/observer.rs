//! What a cache does with a response under header lines, seen from outside: by the answers of a
//! verdict and the later life of what it stores, on every occasion that the intent is about. The
//! search's own measure is not used.

use std::time::{Duration, SystemTime};

use storable::advise::{Audience, Intent, SetCookie, WaitingUsers};
use storable::life::{Reuse, look_up, on_error, while_renewed};
use storable::policy::RequestPolicy;
use storable::profile::{ControlField, StaleIfError};
use storable::{
    Answer, Axis, CacheType, Exchange, Exposure, FreshFor, HeaderLines, Profile, RequestHead,
    ResponseHead, Rule, RuleEffect, Storage, Verdict,
};

pub(crate) type Lines = Vec<(String, String)>;

/// In which way a cache departs from what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Departure {
    /// It keeps the response for less long, or gives it to fewer.
    Below,
    /// It is not known to do what is wanted.
    Perhaps,
    /// It keeps the response for longer, or gives it to more.
    Beyond,
}

/// A departure, and the words for it.
pub(crate) type Complaint = (Departure, String);

/// Whoever asks; nobody is known by neither a cookie nor Authorization.
type User = Option<(&'static str, &'static str)>;

const NOBODY: User = None;
const ALICE: [User; 2] = [Some(("Cookie", "sid=alice")), Some(("Authorization", "Bearer alice"))];
const DATE: &str = "Fri, 15 Jan 2027 08:00:00 GMT";
/// Tomorrow it may be another one.
pub(crate) const DEFAULT: &str = "the operator's default decides";
const SECOND: Duration = Duration::from_secs(1);

fn at(after: Duration) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000) + after
}

/// All that is wrong with what a cache does under these lines.
pub(crate) fn complaints(intent: &Intent, lines: &Lines, profile: &Profile) -> Vec<Complaint> {
    let users: &[User] = match intent.audience {
        Audience::Everyone => &[NOBODY],
        Audience::OneUser | Audience::Nobody => &[NOBODY, ALICE[0], ALICE[1]],
    };
    let mut all = Vec::new();
    for &user in users {
        for validators in [false, true] {
            let (request, response) =
                (request_of(intent, user, "a"), response_of(intent, lines, validators));
            let (request, response) = (borrowed(&request), borrowed(&response));
            let response = ResponseHead::new(200, HeaderLines::from_pairs(&response));
            let request = asked(intent, &request);
            let exchange = Exchange::new(&request, &response).received_at(at(Duration::ZERO));
            let verdict = exchange.judge(profile);
            let mut observer = Observer { intent, user, verdict, found: Vec::new() };
            observer.observe();
            let occasion = |text| format!("{user:?}, validators {validators}: {text}");
            all.extend(observer.found.into_iter().map(|(how, text)| (how, occasion(text))));
        }
    }
    all
}

/// The ways in which a cache may read the lines: as its profile says, and, where that leaves open
/// which fields it reads, with none of them and with the standard one.
pub(crate) fn readings(profile: &Profile) -> Vec<Profile> {
    const TARGETED: &[ControlField] = &[ControlField::Targeted("cdn-cache-control")];
    let fields = profile.facts().control_fields.known();
    let in_doubt = |field: &ControlField| matches!(field, ControlField::BarsElseUnknown(_));
    match fields.is_some_and(|fields| !fields.iter().any(in_doubt)) {
        true => vec![*profile],
        false => {
            vec![*profile, profile.with_control_fields(&[]), profile.with_control_fields(TARGETED)]
        }
    }
}

fn request_of(intent: &Intent, user: User, variant: &str) -> Lines {
    let vary = intent.vary.iter().map(|name| (name.to_string(), variant.to_owned()));
    let user = user.map(|(name, value)| (name.to_owned(), value.to_owned()));
    vary.chain(user).collect()
}

fn response_of(intent: &Intent, lines: &Lines, validators: bool) -> Lines {
    let mut response = lines.clone();
    let mut add = |name: &str, value: &str| response.push((name.to_owned(), value.to_owned()));
    add("Date", DATE);
    add("Content-Type", "text/html");
    if validators {
        add("ETag", "\"v1\"");
        add("Last-Modified", "Tue, 05 Jan 2027 08:00:00 GMT");
    }
    if intent.set_cookie != SetCookie::Absent {
        add("Set-Cookie", "sid=alice; Path=/");
    }
    response
}

fn borrowed(lines: &Lines) -> Vec<(&str, &[u8])> {
    lines.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

fn asked<'l>(intent: &'l Intent, lines: &'l [(&'l str, &'l [u8])]) -> RequestHead<'l> {
    RequestHead::new("GET", &intent.target, HeaderLines::from_pairs(lines))
}

struct Observer<'i, 'v> {
    intent: &'i Intent,
    user: User,
    verdict: Verdict<'v>,
    found: Vec<Complaint>,
}

impl Observer<'_, '_> {
    fn observe(&mut self) {
        if self.intent.audience == Audience::Nobody {
            self.nothing_is_stored();
        }
        if self.is_shared() && self.intent.audience != Audience::Everyone {
            self.nobody_else_gets_it();
        }
        if self.intent.audience != Audience::Nobody {
            self.variants_are_apart();
        }
        if self.is_shared() && self.intent.audience == Audience::Everyone {
            self.lives(self.intent.shared, self.intent.stale);
            self.others_get_it();
            self.cookies_are_apart();
            self.who_waits_is_apart();
            self.answers_where_the_origin_fails();
        } else if !self.is_shared() && self.intent.audience != Audience::Nobody {
            let may_be_stale = !self.intent.browser.is_zero();
            let stale = if may_be_stale { self.intent.stale } else { Duration::ZERO };
            self.lives(self.intent.browser, stale);
        }
    }

    fn is_shared(&self) -> bool {
        self.verdict.profile().cache_type() == CacheType::Shared
    }

    fn complain(&mut self, how: Departure, what: &str) {
        self.found.push((how, what.to_owned()));
    }

    fn exposed(&mut self, exposure: Exposure, what: &str) {
        match exposure {
            Exposure::None => {}
            Exposure::Unknown => self.complain(Departure::Perhaps, what),
            Exposure::Known => self.complain(Departure::Beyond, what),
        }
    }

    fn nothing_is_stored(&mut self) {
        match self.verdict.storage() {
            Storage::NotStored | Storage::Bypass => {}
            Storage::Unknown => self.complain(Departure::Perhaps, "stored"),
            Storage::Stored => self.complain(Departure::Beyond, "stored"),
        }
    }

    fn nobody_else_gets_it(&mut self) {
        self.exposed(self.verdict.exposure(), "another user gets it");
        if self.user.is_some() {
            let nobody = request_of(self.intent, NOBODY, "a");
            let exposure = self.verdict.exposure_to(&asked(self.intent, &borrowed(&nobody)));
            self.exposed(exposure, "an unknown user gets it");
        }
    }

    fn variants_are_apart(&mut self) {
        if self.intent.vary.is_empty() {
            return;
        }
        let other = request_of(self.intent, self.user, "another");
        let exposure = self.verdict.exposure_to(&asked(self.intent, &borrowed(&other)));
        self.exposed(exposure, "another variant is given");
    }

    /// For how long it answers unasked, and stale after that. What the verdict says of the times has
    /// to be what the stored response then does.
    fn lives(&mut self, wanted: Duration, stale: Duration) {
        let (least, most) = self.verdict.fresh_between();
        // Some caches count in fractions of a second.
        let second = u64::from(!wanted.is_zero());
        let (shortest, longest) = (wanted.as_secs() - second, wanted.as_secs() + second);
        let how = |certain| if certain { Departure::Beyond } else { Departure::Perhaps };
        if most > longest {
            self.complain(how(least > longest), "fresh for too long");
        }
        if most == 0 && shortest > 0 {
            self.complain(Departure::Below, "asks every time");
        }
        if least < shortest {
            let how = if most < shortest { Departure::Below } else { Departure::Perhaps };
            self.complain(how, "fresh for too short a time");
        }
        if self.verdict.reasons().any(|reason| reason.rule == Rule::DefaultTtl) {
            self.complain(Departure::Perhaps, DEFAULT);
        }
        let window = match self.verdict.stale_for() {
            FreshFor::NotStored => (0, 0),
            window => window.range().unwrap_or((0, u64::MAX)),
        };
        if window.1 > stale.as_secs() {
            self.complain(how(window.0 > stale.as_secs()), "stale for too long");
        }
        // A browser need not answer stale.
        let serves = self.is_shared() && most > 0;
        if serves && window.0 < stale.as_secs() {
            let how =
                if window.1 < stale.as_secs() { Departure::Below } else { Departure::Perhaps };
            self.complain(how, "stale for too short a time");
        }
        let end = wanted + stale;
        let late = end + 2 * SECOND;
        if matches!(self.reuse(late), Some(Reuse::Serve(_) | Reuse::ServeAndRevalidate(_))) {
            self.complain(Departure::Beyond, "answers unasked after all times");
        }
        if least >= shortest && wanted > SECOND {
            let early = self.reuse(wanted - 2 * SECOND);
            if !matches!(early, Some(Reuse::Serve(_))) {
                self.complain(Departure::Below, "asks while it is fresh");
            }
        }
        if serves && window == (stale.as_secs(), stale.as_secs()) && stale > SECOND {
            let in_window = [wanted + 2 * SECOND, end - 2 * SECOND];
            if !in_window.into_iter().all(|after| self.answers_stale(after)) {
                self.complain(Departure::Below, "does not answer stale in the window");
            }
        }
    }

    /// How the same request is answered so long after the response was received.
    fn reuse(&self, after: Duration) -> Option<Reuse> {
        let kept = self.verdict.to_store()?;
        let lines = self.same_request();
        let lines = borrowed(&lines);
        let request = RequestPolicy::read(asked(self.intent, &lines));
        Some(look_up(&request, [kept.stored()], self.verdict.profile(), at(after)).reuse)
    }

    /// Whether it answers stale while the origin is asked: at once, or all but the one request that
    /// waits for the origin.
    fn answers_stale(&self, after: Duration) -> bool {
        let Some(kept) = self.verdict.to_store() else { return false };
        let (lines, profile) = (self.same_request(), self.verdict.profile());
        let lines = borrowed(&lines);
        let request = RequestPolicy::read(asked(self.intent, &lines));
        matches!(self.reuse(after), Some(Reuse::ServeAndRevalidate(_)))
            || while_renewed(&request, kept.stored(), profile, at(after)).is_some()
    }

    fn same_request(&self) -> Lines {
        request_of(self.intent, self.user, "a")
    }

    fn others_get_it(&mut self) {
        let (_, most) = self.verdict.fresh_between();
        if most == 0 {
            return;
        }
        match self.verdict.other_user() {
            Answer::Hit => {}
            Answer::Unknown => self.complain(Departure::Perhaps, "others do not get it"),
            _ => self.complain(Departure::Below, "others do not get it"),
        }
    }

    fn cookies_are_apart(&mut self) {
        let is_cookie = |(name, _): (&str, &[u8])| name.eq_ignore_ascii_case("set-cookie");
        let kept = self.verdict.lines_to_store().any(is_cookie);
        if self.intent.set_cookie == SetCookie::OneUsers && kept {
            self.exposed(self.verdict.exposure(), "others get the cookie");
        }
    }

    fn who_waits_is_apart(&mut self) {
        if self.intent.waiting != WaitingUsers::Apart {
            return;
        }
        // That it is not known whether the origin is asked with a condition is no exposure.
        match self.verdict.why_waiting_user().effect {
            RuleEffect::Shares => self.complain(Departure::Beyond, "users who wait get it"),
            RuleEffect::Unknown => self.complain(Departure::Perhaps, "users who wait get it"),
            _ => {}
        }
    }

    fn answers_where_the_origin_fails(&mut self) {
        let (Some(window), Some(kept)) = (self.intent.stale_if_error, self.verdict.to_store())
        else {
            return;
        };
        let profile = self.verdict.profile();
        // Where no source says what a cache does, it may be anything between these.
        let may_be = match profile.facts().says(Axis::StaleIfError) {
            true => [*profile; 2],
            false => [StaleIfError::Never, StaleIfError::UnlessStaleIsBarred]
                .map(|rule| profile.with_stale_if_error(rule)),
        };
        let lines = self.same_request();
        let lines = borrowed(&lines);
        let request = RequestPolicy::read(asked(self.intent, &lines));
        let answers = |after| {
            may_be.map(|profile| on_error(&request, kept.stored(), &profile, at(after)).is_some())
        };
        let end = self.intent.shared + window;
        match answers(end + 2 * SECOND) {
            [true, _] => self.complain(Departure::Beyond, "answers failures for too long"),
            [_, true] => self.complain(Departure::Perhaps, "answers failures for too long"),
            _ => {}
        }
        let (_, most) = self.verdict.fresh_between();
        match answers(end - 2 * SECOND) {
            _ if window.is_zero() || most == 0 && !self.intent.shared.is_zero() => {}
            [_, false] => self.complain(Departure::Below, "does not answer failures"),
            [false, _] => self.complain(Departure::Perhaps, "does not answer failures"),
            _ => {}
        }
    }
}
