from climb.common.v1 import artifact_pb2 as _artifact_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CorpusFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CORPUS_FORMAT_UNSPECIFIED: _ClassVar[CorpusFormat]
    CORPUS_FORMAT_JSONL: _ClassVar[CorpusFormat]
    CORPUS_FORMAT_PARQUET: _ClassVar[CorpusFormat]
    CORPUS_FORMAT_FILES: _ClassVar[CorpusFormat]
    CORPUS_FORMAT_CSV: _ClassVar[CorpusFormat]
    CORPUS_FORMAT_ARROW: _ClassVar[CorpusFormat]
    CORPUS_FORMAT_TAR: _ClassVar[CorpusFormat]
CORPUS_FORMAT_UNSPECIFIED: CorpusFormat
CORPUS_FORMAT_JSONL: CorpusFormat
CORPUS_FORMAT_PARQUET: CorpusFormat
CORPUS_FORMAT_FILES: CorpusFormat
CORPUS_FORMAT_CSV: CorpusFormat
CORPUS_FORMAT_ARROW: CorpusFormat
CORPUS_FORMAT_TAR: CorpusFormat

class CorpusSource(_message.Message):
    __slots__ = ("paths", "format", "text_field", "id_field", "max_bad_share", "max_document_bytes", "max_documents", "skip_broken_files", "carry", "without_text")
    PATHS_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_FIELD_NUMBER: _ClassVar[int]
    MAX_BAD_SHARE_FIELD_NUMBER: _ClassVar[int]
    MAX_DOCUMENT_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    SKIP_BROKEN_FILES_FIELD_NUMBER: _ClassVar[int]
    CARRY_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_TEXT_FIELD_NUMBER: _ClassVar[int]
    paths: _containers.RepeatedScalarFieldContainer[str]
    format: CorpusFormat
    text_field: str
    id_field: str
    max_bad_share: float
    max_document_bytes: int
    max_documents: int
    skip_broken_files: bool
    carry: _containers.RepeatedScalarFieldContainer[str]
    without_text: bool
    def __init__(self, paths: _Optional[_Iterable[str]] = ..., format: _Optional[_Union[CorpusFormat, str]] = ..., text_field: _Optional[str] = ..., id_field: _Optional[str] = ..., max_bad_share: _Optional[float] = ..., max_document_bytes: _Optional[int] = ..., max_documents: _Optional[int] = ..., skip_broken_files: bool = ..., carry: _Optional[_Iterable[str]] = ..., without_text: bool = ...) -> None: ...

class CorpusManifest(_message.Message):
    __slots__ = ("corpus_id", "shards", "documents", "text_bytes", "quarantined", "quarantine", "losses", "notes", "carried", "without_text")
    CORPUS_ID_FIELD_NUMBER: _ClassVar[int]
    SHARDS_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    QUARANTINED_FIELD_NUMBER: _ClassVar[int]
    QUARANTINE_FIELD_NUMBER: _ClassVar[int]
    LOSSES_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    CARRIED_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_TEXT_FIELD_NUMBER: _ClassVar[int]
    corpus_id: str
    shards: _containers.RepeatedCompositeFieldContainer[DocumentShard]
    documents: int
    text_bytes: int
    quarantined: int
    quarantine: _artifact_pb2.Artifact
    losses: _containers.RepeatedCompositeFieldContainer[CorpusLoss]
    notes: _containers.RepeatedScalarFieldContainer[str]
    carried: _containers.RepeatedScalarFieldContainer[str]
    without_text: bool
    def __init__(self, corpus_id: _Optional[str] = ..., shards: _Optional[_Iterable[_Union[DocumentShard, _Mapping]]] = ..., documents: _Optional[int] = ..., text_bytes: _Optional[int] = ..., quarantined: _Optional[int] = ..., quarantine: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., losses: _Optional[_Iterable[_Union[CorpusLoss, _Mapping]]] = ..., notes: _Optional[_Iterable[str]] = ..., carried: _Optional[_Iterable[str]] = ..., without_text: bool = ...) -> None: ...

class CorpusLoss(_message.Message):
    __slots__ = ("reason", "records", "bytes")
    REASON_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    reason: str
    records: int
    bytes: int
    def __init__(self, reason: _Optional[str] = ..., records: _Optional[int] = ..., bytes: _Optional[int] = ...) -> None: ...

class DocumentShard(_message.Message):
    __slots__ = ("artifact", "documents", "text_bytes")
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    artifact: _artifact_pb2.Artifact
    documents: int
    text_bytes: int
    def __init__(self, artifact: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., documents: _Optional[int] = ..., text_bytes: _Optional[int] = ...) -> None: ...
