import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain import databases
from ackb.domain.databases import MysqlClass, RedisClass


def test_classes_have_their_size():
    assert databases.mysql_class("mysql.n2.medium.2c") == MysqlClass(
        "mysql.n2.medium.2c", "HighAvailability", 2, 4, 4000
    )
    assert databases.redis_class("redis.shard.small.2.ce") == RedisClass(
        "redis.shard.small.2.ce", 1, 10000
    )
    with pytest.raises(KeyError):
        databases.mysql_class("mysql.n2.medium")


@pytest.mark.parametrize(
    ("check", "name", "fix"),
    [
        (
            databases.check_mysql_class,
            "mysql.n2.medium.c2",
            "write 'mysql.n2.medium.2c', or add the class to "
            "ackb/domain/data/rds_mysql_classes.json",
        ),
        (
            databases.check_redis_class,
            "redis.shard.smal.2.ce",
            "write 'redis.shard.small.2.ce', or add the class to "
            "ackb/domain/data/redis_classes.json",
        ),
    ],
)
def test_a_class_that_is_not_sold_gets_the_nearest(check, name, fix):
    """Bad input 41."""
    broken = check(name)
    assert broken is not None
    assert broken.fix == fix
    assert check(fix.split("'")[1]) is None


@pytest.mark.parametrize(
    ("size", "kind", "edition", "fix"),
    [
        (20, "cloud_essd", "HighAvailability", None),
        (64000, "cloud_essd", "HighAvailability", None),
        (19, "cloud_essd", "HighAvailability", "write 20, the next valid size"),
        (15, "cloud_essd", "HighAvailability", "write 20, the next valid size"),
        (42, "cloud_essd", "Basic", "write 45, the next valid size"),
        (64005, "cloud_essd", "Basic", "write 64000, the next valid size"),
        (40, "cloud_essd2", "HighAvailability", "write 500, the next valid size"),
        (1499, "cloud_essd3", "HighAvailability", "write 1500, the next valid size"),
        (10, "general_essd", "Basic", None),
        (500, "cloud_essd2", "Basic", "change storage_type or the instance class"),
    ],
)
def test_disks(size, kind, edition, fix):
    """Bad input 43."""
    broken = databases.check_mysql_storage(size, kind, edition)
    assert (broken.fix if broken else None) == fix


@given(st.integers(-100, 100_000))
def test_the_size_that_is_proposed_is_sold(size):
    broken = databases.check_mysql_storage(size, "cloud_essd", "HighAvailability")
    if broken is not None:
        proposed = int(broken.fix.split()[1].rstrip(","))
        assert databases.check_mysql_storage(proposed, "cloud_essd", "HighAvailability") is None
        assert proposed >= size or proposed == 64000


@pytest.mark.parametrize(
    ("payment", "protected", "fine"),
    [
        ("Postpaid", True, True),
        ("Postpaid", False, True),
        ("Prepaid", False, True),
        ("Prepaid", True, False),
    ],
)
def test_prepaid_instances_cannot_be_protected(payment, protected, fine):
    """Bad input 42."""
    assert (databases.check_deletion_protection(payment, protected=protected) is None) is fine
