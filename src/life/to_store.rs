//! Everything that a store keeps of an exchange, beside the content.

use http::{Response, StatusCode};

use super::s3_1_fields::header_map;
use super::s3_2_update::insert_date;
use super::{Stored, StoredPolicy, VaryKey};
use crate::kept::Flags;
use crate::rule::Tri;
use crate::verdict::Verdict;

/// What a store keeps of an exchange that may be stored, beside the content.
///
/// ```
/// use storable::{Profile, storable};
///
/// let request = http::Request::get("https://shop.example/").body(())?;
/// let response = http::Response::builder()
///     .header("Date", "Thu, 22 Jun 2017 00:41:00 GMT")
///     .header("Cache-Control", "max-age=60")
///     .header("Vary", "Accept-Language")
///     .header("Connection", "close")
///     .body(())?;
/// let entry = storable(&request, &response, &Profile::RFC9111_SHARED).to_store().unwrap();
/// assert!(!entry.head.headers().contains_key("connection"));
/// assert_eq!(entry.vary.names().collect::<Vec<_>>(), ["accept-language"]);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ToStore {
    /// The head, without the fields that are not stored (RFC 9111 §3.1), and with a Date.
    pub head: Response<()>,
    /// Numbers and flags.
    pub policy: StoredPolicy,
    /// The request fields that later requests must match.
    pub vary: VaryKey,
}

impl ToStore {
    /// The same, borrowed, for [`look_up`](super::look_up) and what follows it.
    #[must_use]
    pub fn stored(&self) -> Stored<'_> {
        Stored::new(&self.policy, &self.vary, &self.head)
    }
}

impl<'a> From<&'a ToStore> for Stored<'a> {
    fn from(entry: &'a ToStore) -> Self {
        entry.stored()
    }
}

impl Verdict<'_> {
    /// What to keep beside the response, where this verdict allows storing it. `None` where it
    /// does not, where that is unknown, and where nothing tells when the response came.
    #[must_use]
    pub fn stored_policy(&self) -> Option<StoredPolicy> {
        let policy = self.keep();
        let stored = policy.decided(Flags::STORED) == Tri::Yes;
        (stored && !policy.flags.has(Flags::NO_CLOCK))
            .then(|| StoredPolicy { rule: self.headline().rule, ..policy })
    }

    /// The request fields that later requests must match (RFC 9111 §4.1).
    #[must_use]
    pub fn vary_key(&self) -> VaryKey {
        self.case().vary_key()
    }

    /// What a store keeps of this exchange; `None` where it is not stored, or that is not known.
    #[must_use]
    pub fn to_store(&self) -> Option<ToStore> {
        self.stored_policy().map(|policy| self.with_head(policy))
    }

    /// The response as it would be stored if it were, for what is decided of it on its way out.
    pub(crate) fn as_if_stored(&self) -> ToStore {
        self.with_head(self.keep())
    }

    fn with_head(&self, policy: StoredPolicy) -> ToStore {
        let mut head = Response::new(());
        *head.status_mut() = StatusCode::from_u16(policy.status()).unwrap_or_default();
        *head.headers_mut() = header_map(self.lines_to_store());
        if !head.headers().contains_key("date") {
            // RFC 9110 §6.6.1.
            insert_date(head.headers_mut(), policy.received_at());
        }
        ToStore { head, policy, vary: self.vary_key() }
    }
}
