"""The planner: what it records, what it refuses, and that one run cannot disturb another."""

import asyncio
import contextvars

import pulumi
import pulumi_alicloud as alicloud
import pulumi_kubernetes as kubernetes
import pytest

from ackb.domain.provider_types import provider_type, tokens
from ackb.domain.unknown import UNKNOWN
from ackb.planning import Plan, PlanError, Secret, plan_program
from ackb.planning.stand_in import _table
from sandbox.cloud.cloud import ACCOUNT_ID

NETWORK = "alicloud:vpc/network:Network"
SWITCH = "alicloud:vpc/switch:Switch"
EXPLICIT = {"pulumi:disable-default-providers": ["*"]}


class Pair(pulumi.ComponentResource):
    """A component with two resources, one inside the other."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("test:index:Pair", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.vpc = alicloud.vpc.Network(f"{name}-vpc", cidr_block="10.0.0.0/8", opts=child)
        self.switch = alicloud.vpc.Switch(
            f"{name}-switch", vpc_id=self.vpc.id, cidr_block="10.0.0.0/24", opts=child
        )
        self.register_outputs({"vpc_id": self.vpc.id})


def pair_program() -> None:
    provider = alicloud.Provider("alicloud", region="cn-hangzhou")
    pair = Pair("pair", pulumi.ResourceOptions(providers=[provider], protect=True))
    pulumi.export("vpc", pair.vpc.id)
    pulumi.export("password", pulumi.Output.secret("hunter2"))


def test_a_plan_has_parents_providers_dependencies_and_outputs() -> None:
    plan = plan_program(pair_program, config=EXPLICIT)
    switch = plan.one(SWITCH, "pair-switch")
    assert (switch.parent, switch.provider, switch.protect) == ("pair", "alicloud", True)
    assert switch.dependencies == ("pair-vpc",)
    assert switch.inputs == {"cidrBlock": "10.0.0.0/24", "vpcId": "<id of pair-vpc>"}
    assert plan.one("test:index:Pair", "pair").outputs == {"vpc_id": "<id of pair-vpc>"}
    assert plan.stack_outputs == {"vpc": "<id of pair-vpc>", "password": Secret("hunter2")}


def test_urns_are_the_engine_s_with_every_parent_type_and_without_the_stack() -> None:
    plan = plan_program(pair_program, stack="prod", project="shop")
    assert plan.one(NETWORK, "pair-vpc").urn == (
        "urn:pulumi:prod::shop::test:index:Pair$alicloud:vpc/network:Network::pair-vpc"
    )
    assert plan.one("pulumi:providers:alicloud", "alicloud").parent is None


def test_a_plan_of_a_preview_knows_no_ids() -> None:
    plan = plan_program(pair_program, preview=True)
    assert plan.one(SWITCH, "pair-switch").inputs["vpcId"] is UNKNOWN
    assert plan.stack_outputs["vpc"] is UNKNOWN


def test_the_text_of_a_plan_is_sorted_and_hides_secrets() -> None:
    text = plan_program(pair_program).render()
    assert text == (
        "alicloud:vpc/network:Network pair-vpc:\n"
        "  parent: pair\n"
        "  provider: alicloud\n"
        "  protect: true\n"
        "  inputs:\n"
        "    cidrBlock: 10.0.0.0/8\n"
        "\n"
        "alicloud:vpc/switch:Switch pair-switch:\n"
        "  parent: pair\n"
        "  provider: alicloud\n"
        "  waits for:\n"
        "  - pair-vpc\n"
        "  protect: true\n"
        "  inputs:\n"
        "    cidrBlock: 10.0.0.0/24\n"
        "    vpcId: <id of pair-vpc>\n"
        "\n"
        "pulumi:providers:alicloud alicloud:\n"
        "  inputs:\n"
        "    region: cn-hangzhou\n"
        "\n"
        "test:index:Pair pair:\n"
        "  protect: true\n"
        "\n"
        "stack outputs:\n"
        "  password: <secret>\n"
        "  vpc: <id of pair-vpc>\n"
    )
    assert repr(Secret("hunter2")) == "<secret>"


def test_everything_a_provider_would_refuse_is_named_in_one_error() -> None:
    def program() -> None:
        alicloud.vpc.Network("net", vpc_name="net", cidr_block=4)  # type: ignore[arg-type]
        alicloud.ecs.SecurityGroup("group", name="group")
        alicloud.oss.Bucket("bucket")
        alicloud.vpc.Network("net", vpc_name="again")

    with pytest.raises(PlanError) as caught:
        plan_program(program)
    assert sorted(line.split(": Field", 1)[0] for line in str(caught.value).splitlines()) == [
        "bucket (alicloud:oss/bucket:Bucket): is a type or function this project does not use; "
        "add it in tools/generate_types.py",
        "group (alicloud:ecs/securityGroup:SecurityGroup): 'name' is deprecated",
        "net (alicloud:vpc/network:Network): 'cidrBlock' must be a string (got an integer)",
        "net (alicloud:vpc/network:Network): is declared twice",
    ]


def test_a_resource_without_an_explicit_provider_is_refused_where_defaults_are_disabled() -> None:
    def program() -> None:
        alicloud.vpc.Network("net", cidr_block="10.0.0.0/8")

    plan_program(program)
    with pytest.raises(PlanError, match=r"^net \(.*\): has no explicit provider, and default"):
        plan_program(program, config=EXPLICIT)


def test_a_misspelt_kubernetes_property_is_a_type_error_of_its_class() -> None:
    with pytest.raises(TypeError, match="replica"):
        plan_program(lambda: kubernetes.apps.v1.DeploymentSpecArgs(replica=1))  # type: ignore


def test_kubernetes_objects_get_the_id_the_provider_gives_them() -> None:
    seen: list[str] = []

    def program() -> None:
        service = kubernetes.core.v1.Service("web", metadata={"namespace": "shop", "name": "web"})
        service.id.apply(seen.append)
        service.status.load_balancer.ingress[0].ip.apply(seen.append)

    plan_program(program)
    assert sorted(seen) == ["<address of web>", "shop/web"]


def test_functions_answer_and_are_as_strict_as_resources() -> None:
    seen: list[str] = []

    def program() -> None:
        seen.append(alicloud.get_caller_identity().account_id)
        alicloud.cs.get_cluster_credential_output(cluster_id="c1").apply(
            lambda one: seen.append(one.certificate_authorities[0].cluster_cert)
        )

    plan_program(program, config={"ackb:settings": {"expected_account_id": "42"}})
    plan_program(program)
    assert seen[0] == "42"
    assert seen[2] == ACCOUNT_ID, "a plan names what the sandbox then makes"
    assert seen[1] == seen[3] != ""
    with pytest.raises(PlanError, match="getAccount: is a type or function this project does not"):
        plan_program(lambda: alicloud.get_account())
    with pytest.raises(PlanError, match="getCallerIdentity: has no explicit provider"):
        plan_program(lambda: alicloud.get_caller_identity(), config=EXPLICIT)


def test_stack_transforms_run_as_the_engine_would_run_them() -> None:
    def program() -> None:
        async def tag(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
            if args.type_ != NETWORK or args.opts.parent is None:
                return None
            parent = await args.opts.parent.urn.future()
            props = {**args.props, "tags": {"parent": parent}}
            return pulumi.ResourceTransformResult(props=props, opts=args.opts)

        pulumi.runtime.register_resource_transform(tag)
        pair_program()

    plan = plan_program(program)
    tags = plan.one(NETWORK, "pair-vpc").inputs["tags"]
    assert tags == {"parent": "urn:pulumi:dev::ackb::test:index:Pair::pair"}
    assert "tags" not in plan.one(SWITCH, "pair-switch").inputs


def test_an_error_inside_apply_ends_the_plan() -> None:
    def program() -> None:
        vpc = alicloud.vpc.Network("net", cidr_block="10.0.0.0/8")
        vpc.id.apply(lambda _: {}["missing"])

    with pytest.raises(KeyError, match="missing"):
        plan_program(program)
    assert len(plan_program(pair_program).resources) == 4


def test_runs_leave_nothing_behind() -> None:
    before = contextvars.copy_context()
    with pytest.raises(ZeroDivisionError):
        plan_program(lambda: 1 / 0, config={"ackb:x": "1"})  # type: ignore
    plan: Plan = plan_program(lambda: pulumi.export("x", pulumi.Config("ackb").get("x")))
    assert plan.stack_outputs == {}
    assert plan.resources == []
    assert dict(contextvars.copy_context()) == dict(before)
    with pytest.raises(RuntimeError, match="no current event loop"):
        asyncio.get_event_loop_policy().get_event_loop()


def test_a_missing_resource_is_named_with_those_there_are() -> None:
    plan = plan_program(pair_program)
    with pytest.raises(KeyError, match=r"no alicloud:vpc/network:Network named 'net'.*pair-vpc"):
        plan.one(NETWORK, "net")
    assert plan.of("alicloud:oss/bucket:Bucket") == []


def test_computed_outputs_exist_in_the_sdk_and_have_its_types() -> None:
    """A symbolic output that the real provider never gives would make a plan lie."""
    checked = 0
    for token, outputs in _table().items():
        if token not in tokens():
            assert token.startswith("kubernetes:")
            continue
        known = provider_type(token)
        for name in set(outputs) - {"id"}:
            assert name in known.outputs, f"{token} has no output {name}"
            # A text of several lines is one that the program reads.
            plain = known.outputs[name].type == "string" and "\n" not in outputs[name]
            assert not plain or name in known.inputs, (
                f"{token}: {name} has a symbolic value without an entry"
            )
            checked += 1
    assert checked == 7
