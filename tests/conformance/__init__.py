"""The engine against an independent solver, on UVL feature models: `python -m tests.conformance FOLDER`."""
