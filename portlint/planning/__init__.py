"""Questions to the graph of a report: why is this here, what falls without it, what opens a target."""
