"""What can go wrong, each as one text for the person at the terminal."""

from __future__ import annotations


class ToolchainError(Exception):
    """A native tool cannot be had; the message says why and what to do."""


class ToolMissing(ToolchainError):
    """A tool is neither on PATH in a suitable version nor built."""


class GoMissing(ToolchainError):
    """Tools must be built and there is no Go, or only one that is too old."""


class BuildFailed(ToolchainError):
    """`go build` ended with an error; the message has the last lines it printed."""
