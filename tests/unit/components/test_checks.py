"""How secrets are judged: by the resource that takes them, without showing them."""

import pulumi
import pytest

from ackb.domain import passwords
from components.cache import Cache, CacheArgs
from components.instance_zone import InstanceZone


def cache(password: str) -> CacheArgs:
    zone = InstanceZone(zone_id="cn-hangzhou-i", vswitch_id="vsw-i")
    return CacheArgs(zones=[zone], security_group_id="sg-1", password=password)


def test_a_weak_password_fails_without_being_shown(deploy) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        deploy(lambda opts: Cache("cache", cache("hunter2hunter2"), opts))
    assert str(caught.value) == (
        "Cache \"cache\": 'password' must have 8 to 32 characters, at least three of capital "
        "letters, small letters, digits and !@#$%^&*()_+-=, and no others (got (hidden)); choose "
        "another one, or remove the secret and let `ackb up` make it up"
    )


@pytest.mark.parametrize("good", ["Abcdefg1", "abcdef_1", "A" * 15 + "b" * 16 + "1"])
def test_passwords_apsaradb_takes(good: str) -> None:
    assert passwords.check(good) is None


@pytest.mark.parametrize("length", [8, 28, 32])
def test_generated_passwords_are_taken_each_time(length: int) -> None:
    made = {passwords.generate(length) for _ in range(200)}
    assert len(made) == 200
    assert {len(one) for one in made} == {length}
    assert [one for one in made if passwords.check(one)] == []
    assert all(one.isalnum() and one[0].isalpha() for one in made)


@pytest.mark.parametrize(
    "bad", ["Abcdef1", "abcdefg1", "A" * 16 + "b" * 16 + "1", "Abcdefg1 ", "Abcdefg1ä", ""]
)
def test_passwords_apsaradb_refuses(bad: str) -> None:
    assert passwords.check(bad) is not None
