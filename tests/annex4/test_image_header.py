"""The size of a picture from its header: as an imaging library reports it, and never more than a few reads."""

from __future__ import annotations

import io
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kpi.annex4.pictures import ImageHeader, read_header

KINDS = ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WebP"]


def made(kind: str, size: tuple[int, int] = (317, 211), **options: object) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "teal").save(stream, kind, **options)
    return stream.getvalue()


class Counting(io.BytesIO):
    """A stream that knows how much was read of it."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_is_that_of_the_library(kind: str) -> None:
    data = made(kind)
    with Image.open(io.BytesIO(data)) as opened:
        assert read_header(io.BytesIO(data)) == ImageHeader(kind, opened.size)
    assert opened.size == (317, 211)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"progressive": True}),
        ("JPEG", {"exif": b"Exif\0\0" + bytes(60_000)}),
        ("JPEG", {"icc_profile": bytes(200_000)}),
        ("WebP", {"lossless": True}),
        ("WebP", {"exif": b"Exif\0\0" + bytes(100)}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("PNG", {"optimize": True}),
    ],
)
def test_every_dialect_of_a_form(kind: str, options: dict[str, object]) -> None:
    assert read_header(io.BytesIO(made(kind, **options))) == ImageHeader(kind, (317, 211))


def test_a_tiff_of_the_other_byte_order_with_its_directory_at_the_end() -> None:
    directory = struct.pack(">H", 2) + struct.pack(">HHIHxx", 256, 3, 1, 4000) + struct.pack(">HHII", 257, 4, 1, 2500)
    data = b"MM\0*" + struct.pack(">I", 100_000) + bytes(100_000 - 8) + directory
    assert read_header(io.BytesIO(data)) == ImageHeader("TIFF", (4000, 2500))


def test_a_bmp_stored_from_the_top_and_one_of_the_oldest_kind() -> None:
    top = bytearray(made("BMP"))
    struct.pack_into("<i", top, 22, -211)
    assert read_header(io.BytesIO(bytes(top))).size == (317, 211)
    assert read_header(io.BytesIO(b"BM" + bytes(12) + struct.pack("<IHHHH", 12, 317, 211, 1, 24))).size == (317, 211)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x01\0\0\0" + bytes(36) + b" EMF" + bytes(60), "EMF"),
        (b"\xd7\xcd\xc6\x9a" + bytes(40), "WMF"),
        (b'<?xml version="1.0"?><svg/>', "SVG"),
        (b"\xef\xbb\xbf<svg/>", "SVG"),
    ],
)
def test_vectors_have_no_size(head: bytes, kind: str) -> None:
    header = read_header(io.BytesIO(head))
    assert header == ImageHeader(kind)
    assert header.vector


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF"])
def test_little_is_read_of_a_large_picture(kind: str) -> None:
    stream = Counting(made(kind, (1500, 1000)))
    assert read_header(stream).size == (1500, 1000)
    assert stream.taken < 2_000


def test_a_header_that_promises_gigapixels_costs_nothing() -> None:
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 2**31 - 1, 2**31 - 1) + bytes(40)
    stream = Counting(head)
    assert read_header(stream).size == (2**31 - 1, 2**31 - 1)
    assert stream.taken <= 64


def test_a_jpeg_of_endless_padding_or_segments_ends() -> None:
    assert read_header(io.BytesIO(b"\xff\xd8" + b"\xff" * 100_000)).size is None
    assert read_header(io.BytesIO(b"\xff\xd8" + b"\xff\xe1\x00\x02" * 100_000)).size is None


@given(st.sampled_from(KINDS), st.integers(0, 400), st.integers(0, 2**32))
def test_cut_and_garbled_headers_raise_nothing(kind: str, cut: int, seed: int) -> None:
    garbled = bytearray(made(kind, (40, 30))[:cut])
    draw = random.Random(seed)
    for _ in range(min(3, len(garbled) // 20)):
        garbled[draw.randrange(12, len(garbled))] = draw.randrange(256)
    assert isinstance(read_header(io.BytesIO(bytes(garbled))), ImageHeader)
