"""How what is away is waited for."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable, Optional, TypeVar

from ._errors import is_unavailable

_SHORTEST_WAIT_S, _LONGEST_WAIT_S = 0.2, 10.0
_SAY_EVERY_S = 60.0
# Who has worked for so long before it failed was not waiting: an outage begins anew.
_WORKED_S = 60.0

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """For how long what is away is waited for."""

    seconds: float = 600.0
    """From the first failure on."""
    on_wait: Optional[Callable[[str], None]] = None
    """Told when waiting begins, and then once a minute, for what."""


class Outage:
    """Waits between the tries of one piece of work."""

    def __init__(self, what: str, patience: Patience) -> None:
        self._what, self._patience = what, patience
        self._begun_s = self._tried_s = time.monotonic()
        self._said_s = float("-inf")
        self._wait_s = _SHORTEST_WAIT_S

    def wait(self, error: BaseException) -> bool:
        """Whether to try again, after a pause: not for errors that stay, nor when patience is over."""
        now_s = time.monotonic()
        if now_s - self._tried_s > _WORKED_S:
            self._begun_s, self._wait_s = now_s, _SHORTEST_WAIT_S
        if not is_unavailable(error) or now_s - self._begun_s >= self._patience.seconds:
            return False
        if self._patience.on_wait and now_s - self._said_s >= _SAY_EVERY_S:
            self._said_s = now_s
            self._patience.on_wait(f"waiting: {self._what}: {error.details()}")  # type: ignore[attr-defined]
        time.sleep(self._wait_s)
        self._wait_s = min(2 * self._wait_s, _LONGEST_WAIT_S)
        self._tried_s = time.monotonic()
        return True


def patiently(what: str, patience: Patience, work: Callable[[], T]) -> T:
    """Does work, and again while the suite is away, for as long as patience lasts. Raises what it raised last."""
    outage = Outage(what, patience)
    while True:
        try:
            return work()
        except Exception as error:
            if not outage.wait(error):
                raise
