"""The tag service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.cloud.service import Response, Service, verb


class Tag(Service):
    """Tag 2018-08-28."""

    service = "tag"

    @verb(reads=True)
    def list_tag_resources(self, *, tags: dict[str, str], region_id: str | None = None) -> Response:
        """ListTagResources: ARN and tags of everything that carries all of the tags."""
        return {"TagResources": list(self._tagged(tags))}

    def _tagged(self, tags: dict[str, str]) -> Iterator[dict[str, Any]]:
        for service in self.cloud.services():
            for kind in service.kinds:
                if kind.arn_type is None:
                    continue
                for data in service.find(kind.kind, tags):
                    region = data.get("RegionId", self.cloud.region)
                    place = f"{service.service}:{region}:{self.cloud.account_id}"
                    shown = [
                        {"Key": key, "Value": value, "Category": "Custom"}
                        for key, value in sorted(data.get("tags", {}).items())
                    ]
                    yield {
                        "ResourceARN": f"arn:acs:{place}:{kind.arn_type}/{data[kind.id_field]}",
                        "Tags": shown,
                    }
