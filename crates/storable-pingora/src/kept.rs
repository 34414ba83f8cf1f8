//! What is kept beside a stored head, as a line of that head: pingora's stores write nothing else.

use http::HeaderValue;
use pingora_cache::CacheMeta;
use pingora_error::{ErrorType, OrErr, Result};
use pingora_http::ResponseHeader;
use serde::{Deserialize, Serialize};
use storable::life::{Stored, StoredPolicy, VaryKey};

/// The name of the line. It never leaves the cache.
pub(crate) const NAME: &str = "storable-kept";

/// What the judgement has left for later requests.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) policy: StoredPolicy,
    pub(crate) vary: VaryKey,
}

impl Kept {
    pub(crate) fn write(&self, head: &mut ResponseHeader) -> Result<()> {
        let text = serde_json::to_string(self).or_err(ErrorType::InternalError, "kept policy")?;
        let value = HeaderValue::try_from(text).or_err(ErrorType::InternalError, "kept policy")?;
        head.insert_header(NAME, value)
    }

    /// `None` where another version of the profile, or of this crate, has written it: then it counts as
    /// not stored.
    pub(crate) fn read(meta: &CacheMeta) -> Option<Self> {
        serde_json::from_slice(meta.headers().get(NAME)?.as_bytes()).ok()
    }

    pub(crate) fn stored<'a>(&'a self, meta: &'a CacheMeta) -> Stored<'a> {
        let head: &http::response::Parts = meta.response_header();
        Stored::new(&self.policy, &self.vary, head)
    }
}
