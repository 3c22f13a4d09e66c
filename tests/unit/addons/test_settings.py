"""Add-ons in the settings: typed, checked with everything else, refused with names and a fix."""

from __future__ import annotations

import pytest

HAS = "(there are first, second)"


def test_a_stack_without_add_ons_does_not_look_for_any(project) -> None:
    project.write("broken", text="1 / 0")
    settings = project.load({})
    assert not settings.addons.ASKED
    assert not settings.addons.CLASSES


def test_the_settings_are_those_of_the_add_on_with_its_defaults(project) -> None:
    project.write("first")
    project.write("broken", text="1 / 0")
    assert project.load({"first": {}}).addons.first.size == 1
    settings = project.load({"first": {"size": 3}})
    assert settings.addons.first.size == 3
    assert type(settings).__name__ == "WordpressSettings"


def test_an_add_on_without_settings_takes_none(project) -> None:
    project.write(
        "bare",
        text="""
        from blueprints.addons import ClusterAddon


        class Bare(ClusterAddon):
            def deploy(self, context):
                return []
        """,
    )
    project.load({"bare": {}})
    assert project.refused({"bare": {"xyzzy": 1}}) == [
        "SET-001 ackb:settings.addons.bare.xyzzy: 1 – is not a known key. Fix: remove it; there "
        "are no keys here."
    ]


def test_a_changed_file_is_read_again(project) -> None:
    project.write("first")
    assert project.load({"first": {}}).addons.first.size == 1
    project.write("first", text=(project.folder / "addons" / "first.py").read_text() + "\n1 / 0\n")
    assert "ZeroDivisionError" in project.refused({"first": {}})[0]


def test_everything_that_is_wrong_is_in_one_message(project) -> None:
    """Settings of the stack and of its add-ons, relations included."""
    project.write("first", 'requires = Requires(addons=("second",))')
    lines = project.refused({"first": {"sise": 2, "size": 0}}, region="cn-hangzou")
    assert lines == [
        'SET-025 ackb:settings.region: "cn-hangzou" – must be one of the 26 known regions. Fix: '
        "write 'cn-hangzhou'.",
        "SET-005 ackb:settings.addons.first.size: 0 – must be at least 1. Fix: write 1 or more.",
        "SET-001 ackb:settings.addons.first.sise: 2 – is not a known key. Fix: remove it; 'size' "
        "is there already.",
        "SET-091 ackb:settings.addons: [\"first\"] – must have 'second' too, which 'first' "
        "requires. Fix: add 'second: {}' under ackb:settings.addons, or remove 'first'.",
    ]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("frist", "write 'first'"),
        ("cache", "write addons/cache.py (docs/addons.md shows how), or remove it"),
    ],
)
def test_an_unknown_add_on_is_named_with_the_nearest(project, name: str, fix: str) -> None:
    project.write("first")
    project.write("second")
    project.write("_shared")
    assert project.refused({name: {"size": 2}}) == [
        f'SET-090 ackb:settings.addons.{name}: {{"size": 2}} – must be named as a file in the '
        f"folder addons of the project {HAS}. Fix: {fix}."
    ]


def test_a_project_without_add_ons_says_how_to_write_one(project) -> None:
    (project.folder / "addons").rmdir()
    (line,) = project.refused({"first": {}})
    assert "(there is none). Fix: write addons/first.py (docs/addons.md shows how)" in line


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "must be an object, not null. Fix: add 'first', such as {}."),
        (True, "must be an object, not true or false. Fix: write an object with size."),
    ],
)
def test_an_add_on_is_asked_for_by_an_object(project, value: object, message: str) -> None:
    project.write("first")
    (line,) = project.refused({"first": value})
    assert line.startswith("SET-003 ackb:settings.addons.first: ")
    assert line.endswith(message)


def test_add_ons_are_no_list(project) -> None:
    assert project.refused(["first"]) == [
        'SET-003 ackb:settings.addons: ["first"] – must be an object, not a list. Fix: write '
        "{blackbox_exporter: {}}."
    ]


def test_a_secret_in_the_settings_of_an_add_on_is_refused(project) -> None:
    project.write("first")
    lines = project.refused({"first": {"password": "hunter2hunter2"}})
    assert [line.split()[:2] for line in lines] == [
        ["SET-007", "ackb:settings.addons.first.password:"]
    ]
    assert "hunter2" not in "".join(lines)


@pytest.mark.parametrize(
    ("text", "rule", "fix"),
    [
        (
            "import nowhere_at_all\n",
            "be a file that can be imported (ModuleNotFoundError: No module named "
            "'nowhere_at_all')",
            "correct line 1",
        ),
        ("x = 1\n\nx = = 2\n", "be a file that can be imported (SyntaxError: ", "correct line 3"),
        (
            "x = 1\n",
            "be a file with one class derived from ClusterAddon (there is none)",
            "write one",
        ),
        (
            "from blueprints.addons import ClusterAddon\n\nclass A(ClusterAddon):\n    pass\n"
            "\nclass B(ClusterAddon):\n    pass\n",
            "be a file with one class derived from ClusterAddon (there are A, B)",
            "let the names of those that only help begin with _",
        ),
        (
            "from blueprints.addons import ClusterAddon\n\nclass A(ClusterAddon):\n    pass\n",
            "be an add-on that can be deployed (A has no method deploy)",
            "add deploy(self, context)",
        ),
    ],
)
def test_a_file_that_is_no_add_on(project, text: str, rule: str, fix: str) -> None:
    project.write("first", text=text)
    (line,) = project.refused({"first": {}})
    assert line.startswith(f'SET-090 ackb:settings.addons.first: "addons/first.py" – must {rule}')
    assert line.endswith(f". Fix: {fix}.")


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ('conflicts = ("second")', "whose conflicts is a tuple of names (got 'second')"),
        ('requires = Requires(addons="second")', "whose requires.addons is a tuple of names"),
        ('requires = ("second",)', "whose requires is a Requires(…) (got ('second',))"),
        (
            "requires = Requires(capabilities=Capability.NAT)",
            "whose requires.capabilities is a tuple of Capability (got <Capability.NAT: 'nat'>)",
        ),
        (
            'requires = Requires(kubernetes="1.x")',
            "whose requires.kubernetes is a minor version (got '1.x')",
        ),
        ("settings = dict", "whose settings are a class derived from Settings"),
    ],
)
def test_a_part_of_the_contract_of_the_wrong_kind(project, more: str, rule: str) -> None:
    project.write("first", more)
    (line,) = project.refused({"first": {}})
    assert f"must be an add-on {rule}" in line


def test_what_is_required_and_there(project) -> None:
    project.write("first", 'requires = Requires(addons=("second",))')
    project.write("second")
    assert set(project.load({"first": {}, "second": {}}).addons.CLASSES) == {"first", "second"}


def test_a_required_add_on_with_a_broken_file_is_told_once(project) -> None:
    project.write("first", 'requires = Requires(addons=("second",))')
    project.write("second", text="1 / 0\n")
    (line,) = project.refused({"first": {}, "second": {}})
    assert line.startswith("SET-090 ackb:settings.addons.second")


def test_a_circle_is_named(project) -> None:
    project.write("first", 'requires = Requires(addons=("second",))')
    project.write("second", 'requires = Requires(addons=("third",))')
    project.write("third", 'requires = Requires(addons=("first",))')
    (line,) = project.refused({"third": {}, "first": {}, "second": {}})
    ways = ("first -> second -> third -> first", "second -> third -> first -> second")
    assert any(f"({way})" in line for way in (*ways, "third -> first -> second -> third"))
    assert line.startswith(
        'SET-091 ackb:settings.addons: ["first", "second", "third"] – must not require each other '
        "in a circle ("
    )


@pytest.mark.parametrize(("first", "second"), [("second", ""), ("", "first"), ("second", "first")])
def test_a_conflict_names_both_and_only_once(project, first: str, second: str) -> None:
    project.write("first", f"conflicts = ('{first}',)" if first else "")
    project.write("second", f"conflicts = ('{second}',)" if second else "")
    assert project.refused({"second": {}, "first": {}}) == [
        'SET-092 ackb:settings.addons: ["first", "second"] – must not have both \'first\' and '
        "'second', which conflict. Fix: remove one of them."
    ]
    project.load({"first": {}})


@pytest.mark.parametrize(
    ("capability", "cluster", "what", "fix"),
    [
        (
            "PRO",
            {"spec": "ack.standard"},
            "a cluster of an ack.pro edition",
            "write cluster.spec: ack.pro.small",
        ),
        (
            "RRSA",
            {"rrsa": False},
            "a cluster whose service accounts have RAM roles",
            "write cluster.rrsa: true",
        ),
        (
            "TERWAY",
            {"network_plugin": {"type": "flannel", "pod_cidr": "192.168.0.0/16"}},
            "a cluster with the network plug-in Terway",
            "write cluster.network_plugin.type: terway; a cluster that is there must be replaced",
        ),
    ],
)
def test_a_cluster_without_a_capability(project, capability, cluster, what, fix) -> None:
    project.write("first", f"requires = Requires(capabilities=(Capability.{capability},))")
    project.load({"first": {}})
    changed = {"deletion_protection": False, **cluster}
    lines = project.refused({"first": {}}, cluster=changed)
    # Without Pro a way of placing pods is refused as well.
    assert [line for line in lines if "ackb:settings.addons" in line] == [
        f"SET-091 ackb:settings.addons: [\"first\"] – must have {what}, which 'first' requires. "
        f"Fix: {fix}."
    ]


def test_a_network_without_a_way_out(project) -> None:
    project.write("first", "requires = Requires(capabilities=(Capability.NAT,))")
    project.load({"first": {}})
    network = {**project.settings({})["network"], "nat": None}
    (line,) = project.refused({"first": {}}, network=network)
    assert line.endswith("which 'first' requires. Fix: remove 'nat: null' from the network.")


def test_only_the_managed_virtual_node_is_the_add_on_ack_virtual_node(project) -> None:
    project.write("first", "requires = Requires(capabilities=(Capability.VIRTUAL_NODE,))")
    project.load({"first": {}})
    project.load({"first": {}}, "burst-dev", virtual_nodes={"type": "managed"})
    (line,) = project.refused({"first": {}}, "burst-dev")
    assert "must have the managed virtual node (ack-virtual-node), which 'first' requires" in line


@pytest.mark.parametrize(("oldest", "fits"), [("1.35", True), ("1.36", True), ("1.37", False)])
def test_the_version_of_kubernetes(project, oldest: str, fits: bool) -> None:
    project.write("first", f'requires = Requires(kubernetes="{oldest}")')
    if fits:
        project.load({"first": {}}, cluster={"version": "1.36.1-aliyun.1"})
        return
    (line,) = project.refused({"first": {}}, cluster={"version": "1.36.1-aliyun.1"})
    assert (
        "must stand on Kubernetes 1.37 or newer, which 'first' requires (cluster.version is "
        "1.36.1-aliyun.1)"
    ) in line
