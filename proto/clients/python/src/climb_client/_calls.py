"""How each call is made: with a token, until a deadline, and again where the contract says that it may be repeated."""

from __future__ import annotations

from typing import Any, Callable, Iterable, NamedTuple, Optional, Set

import grpc
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions

from ._patience import Outage, Patience

_REPEATABLE = (MethodOptions.NO_SIDE_EFFECTS, MethodOptions.IDEMPOTENT)


def repeatable_calls(files: Iterable[FileDescriptor]) -> Set[str]:
    """Paths of the calls that answer once and that the contract marks as idempotent."""
    return {
        f"/{service.full_name}/{method.name}"
        for file in files
        for service in file.services_by_name.values()
        for method in service.methods
        if method.GetOptions().idempotency_level in _REPEATABLE
        and not method.client_streaming
        and not method.server_streaming
    }


class _Details(NamedTuple):
    method: str
    timeout: Optional[float]
    metadata: Any
    credentials: Any
    wait_for_ready: Any
    compression: Any


class _CallDetails(_Details, grpc.ClientCallDetails):
    pass


class Calls(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Intercepts the calls of a channel. The token is read at each try, so that it may change."""

    def __init__(
        self, token: Optional[Callable[[], str]], timeout_s: float, patience: Patience, repeatable: Set[str]
    ) -> None:
        self._token, self._timeout_s = token, timeout_s
        self._patience, self._repeatable = patience, repeatable

    def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        method = client_call_details.method
        outage = Outage(method, self._patience)
        while True:
            call = continuation(self._details(client_call_details, self._timeout_s), request)
            error = call.exception() if method in self._repeatable else None
            if error is None or not outage.wait(error):
                return call

    def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return continuation(self._details(client_call_details), request)

    def intercept_stream_unary(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return continuation(self._details(client_call_details), request_iterator)

    def intercept_stream_stream(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return continuation(self._details(client_call_details), request_iterator)

    def _details(self, given: Any, default_timeout_s: Optional[float] = None) -> _CallDetails:
        metadata = list(given.metadata or ())
        if self._token:
            metadata.append(("authorization", f"Bearer {self._token()}"))
        return _CallDetails(
            method=given.method,
            timeout=default_timeout_s if given.timeout is None else given.timeout,
            metadata=metadata,
            credentials=given.credentials,
            wait_for_ready=given.wait_for_ready,
            compression=given.compression,
        )
