"""Composition of the blueprint `wordpress`."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from ackb.domain import images
from ackb.domain.tiers import Tier
from blueprints import placing, pulling, scaling, sizing
from blueprints.account import account_id
from blueprints.addons.deploying import deploy_addons
from blueprints.console import console_links
from blueprints.foundation import Foundation, foundation
from blueprints.settings import WordpressSettings
from blueprints.wordpress import installing, site
from blueprints.wordpress.data import DataStores, data_stores
from components.load_balancer import Https, LoadBalancer, LoadBalancerArgs
from components.namespace import Namespace, NamespaceArgs
from components.providers import alicloud_provider
from components.shared_volume import SharedVolume, SharedVolumeArgs
from components.tagging import register_stack_tags
from components.workload import Probe, Workload, WorkloadArgs

_APP = "wordpress"


def build(settings: WordpressSettings, secrets: Mapping[str, pulumi.Output[str]]) -> None:
    """Declare the whole architecture and export what a person needs of it.

    Raises:
        InvalidInput: the credentials belong to another account than the stack expects.
    """
    provider = alicloud_provider("alicloud", region=settings.region, target=settings.target)
    account = account_id(provider, settings)
    register_stack_tags(settings.tags, settings.resource_group_id)
    base = foundation(
        settings,
        provider,
        account,
        namespace=settings.namespace,
        virtual_nodes=settings.virtual_nodes,
    )
    stores = data_stores(settings, base, secrets, pulumi.ResourceOptions(providers=[provider]))
    front = _site(settings, base, stores, secrets)
    deploy_addons(settings, base, after=base.capacity)
    _export(settings, base, stores, front)


def _site(
    settings: WordpressSettings,
    base: Foundation,
    stores: DataStores,
    secrets: Mapping[str, pulumi.Output[str]],
) -> LoadBalancer:
    inside = pulumi.ResourceOptions(providers=[base.cluster.provider])
    namespace = Namespace(
        "apps",
        NamespaceArgs(
            namespace=settings.namespace,
            tier=Tier.ONLINE,
            labels=placing.strategy(settings).namespace_labels(),
        ),
        inside,
    ).namespace
    volume = SharedVolume(
        "site-files",
        SharedVolumeArgs(
            namespace=namespace,
            claim_name=f"{_APP}-files",
            server=stores.files.address,
            path=stores.folder,
        ),
        inside,
    )
    placed = placing.placed("site-placement", settings, namespace, _APP, base)
    image = images.rewrite(settings.image, pulling.source(settings.registry))
    in_secret = site.secret_environment(
        site.Stores(
            database_address=stores.database.address,
            database_name=stores.database.database_name,
            database_account=settings.database.account,
            database_password=secrets["databasePassword"],
            cache_address=stores.cache.address,
            cache_password=secrets["cachePassword"],
        ),
        secrets["sessionKey"],
    )
    workload = Workload(
        "site",
        WorkloadArgs(
            namespace=namespace,
            app=_APP,
            image=image,
            port=settings.container_port,
            resources=sizing.resources(settings.resources),
            probe=Probe(path=site.HEALTH_PATH),
            tier=Tier.ONLINE,
            user_id=site.USER_ID,
            replicas=scaling.replicas(settings.scaling),
            environment=site.environment(),
            secret_environment=in_secret,
            files=site.files(settings.container_port, settings.resources.limits.memory),
            claims={settings.file_storage.mount_path: volume.claim_name},
            scratch_paths=site.scratch_paths(settings.file_storage.mount_path),
            pull_secret=pulling.pull_secret(settings.registry),
            kind=settings.workload,
            placement=placed,
            eci=settings.eci_pods.options() if settings.eci_pods else None,
        ),
        pulumi.ResourceOptions(
            providers=[base.cluster.provider],
            # Nodes and virtual node must be there before the pods, and stay until the last is gone.
            depends_on=list(base.capacity),
        ),
    )
    scaling.scale("site", settings.scaling, settings.right_sizing, workload, base)
    front = _front(settings, base, namespace, workload)
    if settings.installation is not None:
        installing.install(
            settings.installation,
            installing.Site(
                namespace=namespace,
                image=image,
                pull_secret=pulling.pull_secret(settings.registry),
                url=front.url,
                service=f"{settings.service.name}:{settings.service.port}",
                environment=site.environment(),
                secrets=in_secret,
                files_path=settings.file_storage.mount_path,
                files_claim=volume.claim_name,
            ),
            secrets["adminPassword"],
            provider=base.cluster.provider,
            after=[*base.capacity, workload],
        )
    return front


def _front(
    settings: WordpressSettings,
    base: Foundation,
    namespace: pulumi.Output[str],
    workload: Workload,
) -> LoadBalancer:
    wanted, https = settings.service, settings.https
    first_zone = settings.network.zones[0].zone_id
    return LoadBalancer(
        "site-front",
        LoadBalancerArgs(
            namespace=namespace,
            service_name=wanted.name,
            selector=workload.labels,
            target_port=settings.container_port,
            port=wanted.port,
            https=(Https(certificate_id=https.certificate_id, port=https.port) if https else None),
            external_traffic_policy=wanted.external_traffic_policy,
            access=wanted.access,
            vswitch_id=base.network.node_vswitch_ids[first_zone],
            tags=settings.tags,
            resource_group_id=settings.resource_group_id,
        ),
        pulumi.ResourceOptions(
            providers=[base.cluster.provider],
            # The load balancer must be gone before the nodes behind it are.
            depends_on=list(base.capacity),
        ),
    )


def _export(
    settings: WordpressSettings, base: Foundation, stores: DataStores, front: LoadBalancer
) -> None:
    outputs: dict[str, pulumi.Input[object]] = {
        "target": settings.target,
        "region": settings.region,
        "namespace": settings.namespace,
        "vpc_id": base.network.vpc_id,
        "egress_address": base.network.egress_address,
        "cluster_id": base.cluster.cluster_id,
        "kubeconfig": base.cluster.kubeconfig,
        "site_address": front.address,
        "site_url": front.url,
        "database_address": stores.database.address,
        "cache_address": stores.cache.address,
        "file_storage_address": stores.files.address,
        "console_links": console_links(
            settings.region,
            {
                "cs": base.cluster.cluster_id,
                "vpc": base.network.vpc_id,
                "rds": stores.database.instance_id,
                "redis": stores.cache.instance_id,
                "nas": stores.files.file_system_id,
                "slb": "",
                "eci": "",
            },
        ),
    }
    for name, value in outputs.items():
        if value is not None:
            pulumi.export(name, value)
