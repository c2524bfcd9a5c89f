//! The knowledge base: people, catalog, bundles, policies.
