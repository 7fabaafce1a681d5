"""What `make release` does: checks whether this is a version to release, and builds what is published of it into dist/.

It publishes nothing, and says what is next.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from http_source_tests.package.built import ROOT

_SECTION = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>.+))?$", re.MULTILINE)
_ENTRY = re.compile(r"^- ", re.MULTILINE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_FINAL = re.compile(r"\d+\.\d+\.\d+")


def version_of(root: Path) -> str:
    """The version in pyproject.toml."""
    return str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def sections_of(changelog: str) -> dict[str, tuple[str, str]]:
    """The sections of a change log, the newest first: version → date and text."""
    heads = list(_SECTION.finditer(changelog))
    ends = [*(head.start() for head in heads[1:]), len(changelog)]
    return {head["version"]: (head["date"] or "", changelog[head.end() : end]) for head, end in zip(heads, ends, strict=True)}


def mistakes(root: Path) -> Iterator[str]:
    """Why this is not a version to release, each in a sentence."""
    version, changelog = version_of(root), sections_of((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if not _FINAL.fullmatch(version):
        yield f"pyproject.toml: version is {version}; a release has three numbers, such as 1.2.3."
    if _ENTRY.search(changelog.get("Unreleased", ("", ""))[1]):
        yield f"CHANGELOG.md: there are entries under Unreleased; move them to the section of {version}, or raise the version."
    newest = next((each for each in changelog if each != "Unreleased"), "")
    date, text = changelog.get(newest, ("", ""))
    if newest != version:
        yield f"CHANGELOG.md: its newest section is of {newest or 'no version'}, but pyproject.toml says {version}."
    elif not _ENTRY.search(text):
        yield f"CHANGELOG.md: the section of {version} has no entries."
    elif not _DATE.fullmatch(date):
        yield f"CHANGELOG.md: the section of {version} has no date; write it as in `## [{version}] - 2030-01-31`."
    yield from _mistakes_of_git(root, f"v{version}")


def release(root: Path) -> Iterator[str]:
    """Build wheel, source distribution and SBOM into dist/, and check them; what was done, line by line."""
    version, dist = version_of(root), root / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    _python(root, "-m", "build", "--no-isolation", "--outdir", str(dist))
    built = sorted(map(str, dist.iterdir()))
    _python(root, "-m", "twine", "check", "--strict", *built)
    sbom = dist / f"http_source-{version}.cdx.json"
    _write_sbom(root, next(dist.glob("*.whl")), sbom)
    yield from (f"dist/{file.name}" for file in sorted(dist.iterdir()))
    yield "Nothing was published. Next:"
    yield f"  git tag --annotate v{version} --message {version} && git push origin v{version}"
    yield f"  {Path(sys.executable).parent / 'twine'} upload {' '.join(f'dist/{Path(file).name}' for file in built)}"


def _mistakes_of_git(root: Path, tag: str) -> Iterator[str]:
    if changed := _git(root, "status", "--porcelain"):
        files = [line[3:] for line in changed.splitlines()]
        yield f"git: {', '.join(files[:5])}{' …' if len(files) > len(files[:5]) else ''} differ from the commit; commit or remove them."
    if _git(root, "tag", "--list", tag) and _git(root, "rev-list", "-1", tag) != _git(root, "rev-parse", "HEAD"):
        yield f"git: {tag} is the tag of another commit; raise the version in pyproject.toml."


def _write_sbom(root: Path, wheel: Path, target: Path) -> None:
    """Write what is installed with the package and its extra `all`, in an environment with nothing else in it."""
    environment = root / ".cache" / "release"
    python = environment / "bin" / "python"
    _python(root, "-m", "venv", "--clear", "--without-pip", str(environment))
    pip = ("-m", "pip", "--disable-pip-version-check", "--quiet", "--python", str(python))
    _python(root, *pip, "install", "--constraint", "constraints.txt", f"{wheel}[all]")
    _python(root, "-m", "cyclonedx_py", "environment", "--pyproject", "pyproject.toml", "--mc-type", "application", "--output-reproducible",
            "--output-file", str(target), str(python))


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout.rstrip()


def _python(root: Path, *arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(arguments[:2])} failed:\n{done.stdout}{done.stderr}")


def main(root: Path = ROOT) -> int:
    """Release, or say why not."""
    if found := list(mistakes(root)):
        sys.stderr.write("\n".join([*found, "Nothing was built."]) + "\n")
        return 1
    for line in release(root):
        sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
