from climb.clustering.v1 import clustering_service_pb2 as _clustering_service_pb2
from climb.common.v1 import access_pb2 as _access_pb2
from climb.common.v1 import artifact_pb2 as _artifact_pb2
from climb.common.v1 import corpus_pb2 as _corpus_pb2
from climb.common.v1 import job_pb2 as _job_pb2
from climb.common.v1 import ledger_pb2 as _ledger_pb2
from climb.common.v1 import list_pb2 as _list_pb2
from climb.common.v1 import mixture_pb2 as _mixture_pb2
from climb.common.v1 import resource_pb2 as _resource_pb2
from climb.embedding.v1 import embedding_service_pb2 as _embedding_service_pb2
from climb.predictor.v1 import predictor_service_pb2 as _predictor_service_pb2
from climb.training.v1 import target_pb2 as _target_pb2
from climb.training.v1 import training_service_pb2 as _training_service_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Strategy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STRATEGY_UNSPECIFIED: _ClassVar[Strategy]
    STRATEGY_CLIMB: _ClassVar[Strategy]
    STRATEGY_CLIMB_PAPER: _ClassVar[Strategy]
    STRATEGY_REGMIX: _ClassVar[Strategy]
    STRATEGY_DOREMI: _ClassVar[Strategy]
    STRATEGY_RANDOM: _ClassVar[Strategy]
    STRATEGY_PROPORTIONAL: _ClassVar[Strategy]
    STRATEGY_UNIFORM: _ClassVar[Strategy]
    STRATEGY_ZERO_RUN: _ClassVar[Strategy]
    STRATEGY_UNIMAX: _ClassVar[Strategy]
    STRATEGY_MERGE: _ClassVar[Strategy]
    STRATEGY_GRADIENT: _ClassVar[Strategy]

class Priority(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRIORITY_UNSPECIFIED: _ClassVar[Priority]
    PRIORITY_LOW: _ClassVar[Priority]
    PRIORITY_NORMAL: _ClassVar[Priority]
    PRIORITY_HIGH: _ClassVar[Priority]

class Combination(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMBINATION_UNSPECIFIED: _ClassVar[Combination]
    COMBINATION_WEIGHTED_MEAN: _ClassVar[Combination]
    COMBINATION_WORST_CASE: _ClassVar[Combination]

class SearchPhase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEARCH_PHASE_UNSPECIFIED: _ClassVar[SearchPhase]
    SEARCH_PHASE_EMBEDDING: _ClassVar[SearchPhase]
    SEARCH_PHASE_CLUSTERING: _ClassVar[SearchPhase]
    SEARCH_PHASE_TOKENISING: _ClassVar[SearchPhase]
    SEARCH_PHASE_ROUNDS: _ClassVar[SearchPhase]
    SEARCH_PHASE_CONFIRMATION: _ClassVar[SearchPhase]
    SEARCH_PHASE_WRITING: _ClassVar[SearchPhase]
    SEARCH_PHASE_DONE: _ClassVar[SearchPhase]

class RunRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RUN_ROLE_UNSPECIFIED: _ClassVar[RunRole]
    RUN_ROLE_EXPLORE: _ClassVar[RunRole]
    RUN_ROLE_BASELINE: _ClassVar[RunRole]
    RUN_ROLE_CONFIRM: _ClassVar[RunRole]
    RUN_ROLE_REPLICATE: _ClassVar[RunRole]
    RUN_ROLE_COMPONENT: _ClassVar[RunRole]
    RUN_ROLE_SMALLER: _ClassVar[RunRole]

class CheckOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHECK_OUTCOME_UNSPECIFIED: _ClassVar[CheckOutcome]
    CHECK_OUTCOME_PASS: _ClassVar[CheckOutcome]
    CHECK_OUTCOME_WARN: _ClassVar[CheckOutcome]
    CHECK_OUTCOME_FAIL: _ClassVar[CheckOutcome]

class DomainChange(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOMAIN_CHANGE_UNSPECIFIED: _ClassVar[DomainChange]
    DOMAIN_CHANGE_SAME: _ClassVar[DomainChange]
    DOMAIN_CHANGE_PART: _ClassVar[DomainChange]
    DOMAIN_CHANGE_MERGED: _ClassVar[DomainChange]
    DOMAIN_CHANGE_NEW: _ClassVar[DomainChange]
    DOMAIN_CHANGE_OTHER: _ClassVar[DomainChange]
STRATEGY_UNSPECIFIED: Strategy
STRATEGY_CLIMB: Strategy
STRATEGY_CLIMB_PAPER: Strategy
STRATEGY_REGMIX: Strategy
STRATEGY_DOREMI: Strategy
STRATEGY_RANDOM: Strategy
STRATEGY_PROPORTIONAL: Strategy
STRATEGY_UNIFORM: Strategy
STRATEGY_ZERO_RUN: Strategy
STRATEGY_UNIMAX: Strategy
STRATEGY_MERGE: Strategy
STRATEGY_GRADIENT: Strategy
PRIORITY_UNSPECIFIED: Priority
PRIORITY_LOW: Priority
PRIORITY_NORMAL: Priority
PRIORITY_HIGH: Priority
COMBINATION_UNSPECIFIED: Combination
COMBINATION_WEIGHTED_MEAN: Combination
COMBINATION_WORST_CASE: Combination
SEARCH_PHASE_UNSPECIFIED: SearchPhase
SEARCH_PHASE_EMBEDDING: SearchPhase
SEARCH_PHASE_CLUSTERING: SearchPhase
SEARCH_PHASE_TOKENISING: SearchPhase
SEARCH_PHASE_ROUNDS: SearchPhase
SEARCH_PHASE_CONFIRMATION: SearchPhase
SEARCH_PHASE_WRITING: SearchPhase
SEARCH_PHASE_DONE: SearchPhase
RUN_ROLE_UNSPECIFIED: RunRole
RUN_ROLE_EXPLORE: RunRole
RUN_ROLE_BASELINE: RunRole
RUN_ROLE_CONFIRM: RunRole
RUN_ROLE_REPLICATE: RunRole
RUN_ROLE_COMPONENT: RunRole
RUN_ROLE_SMALLER: RunRole
CHECK_OUTCOME_UNSPECIFIED: CheckOutcome
CHECK_OUTCOME_PASS: CheckOutcome
CHECK_OUTCOME_WARN: CheckOutcome
CHECK_OUTCOME_FAIL: CheckOutcome
DOMAIN_CHANGE_UNSPECIFIED: DomainChange
DOMAIN_CHANGE_SAME: DomainChange
DOMAIN_CHANGE_PART: DomainChange
DOMAIN_CHANGE_MERGED: DomainChange
DOMAIN_CHANGE_NEW: DomainChange
DOMAIN_CHANGE_OTHER: DomainChange

class SearchSpec(_message.Message):
    __slots__ = ("name", "corpus", "domain_set_id", "targets", "proxy", "vocabulary", "budget", "constraints", "strategy", "seed", "dataset", "match_repetition", "known_results", "trainer", "tokenizer", "baselines", "reuse_search_id", "combination", "decontaminate", "base", "earlier", "priority", "smaller_proxies", "decay_share")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CORPUS_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    PROXY_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_FIELD_NUMBER: _ClassVar[int]
    BUDGET_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    MATCH_REPETITION_FIELD_NUMBER: _ClassVar[int]
    KNOWN_RESULTS_FIELD_NUMBER: _ClassVar[int]
    TRAINER_FIELD_NUMBER: _ClassVar[int]
    TOKENIZER_FIELD_NUMBER: _ClassVar[int]
    BASELINES_FIELD_NUMBER: _ClassVar[int]
    REUSE_SEARCH_ID_FIELD_NUMBER: _ClassVar[int]
    COMBINATION_FIELD_NUMBER: _ClassVar[int]
    DECONTAMINATE_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SMALLER_PROXIES_FIELD_NUMBER: _ClassVar[int]
    DECAY_SHARE_FIELD_NUMBER: _ClassVar[int]
    name: str
    corpus: CorpusInput
    domain_set_id: str
    targets: _containers.RepeatedCompositeFieldContainer[_target_pb2.TargetSource]
    proxy: _training_service_pb2.ProxySpec
    vocabulary: int
    budget: Budget
    constraints: _mixture_pb2.MixtureConstraints
    strategy: Strategy
    seed: int
    dataset: DatasetOptions
    match_repetition: bool
    known_results: _containers.RepeatedCompositeFieldContainer[KnownResult]
    trainer: str
    tokenizer: TokenizerSource
    baselines: _containers.RepeatedCompositeFieldContainer[NamedMixture]
    reuse_search_id: str
    combination: Combination
    decontaminate: bool
    base: ProxyBase
    earlier: EarlierSearch
    priority: Priority
    smaller_proxies: _containers.RepeatedCompositeFieldContainer[SmallerProxy]
    decay_share: float
    def __init__(self, name: _Optional[str] = ..., corpus: _Optional[_Union[CorpusInput, _Mapping]] = ..., domain_set_id: _Optional[str] = ..., targets: _Optional[_Iterable[_Union[_target_pb2.TargetSource, _Mapping]]] = ..., proxy: _Optional[_Union[_training_service_pb2.ProxySpec, _Mapping]] = ..., vocabulary: _Optional[int] = ..., budget: _Optional[_Union[Budget, _Mapping]] = ..., constraints: _Optional[_Union[_mixture_pb2.MixtureConstraints, _Mapping]] = ..., strategy: _Optional[_Union[Strategy, str]] = ..., seed: _Optional[int] = ..., dataset: _Optional[_Union[DatasetOptions, _Mapping]] = ..., match_repetition: bool = ..., known_results: _Optional[_Iterable[_Union[KnownResult, _Mapping]]] = ..., trainer: _Optional[str] = ..., tokenizer: _Optional[_Union[TokenizerSource, _Mapping]] = ..., baselines: _Optional[_Iterable[_Union[NamedMixture, _Mapping]]] = ..., reuse_search_id: _Optional[str] = ..., combination: _Optional[_Union[Combination, str]] = ..., decontaminate: bool = ..., base: _Optional[_Union[ProxyBase, _Mapping]] = ..., earlier: _Optional[_Union[EarlierSearch, _Mapping]] = ..., priority: _Optional[_Union[Priority, str]] = ..., smaller_proxies: _Optional[_Iterable[_Union[SmallerProxy, _Mapping]]] = ..., decay_share: _Optional[float] = ...) -> None: ...

class EarlierSearch(_message.Message):
    __slots__ = ("search_id", "free_ratios")
    SEARCH_ID_FIELD_NUMBER: _ClassVar[int]
    FREE_RATIOS_FIELD_NUMBER: _ClassVar[int]
    search_id: str
    free_ratios: bool
    def __init__(self, search_id: _Optional[str] = ..., free_ratios: bool = ...) -> None: ...

class SmallerProxy(_message.Message):
    __slots__ = ("proxy", "relative_cost")
    PROXY_FIELD_NUMBER: _ClassVar[int]
    RELATIVE_COST_FIELD_NUMBER: _ClassVar[int]
    proxy: _training_service_pb2.ProxySpec
    relative_cost: float
    def __init__(self, proxy: _Optional[_Union[_training_service_pb2.ProxySpec, _Mapping]] = ..., relative_cost: _Optional[float] = ...) -> None: ...

class NamedMixture(_message.Message):
    __slots__ = ("name", "mixture")
    class MixtureEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    name: str
    mixture: _containers.ScalarMap[str, float]
    def __init__(self, name: _Optional[str] = ..., mixture: _Optional[_Mapping[str, float]] = ...) -> None: ...

class ProxyBase(_message.Message):
    __slots__ = ("path", "file", "fresh_moments", "tokens")
    PATH_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    FRESH_MOMENTS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    path: str
    file: _artifact_pb2.Artifact
    fresh_moments: bool
    tokens: int
    def __init__(self, path: _Optional[str] = ..., file: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., fresh_moments: bool = ..., tokens: _Optional[int] = ...) -> None: ...

class TokenizerSource(_message.Message):
    __slots__ = ("path", "end_of_text", "file", "allow_lossy", "warnings")
    PATH_FIELD_NUMBER: _ClassVar[int]
    END_OF_TEXT_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    ALLOW_LOSSY_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    path: str
    end_of_text: str
    file: _artifact_pb2.Artifact
    allow_lossy: bool
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, path: _Optional[str] = ..., end_of_text: _Optional[str] = ..., file: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., allow_lossy: bool = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class KnownResult(_message.Message):
    __slots__ = ("id", "mixture", "values")
    class MixtureEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    class ValuesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    id: str
    mixture: _containers.ScalarMap[str, float]
    values: _containers.ScalarMap[str, float]
    def __init__(self, id: _Optional[str] = ..., mixture: _Optional[_Mapping[str, float]] = ..., values: _Optional[_Mapping[str, float]] = ...) -> None: ...

class CorpusInput(_message.Message):
    __slots__ = ("source", "model", "domains", "tiers", "tier_scorer")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    TIERS_FIELD_NUMBER: _ClassVar[int]
    TIER_SCORER_FIELD_NUMBER: _ClassVar[int]
    source: _corpus_pb2.CorpusSource
    model: _embedding_service_pb2.EmbeddingModel
    domains: _clustering_service_pb2.DomainSpec
    tiers: int
    tier_scorer: str
    def __init__(self, source: _Optional[_Union[_corpus_pb2.CorpusSource, _Mapping]] = ..., model: _Optional[_Union[_embedding_service_pb2.EmbeddingModel, _Mapping]] = ..., domains: _Optional[_Union[_clustering_service_pb2.DomainSpec, _Mapping]] = ..., tiers: _Optional[int] = ..., tier_scorer: _Optional[str] = ...) -> None: ...

class Budget(_message.Message):
    __slots__ = ("rounds", "tokens_per_run", "confirmation_seeds", "confirmed_mixtures", "stop_early", "auto_rounds", "max_runs", "max_tokens", "max_seconds", "max_bytes")
    ROUNDS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_RUN_FIELD_NUMBER: _ClassVar[int]
    CONFIRMATION_SEEDS_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_MIXTURES_FIELD_NUMBER: _ClassVar[int]
    STOP_EARLY_FIELD_NUMBER: _ClassVar[int]
    AUTO_ROUNDS_FIELD_NUMBER: _ClassVar[int]
    MAX_RUNS_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MAX_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MAX_BYTES_FIELD_NUMBER: _ClassVar[int]
    rounds: _containers.RepeatedScalarFieldContainer[int]
    tokens_per_run: int
    confirmation_seeds: int
    confirmed_mixtures: int
    stop_early: bool
    auto_rounds: bool
    max_runs: int
    max_tokens: int
    max_seconds: float
    max_bytes: int
    def __init__(self, rounds: _Optional[_Iterable[int]] = ..., tokens_per_run: _Optional[int] = ..., confirmation_seeds: _Optional[int] = ..., confirmed_mixtures: _Optional[int] = ..., stop_early: bool = ..., auto_rounds: bool = ..., max_runs: _Optional[int] = ..., max_tokens: _Optional[int] = ..., max_seconds: _Optional[float] = ..., max_bytes: _Optional[int] = ...) -> None: ...

class DatasetOptions(_message.Message):
    __slots__ = ("tokens", "shard_bytes", "by_domain")
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    SHARD_BYTES_FIELD_NUMBER: _ClassVar[int]
    BY_DOMAIN_FIELD_NUMBER: _ClassVar[int]
    tokens: int
    shard_bytes: int
    by_domain: bool
    def __init__(self, tokens: _Optional[int] = ..., shard_bytes: _Optional[int] = ..., by_domain: bool = ...) -> None: ...

class Search(_message.Message):
    __slots__ = ("id", "spec", "status", "phase", "embedding_set_id", "domain_set_id", "token_set_id", "targets", "runs_planned", "runs_finished", "runs_failed", "result", "warnings", "fits", "paused", "predictor_id", "gain", "metadata", "cost")
    ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_SET_ID_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    TOKEN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    RUNS_PLANNED_FIELD_NUMBER: _ClassVar[int]
    RUNS_FINISHED_FIELD_NUMBER: _ClassVar[int]
    RUNS_FAILED_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    FITS_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    PREDICTOR_ID_FIELD_NUMBER: _ClassVar[int]
    GAIN_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    id: str
    spec: SearchSpec
    status: _job_pb2.JobStatus
    phase: SearchPhase
    embedding_set_id: str
    domain_set_id: str
    token_set_id: str
    targets: _containers.RepeatedCompositeFieldContainer[_target_pb2.Target]
    runs_planned: int
    runs_finished: int
    runs_failed: int
    result: SearchResult
    warnings: _containers.RepeatedScalarFieldContainer[str]
    fits: _containers.RepeatedCompositeFieldContainer[_predictor_service_pb2.TaskFit]
    paused: bool
    predictor_id: str
    gain: Estimate
    metadata: _resource_pb2.ResourceMetadata
    cost: _ledger_pb2.Cost
    def __init__(self, id: _Optional[str] = ..., spec: _Optional[_Union[SearchSpec, _Mapping]] = ..., status: _Optional[_Union[_job_pb2.JobStatus, _Mapping]] = ..., phase: _Optional[_Union[SearchPhase, str]] = ..., embedding_set_id: _Optional[str] = ..., domain_set_id: _Optional[str] = ..., token_set_id: _Optional[str] = ..., targets: _Optional[_Iterable[_Union[_target_pb2.Target, _Mapping]]] = ..., runs_planned: _Optional[int] = ..., runs_finished: _Optional[int] = ..., runs_failed: _Optional[int] = ..., result: _Optional[_Union[SearchResult, _Mapping]] = ..., warnings: _Optional[_Iterable[str]] = ..., fits: _Optional[_Iterable[_Union[_predictor_service_pb2.TaskFit, _Mapping]]] = ..., paused: bool = ..., predictor_id: _Optional[str] = ..., gain: _Optional[_Union[Estimate, _Mapping]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ..., cost: _Optional[_Union[_ledger_pb2.Cost, _Mapping]] = ...) -> None: ...

class SearchRun(_message.Message):
    __slots__ = ("run_id", "round", "role", "origin", "mixture", "seed", "predicted", "state", "objective", "tasks", "seconds", "tokens", "failure", "group_weights", "smaller_proxy")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    ROUND_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    PREDICTED_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    GROUP_WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    SMALLER_PROXY_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    round: int
    role: RunRole
    origin: str
    mixture: _containers.RepeatedScalarFieldContainer[float]
    seed: int
    predicted: _predictor_service_pb2.Prediction
    state: _job_pb2.JobState
    objective: float
    tasks: _containers.RepeatedCompositeFieldContainer[_training_service_pb2.TaskResult]
    seconds: float
    tokens: int
    failure: str
    group_weights: _containers.RepeatedScalarFieldContainer[float]
    smaller_proxy: int
    def __init__(self, run_id: _Optional[str] = ..., round: _Optional[int] = ..., role: _Optional[_Union[RunRole, str]] = ..., origin: _Optional[str] = ..., mixture: _Optional[_Iterable[float]] = ..., seed: _Optional[int] = ..., predicted: _Optional[_Union[_predictor_service_pb2.Prediction, _Mapping]] = ..., state: _Optional[_Union[_job_pb2.JobState, str]] = ..., objective: _Optional[float] = ..., tasks: _Optional[_Iterable[_Union[_training_service_pb2.TaskResult, _Mapping]]] = ..., seconds: _Optional[float] = ..., tokens: _Optional[int] = ..., failure: _Optional[str] = ..., group_weights: _Optional[_Iterable[float]] = ..., smaller_proxy: _Optional[int] = ...) -> None: ...

class Estimate(_message.Message):
    __slots__ = ("mean", "lower", "upper", "runs")
    MEAN_FIELD_NUMBER: _ClassVar[int]
    LOWER_FIELD_NUMBER: _ClassVar[int]
    UPPER_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    mean: float
    lower: float
    upper: float
    runs: int
    def __init__(self, mean: _Optional[float] = ..., lower: _Optional[float] = ..., upper: _Optional[float] = ..., runs: _Optional[int] = ...) -> None: ...

class DomainWeight(_message.Message):
    __slots__ = ("id", "label", "tokens", "weight", "repetition", "decay_of")
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    REPETITION_FIELD_NUMBER: _ClassVar[int]
    DECAY_OF_FIELD_NUMBER: _ClassVar[int]
    id: str
    label: str
    tokens: int
    weight: float
    repetition: float
    decay_of: str
    def __init__(self, id: _Optional[str] = ..., label: _Optional[str] = ..., tokens: _Optional[int] = ..., weight: _Optional[float] = ..., repetition: _Optional[float] = ..., decay_of: _Optional[str] = ...) -> None: ...

class Comparison(_message.Message):
    __slots__ = ("name", "mixture", "objective", "tasks", "difference", "probability_answer_is_better", "task_differences", "task_probabilities", "obeys_constraints", "is_answer", "also", "penalty")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_ANSWER_IS_BETTER_FIELD_NUMBER: _ClassVar[int]
    TASK_DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    TASK_PROBABILITIES_FIELD_NUMBER: _ClassVar[int]
    OBEYS_CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    IS_ANSWER_FIELD_NUMBER: _ClassVar[int]
    ALSO_FIELD_NUMBER: _ClassVar[int]
    PENALTY_FIELD_NUMBER: _ClassVar[int]
    name: str
    mixture: _containers.RepeatedScalarFieldContainer[float]
    objective: Estimate
    tasks: _containers.RepeatedCompositeFieldContainer[Estimate]
    difference: Estimate
    probability_answer_is_better: float
    task_differences: _containers.RepeatedCompositeFieldContainer[Estimate]
    task_probabilities: _containers.RepeatedScalarFieldContainer[float]
    obeys_constraints: bool
    is_answer: bool
    also: _containers.RepeatedScalarFieldContainer[str]
    penalty: float
    def __init__(self, name: _Optional[str] = ..., mixture: _Optional[_Iterable[float]] = ..., objective: _Optional[_Union[Estimate, _Mapping]] = ..., tasks: _Optional[_Iterable[_Union[Estimate, _Mapping]]] = ..., difference: _Optional[_Union[Estimate, _Mapping]] = ..., probability_answer_is_better: _Optional[float] = ..., task_differences: _Optional[_Iterable[_Union[Estimate, _Mapping]]] = ..., task_probabilities: _Optional[_Iterable[float]] = ..., obeys_constraints: bool = ..., is_answer: bool = ..., also: _Optional[_Iterable[str]] = ..., penalty: _Optional[float] = ...) -> None: ...

class Verdict(_message.Message):
    __slots__ = ("sentences", "reference", "targets", "targets_worse", "guardrails_broken")
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    TARGETS_WORSE_FIELD_NUMBER: _ClassVar[int]
    GUARDRAILS_BROKEN_FIELD_NUMBER: _ClassVar[int]
    sentences: _containers.RepeatedScalarFieldContainer[str]
    reference: str
    targets: _containers.RepeatedCompositeFieldContainer[TargetVerdict]
    targets_worse: int
    guardrails_broken: int
    def __init__(self, sentences: _Optional[_Iterable[str]] = ..., reference: _Optional[str] = ..., targets: _Optional[_Iterable[_Union[TargetVerdict, _Mapping]]] = ..., targets_worse: _Optional[int] = ..., guardrails_broken: _Optional[int] = ...) -> None: ...

class TargetVerdict(_message.Message):
    __slots__ = ("target", "difference", "probability_better", "role", "max_regression")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    PROBABILITY_BETTER_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    MAX_REGRESSION_FIELD_NUMBER: _ClassVar[int]
    target: str
    difference: Estimate
    probability_better: float
    role: _target_pb2.TargetRole
    max_regression: float
    def __init__(self, target: _Optional[str] = ..., difference: _Optional[_Union[Estimate, _Mapping]] = ..., probability_better: _Optional[float] = ..., role: _Optional[_Union[_target_pb2.TargetRole, str]] = ..., max_regression: _Optional[float] = ...) -> None: ...

class HealthCheck(_message.Message):
    __slots__ = ("name", "outcome", "sentence")
    NAME_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    outcome: CheckOutcome
    sentence: str
    def __init__(self, name: _Optional[str] = ..., outcome: _Optional[_Union[CheckOutcome, str]] = ..., sentence: _Optional[str] = ...) -> None: ...

class SearchResult(_message.Message):
    __slots__ = ("domains", "objective", "tasks", "origin", "baselines", "runners_up", "effects", "fits", "noise", "files", "dataset_id", "run_seconds", "run_tokens", "warnings", "verdict", "checks", "binding", "unconstrained", "weight_ranges", "front", "task_noise", "penalty", "overlaps", "skipped_expected_improvement", "rounds_ended", "decontamination", "earlier", "transfer", "decay_dataset_id")
    class FilesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _artifact_pb2.Artifact
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ...) -> None: ...
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    BASELINES_FIELD_NUMBER: _ClassVar[int]
    RUNNERS_UP_FIELD_NUMBER: _ClassVar[int]
    EFFECTS_FIELD_NUMBER: _ClassVar[int]
    FITS_FIELD_NUMBER: _ClassVar[int]
    NOISE_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    RUN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    RUN_TOKENS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    BINDING_FIELD_NUMBER: _ClassVar[int]
    UNCONSTRAINED_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_RANGES_FIELD_NUMBER: _ClassVar[int]
    FRONT_FIELD_NUMBER: _ClassVar[int]
    TASK_NOISE_FIELD_NUMBER: _ClassVar[int]
    PENALTY_FIELD_NUMBER: _ClassVar[int]
    OVERLAPS_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_EXPECTED_IMPROVEMENT_FIELD_NUMBER: _ClassVar[int]
    ROUNDS_ENDED_FIELD_NUMBER: _ClassVar[int]
    DECONTAMINATION_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    DECAY_DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    domains: _containers.RepeatedCompositeFieldContainer[DomainWeight]
    objective: Estimate
    tasks: _containers.RepeatedCompositeFieldContainer[Estimate]
    origin: str
    baselines: _containers.RepeatedCompositeFieldContainer[Comparison]
    runners_up: _containers.RepeatedCompositeFieldContainer[Comparison]
    effects: _containers.RepeatedCompositeFieldContainer[_predictor_service_pb2.DomainEffect]
    fits: _containers.RepeatedCompositeFieldContainer[_predictor_service_pb2.TaskFit]
    noise: float
    files: _containers.MessageMap[str, _artifact_pb2.Artifact]
    dataset_id: str
    run_seconds: float
    run_tokens: int
    warnings: _containers.RepeatedScalarFieldContainer[str]
    verdict: Verdict
    checks: _containers.RepeatedCompositeFieldContainer[HealthCheck]
    binding: _containers.RepeatedCompositeFieldContainer[_predictor_service_pb2.BindingConstraint]
    unconstrained: _predictor_service_pb2.Proposal
    weight_ranges: _containers.RepeatedCompositeFieldContainer[_predictor_service_pb2.WeightRange]
    front: _containers.RepeatedCompositeFieldContainer[_predictor_service_pb2.Proposal]
    task_noise: _containers.RepeatedScalarFieldContainer[float]
    penalty: float
    overlaps: _containers.RepeatedCompositeFieldContainer[_training_service_pb2.TargetOverlap]
    skipped_expected_improvement: float
    rounds_ended: str
    decontamination: _training_service_pb2.Decontamination
    earlier: EarlierEvidence
    transfer: _containers.RepeatedCompositeFieldContainer[SizeTransfer]
    decay_dataset_id: str
    def __init__(self, domains: _Optional[_Iterable[_Union[DomainWeight, _Mapping]]] = ..., objective: _Optional[_Union[Estimate, _Mapping]] = ..., tasks: _Optional[_Iterable[_Union[Estimate, _Mapping]]] = ..., origin: _Optional[str] = ..., baselines: _Optional[_Iterable[_Union[Comparison, _Mapping]]] = ..., runners_up: _Optional[_Iterable[_Union[Comparison, _Mapping]]] = ..., effects: _Optional[_Iterable[_Union[_predictor_service_pb2.DomainEffect, _Mapping]]] = ..., fits: _Optional[_Iterable[_Union[_predictor_service_pb2.TaskFit, _Mapping]]] = ..., noise: _Optional[float] = ..., files: _Optional[_Mapping[str, _artifact_pb2.Artifact]] = ..., dataset_id: _Optional[str] = ..., run_seconds: _Optional[float] = ..., run_tokens: _Optional[int] = ..., warnings: _Optional[_Iterable[str]] = ..., verdict: _Optional[_Union[Verdict, _Mapping]] = ..., checks: _Optional[_Iterable[_Union[HealthCheck, _Mapping]]] = ..., binding: _Optional[_Iterable[_Union[_predictor_service_pb2.BindingConstraint, _Mapping]]] = ..., unconstrained: _Optional[_Union[_predictor_service_pb2.Proposal, _Mapping]] = ..., weight_ranges: _Optional[_Iterable[_Union[_predictor_service_pb2.WeightRange, _Mapping]]] = ..., front: _Optional[_Iterable[_Union[_predictor_service_pb2.Proposal, _Mapping]]] = ..., task_noise: _Optional[_Iterable[float]] = ..., penalty: _Optional[float] = ..., overlaps: _Optional[_Iterable[_Union[_training_service_pb2.TargetOverlap, _Mapping]]] = ..., skipped_expected_improvement: _Optional[float] = ..., rounds_ended: _Optional[str] = ..., decontamination: _Optional[_Union[_training_service_pb2.Decontamination, _Mapping]] = ..., earlier: _Optional[_Union[EarlierEvidence, _Mapping]] = ..., transfer: _Optional[_Iterable[_Union[SizeTransfer, _Mapping]]] = ..., decay_dataset_id: _Optional[str] = ...) -> None: ...

class SizeTransfer(_message.Message):
    __slots__ = ("smaller_parameters", "parameters", "mixtures", "spearman", "lower", "upper", "runs")
    SMALLER_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    MIXTURES_FIELD_NUMBER: _ClassVar[int]
    SPEARMAN_FIELD_NUMBER: _ClassVar[int]
    LOWER_FIELD_NUMBER: _ClassVar[int]
    UPPER_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    smaller_parameters: int
    parameters: int
    mixtures: int
    spearman: float
    lower: float
    upper: float
    runs: int
    def __init__(self, smaller_parameters: _Optional[int] = ..., parameters: _Optional[int] = ..., mixtures: _Optional[int] = ..., spearman: _Optional[float] = ..., lower: _Optional[float] = ..., upper: _Optional[float] = ..., runs: _Optional[int] = ...) -> None: ...

class EarlierEvidence(_message.Message):
    __slots__ = ("search_id", "domain_set_id", "runs", "runs_counted", "left_out", "domains", "gone", "kept", "holds", "before", "now", "sentences")
    SEARCH_ID_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    RUNS_COUNTED_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    GONE_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    NOW_FIELD_NUMBER: _ClassVar[int]
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    search_id: str
    domain_set_id: str
    runs: int
    runs_counted: int
    left_out: _containers.RepeatedCompositeFieldContainer[EvidenceLeftOut]
    domains: _containers.RepeatedCompositeFieldContainer[DomainOrigin]
    gone: _containers.RepeatedScalarFieldContainer[str]
    kept: _containers.RepeatedScalarFieldContainer[str]
    holds: bool
    before: float
    now: float
    sentences: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, search_id: _Optional[str] = ..., domain_set_id: _Optional[str] = ..., runs: _Optional[int] = ..., runs_counted: _Optional[int] = ..., left_out: _Optional[_Iterable[_Union[EvidenceLeftOut, _Mapping]]] = ..., domains: _Optional[_Iterable[_Union[DomainOrigin, _Mapping]]] = ..., gone: _Optional[_Iterable[str]] = ..., kept: _Optional[_Iterable[str]] = ..., holds: bool = ..., before: _Optional[float] = ..., now: _Optional[float] = ..., sentences: _Optional[_Iterable[str]] = ...) -> None: ...

class EvidenceLeftOut(_message.Message):
    __slots__ = ("reason", "runs")
    REASON_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    reason: str
    runs: int
    def __init__(self, reason: _Optional[str] = ..., runs: _Optional[int] = ...) -> None: ...

class DomainOrigin(_message.Message):
    __slots__ = ("domain_id", "change", "parts")
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    domain_id: str
    change: DomainChange
    parts: _containers.RepeatedCompositeFieldContainer[DomainPart]
    def __init__(self, domain_id: _Optional[str] = ..., change: _Optional[_Union[DomainChange, str]] = ..., parts: _Optional[_Iterable[_Union[DomainPart, _Mapping]]] = ...) -> None: ...

class DomainPart(_message.Message):
    __slots__ = ("earlier_domain_id", "share", "share_of_earlier")
    EARLIER_DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    SHARE_OF_EARLIER_FIELD_NUMBER: _ClassVar[int]
    earlier_domain_id: str
    share: float
    share_of_earlier: float
    def __init__(self, earlier_domain_id: _Optional[str] = ..., share: _Optional[float] = ..., share_of_earlier: _Optional[float] = ...) -> None: ...

class DatasetSpec(_message.Message):
    __slots__ = ("domain_set_id", "token_set_id", "mixture", "options", "max_repetition", "seed", "taken_tokens")
    DOMAIN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    TOKEN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_REPETITION_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    TAKEN_TOKENS_FIELD_NUMBER: _ClassVar[int]
    domain_set_id: str
    token_set_id: str
    mixture: _containers.RepeatedScalarFieldContainer[float]
    options: DatasetOptions
    max_repetition: float
    seed: int
    taken_tokens: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, domain_set_id: _Optional[str] = ..., token_set_id: _Optional[str] = ..., mixture: _Optional[_Iterable[float]] = ..., options: _Optional[_Union[DatasetOptions, _Mapping]] = ..., max_repetition: _Optional[float] = ..., seed: _Optional[int] = ..., taken_tokens: _Optional[_Iterable[int]] = ...) -> None: ...

class Dataset(_message.Message):
    __slots__ = ("id", "spec", "status", "files", "documents", "text_bytes", "metadata")
    class FilesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _artifact_pb2.Artifact
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    spec: DatasetSpec
    status: _job_pb2.JobStatus
    files: _containers.MessageMap[str, _artifact_pb2.Artifact]
    documents: int
    text_bytes: int
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, id: _Optional[str] = ..., spec: _Optional[_Union[DatasetSpec, _Mapping]] = ..., status: _Optional[_Union[_job_pb2.JobStatus, _Mapping]] = ..., files: _Optional[_Mapping[str, _artifact_pb2.Artifact]] = ..., documents: _Optional[int] = ..., text_bytes: _Optional[int] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class ValidateSearchRequest(_message.Message):
    __slots__ = ("spec", "measure")
    SPEC_FIELD_NUMBER: _ClassVar[int]
    MEASURE_FIELD_NUMBER: _ClassVar[int]
    spec: SearchSpec
    measure: bool
    def __init__(self, spec: _Optional[_Union[SearchSpec, _Mapping]] = ..., measure: bool = ...) -> None: ...

class ValidateSearchResponse(_message.Message):
    __slots__ = ("faults", "estimate")
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    ESTIMATE_FIELD_NUMBER: _ClassVar[int]
    faults: _containers.RepeatedCompositeFieldContainer[_job_pb2.Fault]
    estimate: SearchEstimate
    def __init__(self, faults: _Optional[_Iterable[_Union[_job_pb2.Fault, _Mapping]]] = ..., estimate: _Optional[_Union[SearchEstimate, _Mapping]] = ...) -> None: ...

class SearchEstimate(_message.Message):
    __slots__ = ("runs", "tokens", "run_seconds", "measured_runs", "domains", "memory_bytes", "runs_at_once", "disk")
    RUNS_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    RUN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MEASURED_RUNS_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    RUNS_AT_ONCE_FIELD_NUMBER: _ClassVar[int]
    DISK_FIELD_NUMBER: _ClassVar[int]
    runs: int
    tokens: int
    run_seconds: float
    measured_runs: int
    domains: int
    memory_bytes: int
    runs_at_once: int
    disk: DiskEstimate
    def __init__(self, runs: _Optional[int] = ..., tokens: _Optional[int] = ..., run_seconds: _Optional[float] = ..., measured_runs: _Optional[int] = ..., domains: _Optional[int] = ..., memory_bytes: _Optional[int] = ..., runs_at_once: _Optional[int] = ..., disk: _Optional[_Union[DiskEstimate, _Mapping]] = ...) -> None: ...

class DiskEstimate(_message.Message):
    __slots__ = ("run_bytes", "token_bytes", "text_bytes_per_token")
    RUN_BYTES_FIELD_NUMBER: _ClassVar[int]
    TOKEN_BYTES_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_PER_TOKEN_FIELD_NUMBER: _ClassVar[int]
    run_bytes: int
    token_bytes: int
    text_bytes_per_token: float
    def __init__(self, run_bytes: _Optional[int] = ..., token_bytes: _Optional[int] = ..., text_bytes_per_token: _Optional[float] = ...) -> None: ...

class CreateSearchRequest(_message.Message):
    __slots__ = ("request_id", "spec", "metadata")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    spec: SearchSpec
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, request_id: _Optional[str] = ..., spec: _Optional[_Union[SearchSpec, _Mapping]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class CreateSearchResponse(_message.Message):
    __slots__ = ("search",)
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    search: Search
    def __init__(self, search: _Optional[_Union[Search, _Mapping]] = ...) -> None: ...

class GetSearchRequest(_message.Message):
    __slots__ = ("id", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class GetSearchResponse(_message.Message):
    __slots__ = ("search",)
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    search: Search
    def __init__(self, search: _Optional[_Union[Search, _Mapping]] = ...) -> None: ...

class ListSearchesRequest(_message.Message):
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

class ListSearchesResponse(_message.Message):
    __slots__ = ("searches", "next_page_token")
    SEARCHES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    searches: _containers.RepeatedCompositeFieldContainer[Search]
    next_page_token: str
    def __init__(self, searches: _Optional[_Iterable[_Union[Search, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchSearchRequest(_message.Message):
    __slots__ = ("id", "after_sequence", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class WatchSearchResponse(_message.Message):
    __slots__ = ("sequence", "search")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    search: Search
    def __init__(self, sequence: _Optional[int] = ..., search: _Optional[_Union[Search, _Mapping]] = ...) -> None: ...

class UpdateSearchRequest(_message.Message):
    __slots__ = ("id", "metadata", "update_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    metadata: _resource_pb2.ResourceMetadata
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateSearchResponse(_message.Message):
    __slots__ = ("search",)
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    search: Search
    def __init__(self, search: _Optional[_Union[Search, _Mapping]] = ...) -> None: ...

class CancelSearchRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class CancelSearchResponse(_message.Message):
    __slots__ = ("search",)
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    search: Search
    def __init__(self, search: _Optional[_Union[Search, _Mapping]] = ...) -> None: ...

class PauseSearchRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class PauseSearchResponse(_message.Message):
    __slots__ = ("search",)
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    search: Search
    def __init__(self, search: _Optional[_Union[Search, _Mapping]] = ...) -> None: ...

class ResumeSearchRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class ResumeSearchResponse(_message.Message):
    __slots__ = ("search",)
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    search: Search
    def __init__(self, search: _Optional[_Union[Search, _Mapping]] = ...) -> None: ...

class DeleteSearchRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteSearchResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListSearchRunsRequest(_message.Message):
    __slots__ = ("search_id", "page_size", "page_token")
    SEARCH_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    search_id: str
    page_size: int
    page_token: str
    def __init__(self, search_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSearchRunsResponse(_message.Message):
    __slots__ = ("runs", "next_page_token")
    RUNS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    runs: _containers.RepeatedCompositeFieldContainer[SearchRun]
    next_page_token: str
    def __init__(self, runs: _Optional[_Iterable[_Union[SearchRun, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CreateDatasetRequest(_message.Message):
    __slots__ = ("request_id", "spec", "metadata")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    spec: DatasetSpec
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, request_id: _Optional[str] = ..., spec: _Optional[_Union[DatasetSpec, _Mapping]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class CreateDatasetResponse(_message.Message):
    __slots__ = ("dataset",)
    DATASET_FIELD_NUMBER: _ClassVar[int]
    dataset: Dataset
    def __init__(self, dataset: _Optional[_Union[Dataset, _Mapping]] = ...) -> None: ...

class GetDatasetRequest(_message.Message):
    __slots__ = ("id", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class GetDatasetResponse(_message.Message):
    __slots__ = ("dataset",)
    DATASET_FIELD_NUMBER: _ClassVar[int]
    dataset: Dataset
    def __init__(self, dataset: _Optional[_Union[Dataset, _Mapping]] = ...) -> None: ...

class ListDatasetsRequest(_message.Message):
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

class ListDatasetsResponse(_message.Message):
    __slots__ = ("datasets", "next_page_token")
    DATASETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    datasets: _containers.RepeatedCompositeFieldContainer[Dataset]
    next_page_token: str
    def __init__(self, datasets: _Optional[_Iterable[_Union[Dataset, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchDatasetRequest(_message.Message):
    __slots__ = ("id", "after_sequence", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class WatchDatasetResponse(_message.Message):
    __slots__ = ("sequence", "dataset")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    dataset: Dataset
    def __init__(self, sequence: _Optional[int] = ..., dataset: _Optional[_Union[Dataset, _Mapping]] = ...) -> None: ...

class UpdateDatasetRequest(_message.Message):
    __slots__ = ("id", "metadata", "update_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    metadata: _resource_pb2.ResourceMetadata
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateDatasetResponse(_message.Message):
    __slots__ = ("dataset",)
    DATASET_FIELD_NUMBER: _ClassVar[int]
    dataset: Dataset
    def __init__(self, dataset: _Optional[_Union[Dataset, _Mapping]] = ...) -> None: ...

class CancelDatasetRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class CancelDatasetResponse(_message.Message):
    __slots__ = ("dataset",)
    DATASET_FIELD_NUMBER: _ClassVar[int]
    dataset: Dataset
    def __init__(self, dataset: _Optional[_Union[Dataset, _Mapping]] = ...) -> None: ...

class DeleteDatasetRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteDatasetResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
