"""Networks: strongest links, thresholds, layout, communities, exports and figures."""
