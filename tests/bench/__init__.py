"""The benchmarks: each figure with its reference of the same run, and with what it should be."""
