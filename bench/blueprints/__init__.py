"""What each blueprint takes: resources, times and memory of its sandbox stack."""
