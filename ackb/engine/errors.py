"""What can go wrong when the engine is run, each with what the user should do."""

from __future__ import annotations

from ackb.domain.problems import Problem


class EngineError(Exception):
    """A failure of running the engine; ``problem`` is what the user reads."""

    #: Exit code of the command that meets it.
    exit_code = 3

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.render())
        self.problem = problem


class StackBusy(EngineError):
    """Another run works on the same stack."""


class WrongTarget(EngineError):
    """A real stack would meet sandbox settings, or the other way round."""


class DaemonFailed(EngineError):
    """The sandbox's daemon did not start, or died."""


class PassphraseWrong(EngineError):
    """The secrets of the stack cannot be read with the passphrase at hand."""


class StateBroken(EngineError):
    """The record of what a stack made cannot be read, and neither can its backup."""


class Protected(EngineError):
    """A stack should go that has something the settings protect."""


class UpdateFailed(EngineError):
    """The engine ran and reported a failure; its diagnostics were shown as events."""

    exit_code = 1


class PolicyViolated(EngineError):
    """A mandatory policy stopped the run."""

    exit_code = 2


class Interrupted(EngineError):
    """The user stopped the run; what was made is recorded in the stack."""

    exit_code = 130
