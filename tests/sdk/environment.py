"""Where the SDKs are installed: outside the sources, made on demand, made anew when a pinned version changes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent


def cache() -> Path:
    """The directory that the SDKs are installed into."""
    return Path(os.environ.get("DATABANK_SDK_CACHE") or REPOSITORY / "target" / "sdk").absolute()


def binary() -> Path:
    """The server that is judged."""
    path = Path(os.environ.get("DATABANK") or REPOSITORY / "target" / "release" / "databank").absolute()
    if not path.is_file():
        sys.exit(f"error: no server at {path}; run `make build`, or name one in DATABANK")
    return path


def python() -> Path:
    """The interpreter that has the Python SDKs."""
    environment = cache() / "venv"
    interpreter = environment / "bin" / "python"
    if _is_new(HERE / "requirements.txt", environment / "requirements.txt"):
        _say(f"installing the Python SDKs into {environment}")
        _run([sys.executable, "-m", "venv", "--clear", environment])
        requirements = HERE / "requirements.txt"
        _run([interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements])
        shutil.copy(HERE / "requirements.txt", environment)
    return interpreter


def node_modules() -> Path:
    """The folder that has the npm SDKs."""
    folder = cache() / "npm"
    if _is_new(HERE / "package-lock.json", folder / "node_modules" / ".pinned"):
        _say(f"installing the npm SDKs into {folder}")
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        # What the packages would run when they are installed is optional to all of them.
        _run(["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder)
        shutil.copy(HERE / "package-lock.json", folder / "node_modules" / ".pinned")
    return folder / "node_modules"


def _is_new(wanted: Path, installed: Path) -> bool:
    return not installed.is_file() or installed.read_bytes() != wanted.read_bytes()


def _run(command: list, cwd: Path | None = None) -> None:
    subprocess.run([str(word) for word in command], cwd=cwd, check=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr)
