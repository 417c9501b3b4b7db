from climb.common.v1 import artifact_pb2 as _artifact_pb2
from climb.common.v1 import job_pb2 as _job_pb2
from climb.common.v1 import mixture_pb2 as _mixture_pb2
from climb.clustering.v1 import clustering_service_pb2 as _clustering_service_pb2
from climb.predictor.v1 import predictor_service_pb2 as _predictor_service_pb2
from climb.search.v1 import search_service_pb2 as _search_service_pb2
from climb.training.v1 import target_pb2 as _target_pb2
from climb.training.v1 import training_service_pb2 as _training_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RoundsEndReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROUNDS_END_REASON_UNSPECIFIED: _ClassVar[RoundsEndReason]
    ROUNDS_END_REASON_BUDGET_SPENT: _ClassVar[RoundsEndReason]
    ROUNDS_END_REASON_LEARNT: _ClassVar[RoundsEndReason]
    ROUNDS_END_REASON_ENOUGH_RUNS: _ClassVar[RoundsEndReason]

class WorkKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WORK_KIND_UNSPECIFIED: _ClassVar[WorkKind]
    WORK_KIND_EMBEDDING_SET: _ClassVar[WorkKind]
    WORK_KIND_DOMAIN_SET: _ClassVar[WorkKind]
    WORK_KIND_TOKEN_SET: _ClassVar[WorkKind]
    WORK_KIND_DATASET: _ClassVar[WorkKind]
ROUNDS_END_REASON_UNSPECIFIED: RoundsEndReason
ROUNDS_END_REASON_BUDGET_SPENT: RoundsEndReason
ROUNDS_END_REASON_LEARNT: RoundsEndReason
ROUNDS_END_REASON_ENOUGH_RUNS: RoundsEndReason
WORK_KIND_UNSPECIFIED: WorkKind
WORK_KIND_EMBEDDING_SET: WorkKind
WORK_KIND_DOMAIN_SET: WorkKind
WORK_KIND_TOKEN_SET: WorkKind
WORK_KIND_DATASET: WorkKind

class SearchFinished(_message.Message):
    __slots__ = ("search_id", "state")
    SEARCH_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    search_id: str
    state: _job_pb2.JobState
    def __init__(self, search_id: _Optional[str] = ..., state: _Optional[_Union[_job_pb2.JobState, str]] = ...) -> None: ...

class DatasetFinished(_message.Message):
    __slots__ = ("dataset_id", "state")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    state: _job_pb2.JobState
    def __init__(self, dataset_id: _Optional[str] = ..., state: _Optional[_Union[_job_pb2.JobState, str]] = ...) -> None: ...

class SearchEvent(_message.Message):
    __slots__ = ("created", "started", "embedded", "domains_found", "tokens_ready", "round_planned", "run_recorded", "predictor_fitted", "confirmation_planned", "result_decided", "completed", "failed", "cancelled", "work_started", "rounds_ended", "earlier_counted", "time_ms")
    CREATED_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    EMBEDDED_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FOUND_FIELD_NUMBER: _ClassVar[int]
    TOKENS_READY_FIELD_NUMBER: _ClassVar[int]
    ROUND_PLANNED_FIELD_NUMBER: _ClassVar[int]
    RUN_RECORDED_FIELD_NUMBER: _ClassVar[int]
    PREDICTOR_FITTED_FIELD_NUMBER: _ClassVar[int]
    CONFIRMATION_PLANNED_FIELD_NUMBER: _ClassVar[int]
    RESULT_DECIDED_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    WORK_STARTED_FIELD_NUMBER: _ClassVar[int]
    ROUNDS_ENDED_FIELD_NUMBER: _ClassVar[int]
    EARLIER_COUNTED_FIELD_NUMBER: _ClassVar[int]
    TIME_MS_FIELD_NUMBER: _ClassVar[int]
    created: SearchCreated
    started: SearchStarted
    embedded: CorpusEmbedded
    domains_found: DomainsFound
    tokens_ready: TokensReady
    round_planned: RoundPlanned
    run_recorded: RunRecorded
    predictor_fitted: PredictorFitted
    confirmation_planned: ConfirmationPlanned
    result_decided: ResultDecided
    completed: SearchCompleted
    failed: SearchFailed
    cancelled: SearchCancelled
    work_started: WorkStarted
    rounds_ended: RoundsEnded
    earlier_counted: EarlierCounted
    time_ms: int
    def __init__(self, created: _Optional[_Union[SearchCreated, _Mapping]] = ..., started: _Optional[_Union[SearchStarted, _Mapping]] = ..., embedded: _Optional[_Union[CorpusEmbedded, _Mapping]] = ..., domains_found: _Optional[_Union[DomainsFound, _Mapping]] = ..., tokens_ready: _Optional[_Union[TokensReady, _Mapping]] = ..., round_planned: _Optional[_Union[RoundPlanned, _Mapping]] = ..., run_recorded: _Optional[_Union[RunRecorded, _Mapping]] = ..., predictor_fitted: _Optional[_Union[PredictorFitted, _Mapping]] = ..., confirmation_planned: _Optional[_Union[ConfirmationPlanned, _Mapping]] = ..., result_decided: _Optional[_Union[ResultDecided, _Mapping]] = ..., completed: _Optional[_Union[SearchCompleted, _Mapping]] = ..., failed: _Optional[_Union[SearchFailed, _Mapping]] = ..., cancelled: _Optional[_Union[SearchCancelled, _Mapping]] = ..., work_started: _Optional[_Union[WorkStarted, _Mapping]] = ..., rounds_ended: _Optional[_Union[RoundsEnded, _Mapping]] = ..., earlier_counted: _Optional[_Union[EarlierCounted, _Mapping]] = ..., time_ms: _Optional[int] = ...) -> None: ...

class SearchCreated(_message.Message):
    __slots__ = ("search_id", "spec", "targets")
    SEARCH_ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    search_id: str
    spec: _search_service_pb2.SearchSpec
    targets: _containers.RepeatedCompositeFieldContainer[_target_pb2.Target]
    def __init__(self, search_id: _Optional[str] = ..., spec: _Optional[_Union[_search_service_pb2.SearchSpec, _Mapping]] = ..., targets: _Optional[_Iterable[_Union[_target_pb2.Target, _Mapping]]] = ...) -> None: ...

class SearchStarted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CorpusEmbedded(_message.Message):
    __slots__ = ("embedding_set_id",)
    EMBEDDING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    embedding_set_id: str
    def __init__(self, embedding_set_id: _Optional[str] = ...) -> None: ...

class DomainsFound(_message.Message):
    __slots__ = ("domain_set_id", "manifest", "domains", "pruned_documents")
    DOMAIN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    PRUNED_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    domain_set_id: str
    manifest: _artifact_pb2.Artifact
    domains: _containers.RepeatedCompositeFieldContainer[_clustering_service_pb2.Domain]
    pruned_documents: int
    def __init__(self, domain_set_id: _Optional[str] = ..., manifest: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., domains: _Optional[_Iterable[_Union[_clustering_service_pb2.Domain, _Mapping]]] = ..., pruned_documents: _Optional[int] = ...) -> None: ...

class TokensReady(_message.Message):
    __slots__ = ("token_set_id", "domains", "statistics", "minimum_domain_tokens", "overlaps", "decontamination")
    TOKEN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    STATISTICS_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_DOMAIN_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OVERLAPS_FIELD_NUMBER: _ClassVar[int]
    DECONTAMINATION_FIELD_NUMBER: _ClassVar[int]
    token_set_id: str
    domains: _containers.RepeatedCompositeFieldContainer[_training_service_pb2.DomainTokens]
    statistics: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    minimum_domain_tokens: int
    overlaps: _containers.RepeatedCompositeFieldContainer[_training_service_pb2.TargetOverlap]
    decontamination: _training_service_pb2.Decontamination
    def __init__(self, token_set_id: _Optional[str] = ..., domains: _Optional[_Iterable[_Union[_training_service_pb2.DomainTokens, _Mapping]]] = ..., statistics: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ..., minimum_domain_tokens: _Optional[int] = ..., overlaps: _Optional[_Iterable[_Union[_training_service_pb2.TargetOverlap, _Mapping]]] = ..., decontamination: _Optional[_Union[_training_service_pb2.Decontamination, _Mapping]] = ...) -> None: ...

class EarlierCounted(_message.Message):
    __slots__ = ("evidence", "rows", "trial_run_id", "kept_ratios", "kept_at_zero")
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TRIAL_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    KEPT_RATIOS_FIELD_NUMBER: _ClassVar[int]
    KEPT_AT_ZERO_FIELD_NUMBER: _ClassVar[int]
    evidence: _search_service_pb2.EarlierEvidence
    rows: _containers.RepeatedCompositeFieldContainer[EvidenceRow]
    trial_run_id: str
    kept_ratios: _containers.RepeatedCompositeFieldContainer[_mixture_pb2.FixedGroup]
    kept_at_zero: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, evidence: _Optional[_Union[_search_service_pb2.EarlierEvidence, _Mapping]] = ..., rows: _Optional[_Iterable[_Union[EvidenceRow, _Mapping]]] = ..., trial_run_id: _Optional[str] = ..., kept_ratios: _Optional[_Iterable[_Union[_mixture_pb2.FixedGroup, _Mapping]]] = ..., kept_at_zero: _Optional[_Iterable[str]] = ...) -> None: ...

class EvidenceRow(_message.Message):
    __slots__ = ("run_id", "mixture", "values", "distance")
    class ValuesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    mixture: _containers.RepeatedScalarFieldContainer[float]
    values: _containers.ScalarMap[str, float]
    distance: float
    def __init__(self, run_id: _Optional[str] = ..., mixture: _Optional[_Iterable[float]] = ..., values: _Optional[_Mapping[str, float]] = ..., distance: _Optional[float] = ...) -> None: ...

class PlannedRun(_message.Message):
    __slots__ = ("run_id", "role", "origin", "mixture", "seed", "predicted", "smaller_proxy")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    PREDICTED_FIELD_NUMBER: _ClassVar[int]
    SMALLER_PROXY_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    role: _search_service_pb2.RunRole
    origin: str
    mixture: _containers.RepeatedScalarFieldContainer[float]
    seed: int
    predicted: _predictor_service_pb2.Prediction
    smaller_proxy: int
    def __init__(self, run_id: _Optional[str] = ..., role: _Optional[_Union[_search_service_pb2.RunRole, str]] = ..., origin: _Optional[str] = ..., mixture: _Optional[_Iterable[float]] = ..., seed: _Optional[int] = ..., predicted: _Optional[_Union[_predictor_service_pb2.Prediction, _Mapping]] = ..., smaller_proxy: _Optional[int] = ...) -> None: ...

class RoundPlanned(_message.Message):
    __slots__ = ("round", "runs")
    ROUND_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    round: int
    runs: _containers.RepeatedCompositeFieldContainer[PlannedRun]
    def __init__(self, round: _Optional[int] = ..., runs: _Optional[_Iterable[_Union[PlannedRun, _Mapping]]] = ...) -> None: ...

class RoundsEnded(_message.Message):
    __slots__ = ("round", "expected_improvement", "noise_floor", "reason")
    ROUND_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_IMPROVEMENT_FIELD_NUMBER: _ClassVar[int]
    NOISE_FLOOR_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    round: int
    expected_improvement: float
    noise_floor: float
    reason: RoundsEndReason
    def __init__(self, round: _Optional[int] = ..., expected_improvement: _Optional[float] = ..., noise_floor: _Optional[float] = ..., reason: _Optional[_Union[RoundsEndReason, str]] = ...) -> None: ...

class RunRecorded(_message.Message):
    __slots__ = ("run_id", "state", "tasks", "seconds", "tokens", "failure", "parameters", "group_weights", "bytes")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    GROUP_WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    state: _job_pb2.JobState
    tasks: _containers.RepeatedCompositeFieldContainer[_training_service_pb2.TaskResult]
    seconds: float
    tokens: int
    failure: str
    parameters: int
    group_weights: _containers.RepeatedScalarFieldContainer[float]
    bytes: int
    def __init__(self, run_id: _Optional[str] = ..., state: _Optional[_Union[_job_pb2.JobState, str]] = ..., tasks: _Optional[_Iterable[_Union[_training_service_pb2.TaskResult, _Mapping]]] = ..., seconds: _Optional[float] = ..., tokens: _Optional[int] = ..., failure: _Optional[str] = ..., parameters: _Optional[int] = ..., group_weights: _Optional[_Iterable[float]] = ..., bytes: _Optional[int] = ...) -> None: ...

class PredictorFitted(_message.Message):
    __slots__ = ("round", "predictor_id", "fits", "warnings")
    ROUND_FIELD_NUMBER: _ClassVar[int]
    PREDICTOR_ID_FIELD_NUMBER: _ClassVar[int]
    FITS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    round: int
    predictor_id: str
    fits: _containers.RepeatedCompositeFieldContainer[_predictor_service_pb2.TaskFit]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, round: _Optional[int] = ..., predictor_id: _Optional[str] = ..., fits: _Optional[_Iterable[_Union[_predictor_service_pb2.TaskFit, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class ConfirmationPlanned(_message.Message):
    __slots__ = ("runs",)
    RUNS_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[PlannedRun]
    def __init__(self, runs: _Optional[_Iterable[_Union[PlannedRun, _Mapping]]] = ...) -> None: ...

class ResultDecided(_message.Message):
    __slots__ = ("result",)
    RESULT_FIELD_NUMBER: _ClassVar[int]
    result: _search_service_pb2.SearchResult
    def __init__(self, result: _Optional[_Union[_search_service_pb2.SearchResult, _Mapping]] = ...) -> None: ...

class SearchCompleted(_message.Message):
    __slots__ = ("files", "dataset_id", "decay_dataset_id")
    class FilesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _artifact_pb2.Artifact
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ...) -> None: ...
    FILES_FIELD_NUMBER: _ClassVar[int]
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    DECAY_DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    files: _containers.MessageMap[str, _artifact_pb2.Artifact]
    dataset_id: str
    decay_dataset_id: str
    def __init__(self, files: _Optional[_Mapping[str, _artifact_pb2.Artifact]] = ..., dataset_id: _Optional[str] = ..., decay_dataset_id: _Optional[str] = ...) -> None: ...

class SearchFailed(_message.Message):
    __slots__ = ("failure",)
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    failure: _job_pb2.Failure
    def __init__(self, failure: _Optional[_Union[_job_pb2.Failure, _Mapping]] = ...) -> None: ...

class SearchCancelled(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WorkStarted(_message.Message):
    __slots__ = ("kind", "id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    kind: WorkKind
    id: str
    def __init__(self, kind: _Optional[_Union[WorkKind, str]] = ..., id: _Optional[str] = ...) -> None: ...

class SearchHistory(_message.Message):
    __slots__ = ("events",)
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[SearchEvent]
    def __init__(self, events: _Optional[_Iterable[_Union[SearchEvent, _Mapping]]] = ...) -> None: ...
