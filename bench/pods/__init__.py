"""Thousands of pods: `ackb burst --unlimited` beside plain kwok, in the same run."""
