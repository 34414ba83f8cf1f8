//! Proxy.
fn main() {}
