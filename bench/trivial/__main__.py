"""Registers as many resources as the configuration says; none does anything."""

import pulumi


class Echo(pulumi.CustomResource):
    """A resource whose provider returns its inputs."""

    def __init__(self, name: str, payload: str) -> None:
        super().__init__("trivial:index:Echo", name, {"payload": payload})


config = pulumi.Config()
payload = "x" * config.require_int("size")
Echo("changing", payload + ("y" if config.get_bool("changed") else ""))
for number in range(config.require_int("count") - 1):
    Echo(f"echo-{number}", payload)
