"""Watches that go on behind the last sequence that was seen."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, Iterator, Optional, TypeVar

from climb.common.v1 import job_pb2

from ._patience import Outage, Patience

M = TypeVar("M")


class WorkFailed(Exception):
    """Work that ended without success; reason and metadata as climb.common.v1.Failure says."""

    def __init__(self, message: str, reason: str = "", metadata: Optional[Dict[str, str]] = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.metadata = metadata or {}


def watch(call: Callable[[Any], Iterable[M]], request: Any, patience: Patience = Patience()) -> Iterator[M]:
    """Makes a Watch call, and again behind the last sequence that was seen when its stream breaks off.

    ``call`` is for example ``climb.search.WatchSearch``, ``request`` its request.
    """
    resumed = type(request)()
    resumed.CopyFrom(request)
    outage = Outage(type(request).__name__, patience)
    while True:
        messages = call(resumed)
        try:
            for message in messages:
                resumed.after_sequence = message.sequence  # type: ignore[attr-defined]
                outage = Outage(type(request).__name__, patience)
                yield message
            return
        except Exception as error:
            if not outage.wait(error):
                raise
        finally:
            cancel = getattr(messages, "cancel", None)
            if cancel:
                cancel()


def finished(messages: Iterable[Any], on_change: Optional[Callable[[Any], None]] = None) -> Any:
    """Reads a watch until the work has ended; returns the resource, SUCCEEDED.

    ``on_change`` is told each state and each progress. Raises WorkFailed if the work failed or was cancelled.
    """
    for message in messages:
        resource = next((value for field, value in message.ListFields() if field.name != "sequence"), None)
        if resource is None:
            continue
        if on_change:
            on_change(resource)
        state, failure = resource.status.state, resource.status.failure
        if state == job_pb2.JOB_STATE_SUCCEEDED:
            return resource
        if state == job_pb2.JOB_STATE_CANCELLED:
            raise WorkFailed(f"{resource.id} was cancelled")
        if state == job_pb2.JOB_STATE_FAILED:
            raise WorkFailed(failure.message, failure.reason, dict(failure.metadata))
    raise WorkFailed("the watch ended before the work")
