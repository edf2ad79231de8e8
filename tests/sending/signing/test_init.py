"""Each scheme that a definition can name has what signs it."""

from __future__ import annotations

import pytest

from probe.model.asking import PARAMETERS, Scheme
from probe.sending.signing import SIGNERS, Draft, Moment


@pytest.mark.parametrize("scheme", Scheme)
def test_every_scheme_needs_what_it_says_and_no_more(scheme: Scheme) -> None:
    """The checker goes by that list: with less, or with another name, nothing could be signed."""
    wanted = PARAMETERS[scheme]
    draft = Draft(method="POST", url="https://h.example/", query=[], headers={}, form=[("a", b"b")])
    before = draft.finish()
    SIGNERS[scheme](draft, dict.fromkeys(wanted, "x" * 32), Moment(now=1e9, nonce="n"))
    assert draft.finish() != before
    for missing in wanted:
        given = {name: "x" for name in wanted if name != missing}
        with pytest.raises(KeyError):
            SIGNERS[scheme](draft, given, Moment(now=1e9, nonce="n"))


def test_all_schemes_are_there() -> None:
    """A scheme without a signer would end a run in its middle."""
    assert SIGNERS.keys() == PARAMETERS.keys() == set(Scheme)
