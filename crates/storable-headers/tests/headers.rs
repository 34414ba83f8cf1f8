//! Fields as `headers` has them.

#![cfg(feature = "headers")]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::Duration;

use headers::HeaderMapExt;
use http::HeaderMap;
use storable::header::{CacheControl, Vary};
use storable_headers::Typed;

#[test]
fn what_is_written_reads_back() {
    let mut fields = HeaderMap::new();
    let control = CacheControl::new().max_age(Duration::from_secs(60));
    fields.typed_insert(Typed(control.clone()));
    assert_eq!(fields["cache-control"], "max-age=60");
    assert_eq!(fields.typed_get::<Typed<CacheControl>>(), Some(Typed(control)));
    assert_eq!(fields.typed_get::<Typed<Vary>>(), None);
}

/// What `headers` itself refuses, or reads past, restricts here.
#[test]
fn what_restricts_is_not_lost() {
    let mut fields = HeaderMap::new();
    for line in ["max-age=60", "no-store=1, max-age=sixty"] {
        fields.append("cache-control", line.parse().unwrap());
    }
    let Typed(control) = fields.typed_get::<Typed<CacheControl>>().unwrap();
    assert!(control.no_store);
}
