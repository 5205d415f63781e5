"""Honest stand-ins of suppliers: they speak the wire, on this machine only."""
