"""Ways for a message to leave: one module per channel, all of them shaped as in `base`."""
