"""The API server as a burst uses it, by a kubeconfig."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.providers.kubernetes.access import read_kubeconfig
from sandbox.providers.kubernetes.rest import ApiError, Rest

_GONE: Final = 404


class KubeconfigApi:
    """Implements `ackb.burst.conduct.Api`."""

    def __init__(self, kubeconfig: str) -> None:
        """Use a kubeconfig: its text, or the path of its file."""
        self._rest = Rest(read_kubeconfig(kubeconfig))

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Read an object or a list."""
        found: dict[str, Any] = self._rest.call("GET", path, query=query)
        return found

    def find(self, path: str) -> dict[str, Any] | None:
        """Read an object; None when it is not there."""
        try:
            return self.get(path)
        except ApiError as error:
            if error.status == _GONE:
                return None
            raise

    def post(self, path: str, body: Mapping[str, Any]) -> None:
        """Create an object."""
        self._rest.call("POST", path, body=body)

    def delete(self, path: str) -> bool:
        """Delete an object with what it owns; False when it is not there."""
        try:
            self._rest.call("DELETE", path, body={"propagationPolicy": "Background"})
        except ApiError as error:
            if error.status == _GONE:
                return False
            raise
        return True
