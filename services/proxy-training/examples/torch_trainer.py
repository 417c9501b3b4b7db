"""A trainer outside Climb: takes proxy runs over gRPC, trains them with PyTorch, and reports what they reached.

    pip install torch numpy grpcio-tools tokenizers
    python torch_trainer.py --address localhost:50051 --trainer torch

Runs whose specification names the trainer come here (`trainer: torch` in SEARCH.yaml). The model is a decoder like
Climb's own, but nothing asks for that: what counts is that a run trains on the tokens of its mixture and that every
target gets its bits per byte. Runs that die are taken over from their beginning; keep checkpoints if yours are long.
"""

import argparse
import json
import math
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import grpc
import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

PROTO = Path(__file__).resolve().parents[3] / "proto"
LOG2 = math.log(2)


class Store:
    """Artifacts as files of this machine, each fetched once through the calls of the service that gave the run."""

    def __init__(self, stub, messages, folder):
        self.stub, self.messages, self.folder = stub, messages, Path(folder)

    def path(self, artifact):
        uri = artifact["uri"] if isinstance(artifact, dict) else artifact.uri
        path = self.folder / uri.replace("climb://", "").replace("/", "-")
        if not path.exists():
            partial = path.with_suffix(".partial")
            try:
                with open(partial, "wb") as file:
                    for piece in self.stub.Download(self.messages.DownloadRequest(uri=uri)):
                        file.write(piece.data)
            except grpc.RpcError as error:
                raise OSError(f"{uri} could not be fetched: {error.details()}") from error
            partial.rename(path)
        return path


class Domains:
    """The tokens of every domain, memory-mapped, and windows of them in a shuffled order that repeats when it is used up."""

    def __init__(self, store, manifest, context, seed):
        self.context = context
        dtype = f"<u{manifest.get('bytesPerToken', 2)}"
        self.files = [np.memmap(store.path(domain["artifact"]), dtype=dtype, mode="r") if int(domain["tokens"]) > 0
                      else np.empty(0, dtype) for domain in manifest["domains"]]
        self.orders = [np.random.default_rng([seed, j]).permutation(max(0, (len(tokens) - 1) // context))
                       for j, tokens in enumerate(self.files)]
        self.drawn = [0] * len(self.files)

    def window(self, domain):
        order = self.orders[domain]
        start = int(order[self.drawn[domain] % len(order)]) * self.context
        self.drawn[domain] += 1
        return self.files[domain][start:start + self.context + 1].astype(np.int64)

    def epochs(self):
        return [drawn / max(1, len(order)) for drawn, order in zip(self.drawn, self.orders)]


class Decoder(torch.nn.Module):
    """RMSNorm without gains, rotary positions, squared ReLU."""

    def __init__(self, vocabulary, proxy):
        super().__init__()
        width, layers = proxy.width, proxy.layers
        self.heads = proxy.heads
        weight = lambda rows, columns, deviation=0.02: torch.nn.Parameter(torch.randn(rows, columns) * deviation)
        residual = 0.02 / math.sqrt(2 * layers)
        self.embedding = weight(vocabulary, width)
        self.blocks = torch.nn.ModuleList([torch.nn.ParameterDict({
            "query": weight(width, width), "key": weight(width, width), "value": weight(width, width),
            "out": weight(width, width, residual),
            "up": weight(width, 4 * width), "down": weight(4 * width, width, residual),
        }) for _ in range(layers)])
        self.head = self.embedding if proxy.tied else weight(vocabulary, width)
        half = width // proxy.heads // 2
        angles = torch.arange(proxy.context)[:, None] / 10000 ** (torch.arange(half)[None, :] / half)
        self.register_buffer("cosine", angles.cos(), persistent=False)
        self.register_buffer("sine", angles.sin(), persistent=False)

    def turn(self, x):
        first, second = x.chunk(2, dim=-1)
        cosine, sine = self.cosine[:x.shape[-2]], self.sine[:x.shape[-2]]
        return torch.cat([first * cosine - second * sine, first * sine + second * cosine], dim=-1)

    def forward(self, tokens):
        batch, context = tokens.shape
        norm = lambda x: x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-5)
        split = lambda x: x.view(batch, context, self.heads, -1).transpose(1, 2)
        x = self.embedding[tokens]
        for block in self.blocks:
            h = norm(x)
            query, key = self.turn(split(h @ block["query"])), self.turn(split(h @ block["key"]))
            mixed = F.scaled_dot_product_attention(query, key, split(h @ block["value"]), is_causal=True)
            x = x + mixed.transpose(1, 2).reshape(batch, context, -1) @ block["out"]
            x = x + F.relu(norm(x) @ block["up"]).square() @ block["down"]
        return norm(x) @ self.head.T


def learning_rate(proxy, step, steps):
    warmup = min(proxy.warmup_steps, steps // 10)
    if step < warmup:
        return proxy.learning_rate * (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return proxy.learning_rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * progress)))


def train(run, store, manifest, device, report):
    """Trains the run's model; calls report(step, steps, tokens, loss) after every step."""
    spec, proxy = run.spec, run.spec.proxy
    if spec.match_repetition_tokens or spec.HasField("base") or proxy.schedule == 2:
        raise ValueError("this trainer knows no sub-sampled domains, no base and no schedule but a cosine")
    torch.manual_seed(spec.seed)
    domains = Domains(store, manifest, proxy.context, spec.seed)
    choose = np.random.default_rng([spec.seed, 2 ** 31])
    model = Decoder(manifest["vocabulary"], proxy).to(device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=proxy.learning_rate, betas=(0.9, 0.95), weight_decay=0.1)
    mixture = np.array(spec.mixture) / sum(spec.mixture)
    steps = spec.tokens // (proxy.batch * proxy.context)
    for step in range(steps):
        rows = choose.choice(len(mixture), size=proxy.batch, p=mixture)
        batch = torch.from_numpy(np.stack([domains.window(domain) for domain in rows])).to(device)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(proxy, step, steps)
        loss = F.cross_entropy(model(batch[:, :-1]).flatten(0, 1), batch[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        report(step + 1, steps, (step + 1) * proxy.batch * proxy.context, loss.item())
    return model, domains.epochs()


@torch.no_grad()
def losses(model, sequence, context, device):
    """Nats of each token of a sequence given those before it in its window; a window starts with the last token of the one before."""
    found = []
    for start in range(0, len(sequence) - 1, context):
        window = torch.tensor(sequence[start:start + context + 1], device=device)
        found += F.cross_entropy(model(window[None, :-1])[0], window[1:], reduction="none").tolist()
    return found


def evaluate(model, store, target, tokenizer, end_of_text, context, device, messages):
    """Bits per byte of a target with its standard error over items, and what its choices say."""
    full = target.scoring != messages.SCORING_ANSWER
    choices_matter = target.kind == messages.TARGET_KIND_MULTIPLE_CHOICE
    encode = lambda text: tokenizer.encode(text).ids
    nats, sizes, right, right_by_byte, probabilities = [], [], [], [], []
    for line in store.path(target.items).read_text("utf-8").splitlines():
        item = json.loads(line)
        given = encode(item.get("context", ""))
        answers = []
        for i, choice in enumerate(item["choices"]):
            if not choices_matter and i != item["gold"]:
                continue
            token_losses = losses(model, [end_of_text, *given, *encode(choice)], context, device)
            answers.append(sum(token_losses[len(given):]))
            if i == item["gold"]:
                nats.append(sum(token_losses if full else token_losses[len(given):]))
                sizes.append(len((item.get("context", "") if full else "").encode()) + len(choice.encode()))
        if choices_matter:
            answers = np.array(answers)
            per_byte = answers / [len(choice.encode()) for choice in item["choices"]]
            right.append(answers.argmin() == item["gold"])
            right_by_byte.append(per_byte.argmin() == item["gold"])
            chances = np.exp(-(answers - answers.min()))
            probabilities.append(chances[item["gold"]] / chances.sum())
    nats, sizes = np.array(nats), np.array(sizes)
    bits = nats.sum() / sizes.sum() / LOG2
    # The standard error of a ratio of sums over items (Cochran, Sampling Techniques, section 2.11).
    error = math.sqrt(np.square(nats / LOG2 - bits * sizes).sum() * len(nats) / max(1, len(nats) - 1)) / sizes.sum()
    result = messages.TaskResult(target=target.name, target_sha256=target.items.sha256, scoring=target.scoring,
                                 bits_per_byte=bits, standard_error=error, items=len(nats))
    if choices_matter:
        result.accuracy = float(np.mean(right))
        result.accuracy_by_byte = float(np.mean(right_by_byte))
        result.choice_probability = float(np.mean(probabilities))
    return result


class Lease:
    """Keeps a lease alive beside the training. `stopped` is set when the run is somebody else's or cancelled."""

    def __init__(self, stub, messages, lease):
        self.stub, self.messages, self.lease = stub, messages, lease
        self.progress, self.stopped, self.over = None, threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.keep, daemon=True)
        self.thread.start()

    def keep(self):
        while not self.over.wait(min(2.0, self.lease.lease_seconds / 3)):
            try:
                self.stub.ReportProgress(self.messages.ReportProgressRequest(
                    lease_id=self.lease.lease_id, progress=self.progress), timeout=10)
            except grpc.RpcError as error:
                if error.code() == grpc.StatusCode.FAILED_PRECONDITION:
                    print(error.details(), flush=True)
                    return self.stopped.set()

    def close(self):
        self.over.set()
        self.thread.join()


class Stopped(Exception):
    pass


def work(stub, store, messages, lease, device):
    """Trains and evaluates one run, and says how it ended."""
    run, started = lease.run, time.monotonic()
    keeper = Lease(stub, messages, lease)

    def report(step, steps, tokens, loss):
        if keeper.stopped.is_set():
            raise Stopped
        if not math.isfinite(loss):
            raise ValueError(f"the loss became {loss} at step {step} of {steps}")
        speed = tokens / (time.monotonic() - started)
        keeper.progress = messages.RunProgress(step=step, steps=steps, tokens=tokens, loss=loss, tokens_per_second=speed,
                                               seconds_left=(steps - step) * tokens / step / speed)

    try:
        manifest = json.loads(store.path(lease.tokens).read_text("utf-8"))
        tokenizer = Tokenizer.from_file(str(store.path(manifest["tokenizer"])))
        end_of_text = manifest.get("endOfText", 0)
        model, epochs = train(run, store, manifest, device, report)
        model.eval()
        tasks = [evaluate(model, store, target, tokenizer, end_of_text, run.spec.proxy.context, device, messages)
                 for target in run.targets]
        parameters = sum(parameter.numel() for parameter in model.parameters())
        stub.CompleteRun(messages.CompleteRunRequest(lease_id=lease.lease_id, tasks=tasks, parameters=parameters,
                                                     seconds=time.monotonic() - started, epochs=epochs))
        print(f"{run.id}: " + ", ".join(f"{task.target} {task.bits_per_byte:.4f}" for task in tasks), flush=True)
    except Stopped:
        print(f"{run.id}: stopped", flush=True)
    except (ValueError, OSError, RuntimeError) as error:
        stub.FailRun(messages.FailRunRequest(lease_id=lease.lease_id, message=str(error)))
        print(f"{run.id}: {error}", file=sys.stderr, flush=True)
    finally:
        keeper.close()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--address", default="localhost:50051", help="where the training service listens")
    options.add_argument("--trainer", default="torch", help="take the runs that ask for this trainer")
    options.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options.add_argument("--runs", type=int, default=0, help="stop after so many runs; 0 means never")
    given = options.parse_args()
    sys.path.insert(0, str(PROTO))
    messages, services = grpc.protos_and_services("climb/training/v1/training_service.proto")
    targets, _ = grpc.protos_and_services("climb/training/v1/target.proto")
    store_messages, store_services = grpc.protos_and_services("climb/store/v1/store_service.proto")
    for name in ("SCORING_ANSWER", "TARGET_KIND_MULTIPLE_CHOICE"):
        setattr(messages, name, getattr(targets, name))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    done = 0
    with grpc.insecure_channel(given.address) as channel, tempfile.TemporaryDirectory(prefix="climb-trainer-") as folder:
        stub = services.TrainingServiceStub(channel)
        store = Store(store_services.StoreServiceStub(channel), store_messages, folder)
        while given.runs == 0 or done < given.runs:
            lease = stub.LeaseRun(messages.LeaseRunRequest(trainer=given.trainer, wait_seconds=20), wait_for_ready=True)
            if lease.HasField("run"):
                work(stub, store, messages, lease, given.device)
                done += 1


if __name__ == "__main__":
    main()
