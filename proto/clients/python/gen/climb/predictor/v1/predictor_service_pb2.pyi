from climb.common.v1 import access_pb2 as _access_pb2
from climb.common.v1 import artifact_pb2 as _artifact_pb2
from climb.common.v1 import job_pb2 as _job_pb2
from climb.common.v1 import list_pb2 as _list_pb2
from climb.common.v1 import mixture_pb2 as _mixture_pb2
from climb.common.v1 import resource_pb2 as _resource_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Acquisition(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACQUISITION_UNSPECIFIED: _ClassVar[Acquisition]
    ACQUISITION_CLIMB: _ClassVar[Acquisition]
    ACQUISITION_PAPER: _ClassVar[Acquisition]
    ACQUISITION_BEST: _ClassVar[Acquisition]
    ACQUISITION_EXPLORE: _ClassVar[Acquisition]
    ACQUISITION_ZERO_RUN: _ClassVar[Acquisition]
    ACQUISITION_PAPER_EXPLORE: _ClassVar[Acquisition]
    ACQUISITION_PARETO: _ClassVar[Acquisition]
    ACQUISITION_WORST_CASE: _ClassVar[Acquisition]
    ACQUISITION_EXPECTED_IMPROVEMENT: _ClassVar[Acquisition]
    ACQUISITION_UCB: _ClassVar[Acquisition]
    ACQUISITION_THOMPSON: _ClassVar[Acquisition]

class ConstraintKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSTRAINT_KIND_UNSPECIFIED: _ClassVar[ConstraintKind]
    CONSTRAINT_KIND_REPETITION: _ClassVar[ConstraintKind]
    CONSTRAINT_KIND_UPPER_BOUND: _ClassVar[ConstraintKind]
    CONSTRAINT_KIND_LOWER_BOUND: _ClassVar[ConstraintKind]
    CONSTRAINT_KIND_GUARDRAIL: _ClassVar[ConstraintKind]

class PredictorFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PREDICTOR_FORMAT_UNSPECIFIED: _ClassVar[PredictorFormat]
    PREDICTOR_FORMAT_JSON: _ClassVar[PredictorFormat]
    PREDICTOR_FORMAT_ONNX: _ClassVar[PredictorFormat]
ACQUISITION_UNSPECIFIED: Acquisition
ACQUISITION_CLIMB: Acquisition
ACQUISITION_PAPER: Acquisition
ACQUISITION_BEST: Acquisition
ACQUISITION_EXPLORE: Acquisition
ACQUISITION_ZERO_RUN: Acquisition
ACQUISITION_PAPER_EXPLORE: Acquisition
ACQUISITION_PARETO: Acquisition
ACQUISITION_WORST_CASE: Acquisition
ACQUISITION_EXPECTED_IMPROVEMENT: Acquisition
ACQUISITION_UCB: Acquisition
ACQUISITION_THOMPSON: Acquisition
CONSTRAINT_KIND_UNSPECIFIED: ConstraintKind
CONSTRAINT_KIND_REPETITION: ConstraintKind
CONSTRAINT_KIND_UPPER_BOUND: ConstraintKind
CONSTRAINT_KIND_LOWER_BOUND: ConstraintKind
CONSTRAINT_KIND_GUARDRAIL: ConstraintKind
PREDICTOR_FORMAT_UNSPECIFIED: PredictorFormat
PREDICTOR_FORMAT_JSON: PredictorFormat
PREDICTOR_FORMAT_ONNX: PredictorFormat

class PredictorDomain(_message.Message):
    __slots__ = ("id", "tokens", "counted_as")
    ID_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    COUNTED_AS_FIELD_NUMBER: _ClassVar[int]
    id: str
    tokens: int
    counted_as: str
    def __init__(self, id: _Optional[str] = ..., tokens: _Optional[int] = ..., counted_as: _Optional[str] = ...) -> None: ...

class ResultRow(_message.Message):
    __slots__ = ("id", "mixture", "values", "seed", "capacity")
    ID_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    id: str
    mixture: _containers.RepeatedScalarFieldContainer[float]
    values: _containers.RepeatedScalarFieldContainer[float]
    seed: int
    capacity: int
    def __init__(self, id: _Optional[str] = ..., mixture: _Optional[_Iterable[float]] = ..., values: _Optional[_Iterable[float]] = ..., seed: _Optional[int] = ..., capacity: _Optional[int] = ...) -> None: ...

class PredictorTask(_message.Message):
    __slots__ = ("name", "weight", "statistics")
    NAME_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    STATISTICS_FIELD_NUMBER: _ClassVar[int]
    name: str
    weight: float
    statistics: _artifact_pb2.Artifact
    def __init__(self, name: _Optional[str] = ..., weight: _Optional[float] = ..., statistics: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ...) -> None: ...

class PredictorSpec(_message.Message):
    __slots__ = ("domains", "tasks", "rows", "proxy_tokens", "models", "noise", "seed", "target_capacity", "repetition_tokens")
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    PROXY_TOKENS_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    NOISE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    TARGET_CAPACITY_FIELD_NUMBER: _ClassVar[int]
    REPETITION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    domains: _containers.RepeatedCompositeFieldContainer[PredictorDomain]
    tasks: _containers.RepeatedCompositeFieldContainer[PredictorTask]
    rows: _containers.RepeatedCompositeFieldContainer[ResultRow]
    proxy_tokens: int
    models: _containers.RepeatedScalarFieldContainer[str]
    noise: _containers.RepeatedScalarFieldContainer[float]
    seed: int
    target_capacity: int
    repetition_tokens: int
    def __init__(self, domains: _Optional[_Iterable[_Union[PredictorDomain, _Mapping]]] = ..., tasks: _Optional[_Iterable[_Union[PredictorTask, _Mapping]]] = ..., rows: _Optional[_Iterable[_Union[ResultRow, _Mapping]]] = ..., proxy_tokens: _Optional[int] = ..., models: _Optional[_Iterable[str]] = ..., noise: _Optional[_Iterable[float]] = ..., seed: _Optional[int] = ..., target_capacity: _Optional[int] = ..., repetition_tokens: _Optional[int] = ...) -> None: ...

class Predictor(_message.Message):
    __slots__ = ("id", "spec", "status", "model", "fits", "warnings", "onnx", "metadata")
    ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    FITS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    ONNX_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    spec: PredictorSpec
    status: _job_pb2.JobStatus
    model: _artifact_pb2.Artifact
    fits: _containers.RepeatedCompositeFieldContainer[TaskFit]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    onnx: _artifact_pb2.Artifact
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, id: _Optional[str] = ..., spec: _Optional[_Union[PredictorSpec, _Mapping]] = ..., status: _Optional[_Union[_job_pb2.JobStatus, _Mapping]] = ..., model: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., fits: _Optional[_Iterable[_Union[TaskFit, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ..., onnx: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class TaskFit(_message.Message):
    __slots__ = ("task", "spearman", "r_squared", "mean_squared_error", "coverage", "noise", "transfer_error", "model_weights", "refused", "out_of_fold", "learning_curve")
    class ModelWeightsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    class RefusedEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TASK_FIELD_NUMBER: _ClassVar[int]
    SPEARMAN_FIELD_NUMBER: _ClassVar[int]
    R_SQUARED_FIELD_NUMBER: _ClassVar[int]
    MEAN_SQUARED_ERROR_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    NOISE_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_ERROR_FIELD_NUMBER: _ClassVar[int]
    MODEL_WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    OUT_OF_FOLD_FIELD_NUMBER: _ClassVar[int]
    LEARNING_CURVE_FIELD_NUMBER: _ClassVar[int]
    task: str
    spearman: float
    r_squared: float
    mean_squared_error: float
    coverage: float
    noise: float
    transfer_error: float
    model_weights: _containers.ScalarMap[str, float]
    refused: _containers.ScalarMap[str, str]
    out_of_fold: _containers.RepeatedScalarFieldContainer[float]
    learning_curve: _containers.RepeatedCompositeFieldContainer[LearningPoint]
    def __init__(self, task: _Optional[str] = ..., spearman: _Optional[float] = ..., r_squared: _Optional[float] = ..., mean_squared_error: _Optional[float] = ..., coverage: _Optional[float] = ..., noise: _Optional[float] = ..., transfer_error: _Optional[float] = ..., model_weights: _Optional[_Mapping[str, float]] = ..., refused: _Optional[_Mapping[str, str]] = ..., out_of_fold: _Optional[_Iterable[float]] = ..., learning_curve: _Optional[_Iterable[_Union[LearningPoint, _Mapping]]] = ...) -> None: ...

class LearningPoint(_message.Message):
    __slots__ = ("rows", "spearman", "r_squared")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    SPEARMAN_FIELD_NUMBER: _ClassVar[int]
    R_SQUARED_FIELD_NUMBER: _ClassVar[int]
    rows: int
    spearman: float
    r_squared: float
    def __init__(self, rows: _Optional[int] = ..., spearman: _Optional[float] = ..., r_squared: _Optional[float] = ...) -> None: ...

class Prediction(_message.Message):
    __slots__ = ("value", "lower", "upper")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LOWER_FIELD_NUMBER: _ClassVar[int]
    UPPER_FIELD_NUMBER: _ClassVar[int]
    value: float
    lower: float
    upper: float
    def __init__(self, value: _Optional[float] = ..., lower: _Optional[float] = ..., upper: _Optional[float] = ...) -> None: ...

class MixturePrediction(_message.Message):
    __slots__ = ("objective", "tasks")
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    objective: Prediction
    tasks: _containers.RepeatedCompositeFieldContainer[Prediction]
    def __init__(self, objective: _Optional[_Union[Prediction, _Mapping]] = ..., tasks: _Optional[_Iterable[_Union[Prediction, _Mapping]]] = ...) -> None: ...

class Proposal(_message.Message):
    __slots__ = ("mixture", "origin", "prediction")
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    PREDICTION_FIELD_NUMBER: _ClassVar[int]
    mixture: _containers.RepeatedScalarFieldContainer[float]
    origin: str
    prediction: MixturePrediction
    def __init__(self, mixture: _Optional[_Iterable[float]] = ..., origin: _Optional[str] = ..., prediction: _Optional[_Union[MixturePrediction, _Mapping]] = ...) -> None: ...

class ValidatePredictorRequest(_message.Message):
    __slots__ = ("spec",)
    SPEC_FIELD_NUMBER: _ClassVar[int]
    spec: PredictorSpec
    def __init__(self, spec: _Optional[_Union[PredictorSpec, _Mapping]] = ...) -> None: ...

class ValidatePredictorResponse(_message.Message):
    __slots__ = ("faults",)
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    faults: _containers.RepeatedCompositeFieldContainer[_job_pb2.Fault]
    def __init__(self, faults: _Optional[_Iterable[_Union[_job_pb2.Fault, _Mapping]]] = ...) -> None: ...

class CreatePredictorRequest(_message.Message):
    __slots__ = ("request_id", "spec", "metadata")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    spec: PredictorSpec
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, request_id: _Optional[str] = ..., spec: _Optional[_Union[PredictorSpec, _Mapping]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class CreatePredictorResponse(_message.Message):
    __slots__ = ("predictor",)
    PREDICTOR_FIELD_NUMBER: _ClassVar[int]
    predictor: Predictor
    def __init__(self, predictor: _Optional[_Union[Predictor, _Mapping]] = ...) -> None: ...

class GetPredictorRequest(_message.Message):
    __slots__ = ("id", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class GetPredictorResponse(_message.Message):
    __slots__ = ("predictor",)
    PREDICTOR_FIELD_NUMBER: _ClassVar[int]
    predictor: Predictor
    def __init__(self, predictor: _Optional[_Union[Predictor, _Mapping]] = ...) -> None: ...

class ListPredictorsRequest(_message.Message):
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

class ListPredictorsResponse(_message.Message):
    __slots__ = ("predictors", "next_page_token")
    PREDICTORS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    predictors: _containers.RepeatedCompositeFieldContainer[Predictor]
    next_page_token: str
    def __init__(self, predictors: _Optional[_Iterable[_Union[Predictor, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchPredictorRequest(_message.Message):
    __slots__ = ("id", "after_sequence", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class WatchPredictorResponse(_message.Message):
    __slots__ = ("sequence", "predictor")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PREDICTOR_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    predictor: Predictor
    def __init__(self, sequence: _Optional[int] = ..., predictor: _Optional[_Union[Predictor, _Mapping]] = ...) -> None: ...

class UpdatePredictorRequest(_message.Message):
    __slots__ = ("id", "metadata", "update_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    metadata: _resource_pb2.ResourceMetadata
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdatePredictorResponse(_message.Message):
    __slots__ = ("predictor",)
    PREDICTOR_FIELD_NUMBER: _ClassVar[int]
    predictor: Predictor
    def __init__(self, predictor: _Optional[_Union[Predictor, _Mapping]] = ...) -> None: ...

class CancelPredictorRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class CancelPredictorResponse(_message.Message):
    __slots__ = ("predictor",)
    PREDICTOR_FIELD_NUMBER: _ClassVar[int]
    predictor: Predictor
    def __init__(self, predictor: _Optional[_Union[Predictor, _Mapping]] = ...) -> None: ...

class DeletePredictorRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeletePredictorResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class MixtureWeights(_message.Message):
    __slots__ = ("weights",)
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    weights: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, weights: _Optional[_Iterable[float]] = ...) -> None: ...

class PredictRequest(_message.Message):
    __slots__ = ("predictor_id", "mixtures")
    PREDICTOR_ID_FIELD_NUMBER: _ClassVar[int]
    MIXTURES_FIELD_NUMBER: _ClassVar[int]
    predictor_id: str
    mixtures: _containers.RepeatedCompositeFieldContainer[MixtureWeights]
    def __init__(self, predictor_id: _Optional[str] = ..., mixtures: _Optional[_Iterable[_Union[MixtureWeights, _Mapping]]] = ...) -> None: ...

class PredictResponse(_message.Message):
    __slots__ = ("predictions",)
    PREDICTIONS_FIELD_NUMBER: _ClassVar[int]
    predictions: _containers.RepeatedCompositeFieldContainer[MixturePrediction]
    def __init__(self, predictions: _Optional[_Iterable[_Union[MixturePrediction, _Mapping]]] = ...) -> None: ...

class ProposeRequest(_message.Message):
    __slots__ = ("predictor_id", "domains", "tasks", "proxy_tokens", "count", "acquisition", "constraints", "known", "seed", "prior", "guardrails", "guardrail_reference")
    PREDICTOR_ID_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    PROXY_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    ACQUISITION_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    KNOWN_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    PRIOR_FIELD_NUMBER: _ClassVar[int]
    GUARDRAILS_FIELD_NUMBER: _ClassVar[int]
    GUARDRAIL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    predictor_id: str
    domains: _containers.RepeatedCompositeFieldContainer[PredictorDomain]
    tasks: _containers.RepeatedCompositeFieldContainer[PredictorTask]
    proxy_tokens: int
    count: int
    acquisition: Acquisition
    constraints: _mixture_pb2.MixtureConstraints
    known: _containers.RepeatedCompositeFieldContainer[MixtureWeights]
    seed: int
    prior: _containers.RepeatedScalarFieldContainer[float]
    guardrails: _containers.RepeatedCompositeFieldContainer[Guardrail]
    guardrail_reference: MixtureWeights
    def __init__(self, predictor_id: _Optional[str] = ..., domains: _Optional[_Iterable[_Union[PredictorDomain, _Mapping]]] = ..., tasks: _Optional[_Iterable[_Union[PredictorTask, _Mapping]]] = ..., proxy_tokens: _Optional[int] = ..., count: _Optional[int] = ..., acquisition: _Optional[_Union[Acquisition, str]] = ..., constraints: _Optional[_Union[_mixture_pb2.MixtureConstraints, _Mapping]] = ..., known: _Optional[_Iterable[_Union[MixtureWeights, _Mapping]]] = ..., seed: _Optional[int] = ..., prior: _Optional[_Iterable[float]] = ..., guardrails: _Optional[_Iterable[_Union[Guardrail, _Mapping]]] = ..., guardrail_reference: _Optional[_Union[MixtureWeights, _Mapping]] = ...) -> None: ...

class Guardrail(_message.Message):
    __slots__ = ("task", "max_regression")
    TASK_FIELD_NUMBER: _ClassVar[int]
    MAX_REGRESSION_FIELD_NUMBER: _ClassVar[int]
    task: str
    max_regression: float
    def __init__(self, task: _Optional[str] = ..., max_regression: _Optional[float] = ...) -> None: ...

class ProposeResponse(_message.Message):
    __slots__ = ("proposals", "expected_improvement")
    PROPOSALS_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_IMPROVEMENT_FIELD_NUMBER: _ClassVar[int]
    proposals: _containers.RepeatedCompositeFieldContainer[Proposal]
    expected_improvement: float
    def __init__(self, proposals: _Optional[_Iterable[_Union[Proposal, _Mapping]]] = ..., expected_improvement: _Optional[float] = ...) -> None: ...

class ProjectRequest(_message.Message):
    __slots__ = ("domains", "constraints", "mixtures")
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    MIXTURES_FIELD_NUMBER: _ClassVar[int]
    domains: _containers.RepeatedCompositeFieldContainer[PredictorDomain]
    constraints: _mixture_pb2.MixtureConstraints
    mixtures: _containers.RepeatedCompositeFieldContainer[MixtureWeights]
    def __init__(self, domains: _Optional[_Iterable[_Union[PredictorDomain, _Mapping]]] = ..., constraints: _Optional[_Union[_mixture_pb2.MixtureConstraints, _Mapping]] = ..., mixtures: _Optional[_Iterable[_Union[MixtureWeights, _Mapping]]] = ...) -> None: ...

class ProjectResponse(_message.Message):
    __slots__ = ("mixtures",)
    MIXTURES_FIELD_NUMBER: _ClassVar[int]
    mixtures: _containers.RepeatedCompositeFieldContainer[MixtureWeights]
    def __init__(self, mixtures: _Optional[_Iterable[_Union[MixtureWeights, _Mapping]]] = ...) -> None: ...

class ExamineRequest(_message.Message):
    __slots__ = ("predictor_id", "mixture", "constraints", "guardrails", "guardrail_reference", "tolerance", "seed")
    PREDICTOR_ID_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    GUARDRAILS_FIELD_NUMBER: _ClassVar[int]
    GUARDRAIL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    predictor_id: str
    mixture: MixtureWeights
    constraints: _mixture_pb2.MixtureConstraints
    guardrails: _containers.RepeatedCompositeFieldContainer[Guardrail]
    guardrail_reference: MixtureWeights
    tolerance: float
    seed: int
    def __init__(self, predictor_id: _Optional[str] = ..., mixture: _Optional[_Union[MixtureWeights, _Mapping]] = ..., constraints: _Optional[_Union[_mixture_pb2.MixtureConstraints, _Mapping]] = ..., guardrails: _Optional[_Iterable[_Union[Guardrail, _Mapping]]] = ..., guardrail_reference: _Optional[_Union[MixtureWeights, _Mapping]] = ..., tolerance: _Optional[float] = ..., seed: _Optional[int] = ...) -> None: ...

class ExamineResponse(_message.Message):
    __slots__ = ("binding", "unconstrained", "constrained", "ranges")
    BINDING_FIELD_NUMBER: _ClassVar[int]
    UNCONSTRAINED_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINED_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    binding: _containers.RepeatedCompositeFieldContainer[BindingConstraint]
    unconstrained: Proposal
    constrained: Proposal
    ranges: _containers.RepeatedCompositeFieldContainer[WeightRange]
    def __init__(self, binding: _Optional[_Iterable[_Union[BindingConstraint, _Mapping]]] = ..., unconstrained: _Optional[_Union[Proposal, _Mapping]] = ..., constrained: _Optional[_Union[Proposal, _Mapping]] = ..., ranges: _Optional[_Iterable[_Union[WeightRange, _Mapping]]] = ...) -> None: ...

class BindingConstraint(_message.Message):
    __slots__ = ("kind", "domain_id", "task", "bound", "price")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    kind: ConstraintKind
    domain_id: str
    task: str
    bound: float
    price: float
    def __init__(self, kind: _Optional[_Union[ConstraintKind, str]] = ..., domain_id: _Optional[str] = ..., task: _Optional[str] = ..., bound: _Optional[float] = ..., price: _Optional[float] = ...) -> None: ...

class WeightRange(_message.Message):
    __slots__ = ("domain_id", "lower", "upper")
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    LOWER_FIELD_NUMBER: _ClassVar[int]
    UPPER_FIELD_NUMBER: _ClassVar[int]
    domain_id: str
    lower: float
    upper: float
    def __init__(self, domain_id: _Optional[str] = ..., lower: _Optional[float] = ..., upper: _Optional[float] = ...) -> None: ...

class DownloadPredictorRequest(_message.Message):
    __slots__ = ("id", "format")
    ID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    id: str
    format: PredictorFormat
    def __init__(self, id: _Optional[str] = ..., format: _Optional[_Union[PredictorFormat, str]] = ...) -> None: ...

class DownloadPredictorResponse(_message.Message):
    __slots__ = ("data",)
    DATA_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    def __init__(self, data: _Optional[bytes] = ...) -> None: ...

class ExplainRequest(_message.Message):
    __slots__ = ("predictor_id", "mixture")
    PREDICTOR_ID_FIELD_NUMBER: _ClassVar[int]
    MIXTURE_FIELD_NUMBER: _ClassVar[int]
    predictor_id: str
    mixture: MixtureWeights
    def __init__(self, predictor_id: _Optional[str] = ..., mixture: _Optional[_Union[MixtureWeights, _Mapping]] = ...) -> None: ...

class DomainEffect(_message.Message):
    __slots__ = ("domain_id", "tasks", "objective")
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    domain_id: str
    tasks: _containers.RepeatedScalarFieldContainer[float]
    objective: float
    def __init__(self, domain_id: _Optional[str] = ..., tasks: _Optional[_Iterable[float]] = ..., objective: _Optional[float] = ...) -> None: ...

class ExplainResponse(_message.Message):
    __slots__ = ("effects", "fits", "interactions")
    EFFECTS_FIELD_NUMBER: _ClassVar[int]
    FITS_FIELD_NUMBER: _ClassVar[int]
    INTERACTIONS_FIELD_NUMBER: _ClassVar[int]
    effects: _containers.RepeatedCompositeFieldContainer[DomainEffect]
    fits: _containers.RepeatedCompositeFieldContainer[TaskFit]
    interactions: _containers.RepeatedCompositeFieldContainer[Interaction]
    def __init__(self, effects: _Optional[_Iterable[_Union[DomainEffect, _Mapping]]] = ..., fits: _Optional[_Iterable[_Union[TaskFit, _Mapping]]] = ..., interactions: _Optional[_Iterable[_Union[Interaction, _Mapping]]] = ...) -> None: ...

class Interaction(_message.Message):
    __slots__ = ("first_domain_id", "second_domain_id", "objective")
    FIRST_DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    SECOND_DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    first_domain_id: str
    second_domain_id: str
    objective: float
    def __init__(self, first_domain_id: _Optional[str] = ..., second_domain_id: _Optional[str] = ..., objective: _Optional[float] = ...) -> None: ...
