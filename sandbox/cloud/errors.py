"""Errors of the simulated cloud: the code, text and HTTP status of the real API."""

from __future__ import annotations

from dataclasses import dataclass


class CloudError(Exception):
    """An answer of the cloud that is not a success."""

    def __init__(self, code: str, message: str, status: int = 400, request_id: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.request_id = request_id
        """Set by the verb decorator; empty only until the error leaves the verb."""
        self.verb = ""
        """The action that was refused, `service.verb`; set with the request id."""

    def __str__(self) -> str:
        return f"{self.code}: {self.message} (request id {self.request_id or 'none'})"


class CloudConnectionError(ConnectionError):
    """The connection broke; whether the verb was carried out is not known to the caller."""


class CloudTimeoutError(TimeoutError):
    """The client gave up waiting; whether the verb was carried out is not known to the caller."""


@dataclass(frozen=True)
class ErrorSpec:
    """One error of the real API; call it to make the error, keywords fill the text's `{}`."""

    code: str
    message: str
    status: int = 400

    def __call__(self, **fields: object) -> CloudError:
        """The error, ready to raise."""
        return CloudError(self.code, self.message.format(**fields), self.status)


# Every product, "common error codes":
# https://api.alibabacloud.com/document/Ecs/2014-05-26/errorCode, read 2026-11-22.
THROTTLING_USER = ErrorSpec(
    "Throttling.User", "Request was denied due to user flow control.", status=400
)
SERVICE_UNAVAILABLE = ErrorSpec(
    "ServiceUnavailable", "The request has failed due to a temporary failure of the server.", 503
)
INVALID_REGION = ErrorSpec(
    "InvalidRegionId.NotFound", "The specified RegionId does not exist.", 404
)
IDEMPOTENT_PARAMETER_MISMATCH = ErrorSpec(
    "IdempotentParameterMismatch",
    "The request uses the same client token as a previous, but non-identical request."
    " Do not reuse a client token with different requests, unless the requests are identical.",
)
