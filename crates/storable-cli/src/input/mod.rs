//! What people have at hand, read: HAR files, and message heads as tools print them.

pub mod har;
pub mod heads;
