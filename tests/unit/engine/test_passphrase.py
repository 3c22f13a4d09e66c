"""The passphrase of a home: never two, and never a new one over secrets of a lost one."""

from __future__ import annotations

import threading

import pytest

from ackb.domain.home import Home
from ackb.engine import passphrase
from ackb.engine.errors import PassphraseWrong
from tests.unit.engine.test_checkpoint import write


def test_a_lost_passphrase_is_told_while_stacks_are_encrypted_with_it(home: Home) -> None:
    """F16: before anything is done."""
    passphrase.ensure(home)
    write(home.state, "wordpress-dev", {"resources": []})
    write(home.state, "batch-dev", {"resources": []})
    home.passphrase.unlink()
    with pytest.raises(PassphraseWrong) as failure:
        passphrase.ensure(home)
    assert str(failure.value) == (
        f'ENG-03 {home.passphrase}: "missing" – the secrets of batch-dev, wordpress-dev were '
        "encrypted with it. Fix: restore the file from a backup, or run "
        "`ackb sandbox reset --force`."
    )
    assert not home.passphrase.exists()


def test_two_first_runs_at_once_agree_on_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second file would make the first run's secrets unreadable."""
    both = threading.Barrier(2, timeout=30)
    write_atomically = passphrase.write_atomically

    def meet(*arguments: object, **options: object) -> None:
        write_atomically(*arguments, **options)
        both.wait()

    monkeypatch.setattr(passphrase, "write_atomically", meet)
    seen: list[str] = []

    def first_run() -> None:
        passphrase.ensure(home)
        seen.append(home.passphrase.read_text())

    runs = [threading.Thread(target=first_run) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(seen) == 2
    assert len(set(seen)) == 1
    assert home.passphrase.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.root.iterdir() if "passphrase" in path.name] == [
        "passphrase"
    ]
