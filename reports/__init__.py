"""HTML reports of studies and benchmarks, and the dashboard."""
