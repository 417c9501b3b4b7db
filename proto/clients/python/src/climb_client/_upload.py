"""Files of the caller's, sent to the suite."""

from __future__ import annotations

import hashlib
import os
from typing import Any, Callable, Iterator, Optional, Union

from climb.store.v1 import store_service_pb2 as store_pb2
from climb.store.v1 import store_service_pb2_grpc as store_grpc

from ._patience import Patience, patiently

_PIECE_BYTES = 1024 * 1024


def upload_file(
    store: store_grpc.StoreServiceStub,
    path: Union[str, "os.PathLike[str]"],
    patience: Patience = Patience(),
    on_progress: Optional[Callable[[int, int], None]] = None,
) -> str:
    """Uploads a file, unless the suite has it already; goes on where an upload broke off.

    ``on_progress`` is told the bytes that are there, of all. Returns the file's URI with its name,
    climb://sha256/<digest>/<name>: what requests name it by.
    """
    size = os.path.getsize(path)
    sha256 = _digest_of(path)

    def upload() -> str:
        there = store.GetUpload(store_pb2.GetUploadRequest(sha256=sha256))
        if there.HasField("artifact"):
            return there.artifact.uri
        header = store_pb2.UploadHeader(sha256=sha256, size_bytes=size, offset=there.offset)
        return store.Upload(_parts(path, header, on_progress)).artifact.uri

    uri = patiently(f"the upload of {os.fspath(path)}", patience, upload)
    return f"{uri}/{os.path.basename(path)}"


def _digest_of(path: Any) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(_PIECE_BYTES), b""):
            digest.update(piece)
    return digest.hexdigest()


def _parts(
    path: Any, header: store_pb2.UploadHeader, on_progress: Optional[Callable[[int, int], None]]
) -> Iterator[store_pb2.UploadRequest]:
    yield store_pb2.UploadRequest(header=header)
    done = header.offset
    with open(path, "rb") as file:
        file.seek(done)
        for piece in iter(lambda: file.read(_PIECE_BYTES), b""):
            yield store_pb2.UploadRequest(data=piece)
            done += len(piece)
            if on_progress:
                on_progress(done, header.size_bytes)
