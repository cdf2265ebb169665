"""The check of an application report with many large pictures: ``python -m benchmarks.document``.

Documents of about 60 and 110 MB, each checked from its file by a process of its own: clock, CPU seconds, and the
largest memory of that process (VmHWM, which unlike getrusage does not count its parent's).
"""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

import numpy as np
from docx import Document

PICTURES = (11, 20)
WIDTH, HEIGHT = 1_350, 1_350


def main() -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    print("| pictures | MB | clock s | CPU s | largest memory MB |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for pictures in PICTURES:
            file = Path(folder) / f"{pictures}.docx"
            file.write_bytes(document(pictures))
            clock, cpu, memory = measured(file)
            print(f"| {pictures} | {file.stat().st_size / 1e6:.0f} | {clock:.2f} | {cpu:.2f} | {memory:.0f} |")


def document(pictures: int, seed: int = 2026) -> bytes:
    """Text and as many different pictures of noise, which no archive makes smaller."""
    chance = np.random.default_rng(seed)
    made = Document()
    for number in range(1, pictures + 1):
        made.add_paragraph("演示企业（虚构）的说明文字。" * 20)
        made.add_picture(io.BytesIO(_noise(chance)))
        made.add_paragraph(f"图{number} 演示图片")
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def measured(file: Path) -> tuple[float, float, float]:
    """Clock and CPU seconds and the largest memory in MB of one check, Python's start included."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-c", _CHILD, str(file)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return clock, cpu, int(done.stdout) / 1_000


_CHILD = """
import sys
from pathlib import Path
from kpi.annex4.check import check_report
assert check_report(Path(sys.argv[1]).name, Path(sys.argv[1])).different_pictures > 10
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(status["VmHWM"].split()[0])
"""


def _noise(chance: np.random.Generator) -> bytes:
    """A PNG of random colours, stored as it is."""
    rows = chance.integers(0, 256, (HEIGHT, WIDTH * 3), dtype=np.uint8)
    body = np.hstack([np.zeros((HEIGHT, 1), np.uint8), rows]).tobytes()
    size = WIDTH.to_bytes(4, "big") + HEIGHT.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(body, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in parts
    )


if __name__ == "__main__":
    main()
