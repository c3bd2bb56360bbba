//! Records of single consumers, read back from files as a deposit writes them.

mod events;
mod people;
mod world;
