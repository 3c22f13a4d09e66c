"""Rules about the skips that silence other rules."""
