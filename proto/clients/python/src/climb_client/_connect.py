"""A suite of services, reached by one address or by several."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, TypeVar, Union

import grpc
from climb.clustering.v1 import clustering_service_pb2, clustering_service_pb2_grpc
from climb.common.v1 import artifact_pb2
from climb.embedding.v1 import embedding_service_pb2, embedding_service_pb2_grpc
from climb.predictor.v1 import predictor_service_pb2, predictor_service_pb2_grpc
from climb.search.v1 import search_service_pb2, search_service_pb2_grpc
from climb.store.v1 import store_service_pb2, store_service_pb2_grpc
from climb.system.v1 import system_service_pb2, system_service_pb2_grpc
from climb.training.v1 import training_service_pb2, training_service_pb2_grpc

from ._calls import Calls, repeatable_calls
from ._download import download_files
from ._patience import Patience
from ._upload import upload_file
from ._watch import watch

M = TypeVar("M")

_CONTRACTS = (
    clustering_service_pb2,
    embedding_service_pb2,
    predictor_service_pb2,
    search_service_pb2,
    store_service_pb2,
    system_service_pb2,
    training_service_pb2,
)
_REPEATABLE = repeatable_calls(contract.DESCRIPTOR for contract in _CONTRACTS)
_MAX_MESSAGE_BYTES = 64 * 1024 * 1024
_OPTIONS = [
    ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 5000),
    ("grpc.lb_policy_name", "round_robin"),
    # Channels of this process do not share connections: one that is closed takes nothing from another.
    ("grpc.use_local_subchannel_pool", 1),
]


@dataclass(frozen=True)
class Tls:
    """Certificates in PEM. Without ``ca`` the authorities that come with gRPC are trusted."""

    ca: Optional[bytes] = None
    cert: Optional[bytes] = None
    key: Optional[bytes] = None


class Climb:
    """The services' calls, as the contracts name them, and what takes more than one call."""

    def __init__(self, channel_to: Callable[[str], grpc.Channel], close: Callable[[], None], patience: Patience) -> None:
        self.search = search_service_pb2_grpc.SearchServiceStub(channel_to("search"))
        self.embedding = embedding_service_pb2_grpc.EmbeddingServiceStub(channel_to("embedding"))
        self.clustering = clustering_service_pb2_grpc.ClusteringServiceStub(channel_to("clustering"))
        self.training = training_service_pb2_grpc.TrainingServiceStub(channel_to("training"))
        self.predictor = predictor_service_pb2_grpc.PredictorServiceStub(channel_to("predictor"))
        self.store = store_service_pb2_grpc.StoreServiceStub(channel_to("store"))
        self.system = system_service_pb2_grpc.SystemServiceStub(channel_to("system"))
        self._close, self._patience = close, patience

    def watch(self, call: Callable[[Any], Iterable[M]], request: Any) -> Iterator[M]:
        """See climb_client.watch."""
        return watch(call, request, self._patience)

    def upload(
        self, path: Union[str, "os.PathLike[str]"], on_progress: Optional[Callable[[int, int], None]] = None
    ) -> str:
        """See climb_client.upload_file."""
        return upload_file(self.store, path, self._patience, on_progress)

    def download(
        self, files: Mapping[str, artifact_pb2.Artifact], folder: Union[str, "os.PathLike[str]"]
    ) -> List[Path]:
        """See climb_client.download_files."""
        return download_files(self.store, files, folder, self._patience)

    def close(self) -> None:
        self._close()

    def __enter__(self) -> "Climb":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(
    address: str,
    *,
    addresses: Optional[Mapping[str, str]] = None,
    tls: Optional[Tls] = None,
    token: Union[str, Callable[[], str], None] = None,
    insecure: bool = False,
    timeout_s: float = 60.0,
    patience: Patience = Patience(),
) -> Climb:
    """Reaches a suite. Nothing is sent before the first call.

    ``address`` is host:port, or dns:///name:port for all addresses of a name; ``addresses`` has those of services with
    their own: search, embedding, clustering, training, predictor, store and system (which all offer). ``tls`` encrypts.
    ``token`` is sent with each call; a function is asked each time. ``timeout_s`` is the deadline of each try of a call that answers
    once. Raises ValueError for a token that others could read on its way, unless ``insecure`` allows it.
    """
    read_token = (lambda: token) if isinstance(token, str) else token
    calls = Calls(read_token, timeout_s, patience, _REPEATABLE)
    channels: Dict[str, grpc.Channel] = {}

    def channel_to(service: str) -> grpc.Channel:
        at = (addresses or {}).get(service, address)
        if token and not tls and not insecure and not _is_loopback(at):
            raise ValueError(f"a token would go to {at} in plain text; expected tls, or insecure=True")
        if at not in channels:
            channels[at] = _open(at, tls)
        return grpc.intercept_channel(channels[at], calls)

    def close() -> None:
        for channel in channels.values():
            channel.close()

    return Climb(channel_to, close, patience)


def _open(address: str, tls: Optional[Tls]) -> grpc.Channel:
    if tls is None:
        return grpc.insecure_channel(address, options=_OPTIONS)
    credentials = grpc.ssl_channel_credentials(tls.ca, tls.key, tls.cert)
    return grpc.secure_channel(address, credentials, options=_OPTIONS)


def _is_loopback(address: str) -> bool:
    return re.match(r"(dns:/*)?(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$", address) is not None
