"""Data that ships with the program: rule sets, the Hoàng Đồng plan, calendar overrides."""
