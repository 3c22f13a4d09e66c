"""The resource types, one module each."""

from sandbox.providers.alicloud.handler import Handler
from sandbox.providers.alicloud.handlers.vpc_network import Network
from sandbox.providers.alicloud.handlers.vpc_switch import Switch

HANDLERS: dict[str, type[Handler]] = {handler.token: handler for handler in (Network, Switch)}
"""Handlers by type token."""
