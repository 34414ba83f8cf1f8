//! The sharp cases, on the layer.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeMap;

use storable::Profile;
use storable_sharp::{cases, client, play};
use storable_tower::{CacheLayer, MemoryStore};
use tokio::task::JoinSet;
use tower_layer::Layer;

#[tokio::test(flavor = "multi_thread")]
async fn all_are_passed() {
    let mut played = JoinSet::new();
    for case in cases().unwrap() {
        assert!(
            case.steps.iter().any(storable_sharp::Step::expects),
            "{} expects nothing",
            case.name
        );
        played.spawn(async move {
            let layer = CacheLayer::new(Profile::RFC9111_SHARED, MemoryStore::new(1 << 20));
            let wrong = play(&case, |origin| client(layer.layer(origin))).await;
            (case.name, wrong)
        });
    }
    let played = played.join_all().await;
    let names: BTreeMap<_, _> = played.iter().cloned().collect();
    assert_eq!(names.len(), played.len(), "two cases have one name");
    let failed: Vec<_> = names.into_iter().filter(|(_, wrong)| !wrong.is_empty()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
