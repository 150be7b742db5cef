"""The dialogue: one message in, one channel-neutral reply out."""
