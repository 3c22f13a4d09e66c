import stat

import pytest

from ackb.domain import files
from ackb.domain.files import write_atomically


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_text_and_bytes_are_written(tmp_path):
    path = tmp_path / "a"
    write_atomically(path, "杭州\n")
    assert path.read_bytes() == "杭州\n".encode()
    write_atomically(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_the_mode_is_exact_whatever_was_there(tmp_path, mode):
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o666)
    write_atomically(path, "new", mode=mode)
    assert _mode(path) == mode


def test_a_failed_write_leaves_the_old_content_and_no_rubbish(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_text("old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path):
    target = tmp_path / "target"
    target.write_text("old")
    link = tmp_path / "link"
    link.symlink_to(target)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "no" / "a", "x")
