//! Servers that are no good: whatever they do, a session ends in time, costs little, and gives no secret away.

mod clear;
mod encrypted;
mod support;
