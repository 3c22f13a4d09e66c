"""`Namespace`, `SharedVolume`, `LoadBalancer`, `EcsFirst`."""

import pytest

from ackb.domain.problems import InvalidArguments
from ackb.domain.tiers import Tier
from components.load_balancer import Https, LoadBalancer, LoadBalancerArgs
from components.namespace import Namespace, NamespaceArgs
from components.placement import EcsFirst, EcsFirstArgs
from components.shared_volume import SharedVolume, SharedVolumeArgs

NAME_OF_FILES = "files-fb6954"
PREFIX = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"


def refused(component: type, name: str, args: object) -> str:
    with pytest.raises(InvalidArguments) as caught:
        component(name, args)
    return str(caught.value)


class TestNamespace:
    def test_it_says_its_tier_and_restricts_its_pods(self, deploy) -> None:
        """S2-27."""
        arguments = NamespaceArgs(namespace="wordpress", tier=Tier.ONLINE)
        plan = deploy(lambda opts: Namespace("site", arguments, opts))
        got = plan.one("kubernetes:core/v1:Namespace", "site-namespace").inputs["metadata"]
        assert got == {
            "name": "wordpress",
            "labels": {
                "ackb/tier": "online",
                "pod-security.kubernetes.io/enforce": "restricted",
            },
        }
        assert plan.one("ackb:workload:Namespace", "site").outputs == {"namespace": "wordpress"}

    def test_a_name_kubernetes_refuses(self) -> None:
        text = refused(Namespace, "site", NamespaceArgs(namespace="My_Shop", tier=Tier.ONLINE))
        assert text.startswith("Namespace \"site\": 'namespace' must have 1 to 63 characters of")


class TestSharedVolume:
    def arguments(self, **changes) -> SharedVolumeArgs:
        return SharedVolumeArgs(
            **{"namespace": "shop", "claim_name": "files", "server": "nas.example.com", **changes}
        )

    def test_many_pods_mount_the_nas_by_its_csi_driver(self, deploy) -> None:
        """S2-30: the volume of the containers is the NAS file system."""
        plan = deploy(lambda opts: SharedVolume("files", self.arguments(), opts))
        spec = plan.one("kubernetes:core/v1:PersistentVolume", "files-volume").inputs["spec"]
        assert spec["csi"] == {
            "driver": "nasplugin.csi.alibabacloud.com",
            "volumeHandle": NAME_OF_FILES,
            "volumeAttributes": {"server": "nas.example.com", "path": "/", "mode": "0777"},
        }
        assert spec["accessModes"] == ["ReadWriteMany"]
        assert spec["persistentVolumeReclaimPolicy"] == "Retain"
        assert spec["mountOptions"] == ["nolock,tcp,noresvport", "vers=3"]

    def test_the_claim_is_bound_to_this_volume_and_no_other(self, deploy) -> None:
        plan = deploy(lambda opts: SharedVolume("files", self.arguments(), opts))
        claim = plan.one("kubernetes:core/v1:PersistentVolumeClaim", "files-claim")
        assert claim.inputs["metadata"] == {"name": NAME_OF_FILES, "namespace": "shop"}
        assert claim.inputs["spec"]["volumeName"] == NAME_OF_FILES
        assert claim.inputs["spec"]["storageClassName"] == ""
        assert claim.dependencies == ("files-volume",)

    @pytest.mark.parametrize(
        "change",
        [{"server": "new.example.com"}, {"namespace": "web"}, {"path": "/a"}, {"mode": "0755"}],
    )
    def test_what_pods_use_is_never_replaced_under_its_name(self, deploy, change) -> None:
        """Kubernetes keeps a volume in use from going: the new one must stand beside it."""
        plan = deploy(lambda opts: SharedVolume("files", self.arguments(**change), opts))
        volume = plan.one("kubernetes:core/v1:PersistentVolume", "files-volume")
        claim = plan.one("kubernetes:core/v1:PersistentVolumeClaim", "files-claim")
        name = volume.inputs["metadata"]["name"]
        assert name.startswith("files-")
        assert name != NAME_OF_FILES
        assert claim.inputs["metadata"]["name"] == name

    def test_every_wrong_argument_is_named_at_once(self) -> None:
        text = refused(SharedVolume, "files", self.arguments(path="data", capacity="lots"))
        assert [line.split("'")[1] for line in text.splitlines()] == ["capacity", "path"]
        assert "must start with / (got \"data\"); write '/data'" in text


class TestLoadBalancer:
    def arguments(self, **changes) -> LoadBalancerArgs:
        return LoadBalancerArgs(
            **{
                "namespace": "shop",
                "service_name": "sp-svc",
                "selector": {"app": "shop"},
                "target_port": 8080,
                **changes,
            }
        )

    def service(self, deploy, **changes) -> dict:
        plan = deploy(lambda opts: LoadBalancer("front", self.arguments(**changes), opts))
        got = plan.one("kubernetes:core/v1:Service", "front-service").inputs
        return {**got, "outputs": plan.one("ackb:workload:LoadBalancer", "front").outputs}

    def told(self, service: dict) -> dict[str, str]:
        annotations = service["metadata"]["annotations"]
        return {key.removeprefix(PREFIX): value for key, value in annotations.items()}

    def test_plain_http_on_a_load_balancer_of_its_own(self, deploy) -> None:
        """S2-31: port 80, policy Local, name sp-svc."""
        service = self.service(deploy)
        assert service["metadata"]["name"] == "sp-svc"
        assert service["spec"]["type"] == "LoadBalancer"
        assert service["spec"]["externalTrafficPolicy"] == "Local"
        assert service["spec"]["ports"] == [
            {"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}
        ]
        assert self.told(service) == {
            "address-type": "internet",
            "instance-charge-type": "PayByCLCU",
        }
        assert service["outputs"]["url"] == "http://<address of front-service>/"

    def test_https_ends_at_the_load_balancer_and_http_leads_there(self, deploy) -> None:
        service = self.service(deploy, https=Https(certificate_id="cert-1"))
        assert [(one["name"], one["port"]) for one in service["spec"]["ports"]] == [
            ("http", 80),
            ("https", 443),
        ]
        told = self.told(service)
        assert told["protocol-port"] == "https:443,http:80"
        assert told["cert-id"] == "cert-1"
        assert told["forward-port"] == "80:443"
        assert told["xforwardedfor-proto"] == "on"
        assert service["outputs"]["url"] == "https://<address of front-service>/"

    def test_a_private_one_stands_in_its_vswitch(self, deploy) -> None:
        told = self.told(self.service(deploy, access="intranet", vswitch_id="vsw-1", port=8000))
        assert (told["address-type"], told["vswitch-id"]) == ("intranet", "vsw-1")
        public = self.told(self.service(deploy, vswitch_id="vsw-1"))
        assert "vswitch-id" not in public

    def test_what_a_load_balancer_is_made_of_replaces_it(self, deploy) -> None:
        """Left in place, a site made private would stay public: the controller refuses."""
        plan = deploy(lambda opts: LoadBalancer("front", self.arguments(), opts))
        options = plan.one("kubernetes:core/v1:Service", "front-service").options
        assert options["replaceOnChanges"] == [
            f'metadata.annotations["{PREFIX}{name}"]'
            for name in ("address-type", "resource-group-id", "vswitch-id")
        ]
        assert options["deleteBeforeReplace"] is True

    def test_tags_and_resource_group_reach_the_load_balancer(self, deploy) -> None:
        told = self.told(
            self.service(deploy, tags={"owner": "web", "env": "dev"}, resource_group_id="rg-1")
        )
        assert told["additional-resource-tags"] == "env=dev,owner=web"
        assert told["resource-group-id"] == "rg-1"

    def test_an_unusual_port_stands_in_the_url(self, deploy) -> None:
        assert self.service(deploy, port=8000)["outputs"]["url"].endswith(":8000/")
        https = Https(certificate_id="cert-1", port=8443)
        assert self.service(deploy, https=https)["outputs"]["url"].endswith(":8443/")

    def test_wrong_arguments(self) -> None:
        text = refused(
            LoadBalancer,
            "front",
            self.arguments(selector={}, https=Https(certificate_id="cert-1", port=80)),
        )
        assert text.splitlines() == [
            "LoadBalancer \"front\": 'selector' must select some pods (got {}); give the labels of "
            "the pods",
            "LoadBalancer \"front\": 'https.port' must differ from 'port' (got 80); use 443 for "
            "HTTPS and 80 for HTTP",
        ]


class TestEcsFirst:
    def arguments(self, **changes) -> EcsFirstArgs:
        return EcsFirstArgs(
            **{
                "namespace": "shop",
                "policy_name": "shop",
                "selector": {"app": "shop"},
                "max_on_ecs": 22,
                **changes,
            }
        )

    def test_ecs_up_to_a_number_then_eci(self, deploy) -> None:
        """S2-42, S2-43: what is above 22 goes to ECI, and goes first."""
        plan = deploy(lambda opts: EcsFirst("place", self.arguments(), opts))
        kind = "kubernetes:scheduling.alibabacloud.com/v1alpha1:ResourcePolicy"
        policy = plan.one(kind, "place-policy").inputs
        assert policy["spec"] == {
            "selector": {"app": "shop"},
            "strategy": "prefer",
            "units": [{"resource": "ecs", "max": 22}, {"resource": "eci"}],
            # So that a rolling update puts its pods on ECS too, not all of them on ECI.
            "matchLabelKeys": ["pod-template-hash"],
        }
        assert plan.one("ackb:workload:EcsFirst", "place").outputs == {"policy_name": "shop"}

    def test_wrong_arguments(self) -> None:
        text = refused(EcsFirst, "place", self.arguments(selector={}, max_on_ecs=-1))
        assert text.splitlines() == [
            "EcsFirst \"place\": 'selector' must select some pods (got {}); give the labels of the "
            "pods",
            "EcsFirst \"place\": 'max_on_ecs' must be 0 or more (got -1); choose 0 for ECI only",
        ]

    def test_eci_only_is_fine(self, deploy) -> None:
        deploy(lambda opts: EcsFirst("place", self.arguments(max_on_ecs=0), opts))
