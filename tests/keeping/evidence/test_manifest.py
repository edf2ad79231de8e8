"""A manifest lists what was written since the one before, and that one first."""

from __future__ import annotations

import hashlib
import uuid

import msgspec

from probe.keeping.evidence.manifest import Listing, Manifest


def test_manifests_are_a_chain() -> None:
    """Each has the hash of the one before; the first has none."""
    listing = Listing()
    names = [uuid.uuid4().urn for _ in range(3)]
    listing.add(b"one", offset=0, kind="warcinfo", name=names[0])
    first = msgspec.json.decode(listing.take(3), type=Manifest)
    listing.add(b"manifest", offset=3, kind="metadata", name=names[1])
    listing.add(b"two", offset=11, kind="response", name=names[2])
    second = msgspec.json.decode(listing.take(14), type=Manifest)
    assert first.before is None
    assert second.before == 3
    rows = [*first.records, *second.records]
    assert [(one.offset, one.length, one.kind, one.id) for one in rows] == [
        (0, 3, "warcinfo", names[0]),
        (3, 8, "metadata", names[1]),
        (11, 3, "response", names[2]),
    ]
    assert rows[2].digest == hashlib.sha256(b"two").hexdigest()
