//! Pages of HTML: the little that `matrix` and `pages` need.

use std::fmt::{Arguments, Write};

const STYLE: &str = include_str!("html.css");

/// A page that is being written.
pub(crate) struct Page(String);

impl Page {
    pub(crate) fn new(title: &str) -> Self {
        let title = escape(title);
        Self(format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title>\n\
             <style>{STYLE}</style>\n<h1>{title}</h1>\n"
        ))
    }

    /// Adds markup; text from elsewhere goes through [`escape`] first.
    pub(crate) fn add(&mut self, markup: Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.0.write_fmt(markup);
        self.0.push('\n');
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push_str("</html>\n");
        self.0
    }
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// Text with its addresses as links.
pub(crate) fn linked(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let (address, rest) = match word.find([',', ')', '(', ';']) {
            Some(at) => word.split_at(at),
            None => (word, ""),
        };
        if address.starts_with("https://") || address.starts_with("http://") {
            format!("<a href=\"{0}\">{0}</a>{1}", escape(address), escape(rest))
        } else {
            escape(word)
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
