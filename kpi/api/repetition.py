"""A write that is sent twice with one key is done once, and answered alike (``Idempotency-Key``)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kpi.errors import UserError
from kpi.model.viewer import Viewer
from kpi.queries import KeptAnswer
from kpi.services.operation.api_access import earlier_answer, keep_answer
from kpi.store.store import Store


class OnceByKey:
    """The keys of this process that are being answered; those answered earlier are in the store."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._in_hand: set[tuple[str, str]] = set()

    def answer(
        self, store: Store, viewer: Viewer, key: str, sent: bytes, act: Callable[[], tuple[int, str]]
    ) -> tuple[int, str, bool]:
        """Status, body, and whether they are an earlier call's. An ``act`` that raises keeps no answer.

        A process that ends between the act and its answer leaves the act done and the key free: the act itself must
        come to the same when it is repeated.

        Raises:
            UserError: the key of another request, or one that is being answered.
        """
        request = hashlib.sha256(sent).hexdigest()
        with self._alone(viewer.account, key):
            if earlier := earlier_answer(store, viewer, key):
                if earlier.request != request:
                    raise UserError("api_key_reused")
                return earlier.status, earlier.body, True
            status, body = act()
            keep_answer(store, viewer, key, KeptAnswer(request, status, body))
        return status, body, False

    @contextmanager
    def _alone(self, account: str, key: str) -> Iterator[None]:
        with self._guard:
            if (account, key) in self._in_hand:
                raise UserError("api_key_in_use")
            self._in_hand.add((account, key))
        try:
            yield
        finally:
            with self._guard:
                self._in_hand.discard((account, key))
