"""One provider per connection of an engine, no longer than the connection lives."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from tests.unit.serving.shelf import Serving, Shelf


class Engine:
    """A connection of its own, as each provider resource of an engine has."""

    def __init__(self, port: int) -> None:
        options = [("grpc.use_local_subchannel_pool", 1)]
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", options)
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)
        self.attach()

    def attach(self) -> None:
        self.stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))

    def configure(self, region: str) -> None:
        arguments = struct_pb2.Struct()
        arguments["region"] = region
        self.stub.Configure(provider_pb2.ConfigureRequest(args=arguments))

    def create(self, name: str) -> Any:
        return self.stub.Create.future(
            provider_pb2.CreateRequest(urn=f"urn:pulumi:dev::ackb::shelf:index:Thing::{name}")
        )


def test_two_engines_never_share_a_configuration(serving: Serving, shelf: Shelf) -> None:
    first, second = Engine(serving.port), Engine(serving.port)
    first.configure("here")
    second.configure("there")
    first.create("a").result()
    second.create("b").result()
    assert [call[2] for call in shelf.calls("create")] == ["here", "there"]


def test_an_engine_on_the_port_of_an_earlier_one_starts_afresh(
    serving: Serving, shelf: Shelf
) -> None:
    engine = Engine(serving.port)
    engine.configure("here")
    engine.attach()
    engine.create("a").result()
    assert [call[2] for call in shelf.calls("create")] == [""]


def test_the_provider_of_a_closed_connection_is_forgotten(serving: Serving, shelf: Shelf) -> None:
    """A daemon lives for weeks; it must not keep a provider for every run there was."""
    engine = Engine(serving.port)
    engine.configure("here")
    gone = weakref.ref(shelf.providers.pop())
    engine.channel.close()
    kept = Engine(serving.port)
    while gone() is not None:
        Engine(serving.port).configure("there")
        gc.collect()
    kept.configure("here")
    kept.create("a").result()
    assert shelf.calls("create")[-1][2] == "here"


def test_work_of_an_engine_that_is_gone_is_cancelled(serving: Serving, shelf: Shelf) -> None:
    """F09: what waits in a thread must not make, later, what the next run looks for now."""
    shelf.faults["a"] = "wait"
    engine = Engine(serving.port)
    engine.configure("here")
    answer = engine.create("a")
    assert shelf.waiting.wait(30)
    [provider] = shelf.providers
    assert not provider.cancelled.is_set()
    engine.channel.close()
    assert provider.cancelled.wait(30)
    assert answer.code() == grpc.StatusCode.CANCELLED
    assert shelf.things == {}


def test_methods_that_a_provider_lacks_are_unimplemented(serving: Serving) -> None:
    """The engine takes that as an answer; any other code would end the run."""
    engine = Engine(serving.port)
    try:
        engine.stub.GetSchema(provider_pb2.GetSchemaRequest())
        raise AssertionError("it answered")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.UNIMPLEMENTED
        assert error.details() == "GetSchema is not implemented"


def test_the_version_is_the_one_that_is_stood_in_for(serving: Serving) -> None:
    engine = Engine(serving.port)
    assert engine.stub.GetPluginInfo(empty_pb2.Empty()).version == "1.0.0"
