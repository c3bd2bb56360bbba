//! The HTTP server: API and pages.
