"""What a page has gathered is taken up again by the account that it was gathered by, and by nobody else."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

from tests.conftest import Served
from tests.server.http_client import session, signed_in


@pytest.mark.campaign
def test_a_page_that_connects_again_as_somebody_else_finds_nothing_of_the_one_before(served: Served) -> None:
    """As where a colleague signs in at the same browser, in another tab. While it is open, and once it has left."""
    first, other = (signed_in(served.url, account) for account in ("enterprise", "reviewer"))
    with session(served.url, first) as left, session(served.url, other, again=left) as taken:
        assert taken != left
    with session(served.url, other, again=left) as taken:
        assert taken != left
    with pytest.raises(InvalidStatus), session(served.url, again=left):
        pass
    with session(served.url, first, again=left) as taken:
        assert taken == left
