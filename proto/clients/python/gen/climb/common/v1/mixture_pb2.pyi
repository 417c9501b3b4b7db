from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MixtureConstraints(_message.Message):
    __slots__ = ("max_repetition", "target_tokens", "bounds", "kl_strength", "fixed_groups", "parts")
    MAX_REPETITION_FIELD_NUMBER: _ClassVar[int]
    TARGET_TOKENS_FIELD_NUMBER: _ClassVar[int]
    BOUNDS_FIELD_NUMBER: _ClassVar[int]
    KL_STRENGTH_FIELD_NUMBER: _ClassVar[int]
    FIXED_GROUPS_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    max_repetition: float
    target_tokens: int
    bounds: _containers.RepeatedCompositeFieldContainer[DomainBound]
    kl_strength: float
    fixed_groups: _containers.RepeatedCompositeFieldContainer[FixedGroup]
    parts: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, max_repetition: _Optional[float] = ..., target_tokens: _Optional[int] = ..., bounds: _Optional[_Iterable[_Union[DomainBound, _Mapping]]] = ..., kl_strength: _Optional[float] = ..., fixed_groups: _Optional[_Iterable[_Union[FixedGroup, _Mapping]]] = ..., parts: _Optional[_Iterable[float]] = ...) -> None: ...

class FixedGroup(_message.Message):
    __slots__ = ("domain_ids", "ratios")
    DOMAIN_IDS_FIELD_NUMBER: _ClassVar[int]
    RATIOS_FIELD_NUMBER: _ClassVar[int]
    domain_ids: _containers.RepeatedScalarFieldContainer[str]
    ratios: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, domain_ids: _Optional[_Iterable[str]] = ..., ratios: _Optional[_Iterable[float]] = ...) -> None: ...

class DomainBound(_message.Message):
    __slots__ = ("domain_id", "lower", "upper")
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    LOWER_FIELD_NUMBER: _ClassVar[int]
    UPPER_FIELD_NUMBER: _ClassVar[int]
    domain_id: str
    lower: float
    upper: float
    def __init__(self, domain_id: _Optional[str] = ..., lower: _Optional[float] = ..., upper: _Optional[float] = ...) -> None: ...
