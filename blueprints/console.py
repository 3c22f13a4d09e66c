"""Links into the web console of Alibaba Cloud."""

from __future__ import annotations

from typing import Final

import pulumi

_LINKS: Final = {
    "cs": "https://cs.console.aliyun.com/#/k8s/cluster/{id}/v2/info/overview",
    "vpc": "https://vpc.console.aliyun.com/vpc/{region}/vpcs/{id}",
    "rds": "https://rdsnext.console.aliyun.com/detail/{id}/basicInfo?region={region}",
    "redis": "https://kvstore.console.aliyun.com/Redis/instance/{region}/{id}/manage/info",
    "nas": "https://nasnext.console.aliyun.com/{region}/filesystem/{id}",
    "slb": "https://slb.console.aliyun.com/slb/{region}/slbs",
    "eci": "https://eci.console.aliyun.com/#/eci/{region}/list",
}
"""Page of one resource, or the list of a region where the stack does not know the ids, by product.
Addresses as the console showed them in November 2026; they are no API and may move."""


def console_links(region: str, ids: dict[str, pulumi.Input[str]]) -> dict[str, pulumi.Output[str]]:
    """Return the link of each product in `ids`; an id of "" leads to the list of the region."""
    return {
        product: pulumi.Output.format(_LINKS[product], region=region, id=resource_id)
        for product, resource_id in ids.items()
    }
