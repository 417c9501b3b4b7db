"""What a failed call says."""

from __future__ import annotations

from typing import Optional

import grpc
from google.rpc import error_details_pb2, status_pb2

_DETAILS = "grpc-status-details-bin"


def error_info(error: grpc.RpcError) -> Optional[error_details_pb2.ErrorInfo]:
    """Reason and metadata of a failed call, as climb.common.v1.ErrorReason lists them; None if the server gave none."""
    read = getattr(error, "trailing_metadata", None)
    for key, value in (read() if read else None) or ():
        if key != _DETAILS:
            continue
        for detail in status_pb2.Status.FromString(value).details:
            info = error_details_pb2.ErrorInfo()
            if detail.Unpack(info):
                return info
    return None


def is_unavailable(error: BaseException) -> bool:
    """Whether something is away or full for now, so that the same call may succeed later."""
    if not isinstance(error, grpc.RpcError) or not hasattr(error, "code"):
        return False
    code, details = error.code(), error.details() or ""
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        return True
    # A message above the limit is RESOURCE_EXHAUSTED too, but from gRPC itself: it will not become shorter.
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
        return error_info(error) is not None
    # Who resets a stream has died.
    return code in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN) and "RST_STREAM" in details
