//! Every directive is a part of its line, they stand in order, and a bare restriction that is
//! added behind a comma is never lost. One line says what a list of this one line says.

use storable::Fact;
use storable::field::{Directives, FieldLines, Known};
use storable::policy::ResponseControl;
use storable::profile::Dialect;

pub(crate) fn check(line: &[u8]) {
    let mut end = 0;
    for directive in Directives::of(FieldLines::one(line)) {
        assert!(directive.offset >= end, "out of order");
        end = directive.offset + directive.name.len();
        assert!(directive.text.starts_with(directive.name));
    }
    let mut longer = line.to_vec();
    longer.extend_from_slice(b", no-store");
    // A quote that closes behind the addition makes it text.
    let open = line.iter().filter(|&&byte| byte == b'"').count() % 2 == 1 || line.contains(&b'\\');
    let kept = Directives::of(FieldLines::one(&longer))
        .any(|directive| directive.known() == Some(Known::NoStore));
    assert!(kept || open, "no-store was lost");
    for line in [line, &longer] {
        let (one, list) = (FieldLines::one(line), [line]);
        let [one, listed] = [one, FieldLines::from_slices(&list)]
            .map(|lines| ResponseControl::read(lines, Fact::Known(Dialect::Rfc9111)));
        assert_eq!(one, listed);
    }
}
