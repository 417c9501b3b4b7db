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

class DomainSpec(_message.Message):
    __slots__ = ("embeddings", "clusters", "domains", "merge_distance", "restarts", "max_iterations", "tolerance", "min_quality", "seed", "duplicates", "scorers", "previous_domain_set_id", "labels", "spherical", "batch_rows", "namer", "tiers", "splits")
    EMBEDDINGS_FIELD_NUMBER: _ClassVar[int]
    CLUSTERS_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    MERGE_DISTANCE_FIELD_NUMBER: _ClassVar[int]
    RESTARTS_FIELD_NUMBER: _ClassVar[int]
    MAX_ITERATIONS_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_FIELD_NUMBER: _ClassVar[int]
    MIN_QUALITY_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    SCORERS_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_DOMAIN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    SPHERICAL_FIELD_NUMBER: _ClassVar[int]
    BATCH_ROWS_FIELD_NUMBER: _ClassVar[int]
    NAMER_FIELD_NUMBER: _ClassVar[int]
    TIERS_FIELD_NUMBER: _ClassVar[int]
    SPLITS_FIELD_NUMBER: _ClassVar[int]
    embeddings: _artifact_pb2.Artifact
    clusters: int
    domains: int
    merge_distance: float
    restarts: int
    max_iterations: int
    tolerance: float
    min_quality: float
    seed: int
    duplicates: DuplicateRemoval
    scorers: _containers.RepeatedCompositeFieldContainer[QualityScorer]
    previous_domain_set_id: str
    labels: DomainLabels
    spherical: bool
    batch_rows: int
    namer: DomainNamer
    tiers: QualityTiers
    splits: _containers.RepeatedCompositeFieldContainer[DomainSplit]
    def __init__(self, embeddings: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., clusters: _Optional[int] = ..., domains: _Optional[int] = ..., merge_distance: _Optional[float] = ..., restarts: _Optional[int] = ..., max_iterations: _Optional[int] = ..., tolerance: _Optional[float] = ..., min_quality: _Optional[float] = ..., seed: _Optional[int] = ..., duplicates: _Optional[_Union[DuplicateRemoval, _Mapping]] = ..., scorers: _Optional[_Iterable[_Union[QualityScorer, _Mapping]]] = ..., previous_domain_set_id: _Optional[str] = ..., labels: _Optional[_Union[DomainLabels, _Mapping]] = ..., spherical: bool = ..., batch_rows: _Optional[int] = ..., namer: _Optional[_Union[DomainNamer, _Mapping]] = ..., tiers: _Optional[_Union[QualityTiers, _Mapping]] = ..., splits: _Optional[_Iterable[_Union[DomainSplit, _Mapping]]] = ...) -> None: ...

class DomainSplit(_message.Message):
    __slots__ = ("domain_id", "into")
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    INTO_FIELD_NUMBER: _ClassVar[int]
    domain_id: str
    into: int
    def __init__(self, domain_id: _Optional[str] = ..., into: _Optional[int] = ...) -> None: ...

class QualityTiers(_message.Message):
    __slots__ = ("domain_set_id", "tiers", "scorer")
    DOMAIN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    TIERS_FIELD_NUMBER: _ClassVar[int]
    SCORER_FIELD_NUMBER: _ClassVar[int]
    domain_set_id: str
    tiers: int
    scorer: str
    def __init__(self, domain_set_id: _Optional[str] = ..., tiers: _Optional[int] = ..., scorer: _Optional[str] = ...) -> None: ...

class DomainNamer(_message.Message):
    __slots__ = ("address", "model", "api_key", "send_examples")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    API_KEY_FIELD_NUMBER: _ClassVar[int]
    SEND_EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    address: str
    model: str
    api_key: str
    send_examples: bool
    def __init__(self, address: _Optional[str] = ..., model: _Optional[str] = ..., api_key: _Optional[str] = ..., send_examples: bool = ...) -> None: ...

class DomainLabels(_message.Message):
    __slots__ = ("path", "file")
    PATH_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    path: str
    file: _artifact_pb2.Artifact
    def __init__(self, path: _Optional[str] = ..., file: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ...) -> None: ...

class QualityScorer(_message.Message):
    __slots__ = ("name", "threshold", "fasttext", "annotations")
    NAME_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    FASTTEXT_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    name: str
    threshold: float
    fasttext: FastTextScorer
    annotations: AnnotationScorer
    def __init__(self, name: _Optional[str] = ..., threshold: _Optional[float] = ..., fasttext: _Optional[_Union[FastTextScorer, _Mapping]] = ..., annotations: _Optional[_Union[AnnotationScorer, _Mapping]] = ...) -> None: ...

class FastTextScorer(_message.Message):
    __slots__ = ("path", "label_values", "model")
    class LabelValuesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    PATH_FIELD_NUMBER: _ClassVar[int]
    LABEL_VALUES_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    path: str
    label_values: _containers.ScalarMap[str, float]
    model: _artifact_pb2.Artifact
    def __init__(self, path: _Optional[str] = ..., label_values: _Optional[_Mapping[str, float]] = ..., model: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ...) -> None: ...

class AnnotationScorer(_message.Message):
    __slots__ = ("path", "annotations")
    PATH_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    path: str
    annotations: _artifact_pb2.Artifact
    def __init__(self, path: _Optional[str] = ..., annotations: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ...) -> None: ...

class ScorerReport(_message.Message):
    __slots__ = ("name", "threshold", "mean", "cross_validation")
    NAME_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    CROSS_VALIDATION_FIELD_NUMBER: _ClassVar[int]
    name: str
    threshold: float
    mean: float
    cross_validation: CrossValidation
    def __init__(self, name: _Optional[str] = ..., threshold: _Optional[float] = ..., mean: _Optional[float] = ..., cross_validation: _Optional[_Union[CrossValidation, _Mapping]] = ...) -> None: ...

class CrossValidation(_message.Message):
    __slots__ = ("annotations", "unknown", "root_mean_squared_error", "baseline_error", "spearman")
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    ROOT_MEAN_SQUARED_ERROR_FIELD_NUMBER: _ClassVar[int]
    BASELINE_ERROR_FIELD_NUMBER: _ClassVar[int]
    SPEARMAN_FIELD_NUMBER: _ClassVar[int]
    annotations: int
    unknown: int
    root_mean_squared_error: float
    baseline_error: float
    spearman: float
    def __init__(self, annotations: _Optional[int] = ..., unknown: _Optional[int] = ..., root_mean_squared_error: _Optional[float] = ..., baseline_error: _Optional[float] = ..., spearman: _Optional[float] = ...) -> None: ...

class DuplicateRemoval(_message.Message):
    __slots__ = ("report_id", "threshold")
    REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    report_id: str
    threshold: float
    def __init__(self, report_id: _Optional[str] = ..., threshold: _Optional[float] = ...) -> None: ...

class DomainSet(_message.Message):
    __slots__ = ("id", "spec", "status", "manifest", "domains", "pruned_documents", "duplicate_documents", "scorers", "pruned", "naming_failure", "metadata")
    ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MANIFEST_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    PRUNED_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    SCORERS_FIELD_NUMBER: _ClassVar[int]
    PRUNED_FIELD_NUMBER: _ClassVar[int]
    NAMING_FAILURE_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    spec: DomainSpec
    status: _job_pb2.JobStatus
    manifest: _artifact_pb2.Artifact
    domains: _containers.RepeatedCompositeFieldContainer[Domain]
    pruned_documents: int
    duplicate_documents: int
    scorers: _containers.RepeatedCompositeFieldContainer[ScorerReport]
    pruned: _containers.RepeatedCompositeFieldContainer[PrunedCluster]
    naming_failure: str
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, id: _Optional[str] = ..., spec: _Optional[_Union[DomainSpec, _Mapping]] = ..., status: _Optional[_Union[_job_pb2.JobStatus, _Mapping]] = ..., manifest: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., domains: _Optional[_Iterable[_Union[Domain, _Mapping]]] = ..., pruned_documents: _Optional[int] = ..., duplicate_documents: _Optional[int] = ..., scorers: _Optional[_Iterable[_Union[ScorerReport, _Mapping]]] = ..., pruned: _Optional[_Iterable[_Union[PrunedCluster, _Mapping]]] = ..., naming_failure: _Optional[str] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class Domain(_message.Message):
    __slots__ = ("id", "label", "terms", "documents", "text_bytes", "quality", "examples", "clusters", "signals", "scores", "borderline", "nearest", "forms", "made_label", "parent_id", "tier")
    class SignalsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    class ScoresEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    class FormsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    CLUSTERS_FIELD_NUMBER: _ClassVar[int]
    SIGNALS_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    BORDERLINE_FIELD_NUMBER: _ClassVar[int]
    NEAREST_FIELD_NUMBER: _ClassVar[int]
    FORMS_FIELD_NUMBER: _ClassVar[int]
    MADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    id: str
    label: str
    terms: _containers.RepeatedScalarFieldContainer[str]
    documents: int
    text_bytes: int
    quality: float
    examples: _containers.RepeatedCompositeFieldContainer[DocumentExample]
    clusters: _containers.RepeatedScalarFieldContainer[int]
    signals: _containers.ScalarMap[str, float]
    scores: _containers.ScalarMap[str, float]
    borderline: _containers.RepeatedCompositeFieldContainer[BorderlineDocument]
    nearest: _containers.RepeatedCompositeFieldContainer[DomainNeighbour]
    forms: _containers.ScalarMap[str, float]
    made_label: str
    parent_id: str
    tier: int
    def __init__(self, id: _Optional[str] = ..., label: _Optional[str] = ..., terms: _Optional[_Iterable[str]] = ..., documents: _Optional[int] = ..., text_bytes: _Optional[int] = ..., quality: _Optional[float] = ..., examples: _Optional[_Iterable[_Union[DocumentExample, _Mapping]]] = ..., clusters: _Optional[_Iterable[int]] = ..., signals: _Optional[_Mapping[str, float]] = ..., scores: _Optional[_Mapping[str, float]] = ..., borderline: _Optional[_Iterable[_Union[BorderlineDocument, _Mapping]]] = ..., nearest: _Optional[_Iterable[_Union[DomainNeighbour, _Mapping]]] = ..., forms: _Optional[_Mapping[str, float]] = ..., made_label: _Optional[str] = ..., parent_id: _Optional[str] = ..., tier: _Optional[int] = ...) -> None: ...

class BorderlineDocument(_message.Message):
    __slots__ = ("document", "other_domain_id")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    OTHER_DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    document: DocumentExample
    other_domain_id: str
    def __init__(self, document: _Optional[_Union[DocumentExample, _Mapping]] = ..., other_domain_id: _Optional[str] = ...) -> None: ...

class DomainNeighbour(_message.Message):
    __slots__ = ("domain_id", "distance")
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    domain_id: str
    distance: float
    def __init__(self, domain_id: _Optional[str] = ..., distance: _Optional[float] = ...) -> None: ...

class DocumentExample(_message.Message):
    __slots__ = ("document_id", "snippet")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    SNIPPET_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    snippet: str
    def __init__(self, document_id: _Optional[str] = ..., snippet: _Optional[str] = ...) -> None: ...

class PrunedCluster(_message.Message):
    __slots__ = ("cluster", "documents", "quality", "reason", "examples", "terms", "scores", "unlabelled")
    class ScoresEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    CLUSTER_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    UNLABELLED_FIELD_NUMBER: _ClassVar[int]
    cluster: int
    documents: int
    quality: float
    reason: str
    examples: _containers.RepeatedCompositeFieldContainer[DocumentExample]
    terms: _containers.RepeatedScalarFieldContainer[str]
    scores: _containers.ScalarMap[str, float]
    unlabelled: bool
    def __init__(self, cluster: _Optional[int] = ..., documents: _Optional[int] = ..., quality: _Optional[float] = ..., reason: _Optional[str] = ..., examples: _Optional[_Iterable[_Union[DocumentExample, _Mapping]]] = ..., terms: _Optional[_Iterable[str]] = ..., scores: _Optional[_Mapping[str, float]] = ..., unlabelled: bool = ...) -> None: ...

class Merge(_message.Message):
    __slots__ = ("left", "right", "distance", "documents")
    LEFT_FIELD_NUMBER: _ClassVar[int]
    RIGHT_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    left: int
    right: int
    distance: float
    documents: int
    def __init__(self, left: _Optional[int] = ..., right: _Optional[int] = ..., distance: _Optional[float] = ..., documents: _Optional[int] = ...) -> None: ...

class DomainManifest(_message.Message):
    __slots__ = ("domain_set_id", "corpus", "assignments", "domains", "centroids", "dimensions", "cluster_domains", "merges", "pruned", "objective", "scorers", "map")
    DOMAIN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    CORPUS_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENTS_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    CENTROIDS_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    CLUSTER_DOMAINS_FIELD_NUMBER: _ClassVar[int]
    MERGES_FIELD_NUMBER: _ClassVar[int]
    PRUNED_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    SCORERS_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    domain_set_id: str
    corpus: _corpus_pb2.CorpusManifest
    assignments: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    domains: _containers.RepeatedCompositeFieldContainer[Domain]
    centroids: _artifact_pb2.Artifact
    dimensions: int
    cluster_domains: _containers.RepeatedScalarFieldContainer[int]
    merges: _containers.RepeatedCompositeFieldContainer[Merge]
    pruned: _containers.RepeatedCompositeFieldContainer[PrunedCluster]
    objective: float
    scorers: _containers.RepeatedCompositeFieldContainer[ScorerReport]
    map: _artifact_pb2.Artifact
    def __init__(self, domain_set_id: _Optional[str] = ..., corpus: _Optional[_Union[_corpus_pb2.CorpusManifest, _Mapping]] = ..., assignments: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ..., domains: _Optional[_Iterable[_Union[Domain, _Mapping]]] = ..., centroids: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ..., dimensions: _Optional[int] = ..., cluster_domains: _Optional[_Iterable[int]] = ..., merges: _Optional[_Iterable[_Union[Merge, _Mapping]]] = ..., pruned: _Optional[_Iterable[_Union[PrunedCluster, _Mapping]]] = ..., objective: _Optional[float] = ..., scorers: _Optional[_Iterable[_Union[ScorerReport, _Mapping]]] = ..., map: _Optional[_Union[_artifact_pb2.Artifact, _Mapping]] = ...) -> None: ...

class CorpusMap(_message.Message):
    __slots__ = ("points",)
    POINTS_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedCompositeFieldContainer[MapPoint]
    def __init__(self, points: _Optional[_Iterable[_Union[MapPoint, _Mapping]]] = ...) -> None: ...

class MapPoint(_message.Message):
    __slots__ = ("document_id", "title", "domain_id", "x", "y")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    title: str
    domain_id: str
    x: float
    y: float
    def __init__(self, document_id: _Optional[str] = ..., title: _Optional[str] = ..., domain_id: _Optional[str] = ..., x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...

class ValidateDomainSetRequest(_message.Message):
    __slots__ = ("spec",)
    SPEC_FIELD_NUMBER: _ClassVar[int]
    spec: DomainSpec
    def __init__(self, spec: _Optional[_Union[DomainSpec, _Mapping]] = ...) -> None: ...

class ValidateDomainSetResponse(_message.Message):
    __slots__ = ("faults",)
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    faults: _containers.RepeatedCompositeFieldContainer[_job_pb2.Fault]
    def __init__(self, faults: _Optional[_Iterable[_Union[_job_pb2.Fault, _Mapping]]] = ...) -> None: ...

class CreateDomainSetRequest(_message.Message):
    __slots__ = ("request_id", "spec", "metadata")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    spec: DomainSpec
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, request_id: _Optional[str] = ..., spec: _Optional[_Union[DomainSpec, _Mapping]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class CreateDomainSetResponse(_message.Message):
    __slots__ = ("domain_set",)
    DOMAIN_SET_FIELD_NUMBER: _ClassVar[int]
    domain_set: DomainSet
    def __init__(self, domain_set: _Optional[_Union[DomainSet, _Mapping]] = ...) -> None: ...

class GetDomainSetRequest(_message.Message):
    __slots__ = ("id", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class GetDomainSetResponse(_message.Message):
    __slots__ = ("domain_set",)
    DOMAIN_SET_FIELD_NUMBER: _ClassVar[int]
    domain_set: DomainSet
    def __init__(self, domain_set: _Optional[_Union[DomainSet, _Mapping]] = ...) -> None: ...

class ListDomainSetsRequest(_message.Message):
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

class ListDomainSetsResponse(_message.Message):
    __slots__ = ("domain_sets", "next_page_token")
    DOMAIN_SETS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    domain_sets: _containers.RepeatedCompositeFieldContainer[DomainSet]
    next_page_token: str
    def __init__(self, domain_sets: _Optional[_Iterable[_Union[DomainSet, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchDomainSetRequest(_message.Message):
    __slots__ = ("id", "after_sequence", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class WatchDomainSetResponse(_message.Message):
    __slots__ = ("sequence", "domain_set")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_SET_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    domain_set: DomainSet
    def __init__(self, sequence: _Optional[int] = ..., domain_set: _Optional[_Union[DomainSet, _Mapping]] = ...) -> None: ...

class UpdateDomainSetRequest(_message.Message):
    __slots__ = ("id", "metadata", "update_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    metadata: _resource_pb2.ResourceMetadata
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateDomainSetResponse(_message.Message):
    __slots__ = ("domain_set",)
    DOMAIN_SET_FIELD_NUMBER: _ClassVar[int]
    domain_set: DomainSet
    def __init__(self, domain_set: _Optional[_Union[DomainSet, _Mapping]] = ...) -> None: ...

class UpdateDomainRequest(_message.Message):
    __slots__ = ("id", "domain_id", "title")
    ID_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    id: str
    domain_id: str
    title: str
    def __init__(self, id: _Optional[str] = ..., domain_id: _Optional[str] = ..., title: _Optional[str] = ...) -> None: ...

class UpdateDomainResponse(_message.Message):
    __slots__ = ("domain_set",)
    DOMAIN_SET_FIELD_NUMBER: _ClassVar[int]
    domain_set: DomainSet
    def __init__(self, domain_set: _Optional[_Union[DomainSet, _Mapping]] = ...) -> None: ...

class CancelDomainSetRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class CancelDomainSetResponse(_message.Message):
    __slots__ = ("domain_set",)
    DOMAIN_SET_FIELD_NUMBER: _ClassVar[int]
    domain_set: DomainSet
    def __init__(self, domain_set: _Optional[_Union[DomainSet, _Mapping]] = ...) -> None: ...

class DeleteDomainSetRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteDomainSetResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CutDomainSetRequest(_message.Message):
    __slots__ = ("request_id", "id", "domains", "splits")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    SPLITS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    id: str
    domains: int
    splits: _containers.RepeatedCompositeFieldContainer[DomainSplit]
    def __init__(self, request_id: _Optional[str] = ..., id: _Optional[str] = ..., domains: _Optional[int] = ..., splits: _Optional[_Iterable[_Union[DomainSplit, _Mapping]]] = ...) -> None: ...

class CutDomainSetResponse(_message.Message):
    __slots__ = ("domain_set",)
    DOMAIN_SET_FIELD_NUMBER: _ClassVar[int]
    domain_set: DomainSet
    def __init__(self, domain_set: _Optional[_Union[DomainSet, _Mapping]] = ...) -> None: ...

class DuplicateSpec(_message.Message):
    __slots__ = ("domain_set_id", "thresholds")
    DOMAIN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    domain_set_id: str
    thresholds: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, domain_set_id: _Optional[str] = ..., thresholds: _Optional[_Iterable[float]] = ...) -> None: ...

class DuplicateReport(_message.Message):
    __slots__ = ("id", "spec", "status", "effects", "similarities", "metadata")
    ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    EFFECTS_FIELD_NUMBER: _ClassVar[int]
    SIMILARITIES_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    spec: DuplicateSpec
    status: _job_pb2.JobStatus
    effects: _containers.RepeatedCompositeFieldContainer[DuplicateEffect]
    similarities: _containers.RepeatedCompositeFieldContainer[_artifact_pb2.Artifact]
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, id: _Optional[str] = ..., spec: _Optional[_Union[DuplicateSpec, _Mapping]] = ..., status: _Optional[_Union[_job_pb2.JobStatus, _Mapping]] = ..., effects: _Optional[_Iterable[_Union[DuplicateEffect, _Mapping]]] = ..., similarities: _Optional[_Iterable[_Union[_artifact_pb2.Artifact, _Mapping]]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class DuplicateEffect(_message.Message):
    __slots__ = ("threshold", "documents", "text_bytes", "domain_documents", "domain_text_bytes", "examples")
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    threshold: float
    documents: int
    text_bytes: int
    domain_documents: _containers.RepeatedScalarFieldContainer[int]
    domain_text_bytes: _containers.RepeatedScalarFieldContainer[int]
    examples: _containers.RepeatedCompositeFieldContainer[DuplicateExample]
    def __init__(self, threshold: _Optional[float] = ..., documents: _Optional[int] = ..., text_bytes: _Optional[int] = ..., domain_documents: _Optional[_Iterable[int]] = ..., domain_text_bytes: _Optional[_Iterable[int]] = ..., examples: _Optional[_Iterable[_Union[DuplicateExample, _Mapping]]] = ...) -> None: ...

class DuplicateExample(_message.Message):
    __slots__ = ("similarity", "document", "earlier")
    SIMILARITY_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FIELD_NUMBER: _ClassVar[int]
    similarity: float
    document: DocumentExample
    earlier: DocumentExample
    def __init__(self, similarity: _Optional[float] = ..., document: _Optional[_Union[DocumentExample, _Mapping]] = ..., earlier: _Optional[_Union[DocumentExample, _Mapping]] = ...) -> None: ...

class CreateDuplicateReportRequest(_message.Message):
    __slots__ = ("request_id", "spec", "metadata")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    spec: DuplicateSpec
    metadata: _resource_pb2.ResourceMetadata
    def __init__(self, request_id: _Optional[str] = ..., spec: _Optional[_Union[DuplicateSpec, _Mapping]] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ...) -> None: ...

class CreateDuplicateReportResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: DuplicateReport
    def __init__(self, report: _Optional[_Union[DuplicateReport, _Mapping]] = ...) -> None: ...

class GetDuplicateReportRequest(_message.Message):
    __slots__ = ("id", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class GetDuplicateReportResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: DuplicateReport
    def __init__(self, report: _Optional[_Union[DuplicateReport, _Mapping]] = ...) -> None: ...

class ListDuplicateReportsRequest(_message.Message):
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

class ListDuplicateReportsResponse(_message.Message):
    __slots__ = ("reports", "next_page_token")
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    reports: _containers.RepeatedCompositeFieldContainer[DuplicateReport]
    next_page_token: str
    def __init__(self, reports: _Optional[_Iterable[_Union[DuplicateReport, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchDuplicateReportRequest(_message.Message):
    __slots__ = ("id", "after_sequence", "read_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    after_sequence: int
    read_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class WatchDuplicateReportResponse(_message.Message):
    __slots__ = ("sequence", "report")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    report: DuplicateReport
    def __init__(self, sequence: _Optional[int] = ..., report: _Optional[_Union[DuplicateReport, _Mapping]] = ...) -> None: ...

class UpdateDuplicateReportRequest(_message.Message):
    __slots__ = ("id", "metadata", "update_mask")
    ID_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    id: str
    metadata: _resource_pb2.ResourceMetadata
    update_mask: _field_mask_pb2.FieldMask
    def __init__(self, id: _Optional[str] = ..., metadata: _Optional[_Union[_resource_pb2.ResourceMetadata, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ...) -> None: ...

class UpdateDuplicateReportResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: DuplicateReport
    def __init__(self, report: _Optional[_Union[DuplicateReport, _Mapping]] = ...) -> None: ...

class CancelDuplicateReportRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class CancelDuplicateReportResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: DuplicateReport
    def __init__(self, report: _Optional[_Union[DuplicateReport, _Mapping]] = ...) -> None: ...

class DeleteDuplicateReportRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteDuplicateReportResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RemoveDuplicatesRequest(_message.Message):
    __slots__ = ("request_id", "report_id", "threshold")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REPORT_ID_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    report_id: str
    threshold: float
    def __init__(self, request_id: _Optional[str] = ..., report_id: _Optional[str] = ..., threshold: _Optional[float] = ...) -> None: ...

class RemoveDuplicatesResponse(_message.Message):
    __slots__ = ("domain_set",)
    DOMAIN_SET_FIELD_NUMBER: _ClassVar[int]
    domain_set: DomainSet
    def __init__(self, domain_set: _Optional[_Union[DomainSet, _Mapping]] = ...) -> None: ...

class SuggestDomainCountRequest(_message.Message):
    __slots__ = ("domain_set_id", "most")
    DOMAIN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    MOST_FIELD_NUMBER: _ClassVar[int]
    domain_set_id: str
    most: int
    def __init__(self, domain_set_id: _Optional[str] = ..., most: _Optional[int] = ...) -> None: ...

class SuggestDomainCountResponse(_message.Message):
    __slots__ = ("counts", "suggested")
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    SUGGESTED_FIELD_NUMBER: _ClassVar[int]
    counts: _containers.RepeatedCompositeFieldContainer[DomainCountQuality]
    suggested: int
    def __init__(self, counts: _Optional[_Iterable[_Union[DomainCountQuality, _Mapping]]] = ..., suggested: _Optional[int] = ...) -> None: ...

class DomainCountQuality(_message.Message):
    __slots__ = ("domains", "silhouette", "stability")
    DOMAINS_FIELD_NUMBER: _ClassVar[int]
    SILHOUETTE_FIELD_NUMBER: _ClassVar[int]
    STABILITY_FIELD_NUMBER: _ClassVar[int]
    domains: int
    silhouette: float
    stability: float
    def __init__(self, domains: _Optional[int] = ..., silhouette: _Optional[float] = ..., stability: _Optional[float] = ...) -> None: ...

class AssignDocumentsRequest(_message.Message):
    __slots__ = ("domain_set_id", "vectors", "texts")
    DOMAIN_SET_ID_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    domain_set_id: str
    vectors: bytes
    texts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, domain_set_id: _Optional[str] = ..., vectors: _Optional[bytes] = ..., texts: _Optional[_Iterable[str]] = ...) -> None: ...

class AssignStreamRequest(_message.Message):
    __slots__ = ("request",)
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    request: AssignDocumentsRequest
    def __init__(self, request: _Optional[_Union[AssignDocumentsRequest, _Mapping]] = ...) -> None: ...

class AssignStreamResponse(_message.Message):
    __slots__ = ("response",)
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    response: AssignDocumentsResponse
    def __init__(self, response: _Optional[_Union[AssignDocumentsResponse, _Mapping]] = ...) -> None: ...

class AssignDocumentsResponse(_message.Message):
    __slots__ = ("domain_indexes", "squared_distances", "domain_ids")
    DOMAIN_INDEXES_FIELD_NUMBER: _ClassVar[int]
    SQUARED_DISTANCES_FIELD_NUMBER: _ClassVar[int]
    DOMAIN_IDS_FIELD_NUMBER: _ClassVar[int]
    domain_indexes: _containers.RepeatedScalarFieldContainer[int]
    squared_distances: _containers.RepeatedScalarFieldContainer[float]
    domain_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, domain_indexes: _Optional[_Iterable[int]] = ..., squared_distances: _Optional[_Iterable[float]] = ..., domain_ids: _Optional[_Iterable[str]] = ...) -> None: ...
