"""A write that is sent twice with one key is done once, and answered alike (``Idempotency-Key``)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kpi.errors import UserError
from kpi.model.viewer import Viewer
from kpi.queries import KeptAnswer
from kpi.services.operation.api_access import earlier_answer
from kpi.store.store import Store


class OnceByKey:
    """The keys of this process that are being answered; those answered earlier are in the store."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._in_hand: set[tuple[str, str]] = set()

    def answer(
        self, store: Store, viewer: Viewer, key: str, sent: bytes, act: Callable[[str], tuple[KeptAnswer, bool]]
    ) -> tuple[KeptAnswer, bool]:
        """The answer, and whether it is an earlier call's. ``act`` is given the hash of what was sent, and keeps its
        answer with what it does: both or neither. One that raises keeps no answer.

        Raises:
            UserError: the key of another request, or one that is being answered.
        """
        request = hashlib.sha256(sent).hexdigest()
        with self._alone(viewer.account, key):
            earlier = earlier_answer(store, viewer, key)
            answered, repeated = (earlier, True) if earlier else act(request)
        if answered.request != request:
            raise UserError("api_key_reused")
        return answered, repeated

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
