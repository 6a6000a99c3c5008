"""The ways by which money comes in and goes back: behind one small protocol, one file for each."""
