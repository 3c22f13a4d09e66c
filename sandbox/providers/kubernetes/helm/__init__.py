"""The resource type `kubernetes:helm.sh/v3:Release`: charts installed by the real `helm`.

Only what the cluster holds counts as state: the release records that Helm itself keeps there.
"""

RELEASE = "kubernetes:helm.sh/v3:Release"
"""The type token."""
