"""Widgets and session state that pages share."""
