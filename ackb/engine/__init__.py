"""How Pulumi is run: environment, language host, processes, events and recovery."""
