import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Cost(_message.Message):
    __slots__ = ("seconds", "tokens", "bytes")
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    seconds: float
    tokens: int
    bytes: int
    def __init__(self, seconds: _Optional[float] = ..., tokens: _Optional[int] = ..., bytes: _Optional[int] = ...) -> None: ...

class LedgerEntry(_message.Message):
    __slots__ = ("kind", "id", "cost", "end_time")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    kind: str
    id: str
    cost: Cost
    end_time: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[str] = ..., id: _Optional[str] = ..., cost: _Optional[_Union[Cost, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Quota(_message.Message):
    __slots__ = ("searches", "runs", "tokens_a_day", "bytes")
    SEARCHES_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_A_DAY_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    searches: int
    runs: int
    tokens_a_day: int
    bytes: int
    def __init__(self, searches: _Optional[int] = ..., runs: _Optional[int] = ..., tokens_a_day: _Optional[int] = ..., bytes: _Optional[int] = ...) -> None: ...
