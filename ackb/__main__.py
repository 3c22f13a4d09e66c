"""`python -m ackb` is the command line."""

from ackb.cli.main import run

run()
