"""Reading what a browser posts: fields within their limits, large files straight into a private folder."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

from litestar.concurrency import sync_to_thread
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    PushMultipartParser,
    parse_options_header,
)

from comity.kernel.errors import MalformedError, UnavailableError

MOST_FORM = 4 << 20
MOST_FIELDS = 5_000
MOST_FILES = 1_000
MOST_FIELD_OF_UPLOAD = 64 << 10
_PORTION = 1 << 20
_NAME_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file that came with a form.

    Attributes:
        name: As the browser told it, made harmless as a file name.
        field: The field of the form that it was chosen in; told for small files.
        data: Its bytes, for a small file; empty for one that was written.
        path: Where it was written; empty for a small file.
    """

    name: str
    data: bytes = b""
    path: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What was posted: fields by name, in the order they came, and files."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()

    def get(self, name: str) -> str:
        """Return the first value of a field, without outer spaces; empty when there is none."""
        return (self.fields.get(name) or ("",))[0].strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field."""
        return self.fields.get(name, ())

    def file(self, name: str) -> bytes | None:
        """Return the bytes of the small file that was chosen in a field; None where none was."""
        return next((file.data for file in self.files if file.field == name), None)


async def read_form(chunks: AsyncIterator[bytes], *, content_type: str) -> Form:
    """Return a posted form of at most 4 MiB, its files included.

    Raises:
        MalformedError: ``form.size``, ``form.body``.
    """
    kind, options = parse_options_header(content_type)
    data = bytearray()
    async for chunk in chunks:
        data += chunk
        if len(data) > MOST_FORM:
            raise MalformedError("form.size", f"a form has at most {MOST_FORM} bytes")
    if kind == "multipart/form-data":
        return _multipart(bytes(data), options.get("boundary", ""))
    if kind != "application/x-www-form-urlencoded":
        raise MalformedError("form.body", "what was posted is no form")
    try:
        pairs = parse_qsl(
            data.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError as exc:
        raise _unread() from exc
    return Form(fields=_grouped(pairs))


def _multipart(data: bytes, boundary: str) -> Form:
    pairs: list[tuple[str, str]] = []
    files: list[Upload] = []
    current, content = None, bytearray()
    try:
        with PushMultipartParser(boundary, max_segment_count=MOST_FIELDS) as parser:
            for event in parser.parse(data):
                if isinstance(event, (bytes, bytearray)):
                    content += event
                elif event is not None:
                    current, content = event, bytearray()
                elif current is not None and current.filename is None:
                    pairs.append((current.name or "", content.decode("utf-8")))
                elif current is not None and current.filename:
                    name, of = safe_name(current.filename), current.name or ""
                    files.append(Upload(name=name, data=bytes(content), field=of))
    except (MultipartError, UnicodeDecodeError) as exc:
        raise _unread() from exc
    return Form(fields=_grouped(pairs), files=tuple(files))


async def receive_files(
    chunks: AsyncIterator[bytes],
    *,
    content_type: str,
    folder: str,
    most: int,
    admit: Callable[[Form], None],
) -> Form:
    """Write the files of a form into a folder as they arrive, and return the fields with the paths.

    Args:
        chunks: The body as it arrives.
        content_type: Its media type.
        folder: Existing private folder; two files of one name get folders of their own.
        most: Bytes of the whole body.
        admit: Called with the fields that came before the first file; raises to refuse the rest unread.

    Raises:
        MalformedError: ``form.size``, ``form.body``.
        UnavailableError: ``upload.io``.
    """
    kind, options = parse_options_header(content_type)
    if kind != "multipart/form-data":
        raise MalformedError("form.body", "what was posted is no form with files")
    sink = _Sink(folder=Path(folder), admit=admit)
    size = 0
    try:
        with PushMultipartParser(options.get("boundary", ""), max_segment_count=MOST_FIELDS) as parser:
            async for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise MalformedError("form.size", f"an upload has at most {most} bytes")
                for event in parser.parse(chunk) if chunk else ():
                    sink.take(event)
                if sink.pending >= _PORTION:
                    await sync_to_thread(sink.flush)
        await sync_to_thread(sink.flush)
    except (MultipartError, UnicodeDecodeError) as exc:
        raise _unread() from exc
    except OSError as exc:
        raise UnavailableError("upload.io", f"the upload cannot be kept: {exc.strerror}") from exc
    return sink.form()


class _Sink:
    """Gathers events of the parser; writes files in portions, off the event loop."""

    def __init__(self, *, folder: Path, admit: Callable[[Form], None]) -> None:
        self._folder, self._admit = folder, admit
        self._pairs: list[tuple[str, str]] = []
        self._files: list[Upload] = []
        self._writes: list[tuple[Path, bytes]] = []
        self._name = ""
        self._text: bytearray | None = None
        self.pending = 0

    def take(self, event: object) -> None:
        """Take one event: the head of a segment, bytes of it, or None at its end."""
        if isinstance(event, (bytes, bytearray)):
            self._content(bytes(event))
        elif event is None:
            if self._text is not None:
                self._pairs.append((self._name, self._text.decode("utf-8")))
        elif getattr(event, "filename", None) is None:
            self._name, self._text = str(getattr(event, "name", "")), bytearray()
        else:
            self._text = None
            self._begin(str(getattr(event, "filename", "")))

    def _begin(self, name: str) -> None:
        if not self._files:
            self._admit(Form(fields=_grouped(self._pairs)))
        if len(self._files) >= MOST_FILES:
            raise MalformedError("form.files", f"an upload has at most {MOST_FILES} files")
        if not name:  # an empty file input
            self._files.append(Upload(name=""))
            return
        safe = safe_name(name)
        taken = {Path(file.path).name for file in self._files if file.path}
        place = self._folder / safe if safe not in taken else self._folder / str(len(self._files) + 1) / safe
        self._files.append(Upload(name=safe, path=str(place)))
        self._writes.append((place, b""))

    def _content(self, data: bytes) -> None:
        if self._text is not None:
            self._text += data
            if len(self._text) > MOST_FIELD_OF_UPLOAD:
                raise MalformedError("form.size", "a field beside an upload is too long")
        elif self._files and self._files[-1].path:
            self._writes.append((Path(self._files[-1].path), data))
            self.pending += len(data)

    def flush(self) -> None:
        """Write what has gathered."""
        for path, data in self._writes:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with path.open("ab") as file:
                file.write(data)
        self._writes, self.pending = [], 0

    def form(self) -> Form:
        """Return the whole form."""
        return Form(fields=_grouped(self._pairs), files=tuple(file for file in self._files if file.path))


def safe_name(name: str) -> str:
    """Return the last step of a file name, without anything a file system or a reader would stumble over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(ch for ch in last if ch.isprintable()).strip().lstrip(".")
    shortened = kept.encode("utf-8", "ignore")[:_NAME_MOST].decode("utf-8", "ignore")
    return shortened or "file"


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        grouped[name] = (*grouped.get(name, ()), value)
    return grouped


def _unread() -> MalformedError:
    return MalformedError("form.body", "the form does not read")
