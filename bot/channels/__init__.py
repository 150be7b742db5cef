"""The doors: each turns what came in into a Message, and draws the Reply."""
