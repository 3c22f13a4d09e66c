"""Read calls to the real cloud, against an HTTP server on this machine that answers as it does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from ackb.alibaba import Account, CallFailed


class Stub:
    """A server that notes each request and gives the answer a test chose."""

    def __init__(self) -> None:
        self.status, self.answer, self.requests = 200, {}, []
        self.next_answer = lambda: self.answer
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                stub.requests.append((self.command, parts.path, query, dict(self.headers)))
                body = json.dumps(stub.next_answer()).encode()
                self.send_response(stub.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the name that the base class calls

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def stub():
    running = Stub()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture(autouse=True)
def keys(monkeypatch):
    """Credentials in the provider's variables; the SDK reads its own once, when it is imported."""
    monkeypatch.setenv("ALICLOUD_ACCESS_KEY", "test-key")
    monkeypatch.setenv("ALICLOUD_SECRET_KEY", "test-secret")
    monkeypatch.delenv("ALICLOUD_SECURITY_TOKEN", raising=False)


def account(stub):
    return Account("cn-hangzhou", endpoint=stub.host, protocol="HTTP")


def test_a_kubeconfig_is_asked_for_by_path_and_for_minutes(stub):
    stub.answer = {"config": "apiVersion: v1", "expiration": "2026-11-22T08:15:00Z"}
    assert account(stub).user_kubeconfig("c1", minutes=15) == stub.answer
    [(method, path, query, headers)] = stub.requests
    assert (method, path) == ("GET", "/k8s/c1/user_config")
    assert query == {"TemporaryDurationMinutes": "15"}
    assert headers["x-acs-action"] == "DescribeClusterUserKubeconfig"
    assert headers["x-acs-version"] == "2015-12-15"
    assert "Credential=test-key" in headers["Authorization"]


def test_other_products_are_asked_by_action(stub):
    stub.answer = {"SnatTableEntries": {"SnatTableEntry": []}}
    account(stub).read("vpc", "DescribeSnatTableEntries", snat_table_id="stb-1")
    [(_, path, query, headers)] = stub.requests
    assert path == "/"
    assert query == {"RegionId": "cn-hangzhou", "PageSize": "50", "SnatTableId": "stb-1"}
    assert (headers["x-acs-action"], headers["x-acs-version"]) == (
        "DescribeSnatTableEntries",
        "2016-04-28",
    )


@pytest.mark.parametrize("more", [{"TotalCount": 51}, {"NextToken": "abc"}])
def test_an_answer_with_more_pages_is_no_answer(stub, more):
    """What is not on the first page would be taken for absent, and made twice."""
    stub.answer = {"Accounts": {"DBInstanceAccount": []}, **more}
    with pytest.raises(CallFailed) as refused:
        account(stub).read("rds", "DescribeAccounts", db_instance_id="rm-1")
    assert str(refused.value) == (
        "DescribeAccounts of rds has more than 50 answers; look in the console."
    )


@pytest.mark.parametrize("whole", [{"TotalCount": 50}, {"NextToken": ""}, {}])
def test_an_answer_of_one_page_is_whole(stub, whole):
    stub.answer = {"Accounts": {"DBInstanceAccount": []}, **whole}
    assert account(stub).read("rds", "DescribeAccounts", db_instance_id="rm-1") == stub.answer


def test_names_and_values_are_written_as_the_products_want_them(stub):
    account(stub).read("rds", "DescribeDatabases", db_instance_id="rm-1", db_name="wordpress")
    account(stub).read("tag", "ListTagResources", tags={"ackb:urn": "urn:1"})
    assert stub.requests[0][2]["DBInstanceId"] == "rm-1"
    assert stub.requests[0][2]["DBName"] == "wordpress"
    assert json.loads(stub.requests[1][2]["Tags"]) == {"ackb:urn": "urn:1"}


def test_a_token_of_the_provider_is_sent(stub, monkeypatch):
    monkeypatch.setenv("ALICLOUD_SECURITY_TOKEN", "the-token")
    account(stub).read("nas", "DescribeAccessGroups")
    assert stub.requests[0][3]["x-acs-security-token"] == "the-token"


def test_a_refusal_is_one_line_with_code_and_request_id(stub):
    stub.status = 404
    stub.answer = {
        "code": "ErrorClusterNotFound",
        "message": "cluster c1 not found",
        "requestId": "4B5A-1",
    }
    with pytest.raises(CallFailed) as failure:
        account(stub).user_kubeconfig("c1", minutes=15)
    assert str(failure.value) == (
        "Alibaba Cloud refused DescribeClusterUserKubeconfig: ErrorClusterNotFound: code: 404, "
        "cluster c1 not found request id: 4B5A-1"
    )


def test_a_closed_port_is_one_line():
    with pytest.raises(CallFailed) as failure:
        Account("cn-hangzhou", endpoint="127.0.0.1:1", protocol="HTTP").read("cs", "GetX")
    assert str(failure.value) == (
        "Alibaba Cloud (127.0.0.1:1) could not be reached: Connection refused."
    )


def ask_in_a_process(stub, home, **variables):
    """Ask in a new process: the SDK reads its variables once, when it is imported."""
    code = (
        "from ackb.alibaba import Account, CallFailed\n"
        f"account = Account('cn-hangzhou', endpoint={stub.host!r}, protocol='HTTP')\n"
        "try: account.read('nas', 'DescribeAccessGroups')\n"
        "except CallFailed as failure: print(failure)\n"
    )
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )


def test_the_default_chain_of_the_sdk_is_used(stub, tmp_path):
    found = ask_in_a_process(
        stub,
        tmp_path,
        ALIBABA_CLOUD_ACCESS_KEY_ID="sdk-key",
        ALIBABA_CLOUD_ACCESS_KEY_SECRET="sdk-secret",
    )
    assert found.stdout == ""
    assert "Credential=sdk-key" in stub.requests[0][3]["Authorization"]


def test_without_credentials_one_line_names_the_variables(stub, tmp_path):
    found = ask_in_a_process(stub, tmp_path)
    assert found.stdout.startswith("No usable credentials of Alibaba Cloud: ")
    assert "Set ALIBABA_CLOUD_ACCESS_KEY_ID" in found.stdout
    assert found.stdout.count("\n") == 1
    assert found.stderr == ""
    assert stub.requests == []


def test_only_read_actions_are_let_through(stub):
    with pytest.raises(ValueError, match="not a read action"):
        account(stub).read("vpc", "DeleteVpc", vpc_id="vpc-1")
    assert stub.requests == []


def test_a_product_that_cannot_be_asked_says_so(stub):
    with pytest.raises(CallFailed, match="look in the console"):
        account(stub).read("log", "ListProject")


@pytest.mark.parametrize(
    ("region", "product", "host"),
    [
        ("cn-hangzhou", "rds", "rds.aliyuncs.com"),
        ("ap-southeast-1", "rds", "rds.ap-southeast-1.aliyuncs.com"),
        ("cn-hangzhou", "vpc", "vpc.cn-hangzhou.aliyuncs.com"),
    ],
)
def test_hosts_by_region(region, product, host, monkeypatch):
    asked = []
    monkeypatch.setattr(Account, "_call", lambda self, where, *_: asked.append(where) or {})
    Account(region).read(product, "DescribeX")
    assert asked == [host]


def test_a_list_with_many_pages_is_read_to_its_end(stub):
    """An account with 10,000 ECI instances shows 20 at a time."""
    pages = iter(
        [
            {"ContainerGroups": [{"ContainerGroupId": "eci-1"}], "NextToken": "t2"},
            {"ContainerGroups": [], "NextToken": "t3"},
            {"ContainerGroups": [{"ContainerGroupId": "eci-2"}], "NextToken": ""},
        ]
    )
    stub.next_answer = lambda: next(pages)
    rows = account(stub).pages("eci", "DescribeContainerGroups", "ContainerGroups", limit=20)
    assert [row["ContainerGroupId"] for row in rows] == ["eci-1", "eci-2"]
    assert [query.get("NextToken") for _, _, query, _ in stub.requests] == [None, "t2", "t3"]
    _, _, query, headers = stub.requests[0]
    assert (query["RegionId"], query["Limit"]) == ("cn-hangzhou", "20")
    assert (headers["x-acs-action"], headers["x-acs-version"]) == (
        "DescribeContainerGroups",
        "2018-08-08",
    )
