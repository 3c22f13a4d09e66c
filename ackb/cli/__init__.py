"""The command line `ackb`: thin commands over planning, policies, pictures and the engine."""
