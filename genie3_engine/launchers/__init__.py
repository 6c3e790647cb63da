"""Launchers: where a run is executed."""
