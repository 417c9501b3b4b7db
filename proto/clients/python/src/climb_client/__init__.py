"""A client of Climb: connect, calls that are repeated by their idempotency, watches that resume, uploads and downloads.

The messages and calls are those of the contracts: ``climb.search.v1.search_service_pb2`` and so on.
"""

from ._connect import Climb, Tls, connect
from ._download import download_files
from ._errors import error_info, is_unavailable
from ._patience import Patience
from ._upload import upload_file
from ._watch import WorkFailed, finished, watch

__all__ = [
    "Climb",
    "Patience",
    "Tls",
    "WorkFailed",
    "connect",
    "download_files",
    "error_info",
    "finished",
    "is_unavailable",
    "upload_file",
    "watch",
]
