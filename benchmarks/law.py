"""Finding law: quality on real statutes with known answers, and cost against raw tantivy.

Quality: for each State and article with primary provisions, hit@5 is whether one of them is among the first
five, R@k the share among the first k, MRR one over the place of the first. Nothing is learnt from answers, so
leaving a State out changes no rank of another; terms and weights were written by people who had read
headings of these laws, which is why the guide also tells what laws gave that nobody had read.

Cost: our index and search against the same texts and words in tantivy with the same stemmers, in turn; and
the import of a whole criminal code with everything ranked.

    python -m benchmarks.law [--rounds 5] [--json]
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from comity.engines.law.collections import read_collection
from comity.engines.law.index import TantivyIndex
from comity.law.dual import Answer, compare
from comity.law.marks import Marker
from comity.law.provisions import Provision
from comity.law.ranking import Candidate, rank
from comity.law.service import Corpus
from comity.law.shelf import draft_of
from comity.law.vocabulary import vocabulary
from comity.storage.library.store import SqliteLibrary

LAWS = (
    ("CAN", "en"),
    ("CAN", "fr"),
    ("DEU", "de"),
    ("ESP", "es"),
    ("EST", "et"),
    ("FRA", "fr"),
    ("KEN", "en"),
    ("USA", "en"),
)
LEAST_HIT, LEAST_RECALL, LEAST_AGREED = 0.90, 0.80, 0.90
MOST_INDEX, MOST_QUERY, MOST_QUERY_MS, MOST_IMPORT_S = 1.3, 2.0, 50.0, 10.0
PROVISIONS = 100_000
QUERIES = (
    "unauthorised access computer system",
    "preservation order traffic data",
    "money laundering proceeds",
    "données de connexion",
    "confiscation",
    "intimate image consent",
    "Durchsuchung Beschlagnahme",
    "extradition request",
)
DAY = date(2026, 11, 1)


def answers(shared: Path, country: str) -> dict[int, set[tuple[str, str]]]:
    """Return the primary provisions of each article, as instrument and section."""
    rows = json.loads((shared / "law" / "truth" / f"{country}.json").read_text())["rows"]
    return {
        row["un_article"]: primary
        for row in rows
        if (primary := {_cited(one["id"]) for one in row["provisions"] if one["rank"] == "primary"})
    }


def _cited(reference: str) -> tuple[str, str]:
    _, instrument, section = reference.split("/", 2)
    return instrument, section.replace("/", "∕")


def measured(shared: Path, country: str, language: str) -> tuple[float, float, dict[str, list[float]]]:
    """Return hit@5, R@5 and every figure of one State in one language."""
    path = shared / "law" / "corpus" / f"{country}.jsonl.gz"
    provisions = [one for one in read_collection(path, country=country) if one.tongue == language]
    marker = Marker(vocabulary(language))
    candidates = [
        Candidate(marks=marker.marks(one), instrument=one.instrument, section=one.section, text=one.text)
        for one in provisions
    ]
    figures: dict[str, list[float]] = {"hit@5": [], "R@5": [], "R@10": [], "MRR": []}
    for article, primary in answers(shared, country).items():
        found = [
            (provisions[one.index].instrument, provisions[one.index].section)
            for one in rank(candidates, article, most=50)
        ]
        figures["hit@5"].append(float(bool(primary & set(found[:5]))))
        figures["R@5"].append(len(primary & set(found[:5])) / len(primary))
        figures["R@10"].append(len(primary & set(found[:10])) / len(primary))
        figures["MRR"].append(next((1 / place for place, one in enumerate(found, 1) if one in primary), 0.0))
    return statistics.fmean(figures["hit@5"]), statistics.fmean(figures["R@5"]), figures


def quality(shared: Path) -> dict[str, dict[str, float]]:
    """Return the figures of each State and language, and of all pairs together."""
    rows: dict[str, dict[str, float]] = {}
    everything: dict[str, list[float]] = {}
    for country, language in LAWS:
        _, _, figures = measured(shared, country, language)
        rows[f"{country} ({language})"] = {name: statistics.fmean(values) for name, values in figures.items()}
        for name, values in figures.items():
            everything.setdefault(name, []).extend(values)
    rows["all pairs"] = {name: statistics.fmean(values) for name, values in everything.items()}
    return rows


def texts(shared: Path, count: int) -> list[Provision]:
    """Return real provisions, repeated under other labels until there are enough."""
    found = [
        one
        for country in sorted({country for country, _ in LAWS})
        for one in read_collection(shared / "law" / "corpus" / f"{country}.jsonl.gz", country=country)
    ]
    return [found[place % len(found)] for place in range(count)]


class Raw:
    """Tantivy by itself with the stemmer of each language: no State, no library behind it."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", stored=True)
        stemmers = {"de": "german", "en": "english", "es": "spanish", "fr": "french"}
        for name in (*stemmers, "et"):
            builder.add_text_field(f"heading_{name}", tokenizer_name=name)
            builder.add_text_field(f"text_{name}", tokenizer_name=name)
        self._tantivy = tantivy
        self._index = tantivy.Index(builder.build(), path=str(folder), reuse=False)
        for name in (*stemmers, "et"):
            words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(
                tantivy.Filter.remove_long(80)
            )
            words = words.filter(tantivy.Filter.lowercase())
            if name in stemmers:
                words = words.filter(tantivy.Filter.stemmer(stemmers[name]))
            self._index.register_tokenizer(name, words.build())

    def build(self, provisions: Sequence[Provision]) -> None:
        """Index provisions."""
        writer = self._index.writer(heap_size=64 << 20, num_threads=1)
        for number, one in enumerate(provisions):
            texts = {
                f"heading_{one.tongue}": " ".join((*one.path, one.heading)),
                f"text_{one.tongue}": one.text,
            }
            writer.add_document(self._tantivy.Document(number=number, **texts))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, text: str) -> list[int]:
        """Return the numbers of the best ten in English law."""
        query = self._index.parse_query(text, ["heading_en", "text_en"])
        searcher = self._index.searcher()
        return [int(searcher.doc(place)["number"][0]) for _, place in searcher.search(query, 10).hits]


def cost(shared: Path, rounds: int) -> dict[str, float]:
    """Return medians and ratios of building and asking, ours against raw tantivy, in turn."""
    provisions = texts(shared, PROVISIONS)
    built: dict[str, list[float]] = {"ours": [], "raw": []}
    asked: dict[str, list[float]] = {"ours": [], "raw": []}
    longest = 0.0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as kept:
            ours, raw = TantivyIndex(Path(kept) / "ours"), Raw(_made(Path(kept) / "raw"))
            built["raw"].append(_cpu(lambda raw=raw: raw.build(provisions)))
            built["ours"].append(_cpu(lambda ours=ours: ours.replace("XAA", enumerate(provisions))))
            for name in ("ours", "raw"):
                started = time.process_time()
                for _ in range(20):
                    for words in QUERIES:
                        before = time.perf_counter()
                        if name == "ours":
                            ours.search(words, country="", language="en", most=10)
                            longest = max(longest, (time.perf_counter() - before) * 1000)
                        else:
                            raw.search(words)
                asked[name].append(time.process_time() - started)
    return {
        "index": statistics.median(built["ours"]) / statistics.median(built["raw"]),
        "index_cpu_s": statistics.median(built["ours"]),
        "query": statistics.median(asked["ours"]) / statistics.median(asked["raw"]),
        "query_cpu_ms": statistics.median(asked["ours"]) / (20 * len(QUERIES)) * 1000,
        "slowest_query_ms": longest,
    }


def importing(shared: Path, rounds: int) -> dict[str, float]:
    """Return how long the import of one State's codes takes, all articles ranked, and a question after it."""
    path = shared / "law" / "corpus" / "DEU.jsonl.gz"
    took, asked = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as kept:
            started = time.perf_counter()
            library = SqliteLibrary(Path(kept) / "law", make=True)
            corpus = Corpus(library=library, index=TantivyIndex(Path(kept) / "index"))
            corpus.take_in(read_collection(path, country="DEU"), country="DEU", on=DAY)
            corpus.prepare("DEU", today=DAY)
            took.append(time.perf_counter() - started)
            started = time.perf_counter()
            for article in range(7, 18):
                corpus.find("DEU", article, most=10, today=DAY)
            asked.append((time.perf_counter() - started) / 11 * 1000)
            library.close()
    return {"import_s": statistics.median(took), "find_ms": statistics.median(asked)}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _cpu(work: Any) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _lines(rows: dict[str, dict[str, float]], costs: dict[str, float]) -> Iterator[str]:
    yield f"{'':12} {'hit@5':>7} {'R@5':>7} {'R@10':>7} {'MRR':>7}"
    for name, figures in rows.items():
        yield f"{name:12} " + " ".join(f"{figures[key]:7.3f}" for key in ("hit@5", "R@5", "R@10", "MRR"))
    yield f"bounds over all pairs: hit@5 {LEAST_HIT}, R@5 {LEAST_RECALL} (stemmed BM25: .72 and .62)"
    yield (
        f"index of {PROVISIONS:,} provisions: {costs['index']:.2f} of raw tantivy (bound {MOST_INDEX}), "
        f"{costs['index_cpu_s']:.1f} s"
    )
    yield (
        f"search: {costs['query']:.2f} of raw tantivy (bound {MOST_QUERY}), "
        f"{costs['query_cpu_ms']:.2f} ms; slowest {costs['slowest_query_ms']:.1f} ms ({MOST_QUERY_MS:.0f})"
    )
    yield (
        f"import of a criminal code, ranked: {costs['import_s']:.1f} s (bound {MOST_IMPORT_S:.0f}); "
        f"find {costs['find_ms']:.1f} ms"
    )


def agreement(shared: Path) -> dict[str, float]:
    """Return how often the drafts say ``met`` where the table says yes, and how often where it does not."""
    on = DAY
    said: dict[bool, list[bool]] = {True: [], False: []}
    for row in json.loads((shared / "law" / "dual_criminality.json").read_text()):
        first, second = row["state_a"], row["state_b"]
        found = compare(
            (first, draft_of(first)), (second, draft_of(second)), on=on, article=row["un_article"]
        )
        said[row["dual_criminality"] == "yes"].append(found.answer is Answer.MET)
    return {"yes": sum(said[True]) / len(said[True]), "false_met": sum(said[False])}


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return 0 when every bound holds; 0 too where there is no shared data."""
    parser = argparse.ArgumentParser(prog="benchmarks.law")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    shared = Path(os.environ.get("COMITY_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    if not (shared / "law").is_dir():
        print("law: no real laws here; name the folder of shared data in COMITY_SHARED")
        return 0
    rows = quality(shared)
    costs = cost(shared, options.rounds) | importing(shared, options.rounds)
    dual = agreement(shared)
    if options.json:
        print(json.dumps({"quality": rows, "cost": costs, "dual": dual}))
    else:
        print("\n".join(_lines(rows, costs)))
        print(
            f"dual criminality: met on {dual['yes']:.3f} of yes (bound {LEAST_AGREED}); "
            f"false met {dual['false_met']:.0f} (bound 0)"
        )
    holds = (
        rows["all pairs"]["hit@5"] >= LEAST_HIT,
        rows["all pairs"]["R@5"] >= LEAST_RECALL,
        costs["index"] <= MOST_INDEX,
        costs["query"] <= MOST_QUERY,
        costs["slowest_query_ms"] <= MOST_QUERY_MS,
        costs["import_s"] <= MOST_IMPORT_S,
        dual["yes"] >= LEAST_AGREED,
        dual["false_met"] == 0,
    )
    return 0 if all(holds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
