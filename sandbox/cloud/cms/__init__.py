"""CloudMonitor: alarm contacts, their groups, and alarm rules on metrics."""
