"""Tillsammans: civic information for residents, in their own language, from approved text only."""

import os

# Before numpy is first imported: the sums here are small, and threads that wait for each other by spinning make a
# question ten times slower on a busy machine. Whoever sets the variable decides.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
