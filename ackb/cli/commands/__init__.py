"""One module for each command. Only typer is imported at the top: `ackb --help` loads them all."""
