"""Measure keyword censorship: which words a service blocks or filters, how it knows, and how sure it is."""

__version__ = "0.1.0"
