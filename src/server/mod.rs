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
mod rfc9111;
mod souin;
mod squid;
mod traffic_server;
mod varnish;

use crate::calendar::Timestamp;
use crate::exchange::{Exchange, Times};
use crate::policy::{DateField, RequestPolicy, ResponsePolicy};
use crate::profile::{Algorithm, Facts, Profile};
use crate::rule::s4_2_freshness::Subject;
use crate::rule::s4_reuse::{Answer, Answers, Stored};
use crate::rule::s4_waiting::Waiting;
use crate::rule::{Draft, Reason, Tri, bypass};

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
            Algorithm::Envoy => envoy::judge(self, draft),
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

    /// How a later request is answered, at the instant of receipt.
    pub(crate) fn answer(&self, draft: &Draft<'a>, later: &RequestPolicy<'_>) -> Answer {
        self.answers(draft, later).settle()
    }

    /// How it may be answered, as far as facts are known.
    pub(crate) fn answers(&self, draft: &Draft<'a>, later: &RequestPolicy<'_>) -> Answers {
        match bypass::looked_up(later, self.profile.facts()) {
            Tri::Yes => self.answers_if_looked_up(draft, later),
            Tri::Maybe => Answers { miss: true, ..self.answers_if_looked_up(draft, later) },
            Tri::No => Answers { miss: true, ..Answers::default() },
        }
    }

    fn answers_if_looked_up(&self, draft: &Draft<'a>, later: &RequestPolicy<'_>) -> Answers {
        match self.profile.algorithm() {
            Algorithm::Rfc9111 => rfc9111::answers(self, draft, later),
            Algorithm::Envoy => envoy::answers(self, draft, later),
            Algorithm::Nginx(settings) => nginx::answers(self, settings, draft, later),
            Algorithm::Pingora => pingora::answers(self, draft, later),
            Algorithm::Souin => souin::answers(self, draft, later),
            Algorithm::Varnish(_) => varnish::answers(self, draft, later),
            Algorithm::Squid(settings) => squid::answers(self, settings, draft, later),
            Algorithm::TrafficServer(_) => traffic_server::answers(self, draft, later),
            Algorithm::Httpd(_) => httpd::answers(self, draft, later),
            Algorithm::Haproxy(_) => haproxy::answers(self, draft, later),
        }
    }

    /// What one of `count` requests gets that wait while the response is being fetched.
    pub(crate) fn waiting(
        &self,
        draft: &Draft<'a>,
        follower: &RequestPolicy<'_>,
        count: usize,
    ) -> (Waiting, Reason<'a>) {
        match self.profile.algorithm() {
            // CacheLock and HAProxy's filling of an entry make nobody wait.
            Algorithm::Rfc9111 | Algorithm::Httpd(_) | Algorithm::Haproxy(_) => {
                rfc9111::waiting(self, draft, follower)
            }
            Algorithm::Envoy => envoy::waiting(self, draft, follower),
            Algorithm::Nginx(settings) => nginx::waiting(self, settings, draft, follower),
            Algorithm::Pingora => pingora::waiting(self, draft, follower),
            Algorithm::Souin => souin::waiting(self, draft, follower),
            Algorithm::Varnish(_) => varnish::waiting(self, draft, follower),
            Algorithm::Squid(settings) => squid::waiting(self, settings, draft, follower, count),
            Algorithm::TrafficServer(_) => traffic_server::waiting(self, draft, follower),
        }
    }

    /// The time of receipt; where nobody gave it, the response's Date stands in.
    pub(crate) fn clock(&self) -> Option<Timestamp> {
        self.times.now().or_else(|| match self.response.date(None) {
            DateField::At(date, _) => Some(date),
            _ => None,
        })
    }

    pub(crate) fn stored<'s>(&'s self, draft: &'s Draft<'a>) -> Stored<'s, 'a> {
        Stored {
            draft,
            request: &self.request,
            response: &self.response,
            facts: self.profile.facts(),
            cache_type: self.profile.cache_type(),
        }
    }
}
