"""From the configuration of a stack to its blueprint; what goes wrong here is said to people."""

from __future__ import annotations

import pulumi
from pulumi.runtime import is_config_secret

from ackb.domain.problems import InvalidArguments, InvalidInput
from blueprints import BLUEPRINTS, SecretSpec
from blueprints.settings import StackSettings, load


class MissingSecrets(pulumi.ConfigMissingError):
    """Stack secrets that are not set; the message says how to set each without showing it."""

    def __init__(self, keys: list[str], existing: list[str]) -> None:
        super().__init__(keys[0], secret=True)
        self.keys = tuple(keys)
        stack = pulumi.get_stack()
        told = f"The stack {stack} lacks {len(keys)} of its secrets."
        if existing:
            keep = [f"`ackb secret {stack} {key.partition(':')[2]}`" for key in existing]
            told += f" These exist already: run {', '.join(keep)} (each asks for the value)."
        if made := [key for key in keys if key not in existing]:
            told += "\n" if existing else " "
            told += "`ackb up` makes them up; to set them by hand, run (each asks for the value):"
            told += "".join(f"\n  pulumi config set --secret {key}" for key in made)
        self.args = (told,)


def main() -> None:
    """Build the stack that the engine is asking for.

    Raises:
        pulumi.RunError: something is wrong with the settings, the secrets or the account; the
            message is complete and for people, so the engine prints it without a traceback.
    """
    config = pulumi.Config()
    try:
        settings = load(
            config.require("settings"),
            stack=pulumi.get_stack(),
            encrypted=is_config_secret(config.full_key("settings")),
        )
        blueprint = BLUEPRINTS[settings.blueprint]
        blueprint.build(settings, _secrets(config, blueprint.secrets_for(settings), settings))
    except (InvalidInput, InvalidArguments) as error:
        raise pulumi.RunError(str(error)) from error


def _secrets(
    config: pulumi.Config, wanted: list[SecretSpec], settings: StackSettings
) -> dict[str, pulumi.Output[str]]:
    values = {one.key: config.get_secret(one.key) for one in wanted}
    missing = [one for one in wanted if values[one.key] is None]
    if missing:
        raise MissingSecrets(
            [config.full_key(one.key) for one in missing],
            [config.full_key(one.key) for one in missing if one.exists(settings)],
        )
    return {key: value for key, value in values.items() if value is not None}
