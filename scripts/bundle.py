"""Writes one folder that serves on a machine without a network (``make bundle``).

It is the project as committed, beside it in ``wheels`` what the locks name for x86-64 and ARM64, of the release of
Python that makes it; ``sbom.json`` (CycloneDX) with licence and digest of each wheel, and ``SHA256SUMS``. The Chinese
font is one of the wheels. The same commit gives the same content: nothing in it has a time.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterable, Mapping
from email import message_from_bytes
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.txt", "requirements-postgresql.txt")
MACHINES = ("x86_64", "aarch64")
GLIBC = range(28, 16, -1)
"""Minor releases of glibc 2 that a wheel may be built for: the first is the oldest system that is served."""
RELEASE = f"{sys.version_info.major}.{sys.version_info.minor}"
SUMS = "SHA256SUMS"


def platforms(machine: str) -> list[str]:
    """What pip is to call the machine, newest first."""
    return [f"manylinux_2_{minor}_{machine}" for minor in GLIBC] + [f"manylinux2014_{machine}"]


def name_of(wheel: Path) -> str:
    """The distribution of a wheel, as locks spell it."""
    return normal(wheel.name.partition("-")[0])


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def digest(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def declared(folder: Path) -> set[str]:
    """What the project itself asks for, by the files that the locks are made from."""
    lines = "\n".join((folder / lock).with_suffix(".in").read_text("utf-8") for lock in LOCKS)
    return {normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)", lines, re.MULTILINE) if name[0] != "-"}


def completed(bom: dict[str, Any], wheels: Iterable[Path], direct: set[str]) -> dict[str, Any]:
    """The inventory with the digest of each wheel, the licence in its own words where it has no name that is agreed
    on, and what the project itself asks for.

    Raises:
        ValueError: a wheel is not in the inventory, or something in it has no wheel or no licence.
    """
    files: dict[str, list[Path]] = {}
    for wheel in sorted(wheels):
        files.setdefault(name_of(wheel), []).append(wheel)
    found = {normal(component["name"]): component for component in bom["components"]}
    if found.keys() != files.keys():
        raise ValueError(f"not both inventory and wheel: {sorted(found.keys() ^ files.keys())}")
    for name, component in found.items():
        if not component.get("licenses"):
            component["licenses"] = _own_words(files[name][0])
        component.setdefault("externalReferences", []).extend(
            {
                "type": "distribution",
                "url": f"wheels/{wheel.name}",
                "hashes": [{"alg": "SHA-256", "content": digest(wheel)}],
            }
            for wheel in files[name]
        )
    [root] = [item for item in bom["dependencies"] if item["ref"] == bom["metadata"]["component"]["bom-ref"]]
    root["dependsOn"] = sorted(found[name]["bom-ref"] for name in direct)
    return bom


def _own_words(wheel: Path) -> list[Mapping[str, Any]]:
    with ZipFile(wheel) as content:
        [metadata] = [name for name in content.namelist() if name.endswith(".dist-info/METADATA")]
        said = message_from_bytes(content.read(metadata))["License"]
    if not said:
        raise ValueError(f"{wheel.name} names no licence")
    return [{"license": {"name": said}}]


def inventory(folder: Path) -> None:
    """Writes ``sbom.json``: cyclonedx-py reads an environment that has of each wheel what it says of itself, no more.

    Raises:
        ValueError: as ``completed``, or it is not CycloneDX.
    """
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    wheels = list((folder / "wheels").glob("*.whl"))
    with TemporaryDirectory() as scratch:
        venv.create(scratch, symlinks=True)
        for wheel in wheels:
            with ZipFile(wheel) as content:
                about = [name for name in content.namelist() if name.partition("/")[0].endswith(".dist-info")]
                content.extractall(Path(scratch) / "lib" / f"python{RELEASE}" / "site-packages", about)
        options = ["--pyproject", str(folder / "pyproject.toml"), "--output-reproducible", "--sv", "1.6"]
        tool = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py"]
        made = _run(*tool, "environment", *options, f"{scratch}/bin/python")
    bom = completed(json.loads(made), wheels, declared(folder))
    text = json.dumps(bom, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(str(fault))
    (folder / "sbom.json").write_text(text, "utf-8")


def seal(folder: Path) -> str:
    """Writes the digest of every file into ``SHA256SUMS``, and returns its own."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    (folder / SUMS).write_text("".join(f"{digest(folder / file)}  {file}\n" for file in files), "utf-8")
    return digest(folder / SUMS)


def write(folder: Path) -> str:
    """The digest of the sums; what was in the folder before is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=_run("git", "archive", "HEAD"), check=True)
    for machine in MACHINES:
        _download(folder, machine)
    (folder / "wheels" / "python").write_text(f"{RELEASE}\n", "utf-8")
    inventory(folder)
    return seal(folder)


def _download(folder: Path, machine: str) -> None:
    taken = ["--python-version", RELEASE, "--implementation", "cp"]
    taken += [word for abi in (f"cp{RELEASE.replace('.', '')}", "abi3", "none") for word in ("--abi", abi)]
    taken += [word for platform in platforms(machine) for word in ("--platform", platform)]
    locks = [word for lock in LOCKS for word in ("-r", str(folder / lock))]
    options = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--dest", str(folder / "wheels")]
    _run(sys.executable, "-m", "pip", "download", *options, *taken, *locks)


def _run(*command: str) -> bytes:
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT).stdout


if __name__ == "__main__":
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    target = Path(sys.argv[1] if sys.argv[1:] else ROOT / "dist" / f"duibiao-{version}").resolve()
    sums = write(target)
    print(f"{target}, for Python {RELEASE} on {' and '.join(MACHINES)}. Hand this on by another way: {SUMS} is {sums}")
