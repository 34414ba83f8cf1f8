//! Making a verdict, and asking it everything that a proxy asks, allocates nothing.

#![allow(missing_docs, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::time::{Duration, SystemTime};

use storable::{Exchange, Profile};

#[test]
fn a_verdict_and_its_answers_allocate_nothing() {
    let request = http::Request::get("https://shop.example/mypage?from=top")
        .header("Cookie", "sid=alice")
        .header("Authorization", "Bearer alice")
        .header("Cache-Control", "max-age=0")
        .body(())
        .unwrap();
    let response = http::Response::builder()
        .header("Date", "Thu, 22 Jun 2017 00:41:00 GMT")
        .header("Expires", "Thu, 22 Jun 2017 00:40:59 GMT")
        .header("Cache-Control", "max-age=60;private, no-cache=\"Set-Cookie\", public, x=\"")
        .header("Cache-Control", "no-store, s-maxage=\"6\\0\"")
        .header("CDN-Cache-Control", "max-age=60, private")
        .header("Surrogate-Control", "max-age=3600")
        .header("Vary", "Accept-Encoding, Cookie")
        .header("Set-Cookie", "sid=alice")
        .header("Last-Modified", "Thu, 22 Jun 2017 00:00:00 GMT")
        .header("Age", "7")
        .body(())
        .unwrap();
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_498_092_061);
    for profile in Profile::ALL {
        let info = allocation_counter::measure(|| {
            let verdict = Exchange::new(&request, &response).received_at(at).judge(profile);
            std::hint::black_box((
                verdict.answers(),
                verdict.may_share(),
                verdict.marker(),
                verdict.headline().code(),
                verdict.warning_count(),
                verdict.deviations().count(),
            ));
            for reason in verdict.reasons() {
                std::hint::black_box(verdict.source(reason));
            }
        });
        assert_eq!(info.count_total, 0, "{}", profile.id());
    }
}
