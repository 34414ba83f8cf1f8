//! The experiment that answers a question which no public source answers: what the origin sends, who
//! asks, and what is read off.
//!
//! All of them go through a cache of one's own to an origin that numbers its answers and logs what
//! arrives there, on a path that nobody has asked for before; first `public, max-age=60` twice, for
//! where that is no hit the path is not cached at all. One hit proves that something is stored; a
//! miss does so only where it is repeated, for the next request may meet another node.

use storable::Axis;

/// The experiment for a question, where one is known that fits in a sentence.
pub(crate) fn of(axis: Axis) -> Option<&'static str> {
    Some(match axis {
        Axis::Collapsing => {
            "answer `public, max-age=60` after 5 s, and ask six times at once: six requests at the \
             origin mean that nobody waits, one that all do"
        }
        Axis::WaitingNotStored => {
            "answer `private`, then `no-store`, then `max-age=60` with a Set-Cookie, each after 5 s, and \
             ask six times at once: one serial number for all is a leak; six requests, the last five \
             together after 5 s, mean that each is let go; one after the other, that they look again"
        }
        Axis::WaitingNoCache | Axis::WaitingZero | Axis::WaitingPastExpires => {
            "answer `no-cache`, `max-age=0` and a past Expires, each after 5 s and with an ETag, and ask six \
             times at once: one request at the origin means shared, later ones with If-None-Match that \
             they look again, without it that each is fetched on its own"
        }
        Axis::Age => {
            "answer `max-age=60` with `Age: 56`, and ask at 0, 1 and 6 s: hit and hit means not counted, \
             hit and then a request at the origin counted; again with Expires instead"
        }
        Axis::Pragma => {
            "answer `Pragma: no-cache` with `max-age=60` and an ETag, and ask twice: a hit means ignored, \
             If-None-Match at the origin validated, a plain request not stored"
        }
        Axis::SetCookie => {
            "answer `public, max-age=60` with a Set-Cookie that holds the serial number, and have two users \
             ask: the other's cookie is a leak, a hit without one means taken out, a miss not stored"
        }
        Axis::VaryFields | Axis::VaryStar => {
            "answer `max-age=60` with Vary, and ask with values A, B, A, B: hits from the second on mean \
             ignored, from the third on compared, none not stored"
        }
        Axis::NoCache | Axis::NoCacheFields => {
            "answer `no-cache, max-age=60` with an ETag, and ask twice: a hit means ignored, \
             If-None-Match at the origin validated, a plain request not stored"
        }
        Axis::Private | Axis::PrivateFields | Axis::NoStore => {
            "answer it with and without `max-age=60`, and have two users ask: a hit is a leak"
        }
        Axis::ZeroLifetime | Axis::InvalidExpires => {
            "answer `max-age=0`, a past Expires, and `Expires: 0`, each with an ETag, and ask twice: \
             If-None-Match at the origin means stored, a plain request not stored, a hit a least lifetime"
        }
        Axis::LifetimeSources => {
            "answer `max-age=60`, `s-maxage=60`, an Expires, and pairs of them that contradict each other, \
             and ask twice: what hits tells what counts, and in which order"
        }
        Axis::Permits | Axis::DefaultTtl | Axis::Heuristic | Axis::FixedTtl => {
            "answer with nothing, with `public`, and with an old Last-Modified, and ask after 1, 60, 600, \
             3600 and 7200 s: the last hit tells how long"
        }
        Axis::ControlFields => {
            "answer `max-age=60` in each field over `max-age=0` in Cache-Control, and the other way round, \
             and ask twice; pairs of two such fields tell their order"
        }
        Axis::Statuses | Axis::ErrorTtl => {
            "answer the status with `max-age=60` and with nothing, and ask twice: a hit means stored"
        }
        Axis::Methods => "ask with HEAD and then GET, and see whether the GET reaches the origin",
        Axis::Authorization | Axis::RequestCookie | Axis::RequestNoStore | Axis::RequestNoCache => {
            "send the field with the first request only: a later miss means not stored; with the second \
             only: a miss means passed by, If-None-Match at the origin validated"
        }
        Axis::Validation | Axis::NotModified => {
            "answer `max-age=1` with an ETag, ask at 0 and 3 s, and answer the second with a 304 that has \
             another field: If-None-Match at the origin, and whose fields the answer has, tell"
        }
        Axis::StaleWhileRevalidate | Axis::StaleIfError => {
            "answer `max-age=1` with the directive, ask at 0 and 3 s, the second time failing for \
             stale-if-error: the old serial number means that it is served stale"
        }
        Axis::ExpiresClock => {
            "answer a Date that is an hour old with an Expires a minute after it, and ask twice: a hit \
             means that Expires runs from Date, a request at the origin that it runs from the cache's clock"
        }
        Axis::KeyQuery | Axis::Key => {
            "answer `public, max-age=60`, and ask with another query or field: a hit means not in the key"
        }
        Axis::Dialect => {
            "answer `Max-Age=60`, `max-age=\"60\"`, `max-age=60;x` and `max-age=60, max-age=0`, each where nothing \
             else states a lifetime, and ask twice: a hit means that it was read as 60"
        }
        Axis::Marker => {
            "answer `private`, then `max-age=60`, and ask three times: a third miss means that a marker \
             has stayed behind"
        }
        _ => return None,
    })
}
