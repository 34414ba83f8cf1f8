//! Surrogate-Control (src/HttpHdrSc.cc; src/http.cc, processSurrogateControl).

use super::atoi::atoi;
use super::list::JoinedItems;
use crate::server::kit::LetterCase;

/// What the parts of Surrogate-Control say that are meant for this cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Surrogate<'a> {
    /// The first part that is meant for this cache.
    pub(super) text: &'a [u8],
    pub(super) no_store: Option<&'a [u8]>,
    /// `max-age=N+M`: the lesser number. M is 0 where it is not there, and so is the lifetime.
    pub(super) max_age: Option<(i64, &'a [u8])>,
}

impl<'a> Surrogate<'a> {
    /// Parts without a target and parts for this cache count alike, the former first
    /// (getMergedTarget). `None` where no part is meant for this cache.
    pub(super) fn read(
        lines: impl Iterator<Item = &'a [u8]> + Clone,
        own_id: &str,
        case: LetterCase,
    ) -> Option<Self> {
        let parts = || JoinedItems::of(lines.clone()).map(|item| Part::of(item.text, case));
        let for_us = |part: &Part<'a>| match part.target {
            None => true,
            Some(target) => target == own_id.as_bytes(),
        };
        let text = parts().find(for_us)?.text;
        let no_store =
            parts().filter(for_us).find(|part| part.order == Order::NoStore).map(|part| part.text);
        let max_age = |targeted: bool| {
            parts()
                .filter(|part| for_us(part) && part.target.is_some() == targeted)
                .find_map(|part| Some((part.max_age()?, part.text)))
        };
        Some(Self { text, no_store, max_age: max_age(false).or_else(|| max_age(true)) })
    }
}

/// One member: an order, for one target or for everybody.
struct Part<'a> {
    text: &'a [u8],
    order: Order,
    argument: &'a [u8],
    target: Option<&'a [u8]>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    NoStore,
    MaxAge,
    /// Others change nothing; that they are there counts.
    Other,
}

impl<'a> Part<'a> {
    fn of(text: &'a [u8], case: LetterCase) -> Self {
        let cut = |separator| text.iter().position(|&byte| byte == separator);
        let end = cut(b'=').or_else(|| cut(b';')).unwrap_or(text.len());
        let (name, rest) = text.split_at_checked(end).unwrap_or((text, b""));
        let is = |known: &[u8]| match case {
            LetterCase::Counts => name == known,
            LetterCase::Ignored => name.eq_ignore_ascii_case(known),
        };
        let order = if is(b"no-store") {
            Order::NoStore
        } else if is(b"max-age") {
            Order::MaxAge
        } else {
            Order::Other
        };
        Self { text, order, argument: rest.get(1..).unwrap_or_default(), target: target(text) }
    }

    fn max_age(&self) -> Option<i64> {
        if self.order != Order::MaxAge {
            return None;
        }
        let number = atoi(self.argument);
        let is_number =
            number > 0 || (number == 0 && self.argument.first().is_some_and(u8::is_ascii_digit));
        let most_stale = self.argument.iter().position(|&byte| byte == b'+');
        let most_stale =
            most_stale.and_then(|at| self.argument.get(at.saturating_add(1)..)).map_or(0, atoi);
        is_number.then(|| i64::from(number.min(most_stale)))
    }
}

/// What follows the last `;`, unless a quote stands there.
fn target(text: &[u8]) -> Option<&[u8]> {
    let at = text.iter().rposition(|&byte| byte == b';')?;
    text.get(at.saturating_add(1)..).filter(|target| !target.is_empty() && !target.contains(&b'"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, no_store: bool, max_age: Option<i64>) {
        let read = Surrogate::read([line.as_bytes()].into_iter(), "us", LetterCase::Counts);
        let read =
            read.map(|read| (read.no_store.is_some(), read.max_age.map(|(seconds, _)| seconds)));
        assert_eq!(read, Some((no_store, max_age)), "{line}");
    }

    #[test]
    fn parts_for_everybody_and_for_us() {
        check("max-age=60", false, Some(0));
        check("max-age=60+30", false, Some(30));
        check("max-age=60+300", false, Some(60));
        check("max-age=60+300;us", false, Some(60));
        check("max-age=60+300;us, max-age=5+5", false, Some(5));
        check("no-store;us, max-age=60+60;other", true, None);
        check("content=\"ESI/1.0;x\"", false, None);
        check("no-store-remote", false, None);
        check("No-Store", false, None);
        check("max-age=x, max-age=-1", false, None);
        let other = Surrogate::read([&b"no-store;other"[..]].into_iter(), "us", LetterCase::Counts);
        assert_eq!(other, None);
    }
}
