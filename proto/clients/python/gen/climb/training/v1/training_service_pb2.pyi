import datetime

from climb.common.v1 import access_pb2 as _access_pb2
from climb.common.v1 import artifact_pb2 as _artifact_pb2
from climb.common.v1 import job_pb2 as _job_pb2
from climb.common.v1 import list_pb2 as _list_pb2
from climb.common.v1 import resource_pb2 as _resource_pb2
from climb.training.v1 import target_pb2 as _target_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Activation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACTIVATION_UNSPECIFIED: _ClassVar[Activation]
    ACTIVATION_SQUARED_RELU: _ClassVar[Activation]
    ACTIVATION_SWIGLU: _ClassVar[Activation]

class Schedule(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCHEDULE_UNSPECIFIED: _ClassVar[Schedule]
    SCHEDULE_COSINE: _ClassVar[Schedule]
    SCHEDULE_WSD: _ClassVar[Schedule]
    SCHEDULE_CONSTANT: _ClassVar[Schedule]
    SCHEDULE_DECAY: _ClassVar[Schedule]

class ModelFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_FORMAT_UNSPECIFIED: _ClassVar[ModelFormat]
    MODEL_FORMAT_SAFETENSORS: _ClassVar[ModelFormat]
    MODEL_FORMAT_ONNX: _ClassVar[ModelFormat]
ACTIVATION_UNSPECIFIED: Activation
ACTIVATION_SQUARED_RELU: Activation
ACTIVATION_SWIGLU: Activation
SCHEDULE_UNSPECIFIED: Schedule
SCHEDULE_COSINE: Schedule
SCHEDULE_WSD: Schedule
SCHEDULE_CONSTANT: Schedule
SCHEDULE_DECAY: Schedule
MODEL_FORMAT_UNSPECIFIED: ModelFormat
MODEL_FORMAT_SAFETENSORS: ModelFormat
MODEL_FORMAT_ONNX: ModelFormat

class TokenSpec(_message.Message):
    __slots__ = ("domains", "vocabulary", "sample_bytes", "tokenizer", "seed", "end_of_text", "decontaminate")
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_BYTES_FIELD_NUMBER: _ClassVar[int]
    TOKENIZER_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    END_OF_TEXT_FIELD_NUMBER: _ClassVar[int]
    DECONTAMINATE_FIELD_NUMBER: _ClassVar[int]
    domains: _artifact_pb2.Artifact
    vocabulary: int
    sample_bytes: int
    tokenizer: _artifact_pb2.Artifact
    seed: int
    end_of_text: str
    decontaminate: _containers.RepeatedCompositeFieldContainer[_target_pb2.Target]
    def __init__(self, domains: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., vocabulary: _Optional[int] = ..., sample_bytes: _Optional[int] = ..., tokenizer: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., seed: _Optional[int] = ..., end_of_text: _Optional[str] = ..., decontaminate: _Optional[_Iterable[_Union[_target_pb2.Target, _Mapping]]] = ...) -> None: ...

class TokenSet(_message.Message):
    __slots__ = ("id", "spec", "status", "manifest", "domains", "decontamination", "metadata")
    ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    DECONTAMINATION_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    spec: TokenSpec
    status: _job_pb2.JobStatus
    manifest: _artifact_pb2.Artifact
    domains: _containers.RepeatedCompositeFieldContainer[DomainTokens]
    decontamination: Decontamination
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, id: _Optional[str] = ..., spec: _Optional[_Union[TokenSpec, _Mapping]] = ..., status: _Optional[_Union[_job_pb2.JobStatus, _Mapping]] = ..., manifest: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., domains: _Optional[_Iterable[_Union[DomainTokens, _Mapping]]] = ..., decontamination: _Optional[_Union[Decontamination, _Mapping]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class DomainTokens(_message.Message):
    __slots__ = ("domain_id", "tokens", "text_bytes", "artifact")
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    ARTIFACT_FIELD_NUMBER: _ClassVar[int]
    domain_id: str
    tokens: int
    text_bytes: int
    artifact: _artifact_pb2.Artifact
    def __init__(self, domain_id: _Optional[str] = ..., tokens: _Optional[int] = ..., text_bytes: _Optional[int] = ..., artifact: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ...) -> None: ...

class TokenManifest(_message.Message):
    __slots__ = ("token_set_id", "tokenizer", "vocabulary", "end_of_text", "domains", "bytes_per_token", "decontamination")
    TOKEN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    TOKENIZER_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_FIELD_NUMBER: _ClassVar[int]
    END_OF_TEXT_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    BYTES_PER_TOKEN_FIELD_NUMBER: _ClassVar[int]
    DECONTAMINATION_FIELD_NUMBER: _ClassVar[int]
    token_set_id: str
    tokenizer: _artifact_pb2.Artifact
    vocabulary: int
    end_of_text: int
    domains: _containers.RepeatedCompositeFieldContainer[DomainTokens]
    bytes_per_token: int
    decontamination: Decontamination
    def __init__(self, token_set_id: _Optional[str] = ..., tokenizer: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., vocabulary: _Optional[int] = ..., end_of_text: _Optional[int] = ..., domains: _Optional[_Iterable[_Union[DomainTokens, _Mapping]]] = ..., bytes_per_token: _Optional[int] = ..., decontamination: _Optional[_Union[Decontamination, _Mapping]] = ...) -> None: ...

class Decontamination(_message.Message):
    __slots__ = ("domains", "left_out", "targets")
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    domains: _artifact_pb2.Artifact
    left_out: _containers.RepeatedCompositeFieldContainer[LeftOut]
    targets: _containers.RepeatedCompositeFieldContainer[Contamination]
    def __init__(self, domains: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., left_out: _Optional[_Iterable[_Union[LeftOut, _Mapping]]] = ..., targets: _Optional[_Iterable[_Union[Contamination, _Mapping]]] = ...) -> None: ...

class LeftOut(_message.Message):
    __slots__ = ("domain_id", "documents", "tokens", "text_bytes")
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    domain_id: str
    documents: int
    tokens: int
    text_bytes: int
    def __init__(self, domain_id: _Optional[str] = ..., documents: _Optional[int] = ..., tokens: _Optional[int] = ..., text_bytes: _Optional[int] = ...) -> None: ...

class Contamination(_message.Message):
    __slots__ = ("target", "documents", "by_domain")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    BY_DOMAIN_FIELD_NUMBER: _ClassVar[int]
    target: str
    documents: int
    by_domain: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, target: _Optional[str] = ..., documents: _Optional[int] = ..., by_domain: _Optional[_Iterable[int]] = ...) -> None: ...

class TargetStatisticsSet(_message.Message):
    __slots__ = ("id", "token_set_id", "targets", "status", "statistics", "overlaps", "metadata")
    ID_FIELD_NUMBER: _ClassVar[int]
    TOKEN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STATISTICS_FIELD_NUMBER: _ClassVar[int]
    OVERLAPS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    token_set_id: str
    targets: _containers.RepeatedCompositeFieldContainer[_target_pb2.Target]
    status: _job_pb2.JobStatus
    statistics: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    overlaps: _containers.RepeatedCompositeFieldContainer[TargetOverlap]
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, id: _Optional[str] = ..., token_set_id: _Optional[str] = ..., targets: _Optional[_Iterable[_Union[_target_pb2.Target, _Mapping]]] = ..., status: _Optional[_Union[_job_pb2.JobStatus, _Mapping]] = ..., statistics: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ..., overlaps: _Optional[_Iterable[_Union[TargetOverlap, _Mapping]]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class TargetOverlap(_message.Message):
    __slots__ = ("target", "ngrams", "domains", "found")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    NGRAMS_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    target: str
    ngrams: int
    domains: _containers.RepeatedCompositeFieldContainer[DomainOverlap]
    found: int
    def __init__(self, target: _Optional[str] = ..., ngrams: _Optional[int] = ..., domains: _Optional[_Iterable[_Union[DomainOverlap, _Mapping]]] = ..., found: _Optional[int] = ...) -> None: ...

class DomainOverlap(_message.Message):
    __slots__ = ("domain_id", "found")
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    domain_id: str
    found: int
    def __init__(self, domain_id: _Optional[str] = ..., found: _Optional[int] = ...) -> None: ...

class TargetStatistics(_message.Message):
    __slots__ = ("target", "text_bytes", "domain_ids", "pairs", "counts", "pair_frequencies", "first_frequencies", "unigram_frequencies")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_IDS_FIELD_NUMBER: _ClassVar[int]
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    PAIR_FREQUENCIES_FIELD_NUMBER: _ClassVar[int]
    FIRST_FREQUENCIES_FIELD_NUMBER: _ClassVar[int]
    UNIGRAM_FREQUENCIES_FIELD_NUMBER: _ClassVar[int]
    target: str
    text_bytes: int
    domain_ids: _containers.RepeatedScalarFieldContainer[str]
    pairs: int
    counts: bytes
    pair_frequencies: bytes
    first_frequencies: bytes
    unigram_frequencies: bytes
    def __init__(self, target: _Optional[str] = ..., text_bytes: _Optional[int] = ..., domain_ids: _Optional[_Iterable[str]] = ..., pairs: _Optional[int] = ..., counts: _Optional[bytes] = ..., pair_frequencies: _Optional[bytes] = ..., first_frequencies: _Optional[bytes] = ..., unigram_frequencies: _Optional[bytes] = ...) -> None: ...

class ProxySpec(_message.Message):
    __slots__ = ("preset", "width", "layers", "heads", "context", "batch", "learning_rate", "tied", "warmup_steps", "schedule", "activation", "micro_batches", "average_decay")
    PRESET_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    LAYERS_FIELD_NUMBER: _ClassVar[int]
    HEADS_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    LEARNING_RATE_FIELD_NUMBER: _ClassVar[int]
    TIED_FIELD_NUMBER: _ClassVar[int]
    WARMUP_STEPS_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    ACTIVATION_FIELD_NUMBER: _ClassVar[int]
    MICRO_BATCHES_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_DECAY_FIELD_NUMBER: _ClassVar[int]
    preset: str
    width: int
    layers: int
    heads: int
    context: int
    batch: int
    learning_rate: float
    tied: bool
    warmup_steps: int
    schedule: Schedule
    activation: Activation
    micro_batches: int
    average_decay: float
    def __init__(self, preset: _Optional[str] = ..., width: _Optional[int] = ..., layers: _Optional[int] = ..., heads: _Optional[int] = ..., context: _Optional[int] = ..., batch: _Optional[int] = ..., learning_rate: _Optional[float] = ..., tied: bool = ..., warmup_steps: _Optional[int] = ..., schedule: _Optional[_Union[Schedule, str]] = ..., activation: _Optional[_Union[Activation, str]] = ..., micro_batches: _Optional[int] = ..., average_decay: _Optional[float] = ...) -> None: ...

class RunSpec(_message.Message):
    __slots__ = ("token_set_id", "mixture", "proxy", "tokens", "seed", "match_repetition_tokens", "trainer", "base", "group_dro", "fresh_moments", "keep_state", "merge", "target_alignment", "decay_mixture")
    TOKEN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    PROXY_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    MATCH_REPETITION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    TRAINER_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    GROUP_DRO_FIELD_NUMBER: _ClassVar[int]
    FRESH_MOMENTS_FIELD_NUMBER: _ClassVar[int]
    KEEP_STATE_FIELD_NUMBER: _ClassVar[int]
    MERGE_FIELD_NUMBER: _ClassVar[int]
    TARGET_ALIGNMENT_FIELD_NUMBER: _ClassVar[int]
    DECAY_MIXTURE_FIELD_NUMBER: _ClassVar[int]
    token_set_id: str
    mixture: _containers.RepeatedScalarFieldContainer[float]
    proxy: ProxySpec
    tokens: int
    seed: int
    match_repetition_tokens: int
    trainer: str
    base: _artifact_pb2.Artifact
    group_dro: GroupDro
    fresh_moments: bool
    keep_state: bool
    merge: Merge
    target_alignment: TargetAlignment
    decay_mixture: DecayMixture
    def __init__(self, token_set_id: _Optional[str] = ..., mixture: _Optional[_Iterable[float]] = ..., proxy: _Optional[_Union[ProxySpec, _Mapping]] = ..., tokens: _Optional[int] = ..., seed: _Optional[int] = ..., match_repetition_tokens: _Optional[int] = ..., trainer: _Optional[str] = ..., base: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., group_dro: _Optional[_Union[GroupDro, _Mapping]] = ..., fresh_moments: bool = ..., keep_state: bool = ..., merge: _Optional[_Union[Merge, _Mapping]] = ..., target_alignment: _Optional[_Union[TargetAlignment, _Mapping]] = ..., decay_mixture: _Optional[_Union[DecayMixture, _Mapping]] = ...) -> None: ...

class DecayMixture(_message.Message):
    __slots__ = ("share", "mixture")
    SHARE_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    share: float
    mixture: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, share: _Optional[float] = ..., mixture: _Optional[_Iterable[float]] = ...) -> None: ...

class Merge(_message.Message):
    __slots__ = ("components",)
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    components: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    def __init__(self, components: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ...) -> None: ...

class GroupDro(_message.Message):
    __slots__ = ("reference", "step_size", "smoothing")
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    STEP_SIZE_FIELD_NUMBER: _ClassVar[int]
    SMOOTHING_FIELD_NUMBER: _ClassVar[int]
    reference: _artifact_pb2.Artifact
    step_size: float
    smoothing: float
    def __init__(self, reference: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., step_size: _Optional[float] = ..., smoothing: _Optional[float] = ...) -> None: ...

class TargetAlignment(_message.Message):
    __slots__ = ("targets", "step_size", "smoothing")
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    STEP_SIZE_FIELD_NUMBER: _ClassVar[int]
    SMOOTHING_FIELD_NUMBER: _ClassVar[int]
    targets: _containers.RepeatedCompositeFieldContainer[_target_pb2.Target]
    step_size: float
    smoothing: float
    def __init__(self, targets: _Optional[_Iterable[_Union[_target_pb2.Target, _Mapping]]] = ..., step_size: _Optional[float] = ..., smoothing: _Optional[float] = ...) -> None: ...

class Run(_message.Message):
    __slots__ = ("id", "spec", "status", "targets", "training", "tasks", "weights", "epochs", "seconds", "attempts", "parameters", "lease_end_time", "group_weights", "metadata")
    ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    TRAINING_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    EPOCHS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    LEASE_END_TIME_FIELD_NUMBER: _ClassVar[int]
    GROUP_WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    spec: RunSpec
    status: _job_pb2.JobStatus
    targets: _containers.RepeatedCompositeFieldContainer[_target_pb2.Target]
    training: RunProgress
    tasks: _containers.RepeatedCompositeFieldContainer[TaskResult]
    weights: _artifact_pb2.Artifact
    epochs: _containers.RepeatedScalarFieldContainer[float]
    seconds: float
    attempts: int
    parameters: int
    lease_end_time: _timestamp_pb2.Timestamp
    group_weights: _containers.RepeatedScalarFieldContainer[float]
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, id: _Optional[str] = ..., spec: _Optional[_Union[RunSpec, _Mapping]] = ..., status: _Optional[_Union[_job_pb2.JobStatus, _Mapping]] = ..., targets: _Optional[_Iterable[_Union[_target_pb2.Target, _Mapping]]] = ..., training: _Optional[_Union[RunProgress, _Mapping]] = ..., tasks: _Optional[_Iterable[_Union[TaskResult, _Mapping]]] = ..., weights: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., epochs: _Optional[_Iterable[float]] = ..., seconds: _Optional[float] = ..., attempts: _Optional[int] = ..., parameters: _Optional[int] = ..., lease_end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., group_weights: _Optional[_Iterable[float]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class RunProgress(_message.Message):
    __slots__ = ("step", "steps", "tokens", "loss", "tokens_per_second", "seconds_left")
    STEP_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    LOSS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    SECONDS_LEFT_FIELD_NUMBER: _ClassVar[int]
    step: int
    steps: int
    tokens: int
    loss: float
    tokens_per_second: float
    seconds_left: float
    def __init__(self, step: _Optional[int] = ..., steps: _Optional[int] = ..., tokens: _Optional[int] = ..., loss: _Optional[float] = ..., tokens_per_second: _Optional[float] = ..., seconds_left: _Optional[float] = ...) -> None: ...

class TaskResult(_message.Message):
    __slots__ = ("target", "target_sha256", "bits_per_byte", "standard_error", "items", "accuracy", "accuracy_by_byte", "choice_probability", "scoring")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TARGET_SHA256_FIELD_NUMBER: _ClassVar[int]
    BITS_PER_BYTE_FIELD_NUMBER: _ClassVar[int]
    STANDARD_ERROR_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    ACCURACY_FIELD_NUMBER: _ClassVar[int]
    ACCURACY_BY_BYTE_FIELD_NUMBER: _ClassVar[int]
    CHOICE_PROBABILITY_FIELD_NUMBER: _ClassVar[int]
    SCORING_FIELD_NUMBER: _ClassVar[int]
    target: str
    target_sha256: str
    bits_per_byte: float
    standard_error: float
    items: int
    accuracy: float
    accuracy_by_byte: float
    choice_probability: float
    scoring: _target_pb2.Scoring
    def __init__(self, target: _Optional[str] = ..., target_sha256: _Optional[str] = ..., bits_per_byte: _Optional[float] = ..., standard_error: _Optional[float] = ..., items: _Optional[int] = ..., accuracy: _Optional[float] = ..., accuracy_by_byte: _Optional[float] = ..., choice_probability: _Optional[float] = ..., scoring: _Optional[_Union[_target_pb2.Scoring, str]] = ...) -> None: ...

class ValidateTargetsRequest(_message.Message):
    __slots__ = ("sources",)
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    sources: _containers.RepeatedCompositeFieldContainer[_target_pb2.TargetSource]
    def __init__(self, sources: _Optional[_Iterable[_Union[_target_pb2.TargetSource, _Mapping]]] = ...) -> None: ...

class ValidateTargetsResponse(_message.Message):
    __slots__ = ("faults",)
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    faults: _containers.RepeatedCompositeFieldContainer[_job_pb2.Fault]
    def __init__(self, faults: _Optional[_Iterable[_Union[_job_pb2.Fault, _Mapping]]] = ...) -> None: ...

class ImportTargetsRequest(_message.Message):
    __slots__ = ("sources",)
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    sources: _containers.RepeatedCompositeFieldContainer[_target_pb2.TargetSource]
    def __init__(self, sources: _Optional[_Iterable[_Union[_target_pb2.TargetSource, _Mapping]]] = ...) -> None: ...

class ImportTargetsResponse(_message.Message):
    __slots__ = ("targets",)
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    targets: _containers.RepeatedCompositeFieldContainer[_target_pb2.Target]
    def __init__(self, targets: _Optional[_Iterable[_Union[_target_pb2.Target, _Mapping]]] = ...) -> None: ...

class CreateTokenSetRequest(_message.Message):
    __slots__ = ("request_id", "spec", "metadata")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    spec: TokenSpec
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, request_id: _Optional[str] = ..., spec: _Optional[_Union[TokenSpec, _Mapping]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class CreateTokenSetResponse(_message.Message):
    __slots__ = ("token_set",)
    TOKEN_SET_FIELD_NUMBER: _ClassVar[int]
    token_set: TokenSet
    def __init__(self, token_set: _Optional[_Union[TokenSet, _Mapping]] = ...) -> None: ...

class GetTokenSetRequest(_message.Message):
    __slots__ = ("id", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class GetTokenSetResponse(_message.Message):
    __slots__ = ("token_set",)
    TOKEN_SET_FIELD_NUMBER: _ClassVar[int]
    token_set: TokenSet
    def __init__(self, token_set: _Optional[_Union[TokenSet, _Mapping]] = ...) -> None: ...

class ListTokenSetsRequest(_message.Message):
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

class ListTokenSetsResponse(_message.Message):
    __slots__ = ("token_sets", "next_page_token")
    TOKEN_SETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    token_sets: _containers.RepeatedCompositeFieldContainer[TokenSet]
    next_page_token: str
    def __init__(self, token_sets: _Optional[_Iterable[_Union[TokenSet, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchTokenSetRequest(_message.Message):
    __slots__ = ("id", "after_sequence", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class WatchTokenSetResponse(_message.Message):
    __slots__ = ("sequence", "token_set")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TOKEN_SET_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    token_set: TokenSet
    def __init__(self, sequence: _Optional[int] = ..., token_set: _Optional[_Union[TokenSet, _Mapping]] = ...) -> None: ...

class UpdateTokenSetRequest(_message.Message):
    __slots__ = ("id", "metadata", "update_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    metadata: _resource_pb2.ResourceMetadata
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateTokenSetResponse(_message.Message):
    __slots__ = ("token_set",)
    TOKEN_SET_FIELD_NUMBER: _ClassVar[int]
    token_set: TokenSet
    def __init__(self, token_set: _Optional[_Union[TokenSet, _Mapping]] = ...) -> None: ...

class CancelTokenSetRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class CancelTokenSetResponse(_message.Message):
    __slots__ = ("token_set",)
    TOKEN_SET_FIELD_NUMBER: _ClassVar[int]
    token_set: TokenSet
    def __init__(self, token_set: _Optional[_Union[TokenSet, _Mapping]] = ...) -> None: ...

class DeleteTokenSetRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteTokenSetResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CreateTargetStatisticsRequest(_message.Message):
    __slots__ = ("request_id", "token_set_id", "targets", "metadata")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TOKEN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    token_set_id: str
    targets: _containers.RepeatedCompositeFieldContainer[_target_pb2.Target]
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, request_id: _Optional[str] = ..., token_set_id: _Optional[str] = ..., targets: _Optional[_Iterable[_Union[_target_pb2.Target, _Mapping]]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class CreateTargetStatisticsResponse(_message.Message):
    __slots__ = ("target_statistics",)
    TARGET_STATISTICS_FIELD_NUMBER: _ClassVar[int]
    target_statistics: TargetStatisticsSet
    def __init__(self, target_statistics: _Optional[_Union[TargetStatisticsSet, _Mapping]] = ...) -> None: ...

class GetTargetStatisticsRequest(_message.Message):
    __slots__ = ("id", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class GetTargetStatisticsResponse(_message.Message):
    __slots__ = ("target_statistics",)
    TARGET_STATISTICS_FIELD_NUMBER: _ClassVar[int]
    target_statistics: TargetStatisticsSet
    def __init__(self, target_statistics: _Optional[_Union[TargetStatisticsSet, _Mapping]] = ...) -> None: ...

class ListTargetStatisticsRequest(_message.Message):
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

class ListTargetStatisticsResponse(_message.Message):
    __slots__ = ("target_statistics", "next_page_token")
    TARGET_STATISTICS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    target_statistics: _containers.RepeatedCompositeFieldContainer[TargetStatisticsSet]
    next_page_token: str
    def __init__(self, target_statistics: _Optional[_Iterable[_Union[TargetStatisticsSet, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchTargetStatisticsRequest(_message.Message):
    __slots__ = ("id", "after_sequence", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class WatchTargetStatisticsResponse(_message.Message):
    __slots__ = ("sequence", "target_statistics")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_STATISTICS_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    target_statistics: TargetStatisticsSet
    def __init__(self, sequence: _Optional[int] = ..., target_statistics: _Optional[_Union[TargetStatisticsSet, _Mapping]] = ...) -> None: ...

class UpdateTargetStatisticsRequest(_message.Message):
    __slots__ = ("id", "metadata", "update_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    metadata: _resource_pb2.ResourceMetadata
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateTargetStatisticsResponse(_message.Message):
    __slots__ = ("target_statistics",)
    TARGET_STATISTICS_FIELD_NUMBER: _ClassVar[int]
    target_statistics: TargetStatisticsSet
    def __init__(self, target_statistics: _Optional[_Union[TargetStatisticsSet, _Mapping]] = ...) -> None: ...

class CancelTargetStatisticsRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class CancelTargetStatisticsResponse(_message.Message):
    __slots__ = ("target_statistics",)
    TARGET_STATISTICS_FIELD_NUMBER: _ClassVar[int]
    target_statistics: TargetStatisticsSet
    def __init__(self, target_statistics: _Optional[_Union[TargetStatisticsSet, _Mapping]] = ...) -> None: ...

class DeleteTargetStatisticsRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteTargetStatisticsResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ImportCheckpointRequest(_message.Message):
    __slots__ = ("path",)
    PATH_FIELD_NUMBER: _ClassVar[int]
    path: str
    def __init__(self, path: _Optional[str] = ...) -> None: ...

class ImportCheckpointResponse(_message.Message):
    __slots__ = ("checkpoint", "tokenizer", "end_of_text", "vocabulary", "has_moments", "tokens")
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    TOKENIZER_FIELD_NUMBER: _ClassVar[int]
    END_OF_TEXT_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_FIELD_NUMBER: _ClassVar[int]
    HAS_MOMENTS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    checkpoint: _artifact_pb2.Artifact
    tokenizer: _artifact_pb2.Artifact
    end_of_text: str
    vocabulary: int
    has_moments: bool
    tokens: int
    def __init__(self, checkpoint: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., tokenizer: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., end_of_text: _Optional[str] = ..., vocabulary: _Optional[int] = ..., has_moments: bool = ..., tokens: _Optional[int] = ...) -> None: ...

class ImportTokenizerRequest(_message.Message):
    __slots__ = ("path", "end_of_text", "allow_lossy")
    PATH_FIELD_NUMBER: _ClassVar[int]
    END_OF_TEXT_FIELD_NUMBER: _ClassVar[int]
    ALLOW_LOSSY_FIELD_NUMBER: _ClassVar[int]
    path: str
    end_of_text: str
    allow_lossy: bool
    def __init__(self, path: _Optional[str] = ..., end_of_text: _Optional[str] = ..., allow_lossy: bool = ...) -> None: ...

class ImportTokenizerResponse(_message.Message):
    __slots__ = ("tokenizer", "vocabulary", "end_of_text", "warnings")
    TOKENIZER_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_FIELD_NUMBER: _ClassVar[int]
    END_OF_TEXT_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    tokenizer: _artifact_pb2.Artifact
    vocabulary: int
    end_of_text: int
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, tokenizer: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., vocabulary: _Optional[int] = ..., end_of_text: _Optional[int] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class ValidateRunRequest(_message.Message):
    __slots__ = ("spec", "vocabulary")
    SPEC_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_FIELD_NUMBER: _ClassVar[int]
    spec: RunSpec
    vocabulary: int
    def __init__(self, spec: _Optional[_Union[RunSpec, _Mapping]] = ..., vocabulary: _Optional[int] = ...) -> None: ...

class ValidateRunResponse(_message.Message):
    __slots__ = ("faults", "spec", "vocabulary", "minimum_domain_tokens", "run_id", "parameters", "flops_per_token")
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_DOMAIN_TOKENS_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    FLOPS_PER_TOKEN_FIELD_NUMBER: _ClassVar[int]
    faults: _containers.RepeatedCompositeFieldContainer[_job_pb2.Fault]
    spec: RunSpec
    vocabulary: int
    minimum_domain_tokens: int
    run_id: str
    parameters: int
    flops_per_token: float
    def __init__(self, faults: _Optional[_Iterable[_Union[_job_pb2.Fault, _Mapping]]] = ..., spec: _Optional[_Union[RunSpec, _Mapping]] = ..., vocabulary: _Optional[int] = ..., minimum_domain_tokens: _Optional[int] = ..., run_id: _Optional[str] = ..., parameters: _Optional[int] = ..., flops_per_token: _Optional[float] = ...) -> None: ...

class ProbeRunRequest(_message.Message):
    __slots__ = ("proxy", "vocabulary")
    PROXY_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_FIELD_NUMBER: _ClassVar[int]
    proxy: ProxySpec
    vocabulary: int
    def __init__(self, proxy: _Optional[_Union[ProxySpec, _Mapping]] = ..., vocabulary: _Optional[int] = ...) -> None: ...

class ProbeRunResponse(_message.Message):
    __slots__ = ("memory_bytes", "seconds_per_token", "process_bytes", "runs_at_once", "weights_bytes", "checkpoint_bytes")
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    SECONDS_PER_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PROCESS_BYTES_FIELD_NUMBER: _ClassVar[int]
    RUNS_AT_ONCE_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_BYTES_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_BYTES_FIELD_NUMBER: _ClassVar[int]
    memory_bytes: int
    seconds_per_token: float
    process_bytes: int
    runs_at_once: int
    weights_bytes: int
    checkpoint_bytes: int
    def __init__(self, memory_bytes: _Optional[int] = ..., seconds_per_token: _Optional[float] = ..., process_bytes: _Optional[int] = ..., runs_at_once: _Optional[int] = ..., weights_bytes: _Optional[int] = ..., checkpoint_bytes: _Optional[int] = ...) -> None: ...

class CreateRunRequest(_message.Message):
    __slots__ = ("request_id", "spec", "targets", "metadata")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    spec: RunSpec
    targets: _containers.RepeatedCompositeFieldContainer[_target_pb2.Target]
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, request_id: _Optional[str] = ..., spec: _Optional[_Union[RunSpec, _Mapping]] = ..., targets: _Optional[_Iterable[_Union[_target_pb2.Target, _Mapping]]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class CreateRunResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: Run
    def __init__(self, run: _Optional[_Union[Run, _Mapping]] = ...) -> None: ...

class GetRunRequest(_message.Message):
    __slots__ = ("id", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class GetRunResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: Run
    def __init__(self, run: _Optional[_Union[Run, _Mapping]] = ...) -> None: ...

class ListRunsRequest(_message.Message):
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

class ListRunsResponse(_message.Message):
    __slots__ = ("runs", "next_page_token")
    RUNS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[Run]
    next_page_token: str
    def __init__(self, runs: _Optional[_Iterable[_Union[Run, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchRunRequest(_message.Message):
    __slots__ = ("id", "after_sequence", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class WatchRunResponse(_message.Message):
    __slots__ = ("sequence", "run")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    run: Run
    def __init__(self, sequence: _Optional[int] = ..., run: _Optional[_Union[Run, _Mapping]] = ...) -> None: ...

class UpdateRunRequest(_message.Message):
    __slots__ = ("id", "metadata", "update_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    metadata: _resource_pb2.ResourceMetadata
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateRunResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: Run
    def __init__(self, run: _Optional[_Union[Run, _Mapping]] = ...) -> None: ...

class CancelRunRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class CancelRunResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: Run
    def __init__(self, run: _Optional[_Union[Run, _Mapping]] = ...) -> None: ...

class DeleteRunRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteRunResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DownloadRunRequest(_message.Message):
    __slots__ = ("id", "format")
    ID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    id: str
    format: ModelFormat
    def __init__(self, id: _Optional[str] = ..., format: _Optional[_Union[ModelFormat, str]] = ...) -> None: ...

class DownloadRunResponse(_message.Message):
    __slots__ = ("data",)
    DATA_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    def __init__(self, data: _Optional[bytes] = ...) -> None: ...

class LeaseRunRequest(_message.Message):
    __slots__ = ("trainer", "wait_seconds")
    TRAINER_FIELD_NUMBER: _ClassVar[int]
    WAIT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    trainer: str
    wait_seconds: float
    def __init__(self, trainer: _Optional[str] = ..., wait_seconds: _Optional[float] = ...) -> None: ...

class LeaseRunResponse(_message.Message):
    __slots__ = ("run", "lease_id", "lease_seconds", "tokens")
    RUN_FIELD_NUMBER: _ClassVar[int]
    LEASE_ID_FIELD_NUMBER: _ClassVar[int]
    LEASE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    run: Run
    lease_id: str
    lease_seconds: float
    tokens: _artifact_pb2.Artifact
    def __init__(self, run: _Optional[_Union[Run, _Mapping]] = ..., lease_id: _Optional[str] = ..., lease_seconds: _Optional[float] = ..., tokens: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ...) -> None: ...

class ReportProgressRequest(_message.Message):
    __slots__ = ("lease_id", "progress")
    LEASE_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    lease_id: str
    progress: RunProgress
    def __init__(self, lease_id: _Optional[str] = ..., progress: _Optional[_Union[RunProgress, _Mapping]] = ...) -> None: ...

class ReportProgressResponse(_message.Message):
    __slots__ = ("lease_seconds",)
    LEASE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    lease_seconds: float
    def __init__(self, lease_seconds: _Optional[float] = ...) -> None: ...

class CompleteRunRequest(_message.Message):
    __slots__ = ("lease_id", "tasks", "seconds", "parameters", "weights", "epochs")
    LEASE_ID_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    EPOCHS_FIELD_NUMBER: _ClassVar[int]
    lease_id: str
    tasks: _containers.RepeatedCompositeFieldContainer[TaskResult]
    seconds: float
    parameters: int
    weights: _artifact_pb2.Artifact
    epochs: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, lease_id: _Optional[str] = ..., tasks: _Optional[_Iterable[_Union[TaskResult, _Mapping]]] = ..., seconds: _Optional[float] = ..., parameters: _Optional[int] = ..., weights: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., epochs: _Optional[_Iterable[float]] = ...) -> None: ...

class CompleteRunResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: Run
    def __init__(self, run: _Optional[_Union[Run, _Mapping]] = ...) -> None: ...

class FailRunRequest(_message.Message):
    __slots__ = ("lease_id", "message")
    LEASE_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    lease_id: str
    message: str
    def __init__(self, lease_id: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class FailRunResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: Run
    def __init__(self, run: _Optional[_Union[Run, _Mapping]] = ...) -> None: ...
