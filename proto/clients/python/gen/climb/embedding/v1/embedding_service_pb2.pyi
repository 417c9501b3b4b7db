from climb.common.v1 import access_pb2 as _access_pb2
from climb.common.v1 import artifact_pb2 as _artifact_pb2
from climb.common.v1 import corpus_pb2 as _corpus_pb2
from climb.common.v1 import job_pb2 as _job_pb2
from climb.common.v1 import list_pb2 as _list_pb2
from climb.common.v1 import resource_pb2 as _resource_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EmbeddingSpec(_message.Message):
    __slots__ = ("corpus", "model", "seed")
    CORPUS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    corpus: _corpus_pb2.CorpusSource
    model: EmbeddingModel
    seed: int
    def __init__(self, corpus: _Optional[_Union[_corpus_pb2.CorpusSource, _Mapping]] = ..., model: _Optional[_Union[EmbeddingModel, _Mapping]] = ..., seed: _Optional[int] = ...) -> None: ...

class EmbeddingModel(_message.Message):
    __slots__ = ("lexical", "onnx", "remote", "given", "half_precision")
    LEXICAL_FIELD_NUMBER: _ClassVar[int]
    ONNX_FIELD_NUMBER: _ClassVar[int]
    REMOTE_FIELD_NUMBER: _ClassVar[int]
    GIVEN_FIELD_NUMBER: _ClassVar[int]
    HALF_PRECISION_FIELD_NUMBER: _ClassVar[int]
    lexical: LexicalModel
    onnx: OnnxModel
    remote: RemoteModel
    given: GivenVectors
    half_precision: bool
    def __init__(self, lexical: _Optional[_Union[LexicalModel, _Mapping]] = ..., onnx: _Optional[_Union[OnnxModel, _Mapping]] = ..., remote: _Optional[_Union[RemoteModel, _Mapping]] = ..., given: _Optional[_Union[GivenVectors, _Mapping]] = ..., half_precision: bool = ...) -> None: ...

class GivenVectors(_message.Message):
    __slots__ = ("paths", "id_field", "vector_field")
    PATHS_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_FIELD_NUMBER: _ClassVar[int]
    VECTOR_FIELD_FIELD_NUMBER: _ClassVar[int]
    paths: _containers.RepeatedScalarFieldContainer[str]
    id_field: str
    vector_field: str
    def __init__(self, paths: _Optional[_Iterable[str]] = ..., id_field: _Optional[str] = ..., vector_field: _Optional[str] = ...) -> None: ...

class LexicalModel(_message.Message):
    __slots__ = ("dimensions", "max_terms", "min_documents", "fit_documents")
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_TERMS_FIELD_NUMBER: _ClassVar[int]
    MIN_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    FIT_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    dimensions: int
    max_terms: int
    min_documents: int
    fit_documents: int
    def __init__(self, dimensions: _Optional[int] = ..., max_terms: _Optional[int] = ..., min_documents: _Optional[int] = ..., fit_documents: _Optional[int] = ...) -> None: ...

class OnnxModel(_message.Message):
    __slots__ = ("path", "max_tokens", "prefix", "dimensions")
    PATH_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    path: str
    max_tokens: int
    prefix: str
    dimensions: int
    def __init__(self, path: _Optional[str] = ..., max_tokens: _Optional[int] = ..., prefix: _Optional[str] = ..., dimensions: _Optional[int] = ...) -> None: ...

class RemoteModel(_message.Message):
    __slots__ = ("address", "model", "concurrency")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    CONCURRENCY_FIELD_NUMBER: _ClassVar[int]
    address: str
    model: str
    concurrency: int
    def __init__(self, address: _Optional[str] = ..., model: _Optional[str] = ..., concurrency: _Optional[int] = ...) -> None: ...

class EmbeddingSet(_message.Message):
    __slots__ = ("id", "spec", "status", "manifest", "documents", "text_bytes", "quarantined", "dimensions", "losses", "notes", "metadata")
    ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    QUARANTINED_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    LOSSES_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    spec: EmbeddingSpec
    status: _job_pb2.JobStatus
    manifest: _artifact_pb2.Artifact
    documents: int
    text_bytes: int
    quarantined: int
    dimensions: int
    losses: _containers.RepeatedCompositeFieldContainer[_corpus_pb2.CorpusLoss]
    notes: _containers.RepeatedScalarFieldContainer[str]
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, id: _Optional[str] = ..., spec: _Optional[_Union[EmbeddingSpec, _Mapping]] = ..., status: _Optional[_Union[_job_pb2.JobStatus, _Mapping]] = ..., manifest: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., documents: _Optional[int] = ..., text_bytes: _Optional[int] = ..., quarantined: _Optional[int] = ..., dimensions: _Optional[int] = ..., losses: _Optional[_Iterable[_Union[_corpus_pb2.CorpusLoss, _Mapping]]] = ..., notes: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class EmbeddingManifest(_message.Message):
    __slots__ = ("embedding_set_id", "corpus", "vectors", "dimensions", "model", "model_kind", "half_precision")
    EMBEDDING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    CORPUS_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MODEL_KIND_FIELD_NUMBER: _ClassVar[int]
    HALF_PRECISION_FIELD_NUMBER: _ClassVar[int]
    embedding_set_id: str
    corpus: _corpus_pb2.CorpusManifest
    vectors: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    dimensions: int
    model: _artifact_pb2.Artifact
    model_kind: str
    half_precision: bool
    def __init__(self, embedding_set_id: _Optional[str] = ..., corpus: _Optional[_Union[_corpus_pb2.CorpusManifest, _Mapping]] = ..., vectors: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ..., dimensions: _Optional[int] = ..., model: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., model_kind: _Optional[str] = ..., half_precision: bool = ...) -> None: ...

class ValidateEmbeddingSetRequest(_message.Message):
    __slots__ = ("spec",)
    SPEC_FIELD_NUMBER: _ClassVar[int]
    spec: EmbeddingSpec
    def __init__(self, spec: _Optional[_Union[EmbeddingSpec, _Mapping]] = ...) -> None: ...

class ValidateEmbeddingSetResponse(_message.Message):
    __slots__ = ("faults",)
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    faults: _containers.RepeatedCompositeFieldContainer[_job_pb2.Fault]
    def __init__(self, faults: _Optional[_Iterable[_Union[_job_pb2.Fault, _Mapping]]] = ...) -> None: ...

class CreateEmbeddingSetRequest(_message.Message):
    __slots__ = ("request_id", "spec", "metadata")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    spec: EmbeddingSpec
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, request_id: _Optional[str] = ..., spec: _Optional[_Union[EmbeddingSpec, _Mapping]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class CreateEmbeddingSetResponse(_message.Message):
    __slots__ = ("embedding_set",)
    EMBEDDING_SET_FIELD_NUMBER: _ClassVar[int]
    embedding_set: EmbeddingSet
    def __init__(self, embedding_set: _Optional[_Union[EmbeddingSet, _Mapping]] = ...) -> None: ...

class GetEmbeddingSetRequest(_message.Message):
    __slots__ = ("id", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class GetEmbeddingSetResponse(_message.Message):
    __slots__ = ("embedding_set",)
    EMBEDDING_SET_FIELD_NUMBER: _ClassVar[int]
    embedding_set: EmbeddingSet
    def __init__(self, embedding_set: _Optional[_Union[EmbeddingSet, _Mapping]] = ...) -> None: ...

class ListEmbeddingSetsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "filter", "read_mask", "order_by")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    filter: _list_pb2.ListFilter
    read_mask: _field_mask_pb2.FieldMask
    order_by: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., filter: _Optional[_Union[_list_pb2.ListFilter, _Mapping]] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., order_by: _Optional[str] = ...) -> None: ...

class ListEmbeddingSetsResponse(_message.Message):
    __slots__ = ("embedding_sets", "next_page_token")
    EMBEDDING_SETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    embedding_sets: _containers.RepeatedCompositeFieldContainer[EmbeddingSet]
    next_page_token: str
    def __init__(self, embedding_sets: _Optional[_Iterable[_Union[EmbeddingSet, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchEmbeddingSetRequest(_message.Message):
    __slots__ = ("id", "after_sequence", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class WatchEmbeddingSetResponse(_message.Message):
    __slots__ = ("sequence", "embedding_set")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_SET_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    embedding_set: EmbeddingSet
    def __init__(self, sequence: _Optional[int] = ..., embedding_set: _Optional[_Union[EmbeddingSet, _Mapping]] = ...) -> None: ...

class UpdateEmbeddingSetRequest(_message.Message):
    __slots__ = ("id", "metadata", "update_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    metadata: _resource_pb2.ResourceMetadata
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateEmbeddingSetResponse(_message.Message):
    __slots__ = ("embedding_set",)
    EMBEDDING_SET_FIELD_NUMBER: _ClassVar[int]
    embedding_set: EmbeddingSet
    def __init__(self, embedding_set: _Optional[_Union[EmbeddingSet, _Mapping]] = ...) -> None: ...

class CancelEmbeddingSetRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class CancelEmbeddingSetResponse(_message.Message):
    __slots__ = ("embedding_set",)
    EMBEDDING_SET_FIELD_NUMBER: _ClassVar[int]
    embedding_set: EmbeddingSet
    def __init__(self, embedding_set: _Optional[_Union[EmbeddingSet, _Mapping]] = ...) -> None: ...

class DeleteEmbeddingSetRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteEmbeddingSetResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class EmbedRequest(_message.Message):
    __slots__ = ("embedding_set_id", "texts")
    EMBEDDING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    embedding_set_id: str
    texts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, embedding_set_id: _Optional[str] = ..., texts: _Optional[_Iterable[str]] = ...) -> None: ...

class EmbedResponse(_message.Message):
    __slots__ = ("vectors", "dimensions")
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    vectors: bytes
    dimensions: int
    def __init__(self, vectors: _Optional[bytes] = ..., dimensions: _Optional[int] = ...) -> None: ...

class EmbedStreamRequest(_message.Message):
    __slots__ = ("embedding_set_id", "texts")
    EMBEDDING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    embedding_set_id: str
    texts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, embedding_set_id: _Optional[str] = ..., texts: _Optional[_Iterable[str]] = ...) -> None: ...

class EmbedStreamResponse(_message.Message):
    __slots__ = ("vectors", "dimensions")
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    vectors: bytes
    dimensions: int
    def __init__(self, vectors: _Optional[bytes] = ..., dimensions: _Optional[int] = ...) -> None: ...
