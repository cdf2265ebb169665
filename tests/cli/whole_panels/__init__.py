"""Panels in parts, and a whole year placed."""
