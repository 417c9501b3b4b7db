"""A search from end to end: python examples/search.py [ADDRESS] [FOLDER], beside a suite (`climb up`) on this machine."""

import sys
from pathlib import Path

from climb.search.v1 import search_service_pb2 as search_pb2
from climb_client import Patience, connect, finished
from small_corpus import write_small_corpus

given = dict(enumerate(sys.argv))
address, folder = given.get(1, "127.0.0.1:50051"), Path(given.get(2, "climb-example")).resolve()


def say(line: str) -> None:
    print(line, file=sys.stderr)


def show(search: search_pb2.Search) -> None:
    progress = search.status.progress
    if progress.stage:
        say(f"{progress.stage} {progress.done:.0f} of {progress.total:.0f} {progress.unit}")


with connect(address, patience=Patience(on_wait=say)) as climb:
    # The suite reads the corpus where it lies; files of the caller's are uploaded.
    corpus, target = write_small_corpus(folder)
    spec = search_pb2.SearchSpec(name="example", vocabulary=512, seed=3)
    spec.corpus.source.paths.append(str(corpus))
    spec.corpus.domains.clusters = 8
    spec.corpus.domains.domains = 4
    spec.corpus.domains.min_quality = 0
    spec.targets.add(name="sea", paths=[climb.upload(target)])
    spec.proxy.preset = "nano"
    spec.budget.rounds.extend([4, 2])
    spec.budget.tokens_per_run = 5000
    spec.budget.confirmation_seeds = 2
    spec.budget.confirmed_mixtures = 1
    spec.dataset.tokens = 20_000
    faults = climb.search.ValidateSearch(search_pb2.ValidateSearchRequest(spec=spec)).faults
    if faults:
        sys.exit("\n".join(f"{fault.field}: {fault.message}" for fault in faults))

    created = climb.search.CreateSearch(search_pb2.CreateSearchRequest(spec=spec)).search
    print(f"search {created.id}", flush=True)
    search = finished(climb.watch(climb.search.WatchSearch, search_pb2.WatchSearchRequest(id=created.id)), show)
    for domain in search.result.domains:
        print(f"{domain.id} {domain.weight:.4f} {domain.label}")

    dataset = climb.search.GetDataset(search_pb2.GetDatasetRequest(id=search.result.dataset_id)).dataset
    for path in climb.download(dataset.files, folder / "dataset"):
        print(path)
