from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    ERROR_REASON_FIELD_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_RESOURCE_UNKNOWN: _ClassVar[ErrorReason]
    ERROR_REASON_REQUEST_ID_REUSED: _ClassVar[ErrorReason]
    ERROR_REASON_STATE_FORBIDS: _ClassVar[ErrorReason]
    ERROR_REASON_ARTIFACT_MISSING: _ClassVar[ErrorReason]
    ERROR_REASON_ARTIFACT_CORRUPT: _ClassVar[ErrorReason]
    ERROR_REASON_PATH_UNREADABLE: _ClassVar[ErrorReason]
    ERROR_REASON_INPUT_EMPTY: _ClassVar[ErrorReason]
    ERROR_REASON_INPUT_BAD: _ClassVar[ErrorReason]
    ERROR_REASON_RECORD_INVALID: _ClassVar[ErrorReason]
    ERROR_REASON_CONSTRAINTS_INFEASIBLE: _ClassVar[ErrorReason]
    ERROR_REASON_BUDGET_TOO_SMALL: _ClassVar[ErrorReason]
    ERROR_REASON_LOSS_DIVERGED: _ClassVar[ErrorReason]
    ERROR_REASON_DISK_FULL: _ClassVar[ErrorReason]
    ERROR_REASON_PEER_UNREACHABLE: _ClassVar[ErrorReason]
    ERROR_REASON_DATA_DIR_LOCKED: _ClassVar[ErrorReason]
    ERROR_REASON_JOB_POISONED: _ClassVar[ErrorReason]
    ERROR_REASON_LEASE_LOST: _ClassVar[ErrorReason]
    ERROR_REASON_DATA_INSUFFICIENT: _ClassVar[ErrorReason]
    ERROR_REASON_MODEL_UNKNOWN: _ClassVar[ErrorReason]
    ERROR_REASON_NOT_OFFERED: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
ERROR_REASON_FIELD_INVALID: ErrorReason
ERROR_REASON_RESOURCE_UNKNOWN: ErrorReason
ERROR_REASON_REQUEST_ID_REUSED: ErrorReason
ERROR_REASON_STATE_FORBIDS: ErrorReason
ERROR_REASON_ARTIFACT_MISSING: ErrorReason
ERROR_REASON_ARTIFACT_CORRUPT: ErrorReason
ERROR_REASON_PATH_UNREADABLE: ErrorReason
ERROR_REASON_INPUT_EMPTY: ErrorReason
ERROR_REASON_INPUT_BAD: ErrorReason
ERROR_REASON_RECORD_INVALID: ErrorReason
ERROR_REASON_CONSTRAINTS_INFEASIBLE: ErrorReason
ERROR_REASON_BUDGET_TOO_SMALL: ErrorReason
ERROR_REASON_LOSS_DIVERGED: ErrorReason
ERROR_REASON_DISK_FULL: ErrorReason
ERROR_REASON_PEER_UNREACHABLE: ErrorReason
ERROR_REASON_DATA_DIR_LOCKED: ErrorReason
ERROR_REASON_JOB_POISONED: ErrorReason
ERROR_REASON_LEASE_LOST: ErrorReason
ERROR_REASON_DATA_INSUFFICIENT: ErrorReason
ERROR_REASON_MODEL_UNKNOWN: ErrorReason
ERROR_REASON_NOT_OFFERED: ErrorReason
