import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain import images
from ackb.domain.images import Copies, Mirror
from ackb.domain.problems import Refused

DIGEST = "sha256:" + "0123456789abcdef" * 4
NAME = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True)
REFERENCES = st.builds(
    lambda host, path, tag, digest: f"{host}{'/'.join(path)}{tag}{digest}",
    st.sampled_from(["", "docker.io/", "ghcr.io/", "localhost:5000/", "registry:5000/"]),
    st.lists(NAME, min_size=1, max_size=3),
    st.sampled_from(["", ":1.2", ":latest"]),
    st.sampled_from(["", f"@{DIGEST}"]),
)
REGISTRIES = st.sampled_from(
    [None, Mirror("m.example.com/hub"), Mirror("m.example.com/"), Copies("acr.example.com", "shop")]
)


@given(REFERENCES)
def test_reading_what_was_written_gives_the_same_image(text):
    image = images.parse(text)
    assert images.parse(str(image)) == image


@given(REFERENCES, REGISTRIES)
def test_rewriting_keeps_tag_and_digest_and_happens_once(text, registry):
    rewritten = images.rewrite(text, registry)
    before, after = images.parse(text), images.parse(rewritten)
    assert (after.tag, after.digest) == (before.tag, before.digest)
    assert images.rewrite(rewritten, registry) == rewritten
    if registry is not None:
        assert after.registry in ("m.example.com", "acr.example.com")


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("wordpress", "docker.io/library/wordpress"),
        ("wordpress:6.8.3-php8.3-apache", "docker.io/library/wordpress:6.8.3-php8.3-apache"),
        ("docker.io/wordpress:6.8", "docker.io/library/wordpress:6.8"),
        ("openkruise/kruise-manager:v1.8.0", "docker.io/openkruise/kruise-manager:v1.8.0"),
        ("localhost/a:1.0", "localhost/a:1.0"),
        (f"registry.k8s.io/pause@{DIGEST}", f"registry.k8s.io/pause@{DIGEST}"),
    ],
)
def test_what_a_reference_leaves_out_is_filled_in(text, full):
    assert str(images.parse(text)) == full


@pytest.mark.parametrize(
    "text",
    ["", "Word", "a b", "a//b:1", "a:b:c", "https://x/y:1", "a@sha256:12", "a:", "host:80:1"],
)
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(Refused) as error:
        images.parse(text)
    assert str(error.value) == (
        "must be an image reference such as wordpress:6.8.3-php8.3-apache; write "
        "[registry/]repository:tag, in lower case up to the tag"
    )


@pytest.mark.parametrize(
    ("tag", "pinned"),
    [
        ("", False),
        (":latest", False),
        (":6", False),
        (":php8.3-apache", False),
        (":stable", False),
        (":deadbeef", False),
        (":6.8", True),
        (":v1.8.0", True),
        (":6.8.3-php8.3-apache", True),
        (":20261122", True),
        (":build-2026-11-22", True),
        (":1a2b3c4", True),
        (f"@{DIGEST}", True),
        (f":latest@{DIGEST}", True),
    ],
)
def test_pinned_means_the_same_image_tomorrow(tag, pinned):
    assert images.parse(f"wordpress{tag}").pinned is pinned
    assert (images.check(f"wordpress{tag}") is None) is pinned


def test_an_image_that_is_not_pinned_is_told_so():
    """S2-29 uses `latest`; here a tag must be a version."""
    broken = images.check("wordpress:latest")
    assert broken is not None
    assert broken.rule == (
        "be pinned to a version or a digest, since what a moving tag means changes under the "
        "running pods"
    )
    assert broken.fix == "write a version tag or a digest instead of 'latest'"


@pytest.mark.parametrize(
    ("registry", "want"),
    [
        (None, "wordpress:6.8"),
        (Mirror("m.example.com"), "m.example.com/library/wordpress:6.8"),
        (Mirror("m.example.com/hub/"), "m.example.com/hub/library/wordpress:6.8"),
        (
            Copies("x-registry-vpc.cn-hangzhou.cr.aliyuncs.com", "shop"),
            "x-registry-vpc.cn-hangzhou.cr.aliyuncs.com/shop/wordpress:6.8",
        ),
    ],
)
def test_rewriting(registry, want):
    assert images.rewrite("wordpress:6.8", registry) == want


@pytest.mark.parametrize(
    ("image", "region", "reachable"),
    [
        ("wordpress:6.8", "cn-hangzhou", False),
        ("docker.io/library/wordpress:6.8", "cn-zhangjiakou", False),
        ("wordpress:6.8", "cn-hongkong", True),
        ("wordpress:6.8", "ap-southeast-1", True),
        ("registry-vpc.cn-hangzhou.aliyuncs.com/shop/wordpress:6.8", "cn-hangzhou", True),
    ],
)
def test_docker_hub_is_out_of_reach_in_mainland_china(image, region, reachable):
    assert (images.check_reachable(image, region) is None) is reachable
