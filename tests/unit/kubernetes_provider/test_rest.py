import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sandbox.providers.kubernetes import rest
from sandbox.providers.kubernetes.access import ClusterAccess, User
from sandbox.providers.kubernetes.credentials import Credential, CredentialError
from sandbox.providers.kubernetes.rest import ApiError, Rest, Unreachable


class Server:
    """An API server that answers from a list and remembers what it was asked."""

    def __init__(self):
        self.answers = []
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                outer.asked.append((self.command, self.path, dict(self.headers), body))
                status, answer, *headers = outer.answers.pop(0)
                data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any  # noqa: N815

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.access = ClusterAccess(
            f"http://127.0.0.1:{self.http.server_port}", None, User(token="t"), "default"
        )
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def server():
    started = Server()
    yield started
    started.http.shutdown()
    started.http.server_close()


class Source:
    """Hands out one token after the other, each time the server has refused the last."""

    def __init__(self, *tokens):
        self.credentials = [Credential(token=one) for one in tokens]

    def current(self, refused=None):
        if refused is self.credentials[0] and len(self.credentials) > 1:
            self.credentials.pop(0)
        return self.credentials[0]


def tokens(server):
    return [headers["Authorization"] for _, _, headers, _ in server.asked]


def test_query_body_type_and_token_are_sent(server):
    server.answers = [(200, {"kind": "Pod"})]
    answer = Rest(server.access).call(
        "PATCH", "/api/v1/x", query={"force": "true"}, body={"a": 1}, content_type="text/apply"
    )
    assert answer == {"kind": "Pod"}
    method, path, headers, body = server.asked[0]
    assert (method, path, json.loads(body)) == ("PATCH", "/api/v1/x?force=true", {"a": 1})
    assert headers["Content-Type"] == "text/apply"
    assert headers["Authorization"] == "Bearer t"


def test_a_refused_credential_is_renewed_once(server):
    server.answers = [(401, {}), (200, {"ok": True})]
    assert Rest(server.access, Source("old", "new")).call("GET", "/") == {"ok": True}
    assert tokens(server) == ["Bearer old", "Bearer new"]


def test_a_credential_that_stays_refused_is_one_clear_failure(server):
    server.answers = [(401, {}), (401, {}), (200, {})]
    with pytest.raises(Unreachable) as caught:
        Rest(server.access, Source("old", "new")).call("GET", "/")
    assert str(caught.value) == (
        f"the API server {server.access.server} refused the credential, also a new one"
    )
    assert len(server.asked) == 2


def test_no_credential_is_no_connection(server):
    class Failing:
        def current(self, refused=None):
            raise CredentialError("the credential program 'ackb' failed: no such cluster")

    with pytest.raises(Unreachable) as caught:
        Rest(server.access, Failing()).call("GET", "/")
    assert str(caught.value) == "the credential program 'ackb' failed: no such cluster"


def test_a_busy_server_is_asked_again_when_it_says(server, monkeypatch):
    pauses = []
    monkeypatch.setattr(rest.time, "sleep", pauses.append)
    server.answers = [(429, {}, ("Retry-After", "3")), (429, {}), (200, {"ok": True})]
    assert Rest(server.access).call("POST", "/", body={}) == {"ok": True}
    assert pauses == [3.0, 1.0]


def test_a_server_that_stays_busy_is_an_error_in_the_end(server, monkeypatch):
    monkeypatch.setattr(rest.time, "sleep", lambda _: None)
    server.answers = [(429, {"message": "too many requests"})] * 5
    with pytest.raises(ApiError, match="too many requests"):
        Rest(server.access).call("GET", "/")


def test_an_error_carries_status_reason_and_causes(server):
    causes = [{"reason": "FieldManagerConflict", "field": ".spec.replicas"}]
    server.answers = [
        (409, {"reason": "Conflict", "message": "Apply failed", "details": {"causes": causes}})
    ]
    with pytest.raises(ApiError) as caught:
        Rest(server.access).call("PATCH", "/")
    error = caught.value
    assert (error.status, error.reason, error.message) == (409, "Conflict", "Apply failed")
    assert error.causes == causes


def test_an_error_that_is_not_json_is_told_as_it_is(server):
    server.answers = [(503, "upstream went away\n")]
    with pytest.raises(ApiError) as caught:
        Rest(server.access).call("GET", "/")
    assert str(caught.value) == "upstream went away"


def test_a_closed_port_says_which_server_and_why(server):
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(Unreachable) as caught:
        Rest(server.access).call("GET", "/")
    assert str(caught.value) == (
        f"the API server {server.access.server} does not answer: [Errno 111] Connection refused"
    )
