"""Măng Non: settings, wiring, command line and demo. The top of the house."""
