"""The sandbox's one background process per home: simulated cloud, providers, controllers."""
