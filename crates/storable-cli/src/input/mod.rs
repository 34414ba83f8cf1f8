//! What people have at hand, read: HAR files and other recordings, and message heads as tools print
//! them.

pub mod har;
pub mod heads;
pub mod recorded;
