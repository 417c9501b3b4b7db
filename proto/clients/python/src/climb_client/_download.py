"""Artifacts, copied to this machine."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import List, Mapping, Union

from climb.common.v1 import artifact_pb2
from climb.store.v1 import store_service_pb2 as store_pb2
from climb.store.v1 import store_service_pb2_grpc as store_grpc

from ._patience import Patience, patiently


def download_files(
    store: store_grpc.StoreServiceStub,
    files: Mapping[str, artifact_pb2.Artifact],
    folder: Union[str, "os.PathLike[str]"],
    patience: Patience = Patience(),
) -> List[Path]:
    """Downloads artifacts into a folder under their names, as a search or a data set lists them.

    A file is there whole, with the bytes that its SHA-256 says, or not at all. Returns the paths, in the order of the
    names. Raises ValueError for a name that leads out of the folder and for content that is not what was promised.
    """
    root = Path(folder).resolve()
    paths: List[Path] = []
    for name in sorted(files):
        path = Path(os.path.normpath(root / name))
        if root not in path.parents:
            raise ValueError(f"the file name {name} leads out of {root}")
        path.parent.mkdir(parents=True, exist_ok=True)
        artifact = files[name]
        patiently(f"the download of {name}", patience, lambda: _save(store, artifact, path))
        paths.append(path)
    return paths


def _save(store: store_grpc.StoreServiceStub, artifact: artifact_pb2.Artifact, path: Path) -> None:
    """Writes beside the file first, so that a download that breaks off leaves what was there."""
    half = path.with_name(f"{path.name}.part")
    digest = hashlib.sha256()
    try:
        with open(half, "wb") as file:
            for piece in store.Download(store_pb2.DownloadRequest(uri=artifact.uri)):
                digest.update(piece.data)
                file.write(piece.data)
        if digest.hexdigest() != artifact.sha256:
            raise ValueError(f"{path}: got content of SHA-256 {digest.hexdigest()}, expected {artifact.sha256}")
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)
