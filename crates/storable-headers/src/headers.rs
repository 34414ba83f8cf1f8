//! Fields as `headers` has them.

use headers::{Error, Header};
use http::{HeaderMap, HeaderName, HeaderValue};
use storable::HeaderLines;

use crate::{Read, Typed};

impl<T: Read> Header for Typed<T> {
    fn name() -> &'static HeaderName {
        T::name()
    }

    /// Fails where there is no line; of lines that are not well formed, what restricts is read.
    fn decode<'i, I: Iterator<Item = &'i HeaderValue>>(values: &mut I) -> Result<Self, Error> {
        let mut lines = HeaderMap::new();
        for value in values {
            lines.try_append(T::name(), value.clone()).map_err(|_| Error::invalid())?;
        }
        if lines.is_empty() {
            return Err(Error::invalid());
        }
        Ok(Self(T::read(HeaderLines::from_map(&lines))))
    }

    fn encode<E: Extend<HeaderValue>>(&self, values: &mut E) {
        values.extend([self.0.clone().into()]);
    }
}
