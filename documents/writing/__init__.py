"""Documents out: from a plan's data and the templates in `documents/templates` to filled Word files."""
