"""A small, strict Bot API server for tests: real HTTP, held to the Bot API specification as data."""
