"""Files by name in; a folder or a zip of them out: whole or not at all, the same bytes each time, nothing strange lost."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from atoz_cli.errors import BadUsage

SCHEMAS = ("atoz.evidence/1", "atoz.letters/1")
MANIFEST = "manifest.json"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def put(files: Mapping[str, bytes], target: Path) -> None:
    """Write a folder, or a zip where the name ends so. What stands there and is not a pack of ours is left alone."""
    problem: OSError | None = None
    try:
        if target.suffix.lower() == ".zip":
            _put_zip(files, target)
        else:
            _put_folder(files, target)
    except OSError as error:
        problem = error
    if problem is not None:
        raise BadUsage(
            f"{target} cannot be written: {problem.strerror or problem}", "name another place with -o"
        ) from problem


def _put_zip(files: Mapping[str, bytes], target: Path) -> None:
    if target.is_dir():
        raise BadUsage(f"{target} is a folder", "name a file that ends in .zip, or a folder that does not")
    if target.exists() and not _ours_zip(target):
        raise BadUsage(f"{target} is there and is no pack of atoz: it stays as it is", "name another file with -o")
    temporary = _beside(target)
    try:
        with zipfile.ZipFile(temporary, "x", zipfile.ZIP_STORED) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, LONG_AGO)
                entry.create_system, entry.external_attr = 3, 0o644 << 16
                archive.writestr(entry, files[name])
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _put_folder(files: Mapping[str, bytes], target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise BadUsage(f"{target} is a file", "name a folder, or a file that ends in .zip")
    if target.is_symlink() or (target.exists() and any(target.iterdir()) and not _ours_folder(target)):
        raise BadUsage(f"{target} is there and is no pack of atoz: it stays as it is", "name another folder with -o")
    temporary, old = _beside(target), _beside(target)
    try:
        for name, content in files.items():
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if target.exists():
            os.rename(target, old)
        try:
            os.rename(temporary, target)
        except OSError:
            if old.exists():
                os.rename(old, target)
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def _beside(target: Path) -> Path:
    if not target.absolute().parent.is_dir():
        raise BadUsage(f"there is no folder {target.parent}", "make it first")
    return target.absolute().with_name(f".atoz-{os.urandom(6).hex()}.tmp")


def _ours_folder(folder: Path) -> bool:
    """A pack of ours, to which nobody has added a file."""
    try:
        listed = _listed((folder / MANIFEST).read_bytes())
    except OSError:
        return False
    inside = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    return listed is not None and inside <= {*listed, MANIFEST}


def _ours_zip(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            listed = _listed(archive.read(MANIFEST))
            return listed is not None and set(archive.namelist()) <= {*listed, MANIFEST}
    except (zipfile.BadZipFile, KeyError):
        return False


def _listed(manifest: bytes) -> set[str] | None:
    try:
        found = json.loads(manifest)
        if found["schema"] not in SCHEMAS:
            return None
        return {one["file"] for pack in found["data"] for one in pack["files"]}
    except (ValueError, KeyError, TypeError):
        return None
