"""Rules about what changes the number and the size of pods."""
