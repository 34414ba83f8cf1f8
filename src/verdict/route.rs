//! Later requests for which another route of a site decides: another profile over what is stored.

use super::Verdict;
use crate::answer::{Answer, Waiting};
use crate::kept::{Flags, Forwarded, Lookup};
use crate::message::AsRequest;
use crate::policy::RequestPolicy;
use crate::profile::Profile;
use crate::rule::Tri;
use crate::server::{self, Case};

impl Verdict<'_> {
    /// What a later request gets for which another profile decides; `finds` says whether it finds what
    /// is stored of this response, as [`Site::finds`](crate::Site::finds) does.
    ///
    /// ```
    /// use storable::{Answer, Profile, storable};
    ///
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// let response = http::Response::builder().header("Cache-Control", "max-age=60").body(())?;
    /// let verdict = storable(&request, &response, &Profile::NGINX);
    /// let later = |profile, finds| verdict.for_other_under(&request, profile, finds);
    /// assert_eq!(later(&Profile::NGINX_1_26, Some(true)), Answer::Hit);
    /// assert_eq!(later(&Profile::NGINX_1_26, Some(false)), Answer::Miss);
    /// assert_eq!(later(&Profile::CACHING_OFF, None), Answer::Miss);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn for_other_under(
        &self,
        later: &(impl AsRequest + ?Sized),
        profile: &Profile,
        finds: Option<bool>,
    ) -> Answer {
        let later = RequestPolicy::read(later.as_request());
        self.settle_under(self.look_up_under(&later, profile, finds), &later, profile)
    }

    fn look_up_under(
        &self,
        later: &RequestPolicy<'_>,
        profile: &Profile,
        finds: Option<bool>,
    ) -> Lookup {
        if let Some(why) = server::not_looked_up(profile, later) {
            return Lookup::elsewhere(why);
        }
        let kept = self.keep();
        // Two algorithms do not keep the same.
        let alike = profile.reads() == self.profile().reads();
        server::look_up(profile, &self.case.stored(&kept), later, None)
            .if_found(if alike { Tri::Yes } else { Tri::Maybe }, Forwarded::UriMiss)
            .if_found(finds.map_or(Tri::Maybe, Tri::from), Forwarded::UriMiss)
            .if_found(kept.decided(Flags::STORED), Forwarded::UriMiss)
    }

    /// The worst that `count` requests get for which another profile decides, and that wait while
    /// the response is being fetched; `finds` as above.
    #[must_use]
    pub fn for_waiting_under(
        &self,
        follower: &(impl AsRequest + ?Sized),
        count: usize,
        profile: &Profile,
        finds: Option<bool>,
    ) -> Waiting {
        let later = RequestPolicy::read(follower.as_request());
        if server::not_looked_up(profile, &later).is_some() || finds == Some(false) {
            return Waiting::OwnFetch;
        }
        if profile.reads() != self.profile().reads() || finds.is_none() {
            return Waiting::Unknown;
        }
        Case { profile, ..self.case }.waiting(&self.draft, &self.keep(), &later, count).0
    }
}
