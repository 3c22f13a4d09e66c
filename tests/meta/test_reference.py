"""The reference pages say what the types say, and every field says something."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "generate_reference.py"


def test_the_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, str(TOOL), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("", 0)


def test_a_field_without_a_description_is_an_error(tmp_path: Path) -> None:
    tool = runpy.run_path(str(TOOL))
    source = tmp_path / "thing.py"
    source.write_text("@dataclass\nclass Args:\n    good: int\n    '''Good.'''\n    bad: int\n")
    with pytest.raises(tool["Undocumented"], match=r"Args\.bad"):
        list(tool["_dataclasses"](source))


def test_what_people_wrote_outside_the_markers_is_kept(tmp_path: Path) -> None:
    tool = runpy.run_path(str(TOOL))
    tool["page"].__globals__["PAGES"] = tmp_path
    start, end = tool["START"], tool["END"]
    (tmp_path / "components.md").write_text(f"mine\n{start}\nold\n{end}\nalso mine\n")
    assert tool["page"]("components", "new") == f"mine\n{start}\n\nnew\n\n{end}\nalso mine\n"
