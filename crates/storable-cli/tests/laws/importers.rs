//! What `storable import` makes of any text: a site that reads itself, or an error of one line.

use storable::Site;
use storable::site::SiteFile;
use storable_cli::import::import_text;

/// The kinds of configuration that are one text.
const KINDS: &[&str] = &["cloudflare", "cloudfront", "google", "akamai", "netlify", "vercel"];

pub(crate) fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    for kind in KINDS {
        if let Ok((site, says)) = import_text(kind, text) {
            let file: SiteFile =
                toml::from_str(&site).unwrap_or_else(|error| panic!("{error}\n{site}"));
            assert!(Site::new(file).is_ok(), "{site}");
            assert!(says.iter().all(|line| line.contains(": ")), "{says:?}");
        }
    }
}
