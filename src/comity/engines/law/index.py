"""The words of provisions in a tantivy index: stemmed where a stemmer ships, cut in pairs for Chinese."""

from __future__ import annotations

import shutil
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from comity.kernel.errors import MalformedError, UnavailableError
from comity.law.errors import no_index
from comity.law.ports import Match, provision_texts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from comity.law.provisions import Provision

MOST_QUERY = 400
"""Characters of a search."""

_STEMMED = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
_UNSPACED = frozenset({"ja", "ko", "th", "zh"})
_PAIRS, _PLAIN = "pairs", "plain"
_ANALYSERS = (*sorted(_STEMMED), _PAIRS, _PLAIN)
_HEADING_BOOST = 2.0
_LONGEST = 80
_MEMORY = 64 << 20
_FORM = "form-1"


class TantivyIndex:
    """An index in a folder; made anew whenever it is not of this form.

    Args:
        folder: Its folder, used for nothing else.

    Raises:
        UnavailableError: ``law.extra`` without the extra ``law``.
    """

    def __init__(self, folder: Path) -> None:
        if find_spec("tantivy") is None:
            raise no_index()
        self._folder = folder

    @cached_property
    def _tantivy(self) -> Any:
        import tantivy

        return tantivy

    @cached_property
    def _schema(self) -> Any:
        return _schema(self._tantivy)

    @cached_property
    def _index(self) -> Any:
        folder = self._folder
        try:
            if not (folder / _FORM).exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(mode=0o700, parents=True)
                (folder / _FORM).touch()
            index = self._tantivy.Index(self._schema, path=str(folder), reuse=True)
        except (OSError, ValueError) as exc:
            raise _unusable(exc) from exc
        for name in _ANALYSERS:
            index.register_tokenizer(name, _analyser(self._tantivy, name))
        return index

    def replace(self, country: str, provisions: Iterable[tuple[int, Provision]]) -> int:
        """Index what stands of a State anew, and return how many provisions."""
        count = 0
        try:
            writer = self._index.writer(heap_size=_MEMORY, num_threads=1)
            writer.delete_documents_by_term("country", country)
            document = self._tantivy.Document
            for number, provision in provisions:
                name = _analyser_of(provision.tongue)
                heading, text = provision_texts(provision)
                writer.add_document(
                    document(
                        **{
                            "number": number,
                            "country": provision.country,
                            "language": provision.tongue,
                            f"heading_{name}": heading,
                            f"text_{name}": text,
                        }
                    )
                )
                count += 1
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
        except (OSError, ValueError) as exc:
            raise _unusable(exc) from exc
        return count

    def search(self, text: str, *, country: str, language: str, most: int) -> tuple[Match, ...]:
        """Return the best matches of some words.

        Words are joined by "or"; ``"a phrase"``, ``+must`` and ``-not`` work as people expect.
        """
        if not text.strip() or len(text) > MOST_QUERY:
            raise MalformedError(
                "law.query",
                f"a search has 1 to {MOST_QUERY} characters",
                hint="name a few words",
                where="text",
            )
        query = self._query(text, (_analyser_of(language),) if language else _ANALYSERS)
        occur, make = self._tantivy.Occur, self._tantivy.Query
        parts = [(occur.Must, query)]
        spoken = "" if language in _STEMMED else language  # a stemmer's fields hold one language only
        for field, value in (("country", country), ("language", spoken)):
            if value:
                parts.append(
                    (occur.Must, make.const_score_query(make.term_query(self._schema, field, value), 0.0))
                )
        searcher = self._index.searcher()
        hits = searcher.search(make.boolean_query(parts), most).hits
        return tuple(
            Match(number=int(searcher.doc(address)["number"][0]), score=round(float(score), 2))
            for score, address in hits
        )

    def _query(self, text: str, names: tuple[str, ...]) -> Any:
        make = self._tantivy.Query
        queries = []
        for name in names:
            fields = [f"heading_{name}", f"text_{name}"]
            query, _faults = self._index.parse_query_lenient(
                text, fields, field_boosts={fields[0]: _HEADING_BOOST}
            )
            queries.append(query)
        return queries[0] if len(queries) == 1 else make.disjunction_max_query(queries)


def _analyser_of(tongue: str) -> str:
    if tongue in _UNSPACED:
        return _PAIRS
    return tongue if tongue in _STEMMED else _PLAIN


def _analyser(tantivy: Any, name: str) -> Any:
    if name == _PAIRS:
        pairs = tantivy.Tokenizer.ngram(min_gram=1, max_gram=2, prefix_only=False)
        return tantivy.TextAnalyzerBuilder(pairs).filter(tantivy.Filter.lowercase()).build()
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.remove_long(_LONGEST)).filter(tantivy.Filter.lowercase())
    if name in _STEMMED:
        builder = builder.filter(tantivy.Filter.stemmer(_STEMMED[name]))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


def _schema(tantivy: Any) -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    for name in ("country", "language"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in _ANALYSERS:
        builder.add_text_field(f"heading_{name}", tokenizer_name=name)
        builder.add_text_field(f"text_{name}", tokenizer_name=name)
    return builder.build()


def _unusable(exc: Exception) -> UnavailableError:
    return UnavailableError(
        "law.index",
        f"the index of words cannot be used: {str(exc)[:200]}",
        hint="another import may be running; the index is made anew from the library by comity law index",
    )
