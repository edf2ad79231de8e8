"""A practice ground: one loopback server that pretends to be several platforms, each with its censor.

Tests, documentation and `probe demo` use it, so it imports nothing else of `probe`: were it to share code
with what it tests, both could be wrong in the same way.
"""
