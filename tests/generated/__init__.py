"""Files made from labelled parts, to measure how often a reading is wrong."""
