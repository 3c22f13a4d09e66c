"""Registers as many resources as the configuration says; none does anything."""

import pulumi


class Echo(pulumi.CustomResource):
    """A resource whose provider returns its inputs."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__("alicloud:index:Echo", name, {"payload": "x" * size})


config = pulumi.Config()
for number in range(config.require_int("count")):
    Echo(f"echo-{number}", config.require_int("size"))
