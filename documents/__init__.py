"""Documents in and out: reads the plan as it was signed. Knows nothing of messages and pages."""
