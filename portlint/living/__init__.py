"""Living with findings: what is suppressed, selected, known already or elsewhere. A report in, a report out."""
