"""Alarm rules of CloudMonitor, judged by what the load model says of a cluster."""
