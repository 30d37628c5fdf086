"""Archives for tests: honest ones, and such as lie."""

import gzip
import io
import struct
import zipfile


def zipped(content: bytes, name: str = "some.csv", **more: bytes) -> bytes:
    """Return a zip archive of one file, and of others by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        for other, held in more.items():
            archive.writestr(other, held)
    return stream.getvalue()


def stored(content: bytes) -> bytes:
    """Return a zip archive that packs nothing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("some.csv", content)
    return stream.getvalue()


def gzipped(content: bytes) -> bytes:
    """Return a gzip file, the same at every run."""
    return gzip.compress(content, mtime=0)


def saying(archive: bytes, offset: int, form: str, value: int) -> bytes:
    """Return the archive with another number in its directory, so many bytes into its entry."""
    at = archive.rindex(b"PK\x01\x02") + offset
    number = struct.pack(form, value)
    return archive[:at] + number + archive[at + len(number) :]
