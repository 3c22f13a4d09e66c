"""Calls that this project itself makes to the real Alibaba Cloud; all of them only read.

Everything else goes through the engine and its providers. The generic OpenAPI client is used, so
that a handful of calls does not need an SDK for each product.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from alibabacloud_credentials.client import Client as Credentials
from alibabacloud_credentials.exceptions import CredentialException
from alibabacloud_credentials.models import Config as CredentialConfig
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.exceptions import TeaException
from darabonba.runtime import RuntimeOptions

from ackb.domain.problems import hide

# The chain of credentials logs a traceback for each provider that has none; the error that we show
# names them all.
logging.getLogger("credentials").addHandler(logging.NullHandler())
logging.getLogger("credentials").propagate = False

_CONNECT_LIMIT, _READ_LIMIT = 5_000, 10_000
"""Milliseconds: kubectl waits for the answer, a person waits for kubectl."""

# Variables of the alicloud provider that the SDK's own chain does not read; see
# https://www.pulumi.com/registry/packages/alicloud/installation-configuration/
_KEY: Final = ("ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN")

_PAGE_SIZE: Final = 50
"""Rows asked for at once; the products' own default is 10. All of them allow 50."""


@dataclass(frozen=True)
class _Product:
    version: str
    endpoint: str
    """Host by region."""
    central: tuple[str, ...] = ()
    """Regions that are served by the host without a region."""


# Versions and hosts as the products' endpoint pages list them, such as
# https://www.alibabacloud.com/help/en/rds/developer-reference/api-rds-2014-08-15-endpoint
_PRODUCTS: Final = {
    "cs": _Product("2015-12-15", "cs.{region}.aliyuncs.com"),
    # https://www.alibabacloud.com/help/doc-detail/114916.htm
    "cms": _Product("2019-01-01", "metrics.{region}.aliyuncs.com"),
    # https://www.alibabacloud.com/help/doc-detail/181099.htm
    "eci": _Product("2018-08-08", "eci.{region}.aliyuncs.com"),
    "nas": _Product("2017-06-26", "nas.{region}.aliyuncs.com"),
    # One host for all regions: https://www.alibabacloud.com/help/doc-detail/66241.htm
    "pvtz": _Product("2018-01-01", "pvtz.aliyuncs.com"),
    "rds": _Product(
        "2014-08-15",
        "rds.{region}.aliyuncs.com",
        (
            "cn-qingdao",
            "cn-beijing",
            "cn-hangzhou",
            "cn-shanghai",
            "cn-shenzhen",
            "cn-heyuan",
            "cn-hongkong",
        ),
    ),
    # https://www.alibabacloud.com/help/en/slb/classic-load-balancer/developer-reference/api-slb-2014-05-15-endpoint
    "slb": _Product("2014-05-15", "slb.{region}.aliyuncs.com", ("cn-hangzhou",)),
    "tag": _Product("2018-08-28", "tag.{region}.aliyuncs.com", ("cn-hangzhou",)),
    "vpc": _Product("2016-04-28", "vpc.{region}.aliyuncs.com"),
}
_PATHS: Final = {
    "DescribeClusterUserKubeconfig": "/k8s/{cluster_id}/user_config",
    "DescribeClusterNodePools": "/clusters/{cluster_id}/nodepools",
    "DescribeExternalAgent": "/k8s/{cluster_id}/external/agent/deployment",
}
"""Actions of Container Service, whose API goes by path; all others are named in the request."""


class CallFailed(Exception):
    """The cloud did not answer as asked; the message is one line with code and request id."""


class Account:
    """The account of the credentials at hand, in one region.

    `endpoint` and `protocol` replace the public hosts, for an endpoint inside a network.
    """

    def __init__(
        self, region: str, *, endpoint: str | None = None, protocol: str = "HTTPS"
    ) -> None:
        self.region = region
        self._endpoint = endpoint
        self._protocol = protocol

    def user_kubeconfig(self, cluster_id: str, *, minutes: int) -> dict[str, Any]:
        """Ask for a kubeconfig whose certificate lives for `minutes`, 15 to 4,320.

        https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-cs-2015-12-15-describeclusteruserkubeconfig

        Returns:
            The answer: `config` (kubeconfig as YAML) and `expiration`.

        Raises:
            CallFailed: no credentials, no network, or the cloud refused.
        """
        return self.read(
            "cs",
            "DescribeClusterUserKubeconfig",
            cluster_id=cluster_id,
            temporary_duration_minutes=minutes,
        )

    def agent_manifest(self, cluster_id: str, *, private: bool) -> str:
        """Ask for the agent of a registered cluster, as YAML; it holds credentials.

        https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/developer-reference/api-describeexternalagent
        (marked deprecated in December 2024, without anything in its place)

        Args:
            cluster_id: id of the registered cluster.
            private: let the agent reach the cloud through the VPC instead of the internet.

        Raises:
            CallFailed: as `read`.
        """
        answer = self.read(
            "cs",
            "DescribeExternalAgent",
            cluster_id=cluster_id,
            private_ip_address=str(private).lower(),
        )
        return str(answer["config"])

    def read(self, product: str, action: str, **parameters: Any) -> dict[str, Any]:
        """Return the answer of a read action; parameters are the action's, in snake_case.

        Raises:
            CallFailed: no credentials, no network, the cloud refused, or it is a product that
                cannot be asked from here.
        """
        answer = self._ask(product, action, parameters)
        if answer.get("NextToken") or int(answer.get("TotalCount") or 0) > _PAGE_SIZE:
            # "Not among the first" must never be taken for "does not exist".
            raise CallFailed(
                f"{action} of {product} has more than {_PAGE_SIZE} answers; look in the console."
            )
        return answer

    def pages(
        self, product: str, action: str, key: str, **parameters: Any
    ) -> Iterator[dict[str, Any]]:
        """Yield all rows under `key` of a read action that pages by NextToken.

        Raises:
            CallFailed: as `read`.
        """
        token: dict[str, str] = {}
        while True:
            answer = self._ask(product, action, {**parameters, **token})
            yield from answer.get(key) or ()
            if not answer.get("NextToken"):
                return
            token = {"next_token": str(answer["NextToken"])}

    def _ask(self, product: str, action: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        known = _PRODUCTS.get(product)
        if known is None:
            raise CallFailed(
                f"{action} of {product} cannot be asked from here; look in the console."
            )
        if not action.startswith(("Describe", "List", "Get")):
            raise ValueError(f"{action} of {product} is not a read action")
        path = _PATHS.get(action)
        query = {_pascal(key): _text(value) for key, value in parameters.items()}
        if path is None:
            query = {"RegionId": self.region, "PageSize": str(_PAGE_SIZE), **query}
        else:
            query.pop("ClusterId")
        params = Params(
            action=action,
            version=known.version,
            protocol=self._protocol,
            pathname=path.format_map(parameters) if path else "/",
            method="GET" if path else "POST",
            auth_type="AK",
            style="ROA" if path else "RPC",
            req_body_type="json",
            body_type="json",
        )
        host = known.endpoint.format(region=self.region)
        if self.region in known.central:
            host = f"{product}.aliyuncs.com"
        return self._call(self._endpoint or host, params, query)

    def _call(self, host: str, params: Params, query: dict[str, str]) -> dict[str, Any]:
        config = Config(
            credential=_credentials(),
            endpoint=host,
            region_id=self.region,
            protocol=self._protocol,
            connect_timeout=_CONNECT_LIMIT,
            read_timeout=_READ_LIMIT,
        )
        try:
            answer = Client(config).call_api(params, OpenApiRequest(query=query), RuntimeOptions())
        except AlibabaCloudException as error:
            code, text = error.code, _line(error)
            raise CallFailed(f"Alibaba Cloud refused {params.action}: {code}: {text}") from None
        except TeaException as error:
            raise CallFailed(
                f"Alibaba Cloud ({host}) could not be reached: {_cause(error)}."
            ) from None
        body: dict[str, Any] = answer["body"]
        return body


def _credentials() -> Credentials:
    """The SDK's default chain, after the provider's own variables.

    Raises:
        CallFailed: nothing in the chain has credentials.
    """
    key, secret, token = (os.environ.get(name) for name in _KEY)
    try:
        if not (key and secret):
            found = Credentials()
            found.get_credential()
            return found
        config = CredentialConfig(
            type="sts" if token else "access_key",
            access_key_id=key,
            access_key_secret=secret,
            security_token=token,
        )
        return Credentials(config)
    except CredentialException as error:
        raise CallFailed(
            f"No usable credentials of Alibaba Cloud: {_line(error)}. Set "
            "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or make a profile "
            "with `aliyun configure`."
        ) from None


def _pascal(key: str) -> str:
    """`db_instance_id` -> `DBInstanceId`, as the products spell it."""
    return "".join("DB" if part == "db" else part.capitalize() for part in key.split("_"))


def _text(value: object) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _line(error: Exception) -> str:
    text = str(getattr(error, "message", None) or error)
    return hide(" ".join(text.split()))


def _cause(error: Exception) -> str:
    """The reason at the bottom of a chain of wrapped network errors."""
    found = re.search(r"\[Errno -?\d+\] ([^\"')]+)", str(error))
    return found[1] if found else _line(error)
