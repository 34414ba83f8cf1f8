//! Typed exchanges beyond the finite domain: any number, date, status and wish, from a source of
//! choices.

use crate::model::exchange::{
    Authorization, Cache, Dates, Directives, Etag, Exchange, Location, Method, Moment, Number,
    Vary, Wish,
};

/// An exchange made of choices: `choose(n)` is below `n`.
pub(crate) fn exchange(choose: &mut impl FnMut(u64) -> u64) -> Exchange {
    Exchange {
        cache: one_of(choose, [Cache::Shared, Cache::Private]),
        // The usual ones are the more likely, here and below: else next to nothing is stored.
        method: one_of(
            choose,
            [
                Method::Get,
                Method::Get,
                Method::Get,
                Method::Get,
                Method::Head,
                Method::Post,
                Method::Patch,
                Method::Query,
                Method::Put,
            ],
        ),
        location: one_of(choose, [Location::Absent, Location::Own, Location::Own, Location::Other]),
        authorization: one_of(choose, [Authorization::Absent, Authorization::Present]),
        wish: wish(choose),
        status: status(choose),
        directives: directives(choose),
        max_age: number(choose),
        s_maxage: number(choose),
        stale_while_revalidate: number(choose),
        dates: Dates {
            date: moment(choose),
            expires: moment(choose),
            last_modified: moment(choose),
            age: number(choose),
            delay: seconds(choose) % 100_000,
        },
        etag: one_of(choose, [Etag::Absent, Etag::Present]),
        vary: one_of(
            choose,
            [
                Vary::Absent,
                Vary::Absent,
                Vary::Absent,
                Vary::Accept,
                Vary::Cookie,
                Vary::Authorization,
                Vary::Star,
            ],
        ),
    }
}

fn one_of<T: Copy, const COUNT: usize>(choose: &mut impl FnMut(u64) -> u64, list: [T; COUNT]) -> T {
    list[choose(COUNT as u64) as usize]
}

fn status(choose: &mut impl FnMut(u64) -> u64) -> u16 {
    match choose(3) {
        0 => 200,
        1 => one_of(choose, [206, 301, 302, 304, 404, 428, 429, 431, 451, 511]),
        _ => 100 + choose(520) as u16,
    }
}

/// A few of them: many at once bar everything.
fn directives(choose: &mut impl FnMut(u64) -> u64) -> Directives {
    let both = Directives::COUNT as u64;
    Directives((choose(both) & choose(both) & choose(both)) as u16)
}

fn seconds(choose: &mut impl FnMut(u64) -> u64) -> u64 {
    match choose(4) {
        0 => choose(3),
        1 => choose(100),
        2 => choose(1_000_000),
        _ => (1 << 31) - 2 + choose(4),
    }
}

fn number(choose: &mut impl FnMut(u64) -> u64) -> Number {
    match choose(6) {
        0..=2 => Number::Absent,
        3 => Number::Invalid,
        _ => Number::Seconds(seconds(choose)),
    }
}

fn moment(choose: &mut impl FnMut(u64) -> u64) -> Moment {
    match choose(8) {
        0..=2 => Moment::Absent,
        3 => Moment::Invalid,
        4 => Moment::At(choose(200) as i64 - 100),
        5 => Moment::At(choose(200_000_000) as i64 - 100_000_000),
        _ => Moment::At(0),
    }
}

fn wish(choose: &mut impl FnMut(u64) -> u64) -> Wish {
    match choose(10) {
        0 => Wish::NoStore,
        1 => Wish::NoCache,
        2 => Wish::MaxAge(seconds(choose)),
        3 => Wish::MinFresh(seconds(choose)),
        4 => Wish::MaxStale(None),
        5 => Wish::MaxStale(Some(seconds(choose))),
        _ => Wish::None,
    }
}
