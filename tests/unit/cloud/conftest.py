from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudError
from sandbox.cloud.store import Store

REGION = "cn-hangzhou"
ZONE = "cn-hangzhou-h"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def cloud(tmp_path: Path, clock: ManualClock) -> Cloud:
    return Cloud(Store.open(tmp_path / "cloud.sqlite"), clock=clock)


@dataclass(frozen=True)
class Net:
    """A VPC with a vSwitch in zone h and a basic security group."""

    vpc_id: str
    vswitch_id: str
    group_id: str


@pytest.fixture
def net(cloud: Cloud, clock: ManualClock) -> Net:
    vpc_id = cloud.vpc.create_vpc(region_id=REGION, cidr_block="10.0.0.0/8")["VpcId"]
    clock.sleep(1)
    vswitch = cloud.vpc.create_vswitch(vpc_id=vpc_id, cidr_block="10.0.0.0/24", zone_id=ZONE)
    clock.sleep(1)
    group = cloud.ecs.create_security_group(region_id=REGION, vpc_id=vpc_id)
    return Net(vpc_id, vswitch["VSwitchId"], group["SecurityGroupId"])


def code_of(call: Callable[..., object], **parameters: object) -> str:
    """The code that the call is refused with."""
    with pytest.raises(CloudError) as caught:
        call(**parameters)
    return caught.value.code
