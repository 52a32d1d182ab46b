"""A whole season in a minute: the Hoàng Đồng plan, a clock set by hand, a scripted cast, the real delivery path."""
