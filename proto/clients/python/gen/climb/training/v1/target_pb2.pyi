from climb.common.v1 import artifact_pb2 as _artifact_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TargetKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TARGET_KIND_UNSPECIFIED: _ClassVar[TargetKind]
    TARGET_KIND_TEXT: _ClassVar[TargetKind]
    TARGET_KIND_MULTIPLE_CHOICE: _ClassVar[TargetKind]
    TARGET_KIND_QUESTION_ANSWER: _ClassVar[TargetKind]

class TargetRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TARGET_ROLE_UNSPECIFIED: _ClassVar[TargetRole]
    TARGET_ROLE_OBJECTIVE: _ClassVar[TargetRole]
    TARGET_ROLE_GUARDRAIL: _ClassVar[TargetRole]

class Scoring(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCORING_UNSPECIFIED: _ClassVar[Scoring]
    SCORING_FULL: _ClassVar[Scoring]
    SCORING_ANSWER: _ClassVar[Scoring]
TARGET_KIND_UNSPECIFIED: TargetKind
TARGET_KIND_TEXT: TargetKind
TARGET_KIND_MULTIPLE_CHOICE: TargetKind
TARGET_KIND_QUESTION_ANSWER: TargetKind
TARGET_ROLE_UNSPECIFIED: TargetRole
TARGET_ROLE_OBJECTIVE: TargetRole
TARGET_ROLE_GUARDRAIL: TargetRole
SCORING_UNSPECIFIED: Scoring
SCORING_FULL: Scoring
SCORING_ANSWER: Scoring

class TargetSource(_message.Message):
    __slots__ = ("name", "paths", "kind", "weight", "group", "max_bytes", "all_items", "scoring", "role", "max_regression")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PATHS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    MAX_BYTES_FIELD_NUMBER: _ClassVar[int]
    ALL_ITEMS_FIELD_NUMBER: _ClassVar[int]
    SCORING_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    MAX_REGRESSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    paths: _containers.RepeatedScalarFieldContainer[str]
    kind: TargetKind
    weight: float
    group: str
    max_bytes: int
    all_items: bool
    scoring: Scoring
    role: TargetRole
    max_regression: float
    def __init__(self, name: _Optional[str] = ..., paths: _Optional[_Iterable[str]] = ..., kind: _Optional[_Union[TargetKind, str]] = ..., weight: _Optional[float] = ..., group: _Optional[str] = ..., max_bytes: _Optional[int] = ..., all_items: bool = ..., scoring: _Optional[_Union[Scoring, str]] = ..., role: _Optional[_Union[TargetRole, str]] = ..., max_regression: _Optional[float] = ...) -> None: ...

class Target(_message.Message):
    __slots__ = ("name", "kind", "weight", "items", "item_count", "scored_bytes", "scoring", "role", "max_regression")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    ITEM_COUNT_FIELD_NUMBER: _ClassVar[int]
    SCORED_BYTES_FIELD_NUMBER: _ClassVar[int]
    SCORING_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    MAX_REGRESSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: TargetKind
    weight: float
    items: _artifact_pb2.Artifact
    item_count: int
    scored_bytes: int
    scoring: Scoring
    role: TargetRole
    max_regression: float
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[TargetKind, str]] = ..., weight: _Optional[float] = ..., items: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., item_count: _Optional[int] = ..., scored_bytes: _Optional[int] = ..., scoring: _Optional[_Union[Scoring, str]] = ..., role: _Optional[_Union[TargetRole, str]] = ..., max_regression: _Optional[float] = ...) -> None: ...
