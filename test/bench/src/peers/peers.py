"""What the libraries of others take for the same work: python peers.py PART ARGUMENTS-AS-JSON prints one line of JSON.

Parts of one thread tell the processor's time, because the clock also runs while others have the core.
"""
import gzip, json, os, sys, time

def open_text(path):
    return gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")

def lexical(paths, threads, dimensions, max_terms, min_documents, max_share, folder):
    """JSON lines to vectors of length one: what the embedding service does with its lexical model."""
    import numpy, sklearn
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize
    from threadpoolctl import threadpool_limits
    with threadpool_limits(threads):
        started = time.perf_counter()
        texts = []
        for path in paths:
            with open_text(path) as lines:
                texts += [json.loads(line)["text"] for line in lines]
        vectorizer = TfidfVectorizer(max_features=max_terms, min_df=min_documents, max_df=max_share, sublinear_tf=True)
        rows = vectorizer.fit_transform(texts)
        vectors = normalize(TruncatedSVD(dimensions, random_state=1).fit_transform(rows)).astype("float32")
        numpy.save(os.path.join(folder, "peer.npy"), vectors)
        return {"seconds": time.perf_counter() - started, "peer": "scikit-learn " + sklearn.__version__}

def jsonl(path):
    import duckdb
    connection = duckdb.connect(config={"threads": 1})
    started = time.process_time()
    query = "SELECT count(*), sum(strlen(text)) FROM read_json(?, columns={id: 'VARCHAR', text: 'VARCHAR'}, format='newline_delimited')"
    documents, size = connection.execute(query, [path]).fetchone()
    return {"seconds": time.process_time() - started, "documents": documents, "peer": "duckdb " + duckdb.__version__}

def write_parquet(source, path):
    import pyarrow, pyarrow.parquet
    with open_text(source) as lines:
        records = [json.loads(line) for line in lines]
    columns = {name: [record[name] for record in records] for name in ("id", "text")}
    pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=5000, compression="zstd")
    return {"documents": len(records)}

def parquet(path):
    import pyarrow, pyarrow.parquet
    pyarrow.set_cpu_count(1)
    started = time.process_time()
    table = pyarrow.parquet.read_table(path, columns=["id", "text"], use_threads=False)
    return {"seconds": time.process_time() - started, "documents": table.num_rows, "peer": "pyarrow " + pyarrow.__version__}

def dataset(paths, path):
    """All documents in the order of a seeded hash, as one Parquet file."""
    import duckdb
    connection = duckdb.connect(config={"threads": 1})
    started = time.process_time()
    source = "read_json(?, columns={id: 'VARCHAR', text: 'VARCHAR'}, format='newline_delimited')"
    connection.execute(f"COPY (SELECT id, '0' AS domain, text FROM {source} ORDER BY hash(id)) TO '{path}' (FORMAT parquet)", [paths])
    return {"seconds": time.process_time() - started, "peer": "duckdb " + duckdb.__version__}

PARTS = {part.__name__: part for part in (lexical, jsonl, write_parquet, parquet, dataset)}

if __name__ == "__main__":
    try:
        print(json.dumps(PARTS[sys.argv[1]](**json.loads(sys.argv[2]))))
    except ModuleNotFoundError as error:
        print(json.dumps({"missing": error.name}))
