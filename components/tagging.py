"""Tags and the resource group, put on every resource of a stack at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from ackb.domain import naming, tags
from ackb.domain.provider_types import provider_type, tokens
from ackb.domain.urns import child_urn


def completed(
    type_token: str,
    urn: str,
    props: Mapping[str, Any],
    stack_tags: Mapping[str, str],
    resource_group_id: str | None,
) -> dict[str, Any] | None:
    """Return the properties of a resource with its tags and resource group, or None to keep them.

    The tag `ackb:urn` names the resource's place in the stack: after an interrupted deployment it
    is how a resource that the engine never heard of again is found. Tags a resource has of its own
    win over those of the stack, and so does its own resource group.
    """
    if type_token not in tokens() or type_token.startswith("pulumi:"):
        return None
    known = provider_type(type_token).inputs
    result = dict(props)
    if "tags" in known:
        mark = {tags.URN_TAG: naming.urn_tag(urn)}
        result["tags"] = tags.merged(stack_tags, props.get("tags") or {}, mark)
    if resource_group_id and "resourceGroupId" in known:
        result.setdefault("resourceGroupId", resource_group_id)
    return result


def register_stack_tags(
    stack_tags: Mapping[str, str], resource_group_id: str | None = None
) -> None:
    """Put tags, `ackb:urn` and the resource group on everything the stack declares from now on."""
    stack, project = pulumi.get_stack(), pulumi.get_project()

    async def transform(
        args: pulumi.ResourceTransformArgs,
    ) -> pulumi.ResourceTransformResult | None:
        parent = await args.opts.parent.urn.future() if args.opts.parent else None
        urn = child_urn(stack, project, parent, args.type_, args.name)
        props = completed(args.type_, urn, args.props, stack_tags, resource_group_id)
        return None if props is None else pulumi.ResourceTransformResult(props, args.opts)

    pulumi.runtime.register_resource_transform(transform)
