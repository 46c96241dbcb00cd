"""README and docs: commands that exist, links that lead somewhere."""

import importlib.util
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer
from command_lines import check

from search.config.space import parse_space
from search.config.study_file import read_study
from tools.readme import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#]+)(#[^)]*)?\)")


def commands(path: Path) -> list[list[str]]:
    """The command lines of a page's console blocks, cut at a redirection or a pipe."""
    lines = [
        line[2:]
        for block in _BLOCK.findall(path.read_text(encoding="utf-8"))
        for line in block.splitlines()
        if line.startswith("$ ")
    ]
    found = []
    for line in lines:
        words = [*shlex.split(line, comments=True), "&&"]
        while words:
            end = next(at for at, word in enumerate(words) if word in ("|", "&&", ";"))
            command, words = words[:end], words[end + 1 :]
            found.append(command[: command.index(">")] if ">" in command else command)
    return found


ALL = [
    pytest.param(words, id=f"{page.stem}: {shlex.join(words)}")
    for page in PAGES
    for words in commands(page)
]


@pytest.mark.parametrize("words", ALL)
def test_a_documented_command_is_valid(words: list[str]) -> None:
    while "=" in words[0]:  # an environment variable
        words = words[1:]
    match words:
        case ["fer", *_]:
            check(words)
        case ["make", target, *_]:
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(module)
        case ["bash", script, *_]:
            assert (ROOT / script).is_file()
        case ["pytest", *paths]:
            assert all((ROOT / path).exists() for path in paths if not path.startswith("-"))
        case _:
            pytest.fail(f"{shlex.join(words)}: not a command that a page should show")


def test_an_unknown_option_in_a_page_would_be_found() -> None:
    with pytest.raises(typer.TyperException, match="No such option"):
        check(["fer", "search", "run", "quick", "--nonsense"])
    with pytest.raises(KeyError, match="serach"):
        check(["fer", "serach", "run"])


def test_the_documented_study_file_and_conditions_are_valid(tmp_path: Path) -> None:
    text = (ROOT / "docs/studies.md").read_text(encoding="utf-8")
    study, objective, rounds, variants, conditions = re.findall(
        r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE
    )
    (tmp_path / "study.toml").write_text(f"{study}\n{objective}", encoding="utf-8")
    definition, limits = read_study(tmp_path / "study.toml")
    assert limits.budget.trials == 30
    (tmp_path / "rounds.toml").write_text(study.replace("trials = 30", "hours = 9") + rounds)
    assert read_study(tmp_path / "rounds.toml")[0].rounds is not None
    space, named = (
        parse_space(tomllib.loads(text)["space"], definition.recipe, "docs/studies.md")
        for text in (conditions, variants)
    )
    assert space.conditional
    assert named.entries["variant"].grid() == ["clipping", "batch 32"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    targets = [link for link, _ in _LINK.findall(page.read_text(encoding="utf-8"))]
    missing = [
        target
        for target in targets
        if not target.startswith(("http", "#")) and not (page.parent / target).exists()
    ]
    assert not missing


def test_the_readme_leads_to_every_page() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES[1:] if f"docs/{page.name}" not in text] == []
