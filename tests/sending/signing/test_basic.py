"""A name and a password, as RFC 7617 writes them."""

from __future__ import annotations

from tests.sending.signing.wire import written


def test_the_example_of_the_standard_comes_out() -> None:
    """RFC 7617, section 2, and its UTF-8 example in section 2.1."""
    request = written(
        "x", "basic", {"id": "Aladdin", "key": "open sesame"}, url="http://127.0.0.1/?q={keyword}"
    )
    assert dict(request.headers)["authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    request = written("x", "basic", {"id": "test", "key": "123£"}, url="http://127.0.0.1/?q={keyword}")
    assert dict(request.headers)["authorization"] == "Basic dGVzdDoxMjPCow=="
