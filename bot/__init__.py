"""Tillsammans: civic information for residents, in their own language, from approved text only."""
