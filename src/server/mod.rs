//! How a cache arrives at its answers: the evaluators that a profile selects.
//!
//! Most caches differ in values, which are facts of their profiles, over one evaluator that
//! collects what the messages say and then decides. A cache that is another algorithm has an
//! evaluator of its own.

mod control;
mod envoy;
mod fastly;
mod haproxy;
mod httpd;
mod kit;
mod nginx;
mod pingora;
#[cfg(test)]
mod reads;
mod rfc9111;
mod souin;
mod squid;
mod traffic_server;
mod varnish;

use crate::answer::Waiting;
use crate::calendar::Timestamp;
use crate::field::{Field, values};
use crate::kept::{Flags, Forwarded, Lookup, Partial, Stored, StoredPolicy, Variant, VaryKey};
use crate::message::{Exchange, Times};
use crate::policy::{DateField, Method, RequestPolicy, ResponsePolicy};
use crate::profile::{Algorithm, Fact, Facts, OnlyIfCached, Profile, VaryFields};
use crate::rule::s4_2_freshness::Subject;
use crate::rule::s4_reuse::{answers_method, looked_up};
use crate::rule::{Draft, Evidence, Reason, Rule, RuleEffect, Tri, bypass, s2_key};

/// An exchange, read for one profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'a> {
    pub(crate) times: Times,
    pub(crate) request: RequestPolicy<'a>,
    pub(crate) response: ResponsePolicy<'a>,
    pub(crate) profile: &'a Profile,
}

impl<'a> Case<'a> {
    /// Nothing of the messages is read yet: they are read in the place where the case stays, for
    /// it is too large to be copied around.
    #[inline]
    pub(crate) fn unread(exchange: Exchange<'a>, profile: &'a Profile) -> Self {
        Self {
            times: exchange.times(),
            request: RequestPolicy::unread(exchange.request()),
            response: ResponsePolicy::unread(exchange.response()),
            profile,
        }
    }

    /// The exchange that it was made of.
    pub(crate) const fn exchange(&self) -> Exchange<'a> {
        Exchange::at(self.times, self.request.head(), self.response.head())
    }

    /// What the rules of §4.2 look at, by these facts.
    pub(crate) fn subject<'s>(&'s self, facts: &'s Facts) -> Subject<'s, 'a> {
        Subject::new(&self.times, &self.request, &self.response, facts, self.profile.cache_type())
    }

    pub(crate) fn read(&mut self) {
        self.request.fill();
        self.response.fill(self.profile.facts(), control::read_control);
    }

    /// What the cache does with the response, written into an empty draft.
    ///
    /// Each evaluator is a function of its own: where one became a part of this, every verdict
    /// would pay for the room that it takes.
    #[inline(always)]
    pub(crate) fn judge(&self, draft: &mut Draft<'a>) {
        bypass::bypass(draft, &self.request, self.profile.facts());
        if draft.bypassed == Tri::Yes {
            return;
        }
        match self.profile.algorithm() {
            Algorithm::Rfc9111 => rfc9111::judge(self, draft),
            Algorithm::Envoy(settings) => envoy::judge(self, settings, draft),
            Algorithm::Nginx(settings) => nginx::judge(self, settings, draft),
            Algorithm::Varnish(settings) => varnish::judge(self, settings, draft),
            Algorithm::Pingora => pingora::judge(self, draft),
            Algorithm::Souin => souin::judge(self, draft),
            Algorithm::Squid(settings) => squid::judge(self, settings, draft),
            Algorithm::TrafficServer(settings) => traffic_server::judge(self, settings, draft),
            Algorithm::Httpd(settings) => httpd::judge(self, settings, draft),
            Algorithm::Haproxy(settings) => haproxy::judge(self, settings, draft),
        }
    }

    /// The compact form of what was decided: everything that later decisions need.
    pub(crate) fn keep(&self, draft: &Draft<'a>) -> StoredPolicy {
        let mut policy = StoredPolicy::of(&self.subject(self.profile.facts()), draft, self.profile);
        rfc9111::keep(self, draft, &mut policy);
        match self.profile.algorithm() {
            Algorithm::Rfc9111 | Algorithm::Souin => {}
            Algorithm::Varnish(_) => varnish::keep(&mut policy),
            Algorithm::Envoy(_) => envoy::keep(self, &mut policy),
            Algorithm::Pingora => pingora::keep(self, &mut policy),
            Algorithm::Haproxy(_) => haproxy::keep(&mut policy),
            Algorithm::Nginx(_) => nginx::keep(self, &mut policy),
            Algorithm::Squid(_) => squid::keep(self, &mut policy),
            Algorithm::TrafficServer(_) => traffic_server::keep(self, &mut policy),
            Algorithm::Httpd(_) => httpd::keep(self, &mut policy),
        }
        policy
    }

    /// What a later request gets, at the instant of receipt.
    pub(crate) fn look_up(&self, kept: &StoredPolicy, later: &RequestPolicy<'_>) -> Lookup {
        self.reach(kept, later).if_found(kept.decided(Flags::STORED), Forwarded::UriMiss)
    }

    /// The same if the response is stored.
    pub(crate) fn reach(&self, kept: &StoredPolicy, later: &RequestPolicy<'_>) -> Lookup {
        look_up(self.profile, &self.stored(kept), later, None)
            .if_found(self.in_key(later), Forwarded::UriMiss)
    }

    /// The response as it would be stored.
    pub(crate) fn stored<'s>(&'s self, policy: &'s StoredPolicy) -> Stored<'s> {
        Stored {
            policy,
            variant: Variant::AtHand(self.request.head(), self.response.scan()),
            head: self.response.head(),
            length: None,
            goes_out_whole: false,
        }
    }

    /// §4.1: whether a later request has what the fields hold that Vary names, by RFC 9111.
    pub(crate) fn selects(&self, kept: &StoredPolicy, later: &RequestPolicy<'_>) -> Tri {
        rfc9111::selects(self.profile.facts().vary_fields, &self.stored(kept), later)
    }

    /// §2: whether a later request has the key of this one.
    pub(crate) fn in_key(&self, later: &RequestPolicy<'_>) -> Tri {
        let key = s2_key::in_key(self.profile.facts(), &self.request, &self.response, later);
        // RFC 10008 §2.7: the content is in the key, and it is not in view here.
        let queries = self.request.method == Method::Query && later.method == Method::Query;
        if queries { key.and(Tri::Maybe) } else { key }
    }

    /// Whether a request that waits would find the response under its key, with its method.
    pub(crate) fn same_key(&self, kept: &StoredPolicy, follower: &RequestPolicy<'_>) -> Tri {
        let method = Tri::from(answers_method(kept.method, follower.method) != Tri::No);
        self.in_key(follower).and(method)
    }

    /// What one of `count` requests gets that wait while the response is being fetched.
    pub(crate) fn waiting(
        &self,
        draft: &Draft<'a>,
        kept: &StoredPolicy,
        follower: &RequestPolicy<'_>,
        count: usize,
    ) -> (Waiting, Reason<'a>) {
        let waits = bypass::looked_up(follower, self.profile.facts());
        let apart = |waiting, effect| {
            (waiting, Reason { rule: Rule::OperatorBypass, effect, evidence: Evidence::NONE })
        };
        if waits == Tri::No {
            return apart(Waiting::OwnFetch, RuleEffect::KeepsApart);
        }
        let told = match self.profile.algorithm() {
            // CacheLock and HAProxy's filling of an entry make nobody wait.
            Algorithm::Rfc9111 | Algorithm::Httpd(_) | Algorithm::Haproxy(_) => {
                rfc9111::waiting(self, draft, kept, follower)
            }
            Algorithm::Nginx(_) => nginx::waiting(self, draft, kept, follower),
            Algorithm::Envoy(_) => envoy::waiting(self, draft, kept, follower),
            Algorithm::Pingora => pingora::waiting(self, draft, kept, follower),
            Algorithm::Souin => souin::waiting(self, draft, follower),
            Algorithm::Varnish(_) => varnish::waiting(self, draft, kept, follower),
            Algorithm::Squid(settings) => {
                squid::waiting(self, settings, draft, kept, follower, count)
            }
            Algorithm::TrafficServer(settings) => {
                traffic_server::waiting(self, settings, draft, kept, follower)
            }
        };
        match told {
            (Waiting::Shared | Waiting::Unknown, _) if waits == Tri::Maybe => {
                apart(Waiting::Unknown, RuleEffect::Unknown)
            }
            told => told,
        }
    }

    /// The names that the cache finds in Vary, with what the request holds of them.
    pub(crate) fn vary_key(&self) -> VaryKey {
        let request = self.request.head();
        let vary = self.response.scan().all(Field::Vary);
        let rule = self.profile.facts().vary_fields;
        if rule == Fact::Known(VaryFields::Ignored) {
            return VaryKey::default();
        }
        let partial = if self.response.status() == 206 { Partial::Yes } else { Partial::No };
        match self.profile.algorithm() {
            Algorithm::Nginx(settings) => {
                VaryKey::of(request, nginx::vary_names(vary, settings.header_logic), partial)
            }
            Algorithm::Varnish(_) => {
                let names = varnish::vary_names(vary).filter(|name| rfc9111::counts(rule, name));
                VaryKey::of(request, names, partial)
            }
            Algorithm::Squid(_) => VaryKey::of(request, squid::vary_names(vary), partial),
            Algorithm::TrafficServer(_) => {
                VaryKey::of(request, traffic_server::vary_names(vary), partial)
            }
            Algorithm::Httpd(_) => VaryKey::of(request, httpd::vary_names(self), partial),
            Algorithm::Haproxy(_) => VaryKey::of(request, values(vary), partial),
            Algorithm::Rfc9111 | Algorithm::Envoy(_) | Algorithm::Pingora | Algorithm::Souin => {
                let names = rfc9111::vary_names(vary).filter(|name| rfc9111::counts(rule, name));
                let (key, response) = (self.profile.facts().key_query, self.response.head());
                VaryKey::of(request, names, partial)
                    .with_lines_of(request, s2_key::listed_fields(key, response.lines()))
            }
        }
    }

    /// The time of receipt; where nobody gave it, the response's Date stands in.
    pub(crate) fn clock(&self) -> Option<Timestamp> {
        self.times.now().or_else(|| match self.response.date(None) {
            DateField::At(date, _) => Some(date),
            _ => None,
        })
    }
}

/// What a request gets of a stored response: at a time, or at the instant of receipt.
#[inline]
pub(crate) fn look_up(
    profile: &Profile,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    let lookup = match profile.algorithm() {
        Algorithm::Rfc9111 => rfc9111::look_up(profile, stored, later, at),
        Algorithm::Envoy(settings) => envoy::look_up(profile, settings, stored, later, at),
        Algorithm::Pingora => pingora::look_up(profile, stored, later, at),
        Algorithm::Nginx(settings) => nginx::look_up(profile, settings, stored, later, at),
        Algorithm::Souin => souin::look_up(profile, stored, later, at),
        Algorithm::Varnish(_) => varnish::look_up(profile, stored, later, at),
        Algorithm::Squid(settings) => squid::look_up(profile, settings, stored, later, at),
        Algorithm::TrafficServer(_) => traffic_server::look_up(profile, stored, later, at),
        Algorithm::Httpd(_) => httpd::look_up(profile, stored, later, at),
        Algorithm::Haproxy(_) => haproxy::look_up(profile, stored, later, at),
    };
    match bypass::looked_up(later, profile.facts()) {
        Tri::Yes => lookup,
        open => lookup.if_found(open, Forwarded::Bypass),
    }
}

/// How well a stored response suits what a request accepts ([`Variants::BestMatch`]).
///
/// [`Variants::BestMatch`]: crate::profile::Variants::BestMatch
pub(crate) fn quality(stored: &Stored<'_>, later: &RequestPolicy<'_>) -> u16 {
    traffic_server::quality(stored, later)
}

/// Whether the cache unpacks what calls itself gzip, or tests whether it could: Varnish does, unless
/// `http_gzip_support` is off.
pub(crate) const fn tests_gzip(profile: &Profile) -> bool {
    matches!(profile.algorithm(), Algorithm::Varnish(_))
}

/// Whether a request is looked up, whatever is stored.
pub(crate) fn is_looked_up(profile: &Profile, later: &RequestPolicy<'_>) -> Tri {
    bypass::looked_up(later, profile.facts()).and(looked_up(later, profile.facts()))
}

/// Why a request is not looked up, where it is not certain that it is.
pub(crate) fn not_looked_up(profile: &Profile, later: &RequestPolicy<'_>) -> Option<Forwarded> {
    if bypass::looked_up(later, profile.facts()) != Tri::Yes {
        return Some(Forwarded::Bypass);
    }
    let facts = profile.facts();
    (looked_up(later, facts) != Tri::Yes).then(|| rfc9111::why_not_looked_up(later, facts))
}

/// Why a request goes to the origin: where nothing stored is for it, it may be one that is not looked
/// up at all.
pub(crate) fn why_forwarded(
    profile: &Profile,
    later: &RequestPolicy<'_>,
    why: Forwarded,
) -> Forwarded {
    match why {
        Forwarded::UriMiss => not_looked_up(profile, later).unwrap_or(why),
        why => why,
    }
}

/// §5.2.1.7: whether a request that the store does not answer goes on to the origin, or gets 504. What
/// bypasses the cache goes on: the cache does not read it. Request directives are advisory (§5.2.1);
/// this one is granted unless the profile's cache is known not to read it.
pub(crate) fn gateway(profile: &Profile, later: &RequestPolicy<'_>, why: Forwarded) -> Gateway {
    let rule = profile.facts().request_directives.known().map(|rule| rule.only_if_cached);
    let read = match rule {
        Some(OnlyIfCached::Ignored) => false,
        Some(OnlyIfCached::OfMisses) => why != Forwarded::Stale,
        Some(OnlyIfCached::Honoured) | None => true,
    };
    let wants = read && !later.only_if_cached.is_absent();
    if wants && why_forwarded(profile, later, why) != Forwarded::Bypass {
        Gateway::Closed
    } else {
        Gateway::Open
    }
}

/// Whether a request may go on to the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gateway {
    Open,
    Closed,
}
